//! The one document model behind DOCX, PDF and XLSX: the report as people read it.
//!
//! Every text in it is final: formatted, NFC, on one line, free of control characters.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

/// A report, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// Title for the file's properties: `Báo cáo công tác cải cách hành chính quý I năm 2023`.
    pub title: String,
    /// The issuing body's full name, for the file's properties.
    pub author: String,
    /// The day of issue, for the file's properties; `None` for a draft.
    #[serde(skip)]
    pub issued_on: Option<Date>,
    /// What stands above the text.
    pub head: Head,
    /// The type of document: `BÁO CÁO`.
    pub kind: String,
    /// The abstract (trích yếu) below it.
    pub subject: String,
    /// Kính gửi.
    pub addressees: Addressees,
    /// The text.
    pub body: Vec<Block>,
    /// The signature block.
    pub signature: Signature,
    /// Lines of Nơi nhận, with dashes and punctuation.
    pub recipients: Vec<String>,
    /// The appendices, each on pages of its own.
    pub appendices: Vec<AppendixTable>,
    /// Figures of the narrative; only the workbook shows them as a table.
    #[serde(skip)]
    pub facts: Option<Sheet>,
    /// Auxiliary figures; only the workbook shows them.
    #[serde(skip)]
    pub auxiliary: Option<Sheet>,
    /// The submissions it was made from: a paper of its own, and a sheet of the workbook.
    pub made_from: MadeFrom,
    /// `2023-q1`, `huong-tra`, `cchc-quarterly@1`: what the workbook is about, for whoever imports it.
    #[serde(skip)]
    pub about: Vec<(&'static str, String)>,
}

/// What stands above the text (boxes 1 to 4 of the decree's Phụ lục I).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The body above the issuing body, in capitals, line by line; may be empty.
    pub parent_body: Vec<String>,
    /// The issuing body, in capitals, line by line.
    pub body: Vec<String>,
    /// `CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM`
    pub nation: String,
    /// `Độc lập - Tự do - Hạnh phúc`
    pub motto: String,
    /// `Số: 05/BC-UBND`
    pub number: String,
    /// `Hương Trà, ngày 13 tháng 3 năm 2023`
    pub place_and_date: String,
}

/// Kính gửi (box 9a).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addressees {
    /// `Kính gửi:`
    pub label: String,
    /// One name stands beside the label; several stand below it as `- …;` lines. May be empty.
    pub names: Vec<String>,
}

/// A block of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading with its number: `I. CÔNG TÁC CHỈ ĐẠO`, `1. Về kế hoạch`, `a) Công tác …`.
    Heading {
        /// The section's id, by which its page is found; not printed.
        section: String,
        /// 1 to 3.
        level: u8,
        /// Number and title.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its text.
        text: String,
    },
}

/// The signature block (boxes 7a and 7b).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`.
    pub lines: Vec<String>,
    /// Who signs, or empty.
    pub signer: String,
}

/// An appendix with its table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppendixTable {
    /// `Phụ lục II`; without a number when it is the only one.
    pub label: String,
    /// The number that the form itself carries: `Biểu mẫu: Phụ lục 3`.
    pub form: String,
    /// Title in capitals.
    pub title: String,
    /// `(Kèm theo Báo cáo số … ngày … của …)`
    pub attached_to: String,
    /// The table.
    pub sheet: Sheet,
}

/// Rows of figures with the notes that belong under them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Its name in the workbook.
    pub name: String,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What the marks in the table mean; empty when there is no mark.
    pub legend: Vec<String>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The stable id, by which its page is found; printed in the workbook only.
    pub id: String,
    /// STT; for a fact, the number of its section.
    pub code: String,
    /// Chỉ tiêu thống kê.
    pub label: String,
    /// Đơn vị tính.
    pub unit: String,
    /// Số liệu and Ghi chú; `None` for the heading of a group of rows.
    pub cell: Option<Cell>,
    /// Printed in italics.
    pub italic: bool,
    /// Short enough to be kept on one page; a row with a long note has to break.
    pub unbroken: bool,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The value as printed, with its mark when it is incomplete: `1.304*`, `không phát sinh`.
    pub printed: String,
    /// The Ghi chú column as printed.
    pub printed_note: String,
    /// The value as the workbook keeps it.
    #[serde(skip)]
    pub figure: Figure,
    /// The Ghi chú column as the workbook keeps it: without what the print adds.
    #[serde(skip)]
    pub note: String,
    /// False when a unit that should have given a part has not.
    pub complete: bool,
}

/// A value as the workbook keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Not this unit's to give, and why.
    NotApplicable {
        /// The reason; may be empty.
        reason: String,
    },
    /// Not reported.
    NotReported,
    /// Nothing arose.
    NothingArose,
    /// A number, a choice's number, or 1 and 0 for yes and no.
    Number(Decimal),
}

/// The submissions that a paper was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MadeFrom {
    /// `Tổng hợp từ các lần nộp`
    pub title: String,
    /// Which report it is about: `Báo cáo công tác cải cách hành chính quý I năm 2023 của UBND thị xã`
    pub of: String,
    /// What to say when there are none.
    pub none: String,
    /// Headings of the five columns.
    pub columns: [String; 5],
    /// The submissions, by unit.
    pub rows: Vec<MadeFromRow>,
}

/// One submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MadeFromRow {
    /// Its number in the list.
    pub ordinal: String,
    /// Short name of the unit.
    pub unit: String,
    /// When it was signed, by the office's clock, Vietnamese time.
    pub signed_at: String,
    /// When the hub received it, by the hub's clock, Vietnamese time; a dash when it has not.
    pub received_at: String,
    /// Its heads, shortened.
    pub id: String,
}
