//! Something else in the place of each file and folder of a data directory.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::*;
use super::damage::{Office, entries, goes_on};
use crate::messages::tests::assert_told_in_full;

const KEPT: &str = "a file of somebody's";

/// What may be put in the place of a file or folder.
#[derive(Clone, Copy, Debug)]
enum Thing {
    EmptyFolder,
    FullFolder,
    File,
    #[cfg(unix)]
    LinkToNowhere,
}

impl Thing {
    fn all() -> Vec<Self> {
        vec![
            Self::EmptyFolder,
            Self::FullFolder,
            Self::File,
            #[cfg(unix)]
            Self::LinkToNowhere,
        ]
    }

    fn is_in_the_way_of(self, is_folder: bool) -> bool {
        match self {
            Self::EmptyFolder | Self::FullFolder => !is_folder,
            Self::File => is_folder,
            #[cfg(unix)]
            Self::LinkToNowhere => true,
        }
    }

    fn put(self, path: &Path) {
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else if path.exists() {
            fs::remove_file(path).unwrap();
        }
        match self {
            Self::EmptyFolder => fs::create_dir(path).unwrap(),
            Self::FullFolder => {
                fs::create_dir(path).unwrap();
                fs::write(path.join("notes.txt"), KEPT).unwrap();
            }
            Self::File => fs::write(path, KEPT).unwrap(),
            #[cfg(unix)]
            Self::LinkToNowhere => std::os::unix::fs::symlink("/nowhere/at/all", path).unwrap(),
        }
    }

    fn is_at(self, path: &Path) -> bool {
        match self {
            Self::EmptyFolder => path.is_dir(),
            Self::FullFolder => {
                fs::read_to_string(path.join("notes.txt")).is_ok_and(|text| text == KEPT)
            }
            Self::File => fs::read_to_string(path).is_ok_and(|text| text == KEPT),
            #[cfg(unix)]
            Self::LinkToNowhere => fs::read_link(path).is_ok(),
        }
    }
}

/// All that lies in the directory, and what may lie there at times.
fn parts_of(dir: &Path) -> Vec<(PathBuf, bool)> {
    let mut parts = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            parts.push((path.strip_prefix(dir).unwrap().to_owned(), path.is_dir()));
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    let at_times = ["damaged", "doubtful", "generation", "fresh", "snap.0000000000000001"];
    parts.extend(at_times.map(|name| (Path::new("store").join(name), false)));
    parts.push(("hub-contact.json".into(), false));
    parts.push(("store/before-open".into(), true));
    parts.push(("store.reading".into(), true));
    parts.sort();
    parts.dedup();
    parts
}

#[test]
fn whatever_lies_in_the_place_of_a_file_or_folder_is_kept_aside_and_nothing_is_lost() {
    let office = Office::found();
    let parts = parts_of(&office.dir);
    assert!(parts.len() > 15, "{parts:?}");
    for (name, is_folder) in parts {
        if name == Path::new("store") {
            continue;
        }
        for thing in Thing::all() {
            if !thing.is_in_the_way_of(is_folder) {
                continue;
            }
            let place = tempfile::tempdir().unwrap();
            let dir = place.path().join("office");
            super::damage::copy(&office.dir, &dir);
            thing.put(&dir.join(&name));
            let what = format!("{thing:?} in the place of {}", name.display());
            let told = goes_on(&DataDir::new(&dir), &office.all, &what);
            told.iter().for_each(assert_told_in_full);
            assert_eq!(told[0].code, "in-the-way", "{what}: {told:?}");
            assert!(told[0].args["path"].ends_with(&*name.to_string_lossy()), "{what}");
            assert!(thing.is_at(Path::new(&told[0].args["aside"])), "{what}: it is gone");
        }
    }
}

#[test]
fn something_in_the_place_of_the_whole_store_is_kept_and_the_loss_is_told() {
    let office = Office::found();
    fs::write(office.dir.join("place.json"), "{}").unwrap();
    Thing::File.put(&office.dir.join("store"));
    let news = super::tests::open(&DataDir::new(&office.dir)).news;
    let codes: Vec<&str> = news.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["in-the-way", "store-gone"]);
    assert!(Thing::File.is_at(Path::new(&news[0].args["aside"])));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_disk_that_is_not_there_is_no_reason_to_begin_anew() {
    let office = Office::found();
    let (dir, store) = (DataDir::new(&office.dir), office.dir.join("store"));
    let elsewhere = tempfile::tempdir().unwrap();
    let disk = elsewhere.path().join("disk");
    fs::rename(&store, &disk).unwrap_or_else(|_| {
        super::damage::copy(&store, &disk);
        fs::remove_dir_all(&store).unwrap();
    });
    std::os::unix::fs::symlink(&disk, &store).unwrap();
    fs::rename(&disk, elsewhere.path().join("unplugged")).unwrap();
    let refusal = crate::in_the_way::clear(&dir).unwrap_err();
    assert!(refusal.is("store-link-broken"), "{refusal}");
    assert_told_in_full(&refusal.problems[0]);
    fs::rename(elsewhere.path().join("unplugged"), &disk).unwrap();
    assert!(goes_on(&dir, &office.all, "the disk is back").is_empty());
}

#[test]
fn a_directory_that_is_no_nodes_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("store"), KEPT).unwrap();
    fs::create_dir(place.path().join("place.json")).unwrap();
    assert!(crate::in_the_way::clear(&DataDir::new(place.path())).unwrap().is_empty());
    assert!(place.path().join("store").is_file() && place.path().join("place.json").is_dir());
}
