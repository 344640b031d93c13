//! A running `hopluu serve` and its local API, spoken to without anything of the product.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use hopluu_program::{Deadline, Program};

/// A `serve` that came up. Killed when dropped.
pub(crate) struct Serving {
    child: Child,
    address: String,
    token: String,
    /// Where it listens for nodes, if it does.
    pub(crate) listening: Option<String>,
}

impl Serving {
    /// Starts `serve`; `None` when it ended, or could not write how to reach it.
    pub(crate) fn start(program: &Program, args: &[&str]) -> Option<Self> {
        let args: Vec<&str> = std::iter::once("serve").chain(args.iter().copied()).collect();
        let mut command = program.command(&args);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let deadline = Deadline::over(child.id(), format!("{args:?}"));
        let output = child.stdout.take().expect("its output");
        let mut serving =
            Self { child, address: String::new(), token: String::new(), listening: None };
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let last = line.split(' ').next_back().unwrap_or_default().trim_end_matches('.');
            if let Some((_, address)) = line.split_once("http://") {
                serving.address =
                    address.split(['/', ' ']).next()?.trim_end_matches('.').to_owned();
                break;
            }
            serving.listening = Some(last.to_owned());
        }
        deadline.met();
        if serving.address.is_empty() {
            return None;
        }
        let file = std::fs::read_to_string(program.data().join("serve.json")).ok()?;
        let file: Value = serde_json::from_str(&file).ok()?;
        serving.token = file["token"].as_str()?.to_owned();
        Some(serving)
    }

    /// Asks the API; `None` when there is no answer, else its status and content.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
             accept-language: en\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, content) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(content).unwrap_or(Value::Null)))
    }

    /// Asks for something that must be there.
    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, value) = self.ask("GET", path, None).expect("an answer");
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    /// Types a value into a cell. Returns whether that was acknowledged.
    pub(crate) fn set(&self, period: &str, cell: &str, value: u64) -> bool {
        let body = serde_json::json!({ "value": value.to_string() });
        let path = format!("/api/periods/{period}/cells/{cell}?person=An");
        self.ask("PUT", &path, Some(&body)).is_some_and(|(status, _)| status == 200)
    }

    /// A cell's value; 0 where nothing was reported.
    pub(crate) fn value(&self, period: &str, cell: &str) -> u64 {
        let cell = self.get(&format!("/api/periods/{period}/cells/{cell}"));
        cell["value"].as_u64().or(cell["cell"]["value"].as_u64()).unwrap_or_default()
    }

    /// Syncs with the hub. Returns whether everything is there.
    pub(crate) fn sync(&self) -> bool {
        self.ask("POST", "/api/sync", Some(&Value::Null))
            .is_some_and(|(status, outcome)| status == 200 && outcome["in_sync"] == true)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
