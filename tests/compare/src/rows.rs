//! The work that everybody does.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::bad_line;
use crate::machine::Conditions;
use crate::peer::Peer;
use crate::proxy::Weather;
use crate::script::{State, Writer};
use crate::stage::{Measured, Stage};
use hopluu_quarter::work::Mix;

/// The office whose report it is.
pub(crate) const UNIT: &str = "19996";
/// What a row may take until it is given up.
const LIMIT: Duration = Duration::from_secs(120);
/// The same where there are many documents or many cuts.
const LONG_LIMIT: Duration = Duration::from_secs(300);
/// What making the documents of a row may take.
const FILLING: Duration = Duration::from_secs(180);
/// Over so many bad lines, each with other losses, a report goes.
const BAD_LINES: usize = 5;
/// On the line where round trips are counted, each way: so long that computing does not matter.
const FAR: Duration = Duration::from_millis(400);
/// How many edits are made on the open connection.
const EDITS: usize = 10;
/// Up to so many documents a reconnect is measured more than once.
const CHEAP: usize = 100;
/// Up to so many documents a first reconnect lets both sides note what they note.
const WARM: usize = 1_000;
/// Bytes between two cuts, at most: as many as the history has to a cut, twice.
const BETWEEN_CUTS: u64 = 2 * 512;
/// Edits of each client of the crowd.
const CROWD_EDITS: usize = 40;

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) quick: bool,
    /// How often a row is measured where it is cheap; the median is told.
    pub(crate) runs: usize,
}

impl Scale {
    fn of(self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }
}

/// A piece of work.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// For the command line.
    pub(crate) number: usize,
    pub(crate) title: String,
    work: Work,
}

#[derive(Clone, Copy, Debug)]
enum Work {
    FirstSync,
    Idle {
        documents: usize,
    },
    Live,
    /// After so many edits that both have.
    Offline {
        mix: Mix,
        shared: usize,
    },
    Cuts {
        edits: usize,
        cuts: usize,
    },
    Crowd {
        clients: usize,
    },
    BadLine,
    BadLineLive,
}

/// What came of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Outcome {
    pub(crate) peer: Peer,
    pub(crate) measured: Option<Measured>,
    /// Until both sides were through, TCP's or QUIC's handshake included.
    pub(crate) round_trips: Option<f64>,
    /// By how many the server's CPU time and memory are to be divided.
    pub(crate) clients: usize,
    /// So often it was done; of several the median is told.
    pub(crate) runs: usize,
    /// How long the whole row took, making what it needs included.
    pub(crate) took: Duration,
    pub(crate) conditions: Conditions,
    pub(crate) note: String,
}

/// All rows.
pub(crate) fn all(scale: Scale) -> Vec<Row> {
    let mut rows = vec![Row {
        number: 1,
        title: "First sync of a quarter's report: 127 cells, 20 texts, 600 edits in 4 sittings"
            .to_owned(),
        work: Work::FirstSync,
    }];
    let many: &[usize] = if scale.quick { &[10, 100] } else { &[10, 1_000, 10_000, 100_000] };
    rows.extend(many.iter().map(|documents| Row {
        number: 2,
        title: format!("Reconnect, nothing changed, {documents} documents"),
        work: Work::Idle { documents: *documents },
    }));
    rows.push(Row {
        number: 3,
        title: "One edited cell to the other side, on an open connection".to_owned(),
        work: Work::Live,
    });
    rows.push(Row {
        number: 4,
        title: "500 cells edited offline in a report of 100 edits".to_owned(),
        work: Work::Offline { mix: Mix::Cells, shared: 100 },
    });
    rows.extend([100, 1_200].map(|shared| Row {
        number: 4,
        title: format!(
            "500 edits made offline, a third of them text, in a report of {shared} edits"
        ),
        work: Work::Offline { mix: Mix::WithText, shared },
    }));
    let (edits, cuts) = (scale.of(2_000, 200), scale.of(20, 3));
    rows.push(Row {
        number: 5,
        title: format!(
            "A history of {:.1} MB ({edits} edits of 512 letters that do not compress), {cuts} cuts",
            edits as f64 * 512e-6
        ),
        work: Work::Cuts { edits, cuts },
    });
    let clients = scale.of(1_000, 20);
    rows.push(Row {
        number: 6,
        title: format!("{clients} clients reconnect to one server, nothing changed"),
        work: Work::Crowd { clients },
    });
    rows.extend([
        Row {
            number: 7,
            title: format!("First sync of the same report over {}", bad_line::LINE),
            work: Work::BadLine,
        },
        Row {
            number: 7,
            title: format!("One edited cell over {}, on an open connection", bad_line::LINE),
            work: Work::BadLineLive,
        },
    ]);
    rows
}

impl Row {
    /// Has a peer do it.
    pub(crate) async fn run(&self, peer: Peer, scale: Scale) -> Outcome {
        let begun = Instant::now();
        let mut outcome = Outcome::none(peer);
        if let Work::Crowd { clients } = self.work {
            outcome.clients = clients;
        }
        let mut all = Vec::new();
        for number in 0..self.work.runs(scale) {
            match self.work.once(peer, number, Duration::ZERO).await {
                Ok(measured) => all.push(measured),
                Err(error) => {
                    // The whole chain goes to the log, what people need to the page.
                    eprintln!("{}: {error:#}", peer.key());
                    outcome.note = error.to_string();
                }
            }
            // What takes too long once does so again.
            if all.last().is_none_or(|measured| !measured.is_through) {
                break;
            }
        }
        outcome.runs = all.len();
        if self.is_over_a_bad_line() {
            all.sort_by_key(|measured| measured.time);
        } else {
            all.sort_by_key(|measured| measured.counts.application.sum());
        }
        let gave_up = all.iter().find(|measured| !measured.is_through);
        outcome.measured = gave_up.or_else(|| all.get(all.len() / 2)).copied();
        if gave_up.is_some() {
            outcome.note = format!("gave up after {} s", self.work.limit().as_secs());
        }
        if self.work.is_short() && outcome.note.is_empty() {
            match self.work.once(peer, 0, FAR).await {
                Ok(far) if far.is_through => {
                    let trips = far.on_the_line.as_secs_f64() / (2.0 * FAR.as_secs_f64());
                    // Half a round trip is the smallest step; the rest is computing.
                    outcome.round_trips = Some((trips * 2.0).floor() / 2.0);
                }
                Ok(_) => {
                    let seconds = self.work.limit().as_secs();
                    outcome.note = format!("over the long line: gave up after {seconds} s");
                }
                Err(error) => outcome.note = format!("over the long line: {error:#}"),
            }
        }
        outcome.took = begun.elapsed();
        outcome
    }

    /// Whether what was given up in `other` need not be tried here.
    pub(crate) fn is_harder_than(&self, other: &Self) -> bool {
        match (self.work, other.work) {
            (Work::Idle { documents: here }, Work::Idle { documents: there }) => here > there,
            _ => false,
        }
    }

    /// In which turn it is measured: what takes many minutes comes last.
    pub(crate) fn turn(&self) -> u8 {
        match self.work {
            Work::Idle { documents } if documents > WARM => 2,
            Work::Crowd { .. } => 1,
            _ => 0,
        }
    }

    /// Whether time and packets were measured and nothing else.
    pub(crate) fn is_over_a_bad_line(&self) -> bool {
        matches!(self.work, Work::BadLine | Work::BadLineLive)
    }
}

impl Outcome {
    fn none(peer: Peer) -> Self {
        Self {
            peer,
            measured: None,
            round_trips: None,
            clients: 1,
            runs: 0,
            took: Duration::ZERO,
            conditions: Conditions::default(),
            note: String::new(),
        }
    }

    /// Of a peer that has given up already where less was to be done.
    pub(crate) fn not_tried(peer: Peer, easier: &Row) -> Self {
        let note = format!("not tried: it did not come to an end with \"{}\"", easier.title);
        Self { note, ..Self::none(peer) }
    }

    /// Whether it came to its end.
    pub(crate) fn is_through(&self) -> bool {
        self.measured.is_some_and(|measured| measured.is_through)
    }
}

impl Work {
    /// How often it is done.
    fn runs(self, scale: Scale) -> usize {
        match self {
            Self::FirstSync => scale.runs,
            Self::Idle { documents } if documents <= CHEAP => scale.runs,
            Self::BadLine if !scale.quick => BAD_LINES,
            _ => 1,
        }
    }

    /// Whether round trips are counted.
    fn is_short(self) -> bool {
        match self {
            Self::FirstSync | Self::Offline { .. } => true,
            Self::Idle { documents } => documents <= WARM,
            _ => false,
        }
    }

    /// What may be taken until it is given up.
    fn limit(self) -> Duration {
        match self {
            Self::BadLine | Self::BadLineLive => bad_line::LIMIT,
            Self::Cuts { .. } => LONG_LIMIT,
            Self::Idle { documents } if documents > WARM => LONG_LIMIT,
            _ => LIMIT,
        }
    }

    async fn once(self, peer: Peer, number: usize, delay: Duration) -> Result<Measured> {
        let weather = Weather { delay, ..Weather::default() };
        match self {
            Self::FirstSync => first_sync(peer, weather).await,
            Self::Idle { documents } => idle(peer, documents, weather).await,
            Self::Live => live(peer).await,
            Self::Offline { mix, shared } => offline(peer, mix, shared, weather).await,
            Self::Cuts { edits, cuts } => cut(peer, edits, cuts).await,
            Self::Crowd { clients } => crowd(peer, clients).await,
            Self::BadLine => bad_line::first_sync(peer, 1 + number as u64).await,
            Self::BadLineLive => Ok(median(bad_line::edits(peer, EDITS, 1).await?)),
        }
    }
}

async fn office(peer: Peer) -> Result<Stage> {
    let mut stage = Stage::new(peer)?;
    stage.serve().await?;
    stage.enrol(&[UNIT.to_owned()]).await?;
    Ok(stage)
}

/// Connects for the first time, or again, and checks what both then hold.
async fn sync(stage: &mut Stage, weather: Weather, expected: &State) -> Result<Measured> {
    stage.serve().await?;
    let what = json!({ "do": "connect", "documents": 1 });
    let measured = stage.connect(what, weather, LIMIT, Some(expected)).await?;
    if measured.is_through {
        stage.check(expected).await?;
    }
    Ok(measured)
}

async fn first_sync(peer: Peer, weather: Weather) -> Result<Measured> {
    let mut stage = office(peer).await?;
    let mut writer = Writer::new(42);
    stage.work(&writer.sittings(600, Mix::WithText)).await?;
    sync(&mut stage, weather, &writer.state).await
}

async fn offline(peer: Peer, mix: Mix, shared: usize, weather: Weather) -> Result<Measured> {
    let mut stage = office(peer).await?;
    let mut writer = Writer::new(43);
    stage.work(&writer.sittings(shared, mix)).await?;
    let what = json!({ "do": "connect", "documents": 1 });
    let shared = writer.state.clone();
    stage.connect(what, Weather::default(), LIMIT, Some(&shared)).await?;
    stage.leave().await?;
    stage.work(&writer.sittings(500, mix)).await?;
    sync(&mut stage, weather, &writer.state).await
}

/// Two stores with the same documents meet again and nothing has changed.
async fn idle(peer: Peer, documents: usize, weather: Weather) -> Result<Measured> {
    let mut stage = Stage::new(peer)?;
    let filled = stage.fill(documents, FILLING).await;
    filled.with_context(|| {
        format!("gave up making {documents} documents after {} s", FILLING.as_secs())
    })?;
    stage.serve().await?;
    // A second machine of the hub: it shares every document.
    stage.enrol(&["thi-xa".to_owned()]).await?;
    let what = json!({ "do": "connect", "documents": documents });
    if documents <= WARM {
        stage.connect(what.clone(), Weather::default(), LIMIT, None).await?;
        stage.leave().await?;
    }
    stage.serve().await?;
    let limit = if documents <= WARM { LIMIT } else { LONG_LIMIT };
    stage.connect(what, weather, limit, None).await
}

/// A cell is edited while the client is connected.
async fn live(peer: Peer) -> Result<Measured> {
    let mut stage = office(peer).await?;
    let mut writer = Writer::new(44);
    stage.work(&writer.sittings(100, Mix::Cells)).await?;
    stage.serve().await?;
    let what = json!({ "do": "connect", "documents": 1, "live": true });
    stage.connect(what, Weather::default(), LIMIT, None).await?;
    let mut all = Vec::new();
    for number in 0..EDITS {
        let edit = writer.cell(number * 7, 30_000 + number as u64);
        all.push(stage.measure(json!({ "do": "edit", "edit": edit }), LIMIT, None).await?);
    }
    stage.check(&writer.state).await?;
    Ok(median(all))
}

/// The median of many edits, by bytes; of their times by itself. CPU is the mean: a single edit takes less than
/// the kernel counts.
fn median(mut all: Vec<Measured>) -> Measured {
    let count = u32::try_from(all.len()).unwrap_or(1).max(1);
    let computed = |of: fn(&Measured) -> Duration| all.iter().map(of).sum::<Duration>() / count;
    let (client, server) = (computed(|m| m.client.cpu), computed(|m| m.server.cpu));
    let middle = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    };
    let time = middle(all.iter().map(|measured| measured.time).collect()).unwrap_or_default();
    let known = middle(all.iter().filter_map(|measured| measured.known).collect());
    let is_through = all.iter().all(|measured| measured.is_through);
    all.sort_by_key(|measured| measured.counts.application.sum() + measured.counts.wire.sum());
    let mut median = all.get(all.len() / 2).copied().unwrap_or_default();
    (median.client.cpu, median.server.cpu) = (client, server);
    (median.time, median.known) = (time, known);
    median.is_through = is_through;
    median
}

/// The line is cut again and again, after the same bytes for everybody.
async fn cut(peer: Peer, edits: usize, cuts: usize) -> Result<Measured> {
    let mut stage = office(peer).await?;
    let mut writer = Writer::new(45);
    stage.work(&writer.long_history(edits)).await?;
    stage.serve().await?;
    let between = BETWEEN_CUTS * (edits / cuts.max(1)) as u64;
    let mut dice = 5_u64;
    let coming = (0..cuts).map(|_| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (dice >> 33) % between
    });
    let weather = Weather { cuts: coming.collect(), ..Weather::default() };
    let what = json!({ "do": "connect", "documents": 1, "live": true });
    let measured = stage.connect(what, weather, LONG_LIMIT, Some(&writer.state)).await?;
    if measured.is_through {
        stage.check(&writer.state).await?;
    }
    Ok(measured)
}

/// Many clients, each with a report of its own, come back at once.
async fn crowd(peer: Peer, clients: usize) -> Result<Measured> {
    let mut stage = Stage::new(peer)?;
    let sittings = Writer::new(46).sittings(CROWD_EDITS, Mix::WithText);
    stage.crowd(clients, &sittings.concat()).await?;
    stage.serve().await?;
    let what = json!({ "do": "crowd-connect", "count": clients });
    stage.connect(what, Weather::default(), LIMIT, None).await
}
