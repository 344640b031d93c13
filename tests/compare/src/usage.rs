//! What a process uses: CPU time and memory, as the kernel counts them.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// The kernel's clock ticks are this long (USER_HZ is 100 wherever Linux runs).
const TICK: Duration = Duration::from_millis(10);

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Usage {
    /// On all cores, in user and kernel mode.
    pub(crate) cpu: Duration,
    /// Resident memory, bytes.
    pub(crate) resident: u64,
    /// The most that was ever resident, bytes.
    pub(crate) peak: u64,
}

impl Usage {
    pub(crate) fn of(process: u32) -> Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name may hold spaces; what follows its bracket does not.
        let fields: Vec<&str> =
            stat.rsplit_once(')').context("stat")?.1.split_ascii_whitespace().collect();
        let ticks =
            |number: usize| -> Result<u32> { Ok(fields.get(number).context("stat")?.parse()?) };
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let kilobytes = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("status")?;
            Ok(line.trim_end_matches("kB").trim().parse::<u64>()? * 1024)
        };
        Ok(Self {
            cpu: TICK * (ticks(11)? + ticks(12)?),
            resident: kilobytes("VmRSS:")?,
            peak: kilobytes("VmHWM:")?,
        })
    }
}
