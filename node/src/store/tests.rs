use hopluu_protocol::store::conformance;
use tempfile::TempDir;

use super::*;

fn open(dir: &Path) -> SledBackend {
    SledBackend::open(dir).unwrap()
}

#[test]
fn the_sled_store_passes_the_conformance_suite() {
    let place = TempDir::new().unwrap();
    let mut count = 0;
    conformance::check(
        || {
            count += 1;
            open(&place.path().join(format!("store-{count}")))
        },
        |backend| {
            let dir = backend.disk.dir.clone();
            drop(backend);
            open(&dir)
        },
    );
    for number in 1..=count {
        let blobs = place.path().join(format!("store-{number}/blobs"));
        assert_eq!(fs::read_dir(blobs).unwrap().count(), 0, "sled never syncs its blobs");
    }
}
