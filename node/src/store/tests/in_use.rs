//! A store that is written anew while it is in use.

use std::time::{Duration, Instant};

use super::*;

/// Written anew as often as possible.
fn open_restless(dir: &Path) -> SledBackend {
    SledBackend::open_and_renew(dir, 0, u64::MAX).map(restless).unwrap()
}

fn restless(mut backend: SledBackend) -> SledBackend {
    let engine = backend.engine.get_mut().unwrap();
    engine.upkeep = upkeep::Upkeep::new(&engine.disk, 0, engine.commits);
    backend
}

/// Values that take several steps to be copied, in more commits than must lie between two copies.
fn fill(backend: &mut SledBackend) {
    for number in 0..80 {
        let large = meta(&format!("large/{number}"), &[number as u8; 12_000]);
        backend.commit(&[append(number, vec![number as u8; 700]), large]).unwrap();
    }
}

/// A commit that changes rows at both ends of the store and in the middle, and has some swept away.
fn change_everywhere(number: u32) -> Vec<Write> {
    let mut batch = vec![
        append(80 + number, vec![1; 2_000]),
        meta("large/7", &vec![number as u8; 20_000]),
        meta("zzz", &number.to_le_bytes()),
        Write::Meta { key: format!("large/{}", 10 + number), value: None },
    ];
    if number % 3 == 2 {
        let bytes = vec![number as u8; 30_000];
        batch.push(Write::Snapshot { doc: report(), covers: 20 + number, bytes });
    }
    batch
}

/// Every row as it is on the disk.
fn raw(backend: &SledBackend) -> Vec<(Vec<u8>, Vec<u8>)> {
    let rows = disk(backend).db.iter().map(Result::unwrap);
    // Each store has a name of its own.
    let rows = rows.filter(|(key, _)| key.as_ref() != key::ID);
    rows.map(|(key, row)| (key.to_vec(), row.to_vec())).collect()
}

/// What a process finds that starts after this one was killed.
fn after_a_kill(dir: &Path, copy: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    fn copy_folder(from: &Path, to: &Path) {
        fs::create_dir(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy_folder(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    copy_folder(dir, copy);
    let found = raw(&open(copy));
    fs::remove_dir_all(copy).unwrap();
    found
}

#[test]
fn a_store_is_written_anew_while_it_takes_commits_and_can_be_killed_at_every_step() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let mut backend = open_restless(&dir);
    let mut twin = open(&place.path().join("twin"));
    fill(&mut backend);
    fill(&mut twin);
    let mut steps = 0;
    while backend.upkeep().unwrap() {
        let batch = change_everywhere(steps);
        backend.commit(&batch).unwrap();
        twin.commit(&batch).unwrap();
        steps += 1;
        assert_eq!(after_a_kill(&dir, &place.path().join("copy")), raw(&twin), "step {steps}");
    }
    assert!(steps >= 6, "{steps} steps: too few for anything to come in between");
    assert_eq!(renew::sled_dir(&dir).unwrap(), dir.join("generation-1"));
    assert!(!dir.join("db").exists(), "the former generation is removed");
    assert_eq!(raw(&backend), raw(&twin));
    drop(backend);

    // The next one follows as soon as it is due, and not before.
    let mut backend = open_restless(&dir);
    assert_eq!(raw(&backend), raw(&twin));
    assert!(!backend.upkeep().unwrap());
    for number in 0..64 {
        backend.commit(&[meta("node", &[number])]).unwrap();
    }
    while backend.upkeep().unwrap() {}
    assert_eq!(renew::sled_dir(&dir).unwrap(), dir.join("generation-2"));
    read_all(&backend).unwrap();
}

#[test]
fn a_copy_that_finds_no_room_is_given_up_and_the_store_goes_on() {
    let place = TempDir::new().unwrap();
    let mut backend = open_restless(place.path());
    fill(&mut backend);
    for _ in 0..3 {
        assert!(backend.upkeep().unwrap());
    }
    assert!(place.path().join("generation-1").exists());
    backend.want_free(u64::MAX / 2);
    assert!(backend.upkeep().unwrap());
    assert!(!place.path().join("generation-1").exists());
    assert!(!backend.upkeep().unwrap(), "not tried again at once");

    backend.want_free(0);
    let before = raw(&backend).len();
    backend.commit(&[meta("more", b"value")]).unwrap();
    assert_eq!(raw(&backend).len(), before + 1);
    assert_eq!(renew::sled_dir(place.path()).unwrap(), place.path());
}

#[test]
fn a_folder_in_which_a_thread_may_still_write_is_not_used_again() {
    let place = TempDir::new().unwrap();
    let mut backend = open_restless(place.path());
    fill(&mut backend);
    fs::create_dir(place.path().join("generation-1")).unwrap();
    while backend.upkeep().unwrap() {}
    assert_eq!(renew::sled_dir(place.path()).unwrap(), place.path().join("generation-2"));
    backend.commit(&[meta("more", b"value")]).unwrap();
    assert_eq!(backend.meta("more").unwrap().unwrap(), b"value");
}

#[test]
fn a_damaged_row_is_found_on_the_way_and_the_store_can_be_used_on() {
    let place = TempDir::new().unwrap();
    let mut backend = open_restless(place.path());
    fill(&mut backend);
    backend.spoil_change(&report(), 40);
    assert!(backend.upkeep().unwrap());
    assert!(matches!(backend.upkeep(), Err(StoreError::Damaged { .. })));
    assert!(!place.path().join("generation-1").exists());
    assert!(!backend.upkeep().unwrap());
    backend.commit(&[meta("more", b"value")]).unwrap();
    assert_eq!(backend.meta("more").unwrap().unwrap(), b"value");
}

#[test]
fn after_a_failed_write_the_store_is_copied_to_another_place_before_it_is_used() {
    let place = TempDir::new().unwrap();
    let before = sample(place.path());
    let log = fs::read(place.path().join("db")).unwrap();
    open::note_doubt(place.path()).unwrap();
    open::settle_doubt(place.path()).unwrap();
    let copy = renew::sled_dir(place.path()).unwrap();
    assert_eq!(copy, place.path().join("generation-1"));
    assert!(fs::read(place.path().join("db")).unwrap() == log, "the former files are not touched");
    assert_eq!(read_all(&open(place.path())).unwrap(), before);

    let again = SledBackend::open_after_failure(place.path()).unwrap();
    assert_eq!(read_all(&again).unwrap(), before);
    assert_eq!(renew::sled_dir(place.path()).unwrap(), place.path().join("generation-2"));
    drop(again);
    drop(open(place.path()));
    assert!(place.path().join("generation-2").exists(), "copied once for each failure");
}

#[test]
fn a_sled_that_does_not_answer_is_given_up_and_its_store_opened_again() {
    let place = TempDir::new().unwrap();
    let before = sample(place.path());
    let mut backend = open(place.path());
    let (_never, gate) = std::sync::mpsc::channel::<()>();
    backend.engine.limit = Duration::from_millis(50);
    let engine = backend.engine.get_mut().unwrap();
    engine.disk.on_sync = Some(Box::new(move || assert!(gate.recv().is_err())));

    let refused = backend.commit(&[append(40, vec![1])]);
    assert!(matches!(refused, Err(StoreError::Io { .. })), "{refused:?}");
    assert!(matches!(backend.documents(), Err(StoreError::Poisoned { .. })));
    assert!(matches!(backend.commit(&[meta("a", b"b")]), Err(StoreError::Poisoned { .. })));
    drop(backend);

    // Its thread stands there still, with sled's lock on the former files.
    let mut again = SledBackend::open_after_failure(place.path()).unwrap();
    assert_ne!(read_all(&again).unwrap(), before, "what was refused may be there all the same");
    again.commit(&[append(41, vec![1])]).unwrap();
    drop(again);
    assert_eq!(open(place.path()).documents().unwrap()[&report()].changes, 42);
}

/// `LIVE_MIB=350 cargo nextest run … --run-ignored all --no-capture` prints how long anybody has to wait while
/// so much is copied.
#[test]
#[ignore = "takes a minute and measures"]
fn the_longest_wait_while_a_store_is_written_anew() {
    let mib: u32 = std::env::var("LIVE_MIB").unwrap_or_default().parse().unwrap_or(15);
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let mut backend = open_restless(&dir);
    // A hub's rows: changes of some hundred bytes, snapshots of some ten thousand.
    for number in 0..mib * 16 {
        let mut batch: Vec<Write> = (0..128)
            .map(|index| meta(&format!("change/{number}/{index}"), &[number as u8; 250]))
            .collect();
        batch.push(meta(&format!("snapshot/{number}"), &[number as u8; 32 * 1024]));
        backend.commit(&batch).unwrap();
    }
    let log = disk(&backend).log_bytes().unwrap() >> 20;
    let (mut steps, mut commits, mut whole) = (Vec::new(), Vec::new(), Duration::ZERO);
    loop {
        let start = Instant::now();
        let more = backend.upkeep().unwrap();
        steps.push(start.elapsed());
        whole += start.elapsed();
        if !more {
            break;
        }
        let start = Instant::now();
        backend.commit(&[meta("node", &[7; 200])]).unwrap();
        commits.push(start.elapsed());
    }
    let fresh = disk(&backend).log_bytes().unwrap() >> 20;
    let last: Vec<_> = steps.iter().rev().take(4).collect();
    println!("{mib} MiB: log {log} MiB, then {fresh} MiB; {} steps in {whole:?}", steps.len());
    println!("first {:?}, last, from behind {last:?}", steps.first());
    for (name, times) in [("steps", &mut steps), ("commits", &mut commits)] {
        times.sort();
        let (half, most) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!("{name}: median {half:?}, 99 % {most:?}, longest {:?}", times.last());
    }
}
