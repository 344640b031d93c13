//! Hợp Lưu's driver: real nodes, told what to do line by line.

mod crowd;
mod edits;
mod office;
mod state;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use anyhow::{Context as _, Result, bail};
use hopluu_node::data_dir::DataDir;
use hopluu_node::node::Node;
use hopluu_node::town_file::TownFile;
use hopluu_protocol::id::UnitCode;
use hopluu_quarter::form;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::crowd::Crowd;
use crate::edits::{Edit, PERSON};
use crate::office::Office;

/// Below a client's folder: those of a crowd.
const CROWD: &str = "crowd";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, role, folder, server] = args.as_slice() else { bail!("role folder server") };
    let data = DataDir::new(PathBuf::from(folder).join("node"));
    let mut driver = Driver {
        runtime: Some(Runtime::new()?),
        crowd: Crowd::new(PathBuf::from(folder).join(CROWD)),
        data,
        hub: None,
        grown_at: Arc::default(),
        office: None,
    };
    if role == "server" {
        driver.serve(server.parse()?)?;
    }
    answer(&json!({}))?;
    for line in std::io::stdin().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let done =
            driver.obey(&asked).unwrap_or_else(|error| json!({ "error": format!("{error:#}") }));
        answer(&done)?;
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
    /// Runs the node. Gone when the store is to be read without one.
    runtime: Option<Runtime>,
    data: DataDir,
    hub: Option<Arc<Node>>,
    /// When the hub's store grew last, microseconds since 1970.
    grown_at: Arc<AtomicU64>,
    office: Option<Office>,
    crowd: Crowd,
}

impl Driver {
    fn serve(&mut self, address: SocketAddr) -> Result<()> {
        let runtime = self.runtime.as_ref().context("stopped")?;
        self.hub = Some(runtime.block_on(async {
            let hub = Node::open_or_make(&self.data).await?;
            tokio::spawn(office::note_growth(hub.keeper().notes(), self.grown_at.clone()));
            hub.listen(address)?;
            anyhow::Ok(hub)
        })?);
        Ok(())
    }

    fn obey(&mut self, asked: &Value) -> Result<Value> {
        if asked["do"] == "state" || asked["do"] == "stop" {
            self.close()?;
            return match asked["do"].as_str() {
                Some("state") => state::read(&self.data),
                _ => Ok(json!({})),
            };
        }
        let runtime = self.runtime.as_ref().context("stopped")?;
        let count = |name: &str| usize::try_from(asked[name].as_u64().unwrap_or_default());
        let text = |name: &str| asked[name].as_str().context("no text");
        let done = match text("do")? {
            "invite" => {
                let units = serde_json::from_value(asked["units"].clone())?;
                let hub = self.hub.as_ref().context("no hub")?;
                let invitations = runtime.block_on(invite(hub, units, text("line")?))?;
                json!({ "invitations": invitations })
            }
            "join" => {
                let invitations: Vec<String> =
                    serde_json::from_value(asked["invitations"].clone())?;
                let [invitation] = invitations.as_slice() else { bail!("one invitation") };
                runtime.block_on(office::join(&self.data, invitation)).map(|()| json!({}))?
            }
            "fill" => runtime
                .block_on(office::fill(&self.data, count("documents")?))
                .map(|()| json!({}))?,
            "work" => {
                let edits = edits::read(text("edits")?)?;
                runtime.block_on(office::sitting(&self.data, edits)).map(|()| json!({}))?
            }
            "connect" => {
                self.office = Some(runtime.block_on(Office::connect(&self.data))?);
                json!({})
            }
            "line-down" => {
                let _inside = runtime.enter();
                self.office.as_mut().context("not connected")?.dial_again();
                json!({})
            }
            "edit" => {
                let edit: Edit = serde_json::from_value(asked["edit"].clone())?;
                let office = self.office.as_ref().context("not connected")?;
                runtime.block_on(office.edit(edit)).map(|()| json!({}))?
            }
            "grown-at" => json!({ "at": self.grown_at.load(Relaxed) }),
            "traffic" => match &self.office {
                Some(office) => office.traffic(),
                None => self.crowd.traffic(),
            },
            "crowd" => {
                let edits = edits::read(text("edits")?)?;
                let units = serde_json::from_value::<Vec<UnitCode>>(asked["units"].clone())?;
                let folder = PathBuf::from(text("clients")?).join(CROWD);
                let prepared =
                    crowd::prepare(&self.data, &folder, &units, text("address")?, &edits);
                runtime.block_on(prepared).map(|()| json!({}))?
            }
            "crowd-connect" => {
                runtime.block_on(self.crowd.connect(count("count")?)).map(|()| json!({}))?
            }
            other => bail!("cannot {other}"),
        };
        Ok(done)
    }

    /// Closes the node as a program's end does, after saying goodbye.
    fn close(&mut self) -> Result<()> {
        if let Some(runtime) = self.runtime.take() {
            let office = self.office.take().map(Office::into_node);
            for node in self.hub.take().into_iter().chain(office).chain(self.crowd.take()) {
                runtime.block_on(node.leave())?;
            }
        }
        Ok(())
    }
}

/// Founds the town of these units.
async fn found(hub: &Node, units: impl Iterator<Item = String>) -> Result<()> {
    let town = form::town(units.filter(|unit| unit != form::HUB));
    let town = TownFile::parse(&town, "town.toml")?;
    let template = form::template(form::QUARTER);
    hub.keeper()
        .desk(move |desk| {
            desk.found_town(&town, &[("template.toml", &template)], "Trung tâm", PERSON)
        })
        .await?;
    Ok(())
}

/// Founds the town if it is not yet, and invites a node of each unit to an address.
async fn invite(hub: &Node, units: Vec<String>, line: &str) -> Result<Vec<String>> {
    found(hub, units.iter().cloned()).await?;
    let mut invitations = Vec::new();
    for unit in units {
        let invited = hub.invite(unit.parse()?, vec![line.to_owned()], 24).await?;
        invitations.push(invited.invitation);
    }
    Ok(invitations)
}
