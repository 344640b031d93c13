//! Files that were cut off, damaged, or made to harm.

use std::path::Path;

use super::workbook::{Parts, figure};
use super::*;

/// A workbook as the program writes it.
fn own_export() -> Vec<u8> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases/import");
    std::fs::read(cases.join("w02-commune-20005-q1.xlsx")).unwrap()
}

/// A row of numbers that is the same each time.
fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

#[test]
fn a_workbook_that_is_cut_off_is_refused_at_every_length() {
    let whole = own_export();
    assert!(!read_as(ImportFormat::Xlsx, &whole).unwrap().rows.is_empty());
    let mut dice = dice(1);
    let lengths = (0..64).chain((0..150).map(|_| dice(whole.len()))).chain([whole.len() - 1]);
    for length in lengths {
        assert!(read_only(ImportFormat::Xlsx, &whole[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_flipped_bit_is_refused_or_changes_nothing_that_is_read() {
    let whole = own_export();
    let reading = read_as(ImportFormat::Xlsx, &whole).unwrap();
    let mut dice = dice(20_261_127);
    let mut refused = 0;
    for _ in 0..600 {
        let mut flipped = whole.clone();
        let at = dice(flipped.len());
        flipped[at] ^= 1 << dice(8);
        match read_only(ImportFormat::Xlsx, &flipped) {
            Ok(found) => assert_eq!(found, reading, "byte {at}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 100, "only {refused} flips were seen");
}

#[test]
fn a_part_that_unpacks_without_end_is_given_up() {
    for inside in [" ".repeat(48 << 20), format!("<c r=\"{}\"/>", "A".repeat(2 << 20))] {
        let sheet =
            format!("<worksheet><sheetData><row r=\"1\">{inside}</row></sheetData></worksheet>");
        let bytes = Parts::of_sheet(&sheet).bytes();
        assert!(bytes.len() < 1 << 20);
        assert_eq!(why(read_as(ImportFormat::Xlsx, &bytes)), "import-unpacks-too-large");
    }
}

#[test]
fn nested_tags_entities_and_wrong_ends_are_refused() {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let entity = "<worksheet><sheetData><row><c><v>&lol;</v></c></row></sheetData></worksheet>";
    let bomb = format!(r#"<!DOCTYPE lolz [<!ENTITY lol "&lol;&lol;">]>{entity}"#);
    for sheet in [deep.as_str(), entity, &bomb, "<worksheet>", "", "<worksheet></sheet>", "<<<"] {
        let parts = Parts::of_sheet(sheet);
        assert!(read_as(ImportFormat::Xlsx, &parts.bytes()).is_err(), "{sheet:.80}");
    }
}

#[test]
fn a_workbook_that_claims_more_texts_than_it_has_costs_nothing() {
    let parts = Parts::of_rows(&figure(2, "5"))
        .with("xl/sharedStrings.xml", r#"<sst uniqueCount="18446744073709551615"></sst>"#);
    assert_eq!(read_as(ImportFormat::Xlsx, &parts.bytes()).unwrap().rows.len(), 1);
}

#[test]
fn any_bytes_are_read_or_refused_in_every_format() {
    use ImportFormat::{Csv, Json, Ods, Xls, Xlsb, Xlsx};
    let mut dice = dice(7);
    let beginnings: [&[u8]; 6] = [
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xfe",
        b"id,value\n",
        b"{\"",
    ];
    for round in 0..2_000 {
        let mut bytes = beginnings[round % beginnings.len()].to_vec();
        bytes.extend((0..dice(200)).map(|_| u8::try_from(dice(256)).unwrap()));
        for format in [Csv, Json, Ods, Xls, Xlsb, Xlsx] {
            drop(read_only(format, &bytes));
        }
    }
}
