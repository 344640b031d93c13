//! Binary workbooks, put together record by record.

use std::io::{Cursor, Write as _};

use super::super::tests::{left_out, read_as, seen, why};
use super::super::{ImportFormat, Reading};
use crate::problem::Refusal;

/// A record of this kind.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let low = u8::try_from(kind & 0x7f).unwrap();
    let mut bytes = match kind >> 7 {
        0 => vec![low],
        high => vec![low | 0x80, u8::try_from(high).unwrap()],
    };
    let mut length = data.len();
    while length > 0x7f {
        bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes.extend(data);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u32::try_from(units.len() / 2).unwrap();
    [&length.to_le_bytes()[..], &units].concat()
}

/// Column and style, as each cell begins.
fn at(column: u32, style: u32) -> Vec<u8> {
    [column.to_le_bytes(), style.to_le_bytes()].concat()
}

fn row(number: u32, hidden: bool) -> Vec<u8> {
    tall_row(number, hidden, 300)
}

/// A row as high as this, in twentieths of a point.
fn tall_row(number: u32, hidden: bool, height: u16) -> Vec<u8> {
    let mut data = number.to_le_bytes().to_vec();
    data.extend([0; 4]);
    data.extend(height.to_le_bytes());
    data.push(0);
    data.push(if hidden { 0x10 } else { 0 });
    data.extend([0; 5]);
    record(0, &data)
}

fn text(column: u32, text: &str) -> Vec<u8> {
    record(6, &[at(column, 0), wide(text)].concat())
}

fn number(column: u32, style: u32, value: f64) -> Vec<u8> {
    record(5, &[at(column, style), value.to_le_bytes().to_vec()].concat())
}

fn headings() -> Vec<u8> {
    [row(0, false), text(0, "Mã"), text(1, "Số liệu")].concat()
}

/// A font that is struck through, raised, or of a colour of the palette.
fn font(struck: bool, raised: bool, colour: u8) -> Vec<u8> {
    let flags = if struck { 8u16 } else { 0 };
    let colour = [&[1 << 1, colour][..], &[0; 6]].concat();
    let raised = u16::from(raised).to_le_bytes();
    record(43, &[&[0, 0][..], &flags.to_le_bytes(), &[0, 0], &raised, &[0; 4], &colour].concat())
}

/// A text whose letters have these fonts from these letters on.
fn rich(text: &str, runs: &[(u16, u16)]) -> Vec<u8> {
    let count = u32::try_from(runs.len()).unwrap().to_le_bytes();
    let runs = runs.iter().flat_map(|(from, font)| [from.to_le_bytes(), font.to_le_bytes()]);
    [vec![1], wide(text), count.to_vec(), runs.flatten().collect()].concat()
}

/// A workbook with this sheet; style 1 is `0.0%`, style 2 a date, 3 is struck through, 4 is white.
fn workbook(sheet: &[u8], calculation: u16) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        r#"<Relationships><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.bin"/><Relationship Id="r2" Type="{office}/styles" Target="styles.bin"/><Relationship Id="r3" Type="{office}/sharedStrings" Target="sharedStrings.bin"/></Relationships>"#
    );
    let entry = [&[0; 8][..], &wide("r1"), &wide("PL4")].concat();
    let calculation = [&[0; 24][..], &calculation.to_le_bytes()].concat();
    let book = [record(156, &entry), record(157, &calculation)].concat();
    let format = |id: u16| record(47, &[&[0, 0][..], &id.to_le_bytes(), &[0; 12]].concat());
    let percent = [&164u16.to_le_bytes()[..], &wide("0.0%")].concat();
    let with_font = |font: u16| record(47, &[&[0; 4][..], &font.to_le_bytes(), &[0; 10]].concat());
    let styles = [
        record(44, &percent),
        [font(false, false, 8), font(true, false, 8), font(false, true, 8), font(false, false, 9)]
            .concat(),
        record(45, &[0; 20]),
        record(617, &[]),
        [format(0), format(164), format(14), with_font(1), with_font(3)].concat(),
    ]
    .concat();
    let texts = [[&[0][..], &wide("a.4")].concat(), rich("12", &[(1, 1)]), rich("12", &[(0, 0)])];
    let strings: Vec<u8> = texts.iter().flat_map(|text| record(19, text)).collect();
    let parts: [(&str, &[u8]); 6] = [
        ("_rels/.rels", b"<Relationships/>"),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/workbook.bin", &book),
        ("xl/styles.bin", &styles),
        ("xl/sharedStrings.bin", &strings),
        ("xl/worksheets/sheet1.bin", sheet),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn read(sheet: &[u8]) -> Result<Reading, Refusal> {
    read_as(ImportFormat::Xlsb, &workbook(sheet, 0))
}

#[test]
fn a_binary_workbook_is_read_as_it_is_shown() {
    let rk = |value: u32| record(2, &[at(1, 0), value.to_le_bytes().to_vec()].concat());
    let shared = record(7, &[at(0, 0), 0u32.to_le_bytes().to_vec()].concat());
    let formula = [at(1, 0), 5.5f64.to_le_bytes().to_vec(), vec![0, 0], vec![0; 8]].concat();
    let sheet = [
        headings(),
        [row(1, false), text(0, "a.1"), number(1, 1, 0.959)].concat(),
        // 325 as a whole number, and 17.11 as a hundredth of one.
        [row(2, false), text(0, "a.2"), rk(325 << 2 | 2)].concat(),
        [row(3, false), text(0, "a.3"), rk(1711 << 2 | 3)].concat(),
        [row(4, false), shared, record(9, &formula)].concat(),
        [row(5, true), text(0, "a.5"), number(1, 0, 999.0)].concat(),
    ]
    .concat();
    let reading = read(&sheet).unwrap();
    assert_eq!(
        seen(&reading),
        [
            ("a.1", "95,9%".to_owned()),
            ("a.2", "325".to_owned()),
            ("a.3", "17,11".to_owned()),
            ("a.4", "5,5".to_owned()),
        ]
    );
    assert_eq!(left_out(&reading), ["import-hidden-row"]);
    let stale = read_as(ImportFormat::Xlsb, &workbook(&sheet, 1));
    assert_eq!(why(stale), "import-formula-stale");
}

#[test]
fn what_is_no_figure_is_refused_and_named() {
    let area: Vec<u8> = [1u32, 2, 1, 1].iter().flat_map(|n| n.to_le_bytes()).collect();
    for (cells, code) in [
        (record(4, &[at(1, 0), vec![1]].concat()), "import-logical"),
        (record(3, &[at(1, 0), vec![7]].concat()), "import-error-value"),
        (number(1, 2, 45082.0), "import-date"),
        (number(1, 9, 5.0), "import-unknown-format"),
        ([number(1, 0, 5.0), record(176, &area)].concat(), "import-merged"),
        ([number(1, 0, 5.0), number(1, 0, 6.0)].concat(), "import-two-cells"),
        (record(5, &[1, 0, 0]), "import-syntax"),
    ] {
        let sheet = [headings(), row(1, false), text(0, "a.1"), cells].concat();
        assert_eq!(why(read(&sheet)), code);
    }
    let hidden: Vec<u8> =
        [1u32, 1, 0, 0].iter().flat_map(|n| n.to_le_bytes()).chain([1, 0]).collect();
    let sheet = [record(60, &hidden), headings(), row(1, false), text(0, "a.1"), number(1, 0, 5.0)]
        .concat();
    assert_eq!(left_out(&read(&sheet).unwrap()), ["import-hidden-column"]);
}

#[test]
fn letters_that_are_struck_raised_or_white_are_refused() {
    let shared = |index: u32| record(7, &[at(1, 0), index.to_le_bytes().to_vec()].concat());
    let own = |font: u16| record(62, &[at(1, 0), rich("12", &[(0, 0), (1, font)])].concat());
    for (cell, refused) in [
        (shared(1), true),
        (shared(2), false),
        (own(0), false),
        (own(1), true),
        (own(2), true),
        (own(3), true),
    ] {
        let sheet = [headings(), row(1, false), text(0, "a.1"), cell].concat();
        match read(&sheet) {
            Ok(reading) if !refused => assert_eq!(seen(&reading), [("a.1", "12".to_owned())]),
            reading => assert_eq!(why(reading), "import-rich-text"),
        }
    }
}

#[test]
fn what_nobody_sees_is_left_out_and_told() {
    let narrow: Vec<u8> =
        [1u32, 1, 100, 0].iter().flat_map(|n| n.to_le_bytes()).chain([0, 0]).collect();
    let cell = |row: Vec<u8>, style: u32| {
        [headings(), row, text(0, "a.1"), number(1, style, 5.0)].concat()
    };
    for (sheet, code) in [
        (cell(row(1, false), 3), "import-struck"),
        (cell(row(1, false), 4), "import-invisible"),
        (cell(tall_row(1, false, 20), 0), "import-hidden-row"),
        ([record(60, &narrow), cell(row(1, false), 0)].concat(), "import-hidden-column"),
    ] {
        assert_eq!(left_out(&read(&sheet).unwrap()), [code]);
    }
}
