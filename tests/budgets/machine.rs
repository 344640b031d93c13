//! What the figures were measured on and with.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::table::{median, time};

/// The libraries on which the figures depend most.
const LIBRARIES: &[&str] = &["automerge", "quinn", "sled", "typst"];

/// A line about machine, build and libraries.
pub(crate) fn about() -> Result<String> {
    let fsync = time(fsync()?);
    let machine = hopluu_measured::about(LIBRARIES)?;
    Ok(format!("{machine}; one fsync of 4 KiB takes {fsync} at the median."))
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
