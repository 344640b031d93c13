//! What a person sees in a cell, and what the file holds: where the two part, nothing is taken in silence.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::workbook::{HEADINGS, Parts, figure, row};
use super::*;

fn xlsx(parts: &Parts) -> Result<Reading, Refusal> {
    read_as(ImportFormat::Xlsx, &parts.bytes())
}

/// Letters of a run, and what they look like.
const LOOKS: &[(&str, bool)] = &[
    ("", false),
    ("<b/><sz val=\"14\"/>", false),
    ("<strike val=\"0\"/>", false),
    ("<vertAlign val=\"baseline\"/>", false),
    ("<color rgb=\"FFFF0000\"/>", false),
    ("<strike/>", true),
    ("<strike val=\"1\"/><b/>", true),
    ("<vertAlign val=\"superscript\"/>", true),
    ("<vertAlign val=\"subscript\"/>", true),
    ("<color rgb=\"FFFFFFFF\"/>", true),
    ("<color theme=\"0\"/>", true),
];

fn runs(runs: &[(String, (&str, bool))]) -> String {
    let run = |(letters, (look, _)): &(String, (&str, bool))| {
        let look = if look.is_empty() { String::new() } else { format!("<rPr>{look}</rPr>") };
        format!("<r>{look}<t xml:space=\"preserve\">{letters}</t></r>")
    };
    runs.iter().map(run).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A text of runs is its letters, or it is refused because somebody reads it otherwise.
    #[test]
    fn a_text_with_letters_that_are_struck_raised_or_white_is_refused(
        made in prop::collection::vec(("[0-9]{1,3}| ", prop::sample::select(LOOKS)), 1..5),
        shared: bool,
    ) {
        let letters: String = made.iter().map(|(letters, _)| letters.as_str()).collect();
        prop_assume!(!letters.trim().is_empty());
        let marked = made.iter().any(|(letters, (_, marked))| *marked && !letters.trim().is_empty());
        let parts = if shared {
            Parts::of_rows(&row(2, r#"<c r="B2" t="s"><v>0</v></c>"#))
                .with("xl/sharedStrings.xml", &format!("<sst><si>{}</si></sst>", runs(&made)))
        } else {
            let cell = format!(r#"<c r="B2" t="inlineStr"><is>{}</is></c>"#, runs(&made));
            Parts::of_rows(&row(2, &cell))
        };
        match (xlsx(&parts), marked) {
            (Ok(reading), false) => {
                prop_assert_eq!(reading.rows[0].content.as_seen(), letters.trim());
            }
            (refused, true) => prop_assert_eq!(why(refused), "import-rich-text"),
            (refused, false) => prop_assert!(false, "{:?}", refused),
        }
    }

    /// Whatever words, signs and digits a format puts beside a number: what is taken is what is read.
    #[test]
    fn a_format_never_makes_another_number_of_a_cell(
        before in prop::collection::vec(prop::sample::select(PIECES), 0..3),
        after in prop::collection::vec(prop::sample::select(PIECES), 0..3),
        core in prop::sample::select(&["0", "#,##0", "0.0", "# ##0", "000", "0%"][..]),
        negative in prop::option::of((
            prop::sample::select(PIECES),
            prop::sample::select(PIECES),
        )),
        held in -99_999_i64..100_000,
    ) {
        let mut format = format!("{}{core}{}", before.concat(), after.concat());
        if let Some((before, after)) = negative {
            format = format!("{format};{before}{core}{after}");
        }
        let cell = format!(r#"<c r="B2" s="1"><v>{held}</v></c>"#);
        let parts = Parts::of_rows(&row(2, &cell)).with_formats(&[&format]);
        let Ok(reading) = xlsx(&parts) else { return Ok(()) };
        let Some(Row { content: Content::Shown(shown), .. }) = reading.rows.first() else {
            return Ok(());
        };
        // The number of a text as a person finds it, without letters, spaces and the sign of percent.
        let bare: String =
            shown.text.chars().filter(|c| !c.is_alphabetic() && !" %₫*".contains(*c)).collect();
        let (bare, bracketed) = match bare.strip_prefix('(').and_then(|b| b.strip_suffix(')')) {
            Some(inner) => (inner.to_owned(), true),
            None => (bare, false),
        };
        // Other signs and digits remain beside it as words, by which the desk refuses it: none is a unit of measure.
        let signs = |c: char| !c.is_alphabetic() && !" ₫*".contains(c);
        if shown.words.contains(signs) {
            return Ok(());
        }
        let bare = bare.replace('−', "-");
        let plain = bare.trim_start_matches('+').replace('.', "").replace(',', ".");
        let typed: Result<Decimal, _> = plain.parse();
        let wanted = if bracketed { -shown.number } else { shown.number };
        prop_assert_eq!(typed, Ok(wanted), "{} shows {} as {}", format, held, shown.text);
    }
}

/// What formats put beside numbers.
const PIECES: &[&str] = &[
    "",
    "-",
    "\\-",
    "\"-\"",
    "\u{2212}",
    "(",
    ")",
    "+",
    "\"0\"",
    "\\5",
    "\"12\"",
    "\".\"",
    "\",\"",
    "\" hồ sơ\"",
    "\"hồ sơ \"",
    "\" \"",
    "_-",
    "*-",
    "* ",
    "*0",
    "[Red]",
    "[$₫-42A]",
    "\"²\"",
    "%",
    "\\%",
    "\"٣\"",
    "\"/\"",
    "\"()\"",
    ".5",
    ",",
    "'",
];

#[test]
fn a_figure_whose_format_shows_another_number_is_refused() {
    for format in [
        "-0",
        "\"-\"0",
        "(0)",
        "0\"0\"",
        "\"1\"0",
        "\\10",
        "*-0",
        "*00",
        "0\".5\"",
        "\".\"0",
        "0\" 5\"",
        "0\"²\"",
        "0\\%%",
        "[$-]-0",
        "\u{2212}0",
        "0.0\"1\"",
        "0\" \"0",
        "0;\"-\"(0)",
        "0*9",
        "0\"٣\"",
    ] {
        let held = if format.contains(';') { "-5" } else { "5" };
        let cell = format!(r#"<c r="B2" s="1"><v>{held}</v></c>"#);
        let reading = xlsx(&Parts::of_rows(&row(2, &cell)).with_formats(&[format]));
        let code = why(reading);
        assert!(["import-masked", "import-unknown-format"].contains(&code.as_str()), "{format}");
    }
}

#[test]
fn a_text_is_read_with_what_its_format_puts_beside_it() {
    for (format, seen) in [
        ("@", "12"),
        ("\"-\"@", "-12"),
        ("0;-0;0;@\" hồ sơ\"", "12 hồ sơ"),
        ("General", "12"),
        ("0;-0;0;\"xem sau\"", "xem sau"),
    ] {
        let cell = r#"<c r="B2" s="1" t="str"><v>12</v></c>"#;
        let parts = Parts::of_rows(&row(2, cell)).with_formats(&[format]);
        assert_eq!(super::seen(&xlsx(&parts).unwrap()), [("a.2", seen.to_owned())], "{format}");
    }
    let cell = r#"<c r="B2" s="1" t="str"><v>12</v></c>"#;
    let parts = Parts::of_rows(&row(2, cell)).with_formats(&[";;;"]);
    assert_eq!(left_out(&xlsx(&parts).unwrap()), ["import-invisible"]);
}

/// A workbook whose one value has this font, on this ground.
fn styled(font: &str, fill: &str, cell: &str) -> Parts {
    let styles = format!(
        r#"<styleSheet><fonts><font/><font>{font}</font></fonts><fills><fill/><fill>{fill}</fill></fills><cellXfs><xf/><xf fontId="1" fillId="1"/></cellXfs><dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"#
    );
    Parts::of_rows(&row(2, cell)).with("xl/styles.xml", &styles)
}

#[test]
fn what_is_struck_through_or_has_the_colour_of_its_ground_is_left_out_and_told() {
    let solid = |colour: &str| {
        format!(r#"<patternFill patternType="solid"><fgColor {colour}/></patternFill>"#)
    };
    let white = solid(r#"rgb="FFFFFFFF""#);
    let dark = solid(r#"rgb="FF203864""#);
    let none = r#"<patternFill patternType="none"/>"#.to_owned();
    for (font, fill, code) in [
        ("", &none, None),
        (r#"<color theme="1"/>"#, &none, None),
        (r#"<color rgb="FFFF0000"/>"#, &white, None),
        ("<strike/>", &none, Some("import-struck")),
        (r#"<strike val="0"/>"#, &none, None),
        (r#"<vertAlign val="superscript"/>"#, &none, None),
        (r#"<color rgb="FFFFFFFF"/>"#, &none, Some("import-invisible")),
        (r#"<color rgb="00FEFEFE"/>"#, &white, Some("import-invisible")),
        (r#"<color theme="0"/>"#, &none, Some("import-invisible")),
        (r#"<color theme="0" tint="-0.5"/>"#, &none, None),
        (r#"<color indexed="9"/>"#, &none, Some("import-invisible")),
        (r#"<color indexed="9"/>"#, &dark, None),
        (r#"<color rgb="FF203864"/>"#, &dark, Some("import-invisible")),
        (r#"<color rgb="FFFFFFFF"/><strike/>"#, &dark, Some("import-struck")),
    ] {
        for cell in [
            r#"<c r="B2" s="1"><v>12</v></c>"#,
            r#"<c r="B2" s="1" t="str"><v>12</v></c>"#,
            r#"<c r="B2" s="1" t="inlineStr"><is><t>12</t></is></c>"#,
        ] {
            let reading = xlsx(&styled(font, fill, cell)).unwrap();
            let told: Vec<&str> = code.into_iter().collect();
            assert_eq!(left_out(&reading), told, "{font} {fill} {cell}");
            assert_eq!(reading.rows.len(), 1 - told.len(), "{font} {fill}");
            assert!(reading.left_out.iter().all(|told| told.args["text"] == "12"));
        }
    }
    // Letters without a font of their own are struck with their cell, those beside them are not.
    let cell = r#"<c r="B2" s="1" t="inlineStr"><is><r><t>1</t></r><r><rPr><b/></rPr><t>2</t></r></is></c>"#;
    let veiled = xlsx(&styled("<strike/>", &none, cell));
    assert_eq!(left_out(&veiled.unwrap()), ["import-struck"]);
    let written = Parts::of_rows(&row(2, r#"<c r="B2" s="1"><v>5</v></c>"#));
    let reading = xlsx(&written.with_formats(&["[White]0"])).unwrap();
    assert_eq!(left_out(&reading), ["import-invisible"]);
}

#[test]
fn rows_and_columns_without_room_are_hidden() {
    for (attribute, hidden) in [
        (r#"ht="0""#, true),
        (r#"ht="0.75" customHeight="1""#, true),
        (r#"ht="3.9""#, true),
        (r#"ht="6""#, false),
        (r#"ht="15""#, false),
        ("", false),
    ] {
        let cell = format!(
            r#"<row r="2" {attribute}><c r="A2" t="str"><v>a.2</v></c><c r="B2"><v>5</v></c></row>"#
        );
        let reading = xlsx(&Parts::of_rows(&cell)).unwrap();
        assert_eq!(!left_out(&reading).is_empty(), hidden, "{attribute}");
    }
    let rows = format!("{HEADINGS}{}", figure(2, "5"));
    for (before, code) in [
        (r#"<cols><col min="2" max="2" width="0.1"/></cols>"#, Some("import-hidden-column")),
        (r#"<cols><col min="2" max="2" width="0.7"/></cols>"#, Some("import-hidden-column")),
        (r#"<cols><col min="2" max="2" width="3"/></cols>"#, None),
        (r#"<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>"#, Some("import-hidden-row")),
        (r#"<sheetFormatPr defaultRowHeight="0.5"/>"#, Some("import-hidden-row")),
        (r#"<sheetFormatPr defaultRowHeight="15"/>"#, None),
    ] {
        let sheet = format!("<worksheet>{before}<sheetData>{rows}</sheetData></worksheet>");
        let reading = xlsx(&Parts::of_sheet(&sheet)).unwrap();
        assert_eq!(left_out(&reading), code.into_iter().collect::<Vec<_>>(), "{before}");
    }
}

#[test]
fn two_values_in_one_cell_are_refused() {
    for cell in [
        "<v>5</v><v>6</v>",
        "<v>5</v><v/>",
        "<v/><v>6</v>",
        "<v>5<x/>6</v>",
        "<f>1</f><v>5</v><f>2</f><v>6</v>",
        "<is><t>5</t></is><is><t>6</t></is>",
        "<is><t>5</t></is><v>6</v>",
        "<v>6</v><is><t>5</t></is>",
    ] {
        for kind in ["n", "str", "inlineStr"] {
            let cell = format!(r#"<c r="B2" t="{kind}">{cell}</c>"#);
            let code = why(xlsx(&Parts::of_rows(&row(2, &cell))));
            assert_eq!(code, "import-two-values", "{cell}");
        }
    }
    let texts = r#"<c r="B2" t="inlineStr"><is><t>5</t><t>6</t></is></c>"#;
    assert_eq!(why(xlsx(&Parts::of_rows(&row(2, texts)))), "import-syntax");
}

/// A row whose note is this cell of column C.
fn noted(note: &str) -> String {
    row(2, &format!(r#"<c r="B2"><v>5</v></c>{note}"#))
}

#[test]
fn a_note_is_what_its_cell_shows() {
    for (format, held, shown) in [
        ("General", "17.11", "17,11"),
        ("0%", "0.5", "50%"),
        ("000", "7", "007"),
        ("#,##0.0,", "30162400", "30.162,4"),
        ("0\" hồ sơ\"", "30", "30 hồ sơ"),
        ("# ##0", "1304", "1 304"),
        ("0;-0;\"-\"", "0", "-"),
        ("-0", "5", "-5"),
        ("@", "7", "7"),
    ] {
        let note = noted(&format!(r#"<c r="C2" s="1"><v>{held}</v></c>"#));
        let reading = xlsx(&Parts::of_rows(&note).with_formats(&[format])).unwrap();
        assert_eq!(reading.rows[0].note.as_deref(), Some(shown), "{format}");
        assert_eq!(left_out(&reading), [""; 0]);
    }
}

#[test]
fn a_note_that_cannot_be_shown_for_sure_is_told_and_never_cleared() {
    for (cell, why) in [
        (r#"<c r="C2" s="1"><v>45082</v></c>"#, "import-date"),
        (r#"<c r="C2" s="2"><v>0</v></c>"#, "import-unseen"),
        (r#"<c r="C2" s="3"><v>5</v></c>"#, "import-unknown-format"),
        (r#"<c r="C2" t="d"><v>2023-06-05</v></c>"#, "import-date"),
        (r#"<c r="C2" t="b"><v>1</v></c>"#, "import-logical"),
        (r#"<c r="C2" t="e"><v>#N/A</v></c>"#, "import-error-value"),
        (r#"<c r="C2"><f>A1</f></c>"#, "import-formula-no-result"),
        (r#"<c r="C2"><f ca="1">A1</f><v>1</v></c>"#, "import-formula-stale"),
        (r#"<c r="C2"><v>1e300</v></c>"#, "number-not-exact"),
        (
            r#"<c r="C2" t="inlineStr"><is><r><rPr><strike/></rPr><t>1</t></r><r><t>2</t></r></is></c>"#,
            "import-rich-text",
        ),
        (r#"<c r="C2" s="2" t="str"><v>a</v></c>"#, "import-invisible"),
    ] {
        let parts = Parts::of_rows(&noted(cell)).with_formats(&["d-mmm", ";;;", "# ?/?"]);
        let reading = xlsx(&parts).unwrap();
        assert_eq!(left_out(&reading), ["import-note-left-out"], "{cell}");
        let told = &reading.left_out[0];
        assert_eq!(told.args["why"], why, "{cell}");
        assert_eq!(told.place.cell.as_deref(), Some("C2"));
        assert_eq!(told.place.indicator.as_deref(), Some("a.2"));
        // The figure beside it is taken; the note is not the file's to change.
        assert_eq!((reading.rows.len(), reading.rows[0].note.as_deref()), (1, None));
    }
    // A column of notes that nobody sees says nothing either.
    let sheet = format!(
        r#"<worksheet><cols><col min="3" max="3" hidden="1"/></cols><sheetData>{HEADINGS}{}</sheetData></worksheet>"#,
        noted(r#"<c r="C2" t="str"><v>a</v></c>"#)
    );
    let reading = xlsx(&Parts::of_sheet(&sheet)).unwrap();
    assert_eq!(
        (reading.rows[0].note.as_deref(), reading.remarks[0].code.as_str()),
        (None, "import-hidden-notes")
    );
    // The note beside a figure that nobody sees is told as well.
    let beside = row(2, r#"<c r="B2" s="1"><v>0</v></c><c r="C2" t="str"><v>a</v></c>"#);
    let reading = xlsx(&Parts::of_rows(&beside).with_formats(&[";;;"])).unwrap();
    assert_eq!(left_out(&reading), ["import-unseen", "import-note-left-out"]);
}

#[test]
fn comments_on_cells_that_are_read_are_told() {
    let rows: String = (2..9).map(|at| figure(at, "5")).collect();
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        r#"<Relationships><Relationship Id="r1" Type="{office}/comments" Target="../comments1.xml"/><Relationship Id="r2" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/t1.xml"/></Relationships>"#
    );
    let with = |legacy: &[&str], threaded: &[&str]| {
        let all = |tag: &str, cells: &[&str]| -> String {
            cells.iter().map(|cell| format!(r#"<{tag} ref="{cell}"><text/></{tag}>"#)).collect()
        };
        let parts = Parts::of_rows(&rows)
            .with("xl/worksheets/_rels/sheet1.xml.rels", &relations)
            .with("xl/comments1.xml", &format!("<c>{}</c>", all("comment", legacy)))
            .with(
                "xl/threadedComments/t1.xml",
                &format!("<c>{}</c>", all("threadedComment", threaded)),
            );
        let reading = xlsx(&parts).unwrap();
        assert_eq!(reading.rows.len(), 7);
        let told = |problem: &Problem| {
            (
                problem.code.clone(),
                problem.args["count"].clone(),
                problem.args["cells"].clone(),
                problem.args["more"].clone(),
            )
        };
        reading.remarks.iter().map(told).collect::<Vec<_>>()
    };
    let told = |count: &str, cells: &str, more: &str| {
        vec![("import-comments".to_owned(), count.to_owned(), cells.to_owned(), more.to_owned())]
    };
    assert_eq!(with(&["B3"], &["B3"]), told("1", "B3", "0"));
    assert_eq!(with(&[], &["C2", "B3"]), told("2", "C2, B3", "0"));
    assert_eq!(with(&["B1", "E5", "B99"], &[]), []);
    let many = ["B2", "B3", "B4", "B5", "B6", "B7", "B8"];
    assert_eq!(with(&many, &[]), told("7", "B2, B3, B4, B5, B6", "2"));
}
