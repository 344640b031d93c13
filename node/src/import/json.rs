//! JSON: a report as `hopluu report --format json` writes it; `{"cells": …}` with period, unit and
//! template; or simply an object of `{"<indicator>": value}` where a value is a number, a text as one would
//! type it, or null.

use std::collections::BTreeMap;

use hopluu_protocol::number::{NOT_APPLICABLE_WORDS, NOTHING_AROSE_WORDS};
use hopluu_protocol::report::ReportValue;
use hopluu_protocol::value::CellState;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::collector::{About, Collector, Found, syntax, unclear};
use super::{Content, MAX_ROWS, text};
use crate::problem::{Place, Problem};

pub(super) fn read(bytes: &[u8], out: &mut Collector<'_>) {
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(problem) => return out.complain(Place::default(), problem),
    };
    let file = File::new(&text);
    let Some(members) = file.members(text.trim(), out) else { return };
    let cells = members.iter().find(|(name, value)| name == "cells" && !is_plain(value));
    for (name, value) in &members {
        let about = match name.as_str() {
            "period" => About::Period,
            "template" => About::Template,
            "unit" => About::Unit,
            // Beside the cells, nothing else is read: a figure there is told.
            other if cells.is_some() => {
                if !BESIDE_CELLS.contains(&other) {
                    file.leave_out(other, value, out);
                }
                continue;
            }
            _ => continue,
        };
        match serde_json::from_str::<Option<String>>(value.get()) {
            Ok(Some(named)) => out.name(about, &named, file.place(value.get())),
            Ok(None) => {}
            // A program wrote it, so it can be mended there; a number may be another unit's code.
            Err(_) => out.complain(file.place(value.get()), unclear(name, value.get())),
        }
    }
    match cells {
        Some((_, cells)) if cells.get().starts_with('[') => file.report_cells(cells, out),
        Some((_, cells)) => {
            if let Some(members) = file.members(cells.get(), out) {
                file.plain_cells(&members, out);
            }
        }
        None => {
            let about = |name: &str| ["period", "template", "unit"].contains(&name);
            let cells: Vec<_> = members.into_iter().filter(|(name, _)| !about(name)).collect();
            file.plain_cells(&cells, out);
        }
    }
}

/// What a report has beside its cells that says nothing about them.
const BESIDE_CELLS: [&str; 3] = ["cells", "sections", "submissions"];

/// What a cell of a report has.
const OF_CELL: [&str; 11] = [
    "appendix",
    "code",
    "complete",
    "id",
    "label",
    "note",
    "section",
    "sources",
    "state",
    "unit_of_measure",
    "value",
];

/// Whether a value is neither an object nor a list.
fn is_plain(value: &RawValue) -> bool {
    !value.get().starts_with(['{', '['])
}

/// The members of an object in their order, the same name twice if it stands there twice.
type MemberList<'a> = Vec<(String, &'a RawValue)>;

struct File<'a> {
    text: &'a str,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl<'a> File<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, ends: text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    /// The members of an object; says so when it is none, or when a name stands in it twice.
    fn members<'v>(&self, object: &'v str, out: &mut Collector<'_>) -> Option<MemberList<'v>> {
        let members = match serde_json::from_str::<Members<'v>>(object) {
            Ok(Members(members)) => members,
            Err(error) => {
                out.complain(self.place_of(object, &error), syntax(&error));
                return None;
            }
        };
        if members.len() > MAX_ROWS {
            let problem = Problem::new("import-too-many-rows", format!("over {MAX_ROWS}"));
            out.complain(self.place(object), problem.arg("limit", MAX_ROWS));
            return None;
        }
        let mut first = BTreeMap::new();
        let mut twice = false;
        for (name, value) in &members {
            let line = self.line(value.get());
            if let Some(before) = first.insert(name.as_str(), line) {
                let shown: String = name.chars().take(64).collect();
                let problem = Problem::new("import-two-keys", &shown).arg("key", shown);
                out.complain(self.place(value.get()), problem.arg("line", before));
                twice = true;
            }
        }
        (!twice).then_some(members)
    }

    fn plain_cells(&self, cells: &[(String, &RawValue)], out: &mut Collector<'_>) {
        for (id, value) in cells {
            let place = self.place(value.get());
            match content(value) {
                Ok(content) => {
                    out.row(Found { place, content, note: None, measure: None }, id);
                }
                Err(problem) => out.complain(place, problem.at_indicator(id)),
            }
        }
    }

    fn report_cells(&self, cells: &RawValue, out: &mut Collector<'_>) {
        let cells: Vec<&RawValue> = match serde_json::from_str(cells.get()) {
            Ok(cells) => cells,
            Err(error) => return out.complain(self.place(cells.get()), syntax(error)),
        };
        for (at, cell) in cells.into_iter().enumerate() {
            let Some(members) = self.members(cell.get(), out) else { continue };
            if let Err(problem) = self.report_cell(at, cell, &members, out) {
                out.complain(self.place(cell.get()), problem);
            }
        }
    }

    fn report_cell(
        &self,
        at: usize,
        cell: &RawValue,
        members: &MemberList<'_>,
        out: &mut Collector<'_>,
    ) -> Result<(), Problem> {
        let find =
            |wanted: &str| members.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let word = |name: &str| -> Result<Option<String>, Problem> {
            find(name).map_or(Ok(None), |value| serde_json::from_str(value.get()).map_err(syntax))
        };
        let id = word("id")?.ok_or_else(|| syntax("a cell has no `id`"))?;
        // A member that is not known may be the value under another name.
        if let Some((name, _)) = members.iter().find(|(name, _)| !OF_CELL.contains(&name.as_str()))
        {
            let path = path_of(at, name);
            let problem = Problem::new("import-json-member", &path).arg("path", path);
            return Err(problem.at_indicator(&id));
        }
        let state: Option<CellState> = find("state")
            .map(|state| serde_json::from_str(state.get()).map_err(syntax))
            .transpose()?;
        let value = find("value").map_or(Ok(Content::Empty), content);
        let value = value.map_err(|problem| problem.at_indicator(&id))?;
        if let Some(state) = state.filter(|state| !agree(*state, &value)) {
            let path = path_of(at, "state");
            let written = find("value").map_or("null", RawValue::get);
            let written: String = written.chars().take(64).collect();
            let named = find("state").map_or("", RawValue::get).trim_matches('"').to_owned();
            let problem = Problem::new("import-json-state", format!("{path}: {state:?}"));
            let problem = problem.arg("path", path).arg("state", named).arg("value", written);
            return Err(problem.at_indicator(&id));
        }
        let content = match (state, value) {
            // A heading says nothing; which ids are headings, the template knows.
            (Some(CellState::NothingArose), _) => Content::Text(NOTHING_AROSE_WORDS.to_owned()),
            (Some(CellState::NotApplicable), Content::Text(reason)) => {
                Content::Text(format!("{NOT_APPLICABLE_WORDS}: {reason}"))
            }
            (_, value) => value,
        };
        // A cell that has no note at all says nothing of it.
        let note = word("note")?;
        let (place, measure) = (self.place(cell.get()), word("unit_of_measure")?);
        out.row(Found { place, content, note, measure }, &id);
        Ok(())
    }

    /// Tells of a member that is not read; an id has its cell.
    fn leave_out(&self, name: &str, value: &RawValue, out: &mut Collector<'_>) {
        let shown: String = name.chars().take(64).collect();
        let text: String = value.get().chars().take(64).collect();
        let problem = Problem::new("import-json-unread", &shown).arg("path", shown);
        let problem = problem.arg("text", text);
        let place = self.place(value.get());
        match out.known(name) {
            Some(id) => out.leave_out(place, problem.at_indicator(id)),
            None => out.leave_out_nameless(place, problem),
        }
    }

    fn place(&self, piece: &str) -> Place {
        Place { line: Some(self.line(piece)), ..Place::default() }
    }

    /// The line of a piece of the file, found by where it lies in memory.
    fn line(&self, piece: &str) -> u32 {
        let at = (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let lines = self.ends.partition_point(|end| *end < at);
        u32::try_from(lines + 1).unwrap_or(u32::MAX)
    }

    /// The line of an error within a piece of the file.
    fn place_of(&self, piece: &str, error: &serde_json::Error) -> Place {
        let within = u32::try_from(error.line().saturating_sub(1)).unwrap_or_default();
        let line = self.line(piece).saturating_add(within);
        Place { line: Some(line), ..Place::default() }
    }
}

/// Whether what a cell's state says can be said of its value.
fn agree(state: CellState, value: &Content) -> bool {
    match state {
        CellState::Choice | CellState::Flag | CellState::Number => {
            matches!(value, Content::Number(_))
        }
        CellState::Heading | CellState::NotReported | CellState::NothingArose => {
            *value == Content::Empty
        }
        CellState::NotApplicable => matches!(value, Content::Text(_)),
    }
}

/// Where a member stands: `cells[3].state`.
fn path_of(cell: usize, member: &str) -> String {
    let member: String = member.chars().take(64).collect();
    format!("cells[{cell}].{member}")
}

fn content(value: &RawValue) -> Result<Content, Problem> {
    let written: String = value.get().chars().take(64).collect();
    match value.get() {
        "true" | "false" => Err(Problem::new("import-logical", &written).arg("text", written)),
        text if text.starts_with(['{', '[']) => {
            Err(Problem::new("import-not-a-figure", &written).arg("text", written))
        }
        text => match serde_json::from_str::<ReportValue>(text) {
            Ok(ReportValue::Null) => Ok(Content::Empty),
            Ok(ReportValue::Number(number)) => Ok(Content::Number(number)),
            Ok(ReportValue::Text(text)) if text.trim().is_empty() => Ok(Content::Empty),
            Ok(ReportValue::Text(text)) => Ok(Content::Text(text)),
            Err(error) => Err(Problem::new("number-not-exact", error).arg("text", written)),
        },
    }
}

/// An object's members, none dropped.
struct Members<'a>(MemberList<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = MemberList<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                // One more than is taken shows that there are too many.
                while members.len() <= MAX_ROWS {
                    let Some(member) = map.next_entry::<String, &'de RawValue>()? else { break };
                    members.push(member);
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Members)
    }
}
