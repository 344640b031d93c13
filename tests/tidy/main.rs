//! The invariants of docs/architecture.md, held by looking at the source.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod names;
mod source;

use std::collections::BTreeSet;
use std::process::Command;

use hopluu_tests::repository;
use source::{folders, rust_files};

/// Crates that reach the network, the disk or an asynchronous runtime.
const IO_CRATES: &[&str] = &[
    "async-std",
    "axum",
    "hyper",
    "mio",
    "quinn",
    "reqwest",
    "rustls",
    "sled",
    "socket2",
    "tokio",
];

/// What a pure crate has no business with.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net::Tcp",
    "std::net::ToSocketAddrs",
    "std::net::Udp",
    "std::process",
    "std::thread",
    "Instant::now",
    "SystemTime",
    "getrandom",
    "thread_rng",
    "ActorId::random",
];

/// The workspace's members, by folder.
fn members() -> Vec<String> {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    members.iter().map(|member| member.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_protocol_depends_on_no_crate_that_does_io() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-p", "hopluu-protocol", "-e", "normal", "--prefix", "none"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let names: BTreeSet<String> = String::from_utf8_lossy(&tree.stdout)
        .lines()
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    assert!(names.contains("automerge"), "the list of dependencies was not understood");
    for name in IO_CRATES {
        assert!(!names.contains(*name), "protocol depends on {name}");
    }
}

#[test]
fn the_protocol_asks_neither_clock_nor_disk_nor_dice() {
    for file in rust_files("protocol/src") {
        for (line, text) in file.code() {
            for word in IMPURE {
                assert!(!text.contains(word), "{}:{line}: {word}", file.path);
            }
        }
    }
}

#[test]
fn no_source_file_is_over_600_lines() {
    for file in rust_files("") {
        assert!(file.lines() <= 600, "{} has {} lines", file.path, file.lines());
    }
}

#[test]
fn nothing_outside_tests_may_panic_on_what_it_reads() {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    for lint in ["expect_used", "panic", "todo", "unimplemented", "unwrap_used"] {
        assert!(manifest.contains(&format!("{lint} = \"warn\"")), "lint {lint} is off");
    }
    for file in rust_files("") {
        for (line, text) in file.code() {
            for word in ["allow(clippy::unwrap", "allow(clippy::expect", "allow(clippy::panic"] {
                assert!(!text.contains(word), "{}:{line} switches a lint off", file.path);
            }
        }
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for manifest in members() {
        let text =
            std::fs::read_to_string(repository().join(&manifest).join("Cargo.toml")).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest}");
    }
}

#[test]
fn every_folder_is_in_the_code_map() {
    let map = std::fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    for folder in folders() {
        assert!(map.contains(&format!("`{folder}/`")), "{folder}/ is not in docs/architecture.md");
    }
}

#[test]
fn no_indicator_appendix_section_or_unit_is_named_in_code() {
    let names = names::of_template_and_town();
    assert!(names.len() > 200, "only {} names were found in the data", names.len());
    for file in rust_files("protocol/src").into_iter().chain(rust_files("node")) {
        for (line, text) in file.code() {
            for literal in source::string_literals(text) {
                assert!(
                    !names.contains(literal),
                    "{}:{line} names `{literal}`, which is data",
                    file.path
                );
            }
        }
    }
}

#[test]
fn both_catalogues_have_the_same_messages_with_the_same_arguments() {
    let [vietnamese, english] = ["vi", "en"].map(|language| {
        let path = repository().join(format!("node/src/messages/{language}.ftl"));
        source::messages(&std::fs::read_to_string(path).unwrap())
    });
    for (code, arguments) in &vietnamese {
        assert_eq!(english.get(code), Some(arguments), "message `{code}` in en.ftl");
    }
    for code in english.keys() {
        assert!(vietnamese.contains_key(code), "vi.ftl lacks `{code}`");
    }
}

#[test]
fn every_code_of_an_error_has_a_message_and_every_message_a_code() {
    let path = repository().join("node/src/messages/vi.ftl");
    let messages = source::messages(&std::fs::read_to_string(path).unwrap());
    let mut codes = BTreeSet::new();
    for file in rust_files("protocol/src").into_iter().chain(rust_files("node")) {
        let mut must_be_told = |line: usize, code: &str| {
            assert!(messages.contains_key(code), "{}:{line}: no message for `{code}`", file.path);
            codes.insert(code.to_owned());
        };
        for (line, code) in file.error_codes() {
            must_be_told(line, code);
        }
        for (line, text) in file.code() {
            for literal in source::string_literals(text) {
                if ["cli-", "place-", "screen-"].iter().any(|part| literal.starts_with(part)) {
                    must_be_told(line, literal);
                }
            }
        }
        for (line, given) in file.problem_codes() {
            match given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(code) => must_be_told(line, code),
                // Anything else must be some error's own code, which was found above.
                None => assert!(
                    given == "code" || given.ends_with(".code()"),
                    "{}:{line}: the code `{given}` is not known before the program runs",
                    file.path
                ),
            }
        }
    }
    assert!(codes.len() > 200, "only {} error codes were found in the source", codes.len());
    for code in messages.keys() {
        // The command line puts the keys of its help texts together from its commands and arguments.
        let is_help =
            code == "help" || ["help-", "usage-"].iter().any(|part| code.starts_with(part));
        assert!(is_help || codes.contains(code), "nobody says `{code}`");
    }
}

#[test]
fn every_test_that_the_catalogue_of_threats_names_exists() {
    let catalogue = std::fs::read_to_string(repository().join("docs/threats.md")).unwrap();
    let sources = rust_files("");
    let names: BTreeSet<&str> =
        catalogue.split('`').skip(1).step_by(2).filter(|name| source::is_test_name(name)).collect();
    assert!(names.len() > 40, "only {} tests were found in the catalogue", names.len());
    for name in names {
        let definition = format!("fn {name}()");
        assert!(
            sources.iter().any(|file| file.text().contains(&definition)),
            "there is no test {name}"
        );
    }
}
