//! `town check`, `town apply`, `town show`.

use std::path::Path;

use axum::http::Method;

use super::Session;
use super::args::TownCommand;
use super::client::Client;
use super::local::read_text;
use crate::api::TownRequest;
use crate::desk::TownPlan;
use crate::problem::{Problem, Reason, Refusal};

pub(super) async fn town(session: &Session, command: TownCommand) -> Result<(), Refusal> {
    match command {
        TownCommand::Check { file } => check(session, &file).await,
        TownCommand::Apply { file, yes } => apply(session, &file, yes).await,
        TownCommand::Show => show(session).await,
    }
}

async fn show(session: &Session) -> Result<(), Refusal> {
    let text = session.client().await?.text("/api/town").await?;
    let console = &session.console;
    if console.json { console.print_json(&text) } else { console.print(text.trim_end()) }
}

async fn check(session: &Session, file: &Path) -> Result<(), Refusal> {
    let request = request_for(file)?;
    let plan = plan_for(&session.client().await?, &request).await?;
    if session.console.json {
        return session.console.print_json(&plan);
    }
    tell(session, &plan)?;
    if !plan.changes.is_empty() {
        let file = file.display().to_string();
        session.console.hint("cli-town-only-checked", &[("file", &file)]);
    }
    Ok(())
}

/// Says what changes before it does. Without `--yes` nothing does, and that is no success: whoever wrote the
/// command into a script must hear of it.
async fn apply(session: &Session, file: &Path, yes: bool) -> Result<(), Refusal> {
    let mut request = request_for(file)?;
    let client = session.client().await?;
    let plan = plan_for(&client, &request).await?;
    let console = &session.console;
    if !console.json {
        tell(session, &plan)?;
    }
    if plan.changes.is_empty() {
        return if console.json { console.print_json(&plan) } else { Ok(()) };
    }
    if !yes {
        if console.json {
            console.print_json(&plan)?;
        }
        let problem = Problem::new("town-not-applied", "--yes was not given");
        return Err(Refusal::new(Reason::NotNow, problem.arg("file", file.display())));
    }
    request.plan = Some(plan.plan);
    let person = session.person();
    let done: TownPlan =
        client.send_json(Method::POST, "/api/town/apply", &[("person", &person)], &request).await?;
    if console.json {
        return console.print_json(&done);
    }
    console.say("cli-town-applied", &[("count", &done.changes.len().to_string())])
}

fn request_for(file: &Path) -> Result<TownRequest, Refusal> {
    let town_file = file.display().to_string();
    Ok(TownRequest { town: read_text(file)?, town_file, plan: None })
}

async fn plan_for(client: &Client, request: &TownRequest) -> Result<TownPlan, Refusal> {
    client.send_json(Method::POST, "/api/town/check", &[], request).await
}

fn tell(session: &Session, plan: &TownPlan) -> Result<(), Refusal> {
    let console = &session.console;
    if plan.changes.is_empty() {
        return console.say("cli-town-unchanged", &[]);
    }
    console.say("cli-town-changes", &[("count", &plan.changes.len().to_string())])?;
    for change in &plan.changes {
        console.print(&format!("- {}", change.message))?;
    }
    if !plan.effects.is_empty() {
        console.say("cli-town-effects", &[])?;
    }
    plan.effects.iter().try_for_each(|effect| console.print(&format!("- {}", effect.message)))
}
