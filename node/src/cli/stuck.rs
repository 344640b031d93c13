//! `adopt`: edits that the hub refuses by their author become this machine's own.

use axum::http::Method;

use super::Session;
use super::client::Client;
use super::console::{Console, moment};
use crate::desk::StuckView;
use crate::problem::{Problem, Reason, Refusal};

pub(super) async fn adopt(session: &Session, yes: bool) -> Result<(), Refusal> {
    let client = session.client().await?;
    let stuck: Vec<StuckView> = client.get("/api/stuck", &[]).await?;
    let console = &session.console;
    if stuck.is_empty() {
        return if console.json {
            console.print_json(&stuck)
        } else {
            console.say("cli-nothing-stuck", &[])
        };
    }
    if !yes {
        if console.json {
            console.print_json(&stuck)?;
        } else {
            show(console, &stuck)?;
        }
        let problem = Problem::new("adopt-unconfirmed", "not confirmed");
        return Err(Refusal::new(Reason::NotNow, problem));
    }
    let adopted: Vec<StuckView> =
        client.send_json(Method::POST, "/api/stuck/adoption", &[], &()).await?;
    if console.json {
        return console.print_json(&adopted);
    }
    let (done, left): (Vec<_>, Vec<_>) = adopted.into_iter().partition(|view| view.adopted);
    for view in &done {
        let count = view.changes.to_string();
        console.say("cli-adopted", &[("doc", &view.doc), ("count", &count)])?;
    }
    for view in &left {
        console.say("cli-not-adopted", &[("doc", &view.doc)])?;
    }
    Ok(())
}

/// Why a sync did not come to its end, with what is stuck: syncing again would not help.
pub(super) async fn beside(client: &Client, refusal: Refusal) -> Refusal {
    let stuck: Vec<StuckView> = client.get("/api/stuck", &[]).await.unwrap_or_default();
    if stuck.is_empty() {
        return refusal;
    }
    let problems = stuck.iter().map(|view| {
        Problem::new("edits-stuck", format!("the hub refuses edits of {}", view.doc))
            .arg("doc", &view.doc)
    });
    Refusal { reason: Reason::NotNow, problems: problems.collect() }
}

fn show(console: &Console, stuck: &[StuckView]) -> Result<(), Refusal> {
    for view in stuck {
        let (count, keys, people) =
            (view.changes.to_string(), view.keys.join("; "), view.people.join(", "));
        let (first, last) = (moment(view.first_at), moment(view.last_at));
        let args = [
            ("doc", view.doc.as_str()),
            ("count", &count),
            ("keys", &keys),
            ("people", &people),
            ("first", &first),
            ("last", &last),
        ];
        console.say("cli-stuck", &args)?;
    }
    Ok(())
}
