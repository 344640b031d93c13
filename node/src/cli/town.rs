//! `invite`, `join`, `sync`, `status`.

use axum::http::Method;
use hopluu_protocol::documents::review::Standing;
use hopluu_protocol::id::UnitCode;

use super::Session;
use super::console::{Console, moment};
use super::stuck;
use crate::api::{InviteRequest, JoinRequest};
use crate::contact::HubContact;
use crate::desk::{
    ChangedSince, Invited, PeerStatus, PeriodStatus, Status, SubmissionView, UnitSubmissions,
};
use crate::node::SyncOutcome;
use crate::problem::{Problem, Reason, Refusal};
use crate::transport::Way;

pub(super) async fn invite(
    session: &Session,
    unit: UnitCode,
    addresses: Vec<String>,
    hours: u32,
) -> Result<(), Refusal> {
    let client = session.client().await?;
    let request = InviteRequest { unit, addresses, hours };
    let invited: Invited =
        client.send_json(Method::POST, "/api/invitations", &[], &request).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&invited);
    }
    // The invitation alone on standard output, so that it can be piped.
    let expires = moment(invited.expires_at / 1000);
    let args = [("unit", invited.unit.as_str()), ("expires", &expires), ("id", &invited.id)];
    console.hint("cli-invited", &args);
    console.print(&invited.invitation)?;
    console.hint("cli-invited-words", &[("words", &as_read_out(&invited.words))]);
    Ok(())
}

pub(super) async fn join(
    session: &Session,
    invitation: String,
    name: Option<String>,
) -> Result<(), Refusal> {
    // Read before a node is made: a mistyped invitation leaves nothing behind.
    let read = hopluu_protocol::invitation::Invitation::parse(&invitation)
        .map_err(|error| Refusal::new(Reason::Invalid, Problem::from(&error)))?;
    // A program that reads JSON compares with `words` of the hub's status.
    if !session.console.json {
        let (words, key) = (read.hub_key.six_words().to_string(), read.hub_key.short().to_string());
        session.console.hint("cli-join-words", &[("words", &words), ("key", &key)]);
    }
    let client = session.client_to_join().await?;
    let bar = session.console.progress("cli-joining", &[]);
    let request = JoinRequest { invitation, node_name: session.node_name(name) };
    let person = session.person();
    let by = [("person", person.as_str())];
    let outcome: SyncOutcome = client.send_json(Method::POST, "/api/join", &by, &request).await?;
    bar.finish_and_clear();
    let status: Status = client.get("/api/status", &[]).await?;
    if session.console.json {
        return session.console.print_json(&status);
    }
    session.console.say("cli-joined", &[("unit", &status.unit_name)])?;
    if outcome.in_sync {
        tell_outcome(session, &outcome)
    } else {
        Err(stuck::beside(&client, not_in_sync(outcome)).await)
    }
}

pub(super) async fn sync(session: &Session) -> Result<(), Refusal> {
    let client = session.client().await?;
    let bar = session.console.progress("cli-syncing", &[]);
    let outcome: SyncOutcome = client.send_json(Method::POST, "/api/sync", &[], &()).await?;
    bar.finish_and_clear();
    if session.console.json {
        session.console.print_json(&outcome)?;
    } else if outcome.in_sync {
        tell_outcome(session, &outcome)?;
    }
    if outcome.in_sync { Ok(()) } else { Err(stuck::beside(&client, not_in_sync(outcome)).await) }
}

pub(super) async fn status(session: &Session) -> Result<(), Refusal> {
    let client = session.client().await?;
    let status: Status = client.get("/api/status", &[("ask", "true")]).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&status);
    }
    status.problems.iter().for_each(|problem| console.warn(problem));
    console.say("cli-status-node", &[("key", &status.node)])?;
    console.say("cli-status-words", &[("words", &as_read_out(&status.words))])?;
    let Some(unit) = &status.unit else {
        return console.say("cli-not-joined", &[]);
    };
    console.say("cli-status-unit", &[("unit", unit.as_str()), ("name", &status.unit_name)])?;
    if status.hub {
        console.say("cli-status-hub", &[])?;
    } else if status.unacknowledged == 0 {
        console.say("cli-all-at-hub", &[])?;
    } else {
        console.say("cli-unacknowledged", &[("count", &status.unacknowledged.to_string())])?;
    }
    tell_of_silence(console, &status)?;
    if !status.hub {
        show_line(session, status.peers.first(), client.is_there())?;
    }
    for period in &status.periods {
        show_period(session, period, status.hub)?;
    }
    Ok(())
}

/// Says since when the hub was looked for and not reached, and why. A command that only asks a node that
/// does not run looks for nobody.
fn tell_of_silence(console: &Console, status: &Status) -> Result<(), Refusal> {
    let Some(HubContact { heard_at, failing_since: Some(since), problem: Some(problem) }) =
        &status.contact
    else {
        return Ok(());
    };
    let since = moment(since.div_euclid(1000));
    let why = console.catalogue.problem(problem);
    match heard_at {
        Some(heard) => {
            let heard = moment(heard.div_euclid(1000));
            console.say("cli-hub-silent", &[("since", &since), ("heard", &heard), ("why", &why)])
        }
        None => console.say("cli-hub-never-heard", &[("since", &since), ("why", &why)]),
    }
}

/// What is known of the line to the hub. Without a process that keeps one there is nothing to say.
fn show_line(session: &Session, hub: Option<&PeerStatus>, serves: bool) -> Result<(), Refusal> {
    let console = &session.console;
    let known = hub.and_then(|hub| Some((hub.way?, hub.heard_ms_ago?)));
    match known {
        Some((way, silent)) => {
            let way = console.catalogue.line(way_code(way), &[]);
            let seconds = (silent / 1000).to_string();
            console.say("cli-connected-heard", &[("way", &way), ("seconds", &seconds)])
        }
        None if serves => console.say("cli-not-connected", &[]),
        None => Ok(()),
    }
}

fn show_period(session: &Session, period: &PeriodStatus, at_hub: bool) -> Result<(), Refusal> {
    let console = &session.console;
    let deadline = day(&period.deadline);
    match period.first_day.as_str() {
        // Nothing of it can be read: the problems say why.
        "" => console.say("cli-status-period-unusable", &[("name", &period.name)])?,
        _ => {
            console.say("cli-status-period", &[("name", &period.name), ("deadline", &deadline)])?
        }
    }
    if let Some(reason) = &period.locked {
        console.say("cli-period-closed", &[("reason", reason)])?;
    }
    period.problems.iter().for_each(|problem| console.warn(problem));
    if period.cells > 0 {
        let (filled, cells) = (period.filled.to_string(), period.cells.to_string());
        console.say("cli-status-filled", &[("filled", &filled), ("cells", &cells)])?;
    }
    if period.conflicts > 0 {
        console.say("cli-status-conflicts", &[("count", &period.conflicts.to_string())])?;
    }
    if period.text_conflicts > 0 {
        let count = period.text_conflicts.to_string();
        console.say("cli-status-text-conflicts", &[("count", &count)])?;
    }
    if period.misfits > 0 {
        let (count, id) = (period.misfits.to_string(), period.period.to_string());
        console.say("cli-status-misfits", &[("count", &count), ("period", &id)])?;
    }
    if period.apart > 0 {
        let (count, id) = (period.apart.to_string(), period.period.to_string());
        console.say("cli-status-apart", &[("count", &count), ("period", &id)])?;
    }
    for unit in &period.submissions {
        match unit.submissions.last() {
            Some(latest) => {
                let standing = console.catalogue.line(standing_code(latest.standing), &[]);
                // The hub's clock, where it has said something: an office's may be years off.
                let time = moment(latest.received_at.unwrap_or(latest.signed_at) / 1000);
                let args = [("unit", unit.name.as_str()), ("standing", &standing), ("time", &time)];
                console.say("cli-status-submission", &args)?;
                tell_of_closing(console, latest)?;
                tell_of_changes(console, period, unit, at_hub)?;
                if latest.template != period.template {
                    let version = latest.template.version.to_string();
                    console.say("cli-status-other-version", &[("version", &version)])?;
                }
            }
            None => console.say("cli-status-unsubmitted", &[("unit", &unit.name)])?,
        }
    }
    Ok(())
}

/// Says that a submission came after the closing, by the clocks of all who have one.
fn tell_of_closing(console: &Console, latest: &SubmissionView) -> Result<(), Refusal> {
    let Some((closed, received)) = latest.closed_since.zip(latest.received_at) else {
        return Ok(());
    };
    let time = |ms: i64| moment(ms.div_euclid(1000));
    let (closed, received, signed) = (time(closed), time(received), time(latest.signed_at));
    let args = [("closed", closed.as_str()), ("received", &received), ("signed", &signed)];
    console.say("cli-status-after-closing", &args)
}

/// Says that a draft is not what was submitted.
fn tell_of_changes(
    console: &Console,
    period: &PeriodStatus,
    unit: &UnitSubmissions,
    at_hub: bool,
) -> Result<(), Refusal> {
    let Some(ChangedSince { submission, cells, texts }) = unit.changed else { return Ok(()) };
    let who = match (&period.locked, at_hub) {
        (Some(_), _) => "closed",
        (None, true) => "hub",
        (None, false) => "office",
    };
    let (number, cells, texts) = (submission.to_string(), cells.to_string(), texts.to_string());
    let id = period.period.to_string();
    let args = [
        ("number", number.as_str()),
        ("cells", &cells),
        ("texts", &texts),
        ("period", &id),
        ("who", who),
    ];
    console.say("cli-status-changed", &args)
}

/// Six words with room between them, as they stand on every screen.
pub(super) fn as_read_out(words: &[String]) -> String {
    words.join(" · ")
}

fn standing_code(standing: Standing) -> &'static str {
    match standing {
        Standing::Accepted => "cli-standing-accepted",
        Standing::Received => "cli-standing-received",
        Standing::Returned => "cli-standing-returned",
        Standing::Unreceived => "cli-standing-unreceived",
    }
}

/// `2023-03-16` as people write it.
pub(super) fn day(iso: &str) -> String {
    let parts: Vec<&str> = iso.rsplit('-').collect();
    parts.join("/")
}

pub(super) fn tell_outcome(session: &Session, outcome: &SyncOutcome) -> Result<(), Refusal> {
    let (sent, received) = (outcome.bytes_sent.to_string(), outcome.bytes_received.to_string());
    let console = &session.console;
    console.say("cli-in-sync", &[("sent", &sent), ("received", &received)])?;
    if outcome.awaiting_word > 0 {
        console.say("cli-awaiting-word", &[("count", &outcome.awaiting_word.to_string())])?;
    }
    match outcome.way {
        // The usual way is not worth a line.
        None | Some(Way::Quic) => Ok(()),
        Some(way) => {
            let way = console.catalogue.line(way_code(way), &[]);
            console.say("cli-synced-over", &[("way", &way)])
        }
    }
}

pub(super) fn way_code(way: Way) -> &'static str {
    match way {
        Way::Quic => "cli-way-quic",
        Way::Tcp => "cli-way-tcp",
    }
}

/// What is in the way, and what became of the data.
fn not_in_sync(outcome: SyncOutcome) -> Refusal {
    let count = outcome.unacknowledged;
    let problem = Problem::new("sync-incomplete", format!("{count} changes are not at the hub"));
    let mut problems = outcome.problems;
    problems.push(problem.arg("count", count));
    Refusal { reason: Reason::Unreachable, problems }
}
