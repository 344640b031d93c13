//! Workbooks and text files of every kind, against a reading that knows what they were made of.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use rust_xlsxwriter::{Format, Workbook};

use super::*;

/// A number format and what it does, in other words than the reader's.
#[derive(Clone, Copy, Debug)]
struct Made {
    code: &'static str,
    percent: bool,
    thousands: u32,
    /// All digits are shown when there is none.
    decimals: Option<u32>,
    words: &'static str,
}

const MADE: &[Made] = &[
    Made { code: "General", percent: false, thousands: 0, decimals: None, words: "" },
    Made { code: "0", percent: false, thousands: 0, decimals: Some(0), words: "" },
    Made { code: "0.00", percent: false, thousands: 0, decimals: Some(2), words: "" },
    Made { code: "#,##0", percent: false, thousands: 0, decimals: Some(0), words: "" },
    Made { code: "[$-42A]#,##0.0", percent: false, thousands: 0, decimals: Some(1), words: "" },
    Made { code: "0%", percent: true, thousands: 0, decimals: Some(0), words: "" },
    Made { code: "0.00%", percent: true, thousands: 0, decimals: Some(2), words: "" },
    Made { code: "#,##0.00,", percent: false, thousands: 1, decimals: Some(2), words: "" },
    Made { code: "0.0\" tỷ\"", percent: false, thousands: 0, decimals: Some(1), words: "tỷ" },
];

impl Made {
    fn seen(self, held: Decimal) -> Decimal {
        let scaled = if self.percent { held * Decimal::ONE_HUNDRED } else { held };
        let scaled = (0..self.thousands).fold(scaled, |number, _| number / Decimal::ONE_THOUSAND);
        match self.decimals {
            Some(places) => {
                scaled.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
            }
            None => scaled,
        }
        .normalize()
    }
}

#[derive(Clone, Debug)]
struct Line {
    value: Option<(Decimal, Made)>,
    hidden: bool,
    note: String,
}

fn line() -> impl Strategy<Value = Line> {
    let number = (-999_999_999_i64..=999_999_999, 0_u32..=4)
        .prop_map(|(digits, scale)| Decimal::new(digits, scale).normalize());
    let value = prop::option::weighted(0.8, (number, prop::sample::select(MADE)));
    let note = "[a-zà-ỹ \n]{0,8}";
    (value, prop::bool::weighted(0.1), note).prop_map(|(value, hidden, note)| Line {
        value,
        hidden,
        note,
    })
}

fn workbook(lines: &[Line], offset: u32, columns: [u16; 3]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let [id, value, note] = columns;
    for (column, heading) in [(id, "Mã"), (value, "SỐ LIỆU"), (note, "Ghi\nchú")] {
        sheet.write_string(offset, column, heading).unwrap();
    }
    for (row, line) in (offset + 1..).zip(lines) {
        sheet.write_string(row, id, format!("a.{row}")).unwrap();
        if let Some((number, made)) = line.value {
            let float: f64 = number.to_string().parse().unwrap();
            let format = Format::new().set_num_format(made.code);
            sheet.write_number_with_format(row, value, float, &format).unwrap();
        }
        sheet.write_string(row, note, &line.note).unwrap();
        if line.hidden {
            sheet.set_row_hidden(row).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_workbook_says_what_it_shows(
        lines in prop::collection::vec(line(), 1..12),
        offset in 0_u32..30,
        columns in prop::sample::select(vec![[0, 1, 2], [5, 3, 4], [2, 7, 0]]),
    ) {
        let bytes = workbook(&lines, offset, columns);
        let reading = read_as(ImportFormat::Xlsx, &bytes).unwrap();
        let hidden: Vec<&str> = reading
            .left_out
            .iter()
            .map(|problem| {
                assert_eq!(problem.code, "import-hidden-row");
                problem.place.indicator.as_deref().unwrap()
            })
            .collect();
        let mut rows = reading.rows.iter();
        for (row, line) in (offset + 1..).zip(&lines) {
            let id = format!("a.{row}");
            if line.hidden {
                prop_assert!(hidden.contains(&id.as_str()));
                continue;
            }
            let found = rows.next().unwrap();
            prop_assert_eq!(found.indicator.as_str(), &id);
            prop_assert_eq!(found.place.line, Some(row + 1));
            prop_assert_eq!(found.note.as_deref(), Some(line.note.trim()));
            match (line.value, &found.content) {
                (None, content) => prop_assert_eq!(content, &Content::Empty),
                (Some((held, made)), Content::Shown(shown)) => {
                    let seen = made.seen(held);
                    prop_assert_eq!(shown.number, seen);
                    prop_assert_eq!((shown.percent, shown.words.as_str()), (made.percent, made.words));
                    // Whoever types what is seen gets the same number.
                    let digits = shown.text.replace(['.', '%'], "").replace(made.words, "");
                    let typed: Decimal = digits.trim().replace(',', ".").parse().unwrap();
                    prop_assert_eq!(typed, seen);
                    let as_held = if made.percent { seen / Decimal::ONE_HUNDRED } else { seen };
                    let other = made.thousands > 0 || as_held != held;
                    prop_assert_eq!(shown.held, other.then_some(held));
                }
                (value, content) => prop_assert!(false, "{:?} became {:?}", value, content),
            }
        }
        prop_assert!(rows.next().is_none());
    }

    #[test]
    fn a_text_file_says_what_is_written_in_it(
        values in prop::collection::vec("[0-9]{0,5}|kps|kad: [a-z,;\"\n ]{1,8}x", 1..8),
        separator in prop::sample::select(vec![',', ';', '\t']),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        stated: bool,
        wide: bool,
        titles in 0_usize..5,
    ) {
        let field = |text: &str| {
            if text.contains([separator, '"', '\n', '\r']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        let mut lines = vec![format!("Báo cáo{separator}quý I"); titles];
        lines.push(format!("Số liệu{separator}x{separator}Mã"));
        for (number, value) in values.iter().enumerate() {
            lines.push(format!("{}{separator}y{separator}a.{number}", field(value)));
        }
        let mut text = lines.join(end);
        if stated {
            text = format!("sep={separator}{end}{text}");
        }
        let bytes = if wide {
            text.encode_utf16().fold(vec![0xff, 0xfe], |mut bytes, unit| {
                bytes.extend(unit.to_le_bytes());
                bytes
            })
        } else {
            text.into_bytes()
        };
        let reading = read_as(ImportFormat::Csv, &bytes).unwrap();
        let found: Vec<String> =
            reading.rows.iter().map(|row| row.content.as_seen().into_owned()).collect();
        let wanted: Vec<&str> = values.iter().map(|value| value.trim()).collect();
        prop_assert_eq!(found, wanted);
    }

    /// Whatever the cells hold, no id is lost: it is read, left out with a reason, or a problem.
    #[test]
    fn every_id_of_a_file_is_accounted_for(
        cells in prop::collection::vec(
            prop::collection::vec("a\\.[1-9]|Mã|Số liệu|Ghi chú|[0-9]{1,3}||x", 3),
            1..30,
        ),
        hidden in prop::collection::vec(prop::bool::weighted(0.1), 30),
    ) {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (row, line) in (0_u32..).zip(&cells) {
            for (column, text) in (0_u16..).zip(line) {
                sheet.write_string(row, column, text).unwrap();
            }
            if hidden[row as usize] {
                sheet.set_row_hidden(row).unwrap();
            }
        }
        let bytes = workbook.save_to_buffer().unwrap();
        let Ok(reading) = read_as(ImportFormat::Xlsx, &bytes) else { return Ok(()) };
        let told = reading.left_out.iter().filter_map(|problem| problem.place.indicator.clone());
        let read = reading.rows.iter().map(|row| row.indicator.to_string());
        let accounted: BTreeSet<String> = told.chain(read).collect();
        for text in cells.iter().flatten().filter(|text| text.starts_with("a.")) {
            // Beside a row's own id, and as the value of another, it is a text like any other.
            let alone = cells.iter().any(|line| {
                line.iter().filter(|cell| cell.starts_with("a.")).count() == 1 && line.contains(text)
            });
            prop_assert!(!alone || accounted.contains(text), "{} is lost: {:?}", text, reading);
        }
    }
}
