//! The local API of a program that serves: what people's clicks become.

use std::fs;

use anyhow::{Context as _, Result};
use hopluu_program::Program;
use hopluu_quarter::form;
use hopluu_quarter::work::{Act, What};
use serde_json::{Value, json};

/// The way to a running `hopluu serve`. To be used in its namespace.
pub(crate) struct Api {
    agent: ureq::Agent,
    address: String,
    token: String,
}

impl Api {
    /// Reads where the program listens, and its token.
    pub(crate) fn of(program: &Program) -> Result<Self> {
        let file = program.data().join("serve.json");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let serves: Value = serde_json::from_str(&text)?;
        let field = |name: &str| {
            serves.get(name).and_then(Value::as_str).map(str::to_owned).context("serve.json")
        };
        let agent = ureq::Agent::new_with_defaults();
        Ok(Self { agent, address: field("address")?, token: field("token")? })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/{path}", self.address)
    }

    fn get(&self, path: &str) -> Result<Value> {
        let bearer = format!("Bearer {}", self.token);
        let mut response = self.agent.get(self.url(path)).header("Authorization", bearer).call()?;
        Ok(response.body_mut().with_config().limit(u64::MAX).read_json()?)
    }

    fn put(&self, path: &str, body: &Value) -> Result<()> {
        let bearer = format!("Bearer {}", self.token);
        let url = self.url(path);
        self.agent.put(url).header("Authorization", bearer).send_json(body)?;
        Ok(())
    }

    /// Does what a person does.
    pub(crate) fn act(&self, act: &Act) -> Result<()> {
        let period = form::PERIOD;
        match &act.what {
            What::Cell { cell, typed } => {
                let path = format!("periods/{period}/cells/{cell}?person=Hoa");
                self.put(&path, &json!({ "value": typed }))
            }
            What::Text { section, text } => {
                let path = format!("periods/{period}/texts/{section}?person=Hoa");
                let heads = self.get(&format!("periods/{period}/texts/{section}"))?["heads"].take();
                self.put(&path, &json!({ "text": text, "heads": heads }))
            }
        }
    }

    /// A cell as it stands.
    pub(crate) fn cell(&self, cell: &str) -> Result<Value> {
        self.get(&format!("periods/{}/cells/{cell}", form::PERIOD))
    }

    /// Whether the hub has all that is here, and this node all that is there.
    pub(crate) fn is_in_sync(&self) -> Result<bool> {
        let status = self.get("status")?;
        let in_sync = status.pointer("/peers/0/in_sync").and_then(Value::as_bool);
        Ok(in_sync == Some(true) && status.get("unacknowledged").and_then(Value::as_u64) == Some(0))
    }

    /// All cells and texts, with who wrote them and when.
    pub(crate) fn report(&self) -> Result<Value> {
        let mut all = vec![self.get(&format!("periods/{}/cells", form::PERIOD))?];
        for number in 0..form::QUARTER.texts {
            let section = form::section(number);
            all.push(self.get(&format!("periods/{}/texts/{section}", form::PERIOD))?);
        }
        Ok(Value::Array(all))
    }
}
