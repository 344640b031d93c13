//! Who is compared.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::proxy::Framing;

/// This crate's folder.
pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One of those that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Peer {
    Hopluu,
    Samod,
    AutomergeRepo,
    Yjs,
    Pouch,
}

impl Peer {
    pub(crate) const ALL: [Self; 5] =
        [Self::Hopluu, Self::Samod, Self::AutomergeRepo, Self::Yjs, Self::Pouch];

    /// As it is called on the command line.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Hopluu => "hopluu",
            Self::Samod => "samod",
            Self::AutomergeRepo => "automerge-repo",
            Self::Yjs => "yjs",
            Self::Pouch => "pouchdb",
        }
    }

    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hopluu => "Hợp Lưu",
            Self::Samod => "samod",
            Self::AutomergeRepo => "automerge-repo",
            Self::Yjs => "Yjs",
            Self::Pouch => "PouchDB",
        }
    }

    pub(crate) fn framing(self) -> Framing {
        match self {
            Self::Hopluu => Framing::Datagrams,
            Self::Samod => Framing::Lengths,
            Self::AutomergeRepo | Self::Yjs => Framing::WebSocket,
            Self::Pouch => Framing::Http,
        }
    }

    /// The driver's command, without arguments.
    pub(crate) fn driver(self) -> Result<Vec<String>> {
        let script = |name: &str| {
            vec!["node".to_owned(), here().join("drivers").join(name).display().to_string()]
        };
        Ok(match self {
            Self::Hopluu => vec![beside("driver-hopluu")?],
            Self::Samod => vec![beside("driver-samod")?],
            Self::AutomergeRepo => script("automerge-repo.mjs"),
            Self::Yjs => script("yjs.mjs"),
            Self::Pouch => script("pouchdb.mjs"),
        })
    }

    /// What it was run with.
    pub(crate) fn versions(self) -> Result<String> {
        let crates = |names: &[&str]| versions_of_crates(names);
        match self {
            Self::Hopluu => crates(&["hopluu-node", "automerge", "quinn", "sled"]),
            Self::Samod => crates(&["samod", "automerge"]),
            Self::AutomergeRepo => versions_of_packages(&[
                "@automerge/automerge-repo",
                "@automerge/automerge",
                "@automerge/automerge-repo-network-websocket",
                "@automerge/automerge-repo-storage-nodefs",
                "ws",
            ]),
            Self::Yjs => versions_of_packages(&["yjs", "y-websocket", "y-leveldb"]),
            Self::Pouch => versions_of_packages(&["pouchdb", "express-pouchdb", "express"]),
        }
    }
}

/// A program that was built with this one.
fn beside(name: &str) -> Result<String> {
    let path: PathBuf = std::env::current_exe()?.parent().context("no folder")?.join(name);
    Ok(path.display().to_string())
}

fn versions_of_crates(names: &[&str]) -> Result<String> {
    let lock: toml::Table = std::fs::read_to_string(here().join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock")?;
    let version = |name: &&str| {
        let package = packages
            .iter()
            .find(|package| package.get("name").and_then(|n| n.as_str()) == Some(name));
        let version = package.and_then(|package| package.get("version")?.as_str());
        Ok(format!("{name} {}", version.with_context(|| format!("no {name}"))?))
    };
    Ok(names.iter().map(version).collect::<Result<Vec<_>>>()?.join(", "))
}

fn versions_of_packages(names: &[&str]) -> Result<String> {
    let version = |name: &&str| {
        let path = here().join("node_modules").join(name).join("package.json");
        let package: serde_json::Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        let version = package.get("version").and_then(|version| version.as_str());
        Ok(format!("{name} {}", version.with_context(|| path.display().to_string())?))
    };
    Ok(names.iter().map(version).collect::<Result<Vec<_>>>()?.join(", "))
}
