//! samod's driver: documents in its file system storage, over TCP.

mod report;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use anyhow::{Context as _, Result, bail};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use samod::storage::TokioFilesystemStorage;
use samod::{BackoffConfig, DocHandle, DocumentId, PeerId, Repo, ShareConfig, Transport, Url};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::report::Edit;

/// How many clients of a crowd are prepared at a time.
const AT_A_TIME: usize = 16;

/// Documents that are made before they are waited for.
const MADE_AT_A_TIME: usize = 1000;

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, role, folder, server] = args.as_slice() else { bail!("role folder server") };
    let mut driver = Driver { folder: PathBuf::from(folder), repos: Vec::new(), report: None };
    if role == "server" {
        driver.serve(server.parse()?).await?;
    }
    answer(&json!({}))?;
    for line in std::io::stdin().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let done = driver.obey(&asked).await;
        answer(&done.unwrap_or_else(|error| json!({ "error": format!("{error:#}") })))?;
        if asked["do"] == "stop" {
            break;
        }
    }
    Ok(())
}

fn answer(what: &Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "@{what}")?;
    Ok(out.flush()?)
}

struct Driver {
    folder: PathBuf,
    /// One; a crowd's are many.
    repos: Vec<Repo>,
    report: Option<DocHandle>,
}

impl Driver {
    /// As a sync server: what is asked for by its id.
    async fn serve(&mut self, address: SocketAddr) -> Result<()> {
        let storage = TokioFilesystemStorage::new(self.folder.join("store"));
        let repo = Repo::build_tokio()
            .with_storage(storage)
            .with_peer_id(PeerId::from("hub"))
            .with_share_policy(ShareConfig::read_write().with_announce(false))
            .load()
            .await;
        let acceptor = repo.make_acceptor(Url::parse(&format!("tcp://{address}"))?)?;
        let listener = TcpListener::bind(address).await?;
        tokio::spawn(async move {
            while let Ok((io, _)) = listener.accept().await {
                if io.set_nodelay(true).is_err()
                    || acceptor.accept(Transport::from_tokio_io(io)).is_err()
                {
                    return;
                }
            }
        });
        self.repos.push(repo);
        Ok(())
    }

    async fn obey(&mut self, asked: &Value) -> Result<Value> {
        let count = |name: &str| usize::try_from(asked[name].as_u64().unwrap_or_default());
        let text = |name: &str| asked[name].as_str().context("no text");
        match text("do")? {
            "invite" | "join" => {}
            "fill" => fill(&self.folder, count("documents")?).await?,
            "work" => {
                let repo = open(&self.folder).await;
                let report = first(&repo, &self.folder).await?;
                report::read(text("edits")?)?
                    .iter()
                    .try_for_each(|edit| report::apply(&report, edit))?;
                repo.stop().await;
            }
            "connect" => {
                let repo = open(&self.folder).await;
                dial(&repo, text("address")?)?;
                let mut finding: FuturesUnordered<_> =
                    listed(&self.folder)?.into_iter().map(|id| repo.find(id)).collect();
                while let Some(found) = finding.next().await {
                    found?.context("a document is missing")?;
                }
                drop(finding);
                self.report = Some(first(&repo, &self.folder).await?);
                self.repos.push(repo);
            }
            "edit" => {
                let edit: Edit = serde_json::from_value(asked["edit"].clone())?;
                report::apply(self.report.as_ref().context("not connected")?, &edit)?;
            }
            "state" => return self.state(asked["document"].as_str()).await,
            "crowd" => {
                let edits = report::read(text("edits")?)?;
                crowd(&self.folder, count("count")?, &edits, text("address")?).await?;
            }
            "crowd-connect" => {
                for number in 0..count("count")? {
                    let folder = member(&self.folder, number);
                    let repo = open(&folder).await;
                    dial(&repo, text("address")?)?;
                    first(&repo, &folder).await?;
                    self.repos.push(repo);
                }
            }
            "stop" => {
                for repo in &self.repos {
                    repo.stop().await;
                }
            }
            other => bail!("cannot {other}"),
        }
        Ok(json!({}))
    }

    async fn state(&self, document: Option<&str>) -> Result<Value> {
        let found = match document {
            None => self.report.clone(),
            // Asking for what is not here would have the client asked.
            Some(id) if is_stored(&self.folder, id) => {
                let repo = self.repos.first().context("not running")?;
                repo.find(id_of(id)?).await?
            }
            Some(_) => None,
        };
        let Some(report) = found else {
            return Ok(json!({ "state": { "cells": {}, "texts": {} } }));
        };
        let id = report.document_id().to_string();
        Ok(json!({ "state": report::plain(&report)?, "document": id }))
    }
}

async fn open(folder: &Path) -> Repo {
    Repo::build_tokio().with_storage(TokioFilesystemStorage::new(folder.join("store"))).load().await
}

fn dial(repo: &Repo, address: &str) -> Result<()> {
    repo.dial_tcp(Url::parse(&format!("tcp://{address}"))?, BackoffConfig::default())
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(())
}

/// Which documents a client has: the application's business.
fn listed(folder: &Path) -> Result<Vec<DocumentId>> {
    let path = folder.join("documents.json");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = serde_json::from_slice(&std::fs::read(path)?)?;
    ids.iter().map(|id| id_of(id)).collect()
}

fn list(folder: &Path, ids: &[DocumentId]) -> Result<()> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    std::fs::create_dir_all(folder)?;
    Ok(std::fs::write(folder.join("documents.json"), serde_json::to_vec(&ids)?)?)
}

fn id_of(text: &str) -> Result<DocumentId> {
    DocumentId::from_str(text).map_err(|error| anyhow::anyhow!("{text}: {error}"))
}

/// Whether something of a document is in the store: a folder for each, below one by its first two letters.
fn is_stored(folder: &Path, id: &str) -> bool {
    let (first, rest) = id.split_at_checked(2).unwrap_or_default();
    folder.join("store").join(first).join(rest).exists()
}

/// The client's report, begun if it is not there yet.
async fn first(repo: &Repo, folder: &Path) -> Result<DocHandle> {
    if let Some(id) = listed(folder)?.into_iter().next() {
        return repo.find(id).await?.context("the report is missing");
    }
    let report = repo.create(report::beginning()?).await?;
    list(folder, &[report.document_id().clone()])?;
    Ok(report)
}

async fn fill(folder: &Path, documents: usize) -> Result<()> {
    let repo = open(folder).await;
    let mut ids = Vec::new();
    while ids.len() < documents {
        let many = MADE_AT_A_TIME.min(documents - ids.len());
        let mut making: FuturesUnordered<_> =
            (0..many).map(|_| Ok(repo.create(report::beginning()?))).collect::<Result<_>>()?;
        while let Some(made) = making.next().await {
            ids.push(made?.document_id().clone());
        }
    }
    list(folder, &ids)?;
    repo.stop().await;
    // A copy of this store is another store.
    for name in ["storage-adapter-id", "st"] {
        drop(std::fs::remove_dir_all(folder.join("store").join(name)));
    }
    Ok(())
}

fn member(folder: &Path, number: usize) -> PathBuf {
    folder.join("crowd").join(number.to_string())
}

/// Has many clients do the same work and bring it to the server.
async fn crowd(folder: &Path, count: usize, edits: &[Edit], address: &str) -> Result<()> {
    let mut working = JoinSet::new();
    for number in 0..count {
        let (folder, edits, address) = (member(folder, number), edits.to_vec(), address.to_owned());
        working.spawn(async move {
            let repo = open(&folder).await;
            let report = first(&repo, &folder).await?;
            edits.iter().try_for_each(|edit| report::apply(&report, edit))?;
            dial(&repo, &address)?;
            let hub = repo.when_connected(PeerId::from("hub")).await?;
            report.they_have_our_changes(hub.id()).await;
            repo.stop().await;
            anyhow::Ok(())
        });
        if working.len() == AT_A_TIME
            && let Some(worked) = working.join_next().await
        {
            worked??;
        }
    }
    while let Some(worked) = working.join_next().await {
        worked??;
    }
    Ok(())
}
