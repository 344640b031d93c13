//! The work over a line of 64 kbit/s that loses packets.
//!
//! Server and client are in network namespaces of their own, and every packet between them goes through an
//! emulator: what is lost there TCP and QUIC have to send again. So this takes root, and Linux.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hopluu_lines::{Emulator, Line};
use hopluu_quarter::work::Mix;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::peer::Peer;
use crate::proxy::{Both, Counts};
use crate::rows::UNIT;
use crate::script::{State, Writer};
use crate::stage::{Measured, Stage};

/// In words, for the page.
pub(crate) const LINE: &str = "64 kbit/s, 250 ms each way, one packet in twenty lost";

/// 64 kbit/s, 250 ms each way, one packet in twenty lost.
const BAD: Line = Line::new(64_000, 250).losing(0.05);

/// What may be taken for one sync or one edit until it is given up.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// How often is looked whether everything has arrived.
const LOOK: Duration = Duration::from_millis(20);

/// What still belongs to an edit after it has arrived: acknowledgements, and what is sent once more.
const AFTERMATH: Duration = Duration::from_secs(2);

/// Connects for the first time over the bad line and sends a quarter's report.
pub(crate) async fn first_sync(peer: Peer, seed: u64) -> Result<Measured> {
    let mut stage = office(peer, seed).await?;
    let mut writer = Writer::new(42);
    stage.work(&writer.sittings(600, Mix::WithText)).await?;
    stage.serve().await?;
    stage.client().await?;
    stage.emulator()?.becomes(BAD, BAD, seed);
    let begun = Instant::now();
    stage.dial(json!({ "do": "connect", "documents": 1, "live": true })).await?;
    let document = stage.document_if_asked_for().await?;
    let arrived = arrives(&mut stage, &document, &writer.state, begun).await?;
    let measured = measured(&stage, begun, arrived)?;
    // Reading our own store ends the node, so it comes last.
    stage.emulator()?.becomes(Line::clear(), Line::clear(), seed);
    if arrived.is_some() {
        stage.check(&writer.state).await?;
    }
    Ok(measured)
}

/// Edits one cell after the other on a connection that was opened before the line became bad.
pub(crate) async fn edits(peer: Peer, edits: usize, seed: u64) -> Result<Vec<Measured>> {
    let mut stage = office(peer, seed).await?;
    let mut writer = Writer::new(44);
    stage.work(&writer.sittings(100, Mix::Cells)).await?;
    stage.serve().await?;
    stage.client().await?;
    stage.dial(json!({ "do": "connect", "documents": 1, "live": true })).await?;
    let document = stage.document_if_asked_for().await?;
    let connected = arrives(&mut stage, &document, &writer.state, Instant::now()).await?;
    ensure!(connected.is_some(), "not connected after {} s", LIMIT.as_secs());
    sleep(AFTERMATH).await;
    let mut all = Vec::new();
    for number in 0..edits {
        // Another line each time, so that it counts anew; the connection does not notice.
        stage.emulator()?.becomes(BAD, BAD, seed + number as u64);
        let edit = writer.cell(number * 7, 30_000 + number as u64);
        let begun = Instant::now();
        stage.ask_client(json!({ "do": "edit", "edit": edit })).await?;
        let arrived = arrives(&mut stage, &document, &writer.state, begun).await?;
        let mut edited = measured(&stage, begun, arrived)?;
        sleep(AFTERMATH).await;
        edited.counts = counts(&stage)?;
        all.push(edited);
        if arrived.is_none() {
            break;
        }
    }
    Ok(all)
}

async fn office(peer: Peer, seed: u64) -> Result<Stage> {
    let start = move || Emulator::start(Line::clear(), Line::clear(), seed);
    // Has a runtime of its own, which may not end inside another.
    let emulator = tokio::task::spawn_blocking(start).await??;
    let mut stage = Stage::across(peer, emulator)?;
    stage.serve().await?;
    stage.enrol(&[UNIT.to_owned()]).await?;
    Ok(stage)
}

/// Waits until the server has everything, or the time is up, and says since when it has.
async fn arrives(
    stage: &mut Stage,
    document: &Value,
    goal: &State,
    begun: Instant,
) -> Result<Option<Instant>> {
    while begun.elapsed() < LIMIT {
        if let Some(at) = stage.arrived(document, goal).await? {
            return Ok(Some(at));
        }
        sleep(LOOK).await;
    }
    Ok(None)
}

fn measured(stage: &Stage, begun: Instant, arrived: Option<Instant>) -> Result<Measured> {
    let time = arrived.unwrap_or_else(Instant::now).saturating_duration_since(begun);
    // With Hợp Lưu it is the client that was waited for.
    let known = (stage.peer == Peer::Hopluu && arrived.is_some()).then(|| begun.elapsed());
    let is_through = arrived.is_some();
    Ok(Measured { counts: counts(stage)?, time, known, is_through, ..Measured::default() })
}

/// What is known of an emulated line: packets and their bytes.
fn counts(stage: &Stage) -> Result<Counts> {
    let (up, down) = stage.emulator()?.counts();
    Ok(Counts {
        wire: Both { up: up.bytes, down: down.bytes },
        datagrams: Both { up: up.packets, down: down.packets },
        ..Counts::default()
    })
}
