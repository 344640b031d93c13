//! Workbooks that xlwt wrote.

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
