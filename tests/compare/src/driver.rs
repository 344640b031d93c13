//! One process of a driver: it is told what to do and answers, a line of JSON each way.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::script::State;
use crate::usage::Usage;

/// How long a driver may take to start.
const READY: Duration = Duration::from_secs(60);

/// A driver that runs. Killed when dropped.
pub(crate) struct Driver {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    name: String,
}

impl Driver {
    /// Starts a driver; it can be told what to do once it is [`Driver::ready`].
    pub(crate) fn start(command: &[String], name: &str, log: &Path) -> Result<Self> {
        let (program, args) = command.split_first().context("no command")?;
        let log = std::fs::File::options().create(true).append(true).open(log)?;
        let mut child = Command::new(program)
            .args(args)
            .env("NODE_ENV", "production")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| program.clone())?;
        let input = child.stdin.take().context("no input")?;
        let output = BufReader::new(child.stdout.take().context("no output")?).lines();
        Ok(Self { child, input, output, name: name.to_owned() })
    }

    /// Waits until it can be told what to do.
    pub(crate) async fn ready(&mut self) -> Result<()> {
        self.answer(READY).await.with_context(|| format!("{} does not start", self.name))?;
        Ok(())
    }

    /// Has it do something and returns its answer.
    pub(crate) async fn ask(&mut self, what: Value, patience: Duration) -> Result<Value> {
        self.input.write_all(format!("{what}\n").as_bytes()).await?;
        self.answer(patience).await.with_context(|| format!("{}: {}", self.name, what["do"]))
    }

    async fn answer(&mut self, patience: Duration) -> Result<Value> {
        loop {
            let line =
                timeout(patience, self.output.next_line()).await.context("took too long")??;
            let line = line.context("the driver ended")?;
            // Libraries print, too.
            let Some(answer) = line.strip_prefix("@") else { continue };
            let answer: Value = serde_json::from_str(answer)?;
            if let Some(error) = answer.get("error") {
                bail!("{error}");
            }
            return Ok(answer);
        }
    }

    /// What the report holds, and by which name the peer knows it.
    pub(crate) async fn state(&mut self, document: &Value) -> Result<(State, Value)> {
        let what = json!({ "do": "state", "document": document });
        let answer = self.ask(what, Duration::from_secs(60)).await?;
        let state = serde_json::from_value(answer.get("state").context("no state")?.clone())?;
        Ok((state, answer.get("document").cloned().unwrap_or_default()))
    }

    /// Ends it in good order.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.ask(json!({ "do": "stop" }), Duration::from_secs(120)).await?;
        timeout(Duration::from_secs(30), self.child.wait()).await.context("does not end")??;
        Ok(())
    }

    /// What it has used so far.
    pub(crate) fn usage(&self) -> Result<Usage> {
        Usage::of(self.child.id().context("the driver ended")?)
    }
}
