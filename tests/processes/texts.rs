//! Texts of sections by the command line: what others wrote stays, and nothing is wiped by mistake.

use std::io::Write as _;
use std::process::Stdio;

use hopluu_tests::{Program, json};

use crate::town::{PERIOD, Town};

const SECTION: &str = "ii.2.c";

fn written(program: &Program) -> String {
    program.ok(&["text", PERIOD, SECTION]).trim_end().to_owned()
}

#[test]
fn a_file_that_was_made_from_an_earlier_text_takes_nothing_away_that_came_since() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("text.txt");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "Bộ phận một cửa ổn định.\r\n").unwrap();
    office.ok(&["text", PERIOD, SECTION, path]);
    let read = json(&office.ok(&["--json", "text", PERIOD, SECTION]));
    let heads: Vec<&str> =
        read["heads"].as_array().unwrap().iter().map(|head| head.as_str().unwrap()).collect();

    // A second machine of the office writes at the end meanwhile.
    let second = town.office("tu-ha-2", "19996");
    office.ok(&["sync"]);
    second.ok(&["sync"]);
    std::fs::write(&file, "Bộ phận một cửa ổn định. Không có hồ sơ trễ hạn.").unwrap();
    second.ok(&["text", PERIOD, SECTION, path]);
    second.ok(&["sync"]);
    office.ok(&["sync"]);

    std::fs::write(&file, "Bộ phận một cửa hoạt động ổn định.").unwrap();
    let told = office.ok(&["text", PERIOD, SECTION, path, "--heads", &heads.join(",")]);
    assert!(told.contains("Somebody else wrote"), "{told}");
    let merged = "Bộ phận một cửa hoạt động ổn định. Không có hồ sơ trễ hạn.";
    assert_eq!(written(&office), merged);
    office.ok(&["sync"]);
    second.ok(&["sync"]);
    assert_eq!(written(&second), merged, "the hub took it too");

    // The same with the file as it was before it was edited, in place of the heads.
    let (old, new) = (town.path("old.txt"), town.path("new.txt"));
    std::fs::write(&old, office.ok(&["text", PERIOD, SECTION])).unwrap();
    std::fs::write(&new, format!("{merged} Đã rà soát.")).unwrap();
    std::fs::write(&file, format!("Trong quý: {merged}")).unwrap();
    office.ok(&["text", PERIOD, SECTION, path]);
    let base = ["--base", old.to_str().unwrap()];
    let set = ["text", PERIOD, SECTION, new.to_str().unwrap()];
    office.ok(&[&set[..], &base].concat());
    assert_eq!(written(&office), format!("Trong quý: {merged} Đã rà soát."));
    std::fs::write(&old, "Chưa bao giờ có.").unwrap();
    let refusal = office.refused(&[&set[..], &base].concat());
    assert_eq!(refusal["problems"][0]["code"], "text-never-read");

    let refusal = office.refused(&["text", PERIOD, SECTION, path, "--heads", &"ab".repeat(32)]);
    assert_eq!(refusal["problems"][0]["code"], "text-heads-unknown");
}

#[test]
fn a_text_is_wiped_by_clear_and_by_nothing_else() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let file = town.path("text.txt");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "\u{feff}Dòng một.\r\nDòng hai.\r\n").unwrap();
    office.ok(&["text", PERIOD, SECTION, path]);
    assert_eq!(written(&office), "Dòng một.\nDòng hai.");

    let utf16: Vec<u8> = "\u{feff}Khác.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, code) in
        [(&b""[..], "text-empty"), (b"\xef\xbb\xbf\r\n", "text-empty"), (&utf16, "text-not-utf8")]
    {
        std::fs::write(&file, bytes).unwrap();
        let refusal = office.refused(&["text", PERIOD, SECTION, path]);
        assert_eq!(refusal["problems"][0]["code"], code);
        assert_eq!(written(&office), "Dòng một.\nDòng hai.");
    }

    let mut piped = office.command(&["text", PERIOD, SECTION, "-"]);
    let mut piped = piped.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    piped.stdin.take().unwrap().write_all("Từ đầu vào chuẩn.\n".as_bytes()).unwrap();
    assert!(piped.wait().unwrap().success());
    assert_eq!(written(&office), "Từ đầu vào chuẩn.");

    office.ok(&["text", PERIOD, SECTION, "--clear"]);
    assert_eq!(written(&office), "");
}

/// The editor is a script that does what a person does, and lets another machine's text arrive meanwhile.
#[cfg(unix)]
#[test]
fn what_arrives_while_the_editor_is_open_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let script = town.path("editor.sh");
    let program = hopluu_tests::binary();
    let data = office.data().to_str().unwrap().to_owned();
    let lines = format!(
        "#!/bin/sh\nset -e\nprintf 'Ngoài ra không có.' |\n  '{}' --data '{data}' text {PERIOD} {SECTION} -\n\
         printf 'Phần của tôi. ' > \"$1\"\n",
        program.display()
    );
    std::fs::write(&script, lines).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let office = office.with("EDITOR", script.to_str().unwrap()).with("VISUAL", "");
    office.ok(&["text", PERIOD, SECTION, "--edit"]);
    let text = written(&office);
    assert!(text.contains("Phần của tôi.") && text.contains("Ngoài ra không có."), "{text}");
}

#[cfg(unix)]
#[test]
fn what_was_typed_in_an_editor_that_fails_is_kept_in_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let script = town.path("editor.sh");
    std::fs::write(&script, "#!/bin/sh\nprintf 'Đã gõ.' > \"$1\"\nexit 1\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let temporary = town.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let office = office
        .with("EDITOR", script.to_str().unwrap())
        .with("VISUAL", "")
        .with("TMPDIR", temporary.to_str().unwrap());
    let refusal = office.refused(&["text", PERIOD, SECTION, "--edit"]);
    let codes = [&refusal["problems"][0]["code"], &refusal["problems"][1]["code"]];
    assert_eq!(codes, ["editor-failed", "editor-file-kept"], "{refusal}");
    let kept = refusal["problems"][1]["args"]["path"].as_str().unwrap();
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "Đã gõ.");
    assert_eq!(written(&office), "");
    office.ok(&["text", PERIOD, SECTION, kept]);
    assert_eq!(written(&office), "Đã gõ.");
}
