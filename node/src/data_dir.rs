//! What lies where in a node's data directory.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::durable::{make_all_private, make_private};
use crate::key_file::copy_of;

/// What the names of stores begin with that were set aside ([`crate::store::set_aside`]).
const ASIDE_PREFIX: &str = "store.damaged-";

/// A node's data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDir(PathBuf);

/// How to speak to the process that holds the store: written by `serve`, readable by its owner only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServeFile {
    /// Where the local API listens, on loopback.
    pub address: std::net::SocketAddr,
    /// The bearer token that it wants.
    pub token: String,
    /// The number of its process; files of earlier programs lack it.
    #[serde(default)]
    pub process: Option<u32>,
}

impl DataDir {
    /// The directory at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The platform's directory for this program's data.
    pub fn default_for_platform() -> Option<Self> {
        let directories = directories::ProjectDirs::from("vn", "", "hopluu")?;
        Some(Self(directories.data_local_dir().to_path_buf()))
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The node's secret key.
    pub fn key_file(&self) -> PathBuf {
        self.0.join("node.key")
    }

    /// The page that leads the browser to the node. May be deleted.
    pub(crate) fn open_page(&self) -> PathBuf {
        self.0.join("open.html")
    }

    /// A key that is about to be the node's.
    pub(crate) fn next_key_file(&self) -> PathBuf {
        self.0.join("node.key.new")
    }

    /// When the hub was heard last. May be deleted.
    pub(crate) fn contact_file(&self) -> PathBuf {
        self.0.join("hub-contact.json")
    }

    /// The store's directory.
    pub fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    /// Stores that were set aside, `store.damaged-1` and so on, in that order.
    pub fn stores_set_aside(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return Vec::new() };
        let number = |path: &PathBuf| {
            path.file_name()?.to_str()?.strip_prefix(ASIDE_PREFIX)?.parse::<u32>().ok()
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut found: Vec<PathBuf> =
            paths.filter(|path| number(path).is_some() && path.is_dir()).collect();
        found.sort_by_key(number);
        found
    }

    /// Sees to it that only their owner reads the files, as far as they are there. The store sees to its own
    /// when it is opened; who may look into the directory itself is its administrator's choice.
    pub(crate) fn keep_private(&self) {
        let files = [self.key_file(), self.place_file(), self.networks_file(), self.serve_file()];
        let files = files.into_iter().filter(|path| path.exists()).map(|path| make_private(&path));
        let stores = self.stores_set_aside();
        for outcome in files.chain(stores.iter().map(|store| make_all_private(store))) {
            if let Err(error) = outcome {
                tracing::warn!(%error, "others may be able to read the node's files");
            }
        }
    }

    /// Where a store that was set aside is copied to be read.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.0.join("store.reading")
    }

    /// The node's place in its town: a copy of what the store says.
    pub fn place_file(&self) -> PathBuf {
        self.0.join("place.json")
    }

    /// In which networks the hub is not reached over UDP. May be deleted.
    pub fn networks_file(&self) -> PathBuf {
        self.0.join("networks.json")
    }

    /// The files that may lie beside the store.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        vec![
            self.key_file(),
            copy_of(&self.key_file()),
            self.next_key_file(),
            self.place_file(),
            self.contact_file(),
            self.networks_file(),
            self.serve_file(),
        ]
    }

    /// How to speak to a running `serve`.
    pub fn serve_file(&self) -> PathBuf {
        self.0.join("serve.json")
    }

    /// The file of the name and port under which a browser finds the page.
    pub fn page_file(&self) -> PathBuf {
        self.0.join("page.json")
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let folder = path.parent().unwrap_or(Path::new("."));
    // Temporary files are readable by their owner only.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.flush()?;
    temporary.persist(path)?;
    Ok(())
}
