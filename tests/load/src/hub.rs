//! The hub: a process of its own, watched from outside.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use hopluu_tests::{Program, Server};

/// The kernel counts a process's time in hundredths of a second (`proc(5)`, `USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// A running hub.
#[derive(Debug)]
pub struct Hub {
    program: Program,
    server: Server,
    /// Where it listens for nodes.
    pub address: SocketAddr,
}

/// What the hub's process has taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Processor time of all its threads since it was started.
    pub cpu: Duration,
    /// Memory in use, bytes.
    pub resident: u64,
    /// The most that was ever in use, bytes.
    pub peak: u64,
}

impl Hub {
    /// Serves the town in a data directory.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn serve(data: &Path, address: &str) -> Result<Self> {
        let program = Program::over(data);
        let server = program.serve(&["--listen", address]);
        let address = server.listening.as_deref().context("the hub does not listen")?.parse()?;
        Ok(Self { program, server, address })
    }

    /// Ends it in good order, and starts it again at the same address.
    ///
    /// # Errors
    /// When it does not end, or does not come up.
    pub fn restart(self) -> Result<Self> {
        let Self { program, mut server, address } = self;
        let pid = server.id().to_string();
        ensure!(Command::new("kill").arg(pid).status()?.success(), "the hub cannot be stopped");
        server.wait();
        Self::serve(program.data(), &address.to_string())
    }

    /// What its process takes at this moment. Only Linux tells.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn usage(&self) -> Result<Usage> {
        let proc = Path::new("/proc").join(self.server.id().to_string());
        let stat = fs::read_to_string(proc.join("stat"))?;
        // The name of the program stands in brackets and may hold anything.
        let fields: Vec<&str> =
            stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok());
        let (user, system) = ticks(11).zip(ticks(12)).context("the hub's times")?;
        let status = fs::read_to_string(proc.join("status"))?;
        Ok(Usage {
            cpu: TICK * (user + system),
            resident: kibibytes(&status, "VmRSS:")? * 1024,
            peak: kibibytes(&status, "VmHWM:")? * 1024,
        })
    }

    /// The program over the hub's data directory, for commands.
    pub fn program(&self) -> &Program {
        &self.program
    }
}

fn kibibytes(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.with_context(|| format!("no {name}"))
}
