//! A network namespace without a name: it is gone when the last that holds it is.

use std::fs::File;
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use netconfig_rs::Interface;
use netconfig_rs::sys::InterfaceExt as _;
use nix::sched::{CloneFlags, setns, unshare};

/// A network of its own on this machine, with a loopback that works.
#[derive(Debug)]
pub struct Namespace(File);

impl Namespace {
    /// Makes one.
    ///
    /// # Errors
    /// When this process may not: that takes root, or `CAP_SYS_ADMIN`.
    pub fn new() -> Result<Self> {
        // In a thread of its own, since it moves there and cannot come back.
        on_a_thread(|| {
            unshare(CloneFlags::CLONE_NEWNET).context("no network namespace can be made")?;
            Interface::try_from_name("lo")
                .and_then(|loopback| loopback.set_up(true))
                .map_err(|error| anyhow!("loopback does not come up: {error}"))?;
            Ok(Self(File::open("/proc/thread-self/ns/net")?))
        })
    }

    /// Does something inside: sockets that it opens, devices that it makes and processes that it starts
    /// are in the namespace and stay there.
    ///
    /// # Errors
    /// When the namespace cannot be entered, and what `work` says.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        on_a_thread(|| {
            setns(&self.0, CloneFlags::CLONE_NEWNET).context("entering a network namespace")?;
            work()
        })
    }
}

/// A namespace is a thread's, and a thread that has moved is of no use for anything else.
fn on_a_thread<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
