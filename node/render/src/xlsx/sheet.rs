//! The sheets.

use hopluu_protocol::number::{Decimals, write_number};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{ColNum, Format, RowNum, Worksheet, XlsxError};

use super::formats::{Formats, RowLook};
use super::{VALUE_NOT_APPLICABLE, VALUE_NOTHING_AROSE};
use crate::paper::{AppendixTable, Cell, Figure, Paper, Row, Sheet};

/// The row of the column headings, counted from 0.
const HEADING_ROW: RowNum = 4;
const VALUE_COLUMN: ColNum = 3;
const LAST_PRINTED_COLUMN: ColNum = 4;
/// In widths of a digit.
const WIDTHS: [f64; 6] = [7.0, 46.0, 14.0, 14.0, 20.0, 16.0];
/// How many letters of the printed columns' type fit.
const CHARACTERS: [usize; 5] = [7, 50, 14, 14, 20];

/// A cell holds at most 32,767 UTF-16 units; the rest says that something is missing.
const LONGEST_TEXT: usize = 32_767;
const CUT: &str = "… (còn nữa: xem bản DOCX hoặc PDF)";

/// The sheet of an appendix.
pub(super) fn appendix(
    worksheet: &mut Worksheet,
    appendix: &AppendixTable,
    formats: &Formats,
) -> Result<(), XlsxError> {
    banner(worksheet, 0, &appendix.label, &formats.title)?;
    banner(worksheet, 1, &appendix.title, &formats.title)?;
    worksheet.set_row_height(1, points(lines(&appendix.title, 75)))?;
    banner(worksheet, 2, &appendix.attached_to, &formats.subtitle)?;
    text(worksheet, 3, LAST_PRINTED_COLUMN, &appendix.form, &formats.form)?;
    figures(worksheet, &appendix.sheet, "STT", formats)
}

/// The sheet of facts or auxiliary figures.
pub(super) fn plain(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    formats: &Formats,
) -> Result<(), XlsxError> {
    banner(worksheet, 0, &sheet.name, &formats.title)?;
    figures(worksheet, sheet, "Mục", formats)
}

/// The sheet that says what the workbook is about and what it was made from.
pub(super) fn submissions(
    worksheet: &mut Worksheet,
    paper: &Paper,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let look = RowLook::default();
    worksheet.set_name("Lần nộp")?;
    for (column, width) in [(0, 14.0), (1, 38.0), (2, 20.0), (3, 20.0), (4, 24.0)] {
        worksheet.set_column_width(column, width)?;
    }
    let mut row: RowNum = 0;
    for (name, id) in &paper.about {
        text(worksheet, row, 0, name, &look.left())?;
        text(worksheet, row, 1, id, &look.left())?;
        row += 1;
    }
    row += 1;
    text(worksheet, row, 1, &paper.made_from.title, &formats.title)?;
    row += 1;
    if paper.made_from.rows.is_empty() {
        text(worksheet, row, 1, &paper.made_from.none, &formats.legend)?;
    } else {
        texts(worksheet, row, paper.made_from.columns.each_ref(), &formats.heading)?;
    }
    for submission in &paper.made_from.rows {
        row += 1;
        let cells = [
            &submission.ordinal,
            &submission.unit,
            &submission.signed_at,
            &submission.received_at,
            &submission.id,
        ];
        texts(worksheet, row, cells, &look.left())?;
    }
    print_setup(worksheet);
    Ok(())
}

fn figures(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    code_heading: &str,
    formats: &Formats,
) -> Result<(), XlsxError> {
    worksheet.set_name(&sheet.name)?;
    for (column, width) in (0..).zip(WIDTHS) {
        worksheet.set_column_width(column, width)?;
    }
    let headings = [code_heading, "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú", "Mã"];
    for (column, heading) in (0..).zip(headings) {
        text(worksheet, HEADING_ROW, column, heading, &formats.heading)?;
    }
    let mut next = HEADING_ROW + 1;
    for row in &sheet.rows {
        figure_row(worksheet, next, row, formats)?;
        next += 1;
    }
    for line in &sheet.legend {
        text(worksheet, next, 1, line, &formats.legend)?;
        next += 1;
    }
    worksheet.set_freeze_panes(HEADING_ROW + 1, 0)?;
    worksheet.set_repeat_rows(HEADING_ROW, HEADING_ROW)?;
    worksheet.set_print_area(0, 0, next, LAST_PRINTED_COLUMN)?;
    print_setup(worksheet);
    Ok(())
}

fn figure_row(
    worksheet: &mut Worksheet,
    at: RowNum,
    row: &Row,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let look = RowLook { bold: row.cell.is_none(), italic: row.italic };
    text(worksheet, at, 0, &row.code, &look.centred())?;
    text(worksheet, at, 1, &row.label, &look.left())?;
    text(worksheet, at, 2, &row.unit, &look.centred())?;
    match &row.cell {
        Some(cell) => value(worksheet, at, cell, look)?,
        None => text(worksheet, at, VALUE_COLUMN, "", &look.centred())?,
    }
    let note = row.cell.as_ref().map_or("", |cell| cell.note.as_str());
    text(worksheet, at, 4, note, &look.left())?;
    text(worksheet, at, 5, &row.id, &formats.id)?;
    let words = row.cell.as_ref().map_or_else(String::new, words);
    let texts = [row.code.as_str(), &row.label, &row.unit, &words, note];
    worksheet.set_row_height(at, height(&texts))?;
    Ok(())
}

fn value(
    worksheet: &mut Worksheet,
    at: RowNum,
    cell: &Cell,
    look: RowLook,
) -> Result<(), XlsxError> {
    if let Figure::Number(number) = cell.figure
        && let Some(float) = spreadsheet_number(number)
    {
        let format = look.number(number, cell.complete);
        worksheet.write_number_with_format(at, VALUE_COLUMN, float, &format)?;
        return Ok(());
    }
    text(worksheet, at, VALUE_COLUMN, &words(cell), &look.centred())
}

/// The value in words, as the import reads them.
fn words(cell: &Cell) -> String {
    match &cell.figure {
        Figure::Number(number) => write_number(number, Decimals::Trimmed),
        Figure::NothingArose => VALUE_NOTHING_AROSE.to_owned(),
        Figure::NotApplicable { reason } if reason.is_empty() => VALUE_NOT_APPLICABLE.to_owned(),
        Figure::NotApplicable { reason } => format!("{VALUE_NOT_APPLICABLE}: {reason}"),
        Figure::NotReported => String::new(),
    }
}

/// The number as a spreadsheet keeps it; `None` when it would come back as another one. Spreadsheets
/// know floats only, and show 15 digits of them.
fn spreadsheet_number(number: Decimal) -> Option<f64> {
    let float = number.to_f64()?;
    let digits = number.normalize().mantissa().unsigned_abs().to_string().len();
    let comes_back = float.to_string().parse::<Decimal>().is_ok_and(|back| back == number);
    (digits <= 15 && comes_back).then_some(float)
}

fn texts<const N: usize>(
    worksheet: &mut Worksheet,
    row: RowNum,
    values: [&String; N],
    format: &Format,
) -> Result<(), XlsxError> {
    for (column, value) in (0..).zip(values) {
        text(worksheet, row, column, value, format)?;
    }
    Ok(())
}

/// Writes a string, never a formula; an empty one as an empty cell with a format.
fn text(
    worksheet: &mut Worksheet,
    row: RowNum,
    column: ColNum,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        worksheet.write_blank(row, column, format)?;
    } else {
        worksheet.write_string_with_format(row, column, fitting(text), format)?;
    }
    Ok(())
}

/// A text across the printed columns.
fn banner(
    worksheet: &mut Worksheet,
    row: RowNum,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    worksheet.merge_range(row, 0, row, LAST_PRINTED_COLUMN, &fitting(text), format)?;
    Ok(())
}

fn fitting(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let room = LONGEST_TEXT - CUT.encode_utf16().count();
    let mut used = 0;
    let kept = text.chars().take_while(|character| {
        used += character.len_utf16();
        used <= room
    });
    kept.collect::<String>() + CUT
}

/// The height of a row in points: not every program fits a row to its wrapped text by itself.
fn height(texts: &[&str; 5]) -> f64 {
    let tallest = texts.iter().zip(CHARACTERS).map(|(text, width)| lines(text, width)).max();
    points(tallest.unwrap_or(1))
}

/// How many lines a text takes in a column this many characters wide.
fn lines(text: &str, width: usize) -> usize {
    let mut lines = 1;
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines += 1;
            used = 0;
        }
        used += length + usize::from(used > 0);
        lines += used.saturating_sub(1) / width;
        used = (used.saturating_sub(1) % width) + usize::from(used > 0);
    }
    lines
}

/// 16 points a line; a row is at most 409 points high.
fn points(lines: usize) -> f64 {
    const A_LINE: f64 = 16.0;
    const MOST_LINES: usize = 25;
    lines.clamp(1, MOST_LINES).to_f64().unwrap_or(1.0) * A_LINE + 2.0
}

fn print_setup(worksheet: &mut Worksheet) {
    const A4: u8 = 9;
    // Inches: left 30 mm, right 15 mm, top and bottom 20 mm, header 10 mm.
    worksheet
        .set_paper_size(A4)
        .set_portrait()
        .set_margins(1.18, 0.59, 0.79, 0.79, 0.39, 0.39)
        .set_print_fit_to_pages(1, 0)
        .set_header("&C&\"Times New Roman,Regular\"&13&P");
}
