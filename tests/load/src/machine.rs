//! What the figures were measured on and with.

use std::fs;

use anyhow::{Context as _, Result};
use hopluu_tests::repository;

/// The libraries on which the figures depend most.
const LIBRARIES: &[&str] = &["automerge", "quinn", "rustls", "sled"];

/// A line about machine, build and libraries.
///
/// # Errors
/// When the repository is not where this was built.
pub fn about() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let build = if cfg!(debug_assertions) { "without optimisation" } else { "optimised" };
    let lock: toml::Table = fs::read_to_string(repository().join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock")?;
    let mut versions = Vec::new();
    for name in LIBRARIES {
        let package = packages.iter().find(|package| word(package, "name") == Some(name));
        let version = package.and_then(|package| word(package, "version"));
        versions.push(format!("{name} {}", version.with_context(|| format!("no {name}"))?));
    }
    let (machine, system) = (std::env::consts::ARCH, std::env::consts::OS);
    // What else ran meanwhile spoils the times: on a quiet machine about as many as there are cores.
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let waiting = loads.split(' ').nth(2).unwrap_or("unknown");
    let versions = versions.join(", ");
    Ok(format!(
        "{cores} cores ({machine}, {system}), {build}, load average of the last 15 minutes {waiting}; \
         {versions}"
    ))
}

fn word<'a>(package: &'a toml::Value, field: &str) -> Option<&'a str> {
    package.get(field).and_then(toml::Value::as_str)
}
