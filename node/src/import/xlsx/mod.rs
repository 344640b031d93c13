//! XLSX (ECMA-376 Part 1, SpreadsheetML), read as it is shown: number formats, hidden rows, merged cells,
//! formulas with what they gave.
//!
//! Written for what programs really make: names with prefixes, cells without references, targets from the
//! root, strings inline or shared, the strict variant.

mod sheet;
mod strings;

use super::archive::{self, Archive};
use super::collector::{Collector, syntax};
use super::number_format::Format;
use super::table::Table;
use super::xml::{Piece, Xml, attribute, flag, name};
use crate::problem::{Place, Problem};
use strings::Strings;

/// Most sheets. A report has one for each appendix and two more.
pub(super) const MAX_SHEETS: usize = 256;

/// Most formats of cells. Excel allows as many.
pub(super) const MAX_FORMATS: usize = 65_536;

pub(super) fn read(bytes: &[u8], out: &mut Collector<'_>) {
    if let Err(problem) = read_workbook(bytes, out) {
        out.complain(Place::default(), problem);
    }
    out.check_tables();
}

fn read_workbook(bytes: &[u8], out: &mut Collector<'_>) -> Result<(), Problem> {
    let mut archive = Archive::open(bytes)?;
    let roots = relations(&mut archive, "")?;
    let workbook = roots
        .iter()
        .find(|relation| relation.is("officeDocument"))
        .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target.clone());
    let relations = relations(&mut archive, &workbook)?;
    let part = |kind: &str| relations.iter().find(|relation| relation.is(kind));
    let book = Book::read(&mut archive, &workbook)?;
    let strings = match part("sharedStrings") {
        Some(relation) => Strings::read(&mut archive, &relation.target)?,
        None => Strings::default(),
    };
    let formats = match part("styles") {
        Some(relation) => read_formats(&mut archive, &relation.target)?,
        None => Vec::new(),
    };
    for sheet in &book.sheets {
        let relation = relations.iter().find(|relation| relation.id == sheet.relation);
        // Charts, dialogs and macros are sheets as well, and hold no cells.
        let Some(relation) = relation.filter(|relation| relation.is("worksheet")) else { continue };
        let Some(part) = archive.part(&relation.target)? else {
            return Err(missing(&relation.target));
        };
        let table = Table::new(out, Some(sheet.name.clone()), sheet.hidden);
        let reader = sheet::Sheet::new(&book, &strings, &formats, Xml::new(part), table);
        if let Err(problem) = reader.read() {
            out.complain(Place { sheet: Some(sheet.name.clone()), ..Place::default() }, problem);
        }
    }
    Ok(())
}

/// What the workbook says of all its sheets.
#[derive(Default)]
struct Book {
    sheets: Vec<SheetEntry>,
    /// Days are counted from 1904.
    is_1904: bool,
    /// Its formulas are to be computed anew when it is opened: stored results are not what will be seen.
    stale: bool,
}

struct SheetEntry {
    name: String,
    relation: String,
    hidden: bool,
}

impl Book {
    fn read(archive: &mut Archive<'_>, part: &str) -> Result<Self, Problem> {
        let mut book = Self::default();
        let Some(part) = archive.part(part)? else {
            return Err(Problem::new("import-other-kind", "no workbook").arg("kind", "archive"));
        };
        let mut xml = Xml::new(part);
        loop {
            match xml.next()? {
                Piece::Begin(tag) if name(&tag) == "sheet" => {
                    let entry = SheetEntry {
                        name: attribute(&tag, "name")?.unwrap_or_default(),
                        relation: attribute(&tag, "id")?.unwrap_or_default(),
                        hidden: attribute(&tag, "state")?
                            .is_some_and(|state| state.to_ascii_lowercase().ends_with("hidden")),
                    };
                    book.sheets.push(entry);
                    if book.sheets.len() > MAX_SHEETS {
                        return Err(syntax(format!("more than {MAX_SHEETS} sheets")));
                    }
                }
                Piece::Begin(tag) if name(&tag) == "workbookPr" => {
                    book.is_1904 = flag(&tag, "date1904")?;
                }
                Piece::Begin(tag) if name(&tag) == "calcPr" => {
                    let unfinished = attribute(&tag, "calcCompleted")?;
                    book.stale = flag(&tag, "fullCalcOnLoad")?
                        || flag(&tag, "forceFullCalc")?
                        || unfinished.is_some_and(|value| value == "0" || value == "false");
                }
                Piece::Done => return Ok(book),
                Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
            }
        }
    }
}

/// One part's word about another.
pub(super) struct Relation {
    pub(super) id: String,
    kind: String,
    pub(super) target: String,
}

impl Relation {
    /// The kind is the end of an address, which the strict variant begins otherwise.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// The relations of a part; of the whole package for an empty name.
pub(super) fn relations(archive: &mut Archive<'_>, part: &str) -> Result<Vec<Relation>, Problem> {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let own = format!("{folder}/_rels/{file}.rels");
    let Some(part) = archive.part(&own)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(part);
    let mut relations = Vec::new();
    loop {
        match xml.next()? {
            Piece::Begin(tag) if name(&tag) == "Relationship" => {
                let target = attribute(&tag, "Target")?.unwrap_or_default();
                relations.push(Relation {
                    id: attribute(&tag, "Id")?.unwrap_or_default(),
                    kind: attribute(&tag, "Type")?.unwrap_or_default(),
                    target: absolute(folder, &target),
                });
                if relations.len() > MAX_SHEETS * 4 {
                    return Err(syntax("too many relations"));
                }
            }
            Piece::Done => return Ok(relations),
            Piece::Begin(_) | Piece::End(_) | Piece::Text(_) => {}
        }
    }
}

/// A target as a part's name: from the root, or beside the part that names it.
fn absolute(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(from_root) = target.strip_prefix('/') {
        return from_root.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// A part that another names is not there: what it would have said is not known.
pub(super) fn missing(part: &str) -> Problem {
    archive::damaged(format!("{part} is missing"))
}

/// The number formats of the cells' styles, by their numbers.
fn read_formats(archive: &mut Archive<'_>, part: &str) -> Result<Vec<Format>, Problem> {
    let Some(part) = archive.part(part)? else { return Err(missing(part)) };
    let mut xml = Xml::new(part);
    let mut own = std::collections::BTreeMap::new();
    let mut ids: Vec<u32> = Vec::new();
    let mut in_cells = false;
    loop {
        match xml.next()? {
            Piece::Begin(tag) => match name(&tag) {
                "numFmt" => {
                    let id = attribute(&tag, "numFmtId")?.and_then(|id| id.parse::<u32>().ok());
                    let code = attribute(&tag, "formatCode")?.unwrap_or_default();
                    if let Some(id) = id {
                        own.insert(id, Format::read(&code));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok());
                    ids.push(id.unwrap_or_default());
                }
                _ => {}
            },
            Piece::End(name) if name == "cellXfs" => in_cells = false,
            Piece::Done => break,
            Piece::End(_) | Piece::Text(_) => {}
        }
        if own.len().max(ids.len()) > MAX_FORMATS {
            return Err(syntax("too many formats"));
        }
    }
    let format = |id: &u32| own.get(id).cloned().unwrap_or_else(|| Format::built_in(*id));
    Ok(ids.iter().map(format).collect())
}

#[cfg(test)]
mod tests;
