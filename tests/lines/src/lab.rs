//! Where scenarios are tried: a town on both sides of an emulated line, and what went over it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use hopluu_program::{Program, Server};
use hopluu_quarter::work::Act;
use serde_json::Value;

use crate::api::Api;
use crate::emulator::{Emulator, Side};
use crate::routes::{CLEAR, Route};
use crate::town::{HUB_LISTENS, Town, sitting};
use crate::way::Counts;

/// How often to look whether something has come about.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// When nothing will come of it any more.
const HOPELESS: Duration = Duration::from_secs(1800);
/// How often a person tries to sync before giving up.
const ATTEMPTS: u32 = 50;

/// An emulator, and a town that has been founded and is copied for each scenario.
#[derive(Debug)]
pub struct Lab {
    pub(crate) emulator: Emulator,
    founded: Town,
}

/// What a scenario took.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// From the office's first step until the hub has acknowledged everything.
    pub took: Duration,
    /// What the office sent into the line.
    pub up: Counts,
    /// What the hub sent into the line.
    pub down: Counts,
    /// How many connections the office tried.
    pub connections: usize,
}

/// The town's programs at work.
pub(crate) struct Running<'lab> {
    pub(crate) emulator: &'lab Emulator,
    pub(crate) town: Town,
    _hub: Server,
}

impl Lab {
    /// Founds the town.
    ///
    /// # Errors
    /// When there can be no emulator here.
    pub fn new() -> Result<Self> {
        let emulator = Emulator::start(CLEAR.up, CLEAR.down, 0)?;
        let founded = Town::found(&emulator)?;
        Ok(Self { emulator, founded })
    }

    /// A town whose office has worked without a line, in these sittings.
    pub(crate) fn town(&self, sittings: &[Vec<Act>]) -> Result<Town> {
        let town = self.founded.copy()?;
        sittings.iter().try_for_each(|acts| sitting(&town.office, acts))?;
        Ok(town)
    }

    /// The same town after both machines have synced over a clear line.
    pub(crate) fn settled(&self, town: Town) -> Result<Town> {
        let running = self.runs(town)?;
        running.sync(Side::Office, &running.town.office)?;
        running.sync(Side::Hub, &running.town.colleague)?;
        Ok(running.town)
    }

    /// The same town after the colleague has synced.
    pub(crate) fn colleague_told(&self, town: Town) -> Result<Town> {
        let running = self.runs(town)?;
        running.sync(Side::Hub, &running.town.colleague)?;
        Ok(running.town)
    }

    fn runs(&self, town: Town) -> Result<Running<'_>> {
        self.emulator.becomes(CLEAR.up, CLEAR.down, 0);
        let hub = self
            .emulator
            .in_namespace(Side::Hub, || Ok(town.hub.serve(&["--listen", HUB_LISTENS])))?;
        Ok(Running { emulator: &self.emulator, town, _hub: hub })
    }

    /// Does something across a line, from when the hub serves, and afterwards makes sure that the hub
    /// has everything.
    pub(crate) fn across(
        &self,
        town: &Town,
        route: &Route,
        seed: u64,
        work: impl FnOnce(&Running<'_>) -> Result<()>,
    ) -> Result<Crossing> {
        let running = self.runs(town.copy()?)?;
        self.emulator.becomes(route.up, route.down, seed);
        let start = Instant::now();
        work(&running)?;
        let took = start.elapsed();
        let crossing = Crossing::now(&self.emulator, took);
        self.emulator.becomes(CLEAR.up, CLEAR.down, seed);
        running.sync(Side::Hub, &running.town.colleague)?;
        running.town.ensure_the_hub_has_all()?;
        Ok(crossing)
    }
}

impl Crossing {
    /// What has gone over the present line.
    pub(crate) fn now(emulator: &Emulator, took: Duration) -> Self {
        let (up, down) = emulator.counts();
        Self { took, up, down, connections: emulator.handshakes() }
    }
}

impl Running<'_> {
    /// The office syncs, again and again where a connection does not come about.
    pub(crate) fn office_syncs(&self) -> Result<()> {
        for _ in 0..ATTEMPTS {
            if self.sync(Side::Office, &self.town.office).is_ok() {
                return Ok(());
            }
        }
        bail!("the office did not get through");
    }

    fn sync(&self, side: Side, machine: &Program) -> Result<()> {
        let output = self.emulator.in_namespace(side, || Ok(machine.run(&["--json", "sync"])))?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "sync: {error}");
        let outcome: Value = serde_json::from_slice(&output.stdout)?;
        let is_done = outcome.get("in_sync") == Some(&Value::Bool(true))
            && outcome.get("unacknowledged").and_then(Value::as_u64) == Some(0);
        ensure!(is_done, "not in sync: {outcome}");
        Ok(())
    }

    /// A machine serves, and so stays connected.
    pub(crate) fn serve(&self, side: Side, machine: &Program) -> Result<Server> {
        self.emulator.in_namespace(side, || Ok(machine.serve(&[])))
    }

    /// Waits until the office knows that the hub has everything.
    pub(crate) fn office_is_in_sync(&self) -> Result<()> {
        self.until(Side::Office, &self.town.office, Api::is_in_sync)
    }

    /// Waits until something can be seen at a machine that serves.
    pub(crate) fn until(
        &self,
        side: Side,
        machine: &Program,
        seen: impl Fn(&Api) -> Result<bool> + Send + Sync,
    ) -> Result<()> {
        self.emulator.in_namespace(side, || {
            let api = Api::of(machine)?;
            wait_until(|| seen(&api))
        })
    }

    /// Waits until so many bytes have been sent from the office.
    pub(crate) fn until_sent(&self, bytes: u64) -> Result<()> {
        wait_until(|| Ok(self.emulator.counts().0.bytes >= bytes))
    }
}

/// Looks again and again. There is nothing to be woken by: what is waited for happens in other processes.
fn wait_until(mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !holds()? {
        ensure!(start.elapsed() < HOPELESS, "nothing comes of it");
        std::thread::sleep(LOOK_AGAIN);
    }
    Ok(())
}
