//! The `hopluu` program in processes of its own, each over its own data directory.
//!
//! A crate of its own, so that tests which drive the program from outside do not link the node.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

mod deadline;

pub use deadline::Deadline;

/// The program over one data directory.
#[derive(Clone, Debug)]
pub struct Program {
    data: PathBuf,
    environment: Vec<(String, String)>,
}

/// A running `hopluu serve`. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens for nodes, if it does.
    pub listening: Option<String>,
}

impl Program {
    /// The program with this data directory.
    pub fn over(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), environment: Vec::new() }
    }

    /// The same with a variable in its environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Its data directory.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A command, not yet run.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.arg("--data").arg(&self.data).args(["--lang", "en", "--person", "An"]).args(args);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// When the program cannot be started, or hangs.
    pub fn run(&self, args: &[&str]) -> Output {
        output_of(self.command(args))
    }

    /// Runs a command that must succeed, and gives what it printed.
    ///
    /// # Panics
    /// When it does not succeed.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs a command that must be refused with exit code 1, and gives the refusal.
    ///
    /// # Panics
    /// When it is not refused.
    #[allow(clippy::expect_used, reason = "for tests only")]
    pub fn refused(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = std::iter::once("--json").chain(args.iter().copied()).collect();
        let output = self.run(&args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
        serde_json::from_str(&error).expect("a refusal in JSON")
    }

    /// Starts `serve` and waits until it answers commands.
    ///
    /// # Panics
    /// When it does not come up.
    #[allow(clippy::expect_used, reason = "for tests only")]
    pub fn serve(&self, args: &[&str]) -> Server {
        let args: Vec<&str> = std::iter::once("serve").chain(args.iter().copied()).collect();
        let child = self.command(&args).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut server = Server { child, listening: None };
        let deadline = Deadline::over(server.child.id(), format!("{args:?}"));
        let output = server.child.stdout.take().expect("its output");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let up = lines.any(|line| {
            let is_last = line.contains("http://");
            if !is_last {
                let address = line.split(' ').next_back().unwrap_or_default();
                server.listening = Some(address.trim_end_matches('.').to_owned());
            }
            is_last
        });
        deadline.met();
        assert!(up, "serve ended before it was up");
        server
    }
}

impl Server {
    /// The process's number, by which the system tells of it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it cannot be waited for.
    #[allow(clippy::expect_used, reason = "for tests only")]
    pub fn wait(&mut self) {
        self.child.wait().expect("its end");
    }

    /// Ends it as a power cut would: at once, without a chance to tidy up.
    ///
    /// # Panics
    /// When the process cannot be killed.
    #[allow(clippy::expect_used, reason = "for tests only")]
    pub fn kill(mut self) {
        self.child.kill().expect("killing it");
        self.child.wait().expect("its end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a command to its end, without input.
///
/// # Panics
/// When it cannot be started, or hangs.
#[allow(clippy::expect_used, reason = "for tests only")]
pub fn output_of(mut command: Command) -> Output {
    let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = piped.spawn().expect("the program starts");
    let deadline = Deadline::over(child.id(), format!("{command:?}"));
    let output = child.wait_with_output().expect("its output");
    deadline.met();
    output
}

/// Parses what a command printed.
///
/// # Panics
/// When it is not JSON.
#[allow(clippy::expect_used, reason = "for tests only")]
pub fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The program as it was built with these tests, or the one that `HOPLUU` names.
///
/// # Panics
/// When it was not built.
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("HOPLUU") {
        return path.into();
    }
    let mut path = std::env::current_exe().unwrap_or_default();
    // …/target/debug/deps/<test> → …/target/debug/hopluu
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    let path = path.join(format!("hopluu{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not there: run the tests from the root, without -p",
        path.display()
    );
    path
}
