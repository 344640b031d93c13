//! Bytes on the wire, and how long until an edit is durable.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hopluu_measured::copy_folder;
use hopluu_node::transport::Traffic;
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::id::DocId;
use hopluu_protocol::period::{PeriodId, Span};
use hopluu_protocol::template::Template;

use crate::nodes::{Hub, Office, PERSON, Place, grown, in_sync};
use crate::table::{Table, Verdict, bytes, carriers, median, time};
use hopluu_quarter::form::{self, QUARTER};
use hopluu_quarter::work::{Mix, Officer};

/// The office.
const UNIT: &str = "19996";
/// How many documents two nodes share that have nothing to tell each other.
const DOCUMENTS: &[usize] = &[10, 10_000, 100_000];
/// Documents that every town has: roster, calendar, template.
const TOWN_DOCUMENTS: usize = 3;
/// How often one edit is measured.
const EDITS: usize = 200;
/// Actions of a quarter.
const QUARTER_EDITS: usize = 600;
/// Actions in one sitting.
const SITTING: usize = 150;

/// Measures all of it.
pub(crate) async fn measure() -> Result<Table> {
    let mut table = Table::new(
        "Synchronisation",
        "Two nodes over QUIC on loopback. Bytes are application data, the frames' lengths included, as an \
         office counts them; what the transport adds stands beside.",
    );
    for documents in DOCUMENTS {
        idle(&mut table, *documents).await?;
    }
    live(&mut table).await?;
    for edits in [QUARTER_EDITS, 10_000] {
        first_sync(&mut table, edits).await?;
    }
    offline(&mut table, Mix::Cells).await?;
    offline(&mut table, Mix::WithText).await?;
    keystroke(&mut table).await?;
    Ok(table)
}

async fn hub() -> Result<Hub> {
    let town = form::town([UNIT.to_owned()]);
    Hub::found(Place::new()?, &town, form::template(QUARTER)).await
}

fn report() -> Result<DocId> {
    Ok(DocId::Report(form::PERIOD.parse()?, UNIT.parse()?))
}

/// Two nodes of the hub's unit, which share every document, meet again and nothing has changed.
async fn idle(table: &mut Table, documents: usize) -> Result<()> {
    let (first, second) = (Place::new()?, Place::new()?);
    fill(&first, documents - TOWN_DOCUMENTS).await?;
    copy_folder(first.path(), second.path())?;
    let hub = Hub::found(first, &form::town([]), form::template(QUARTER)).await?;
    let desk = hub.admit(form::HUB, second).await?;
    let (mut times, mut all) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let (traffic, took) = sync(&desk).await?;
        times.push(took);
        all.push(traffic);
    }
    let worst = all.into_iter().max_by_key(|t| t.bytes_sent.max(t.bytes_received));
    let worst = worst.unwrap_or_default();
    let within = worst.bytes_sent <= 200 && worst.bytes_received <= 200;
    // An answer to the only frame sent is one round trip.
    let trips = worst.frames_sent;
    table.row(
        format!("reconnect, nothing changed, {documents} documents"),
        format!("{}, {trips} round trip(s)", bytes(worst)),
        "≤ 200 B each way, 1 round trip",
        format!("{}; {} from dialling to parting", carriers(worst), time(median(times))),
        Verdict::of_bytes(within && trips == 1),
    );
    Ok(())
}

/// Writes reports that nobody has begun into a store.
async fn fill(place: &Place, documents: usize) -> Result<()> {
    let source = form::template(QUARTER);
    let template = Template::parse(&source).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let mut replica = place.replica().await?;
    let mut made = 0;
    'units: for unit in 0.. {
        for year in 2000..2100 {
            for span in [1, 2, 3, 4].map(Span::Quarter) {
                if made == documents {
                    break 'units;
                }
                let unit = format!("{unit:05}").parse()?;
                let doc = DocId::Report(PeriodId { year, span }, unit);
                replica.create(&doc, genesis(&doc, Some(&template.template))?)?;
                made += 1;
                if made % 1000 == 0 {
                    replica.commit()?;
                }
            }
        }
    }
    replica.commit()?;
    Ok(())
}

/// One connection, from dialling until both have said goodbye.
async fn sync(office: &Office) -> Result<(Traffic, Duration)> {
    let before = office.node.traffic();
    let start = Instant::now();
    let outcome = office.node.sync_once().await?;
    let took = start.elapsed();
    ensure!(outcome.in_sync && outcome.unacknowledged == 0, "not in sync: {outcome:?}");
    Ok((office.node.traffic() - before, took))
}

/// A cell is edited while the office is connected.
async fn live(table: &mut Table) -> Result<()> {
    let hub = hub().await?;
    let place = hub.admit(UNIT, Place::new()?).await?.close();
    let office = place.open().await?;
    let mut here = office.keeper().notes();
    tokio::spawn(office.clone().stay_connected());
    in_sync(&mut here).await?;
    let mut seen = Vec::new();
    for number in 0..=EDITS {
        let mut there = hub.node.keeper().notes();
        let before = office.traffic();
        type_into(&office, number).await?;
        let typed = Instant::now();
        grown(&mut there).await?;
        let took = typed.elapsed();
        while office.status().await?.unacknowledged > 0 {
            tokio::task::yield_now().await;
        }
        seen.push((office.traffic() - before, took));
    }
    let edits = seen.split_off(1);
    let budget = "≤ 250 B up, ≤ 60 B down";
    let within = |t: Traffic| t.bytes_sent <= 250 && t.bytes_received <= 60;
    for (first, _) in seen {
        let what = "a report's first cell, connected (with the report's beginning)";
        table.row(what, bytes(first), "", carriers(first), Verdict::None);
    }
    let worst =
        edits.iter().map(|(traffic, _)| *traffic).max_by_key(|t| (t.bytes_sent, t.bytes_received));
    let worst = worst.unwrap_or_default();
    let what = format!("one edited cell, connected (the largest of {EDITS})");
    let verdict = Verdict::of_bytes(edits.iter().all(|(traffic, _)| within(*traffic)));
    table.row(what, bytes(worst), budget, carriers(worst), verdict);
    let took = median(edits.iter().map(|(_, took)| *took).collect());
    table.time(
        "the same, from durable here to durable at the hub (median)",
        took,
        None,
        "half a round trip and one commit",
    );
    Ok(())
}

async fn type_into(node: &hopluu_node::node::Node, number: usize) -> Result<()> {
    let period = form::PERIOD.parse()?;
    let cell = form::cell(number % QUARTER.cells).parse()?;
    let typed = (30_000 + number).to_string();
    node.keeper().desk(move |desk| desk.set_cell(period, &cell, &typed, None, PERSON)).await?;
    Ok(())
}

/// Work goes over for the first time: a quarter's, and far more in one document than anybody does.
async fn first_sync(table: &mut Table, edits: usize) -> Result<()> {
    let hub = hub().await?;
    let place = hub.admit(UNIT, Place::new()?).await?.close();
    work(&place, &mut Officer::new(42), edits, Mix::WithText).await?;
    let saved = place.document(&report()?).await?.save().len() as u64;
    let office = Office { node: place.open().await?, place };
    let (traffic, took) = sync(&office).await?;
    let sittings = edits.div_ceil(SITTING);
    let what = format!("first sync: 127 cells, 20 texts, {edits} edits in {sittings} sittings");
    let beside = format!("{}; {}", carriers(traffic), time(took));
    if edits == QUARTER_EDITS {
        let budget =
            format!("≤ {} B up: 1.05 × automerge's save() of {saved} B", saved * 105 / 100);
        let verdict = Verdict::of_bytes(traffic.bytes_sent * 100 <= saved * 105);
        table.row(what, bytes(traffic), budget, beside, verdict);
    } else {
        let save = format!("(automerge's save(): {saved} B)");
        table.row(what, bytes(traffic), save, beside, Verdict::None);
    }
    Ok(())
}

/// Edits made without a connection go over with the next one.
async fn offline(table: &mut Table, mix: Mix) -> Result<()> {
    let hub = hub().await?;
    let place = hub.admit(UNIT, Place::new()?).await?.close();
    let mut officer = Officer::new(43);
    work(&place, &mut officer, 100, mix).await?;
    let office = Office { node: place.open().await?, place };
    sync(&office).await?;
    let place = office.close();
    let heads = place.document(&report()?).await?.get_heads();
    work(&place, &mut officer, 500, mix).await?;
    let document = place.document(&report()?).await?;
    let changes = document.get_changes(&heads);
    let bundle = document.bundle(changes.iter().map(|change| change.hash()))?.bytes().len() as u64;
    let office = Office { node: place.open().await?, place };
    let (traffic, took) = sync(&office).await?;
    let (what, most) = match mix {
        Mix::Cells => ("500 cells edited offline", (bundle * 11 / 10).min(4096)),
        Mix::WithText => ("500 edits made offline, one third text", bundle * 11 / 10),
    };
    table.row(
        what,
        bytes(traffic),
        format!("≤ {most} B up; one automerge bundle is {bundle} B"),
        format!("{} changes; {}; {}", changes.len(), carriers(traffic), time(took)),
        Verdict::of_bytes(traffic.bytes_sent <= most),
    );
    Ok(())
}

async fn work(place: &Place, officer: &mut Officer, edits: usize, mix: Mix) -> Result<()> {
    let acts = officer.acts(edits, mix);
    for sitting in acts.chunks(SITTING) {
        place.sitting(sitting.to_vec()).await?;
    }
    Ok(())
}

/// A figure is typed, and the cell's new view comes back when it is durable.
async fn keystroke(table: &mut Table) -> Result<()> {
    let hub = hub().await?;
    let place = hub.admit(UNIT, Place::new()?).await?.close();
    work(&place, &mut Officer::new(44), 600, Mix::WithText).await?;
    let node = place.open().await?;
    let mut times = Vec::new();
    for number in 0..EDITS {
        let start = Instant::now();
        type_into(&node, number).await?;
        times.push(start.elapsed());
    }
    let worst = times.iter().max().copied().unwrap_or_default();
    let beside = format!("in a report of 600 edits; the slowest {}", time(worst));
    let budget = Some(Duration::from_millis(10));
    table.time(
        format!("typed to durable, offline (median of {EDITS})"),
        median(times),
        budget,
        beside,
    );
    Ok(())
}
