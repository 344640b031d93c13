//! The town under attack: a hub in a process of its own.

use hopluu_node::transport::{Connection, DialError, DialSettings, Priority, dial};
use hopluu_protocol::identity::OfficeKey;
use hopluu_protocol::invitation::Invitation;
use hopluu_protocol::wire::Frame;
use hopluu_tests::{Program, Server, repository};
use tempfile::TempDir;

/// The period that the demo's town reports.
pub(crate) const PERIOD: &str = "2023-q1";
/// What the honest office edits.
pub(crate) const CELL: &str = "pl4.3.2.1";
pub(crate) const HONEST_UNIT: &str = "19996";
/// The unit of which the attacker has a key, when it has one.
pub(crate) const HOSTILE_UNIT: &str = "20005";

pub(crate) struct Hub {
    dir: TempDir,
    program: Program,
    server: Server,
}

/// What the hub's process uses, in MiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) now: u64,
    pub(crate) most: u64,
}

impl Hub {
    pub(crate) fn found() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let program = Program::over(dir.path().join("hub"));
        let file = repository().join("node/demo/town.toml");
        program.ok(&["init", "--hub", "--town", file.to_str().unwrap()]);
        let server = program.serve(&["--listen", "127.0.0.1:0"]);
        Self { dir, program, server }
    }

    fn invites(&self, unit: &str) -> String {
        self.program.ok(&["invite", unit]).trim().to_owned()
    }

    /// A machine of a unit that has joined.
    pub(crate) fn office(&self, folder: &str, unit: &str) -> Program {
        let office = Program::over(self.dir.path().join(folder));
        office.ok(&["join", &self.invites(unit), "--name", folder]);
        office
    }

    /// What an attacker knows: where the hub is, and an invitation to use up if it has one.
    pub(crate) fn target(&self, with_a_key: bool) -> Target {
        let invitation = Invitation::parse(&self.invites(HOSTILE_UNIT)).unwrap();
        Target { invitation, may_enrol: with_a_key }
    }

    /// What the process uses; `None` where the system does not tell.
    pub(crate) fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).ok()?;
        let mebibytes = |name: &str| -> Option<u64> {
            let line = status.lines().find(|line| line.starts_with(name))?;
            Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
        };
        Some(Memory { now: mebibytes("VmRSS")?, most: mebibytes("VmHWM")? })
    }
}

pub(crate) struct Target {
    pub(crate) invitation: Invitation,
    pub(crate) may_enrol: bool,
}

impl Target {
    pub(crate) async fn call(&self, key: &OfficeKey) -> Result<Connection, DialError> {
        let Invitation { hub_addresses, hub_key, .. } = &self.invitation;
        dial(hub_addresses, *hub_key, key, &DialSettings::default()).await
    }

    /// A key that the hub has let in.
    pub(crate) async fn enrolled(&self) -> OfficeKey {
        let key = random_key();
        let mut connection = self.call(&key).await.unwrap();
        let code = self.invitation.code.as_bytes().to_vec();
        say(&connection, &Frame::Enrol { code, name: "?".to_owned() }).await;
        assert_eq!(hear(&mut connection).await, Some(Frame::Enrolled));
        key
    }
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub(crate) fn random_key() -> OfficeKey {
    OfficeKey::from_seed(random())
}

/// Sends a frame; whether the connection took it.
pub(crate) async fn say(connection: &Connection, frame: &Frame) -> bool {
    connection.send(frame.encode().into(), Priority::Live).await.is_ok()
}

/// The next frame; `None` when the connection is over.
pub(crate) async fn hear(connection: &mut Connection) -> Option<Frame> {
    Frame::decode(&connection.recv().await?.ok()?).ok()
}
