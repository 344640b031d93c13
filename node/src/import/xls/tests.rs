//! Workbooks that xlwt wrote.

use std::io::{Cursor, Write as _};
use std::path::Path;

use super::super::tests::{left_out, read_as, read_only, seen, why};
use super::super::{Content, ImportFormat, Reading};
use crate::problem::Refusal;

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases/workbooks");
    std::fs::read(folder.join(name)).unwrap()
}

fn read(name: &str) -> Result<Reading, Refusal> {
    // Its name does not matter: the bytes say what it is.
    read_as(ImportFormat::Xlsx, &bytes(name))
}

#[test]
fn a_workbook_of_excel_97_is_read_as_it_is_shown() {
    let reading = read("xlwt.xls").unwrap();
    assert_eq!(
        seen(&reading),
        [
            ("a.1", "325".to_owned()),
            ("a.2", "95,9%".to_owned()),
            ("a.3", "17,11".to_owned()),
            ("a.4", "kps".to_owned()),
            ("a.5", "1.304".to_owned()),
            ("a.6", String::new()),
            ("a.7", "30.162,4".to_owned()),
        ]
    );
    // Texts that go on over several records are whole.
    let notes: Vec<&str> = reading.rows.iter().filter_map(|row| row.note.as_deref()).collect();
    assert_eq!((notes.len(), notes[6]), (7, "ghi chú 6"));
    assert_eq!(left_out(&reading), ["import-hidden-row", "import-hidden-sheet"]);
    assert_eq!(reading.left_out[0].place.cell.as_deref(), Some("D13"));
    let Content::Shown(percent) = &reading.rows[1].content else { panic!() };
    assert!(percent.percent);
}

#[test]
fn what_is_no_figure_is_refused_and_named() {
    for (name, code) in [
        ("formula.xls", "import-formula-no-result"),
        ("boolean.xls", "import-logical"),
        ("date.xls", "import-date"),
        ("merged.xls", "import-merged"),
        ("error.xls", "import-error-value"),
    ] {
        assert_eq!(why(read(name)), code, "{name}");
    }
}

#[test]
fn a_damaged_workbook_is_refused_or_read_and_never_ends_in_a_panic() {
    let whole = bytes("merged.xls");
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        drop(read_only(ImportFormat::Xls, &flipped));
        if at % 16 == 0 {
            assert!(read_only(ImportFormat::Xls, &whole[..at]).is_err(), "{at}");
        }
    }
}

/// A record of this kind.
fn record(kind: u16, data: &[&[u8]]) -> Vec<u8> {
    let data = data.concat();
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), &data].concat()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Letters of two bytes each, as many as the number before them says.
fn wide(text: &str) -> Vec<u8> {
    numbers(&text.encode_utf16().collect::<Vec<_>>())
}

/// A workbook of Excel 97 with these records on its sheet, and the headings. Fonts from number 5 on: struck
/// through, raised, white. Styles: plain, struck through, white, white on blue.
fn made(cells: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &[&numbers(&[0x0600, kind]), &[0; 12]]);
    let font = |flags: u16, colour: u16, raised: u16| {
        record(0x0031, &[&numbers(&[200, flags, colour, 400, raised]), &[0; 6]])
    };
    let style = |font: u16, pattern: u32, ground: u16| {
        let border = (pattern << 26).to_le_bytes();
        record(0x00e0, &[&numbers(&[font, 0]), &[0; 10], &border, &numbers(&[ground])])
    };
    let text = |text: &str, runs: &[u16]| {
        let length = u16::try_from(text.chars().count()).unwrap();
        let count = u16::try_from(runs.len() / 2).unwrap();
        [numbers(&[length]), vec![1 | 8], numbers(&[count]), wide(text), numbers(runs)].concat()
    };
    let texts = [
        text("M\u{e3}", &[]),
        text("S\u{1ed1} li\u{1ec7}u", &[]),
        text("a.1", &[]),
        text("12", &[1, 0]),
        text("12", &[1, 5]),
        text("12", &[0, 6, 1, 0]),
        text("12", &[1, 7]),
    ];
    let globals = |at: u32| {
        [
            begin(5),
            [0, 0, 0, 0].map(|_| font(0, 0x7fff, 0)).concat(),
            font(8, 0x7fff, 0),
            font(0, 0x7fff, 1),
            font(0, 9, 0),
            [style(0, 0, 0), style(5, 0, 0), style(7, 0, 0), style(7, 1, 12)].concat(),
            record(0x0085, &[&at.to_le_bytes(), &[0, 0, 3, 0], b"PL4"]),
            record(0x00fc, &[&[0; 4], &7u32.to_le_bytes(), &texts.concat()]),
            record(0x000a, &[]),
        ]
        .concat()
    };
    let shared =
        |row: u16, column: u16, text: u16| record(0x00fd, &[&numbers(&[row, column, 0, text, 0])]);
    let at = u32::try_from(globals(0).len()).unwrap();
    let sheet = [
        begin(16),
        shared(0, 0, 0),
        shared(0, 1, 1),
        shared(1, 0, 2),
        cells.concat(),
        record(0x000a, &[]),
    ];
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut stream = file.create_stream("Workbook").unwrap();
    stream.write_all(&[globals(at), sheet.concat()].concat()).unwrap();
    stream.flush().unwrap();
    drop(stream);
    file.into_inner().into_inner()
}

#[test]
fn letters_that_are_struck_raised_or_white_are_refused() {
    for (text, refused) in [(3, false), (4, true), (5, true), (6, true)] {
        let reading =
            read_as(ImportFormat::Xls, &made(&[record(0x00fd, &[&numbers(&[1, 1, 0, text, 0])])]));
        if refused {
            assert_eq!(why(reading), "import-rich-text");
        } else {
            assert_eq!(seen(&reading.unwrap()), [("a.1", "12".to_owned())]);
        }
    }
    // RString: the runs follow the letters.
    let own = |font: u16| {
        record(0x00d6, &[&numbers(&[1, 1, 0, 2]), &[1], &wide("12"), &numbers(&[1, 1, font])])
    };
    assert_eq!(seen(&read_as(ImportFormat::Xls, &made(&[own(0)])).unwrap())[0].1, "12");
    assert_eq!(why(read_as(ImportFormat::Xls, &made(&[own(6)]))), "import-rich-text");
}

#[test]
fn what_nobody_sees_is_left_out_and_told() {
    let number = |style: u16| record(0x0203, &[&numbers(&[1, 1, style]), &5f64.to_le_bytes()]);
    let row = |height: u16| record(0x0208, &[&numbers(&[1, 0, 2, height, 0, 0, 0, 0])]);
    let column = |width: u16| record(0x007d, &[&numbers(&[1, 1, width, 0, 0])]);
    for (cells, code) in [
        (vec![number(0)], None),
        (vec![number(1)], Some("import-struck")),
        (vec![number(2)], Some("import-invisible")),
        (vec![number(3)], None),
        (vec![row(20), number(0)], Some("import-hidden-row")),
        (vec![row(300), number(0)], None),
        (vec![column(30), number(0)], Some("import-hidden-column")),
        (vec![column(2000), number(0)], None),
    ] {
        let reading = read_as(ImportFormat::Xls, &made(&cells)).unwrap();
        assert_eq!(left_out(&reading), code.into_iter().collect::<Vec<_>>());
    }
    let comment = record(0x001c, &[&numbers(&[1, 1, 0, 1, 0])]);
    let reading = read_as(ImportFormat::Xls, &made(&[number(0), comment])).unwrap();
    assert_eq!(
        (reading.remarks[0].code.as_str(), reading.remarks[0].args["cells"].as_str()),
        ("import-comments", "B2")
    );
}
