//! Files that a person chose. The page has their names; their paths and bytes never pass through it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::node::random;
use crate::person_files::{read_input, write_file};
use crate::problem::{Problem, Reason, Refusal};

/// Most files that are remembered; the oldest go.
const MOST: usize = 32;

/// A file as the page knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offered {
    /// Its name, without its folders.
    pub(super) name: String,
    /// What to ask for it by. Nobody can guess it.
    pub(super) handle: String,
}

/// The files that a person chose lately.
#[derive(Default)]
pub(super) struct Files(Mutex<VecDeque<(String, PathBuf)>>);

impl Files {
    /// Remembers a file that a person chose.
    pub(super) fn offer(&self, path: &Path) -> Result<Offered, Refusal> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let handle = HEXLOWER.encode(&random::<16>()?);
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.push_back((handle.clone(), path.to_owned()));
        while files.len() > MOST {
            files.pop_front();
        }
        Ok(Offered { name, handle })
    }

    /// Reads one. Of a larger one than the API takes only as much is read as is refused.
    pub(super) async fn read(&self, handle: &str) -> Result<Bytes, Refusal> {
        let found = {
            let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            files.iter().find(|(known, _)| known == handle).map(|(_, path)| path.clone())
        };
        let Some(path) = found else {
            let problem = Problem::new("request-unknown", "no such file was chosen");
            return Err(Refusal::new(Reason::NotFound, problem));
        };
        aside(move || read_input(&path)).await.map(Bytes::from)
    }
}

/// Writes a file where a person wants it.
pub(super) async fn write(path: PathBuf, bytes: Bytes) -> Result<(), Refusal> {
    aside(move || {
        write_file(&path, &bytes).map_err(|error| {
            let problem = Problem::new("window-keep", format!("{}: {error}", path.display()));
            let problem = problem.arg("path", path.display()).arg("what", error);
            Refusal::new(Reason::Failed, problem)
        })
    })
    .await
}

/// Does what may take a while where nobody waits for it: a disk, a person before a dialog.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?
}
