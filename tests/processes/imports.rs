//! Files from real trouble (`tests/cases/import`), each imported by the program as its officer would.

use hopluu_tests::{Program, json, repository};
use serde_json::Value;

use crate::town::{PERIOD, Town};

/// How a file must end.
enum End {
    /// Refused for this reason, nothing changed; the message names these.
    Refused(&'static str, &'static [&'static str]),
    /// These cells hold these values afterwards, and these codes are told.
    Taken(&'static [(&'static str, &'static str)], &'static [&'static str]),
}

use End::{Refused, Taken};

const ON_TIME: &str = "pl4.3.2.2";
const SOLVED: &str = "pl4.3.2.1";

/// The files of the commune 19996, whose cells hold 318 and 312 before.
const COMMUNE: &[(&str, End)] = &[
    ("c08b-thousands-comma-unquoted-two-columns.csv", Refused("import-more-fields", &["1,304"])),
    ("c12-unbalanced-quote.csv", Refused("import-open-quote", &["đã rà soát", "line 2"])),
    ("c13-sep-line.csv", Taken(&[(SOLVED, "325"), (ON_TIME, "312")], &[])),
    ("c15b-two-known-headings.csv", Refused("import-two-headings", &["giá trị", "số liệu"])),
    ("c40-blank-clears.csv", Taken(&[(SOLVED, "318"), (ON_TIME, "312")], &["import-blank-kept"])),
    ("f-crc-stored.xlsx", Refused("import-damaged", &["f-crc-stored.xlsx"])),
    ("f-password.xlsx", Refused("import-password", &["password"])),
    ("j01-duplicate-keys.json", Refused("import-two-keys", &[SOLVED, "line 1"])),
    ("w02-commune-20005-q1.xlsx", Refused("import-other-unit", &["20005", "19996"])),
    ("x01-formula-no-cache.xlsx", Refused("import-formula-no-result", &["PL4", "D6", SOLVED])),
    ("x10-date-autoconvert.xlsx", Refused("import-date", &["D6", "05/06/2023"])),
    ("x15-hidden-row.xlsx", Taken(&[(SOLVED, "325"), (ON_TIME, "312")], &["import-hidden-row"])),
    ("x17-two-value-columns.xlsx", Refused("import-two-headings", &["column C", "column D"])),
    (
        "x19-second-sheet-heading-changed.xlsx",
        Taken(&[(SOLVED, "325"), (ON_TIME, "312")], &["import-unread-id"]),
    ),
    ("x20-nfd-headings.xlsx", Taken(&[(SOLVED, "325")], &[])),
    ("x21-heading-linebreak.xlsx", Taken(&[(SOLVED, "325")], &[])),
    ("x28-boolean-true.xlsx", Refused("import-logical", &["TRUE", "D6"])),
    ("x29c-30k-rows-of-spaces.xlsx", Taken(&[(SOLVED, "325")], &[])),
    ("x46-merged-value-cell.xlsx", Refused("import-merged", &["D6:D7"])),
    ("x64-value-without-id.xlsx", Taken(&[(SOLVED, "325"), (ON_TIME, "312")], &["import-no-id"])),
    ("x86-cdata.xlsx", Taken(&[(SOLVED, "325")], &[])),
];

#[test]
fn every_file_ends_as_its_table_says() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    for (file, end) in COMMUNE {
        office.ok(&["set", PERIOD, SOLVED, "318"]);
        office.ok(&["set", PERIOD, ON_TIME, "312"]);
        check(&office, file, end, &[(SOLVED, "318"), (ON_TIME, "312")]);
    }
    let van_phong = town.office("van-phong", "van-phong");
    check(&van_phong, "x25a-percent-cell-100.xlsx", &Taken(&[("pl8.3", "100")], &[]), &[]);
    check(&van_phong, "x25c-percent-cell-959.xlsx", &Taken(&[("pl8.3", "95.9")], &[]), &[]);
    let tai_chinh = town.office("tai-chinh", "tai-chinh");
    let end = Refused("import-more-fields", &["pl7.1.1,30,162"]);
    check(&tai_chinh, "c08-decimal-comma-unquoted.csv", &end, &[("pl7.1.1", "null")]);

    // No file was left out of the tables above.
    let files = std::fs::read_dir(repository().join("tests/cases/import")).unwrap().count();
    assert_eq!(files, COMMUNE.len() + 3);
}

fn check(office: &Program, file: &str, end: &End, before: &[(&str, &str)]) {
    let path = repository().join("tests/cases/import").join(file);
    let path = path.to_str().unwrap();
    let holds = |wanted: &[(&str, &str)]| {
        for (cell, value) in wanted {
            let found = json(&office.ok(&["--json", "get", PERIOD, cell]));
            assert_eq!(found["cell"]["value"].to_string(), *value, "{file}: {cell}");
            assert_eq!(found["cell"]["note"], "", "{file}: {cell}");
        }
    };
    match end {
        Refused(code, words) => {
            let refusal = office.refused(&["import", PERIOD, path]);
            let problem = &refusal["problems"][0];
            assert_eq!(problem["code"], *code, "{file}: {refusal}");
            let message = problem["message"].as_str().unwrap();
            for word in *words {
                assert!(message.contains(word), "{file}: `{word}` is not in {message}");
            }
            holds(before);
        }
        Taken(cells, told) => {
            // A trial says what will be done, and does nothing.
            let planned = json(&office.ok(&["--json", "import", PERIOD, path, "--dry-run"]));
            holds(before);
            let done = json(&office.ok(&["--json", "import", PERIOD, path]));
            assert_eq!(planned["changed"], done["changed"], "{file}");
            assert_eq!(planned["left_out"], done["left_out"], "{file}");
            let codes: Vec<&str> = list(&done["left_out"]).map(|p| text(&p["code"])).collect();
            assert_eq!(codes, *told, "{file}: {done}");
            holds(cells);
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap().iter()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn an_import_prints_what_each_cell_held_and_holds() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, SOLVED, "318"]);
    let file = town.path("q1.csv");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "Mã;Số liệu;Ghi chú\npl4.3.2.1;1,325;đã rà soát\npl4.3.2.2;;\n").unwrap();
    let planned = office.ok(&["import", PERIOD, path, "--dry-run"]);
    assert!(planned.contains("pl4.3.2.1: 318 → 1.325 (in the file: “1,325”)"), "{planned}");
    assert!(planned.contains("pl4.3.2.1, note: (empty) → đã rà soát"), "{planned}");
    assert!(planned.contains("nothing was written"), "{planned}");
    let done = office.ok(&["import", PERIOD, path]);
    assert_eq!(planned.lines().next(), done.lines().next());

    // An empty cell clears only when it is asked to, and says what it clears.
    std::fs::write(&file, "id,value\npl4.3.2.1,\n").unwrap();
    let kept = office.ok(&["import", PERIOD, path]);
    assert!(kept.contains("1.325 stays"), "{kept}");
    let cleared = office.ok(&["import", PERIOD, path, "--clear-blank"]);
    assert!(cleared.contains("pl4.3.2.1: 1.325 → (empty)"), "{cleared}");
    let cell = json(&office.ok(&["--json", "get", PERIOD, SOLVED]));
    assert_eq!(cell["cell"]["state"], "not_reported");
    // The file has no column of notes: they are not its business.
    assert_eq!(cell["cell"]["note"], "đã rà soát");
}

#[test]
fn a_trial_of_a_file_with_problems_tells_its_plan_and_fails() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("q1.csv");
    std::fs::write(&file, "id;value\npl4.3.2.1;318\npl4.3.2.2;30,000\n").unwrap();
    let args = ["--json", "import", PERIOD, file.to_str().unwrap(), "--dry-run"];
    let output = office.run(&args);
    assert_eq!(output.status.code(), Some(1));
    let plan = json(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(plan["changed"][0]["after"], "318");
    assert_eq!(plan["problems"][0]["code"], "value-ambiguous");
    assert_eq!(office.refused(&args[1..4])["problems"][0]["code"], "value-ambiguous");
}

#[test]
fn standard_input_is_imported_when_it_is_said_what_it_is() {
    use std::io::Write as _;
    use std::process::Stdio;

    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let piped = |args: &[&str]| {
        let mut command = office.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"id\tvalue\rpl4.3.2.1\t325\r").unwrap();
        child.wait_with_output().unwrap()
    };
    let output = piped(&["import", PERIOD, "-", "--format", "csv"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(json(&office.ok(&["--json", "get", PERIOD, SOLVED]))["cell"]["value"], 325);
    let output = piped(&["import", PERIOD, "-"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("--format"), "{told}");
}

#[test]
fn a_file_of_sixteen_mebibytes_and_more_is_refused_in_our_words() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("huge.csv");
    let mut bytes = b"id,value\npl4.3.2.1,325\n".to_vec();
    bytes.resize((16 << 20) + 1, b'\n');
    std::fs::write(&file, bytes).unwrap();
    let refusal = office.refused(&["import", PERIOD, file.to_str().unwrap()]);
    assert_eq!(refusal["problems"][0]["code"], "file-too-large");
}

#[test]
fn very_many_wrong_rows_are_told_in_part_and_counted() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("wrong.csv");
    std::fs::write(&file, format!("id,value\n{}", "A B,1\n".repeat(100_000))).unwrap();
    let refusal = office.refused(&["import", PERIOD, file.to_str().unwrap()]);
    let problems = refusal["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 51);
    assert_eq!(problems[50]["args"]["count"], "99950");
}

#[test]
fn a_note_that_is_no_text_is_told_and_never_cleared() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, SOLVED, "318", "--note", "đã rà soát"]);
    let file = town.path("q1.ods");
    std::fs::write(&file, notes_of_formulas()).unwrap();
    let args = ["--json", "import", PERIOD, file.to_str().unwrap(), "--clear-blank"];
    let done = json(&office.ok(&args));
    assert_eq!(done["changed"][0]["after"], "325", "{done}");
    assert_eq!(done["left_out"][0]["code"], "import-note-left-out", "{done}");
    let cell = json(&office.ok(&["--json", "get", PERIOD, SOLVED]));
    assert_eq!(
        (&cell["cell"]["value"], &cell["cell"]["note"]),
        (&325.into(), &"đã rà soát".into())
    );
}

/// A workbook whose one note is a formula without a result.
fn notes_of_formulas() -> Vec<u8> {
    use std::io::Write as _;

    let text = |text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let row = |cells: &[&str]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let headings = row(&[&text("Mã"), &text("Số liệu"), &text("Ghi chú")]);
    let formula = r#"<table:table-cell table:formula="of:=A1"/>"#;
    let figures = row(&[&text(SOLVED), &text("325"), formula]);
    let content = format!(
        r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="PL4">{headings}{figures}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_str()),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_file_that_counts_by_thousands_is_told_or_refused() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("q1.csv");
    let path = file.to_str().unwrap();
    let table = "Mã;Số liệu\npl4.3.2.1;325\npl4.3.2.2;312\n";
    std::fs::write(&file, format!("Đơn vị tính: nghìn hồ sơ;\n{table}")).unwrap();
    let done = json(&office.ok(&["--json", "import", PERIOD, path, "--dry-run"]));
    let told = &done["remarks"][0];
    assert_eq!((text(&told["code"]), text(&told["args"]["count"])), ("import-scaled-heading", "2"));
    assert_eq!(told["place"]["line"], 1, "{done}");
    std::fs::write(&file, table).unwrap();
    let done = json(&office.ok(&["--json", "import", PERIOD, path, "--dry-run"]));
    assert_eq!(done["remarks"].as_array().map(Vec::len), Some(0), "{done}");

    // A column of units speaks of its own rows.
    std::fs::write(&file, "Mã;Đơn vị tính;Số liệu\npl4.3.2.1;nghìn hồ sơ;1\n").unwrap();
    let refusal = office.refused(&["import", PERIOD, path]);
    assert_eq!(refusal["problems"][0]["code"], "import-other-measure-column");
}

#[test]
fn a_number_with_decimals_is_refused_in_words_for_a_whole_number() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let refusal = office.refused(&["set", PERIOD, SOLVED, "17,11"]);
    let message = text(&refusal["problems"][0]["message"]);
    assert!(message.contains("whole numbers only"), "{message}");
}
