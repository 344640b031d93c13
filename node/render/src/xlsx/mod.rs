//! XLSX: the figures as a workbook that people can work with and that the import reads back.
//!
//! # Layout
//!
//! One sheet per appendix, named like it (`Phụ lục I`); then `Thuyết minh` with the figures of the
//! narrative and `Số liệu bổ trợ` with the auxiliary ones, when there are any; last `Lần nộp`, which says
//! what the report is about and which submissions it was made from.
//!
//! A sheet with figures has its column headings in row 5, below four rows of title. An importer finds the
//! heading row by its cells `Số liệu` and `Mã`, and the columns by their headings:
//!
//! | column | heading | content |
//! |---|---|---|
//! | A | `STT` (`Mục` in `Thuyết minh`) | the printed code, a text; may repeat |
//! | B | `Chỉ tiêu thống kê` | the label |
//! | C | `Đơn vị tính` | the unit of measure |
//! | D | `Số liệu` | the value, see below |
//! | E | `Ghi chú` | the note, without what the printed report adds to it |
//! | F | `Mã` | the stable id, e.g. `pl4.3.1.1`; outside the print area |
//!
//! Rows below the heading belong to a cell when column F holds an id, and to nothing (legend, empty)
//! otherwise. Everything that the report shows is in the sheet: headings of groups (an id and an empty
//! value), derived cells, and cells outside the unit's authority, which nobody types and an importer passes
//! over. Where a cell has no note of its own, column E holds the template's.
//!
//! | value in column D | meaning |
//! |---|---|
//! | a number | the number; a choice's number; 1 or 0 for yes or no |
//! | a text like `79.228.162.514.264.337,5` | a number of more than 15 digits, which a spreadsheet would round |
//! | `không phát sinh` ([`VALUE_NOTHING_AROSE`]) | nothing arose |
//! | `không áp dụng: lý do` ([`VALUE_NOT_APPLICABLE`], then a colon and the reason) | not applicable |
//! | empty | not reported; also a heading |
//!
//! An incomplete figure is still a number: its asterisk is part of the number's format. Texts are always
//! written as strings, so that one which begins with `=` is no formula; a text longer than a spreadsheet
//! can hold (32,767 UTF-16 units) is cut, and says so.
//!
//! `Lần nộp` gives period, unit and template (`Kỳ báo cáo`, `Đơn vị`, `Biểu mẫu` in column A, their ids in
//! column B), so that a workbook is not imported into another period.

mod formats;
mod sheet;

use hopluu_protocol::number::{NOT_APPLICABLE_WORDS, NOTHING_AROSE_WORDS};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use crate::error::RenderError;
use crate::paper::Paper;
use formats::Formats;

/// What column D says when nothing arose.
pub const VALUE_NOTHING_AROSE: &str = NOTHING_AROSE_WORDS;
/// What column D says when the figure is not this unit's to give; `: ` and the reason follow.
pub const VALUE_NOT_APPLICABLE: &str = NOT_APPLICABLE_WORDS;

/// The paper's tables as a workbook. The same paper gives the same bytes.
///
/// # Errors
/// When the workbook cannot be put together; not for anything that the paper says.
pub fn render_xlsx(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    let formats = Formats::new();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(paper)?);
    for appendix in &paper.appendices {
        sheet::appendix(workbook.add_worksheet(), appendix, &formats)?;
    }
    for figures in [&paper.facts, &paper.auxiliary].into_iter().flatten() {
        sheet::plain(workbook.add_worksheet(), figures, &formats)?;
    }
    sheet::submissions(workbook.add_worksheet(), paper, &formats)?;
    Ok(workbook.save_to_buffer()?)
}

/// A draft has no day of issue; the clock is not asked, since it would change the bytes.
fn properties(paper: &Paper) -> Result<DocProperties, RenderError> {
    let created = match paper.issued_on {
        Some(day) => {
            let year = u16::try_from(day.year()).unwrap_or(2000);
            ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs())?
        }
        None => ExcelDateTime::from_ymd(2000, 1, 1)?,
    };
    Ok(DocProperties::new()
        .set_title(paper.title.as_str())
        .set_author(paper.author.as_str())
        .set_creation_datetime(&created))
}
