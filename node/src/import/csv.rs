//! CSV: fields separated by commas, semicolons (what a Vietnamese Excel writes) or tabs, with a row of
//! headings. Read strictly: where a lenient reader would guess, a figure lands in the wrong column.

use super::cell::Seen;
use super::collector::Collector;
use super::table::{HEADINGS_WITHIN, Table};
use super::text;
use crate::problem::{Place, Problem};

/// Most fields of a line.
const MAX_FIELDS: usize = 1024;

pub(super) fn read(bytes: &[u8], out: &mut Collector<'_>) {
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(problem) => return out.complain(Place::default(), problem),
    };
    let (stated, body) = stated_separator(&text);
    let separator = stated.unwrap_or_else(|| separator_of(body));
    let line = if stated.is_some() { 2 } else { 1 };
    read_table(Records { rest: body, line, separator }, out);
    out.check_tables();
}

fn read_table(mut records: Records<'_>, out: &mut Collector<'_>) {
    let separator = records.separator;
    let mut table = Table::new(out, None, false);
    // The fields of the headings' line: a longer line has a figure that was cut in two.
    let mut width = usize::MAX;
    loop {
        let record = match records.next() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err((line, problem)) => {
                table.complain(line.saturating_sub(1), problem);
                break;
            }
        };
        if record.fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let row = record.line.saturating_sub(1);
        if let Some(problem) = misread(&record, separator, width, &table) {
            table.complain(row, problem);
            continue;
        }
        let count = record.fields.len();
        let cells = (0..).zip(record.fields).map(|(at, field)| (at, Seen::Text(field))).collect();
        table.row(row, false, cells);
        if table.heading_row() == Some(row) {
            width = count;
        }
    }
    table.finish();
}

/// What shows that a line's fields are not those that its writer meant.
fn misread(
    record: &Record,
    separator: char,
    width: usize,
    table: &Table<'_, '_>,
) -> Option<Problem> {
    let fields = &record.fields;
    if fields.len() > width {
        let problem = Problem::new("import-more-fields", format!("{} fields", fields.len()));
        let written: String = fields.join(&separator.to_string()).chars().take(64).collect();
        let problem = problem.arg("fields", fields.len()).arg("headings", width);
        return Some(problem.arg("text", written));
    }
    // A quote that was opened by mistake, and closed by another: the lines between became one field.
    let inner = fields.iter().flat_map(|field| field.split(['\n', '\r']).skip(1));
    let first = inner.filter_map(|line| line.split(separator).next());
    if let Some(id) = first.map(str::trim).find(|text| table.is_known(text)) {
        return Some(Problem::new("import-quoted-row", id).arg("indicator", id));
    }
    // `30,162` without quotes, in a line whose last field was left out.
    if separator == ','
        && let Some((value, Some(note))) = table.value_and_note()
        && note == value + 1
        && let Some([whole, rest]) =
            usize::try_from(value).ok().and_then(|at| fields.get(at..at + 2))
        && is_thousands(whole.trim(), rest.trim())
    {
        let written = format!("{},{}", whole.trim(), rest.trim());
        return Some(Problem::new("import-split-number", &written).arg("text", written));
    }
    None
}

/// Whether two fields look like one number whose mark was taken for a separator.
fn is_thousands(whole: &str, rest: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole) && whole.len() <= 3 && digits(rest) && rest.len() <= 3
}

/// Excel's own first line: `sep=;`.
fn stated_separator(text: &str) -> (Option<char>, &str) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    let line = line.trim_matches('"').to_ascii_lowercase();
    let mut stated = line.strip_prefix("sep=").unwrap_or_default().chars();
    match (stated.next(), stated.next()) {
        (Some(separator), None) if !separator.is_alphanumeric() => {
            let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n']));
            (Some(separator), rest.unwrap_or_default())
        }
        _ => (None, text),
    }
}

/// The separator by which a row of headings is found; else the one that the first line uses.
fn separator_of(text: &str) -> char {
    const SEPARATORS: [char; 4] = [';', '\t', ',', '|'];
    let finds_headings = |separator: &char| {
        let mut records = Records { rest: text, line: 1, separator: *separator };
        let mut scratch = Collector::new("", &|_| false);
        let mut table = Table::new(&mut scratch, None, false);
        let mut rows = 0;
        while rows < HEADINGS_WITHIN {
            let Ok(Some(record)) = records.next() else { break };
            rows += usize::from(record.fields.iter().any(|field| !field.trim().is_empty()));
            let cells = (0..).zip(record.fields).map(|(at, field)| (at, Seen::Text(field)));
            table.row(record.line, false, cells.collect());
            if table.heading_row().is_some() || table.has_problems() {
                return true;
            }
        }
        false
    };
    let first_line = text.lines().next().unwrap_or_default();
    SEPARATORS
        .into_iter()
        .find(finds_headings)
        .or_else(|| SEPARATORS.into_iter().find(|separator| first_line.contains(*separator)))
        .unwrap_or(',')
}

/// The lines of a file, as records.
struct Records<'a> {
    rest: &'a str,
    /// The line at which `rest` begins.
    line: u32,
    separator: char,
}

struct Record {
    /// The line at which it begins.
    line: u32,
    fields: Vec<String>,
}

impl Records<'_> {
    /// The next record. Lines end with LF, CR LF or CR.
    fn next(&mut self) -> Result<Option<Record>, (u32, Problem)> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut record = Record { line: self.line, fields: Vec::new() };
        loop {
            let field = self.field()?;
            record.fields.push(field);
            if record.fields.len() > MAX_FIELDS {
                let why = format!("more than {MAX_FIELDS} fields");
                return Err((record.line, Problem::new("import-syntax", &why).arg("why", why)));
            }
            let mut rest = self.rest.chars();
            match rest.next() {
                Some(mark) if mark == self.separator => self.rest = rest.as_str(),
                Some('\r' | '\n') => {
                    self.end_line();
                    return Ok(Some(record));
                }
                _ => return Ok(Some(record)),
            }
        }
    }

    /// The next field; what follows it is a separator, the end of the line or of the file.
    fn field(&mut self) -> Result<String, (u32, Problem)> {
        let Some(mut rest) = self.rest.strip_prefix('"') else {
            let end = self.rest.find([self.separator, '\r', '\n']).unwrap_or(self.rest.len());
            let (field, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Ok(field.to_owned());
        };
        let opened = self.line;
        let mut field = String::new();
        loop {
            let Some((before, after)) = rest.split_once('"') else {
                let shown: String =
                    rest.lines().next().unwrap_or_default().chars().take(40).collect();
                let problem = Problem::new("import-open-quote", &shown).arg("text", shown);
                return Err((opened, problem));
            };
            field.push_str(before);
            self.line = self.line.saturating_add(lines_in(before));
            match after.strip_prefix('"') {
                Some(after) => {
                    field.push('"');
                    rest = after;
                }
                None => {
                    rest = after;
                    break;
                }
            }
        }
        let next = rest.trim_start_matches(' ');
        self.rest = next;
        if next.is_empty() || next.starts_with([self.separator, '\r', '\n']) {
            return Ok(field);
        }
        let shown: String = next.lines().next().unwrap_or_default().chars().take(40).collect();
        let problem = Problem::new("import-after-quote", &shown).arg("text", shown);
        Err((self.line, problem.arg("opened", opened)))
    }

    fn end_line(&mut self) {
        let rest = self.rest;
        self.rest = rest
            .strip_prefix("\r\n")
            .or_else(|| rest.strip_prefix(['\r', '\n']))
            .unwrap_or_default();
        self.line = self.line.saturating_add(1);
    }
}

/// How many line ends a text has, each of which may be LF, CR LF or CR.
fn lines_in(text: &str) -> u32 {
    let ends = text.matches(['\r', '\n']).count() - text.matches("\r\n").count();
    u32::try_from(ends).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
