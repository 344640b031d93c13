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
use tokio::runtime::Handle;
use tokio::time::sleep;

use hopluu_lines::{Emulator, HUB, Side};

use crate::driver::Driver;
use crate::peer::Peer;
use crate::proxy::{Both, Counts, Line, Weather};
use crate::script::{self, Edit, State};
use crate::usage::Usage;

/// How long nothing goes over the line before a sync counts as over; on a long line three round trips more.
const QUIET: Duration = Duration::from_secs(1);

/// With so little computing in that time.
const IDLE: Duration = Duration::from_millis(100);

/// What each of many clients may go on sending and receiving when all is over, bytes a second: signs of life, which
/// so many give all the time. Of a single client nothing is seen of them within the time that is waited.
const SIGNS_OF_LIFE: u64 = 32;

/// How often is looked.
const LOOK: Duration = Duration::from_millis(20);

/// What preparing may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// What it may take to have many clients work.
const CROWDING: Duration = Duration::from_secs(480);

/// The unit of the first client of a crowd, where they have units.
const FIRST_UNIT: usize = 20_000;

/// Where servers listen behind an emulated line, in a network that nobody else is in.
const EMULATED_PORT: u16 = 4_433;

/// What was measured.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Measured {
    pub(crate) counts: Counts,
    /// Until both sides were through.
    pub(crate) time: Duration,
    /// The same from the first byte on the line.
    pub(crate) on_the_line: Duration,
    /// Until the client knew that the server has it, where it learns that.
    pub(crate) known: Option<Duration>,
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
    /// How many clients the client's process is.
    clients: usize,
    /// Between the two, instead of the line.
    emulator: Option<Emulator>,
}

impl Stage {
    /// An empty stage.
    pub(crate) fn new(peer: Peer) -> Result<Self> {
        Self::at(peer, free_address()?, free_address()?, None)
    }

    /// An empty stage whose client and server are on the two sides of an emulated line, and speak over it
    /// directly.
    pub(crate) fn across(peer: Peer, emulator: Emulator) -> Result<Self> {
        let address = SocketAddr::from((HUB, EMULATED_PORT));
        Self::at(peer, address, address, Some(emulator))
    }

    fn at(
        peer: Peer,
        server_address: SocketAddr,
        line_address: SocketAddr,
        emulator: Option<Emulator>,
    ) -> Result<Self> {
        // Beside the build, on a real disk: a directory for passing files is often memory.
        let beside = std::env::current_exe()?.parent().context("no folder")?.join("stages");
        fs::create_dir_all(&beside)?;
        let dir = tempfile::tempdir_in(beside)?;
        for side in ["server", "client"] {
            fs::create_dir(dir.path().join(side))?;
        }
        Ok(Self {
            peer,
            dir,
            server_address,
            line_address,
            server: None,
            client: None,
            line: None,
            delay: Duration::ZERO,
            clients: 1,
            emulator,
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
        let (name, log) = (format!("{} {role}", self.peer.key()), self.path("log"));
        let side = if role == "server" { Side::Hub } else { Side::Office };
        let start = || Driver::start(&command, &name, &log);
        let mut driver = match &self.emulator {
            None => start()?,
            Some(emulator) => {
                let runtime = Handle::current();
                emulator.in_namespace(side, || {
                    let _inside = runtime.enter();
                    start()
                })?
            }
        };
        driver.ready().await?;
        Ok(driver)
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
    pub(crate) async fn client(&mut self) -> Result<&mut Driver> {
        self.leave().await?;
        let client = self.start("client", "client").await?;
        Ok(self.client.insert(client))
    }

    /// Ends the client.
    pub(crate) async fn leave(&mut self) -> Result<()> {
        if let Some(client) = self.client.take() {
            client.stop().await?;
        }
        self.close_line().await;
        Ok(())
    }

    /// Has the client's connections go over a line like this.
    async fn open_line(&mut self, weather: Weather) -> Result<()> {
        self.close_line().await;
        self.delay = weather.delay;
        if self.emulator.is_none() {
            let framing = self.peer.framing();
            let line = Line::open_at(self.line_address, self.server_address, framing, weather);
            self.line = Some(line.await.context("the line")?);
        }
        Ok(())
    }

    async fn close_line(&mut self) {
        if let Some(line) = self.line.take() {
            line.close().await;
        }
    }

    /// Lets clients in where that needs an invitation.
    pub(crate) async fn enrol(&mut self, units: &[String]) -> Result<()> {
        let line = self.line_address.to_string();
        let what = json!({ "do": "invite", "units": units, "line": line });
        let invited = self.server()?.ask(what, PATIENCE).await?;
        self.client().await?;
        self.open_line(Weather::default()).await?;
        let what = json!({ "do": "join", "invitations": invited["invitations"] });
        self.client.as_mut().context("no client")?.ask(what, PATIENCE).await?;
        self.leave().await
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

    pub(crate) async fn ask_client(&mut self, what: Value) -> Result<Value> {
        self.client.as_mut().context("no client")?.ask(what, PATIENCE).await
    }

    fn server(&mut self) -> Result<&mut Driver> {
        self.server.as_mut().context("no server")
    }

    /// The line between the two, if it is emulated.
    pub(crate) fn emulator(&self) -> Result<&Emulator> {
        self.emulator.as_ref().context("no emulated line")
    }

    /// Has a client that runs connect.
    pub(crate) async fn dial(&mut self, mut what: Value) -> Result<()> {
        what["address"] = json!(self.line_address.to_string());
        self.ask_client(what).await.map(drop)
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
        self.open_line(weather).await?;
        what["address"] = json!(self.line_address.to_string());
        self.measure(what, limit, goal).await
    }

    /// Has a crowd of clients do the same work and bring it to the server.
    pub(crate) async fn crowd(&mut self, count: usize, edits: &[Edit]) -> Result<()> {
        self.clients = count;
        let path = self.path("script.json");
        script::write(&path, edits)?;
        let mut what =
            json!({ "do": "crowd", "count": count, "edits": path.display().to_string() });
        what["address"] = json!(self.line_address.to_string());
        if self.peer == Peer::Hopluu {
            // Both sides' stores are written without a line.
            let units = (0..count).map(|number| format!("{:05}", FIRST_UNIT + number));
            what["units"] = units.collect();
            what["clients"] = json!(self.path("client").display().to_string());
            let mut filler = self.start("client", "server").await?;
            filler.ask(what, CROWDING).await?;
            filler.stop().await?;
            return self.meet(count).await;
        }
        self.serve().await?;
        self.client().await?;
        self.open_line(Weather::default()).await?;
        self.client.as_mut().context("no client")?.ask(what, CROWDING).await?;
        self.leave().await
    }

    /// Lets a crowd whose stores were written without a line meet the server, as the others have.
    async fn meet(&mut self, count: usize) -> Result<()> {
        self.serve().await?;
        let what = json!({ "do": "crowd-connect", "count": count });
        let met = self.connect(what, Weather::default(), CROWDING, None).await?;
        ensure!(met.is_through, "not all have met after {} s", CROWDING.as_secs());
        self.leave().await
    }

    /// Has the client do something over the line and measures until both are through: nothing goes over
    /// the line any more and, if that is given, the server holds what it must. What looking takes is not
    /// measured.
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
        let quiet = self.quiet(begun + limit, goal).await?;
        let is_through = quiet.is_some();
        let first = self.line.as_ref().context("no line")?.first();
        let after = self.snapshot().await?;
        // An edit makes no notice of its own.
        let told = after.in_sync.filter(|at| *at > begun);
        let (client, server, last) =
            quiet.unwrap_or_else(|| (after.client, after.server, Instant::now()));
        let ended = if is_through { told.unwrap_or(last) } else { last };
        Ok(Measured {
            counts: after.counts.since(before.counts),
            time: ended.saturating_duration_since(begun),
            on_the_line: ended.saturating_duration_since(first.max(begun)),
            known: None,
            client: Usage { cpu: client.cpu - before.client.cpu, ..client },
            server: Usage { cpu: server.cpu - before.server.cpu, ..server },
            server_growth: server.resident.saturating_sub(before.server.resident),
            is_through,
        })
    }

    /// Waits until nothing goes over the line (but signs of life of many) and nobody computes. Gives what client
    /// and server had used by then, and when it went quiet; none when the time is up before.
    async fn quiet(
        &mut self,
        deadline: Instant,
        goal: Option<&State>,
    ) -> Result<Option<(Usage, Usage, Instant)>> {
        let mut since = Instant::now();
        let mut ended = since;
        let mut computed = self.computed()?;
        let mut bytes = u64::MAX;
        let mut cuts_told = 0;
        let quiet = QUIET + 6 * self.delay;
        let alive = match self.clients {
            1 => 0,
            many => many as u64 * SIGNS_OF_LIFE * LOOK.as_millis() as u64 / 1_000,
        };
        loop {
            if Instant::now() > deadline {
                return Ok(None);
            }
            sleep(LOOK).await;
            let line = self.line.as_ref().context("no line")?;
            let (now, last, cuts) = (line.counts().wire.sum(), line.last(), line.cuts());
            if cuts > cuts_told && self.peer == Peer::Hopluu {
                // UDP knows no reset. An operating system tells of a lost interface; so do we.
                self.ask_client(json!({ "do": "line-down" })).await?;
            }
            cuts_told = cuts;
            if now.abs_diff(bytes) > alive {
                (since, ended, computed) = (Instant::now(), last, self.computed()?);
            } else if since.elapsed() >= quiet {
                let used = self.used()?;
                let so_far = used.0.cpu + used.1.cpu;
                if so_far - computed < IDLE && (now > 0 || cuts > 0) && self.reached(goal).await? {
                    return Ok(Some((used.0, used.1, ended)));
                }
                (since, computed) = (Instant::now(), self.computed()?);
            }
            bytes = now;
        }
    }

    /// What client and server have used so far.
    fn used(&self) -> Result<(Usage, Usage)> {
        let of = |driver: &Option<Driver>| driver.as_ref().context("not running")?.usage();
        Ok((of(&self.client)?, of(&self.server)?))
    }

    fn computed(&self) -> Result<Duration> {
        let (client, server) = self.used()?;
        Ok(client.cpu + server.cpu)
    }

    async fn reached(&mut self, goal: Option<&State>) -> Result<bool> {
        if self.peer == Peer::Hopluu {
            // Its store cannot be read while it runs, and it knows by itself.
            return Ok(self.snapshot().await?.in_sync.is_some());
        }
        let Some(goal) = goal else { return Ok(true) };
        Ok(self.states().await?.1 == *goal)
    }

    /// By which name the peer knows the client's report, where the server is asked for it while both run.
    pub(crate) async fn document_if_asked_for(&mut self) -> Result<Value> {
        if self.peer == Peer::Hopluu {
            return Ok(Value::Null);
        }
        Ok(self.client.as_mut().context("no client")?.state(&Value::Null).await?.1)
    }

    /// Since when the server has it all, durably if it is Hợp Lưu; none if it has not. The others are looked
    /// at now and then, Hợp Lưu's server says when its store grew last.
    pub(crate) async fn arrived(
        &mut self,
        document: &Value,
        goal: &State,
    ) -> Result<Option<Instant>> {
        if self.peer == Peer::Hopluu {
            let told = self.ask_client(json!({ "do": "traffic" })).await?;
            if told["in_sync_at"].as_u64().is_none() {
                return Ok(None);
            }
            let told = self.server()?.ask(json!({ "do": "grown-at" }), PATIENCE).await?;
            return Ok(told["at"].as_u64().map(instant_of));
        }
        let arrived = self.server()?.state(document).await?.0 == *goal;
        Ok(arrived.then(Instant::now))
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
