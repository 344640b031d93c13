//! `period list`, `period open`, `period close`, `period quarters`.

use axum::http::Method;
use hopluu_protocol::id::TemplateRef;
use hopluu_protocol::period::PeriodId;

use super::Session;
use super::args::PeriodCommand;
use super::town::day;
use crate::api::{CloseRequest, OpenRequest};
use crate::desk::{PeriodView, QuarterlyView};
use crate::problem::Refusal;

pub(super) async fn period(session: &Session, command: PeriodCommand) -> Result<(), Refusal> {
    match command {
        PeriodCommand::List => list(session).await,
        PeriodCommand::Open { period, template, deadline } => {
            open(session, period, template, deadline).await
        }
        PeriodCommand::Quarters { period } => quarters(session, period).await,
        PeriodCommand::Close { period, reason } => close(session, period, reason).await,
    }
}

async fn list(session: &Session) -> Result<(), Refusal> {
    let periods: Vec<PeriodView> = session.client().await?.get("/api/periods", &[]).await?;
    if session.console.json {
        return session.console.print_json(&periods);
    }
    if periods.is_empty() {
        session.console.hint("cli-no-periods", &[]);
    }
    periods.iter().try_for_each(|period| show(session, period))
}

async fn open(
    session: &Session,
    period: PeriodId,
    template: Option<TemplateRef>,
    deadline: Option<String>,
) -> Result<(), Refusal> {
    let request = OpenRequest { template, deadline };
    change(session, &format!("/api/periods/{period}/open"), &request).await
}

async fn close(session: &Session, period: PeriodId, reason: String) -> Result<(), Refusal> {
    let request = CloseRequest { reason };
    change(session, &format!("/api/periods/{period}/close"), &request).await
}

async fn quarters(session: &Session, period: PeriodId) -> Result<(), Refusal> {
    let path = format!("/api/periods/{period}/quarters");
    let cells: Vec<QuarterlyView> = session.client().await?.get(&path, &[]).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&cells);
    }
    console.hint("cli-quarters-heading", &[]);
    let none = console.catalogue.line("cli-quarters-none", &[]);
    let or_none = |text: &str| if text.is_empty() { none.clone() } else { text.to_owned() };
    for cell in &cells {
        let quarters: Vec<String> = cell
            .quarters
            .iter()
            .map(|quarter| format!("{} {}", quarter.period, or_none(&quarter.written)))
            .collect();
        let args = [
            ("id", cell.id.to_string()),
            ("label", cell.label.clone()),
            ("quarters", quarters.join("; ")),
            ("sum", or_none(cell.sum.as_deref().unwrap_or_default())),
            ("period", period.to_string()),
            ("value", or_none(&cell.written)),
        ];
        let args: Vec<(&str, &str)> = args.iter().map(|(k, v)| (*k, v.as_str())).collect();
        console.say("cli-quarters-cell", &args)?;
    }
    Ok(())
}

async fn change(
    session: &Session,
    path: &str,
    request: &impl serde::Serialize,
) -> Result<(), Refusal> {
    let client = session.client().await?;
    let person = session.person();
    let view: PeriodView =
        client.send_json(Method::POST, path, &[("person", &person)], request).await?;
    if session.console.json {
        return session.console.print_json(&view);
    }
    show(session, &view)
}

/// A period in a line, and what is particular about it in lines below.
fn show(session: &Session, period: &PeriodView) -> Result<(), Refusal> {
    let console = &session.console;
    let (id, template) = (period.period.to_string(), period.template.to_string());
    let (first, last) = (day(&period.first_day), day(&period.last_day));
    let deadline = day(&period.deadline);
    let args = [
        ("period", id.as_str()),
        ("name", &period.name),
        ("first", &first),
        ("last", &last),
        ("deadline", &deadline),
        ("template", &template),
    ];
    console.say("cli-period", &args)?;
    if period.deadline_set {
        console.say("cli-period-deadline-set", &[])?;
    }
    for extension in &period.extensions {
        let until = day(&extension.until);
        let unit = extension.unit.as_str();
        let args = [("unit", unit), ("until", &until), ("reason", &extension.reason)];
        console.say("cli-period-extension", &args)?;
    }
    match &period.closed {
        Some(reason) => console.say("cli-period-closed", &[("reason", reason)]),
        None => Ok(()),
    }
}
