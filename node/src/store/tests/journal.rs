//! The journal beside sled, and rows found in the bytes of sled's log.

use super::*;

fn journal_files(dir: &Path) -> Vec<PathBuf> {
    let folder = fs::read_dir(dir.join("journal")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn remove_sled(dir: &Path) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name == "db" || name.starts_with("snap.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// What is left of a store, as a wreck: the report's changes, and how many it should have.
fn read_out(dir: &Path, scratch: &Path) -> (Vec<u32>, u32) {
    let wreck = Wreck::read(dir, scratch).unwrap().unwrap();
    let pieces = wreck.pieces(&report());
    let mut positions: Vec<u32> = pieces.changes.keys().map(|(position, _)| *position).collect();
    positions.dedup();
    (positions, pieces.count)
}

#[test]
fn each_of_both_suffices() {
    for is_sled_lost in [true, false] {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("store");
        sample(&dir);
        if is_sled_lost {
            remove_sled(&dir);
            assert!(matches!(SledBackend::open(&dir), Err(StoreError::Damaged { .. })));
        } else {
            fs::remove_dir_all(dir.join("journal")).unwrap();
        }
        let wreck = Wreck::read(&dir, &place.path().join("scratch")).unwrap().unwrap();
        let pieces = wreck.pieces(&report());
        assert_eq!(pieces.count, 40);
        let singly: Vec<u32> = pieces.changes.keys().map(|(position, _)| *position).collect();
        // The rows of changes that went into the snapshot are still there or not.
        assert!((30..40).all(|position| singly.contains(&position)), "{singly:?}");
        assert!(pieces.snapshots.len() == 1 || singly.len() == 40);
        let meta: BTreeMap<String, Vec<u8>> = wreck.meta().into_iter().collect();
        assert_eq!((meta["node"].as_slice(), meta["large"].len()), (&b"value"[..], 10_000));
    }
}

#[test]
fn all_rows_are_found_in_the_bytes_of_the_log() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let mut backend = open(&dir);
    for number in 0..200 {
        let large = meta(&format!("large/{}", number % 7), &[number as u8; 3_000]);
        backend.commit(&[append(number, vec![number as u8; 200]), large]).unwrap();
    }
    let expected: BTreeMap<Vec<u8>, Vec<u8>> =
        disk(&backend).scan(&[]).map(Result::unwrap).collect();
    drop(backend);
    let found = raw::rows(&fs::read(dir.join("db")).unwrap());
    for (key, body) in &expected {
        let name = String::from_utf8_lossy(key);
        assert!(found.get(key) == Some(body), "{name}: {:?}", found.contains_key(key));
    }
}

#[test]
fn a_row_is_found_behind_damage_that_ends_the_log_for_sled() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let mut backend = open(&dir);
    for number in 0..30 {
        backend.commit(&[append(number, vec![number as u8; 200])]).unwrap();
    }
    drop(backend);
    remove_snapshots(&dir);
    fs::remove_dir_all(dir.join("journal")).unwrap();
    let mut log = fs::read(dir.join("db")).unwrap();
    let used = log.iter().rposition(|byte| *byte != 0).unwrap();
    for step in 1..20 {
        let at = used * step / 20;
        log[at] ^= 4;
        fs::write(dir.join("db"), &log).unwrap();
        let (positions, count) = read_out(&dir, &place.path().join("scratch"));
        // A page that is written as a whole now and then has up to ten changes that are nowhere else.
        assert!(positions.len() >= 29 && count == 30, "{at}: {positions:?} of {count}");
        log[at] ^= 4;
    }
}

fn remove_snapshots(dir: &Path) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

#[test]
fn a_commit_that_only_the_journal_has_is_taken_from_it() {
    let place = TempDir::new().unwrap();
    let (dir, ahead) = (place.path().join("store"), place.path().join("ahead"));
    open(&dir).commit(&[append(0, vec![1]), meta("a", b"1")]).unwrap();
    fs::create_dir(&ahead).unwrap();
    for name in ["db", "conf", "commits"] {
        fs::copy(dir.join(name), ahead.join(name)).unwrap();
    }
    open(&dir).commit(&[append(1, vec![2]), meta("a", b"2")]).unwrap();
    let expected = read_all(&open(&dir)).unwrap();
    fs::create_dir(ahead.join("journal")).unwrap();
    for file in journal_files(&dir) {
        fs::copy(&file, ahead.join("journal").join(file.file_name().unwrap())).unwrap();
    }
    assert_eq!(read_all(&open(&ahead)).unwrap(), expected);
}

#[test]
fn a_journal_that_lost_something_is_written_anew() {
    for quarter in 0..4 {
        let place = TempDir::new().unwrap();
        let dir = place.path().join("store");
        let whole = sample(&dir);
        let file = journal_files(&dir).remove(0);
        let bytes = fs::read(&file).unwrap();
        let length = bytes.len() * quarter / 4 + quarter;
        fs::write(&file, &bytes[..length]).unwrap();
        assert_eq!(read_all(&open(&dir)).unwrap(), whole);
        remove_sled(&dir);
        let (positions, count) = read_out(&dir, &place.path().join("scratch"));
        assert_eq!((positions, count), ((30..40).collect(), 40), "cut at {length}");
    }
}

#[test]
fn what_an_earlier_program_wrote_since_is_added_to_the_journal() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    open(&dir).commit(&[append(0, vec![1])]).unwrap();
    let mut backend = open(&dir);
    let engine = backend.engine.get_mut().unwrap();
    let planned =
        batch::Plan::new(&engine.disk, 0, &[append(1, vec![2])]).unwrap().finish(2, 1).unwrap();
    engine.write(planned).unwrap();
    // It does not know of this row.
    let known = [1_u64.to_le_bytes(), 1_u64.to_le_bytes()].concat();
    disk(&backend).write(&Rows::from([(key::JOURNALED.to_vec(), Some(known))])).unwrap();
    drop(backend);

    drop(open(&dir));
    remove_sled(&dir);
    assert_eq!(read_out(&dir, &place.path().join("scratch")), (vec![0, 1], 2));
}

#[test]
fn a_journal_that_grew_is_written_anew_in_use_and_can_be_killed_at_every_step() {
    let place = TempDir::new().unwrap();
    let (dir, copy) = (place.path().join("store"), place.path().join("copy"));
    let mut backend = open(&dir);
    let mut next = 0;
    for _ in 0..2 {
        for _ in 0..60 {
            let large = meta("large", &[next as u8; 30_000]);
            backend.commit(&[append(next, vec![7; 8_000]), large]).unwrap();
            next += 1;
        }
        let files = journal_files(&dir);
        while backend.upkeep().unwrap() {
            backend.commit(&[append(next, vec![8; 300]), meta("last", &[next as u8])]).unwrap();
            next += 1;
            fs::create_dir_all(copy.join("journal")).unwrap();
            for file in journal_files(&dir) {
                fs::copy(&file, copy.join("journal").join(file.file_name().unwrap())).unwrap();
            }
            let wreck = Wreck::read(&copy, &place.path().join("scratch")).unwrap().unwrap();
            assert_eq!(wreck.pieces(&report()).changes.len() as u32, next);
            let meta: BTreeMap<String, Vec<u8>> = wreck.meta().into_iter().collect();
            assert_eq!(meta["last"], [(next - 1) as u8]);
            fs::remove_dir_all(&copy).unwrap();
        }
        let after = journal_files(&dir);
        assert!(after.len() == 1 && after != files, "{files:?}, then {after:?}");
    }
}

#[test]
fn a_journal_that_nobody_had_time_for_is_written_anew_at_opening() {
    let place = TempDir::new().unwrap();
    let mut longest = 0;
    for number in 0..40 {
        let mut backend = open(place.path());
        backend.commit(&[append(number, vec![1; 100]), meta("large", &[9; 400_000])]).unwrap();
        drop(backend);
        let files = journal_files(place.path());
        longest = longest.max(files.iter().map(|path| fs::metadata(path).unwrap().len()).sum());
    }
    assert!((4_000_000..7_000_000).contains(&longest), "{longest}");
}

#[test]
fn what_another_machine_has_is_left_out_of_the_journal_of_a_large_store() {
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let mut backend = open(&dir);
    for number in 0..12 {
        backend.commit(&[append(number, vec![7; 100_000])]).unwrap();
    }
    let acked = format!("peer/{}/acked/{}", "ab".repeat(32), report());
    backend.commit(&[meta(&acked, &10_u32.to_be_bytes())]).unwrap();
    backend.small = 0;
    backend.begin_rewrite().unwrap();
    while backend.rewrite_some().unwrap() {}
    drop(backend);
    remove_sled(&dir);
    let (positions, count) = read_out(&dir, &place.path().join("scratch"));
    assert_eq!((positions, count), (vec![10, 11], 12));
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_stores_files() {
    use std::os::unix::fs::PermissionsExt;

    fn check(path: &Path) {
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        if path.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| check(&entry.unwrap().path()));
        }
    }
    let place = TempDir::new().unwrap();
    let dir = place.path().join("store");
    let mut backend = open(&dir);
    check(&dir);
    backend.commit(&[append(0, vec![1])]).unwrap();
    drop(backend);
    for path in [dir.clone(), dir.join("db")] {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let _open = open(&dir);
    check(&dir);
}

#[test]
fn whoever_finds_a_store_in_use_hears_by_which_process() {
    let place = TempDir::new().unwrap();
    let _held = open(place.path());
    let refused = SledBackend::open(place.path()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse { by: Some(by) } if by == std::process::id()));
}

/// How long a commit of one keystroke takes, and how long it took with sled alone.
#[test]
#[ignore = "measures"]
fn the_time_that_a_commit_takes() {
    let place = TempDir::new().unwrap();
    let mut backend = open(place.path());
    let mut time = |with_journal: bool| {
        let mut times = Vec::new();
        for _ in 0..300 {
            let next = backend.documents().unwrap().get(&report()).map_or(0, |doc| doc.changes);
            let batch = [append(next, vec![next as u8; 200])];
            let start = std::time::Instant::now();
            if with_journal {
                backend.commit(&batch).unwrap();
            } else {
                let engine = backend.engine.get_mut().unwrap();
                let plan = batch::Plan::new(&engine.disk, engine.next_large, &batch).unwrap();
                engine.write(plan.finish(engine.commits + 1, engine.journaled).unwrap()).unwrap();
            }
            times.push(start.elapsed());
        }
        times.sort();
        (times[150], times[297])
    };
    for _ in 0..3 {
        let (alone, both) = (time(false), time(true));
        println!("median and 99 %: sled alone {alone:?}, with the journal {both:?}");
    }
}
