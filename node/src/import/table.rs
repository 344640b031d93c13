//! A table of figures on a sheet: where its headings stand, and what each row below them says.

use std::collections::BTreeSet;

use hopluu_protocol::number::fold;

use super::cell::Seen;
use super::collector::{About, Collector};
use crate::problem::{Place, Problem};

/// Headings that are understood, folded: English, and as the XLSX output prints them.
const ID: &[&str] = &["id", "mã", "mã chỉ tiêu"];
const VALUE: &[&str] = &["value", "số liệu", "giá trị"];
const NOTE: &[&str] = &["note", "ghi chú"];

/// What names the file itself, beside which the name stands.
const ABOUT: &[(&str, About)] = &[
    ("kỳ báo cáo", About::Period),
    ("period", About::Period),
    ("đơn vị", About::Unit),
    ("unit", About::Unit),
    ("biểu mẫu", About::Template),
    ("template", About::Template),
];

/// The headings are looked for in this many rows that hold anything.
pub(super) const HEADINGS_WITHIN: usize = 40;

/// Most merged areas of a sheet.
const MAX_MERGES: usize = 200_000;

/// A rectangle of cells, from 0, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) rows: (u32, u32),
    pub(super) columns: (u32, u32),
}

/// The cells of a row that hold anything, by their column from 0, in order.
pub(super) type Cells = Vec<(u32, Seen)>;

/// Reads one sheet, row by row from the top.
pub(super) struct Table<'a, 'b> {
    out: &'a mut Collector<'b>,
    sheet: Option<String>,
    hidden: bool,
    hidden_columns: Vec<(u32, u32)>,
    merges: Vec<Area>,
    columns: Option<Columns>,
    /// Every row of headings.
    tops: Vec<Columns>,
    /// Rows that hold an id.
    placed: Vec<Placed>,
    rows: usize,
    /// The row before was the headings'.
    after_headings: bool,
    stray: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    row: u32,
    id: u32,
    value: u32,
    note: Option<u32>,
}

struct Placed {
    row: u32,
    columns: Columns,
    id: String,
}

impl<'a, 'b> Table<'a, 'b> {
    /// `sheet`: its name, where the file has sheets. `hidden`: nobody sees it.
    pub(super) fn new(out: &'a mut Collector<'b>, sheet: Option<String>, hidden: bool) -> Self {
        Self {
            out,
            sheet,
            hidden,
            hidden_columns: Vec::new(),
            merges: Vec::new(),
            columns: None,
            tops: Vec::new(),
            placed: Vec::new(),
            rows: 0,
            after_headings: false,
            stray: BTreeSet::new(),
        }
    }

    /// Nobody sees these columns, from 0, ends included.
    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        if self.hidden_columns.len() < MAX_MERGES {
            self.hidden_columns.push((first, last));
        }
    }

    /// These cells are shown as one. False when there are more of them than any sheet has.
    pub(super) fn merge(&mut self, area: Area) -> bool {
        let one = area.rows.0 == area.rows.1 && area.columns.0 == area.columns.1;
        if !one {
            self.merges.push(area);
        }
        self.merges.len() <= MAX_MERGES
    }

    /// A row, from 0.
    pub(super) fn row(&mut self, row: u32, hidden: bool, mut cells: Cells) {
        cells.retain(|(_, cell)| !cell.is_blank());
        if cells.is_empty() {
            return;
        }
        self.rows += 1;
        let after_headings = std::mem::take(&mut self.after_headings);
        if self.columns.is_some() || self.rows <= HEADINGS_WITHIN {
            match Columns::find(row, &cells) {
                Ok(Some(columns)) => {
                    self.strays(row, &cells);
                    self.begin(columns);
                    return;
                }
                Ok(None) => {}
                Err(problem) => {
                    // What stands below cannot be assigned; the file is refused for this one reason.
                    self.out.tables += 1;
                    let place = self.place(row);
                    return self.out.complain(place, problem);
                }
            }
        }
        match self.columns {
            Some(columns) => self.figure(row, hidden, columns, cells, after_headings),
            None => self.title(row, &cells),
        }
    }

    /// Something is wrong with a row, from 0.
    pub(super) fn complain(&mut self, row: u32, problem: Problem) {
        let place = self.place(row);
        self.out.complain(place, problem);
    }

    pub(super) fn has_problems(&self) -> bool {
        self.out.has_problems()
    }

    /// Whether the template has an indicator of this id.
    pub(super) fn is_known(&self, text: &str) -> bool {
        self.out.known(text).is_some()
    }

    /// The row of the headings that count now, from 0.
    pub(super) fn heading_row(&self) -> Option<u32> {
        self.columns.map(|columns| columns.row)
    }

    /// The column of values, and that of notes.
    pub(super) fn value_and_note(&self) -> Option<(u32, Option<u32>)> {
        self.columns.map(|columns| (columns.value, columns.note))
    }

    /// The sheet has ended.
    pub(super) fn finish(mut self) {
        self.check_merges();
    }

    fn begin(&mut self, columns: Columns) {
        if self.columns.is_none() {
            self.out.tables += 1;
        }
        if self.is_hidden(columns.id) && self.columns.is_none() && !self.hidden {
            let problem = Problem::new("import-hidden-ids", "the column of ids is hidden");
            let place = self.place(columns.row);
            self.out.remark(place, problem);
        }
        self.columns = Some(columns);
        self.tops.push(columns);
        self.after_headings = true;
    }

    /// A row above a table, or on a sheet without one.
    fn title(&mut self, row: u32, cells: &Cells) {
        if let [(_, label), (_, name), ..] = cells.as_slice() {
            let label = fold(&label.text());
            let label = label.trim_end_matches(':').trim_end();
            if let Some((_, about)) = ABOUT.iter().find(|(words, _)| *words == label) {
                let place = self.place(row);
                self.out.name(*about, &name.text(), place);
            }
        }
        let heads = |names: &[&str]| {
            cells.iter().any(|(_, cell)| names.contains(&heading(&cell.text()).as_str()))
        };
        if self.out.headings.is_none() && (heads(ID) || heads(VALUE)) {
            let words: Vec<String> =
                cells.iter().take(12).map(|(_, cell)| cell.for_people()).collect();
            self.out.headings = Some((self.place(row), words.join(" | ")));
        }
        self.strays(row, cells);
    }

    /// Ids that stand where no id is looked for.
    fn strays(&mut self, row: u32, cells: &Cells) {
        for (column, cell) in cells {
            let text = cell.text();
            if self.stray.contains(&text) {
                continue;
            }
            if let Some(id) = self.out.known(&text) {
                let place = self.cell(row, *column);
                let problem = Problem::new("import-unread-id", format!("{id} outside a table"));
                self.out.leave_out(place, problem.at_indicator(id));
                self.stray.insert(text);
            }
        }
    }

    fn figure(
        &mut self,
        row: u32,
        hidden: bool,
        columns: Columns,
        mut cells: Cells,
        after_headings: bool,
    ) {
        let id = take(&mut cells, columns.id).map(|id| id.text()).unwrap_or_default();
        if after_headings && (id.is_empty() || self.out.known(&id).is_none()) {
            let number = |text: &str| is_numbering(text);
            let rest = cells.iter().all(|(_, cell)| number(&cell.text()));
            // `A  B  1  2  3`: forms number their columns.
            let several = cells.len() + usize::from(!id.is_empty()) >= 2;
            if several && rest && (id.is_empty() || number(&id)) {
                return;
            }
        }
        if id.is_empty() {
            return self.nameless(row, columns, &cells);
        }
        if self.out.known(&id).is_none() {
            self.strays(row, &cells);
        }
        let value = take(&mut cells, columns.value);
        let note = columns.note.map(|note| take(&mut cells, note));
        let hiding = if self.hidden {
            Some(Problem::new("import-hidden-sheet", &id))
        } else if hidden {
            Some(Problem::new("import-hidden-row", &id))
        } else if self.is_hidden(columns.value) {
            Some(Problem::new("import-hidden-column", &id))
        } else {
            None
        };
        let place = self.cell(row, columns.value);
        if let Some(problem) = hiding {
            let seen = value.map(|value| value.for_people()).unwrap_or_default();
            let problem = problem.arg("text", or_none(&seen));
            return match self.out.known(&id) {
                Some(id) => self.out.leave_out(place, problem.at_indicator(id)),
                None => self.out.leave_out_nameless(place, problem),
            };
        }
        self.placed.push(Placed { row, columns, id: id.clone() });
        match value.unwrap_or(Seen::Text(String::new())).content() {
            Ok(content) => {
                let note = note.map(|note| note.map(|note| note.text()).unwrap_or_default());
                self.out.row(place, &id, content, note);
            }
            // A zero that is not shown looks like an empty cell: it changes nothing, and is told.
            Err(problem) if problem.code == "import-masked" && is_empty(&problem) => {
                if let Some(id) = self.out.id(&place, &id) {
                    let mut told = Problem::new("import-unseen", &problem.detail);
                    told.args = problem.args;
                    self.out.leave_out(place, told.at_indicator(id));
                }
            }
            Err(problem) => self.out.complain(place, problem.at_indicator(&id)),
        }
    }

    /// A row without an id: a title, what is written below a table, or a figure that belongs nowhere.
    fn nameless(&mut self, row: u32, columns: Columns, cells: &Cells) {
        self.strays(row, cells);
        let Some((_, value)) = cells.iter().find(|(column, _)| *column == columns.value) else {
            return;
        };
        let label = cells
            .iter()
            .filter(|(column, _)| *column != columns.value)
            .map(|(_, cell)| cell.for_people())
            .max_by_key(|text| text.chars().count())
            .unwrap_or_default();
        let problem = Problem::new("import-no-id", format!("{label}: {}", value.for_people()));
        let text = value.for_people();
        let problem = problem.arg("text", or_none(&text)).arg("label", or_none(&label));
        let place = self.cell(row, columns.value);
        self.out.leave_out_nameless(place, problem);
    }

    /// Merged cells over values, ids or their headings: which row the one value is for cannot be said.
    fn check_merges(&mut self) {
        for area in std::mem::take(&mut self.merges) {
            let over = |column: u32| area.columns.0 <= column && column <= area.columns.1;
            let wide = area.columns.0 != area.columns.1;
            let within = |row: u32| area.rows.0 <= row && row <= area.rows.1;
            let top = self
                .tops
                .iter()
                .find(|top| within(top.row) && wide && (over(top.id) || over(top.value)));
            if let Some(top) = top {
                let place = self.place(top.row);
                let problem = Problem::new("import-merged-heading", area);
                self.out.complain(place, problem.arg("area", area));
                continue;
            }
            let from = self.placed.partition_point(|placed| placed.row < area.rows.0);
            let row = self
                .placed
                .iter()
                .skip(from)
                .take_while(|placed| within(placed.row))
                .find(|placed| over(placed.columns.value) || over(placed.columns.id));
            if let Some(placed) = row {
                let place = self.cell(placed.row, placed.columns.value);
                let problem = Problem::new("import-merged", area).arg("area", area);
                self.out.complain(place, problem.at_indicator(&placed.id));
            }
        }
    }

    fn is_hidden(&self, column: u32) -> bool {
        self.hidden_columns.iter().any(|(first, last)| *first <= column && column <= *last)
    }

    fn place(&self, row: u32) -> Place {
        let line = Some(row.saturating_add(1));
        Place { sheet: self.sheet.clone(), line, ..Place::default() }
    }

    fn cell(&self, row: u32, column: u32) -> Place {
        // A line of a text file has no letters for its columns.
        let cell = self.sheet.is_some().then(|| name_of(row, column));
        Place { cell, ..self.place(row) }
    }
}

impl Columns {
    /// Whether a row is a table's headings; a problem when two of them mean one thing.
    fn find(row: u32, cells: &Cells) -> Result<Option<Self>, Problem> {
        let headings: Vec<(u32, String)> =
            cells.iter().map(|(column, cell)| (*column, heading(&cell.text()))).collect();
        let of = |names: &[&str]| -> Vec<u32> {
            let named = headings.iter().filter(|(_, text)| names.contains(&text.as_str()));
            named.map(|(column, _)| *column).collect()
        };
        let (ids, values, notes) = (of(ID), of(VALUE), of(NOTE));
        let (Some(id), Some(value)) = (ids.first(), values.first()) else { return Ok(None) };
        for columns in [&ids, &values, &notes] {
            if let [first, second, ..] = columns.as_slice() {
                let told = |wanted: u32| {
                    let cell = cells.iter().find(|(column, _)| *column == wanted);
                    let text = cell.map(|(_, cell)| cell.for_people()).unwrap_or_default();
                    (text, letters(wanted))
                };
                let ((first, at), (second, and)) = (told(*first), told(*second));
                let problem = Problem::new("import-two-headings", format!("{first}, {second}"));
                let problem = problem.arg("first", first).arg("second", second);
                return Err(problem.arg("first-column", at).arg("second-column", and));
            }
        }
        Ok(Some(Self { row, id: *id, value: *value, note: notes.first().copied() }))
    }
}

impl std::fmt::Display for Area {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let first = name_of(self.rows.0, self.columns.0);
        write!(f, "{first}:{}", name_of(self.rows.1, self.columns.1))
    }
}

/// A heading for comparing: letter case, normal form, spaces, line breaks and invisible signs do not count.
fn heading(text: &str) -> String {
    let visible = |c: &char| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{ad}');
    fold(&text.chars().filter(visible).collect::<String>())
}

/// A text for a message that is otherwise worded without one.
fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

fn take(cells: &mut Cells, wanted: u32) -> Option<Seen> {
    let at = cells.iter().position(|(column, _)| *column == wanted)?;
    Some(cells.remove(at).1)
}

fn is_empty(masked: &Problem) -> bool {
    masked.args.get("text").is_some_and(String::is_empty)
}

/// `1`, `(2)`, `A`, `5=3+4`: the number of a column.
fn is_numbering(text: &str) -> bool {
    let text = text.trim_matches(['(', ')', '[', ']']);
    let number = text.split('=').next().unwrap_or_default().trim();
    let digits = number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    let letter = number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_alphabetic());
    !number.is_empty() && (digits || letter)
}

/// `D6`, from row and column counted from 0.
pub(super) fn name_of(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), row.saturating_add(1))
}

fn letters(column: u32) -> String {
    let mut rest = column;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    letters.iter().rev().collect()
}
