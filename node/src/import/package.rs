//! The package that an XLSX and an XLSB are (ECMA-376 Part 2): parts, and what one says about another.

use super::archive::{Archive, Part, damaged};
use super::collector::{Collector, syntax};
use super::table::Table;
use super::xml::{Piece, Xml, attribute, name};
use crate::problem::{Place, Problem};

/// Most sheets. A report has one for each appendix and two more.
pub(super) const MAX_SHEETS: usize = 256;

/// Most formats, fonts and fills of cells. Excel allows as many.
pub(super) const MAX_FORMATS: usize = 65_536;

/// A workbook, once what its sheets share has been read.
pub(super) trait Book {
    /// Its sheets in their order.
    fn sheets(&self) -> &[SheetEntry];

    /// Reads a sheet's cells.
    fn read_sheet(&self, part: Part<'_, '_>, table: Table<'_, '_>) -> Result<(), Problem>;

    /// Row and column, from 0, of the cells that have a comment.
    fn comments(part: Part<'_, '_>) -> Result<Vec<(u32, u32)>, Problem>;
}

/// A sheet as the workbook names it.
pub(super) struct SheetEntry {
    pub(super) name: String,
    /// The id of its relation.
    pub(super) relation: String,
    pub(super) hidden: bool,
}

/// Reads the sheets of a workbook.
pub(super) fn read_sheets<B: Book>(
    book: &B,
    archive: &mut Archive<'_>,
    relations: &[Relation],
    out: &mut Collector<'_>,
) -> Result<(), Problem> {
    for sheet in book.sheets() {
        let relation = relations.iter().find(|relation| relation.id == sheet.relation);
        // Charts, dialogs and macros are sheets as well, and hold no cells.
        let Some(relation) = relation.filter(|relation| relation.is("worksheet")) else { continue };
        let mut table = Table::new(out, Some(sheet.name.clone()), sheet.hidden);
        for beside in self::relations(archive, &relation.target)? {
            if beside.is("comments") || beside.is("threadedComment") {
                for (row, column) in B::comments(needed(archive, &beside.target)?)? {
                    table.comment(row, column);
                }
            }
        }
        let part = needed(archive, &relation.target)?;
        if let Err(problem) = book.read_sheet(part, table) {
            out.complain(Place { sheet: Some(sheet.name.clone()), ..Place::default() }, problem);
        }
    }
    Ok(())
}

/// One part's word about another.
pub(super) struct Relation {
    id: String,
    kind: String,
    pub(super) target: String,
}

impl Relation {
    /// The kind is the end of an address, which the strict variant begins otherwise.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// The part that stands in a relation of this kind.
pub(super) fn target<'a>(relations: &'a [Relation], kind: &str) -> Option<&'a str> {
    let relation = relations.iter().find(|relation| relation.is(kind));
    relation.map(|relation| relation.target.as_str())
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

/// A part that another names. If it is not there, what it would have said is not known.
pub(super) fn needed<'a, 'b>(
    archive: &'a mut Archive<'b>,
    part: &str,
) -> Result<Part<'a, 'b>, Problem> {
    archive.part(part)?.ok_or_else(|| damaged(format!("{part} is missing")))
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
