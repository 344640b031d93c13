//! What the figures were measured on and with.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use hopluu_tests::repository;

use crate::table::{median, time};

/// The libraries on which the figures depend most.
const LIBRARIES: &[&str] = &["automerge", "quinn", "sled", "typst"];

/// A line about machine, build and libraries.
pub(crate) fn about() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let build = if cfg!(debug_assertions) { "without optimisation" } else { "optimised" };
    let fsync = time(fsync()?);
    Ok(format!(
        "{cores} cores ({}, {}), {build}; one fsync of 4 KiB takes {fsync} at the median. {}.",
        std::env::consts::ARCH,
        std::env::consts::OS,
        versions()?,
    ))
}

/// Versions as Cargo.lock holds them.
fn versions() -> Result<String> {
    let lock: toml::Table = std::fs::read_to_string(repository().join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock")?;
    let mut versions = Vec::new();
    for name in LIBRARIES {
        let package = packages
            .iter()
            .find(|package| package.get("name").and_then(|n| n.as_str()) == Some(name));
        let version = package.and_then(|package| package.get("version")?.as_str());
        versions.push(format!("{name} {}", version.with_context(|| format!("no {name}"))?));
    }
    Ok(versions.join(", "))
}

/// What the disk alone takes to make 4 KiB durable.
fn fsync() -> Result<Duration> {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fsync");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..51 {
        file.write_all(&[7; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(median(times))
}
