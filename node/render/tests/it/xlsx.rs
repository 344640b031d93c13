//! The workbook through an importer's eyes.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataType as _, Range, Reader as _, Xlsx, open_workbook_from_rs};
use hopluu_protocol::report::{Report, ReportValue};
use hopluu_protocol::value::CellState;
use hopluu_render::{VALUE_NOT_APPLICABLE, VALUE_NOTHING_AROSE, render_xlsx};
use rust_decimal::Decimal;

use crate::fixture;

struct Workbook(Xlsx<Cursor<Vec<u8>>>);

impl Workbook {
    fn of(report: &Report) -> Self {
        let bytes = render_xlsx(&fixture::compose(report, &fixture::issue())).unwrap();
        Self(open_workbook_from_rs(Cursor::new(bytes)).unwrap())
    }

    fn sheet(&mut self, name: &str) -> Range<Data> {
        self.0.worksheet_range(name).unwrap()
    }

    /// Value and note by id, found as the module's documentation tells an importer to.
    fn figures(&mut self) -> BTreeMap<String, (Data, String)> {
        let mut figures = BTreeMap::new();
        for name in self.0.sheet_names() {
            let sheet = self.sheet(&name);
            let text =
                |cell: Option<&Data>| cell.and_then(|cell| cell.as_string()).unwrap_or_default();
            let headings = sheet.rows().position(|row| {
                let texts: Vec<String> = row.iter().map(|cell| text(Some(cell))).collect();
                texts.iter().any(|t| t == "Số liệu") && texts.iter().any(|t| t == "Mã")
            });
            let Some(headings) = headings else { continue };
            assert_eq!(headings, 4, "{name}");
            for row in sheet.rows().skip(headings + 1) {
                let id = text(row.get(5));
                if !id.is_empty() {
                    let figure = (row[3].clone(), text(row.get(4)));
                    assert!(figures.insert(id, figure).is_none(), "an id stands twice");
                }
            }
        }
        figures
    }
}

#[test]
fn every_cell_of_the_report_can_be_read_back() {
    let report = fixture::report();
    let figures = Workbook::of(&report).figures();
    assert_eq!(figures.len(), report.cells.len());
    for cell in &report.cells {
        let (value, note) = &figures[cell.id.as_str()];
        assert_eq!(*note, cell.note);
        match cell.state {
            CellState::Number | CellState::Choice | CellState::Flag => {
                let ReportValue::Number(number) = cell.value else { panic!("{}", cell.id) };
                let Data::Float(float) = value else { panic!("{} is {value:?}", cell.id) };
                assert_eq!(float.to_string().parse::<Decimal>().unwrap(), number.normalize());
            }
            CellState::NothingArose => assert_eq!(value.as_string().unwrap(), VALUE_NOTHING_AROSE),
            CellState::NotApplicable => {
                let ReportValue::Text(reason) = &cell.value else { panic!("{}", cell.id) };
                let words = format!("{VALUE_NOT_APPLICABLE}: {reason}");
                assert_eq!(value.as_string().unwrap(), words);
            }
            CellState::NotReported | CellState::Heading => assert!(value.is_empty()),
        }
    }
}

#[test]
fn there_is_a_sheet_for_each_appendix_and_for_what_has_none() {
    let workbook = Workbook::of(&fixture::report());
    let numerals = ["I", "II", "III", "IV", "V", "VI", "VII"];
    let mut expected: Vec<String> = numerals.map(|n| format!("Phụ lục {n}")).to_vec();
    expected.extend(["Thuyết minh", "Số liệu bổ trợ", "Lần nộp"].map(str::to_owned));
    assert_eq!(workbook.0.sheet_names(), expected);
}

#[test]
fn the_last_sheet_says_what_the_workbook_is_about() {
    let mut workbook = Workbook::of(&fixture::report());
    let sheet = workbook.sheet("Lần nộp");
    let about: Vec<(String, String)> = sheet
        .rows()
        .take(3)
        .map(|row| (row[0].as_string().unwrap(), row[1].as_string().unwrap()))
        .collect();
    let expected =
        [("Kỳ báo cáo", "2023-q1"), ("Đơn vị", "huong-tra"), ("Biểu mẫu", "cchc-quarterly@1")];
    assert_eq!(about, expected.map(|(name, id)| (name.to_owned(), id.to_owned())));
    assert_eq!(sheet.rows().filter(|row| row[1].as_string() == Some("Tứ Hạ".into())).count(), 1);
}

#[test]
fn texts_that_look_like_formulas_stay_texts() {
    for text in ["=1+1", "+84", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"] {
        let mut report = fixture::report();
        report.cells[0].label = text.to_owned();
        report.cells[0].note = text.to_owned();
        let mut workbook = Workbook::of(&report);
        let sheet = workbook.sheet("Phụ lục I");
        assert_eq!(sheet.get_value((5, 1)), Some(&Data::String(text.to_owned())));
        assert_eq!(sheet.get_value((5, 4)), Some(&Data::String(text.to_owned())));
        let formulas = workbook.0.worksheet_formula("Phụ lục I").unwrap();
        assert!(formulas.used_cells().next().is_none(), "{text} became a formula");
    }
}

#[test]
fn numbers_that_a_spreadsheet_would_round_are_texts() {
    let mut report = fixture::report();
    report.cells[0].value = ReportValue::Number("123456789012345678".parse().unwrap());
    report.cells[1].value = ReportValue::Number("123456789012345".parse().unwrap());
    let figures = Workbook::of(&report).figures();
    let first = &figures[report.cells[0].id.as_str()].0;
    assert_eq!(first.as_string().unwrap(), "123.456.789.012.345.678");
    let second = &figures[report.cells[1].id.as_str()].0;
    assert_eq!(*second, Data::Float(123_456_789_012_345.0));
}

#[test]
fn a_note_longer_than_a_cell_is_cut_and_says_so() {
    let mut report = fixture::report();
    report.cells[0].note = "ghi chú ".repeat(12_500);
    let (_, note) = &Workbook::of(&report).figures()[report.cells[0].id.as_str()];
    assert_eq!(note.encode_utf16().count(), 32_767);
    assert!(note.ends_with("(còn nữa: xem bản DOCX hoặc PDF)"));
}
