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
use serde::Serialize;

use super::page_place::{self, Found};
use super::session::{self, Door};
use crate::data_dir::{DataDir, ServeFile};
use crate::node::{Node, random};
use crate::problem::{Problem, Reason, Refusal};

/// The local API while it is served. Dropping it takes the serve file away.
pub struct Served {
    file: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
    /// Said when the page is not where it usually is.
    pub elsewhere: Option<Problem>,
}

/// Serves the API of a node on a port of loopback, until the process ends.
///
/// # Errors
/// When no port can be had or the serve file cannot be written.
pub async fn serve(node: Arc<Node>, dir: &DataDir) -> Result<Served, Refusal> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        let problem = Problem::new("serve-failed", format!("{what}: {error}"));
        Refusal::new(Reason::Failed, problem.arg("what", error))
    };
    let Found { listener, name, elsewhere } = page_place::find(dir).await?;
    let address = listener.local_addr().map_err(|error| failed("listening on loopback", &error))?;
    let token = HEXLOWER.encode(&random::<32>()?);
    let door = Door::new(&token, &name, address.port(), node.keeper().changes().run());
    let router = doored(super::site(node), door);
    let file = dir.serve_file();
    write_private(&file, &ServeFile { address, token, process: Some(std::process::id()) })
        .map_err(|error| failed("serve.json", &error))?;
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the local API ended");
        }
    });
    Ok(Served { file, address, elsewhere })
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
