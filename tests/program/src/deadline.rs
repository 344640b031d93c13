//! A program that hangs is a failure, not a test that never ends.

use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long one run of the program may take, in seconds, unless this variable says otherwise. Far longer than
/// any takes on a busy machine, and far shorter than anybody waits.
const SECONDS: u64 = 240;
const SECONDS_VARIABLE: &str = "HOPLUU_DEADLINE";

/// A watch over a process. When its time is over, what the process does is printed, and it is killed.
#[derive(Debug)]
pub struct Deadline {
    over: Option<Sender<()>>,
    watch: Option<JoinHandle<bool>>,
    what: String,
}

impl Deadline {
    /// Watches over a process.
    pub fn over(process: u32, what: impl Into<String>) -> Self {
        let asked = std::env::var(SECONDS_VARIABLE).ok().and_then(|text| text.parse().ok());
        Self::within(process, what, Duration::from_secs(asked.unwrap_or(SECONDS)))
    }

    /// Watches over a process for so long.
    pub fn within(process: u32, what: impl Into<String>, time: Duration) -> Self {
        let (over, is_over) = channel();
        let what = what.into();
        let name = what.clone();
        let watch = std::thread::spawn(move || watch(process, &name, time, &is_over));
        Self { over: Some(over), watch: Some(watch), what }
    }

    /// The process did in time what was wanted of it.
    ///
    /// # Panics
    /// When it did not, and was killed.
    pub fn met(mut self) {
        let was_killed = self.end();
        assert!(!was_killed, "{} did not end; it was killed", self.what);
    }

    fn end(&mut self) -> bool {
        drop(self.over.take());
        self.watch.take().is_some_and(|watch| watch.join().unwrap_or(true))
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.end();
    }
}

/// Returns whether the time was over.
#[allow(clippy::print_stderr, reason = "for whoever looks at the failed test")]
fn watch(process: u32, what: &str, time: Duration, is_over: &Receiver<()>) -> bool {
    if is_over.recv_timeout(time) != Err(RecvTimeoutError::Timeout) {
        return false;
    }
    eprintln!("{what}, process {process}, did not end within {time:?}\n{}", threads(process));
    kill(process);
    true
}

/// What each thread of a process waits for, as far as the system tells.
fn threads(process: u32) -> String {
    let mut text = String::new();
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{process}/task")) else { return text };
    for task in tasks.filter_map(Result::ok) {
        let read = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
        let status = read("status");
        let state = status.lines().find(|line| line.starts_with("State:")).unwrap_or_default();
        let (name, waits) = (read("comm"), read("wchan"));
        text += &format!("  {}: {state}, waits in {waits}\n", name.trim());
        for line in read("stack").lines().take(8) {
            text += &format!("    {line}\n");
        }
    }
    text
}

fn kill(process: u32) {
    let number = process.to_string();
    let mut command = if cfg!(windows) {
        let mut command = Command::new("taskkill");
        command.args(["/F", "/PID", &number]);
        command
    } else {
        let mut command = Command::new("kill");
        command.args(["-KILL", &number]);
        command
    };
    // One that has ended meanwhile needs no killing.
    drop(command.stdout(Stdio::null()).stderr(Stdio::null()).status());
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_hangs_is_killed_and_told_of() {
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let deadline = Deadline::within(child.id(), "sleep", Duration::ZERO);
        assert!(!child.wait().unwrap().success());
        let met = std::panic::AssertUnwindSafe(|| deadline.met());
        assert!(std::panic::catch_unwind(met).is_err());
    }

    #[test]
    fn a_process_that_ends_in_time_is_left_alone() {
        let mut child = Command::new("true").spawn().unwrap();
        let deadline = Deadline::over(child.id(), "true");
        assert!(child.wait().unwrap().success());
        deadline.met();
    }
}
