//! A table of figures on a sheet: where its headings stand, and what each row below them says.

mod around;
mod headings;

use std::collections::BTreeSet;

use super::Measure;
use super::cell::Seen;
use super::collector::{Collector, Found};
use super::measure;
use crate::problem::{Place, Problem};
pub(super) use around::Area;
use headings::{Columns, about, has_heading, is_numbering};

/// Rows lower than this and columns narrower than this show nothing that can be read: points, and letters.
pub(super) const MIN_ROW_POINTS: f64 = 4.0;
pub(super) const MIN_COLUMN_LETTERS: f64 = 0.75;

/// The headings are looked for in this many rows that hold anything.
pub(super) const HEADINGS_WITHIN: usize = 40;

/// Most merged areas of a sheet.
const MAX_MERGES: usize = 200_000;

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
    /// Cells with a comment, by row and column.
    comments: BTreeSet<(u32, u32)>,
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
            comments: BTreeSet::new(),
        }
    }

    /// Somebody has written a comment on a cell, row and column from 0.
    pub(super) fn comment(&mut self, row: u32, column: u32) {
        if self.comments.len() < MAX_MERGES {
            self.comments.insert((row, column));
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
                    self.measures(row, &cells);
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
        self.tell_comments();
    }

    fn begin(&mut self, mut columns: Columns) {
        if self.columns.is_none() {
            self.out.tables += 1;
        }
        if self.is_hidden(columns.id) && self.columns.is_none() && !self.hidden {
            let problem = Problem::new("import-hidden-ids", "the column of ids is hidden");
            let place = self.place(columns.row);
            self.out.remark(place, problem);
        }
        // Notes that nobody sees are left alone.
        if let Some(note) = columns.note.filter(|note| self.is_hidden(*note)) {
            let place = self.cell(columns.row, note);
            let problem = Problem::new("import-hidden-notes", "the column of notes is hidden");
            self.out.remark(place, problem);
            columns.note = None;
        }
        self.columns = Some(columns);
        self.tops.push(columns);
        self.after_headings = true;
    }

    /// A row above a table, or on a sheet without one.
    fn title(&mut self, row: u32, cells: &Cells) {
        if let Some((about, name)) = about(cells) {
            let place = self.place(row);
            self.out.name(about, &name, place);
        }
        if self.out.headings.is_none() && has_heading(cells) {
            let words: Vec<String> =
                cells.iter().take(12).map(|(_, cell)| cell.for_people()).collect();
            self.out.headings = Some((self.place(row), words.join(" | ")));
        }
        self.strays(row, cells);
        self.measures(row, cells);
    }

    /// Words in or above the headings that say in what the figures are measured.
    fn measures(&mut self, row: u32, cells: &Cells) {
        for (column, cell) in cells {
            let words = cell.for_people();
            if measure::is_scaled_heading(&words) {
                let place = self.cell(row, *column);
                self.out.measure(Measure { place, words });
            }
        }
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
            let rest = cells.iter().all(|(_, cell)| is_numbering(&cell.text()));
            // `A  B  1  2  3`: forms number their columns.
            let several = cells.len() + usize::from(!id.is_empty()) >= 2;
            if several && rest && (id.is_empty() || is_numbering(&id)) {
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
        let measure = columns.measure.and_then(|measure| take(&mut cells, measure));
        let place = self.cell(row, columns.value);
        if let Some(problem) = self.hiding(&id, hidden, columns, value.as_ref()) {
            self.strays(row, &cells);
            return match self.out.known(&id) {
                Some(id) => self.out.leave_out(place, problem.at_indicator(id)),
                None => self.out.leave_out_nameless(place, problem),
            };
        }
        self.table_beside(row, columns, &id, &cells);
        self.placed.push(Placed { row, columns, id: id.clone() });
        let note = note.and_then(|note| self.note(row, columns, &id, note));
        match value.unwrap_or(Seen::Text(String::new())).content() {
            Ok(content) => {
                let measure = measure.map(|measure| measure.text()).filter(|text| !text.is_empty());
                self.out.row(Found { place, content, note, measure }, &id);
            }
            Err(problem) if problem.code == "import-unseen" => {
                if let Some(indicator) = self.out.id(&place, &id) {
                    self.out.leave_out(place, problem.at_indicator(indicator));
                }
                if note.is_some_and(|note| !note.is_empty()) {
                    let why = Problem::new("import-unseen", "the value is not seen");
                    self.leave_note(row, columns, &id, &why);
                }
            }
            Err(problem) => self.out.complain(place, problem.at_indicator(&id)),
        }
    }

    /// Why nobody sees a row's figure, or why it does not count.
    fn hiding(
        &self,
        id: &str,
        hidden: bool,
        columns: Columns,
        value: Option<&Seen>,
    ) -> Option<Problem> {
        let text = value.map(Seen::for_people).unwrap_or_default();
        let problem = if self.hidden {
            Problem::new("import-hidden-sheet", id)
        } else if hidden {
            Problem::new("import-hidden-row", id)
        } else if self.is_hidden(columns.value) {
            Problem::new("import-hidden-column", id)
        } else {
            return value.and_then(Seen::veil);
        };
        Some(problem.arg("text", or_none(&text)))
    }

    /// A row's note; `None` when the one that the report holds is to stay.
    fn note(&mut self, row: u32, columns: Columns, id: &str, note: Option<Seen>) -> Option<String> {
        match note.map(Seen::note) {
            None => Some(String::new()),
            Some(Ok(note)) => Some(note),
            Some(Err(why)) => {
                self.leave_note(row, columns, id, &why);
                None
            }
        }
    }

    /// Tells that a note is not taken, and why.
    fn leave_note(&mut self, row: u32, columns: Columns, id: &str, why: &Problem) {
        let place = self.cell(row, columns.note.unwrap_or(columns.value));
        let text = why.args.get("text").or(why.args.get("held")).map_or("", String::as_str);
        let problem = Problem::new("import-note-left-out", &why.detail);
        let problem = problem.arg("why", &why.code).arg("text", or_none(text));
        self.out.leave_out(place, problem.at_indicator(id));
    }

    /// A second table to the right: ids with figures beside them are two answers in one row. An id alone is
    /// told like every other that stands where none is looked for.
    fn table_beside(&mut self, row: u32, columns: Columns, own: &str, cells: &Cells) {
        for (at, (column, cell)) in cells.iter().enumerate() {
            let figures = || cells.iter().skip(at + 1).any(|(_, cell)| cell.is_figure());
            if !columns.has(*column)
                && let Some(id) = self.out.known(&cell.text())
                && figures()
            {
                let place = self.cell(row, *column);
                let problem = Problem::new("import-two-ids", format!("{id} in a second table"));
                let problem = problem.arg("first-column", letters(columns.id));
                let problem = problem.arg("second-column", letters(*column));
                return self.out.complain(place, problem.at_indicator(id));
            }
        }
        // A column that repeats the row's own id, as a printed code may, says nothing more.
        let others = cells.iter().filter(|(_, cell)| cell.text() != own).cloned().collect();
        self.strays(row, &others);
    }

    /// A row without an id: a title, what is written below a table, or a figure that belongs nowhere.
    fn nameless(&mut self, row: u32, columns: Columns, cells: &Cells) {
        self.strays(row, cells);
        self.measures(row, cells);
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

/// A text for a message that is otherwise worded without one.
fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

fn take(cells: &mut Cells, wanted: u32) -> Option<Seen> {
    let at = cells.iter().position(|(column, _)| *column == wanted)?;
    Some(cells.remove(at).1)
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
