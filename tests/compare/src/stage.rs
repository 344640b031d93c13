//! A server, a client and the line between them.

use std::fs;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::driver::Driver;
use crate::peer::Peer;
use crate::proxy::{Both, Counts, Line, Weather};
use crate::script::{self, Edit, State};
use crate::usage::Usage;

/// How long nothing goes over the line before a sync counts as over; on a long line three round trips more.
const QUIET: Duration = Duration::from_secs(1);

/// With so little computing in that time.
const IDLE: Duration = Duration::from_millis(100);

/// How often is looked.
const LOOK: Duration = Duration::from_millis(20);

/// What preparing may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// What was measured.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Measured {
    pub(crate) counts: Counts,
    /// Until both sides were through.
    pub(crate) time: Duration,
    /// The same from the first byte on the line.
    pub(crate) on_the_line: Duration,
    pub(crate) client: Usage,
    pub(crate) server: Usage,
    /// What the server's resident memory has grown by, bytes.
    pub(crate) server_growth: u64,
    /// Whether it came to its end in the time given.
    pub(crate) is_through: bool,
}

/// One peer's server and client.
pub(crate) struct Stage {
    pub(crate) peer: Peer,
    dir: TempDir,
    server_address: SocketAddr,
    /// The clients' address of the server.
    line_address: SocketAddr,
    server: Option<Driver>,
    client: Option<Driver>,
    line: Option<Line>,
    /// Of the line, each way.
    delay: Duration,
}

impl Stage {
    /// An empty stage.
    pub(crate) fn new(peer: Peer) -> Result<Self> {
        // Beside the build, on a real disk: a directory for passing files is often memory.
        let beside = std::env::current_exe()?.parent().context("no folder")?.join("stages");
        fs::create_dir_all(&beside)?;
        let dir = tempfile::tempdir_in(beside)?;
        for side in ["server", "client"] {
            fs::create_dir(dir.path().join(side))?;
        }
        let (server_address, line_address) = (free_address()?, free_address()?);
        Ok(Self {
            peer,
            dir,
            server_address,
            line_address,
            server: None,
            client: None,
            line: None,
            delay: Duration::ZERO,
        })
    }

    fn path(&self, side: &str) -> PathBuf {
        self.dir.path().join(side)
    }

    async fn start(&self, role: &str, dir: &str) -> Result<Driver> {
        let mut command = self.peer.driver()?;
        command.extend([
            role.to_owned(),
            self.path(dir).display().to_string(),
            self.server_address.to_string(),
        ]);
        Driver::start(&command, &format!("{} {role}", self.peer.key()), &self.path("log")).await
    }

    /// Starts the server, anew if it runs.
    pub(crate) async fn serve(&mut self) -> Result<()> {
        if let Some(server) = self.server.take() {
            server.stop().await?;
        }
        self.server = Some(self.start("server", "server").await?);
        Ok(())
    }

    /// Starts a client that is not connected, anew if it runs.
    async fn client(&mut self) -> Result<&mut Driver> {
        self.leave().await?;
        let client = self.start("client", "client").await?;
        Ok(self.client.insert(client))
    }

    /// Ends the client.
    pub(crate) async fn leave(&mut self) -> Result<()> {
        if let Some(client) = self.client.take() {
            client.stop().await?;
        }
        self.line = None;
        Ok(())
    }

    /// Lets clients in where that needs an invitation.
    pub(crate) async fn enrol(&mut self, units: &[String]) -> Result<()> {
        let line = self.line_address.to_string();
        let what = json!({ "do": "invite", "units": units, "line": line });
        let invited = self.server()?.ask(what, PATIENCE).await?;
        let line = self.open_line(Weather::default()).await?;
        let client = self.client().await?;
        client
            .ask(json!({ "do": "join", "invitations": invited["invitations"] }), PATIENCE)
            .await?;
        self.leave().await?;
        drop(line);
        Ok(())
    }

    /// Writes empty documents into the server's store, and copies it for the client.
    pub(crate) async fn fill(&mut self, documents: usize, patience: Duration) -> Result<()> {
        let mut filler = self.start("client", "server").await?;
        filler.ask(json!({ "do": "fill", "documents": documents }), patience).await?;
        filler.stop().await?;
        copy(&self.path("server"), &self.path("client"))
    }

    /// Edits made without a connection, each sitting after a fresh start.
    pub(crate) async fn work(&mut self, sittings: &[Vec<Edit>]) -> Result<()> {
        let path = self.path("script.json");
        for sitting in sittings {
            script::write(&path, sitting)?;
            let what = json!({ "do": "work", "edits": path.display().to_string() });
            self.client().await?.ask(what, PATIENCE).await?;
            self.leave().await?;
        }
        Ok(())
    }

    async fn ask_client(&mut self, what: Value) -> Result<Value> {
        self.client.as_mut().context("no client")?.ask(what, PATIENCE).await
    }

    fn server(&mut self) -> Result<&mut Driver> {
        self.server.as_mut().context("no server")
    }

    async fn open_line(&self, weather: Weather) -> Result<Line> {
        Line::open_at(self.line_address, self.server_address, self.peer.framing(), weather).await
    }

    /// Connects a fresh client and waits until both are through, or for `limit`.
    pub(crate) async fn connect(
        &mut self,
        mut what: Value,
        weather: Weather,
        limit: Duration,
        goal: Option<&State>,
    ) -> Result<Measured> {
        self.client().await?;
        self.line = None;
        self.delay = weather.delay;
        self.line = Some(self.open_line(weather).await?);
        what["address"] = json!(self.line_address.to_string());
        self.measure(what, limit, goal).await
    }

    /// Has a crowd of clients do the same work and bring it to the server.
    pub(crate) async fn crowd(&mut self, count: usize, edits: &[Edit]) -> Result<()> {
        let path = self.path("script.json");
        script::write(&path, edits)?;
        self.client().await?;
        let line = self.open_line(Weather::default()).await?;
        let address = self.line_address.to_string();
        let edits = path.display().to_string();
        let what = json!({ "do": "crowd", "count": count, "edits": edits, "address": address });
        self.ask_client(what).await?;
        self.leave().await?;
        drop(line);
        Ok(())
    }

    /// Has the client do something over the line and measures until both are through: nothing goes over
    /// the line any more and, if that is given, the server holds what it must.
    pub(crate) async fn measure(
        &mut self,
        what: Value,
        limit: Duration,
        goal: Option<&State>,
    ) -> Result<Measured> {
        let before = self.snapshot().await?;
        let begun = Instant::now();
        let client = self.client.as_mut().context("no client")?;
        let asked = client.ask(what, limit).await;
        if asked.is_err() && begun.elapsed() < limit {
            asked?;
            return Ok(Measured::default());
        }
        let is_through = self.quiet(begun + limit, goal).await?;
        let line = self.line.as_ref().context("no line")?;
        let (last, first) = (line.last(), line.first());
        let after = self.snapshot().await?;
        // An edit makes no notice of its own.
        let told = after.in_sync.filter(|at| *at > begun);
        let ended = if is_through { told.unwrap_or(last) } else { Instant::now() };
        Ok(Measured {
            counts: after.counts.since(before.counts),
            time: ended.saturating_duration_since(begun),
            on_the_line: ended.saturating_duration_since(first.max(begun)),
            client: Usage { cpu: after.client.cpu - before.client.cpu, ..after.client },
            server: Usage { cpu: after.server.cpu - before.server.cpu, ..after.server },
            server_growth: after.server.resident.saturating_sub(before.server.resident),
            is_through,
        })
    }

    /// Waits until nothing goes over the line and nobody computes.
    async fn quiet(&mut self, deadline: Instant, goal: Option<&State>) -> Result<bool> {
        let mut since = Instant::now();
        let mut computed = self.computed()?;
        let mut bytes = u64::MAX;
        let mut cuts_told = 0;
        let quiet = QUIET + 6 * self.delay;
        loop {
            if Instant::now() > deadline {
                return Ok(false);
            }
            sleep(LOOK).await;
            let line = self.line.as_ref().context("no line")?;
            let now = line.counts().wire.sum();
            let cuts = line.cuts();
            if cuts > cuts_told && self.peer == Peer::Hopluu {
                // UDP knows no reset. An operating system tells of a lost interface; so do we.
                self.ask_client(json!({ "do": "line-down" })).await?;
            }
            cuts_told = cuts;
            if now != bytes {
                (bytes, since, computed) = (now, Instant::now(), self.computed()?);
            } else if since.elapsed() >= quiet {
                let so_far = self.computed()?;
                if so_far - computed < IDLE && (now > 0 || cuts > 0) && self.reached(goal).await? {
                    return Ok(true);
                }
                (since, computed) = (Instant::now(), self.computed()?);
            }
        }
    }

    fn computed(&self) -> Result<Duration> {
        let of = |driver: &Option<Driver>| driver.as_ref().context("not running")?.usage();
        Ok(of(&self.server)?.cpu + of(&self.client)?.cpu)
    }

    async fn reached(&mut self, goal: Option<&State>) -> Result<bool> {
        let Some(goal) = goal else { return Ok(true) };
        if self.peer == Peer::Hopluu {
            // Its store cannot be read while it runs, and it knows by itself.
            return Ok(self.snapshot().await?.in_sync.is_some());
        }
        Ok(self.states().await?.1 == *goal)
    }

    /// What client and server hold.
    pub(crate) async fn states(&mut self) -> Result<(State, State)> {
        let client = self.client.as_mut().context("no client")?;
        let (ours, document) = client.state(&Value::Null).await?;
        let server = self.server.as_mut().context("no server")?;
        let (theirs, _) = server.state(&document).await?;
        Ok((ours, theirs))
    }

    /// Fails unless both hold what was written.
    pub(crate) async fn check(&mut self, expected: &State) -> Result<()> {
        let (client, server) = self.states().await?;
        let key = self.peer.key();
        ensure!(client == *expected, "{key}: the client does not hold what was written");
        ensure!(server == *expected, "{key}: the server does not hold what was written");
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<Snapshot> {
        let client = self.client.as_mut().context("no client")?;
        let mut counts = self.line.as_ref().context("no line")?.counts();
        let mut in_sync = None;
        if self.peer == Peer::Hopluu {
            // What is in encrypted datagrams only the node knows.
            let told = client.ask(json!({ "do": "traffic" }), PATIENCE).await?;
            let number = |name: &str| told[name].as_u64().unwrap_or_default();
            counts.application = Both { up: number("bytes_sent"), down: number("bytes_received") };
            counts.messages = Both { up: number("frames_sent"), down: number("frames_received") };
            counts.encrypted = counts.wire;
            in_sync = told["in_sync_at"].as_u64().map(instant_of);
        }
        let client = client.usage()?;
        let server = self.server()?.usage()?;
        Ok(Snapshot { counts, client, server, in_sync })
    }
}

struct Snapshot {
    counts: Counts,
    client: Usage,
    server: Usage,
    in_sync: Option<Instant>,
}

/// A moment that another process told, microseconds since 1970.
fn instant_of(micros: u64) -> Instant {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::now() - now.saturating_sub(Duration::from_micros(micros))
}

/// An address that nobody uses, for TCP or UDP: below the ports that systems give to outgoing connections,
/// so that none takes it while nobody listens there.
fn free_address() -> Result<SocketAddr> {
    const FIRST: u16 = 12_000;
    const PORTS: u16 = 18_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let mine = u16::try_from(std::process::id() * 64 % u32::from(PORTS)).unwrap_or_default();
    for _ in 0..PORTS {
        let port = FIRST + mine.wrapping_add(NEXT.fetch_add(1, Relaxed)) % PORTS;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no free port")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
