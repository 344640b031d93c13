//! The town file: units and calendar of a town, as its administrator writes them (docs/town-file.md).

// Named by its path, since the fuzz targets take this file in by a path as well.
#[path = "town_file/write.rs"]
mod write;

use std::collections::{BTreeMap, BTreeSet};

use automerge::ChangeHash;

use hopluu_protocol::documents::calendar::{Extension, PeriodEntry};
use hopluu_protocol::id::{TemplateRef, UnitCode, UnitKindId};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::{Letterhead, Unit};
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::problem::{Place, Problem, Reason, Refusal};

/// Largest town file read, bytes. The biggest province has some hundreds of units.
const MAX_BYTES: usize = 4 << 20;

/// Later deadlines, by period and unit.
pub type Extensions = BTreeMap<(PeriodId, UnitCode), Extension>;

/// Which state of the town a file was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The roster's heads.
    pub roster: Vec<ChangeHash>,
    /// The calendar's.
    pub calendar: Vec<ChangeHash>,
}

/// A town file, read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TownFile {
    /// From which state the program wrote it; `None` for a file that somebody wrote.
    pub base: Option<Base>,
    /// The unit that the hub belongs to.
    pub hub: UnitCode,
    /// The units, in the file's order.
    pub units: Vec<Unit>,
    /// The periods.
    pub periods: Vec<(PeriodId, PeriodEntry)>,
    /// Later deadlines for single units.
    pub extensions: Extensions,
    /// Days that are no working days.
    pub holidays: BTreeSet<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    base: Option<Spanned<String>>,
    hub: Spanned<UnitCode>,
    #[serde(default)]
    holidays: Vec<String>,
    #[serde(default)]
    period: Vec<Spanned<PeriodRow>>,
    #[serde(default)]
    unit: Vec<Spanned<UnitRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodRow {
    id: PeriodId,
    template: TemplateRef,
    deadline: Option<String>,
    #[serde(default)]
    extension: Vec<Spanned<ExtensionRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExtensionRow {
    unit: UnitCode,
    deadline: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitRow {
    code: UnitCode,
    kind: UnitKindId,
    name: String,
    short_name: String,
    parent: Option<UnitCode>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    #[serde(default)]
    predecessors: Vec<UnitCode>,
    #[serde(default)]
    letterhead: LetterheadRow,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LetterheadRow {
    parent_body: String,
    body: String,
    symbol: String,
    place: String,
    addressees: Vec<String>,
    signature: Vec<String>,
    signer: String,
    recipients: Vec<String>,
    archive: String,
}

impl TownFile {
    /// Reads a town file. `file` is its name, for messages.
    ///
    /// # Errors
    /// All problems found, each with its line.
    pub fn parse(source: &str, file: &str) -> Result<Self, Refusal> {
        let mut reader = Reader { source, file, problems: Vec::new() };
        if source.len() > MAX_BYTES {
            reader.complain(
                0,
                Problem::new("file-too-large", "larger than 4 MiB").arg("limit", "4 MiB"),
            );
            return Err(reader.refusal());
        }
        let rows: Rows = match toml::from_str(source) {
            Ok(rows) => rows,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reader.complain(at, not_read(error.message()));
                return Err(reader.refusal());
            }
        };
        let town = reader.check(rows);
        if reader.problems.is_empty() { Ok(town) } else { Err(reader.refusal()) }
    }
}

fn not_read(why: &str) -> Problem {
    let unknown = why.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    match unknown {
        Some((field, _)) => Problem::new("template-unknown-field", why).arg("field", field),
        None => Problem::new("town-syntax", why).arg("why", why),
    }
}

/// A unit that, going up from parent to parent, comes back to itself.
pub(crate) fn in_a_circle(units: &[Unit]) -> Option<UnitCode> {
    let parent_of: BTreeMap<&UnitCode, Option<&UnitCode>> =
        units.iter().map(|unit| (&unit.code, unit.parent.as_ref())).collect();
    let comes_back = |unit: &&Unit| {
        let mut above = unit.parent.as_ref();
        // As many steps as there are units lead to the top, or round and round.
        for _ in 0..units.len() {
            match above {
                Some(parent) if *parent == unit.code => return true,
                Some(parent) => above = parent_of.get(parent).copied().flatten(),
                None => return false,
            }
        }
        false
    };
    units.iter().find(comes_back).map(|unit| unit.code.clone())
}

struct Reader<'a> {
    source: &'a str,
    file: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn check(&mut self, rows: Rows) -> TownFile {
        let units = self.units(rows.unit);
        let known: BTreeSet<&UnitCode> = units.iter().map(|unit| &unit.code).collect();
        self.must_be_unit(rows.hub.span().start, rows.hub.get_ref(), &known);
        let (periods, extensions) = self.periods(rows.period, &known);
        let holidays = rows.holidays.iter().filter_map(|text| self.date(0, text)).collect();
        let base = rows.base.and_then(|base| self.base(&base));
        TownFile { base, hub: rows.hub.into_inner(), units, periods, extensions, holidays }
    }

    fn base(&mut self, text: &Spanned<String>) -> Option<Base> {
        let base = Base::parse(text.get_ref());
        if base.is_none() {
            let problem =
                Problem::new("town-base-unreadable", "the base is not two lists of heads");
            self.complain(text.span().start, problem);
        }
        base
    }

    fn units(&mut self, rows: Vec<Spanned<UnitRow>>) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        let (mut parents, mut predecessors) = (Vec::new(), Vec::new());
        for row in rows {
            let at = row.span().start;
            let unit = self.unit(at, row.into_inner());
            if units.iter().any(|other| other.code == unit.code) {
                let problem =
                    Problem::new("town-duplicate-unit", format!("unit {} twice", unit.code));
                self.complain(at, problem.arg("unit", &unit.code));
            }
            if let (Some(from), Some(to)) = (unit.valid_from, unit.valid_to)
                && to < from
            {
                let problem = Problem::new("town-ends-before", format!("{} ends early", unit.code));
                let problem = problem.arg("unit", &unit.code).arg("from", from).arg("to", to);
                self.complain(at, problem);
            }
            parents.extend(unit.parent.clone().map(|parent| (at, parent)));
            predecessors.extend(unit.predecessors.iter().map(|code| (at, code.clone())));
            units.push(unit);
        }
        let known: BTreeSet<&UnitCode> = units.iter().map(|unit| &unit.code).collect();
        for (at, parent) in &parents {
            self.must_be_unit(*at, parent, &known);
        }
        for (at, predecessor) in &predecessors {
            self.must_be_unit(*at, predecessor, &known);
        }
        if let Some(unit) = in_a_circle(&units) {
            let detail = format!("{unit} reports to itself");
            self.complain(0, Problem::new("town-circle", detail).arg("unit", unit));
        }
        units
    }

    fn periods(
        &mut self,
        rows: Vec<Spanned<PeriodRow>>,
        known: &BTreeSet<&UnitCode>,
    ) -> (Vec<(PeriodId, PeriodEntry)>, Extensions) {
        let mut periods: Vec<(PeriodId, PeriodEntry)> = Vec::new();
        let mut extensions = BTreeMap::new();
        for row in rows {
            let at = row.span().start;
            let row = row.into_inner();
            if periods.iter().any(|(id, _)| *id == row.id) {
                let problem =
                    Problem::new("town-duplicate-period", format!("period {} twice", row.id));
                self.complain(at, problem.arg("period", row.id));
            }
            for extension in row.extension {
                let at = extension.span().start;
                let extension = extension.into_inner();
                self.must_be_unit(at, &extension.unit, known);
                let Some(until) = self.date(at, &extension.deadline) else { continue };
                let record = Extension { until, reason: extension.reason };
                let key = (row.id, extension.unit);
                if extensions.contains_key(&key) {
                    let detail = format!("{} has two extensions of {}", key.1, key.0);
                    let problem = Problem::new("town-duplicate-extension", detail);
                    self.complain(at, problem.arg("unit", &key.1).arg("period", key.0));
                }
                extensions.insert(key, record);
            }
            let deadline = row.deadline.and_then(|text| self.date(at, &text));
            periods.push((row.id, PeriodEntry { template: row.template, deadline }));
        }
        (periods, extensions)
    }

    fn must_be_unit(&mut self, at: usize, code: &UnitCode, known: &BTreeSet<&UnitCode>) {
        if !known.contains(code) {
            let problem = Problem::new("town-unknown-unit", format!("no unit {code}"));
            self.complain(at, problem.arg("unit", code));
        }
    }

    fn unit(&mut self, at: usize, row: UnitRow) -> Unit {
        let head = row.letterhead;
        Unit {
            code: row.code,
            kind: row.kind,
            name: row.name,
            short_name: row.short_name,
            parent: row.parent,
            valid_from: row.valid_from.and_then(|text| self.date(at, &text)),
            valid_to: row.valid_to.and_then(|text| self.date(at, &text)),
            predecessors: row.predecessors,
            letterhead: Letterhead {
                parent_body: head.parent_body,
                body: head.body,
                symbol: head.symbol,
                place: head.place,
                addressees: head.addressees,
                signature: head.signature,
                signer: head.signer,
                recipients: head.recipients,
                archive: head.archive,
            },
        }
    }

    fn date(&mut self, at: usize, text: &str) -> Option<Date> {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            let problem =
                Problem::new("date-invalid", format!("`{text}` is not a date")).arg("text", text);
            self.complain(at, problem);
        }
        parsed
    }

    fn complain(&mut self, at: usize, problem: Problem) {
        let before = self.source.get(..at).unwrap_or_default();
        let line = u32::try_from(before.matches('\n').count() + 1).ok();
        let place = Place { file: Some(self.file.to_owned()), line, ..Place::default() };
        self.problems.push(problem.at(place));
    }

    fn refusal(self) -> Refusal {
        Refusal { reason: Reason::Invalid, problems: self.problems }
    }
}

#[cfg(test)]
mod tests;
