//! Many small commits on values that stay few: what was overwritten must not fill the disk.

use super::*;

/// More than the segment that sled begins with.
const LARGE: u64 = 12 << 20;

fn log_bytes(dir: &Path) -> u64 {
    fs::metadata(renew::sled_dir(dir).unwrap().join("db")).unwrap().len()
}

/// Commits as a document makes them that is typed for ever, with a snapshot now and then.
fn churn(backend: &mut SledBackend, commits: std::ops::Range<u32>) {
    for number in commits {
        let acked = meta(&format!("peer/acked/{}", number % 40), &number.to_le_bytes());
        backend.commit(&[append(number, vec![number as u8; 160]), acked]).unwrap();
        if number % 200 == 199 {
            // About ten bytes of each change are left in a snapshot.
            let bytes = vec![7; (number as usize * 10).min(60_000)];
            let snapshot = Write::Snapshot { doc: report(), covers: number + 1, bytes };
            backend.commit(&[snapshot]).unwrap();
        }
    }
}

/// `CHURN=200000 cargo nextest run … --run-ignored all --no-capture` prints the figures of
/// docs/assumptions.md.
#[test]
#[ignore = "takes a minute and measures"]
fn a_log_that_grows_for_long_is_written_anew() {
    let commits: u32 = std::env::var("CHURN").unwrap_or_default().parse().unwrap_or(60_000);
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    for tenth in 0..10 {
        let start = std::time::Instant::now();
        let mut backend = open(&dir);
        let opened = start.elapsed();
        let rows = disk(&backend).db.iter().map(Result::unwrap);
        let live: usize = rows.map(|(key, row)| key.len() + row.len()).sum();
        let (log, live) = (log_bytes(&dir) / 1024, live / 1024);
        println!(
            "{} commits: log {log} KiB, live {live} KiB, opened in {opened:?}",
            tenth * commits / 10
        );
        churn(&mut backend, tenth * commits / 10..(tenth + 1) * commits / 10);
        println!("{} commits: log {} KiB", (tenth + 1) * commits / 10, log_bytes(&dir) / 1024);
    }
}

#[test]
fn a_large_log_that_holds_little_is_written_anew_once() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let before = sample(&dir);
    for generation in ["generation-1", "generation-2"] {
        // So many bytes are written that the log has grown by half since it was looked at.
        let mut backend = open(&dir);
        while log_bytes(&dir) < LARGE {
            backend.commit(&[meta("large", &[9; 9_000])]).unwrap();
        }
        backend.commit(&[meta("large", &[9; 10_000])]).unwrap();
        drop(backend);
        for _ in 0..2 {
            let mut backend = SledBackend::open_and_renew(&dir, 0, LARGE).unwrap();
            assert_eq!(read_all(&backend).unwrap(), before);
            assert_eq!(renew::sled_dir(&dir).unwrap(), dir.join(generation));
            assert!(log_bytes(&dir) < LARGE);
            backend.commit(&[meta("node", b"value")]).unwrap();
        }
        assert!(!dir.join("db").exists());
    }
    assert!(!dir.join("generation-1").exists());
    let aside = set_aside(&dir).unwrap();
    let wreck = Wreck::read(&aside, &place.path().join("scratch")).unwrap().unwrap();
    let pieces = wreck.pieces(&report());
    assert!((30..40).all(|position| pieces.changes.keys().any(|(at, _)| *at == position)));
}

#[test]
fn a_generation_that_was_never_finished_is_removed() {
    let place = TempDir::new().unwrap();
    let before = sample(place.path());
    let half = place.path().join("generation-1");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("db"), "half").unwrap();
    assert_eq!(read_all(&open(place.path())).unwrap(), before);
    assert!(!half.exists());
}
