//! The local API on loopback: for the command line while `serve` holds the store, and for the web page.
//!
//! Whoever may read the data directory may use it: the bearer token lies there.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use super::session::{self, Door};
use crate::data_dir::{DataDir, ServeFile};
use crate::node::{Node, random};
use crate::problem::{Problem, Reason, Refusal};

/// The local API while it is served. Dropping it takes the serve file away.
pub struct Served {
    file: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Serves the API of a node on a free port of loopback, until the process ends.
///
/// # Errors
/// When no port can be had or the serve file cannot be written.
pub async fn serve(node: Arc<Node>, dir: &DataDir) -> Result<Served, Refusal> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        let problem = Problem::new("serve-failed", format!("{what}: {error}"));
        Refusal::new(Reason::Failed, problem.arg("what", error))
    };
    let kept = PagePlace::kept(dir);
    let listener = listener_at(kept.as_ref().map_or(0, |place| place.port))
        .await
        .map_err(|error| failed("listening on loopback", &error))?;
    let address = listener.local_addr().map_err(|error| failed("listening on loopback", &error))?;
    let name = kept.map_or_else(new_name, |place| Ok(place.name))?;
    let place = PagePlace { name, port: address.port() };
    write_private(&dir.page_file(), &place).map_err(|error| failed("page.json", &error))?;
    let token = HEXLOWER.encode(&random::<32>()?);
    let router = doored(super::site(node), Door::new(&token, &place.name, address.port()));
    let file = dir.serve_file();
    write_private(&file, &ServeFile { address, token, process: Some(std::process::id()) })
        .map_err(|error| failed("serve.json", &error))?;
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the local API ended");
        }
    });
    Ok(Served { file, address })
}

/// Under which name and port a browser finds the page. It stays over restarts: what a page could not hand over
/// lies in the browser's storage, which is kept by name and port.
#[derive(Debug, Serialize, Deserialize)]
struct PagePlace {
    name: String,
    port: u16,
}

impl PagePlace {
    /// The place of the last time; none when there was none that can be read.
    fn kept(dir: &DataDir) -> Option<Self> {
        let kept: Self = serde_json::from_slice(&std::fs::read(dir.page_file()).ok()?).ok()?;
        let label = kept.name.strip_suffix(".localhost")?;
        let is_own = label.len() == 16 && HEXLOWER.decode(label.as_bytes()).is_ok();
        is_own.then_some(kept)
    }
}

/// A name that nobody can guess.
fn new_name() -> Result<String, Refusal> {
    Ok(format!("{}.localhost", HEXLOWER.encode(&random::<8>()?)))
}

/// Listens on a port, or on a free one when somebody else has it.
async fn listener_at(port: u16) -> std::io::Result<TcpListener> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Err(_) if port != 0 => TcpListener::bind(("127.0.0.1", 0)).await,
        bound => bound,
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.file) {
            tracing::warn!(%error, "the serve file stays; the next command finds nobody there");
        }
    }
}

/// The site behind its door.
fn doored(site: Router, door: Door) -> Router {
    let entrances = Router::new()
        .route("/open/{once}", get(session::open))
        .route(session::LINK_PATH, post(session::make_link))
        .with_state(door.clone());
    entrances.merge(site).layer(middleware::from_fn_with_state(door, session::guard))
}

/// Writes a file that only its owner may read, as JSON.
fn write_private(path: &std::path::Path, file: &impl Serialize) -> std::io::Result<()> {
    crate::data_dir::write_private(path, &serde_json::to_vec(file)?)
}

#[cfg(test)]
mod tests;
