//! The command line itself: wrong usage, outputs that cannot be written, stopping.

use std::process::{Command, Stdio};

use hopluu_tests::{Program, json};

use crate::town::{PERIOD, Town};

#[test]
fn wrong_usage_is_told_in_the_language_of_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let program = Program::over(dir.path());
    for (args, words) in [
        (&["bay"][..], "Không có lệnh “bay”"),
        (&["set", PERIOD], "Thiếu <CHỈ-TIÊU>"),
        (&["get", "2023-q7"], "“2023-q7” không phải là kỳ báo cáo"),
        (&["get", PERIOD, "--jsn"], "Không có tham số --jsn; có lẽ là --json"),
    ] {
        let mut command = Command::new(hopluu_tests::binary());
        let output = command.env("HOPLUU_LANG", "vi").args(args).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(words), "{told}");
        assert!(!told.contains("error:"), "{told}");
    }
    let output = program.run(&["--json", "fly"]);
    assert_eq!(output.status.code(), Some(2));
    let refusal = json(&String::from_utf8(output.stderr).unwrap());
    assert_eq!(refusal["problems"][0]["code"], "cli-usage-unknown-command");
    assert!(refusal["problems"][0]["message"].as_str().unwrap().contains("fly"));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_says_what_was_done_all_the_same() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let set = ["set", PERIOD, "pl4.3.2.1", "318"];
    let output = office.command(&set).stdout(full()).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("pl4.3.2.1 = 318") && told.contains("nothing is lost"), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.1"]));
    assert_eq!(cell["written"], "318");

    // Nobody reads, not even errors.
    let mut unread = office.command(&["get", PERIOD]);
    let mut unread = unread.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((unread.stdout.take(), unread.stderr.take()));
    assert_eq!(unread.wait().unwrap().code(), Some(0));
}

#[test]
fn a_part_above_its_whole_is_told_when_it_is_set() {
    let town = Town::found();
    let office = town.office("tu-ha", "19996");
    office.ok(&["set", PERIOD, "pl4.3.2.1", "318"]);
    let output = office.run(&["set", PERIOD, "pl4.3.2.2", "500", "--note", "- đã rà soát"]);
    assert!(output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    for word in ["pl4.3.2.2 (500)", "pl4.3.2.1 (318)", "157,2"] {
        assert!(told.contains(word), "{told}");
    }
    let cell = json(&office.ok(&["--json", "get", PERIOD, "pl4.3.2.2"]));
    assert_eq!(cell["cell"]["note"], "- đã rà soát");
    assert_eq!(cell["warnings"][0]["code"], "check-part-above-whole");
}

/// Stopped at several moments, from before the town stands to when it reports.
#[cfg(unix)]
#[test]
fn a_demo_that_is_stopped_leaves_nothing_behind() {
    use std::io::{BufRead as _, BufReader, Read as _};
    for lines in [1, 2] {
        let temporary = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        let program = Program::over(out.path().join("data"))
            .with("TMPDIR", temporary.path().to_str().unwrap());
        let out_path = out.path().join("out");
        let mut demo = program
            .command(&["demo", "--out", out_path.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(demo.stderr.take().unwrap());
        for _ in 0..lines {
            assert!(told.read_line(&mut String::new()).unwrap() > 0, "the demo ended by itself");
        }
        let stopped = Command::new("kill").args(["-INT", &demo.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        let mut rest = String::new();
        told.read_to_string(&mut rest).unwrap();
        assert_eq!(demo.wait().unwrap().code(), Some(1), "{rest}");
        assert!(rest.contains("Stopped as asked"), "{rest}");
        let left: Vec<_> = std::fs::read_dir(temporary.path()).unwrap().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
        assert!(!out_path.exists());
    }
}
