//! What the figures were measured on.

use std::fs;
use std::process::Command;

use anyhow::Result;

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
        "Measured on {cores} cores ({model}), {} GB of memory, {}, Node {}; {} Rust programs. Others worked on \
         the machine at the same time, so times and CPU are rough; bytes and messages do not depend on it.",
        kilobytes / 1_000_000,
        std::env::consts::OS,
        String::from_utf8_lossy(&node.stdout).trim().trim_start_matches('v'),
        if cfg!(debug_assertions) { "unoptimised" } else { "optimised" },
    ))
}
