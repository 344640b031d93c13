//! The page of a node as people come to it: a new machine, `open`, and the demo's town that stays.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use hopluu_tests::{Deadline, Program, json};
use serde_json::Value;

fn codes(refusal: &Value) -> Vec<&str> {
    let problems = refusal["problems"].as_array().unwrap();
    problems.iter().map(|problem| problem["code"].as_str().unwrap()).collect()
}

/// A program that stays until it is asked to end, on a machine without a browser.
struct Staying {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    deadline: Deadline,
}

impl Staying {
    fn start(program: &Program, args: &[&str]) -> Self {
        let mut command = program.command(args);
        // Whatever opens a browser is found in PATH.
        command.env("PATH", "/nonexistent").env_remove("BROWSER");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let deadline = Deadline::over(child.id(), format!("{args:?}"));
        Self { child, lines, deadline }
    }

    /// The next link that it says.
    fn link(&mut self) -> String {
        let link = self.lines.by_ref().map_while(Result::ok).find_map(|line| {
            line.contains("/open/").then(|| line.split(' ').next_back().unwrap().to_owned())
        });
        link.expect("a link")
    }

    /// Asks it to end, as Ctrl-C does.
    fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.deadline.met();
    }
}

/// What a browser is answered at a link: the first line, and the rest of the head.
fn visit(link: &str) -> (String, String) {
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let port = host.rsplit_once(':').unwrap().1;
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (first, rest) = answer.split_once("\r\n").unwrap();
    (first.to_owned(), rest.to_owned())
}

fn lets_in(link: &str) {
    let (first, rest) = visit(link);
    assert!(first.contains("303") && rest.contains("hopluu_session="), "{first} {rest}");
    assert!(visit(link).0.contains("410"), "a link is good once");
}

fn remembered(program: &Program) -> Value {
    json(&std::fs::read_to_string(program.data().join("page.json")).unwrap())
}

#[test]
fn serve_makes_a_node_where_there_is_none_and_its_page_waits_for_an_invitation() {
    let dir = tempfile::tempdir().unwrap();
    let machine = Program::over(dir.path().join("new"));
    let serving = machine.serve(&[]);
    lets_in(machine.ok(&["open", "--print"]).trim());
    let status = json(&machine.ok(&["--json", "status"]));
    assert_eq!(status["unit"], Value::Null);
    drop(serving);
    // The machine is the same the next time, and its page where it was.
    let place = remembered(&machine);
    let _serving = machine.serve(&[]);
    let again = json(&machine.ok(&["--json", "status"]));
    assert_eq!((&again["node"], remembered(&machine)), (&status["node"], place.clone()));
    assert!((10_240..30_000).contains(&place["port"].as_u64().unwrap()), "{place}");
}

#[test]
fn a_key_that_was_lost_is_not_made_anew_by_serve() {
    let dir = tempfile::tempdir().unwrap();
    let machine = Program::over(dir.path());
    machine.ok(&["init"]);
    std::fs::remove_file(dir.path().join("node.key")).unwrap();
    let refused = machine.refused(&["serve"]);
    assert!(codes(&refused)[0].starts_with("key-missing"), "{refused}");
}

#[cfg(unix)]
#[test]
fn open_serves_where_nobody_does_and_says_the_link_where_there_is_no_browser() {
    let dir = tempfile::tempdir().unwrap();
    let machine = Program::over(dir.path().join("new"));
    assert_eq!(codes(&machine.refused(&["open"])), ["open-no-serve"], "with --json");
    assert!(!machine.data().exists());
    let mut open = Staying::start(&machine, &["open"]);
    lets_in(&open.link());
    lets_in(machine.ok(&["open", "--print"]).trim());
    open.stop();
    assert!(!machine.data().join("serve.json").exists());
}

#[cfg(unix)]
#[test]
fn the_demos_town_stays_with_its_pages_and_goes_on_in_the_same_directory() {
    let dir = tempfile::tempdir().unwrap();
    let (town, out) = (dir.path().join("town"), dir.path().join("out"));
    let program = Program::over(dir.path().join("none"));
    let demo = ["demo", "--open", "--keep", town.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let office = Program::over(town.join("19996"));
    let mut ports = Vec::new();
    for run in 0..2 {
        let mut staying = Staying::start(&program, &demo);
        for _ in 0..3 {
            let link = staying.link();
            lets_in(&link);
            ports.push((run, link.rsplit_once("/open/").unwrap().0.to_owned()));
        }
        // The commands reach the nodes that stay, and what was typed stays over runs.
        let typed = json(&office.ok(&["--json", "get", "2023-q2", "pl4.3.2.1"]));
        if run == 0 {
            assert_eq!(typed["cell"]["value"], Value::Null, "nobody has typed in this quarter");
            office.ok(&["set", "2023-q2", "pl4.3.2.1", "4711"]);
        } else {
            assert_eq!(typed["cell"]["value"], 4711);
        }
        let synced = json(&office.ok(&["--json", "sync"]));
        assert_eq!(synced["in_sync"], true, "the hub is found again: {synced}");
        staying.stop();
        assert!(!office.data().join("serve.json").exists());
        assert!(out.join("bao-cao-2023-q1.pdf").exists());
    }
    let of = |run: i32| ports.iter().filter(move |(of, _)| *of == run).map(|(_, port)| port);
    assert!(of(0).eq(of(1)), "{ports:?}");

    let other = dir.path().join("other");
    std::fs::create_dir_all(other.join("hub")).unwrap();
    std::fs::write(other.join("letter.txt"), "x").unwrap();
    let refused = program.refused(&["demo", "--keep", other.to_str().unwrap()]);
    assert_eq!(codes(&refused), ["demo-dir-used"]);
}

#[test]
fn who_joins_by_a_command_has_a_name_in_the_page() {
    let town = crate::town::Town::found();
    let office = town.office("tu-ha", "19996");
    let _serving = office.serve(&[]);
    let serve = json(&std::fs::read_to_string(office.data().join("serve.json")).unwrap());
    let (address, token) = (serve["address"].as_str().unwrap(), serve["token"].as_str().unwrap());
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /api/settings HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let settings = json(answer.split_once("\r\n\r\n").unwrap().1);
    assert_eq!((&settings["person"], &settings["people"][0]), (&"An".into(), &"An".into()));
}
