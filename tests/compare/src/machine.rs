//! What the figures were measured on.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// When a figure was measured, and what else went on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct Conditions {
    /// Year, month and day.
    pub(crate) day: String,
    /// How many processes wanted to compute, on average over the minute before the run began, in tenths.
    pub(crate) load: u32,
}

/// As they are now.
pub(crate) fn conditions() -> Result<Conditions> {
    let day = Command::new("date").args(["-u", "+%Y-%m-%d"]).output()?;
    let loads = fs::read_to_string("/proc/loadavg")?;
    let load: f64 = loads.split(' ').next().context("loadavg")?.parse()?;
    let day = String::from_utf8_lossy(&day.stdout).trim().to_owned();
    Ok(Conditions { day, load: (load * 10.0).round() as u32 })
}

/// A line about the machine.
pub(crate) fn about() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model =
        processors.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kilobytes: u64 = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or_default();
    let node = Command::new("node").arg("--version").output()?;
    Ok(format!(
        "Measured on {cores} cores ({model}), {} GB of memory, {}, Node {}; {} Rust programs.",
        kilobytes / 1_000_000,
        std::env::consts::OS,
        String::from_utf8_lossy(&node.stdout).trim().trim_start_matches('v'),
        if cfg!(debug_assertions) { "unoptimised" } else { "optimised" },
    ))
}
