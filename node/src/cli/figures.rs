//! `set`, `get`, `history`, `conflicts`.

use axum::http::Method;
use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::period::PeriodId;

use super::Session;
use super::console::moment;
use super::texts::print_torn;
use crate::api::Typed;
use crate::desk::{CellView, ConflictView, EntryOf, EntryView, TornText};
use crate::problem::Refusal;

pub(super) async fn set(
    session: &Session,
    period: PeriodId,
    indicator: &IndicatorId,
    value: String,
    note: Option<String>,
) -> Result<(), Refusal> {
    let client = session.client().await?;
    let path = format!("/api/periods/{period}/cells/{indicator}");
    let typed = Typed { value, note };
    let person = session.person();
    let cell: CellView =
        client.send_json(Method::PUT, &path, &[("person", &person)], &typed).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&cell);
    }
    let id = cell.cell.id.as_str();
    if cell.written.is_empty() {
        console.say("cli-cleared", &[("id", id)])?;
    } else {
        console.say("cli-saved", &[("id", id), ("value", &cell.written)])?;
    }
    // Of value and note only one was chosen.
    show_conflict(session, &cell)?;
    if cell.conflict {
        tell_of_marks(session, period, std::slice::from_ref(&cell));
    }
    session.tell(&cell.warnings);
    Ok(())
}

pub(super) async fn get(
    session: &Session,
    period: PeriodId,
    indicator: Option<&IndicatorId>,
) -> Result<(), Refusal> {
    let client = session.client().await?;
    let path = format!("/api/periods/{period}/cells");
    let console = &session.console;
    if let Some(indicator) = indicator {
        let cell: CellView = client.get(&format!("{path}/{indicator}"), &[]).await?;
        if console.json {
            return console.print_json(&cell);
        }
        if cell.apart.is_some() {
            console.say("cli-apart", &[])?;
        }
        show(session, &cell)?;
        tell_of_marks(session, period, std::slice::from_ref(&cell));
        session.tell(&cell.warnings);
        return Ok(());
    }
    let cells: Vec<CellView> = client.get(&path, &[]).await?;
    if console.json {
        return console.print_json(&cells);
    }
    let (apart, form): (Vec<_>, Vec<_>) = cells.iter().partition(|cell| cell.apart.is_some());
    form.into_iter().try_for_each(|cell| show(session, cell))?;
    if !apart.is_empty() {
        console.say("cli-apart", &[])?;
    }
    apart.into_iter().try_for_each(|cell| show(session, cell))?;
    tell_of_marks(session, period, &cells);
    // Each once, at the figure that shows it.
    let at_figure = |cell: &CellView| {
        let own = Some(cell.cell.id.to_string());
        let told = cell.warnings.iter().filter(move |told| told.place.indicator == own);
        told.cloned().collect::<Vec<_>>()
    };
    cells.iter().for_each(|cell| session.tell(&at_figure(cell)));
    Ok(())
}

/// `pl4.3.1.1   855 Hồ sơ   Tổng số hồ sơ TTHC đã giải quyết xong`
fn show(session: &Session, cell: &CellView) -> Result<(), Refusal> {
    let row = &cell.cell;
    let value = match (cell.written.as_str(), cell.typed) {
        _ if cell.misfit.is_some() => {
            let misfit = cell.misfit.as_deref().unwrap_or_default();
            session.console.catalogue.line("cli-misfit", &[("value", misfit)])
        }
        _ if differ(&cell.entries) => session.console.catalogue.line("cli-contested", &[]),
        ("", true) => session.console.catalogue.line("cli-empty-value", &[]),
        (written, false) if is_incomplete(cell) => format!("{written}*"),
        (written, _) => written.to_owned(),
    };
    let unit = if row.unit_of_measure.contains('=') { "" } else { row.unit_of_measure.as_str() };
    let line = format!("{:<24} {:>16} {:<16} {}", row.id.as_str(), value, unit, row.label);
    session.console.print(line.trim_end())?;
    show_conflict(session, cell)
}

/// All that stands in a cell in conflict, below it.
fn show_conflict(session: &Session, cell: &CellView) -> Result<(), Refusal> {
    let values = cell.entries.iter().filter(|_| differ(&cell.entries));
    let notes = cell.notes.iter().filter(|_| differ(&cell.notes));
    for entry in values.chain(notes) {
        session.console.print(&format!("    {}", entry_line(session, entry)))?;
    }
    Ok(())
}

/// Says what the marks in a list of cells mean.
fn tell_of_marks(session: &Session, period: PeriodId, cells: &[CellView]) {
    let console = &session.console;
    let contested = cells.iter().filter(|cell| cell.conflict && cell.apart.is_none()).count();
    if contested > 0 {
        let (count, period) = (contested.to_string(), period.to_string());
        console.hint("cli-conflict-choose", &[("count", &count), ("period", &period)]);
    }
    if cells.iter().any(is_incomplete) {
        console.hint("cli-incomplete-marked", &[]);
    }
}

/// Whether a computed figure lacks some of what it is computed from.
fn is_incomplete(cell: &CellView) -> bool {
    !cell.typed && cell.apart.is_none() && !cell.written.is_empty() && !cell.cell.complete
}

/// Whether what people wrote differs. The same typed twice is no conflict.
fn differ(entries: &[EntryView]) -> bool {
    entries.iter().any(|entry| entries.first().map(|first| &first.written) != Some(&entry.written))
}

pub(super) async fn history(
    session: &Session,
    period: PeriodId,
    indicator: &IndicatorId,
) -> Result<(), Refusal> {
    let client = session.client().await?;
    let path = format!("/api/periods/{period}/cells/{indicator}/history");
    let entries: Vec<EntryView> = client.get(&path, &[]).await?;
    if session.console.json {
        return session.console.print_json(&entries);
    }
    let several = |of: EntryOf| {
        let stand = entries.iter().filter(|entry| entry.of == of && entry.stands);
        differ(&stand.cloned().collect::<Vec<_>>())
    };
    let (values, notes) = (several(EntryOf::Value), several(EntryOf::Note));
    for entry in &entries {
        let contested = if entry.of == EntryOf::Value { values } else { notes };
        let line = entry_line(session, entry);
        let line = if contested && entry.stands {
            session.console.catalogue.line("cli-entry-stands", &[("entry", &line)])
        } else {
            line
        };
        session.console.print(&line)?;
    }
    Ok(())
}

/// A cell has an `id`, a text a `section`.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum AnyConflict {
    Cell(ConflictView),
    Text(TornText),
}

pub(super) async fn conflicts(session: &Session, period: PeriodId) -> Result<(), Refusal> {
    let client = session.client().await?;
    let conflicts: Vec<ConflictView> =
        client.get(&format!("/api/periods/{period}/conflicts"), &[]).await?;
    let texts: Vec<TornText> =
        client.get(&format!("/api/periods/{period}/text-conflicts"), &[]).await?;
    let console = &session.console;
    if console.json {
        let cells = conflicts.into_iter().map(AnyConflict::Cell);
        let all = cells.chain(texts.into_iter().map(AnyConflict::Text));
        return console.print_json(&all.collect::<Vec<_>>());
    }
    if conflicts.is_empty() && texts.is_empty() {
        return console.say("cli-no-conflicts", &[]);
    }
    texts.iter().try_for_each(|text| print_torn(session, text))?;
    for conflict in &conflicts {
        let args = [("id", conflict.id.as_str()), ("label", conflict.label.as_str())];
        for (code, entries) in
            [("cli-conflict", &conflict.entries), ("cli-note-conflict", &conflict.notes)]
        {
            if !entries.is_empty() {
                console.say(code, &args)?;
            }
            entries.iter().try_for_each(|entry| console.print(&entry_line(session, entry)))?;
        }
    }
    Ok(())
}

/// `318 – An, máy Một cửa, lúc 13/03/2023 08:05`
fn entry_line(session: &Session, entry: &EntryView) -> String {
    let catalogue = &session.console.catalogue;
    let value = match entry.written.as_str() {
        "" => catalogue.line("cli-empty-value", &[]),
        written => written.to_owned(),
    };
    let time = moment(entry.time);
    let args = [
        ("value", value.as_str()),
        ("person", &entry.person),
        ("node", &entry.node),
        ("time", &time),
    ];
    let line = catalogue.line("cli-entry", &args);
    match entry.of {
        EntryOf::Value => line,
        EntryOf::Note => catalogue.line("cli-note-entry", &[("entry", &line)]),
    }
}
