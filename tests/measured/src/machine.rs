//! What the figures were measured on and with.

use std::env::consts::{ARCH, OS};
use std::fs;

use anyhow::{Context as _, Result};

use crate::repository;

/// Words about machine, build and these libraries, as `Cargo.lock` has them: without a full stop.
///
/// # Errors
/// When the repository is not where this was built, or has no such library.
pub fn about(libraries: &[&str]) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let build = if cfg!(debug_assertions) { "without optimisation" } else { "optimised" };
    let lock: toml::Table = fs::read_to_string(repository().join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock")?;
    let mut versions = Vec::new();
    for name in libraries {
        let package = packages.iter().find(|package| word(package, "name") == Some(name));
        let version = package.and_then(|package| word(package, "version"));
        versions.push(format!("{name} {}", version.with_context(|| format!("no {name}"))?));
    }
    Ok(format!(
        "{cores} cores ({ARCH}, {OS}{}), {build}, load average of the last 15 minutes {}; {}",
        kernel(),
        load(),
        versions.join(", "),
    ))
}

fn word<'a>(package: &'a toml::Value, field: &str) -> Option<&'a str> {
    package.get(field).and_then(toml::Value::as_str)
}

/// The kernel's version, with a blank before it; nothing where the system does not tell.
fn kernel() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    release
        .trim()
        .split('-')
        .next()
        .filter(|v| !v.is_empty())
        .map_or_else(String::new, |v| format!(" {v}"))
}

/// What else ran meanwhile spoils the times: on a quiet machine at most as many as there are cores.
fn load() -> String {
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    loads.split(' ').nth(2).unwrap_or("unknown").to_owned()
}
