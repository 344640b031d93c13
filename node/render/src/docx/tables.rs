//! Tables: invisible ones that place the head and the foot, and ruled ones with figures.

use super::measures::{SUBMISSION_COLUMNS, TABLE_COLUMNS};
use super::text::{Look, Paragraph, paragraph};
use super::xml::{Element, element, value};
use crate::paper::{MadeFrom, Row, Sheet};

/// A table without borders: each row holds one list of paragraphs per column.
pub(super) fn invisible(columns: &[u32], rows: Vec<Vec<Vec<Element>>>) -> Element {
    let properties = element("w:tblPr")
        .child(width("w:tblW", columns.iter().sum()))
        .child(element("w:tblLayout").attribute("w:type", "fixed"))
        .child(no_cell_margins());
    let rows = rows.into_iter().map(|cells| {
        let cells = cells.into_iter().zip(columns).map(|(paragraphs, column)| {
            let properties = element("w:tcPr").child(width("w:tcW", *column));
            element("w:tc").child(properties).children(paragraphs)
        });
        let keep = element("w:trPr").child(element("w:cantSplit"));
        element("w:tr").child(keep).children(cells)
    });
    element("w:tbl").child(properties).child(grid(columns)).children(rows)
}

fn no_cell_margins() -> Element {
    let margin = |name| element(name).attribute("w:w", 0).attribute("w:type", "dxa");
    element("w:tblCellMar").child(margin("w:left")).child(margin("w:right"))
}

/// The table of an appendix: two header rows, as the form has them, repeated on each page.
pub(super) fn figures(sheet: &Sheet) -> Element {
    let last = sheet.rows.len().saturating_sub(1);
    let rows = sheet.rows.iter().enumerate().map(|(index, row)| {
        // The legend stays below the last row.
        let keep_next = row.cell.is_none() || (index == last && !sheet.legend.is_empty());
        figure_row(row, keep_next)
    });
    ruled(&TABLE_COLUMNS).children(figure_header()).children(rows)
}

fn figure_header() -> [Element; 2] {
    let [code, label, unit, figure, note] = TABLE_COLUMNS;
    let upper = [
        header_cell(CellShape::of(code).merged("restart"), "STT"),
        header_cell(CellShape::of(label).merged("restart"), "Chỉ tiêu thống kê"),
        header_cell(CellShape::of(unit + figure).spanning(2), "Kết quả thống kê"),
        header_cell(CellShape::of(note).merged("restart"), "Ghi chú"),
    ];
    let lower = [
        header_cell(CellShape::of(code).merged("continue"), ""),
        header_cell(CellShape::of(label).merged("continue"), ""),
        header_cell(CellShape::of(unit), "Đơn vị tính"),
        header_cell(CellShape::of(figure), "Số liệu"),
        header_cell(CellShape::of(note).merged("continue"), ""),
    ];
    [header_row(upper), header_row(lower)]
}

fn figure_row(row: &Row, keep_next: bool) -> Element {
    let [code, label, unit, figure, note] = TABLE_COLUMNS;
    let look = Look::PLAIN.italic_if(row.italic);
    let look = if row.cell.is_none() { look.bold() } else { look };
    let printed = row.cell.as_ref().map_or("", |cell| cell.printed.as_str());
    let printed_note = row.cell.as_ref().map_or("", |cell| cell.printed_note.as_str());
    let cell = |width, text, align| {
        let content = table_paragraph(align).run(text, look);
        body_cell(width, if keep_next { content.keep_next() } else { content })
    };
    let cells = [
        cell(code, &row.code, "center"),
        cell(label, &row.label, "left"),
        cell(unit, &row.unit, "center"),
        cell(figure, printed, "center"),
        cell(note, printed_note, "left"),
    ];
    body_row(row.unbroken, cells)
}

/// The list of the submissions that the paper was made from.
pub(super) fn submissions(made_from: &MadeFrom) -> Element {
    let header = made_from
        .columns
        .iter()
        .zip(SUBMISSION_COLUMNS)
        .map(|(title, column)| header_cell(CellShape::of(column), title));
    let rows = made_from.rows.iter().map(|row| {
        let texts = [
            (&row.ordinal, "center"),
            (&row.unit, "left"),
            (&row.signed_at, "center"),
            (&row.received_at, "center"),
            (&row.id, "center"),
        ];
        let cells = texts.into_iter().zip(SUBMISSION_COLUMNS).map(|((text, align), column)| {
            body_cell(column, table_paragraph(align).run(text, Look::PLAIN))
        });
        body_row(true, cells)
    });
    ruled(&SUBMISSION_COLUMNS).child(header_row(header)).children(rows)
}

fn ruled(columns: &[u32]) -> Element {
    let properties = element("w:tblPr")
        .child(value("w:tblStyle", "TableGrid"))
        .child(width("w:tblW", columns.iter().sum()))
        .child(element("w:tblLayout").attribute("w:type", "fixed"))
        .child(element("w:tblLook").attribute("w:val", "0420").attribute("w:firstRow", 1));
    element("w:tbl").child(properties).child(grid(columns))
}

fn grid(columns: &[u32]) -> Element {
    let columns = columns.iter().map(|column| element("w:gridCol").attribute("w:w", column));
    element("w:tblGrid").children(columns)
}

fn width(name: &'static str, twips: u32) -> Element {
    element(name).attribute("w:w", twips).attribute("w:type", "dxa")
}

fn header_row(cells: impl IntoIterator<Item = Element>) -> Element {
    let properties = element("w:trPr").child(element("w:cantSplit")).child(element("w:tblHeader"));
    element("w:tr").child(properties).children(cells)
}

fn body_row(unbroken: bool, cells: impl IntoIterator<Item = Element>) -> Element {
    let properties = unbroken.then(|| element("w:trPr").child(element("w:cantSplit")));
    element("w:tr").children(properties).children(cells)
}

fn header_cell(shape: CellShape, text: &str) -> Element {
    let content = table_paragraph("center").keep_next().run(text, Look::PLAIN.bold()).build();
    element("w:tc").child(shape.build()).child(content)
}

fn body_cell(width: u32, content: Paragraph) -> Element {
    element("w:tc").child(CellShape::of(width).build()).child(content.build())
}

fn table_paragraph(align: &'static str) -> Paragraph {
    paragraph("TableText").align(align)
}

/// `w:tcPr`: a cell's width, span and merge.
struct CellShape {
    width: u32,
    span: Option<u32>,
    merge: Option<&'static str>,
}

impl CellShape {
    fn of(width: u32) -> Self {
        Self { width, span: None, merge: None }
    }

    fn spanning(self, columns: u32) -> Self {
        Self { span: Some(columns), ..self }
    }

    fn merged(self, merge: &'static str) -> Self {
        Self { merge: Some(merge), ..self }
    }

    fn build(self) -> Element {
        element("w:tcPr")
            .child(width("w:tcW", self.width))
            .children(self.span.map(|columns| value("w:gridSpan", columns)))
            .children(self.merge.map(|merge| value("w:vMerge", merge)))
            .child(value("w:vAlign", "center"))
    }
}
