//! A small town of processes.

use std::path::Path;

use hopluu_tests::{Program, Server, repository};
use tempfile::TempDir;

/// The period that the demo's town reports.
pub(crate) const PERIOD: &str = "2023-q1";

/// A hub that serves, and a place for offices.
pub(crate) struct Town {
    pub(crate) dir: TempDir,
    pub(crate) hub: Program,
    pub(crate) server: Option<Server>,
    address: String,
}

impl Town {
    /// Founds the demo's town and serves it.
    pub(crate) fn found() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hub = Program::over(dir.path().join("hub"));
        make_hub(&hub);
        let server = hub.serve(&["--listen", "127.0.0.1:0"]);
        let address = server.listening.clone().unwrap();
        Self { dir, hub, server: Some(server), address }
    }

    /// Ends the hub's process as a power cut would.
    pub(crate) fn kill_hub(&mut self) {
        self.server.take().unwrap().kill();
    }

    /// Loses everything that the hub has, its key too, and makes it anew where its offices look for it.
    pub(crate) fn lose_hub(&mut self) {
        self.kill_hub();
        std::fs::remove_dir_all(self.hub.data()).unwrap();
        make_hub(&self.hub);
        self.serve_again();
    }

    /// Starts the hub again where its offices look for it.
    pub(crate) fn serve_again(&mut self) {
        self.server = Some(self.hub.serve(&["--listen", &self.address]));
    }

    /// Starts the hub again at another address, and says which.
    pub(crate) fn serve_elsewhere(&mut self) -> String {
        let server = self.hub.serve(&["--listen", "127.0.0.1:0"]);
        self.address = server.listening.clone().unwrap();
        self.server = Some(server);
        self.address()
    }

    /// An invitation by another hub of this town.
    pub(crate) fn invitation_of_another_hub(&self, unit: &str) -> String {
        self.invitation_of_a_hub_of("another-hub", unit, |town| town)
    }

    /// An invitation by the hub of a town of another name, which has the same units otherwise.
    pub(crate) fn invitation_of_another_town(&self, unit: &str) -> String {
        let renamed = |town: String| {
            let name = town.lines().find(|line| line.starts_with("short_name")).unwrap().to_owned();
            town.replacen(&name, "short_name = \"Thị xã khác\"", 1)
        };
        self.invitation_of_a_hub_of("another-town", unit, renamed)
    }

    fn invitation_of_a_hub_of(
        &self,
        folder: &str,
        unit: &str,
        changed: impl FnOnce(String) -> String,
    ) -> String {
        let hub = Program::over(self.path(folder));
        let town = std::fs::read_to_string(repository().join("node/demo/town.toml")).unwrap();
        let file = self.path(&format!("{folder}.toml"));
        std::fs::write(&file, changed(town)).unwrap();
        hub.ok(&["init", "--hub", "--town", file.to_str().unwrap()]);
        hub.ok(&["invite", unit, "--address", "127.0.0.1:4433"]).trim().to_owned()
    }

    /// Where the hub listens.
    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    /// An invitation for a unit.
    pub(crate) fn invites(&self, unit: &str) -> String {
        self.hub.ok(&["invite", unit]).trim().to_owned()
    }

    /// A machine of a unit that has joined.
    pub(crate) fn office(&self, folder: &str, unit: &str) -> Program {
        let office = Program::over(self.path(folder));
        office.ok(&["join", &self.invites(unit), "--name", folder]);
        office
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        Path::join(self.dir.path(), name)
    }
}

fn make_hub(hub: &Program) {
    let file = repository().join("node/demo/town.toml");
    hub.ok(&["init", "--hub", "--town", file.to_str().unwrap()]);
}
