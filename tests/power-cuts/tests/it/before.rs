//! What the same cuts do to sled without Hợp Lưu's store: that they hurt shows that the disk is cruel enough.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hopluu_power_cuts::dice::Dice;
use hopluu_power_cuts::mount::Mounted;

use crate::round::Round;
use crate::{cuts, disk, seed};

/// `plain_sled`, built with these tests.
fn plain_sled(folder: &Path, what: &str) -> Command {
    let mut program = std::env::current_exe().unwrap_or_default();
    program.pop();
    program.pop();
    let program: PathBuf = program.join("examples/plain_sled");
    assert!(program.exists(), "{} is not there", program.display());
    let mut command = Command::new(program);
    command.arg(folder).arg(what).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// The last number that a run printed.
fn last_number(lines: impl Iterator<Item = String>) -> Option<u64> {
    lines.last().and_then(|line| line.parse().ok())
}

/// How many of the cuts cost something acknowledged, or left what does not open.
fn hurt(disk: &Mounted, what: &str, cuts: u64) -> u64 {
    let mut dice = Dice::new(seed() + 7);
    let mut hurt = 0;
    for number in 1..=cuts {
        let folder = disk.path().join(format!("{what}-{number}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::File::open(disk.path()).and_then(|root| root.sync_all()).unwrap();
        let round = Round::draw(number, &mut dice, 700, 60);
        disk.cut_at(round.moment);
        let mut child = plain_sled(&folder, what).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let enough = |line: &String| line != "90" && disk.has_power();
        let mut acknowledged = 0;
        for line in lines {
            acknowledged = line.parse().unwrap();
            if !enough(&line) {
                break;
            }
        }
        disk.cut();
        child.kill().unwrap();
        child.wait().unwrap();
        disk.power_on(round.survival());
        let counted = plain_sled(&folder, "count").output().unwrap();
        let left = last_number(String::from_utf8_lossy(&counted.stdout).lines().map(str::to_owned));
        if left.is_none_or(|left| left < acknowledged) {
            hurt += 1;
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
    hurt
}

#[test]
fn sled_by_itself_loses_what_it_said_was_flushed() {
    let Some(disk) = disk() else { return };
    let cuts = cuts(3);
    let [flushed, synced] = ["write", "fsync"].map(|what| hurt(&disk, what, cuts));
    println!("of {cuts} cuts each hurt: sled with flush {flushed}, with flush and fsync {synced}");
    assert!(
        flushed > 0,
        "seed {}: this disk hurts nobody, so the other tests prove nothing",
        seed()
    );
}
