//! `import`.

use std::path::Path;

use hopluu_protocol::period::PeriodId;

use super::Session;
use super::args::FileFormat;
use crate::desk::{ChangedCell, ImportPlan};
use crate::import::{MAX_FILE_BYTES, too_large};
use crate::person_files::read_input;
use crate::problem::{Place, Reason, Refusal};

/// How a file is imported.
pub(super) struct How {
    pub(super) dry_run: bool,
    pub(super) clear_blank: bool,
    pub(super) format: Option<FileFormat>,
}

pub(super) async fn import(
    session: &Session,
    period: PeriodId,
    file: &Path,
    how: How,
) -> Result<(), Refusal> {
    let bytes = read_input(file)?;
    let name = match file.to_str() {
        Some("-") => session.console.catalogue.line("cli-standard-input", &[]),
        _ => file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    if bytes.len() > MAX_FILE_BYTES {
        let place = Place { file: Some(name), ..Place::default() };
        return Err(Refusal::new(Reason::Invalid, too_large().at(place)));
    }
    let client = session.client().await?;
    let person = session.person();
    let flag = |given: bool| if given { "true" } else { "false" };
    let mut query = vec![
        ("file", name.as_str()),
        ("person", person.as_str()),
        ("dry_run", flag(how.dry_run)),
        ("clear_blank", flag(how.clear_blank)),
    ];
    query.extend(how.format.map(|format| ("format", format.name())));
    let path = format!("/api/periods/{period}/import");
    let plan: ImportPlan = client.send_bytes(&path, &query, bytes).await?;
    if session.console.json {
        session.console.print_json(&plan)?;
    } else {
        tell(session, &plan)?;
    }
    if plan.problems.is_empty() {
        return Ok(());
    }
    Err(Refusal { reason: Reason::Invalid, problems: plan.problems })
}

/// The changes, what is left out and why, and how many of each.
fn tell(session: &Session, plan: &ImportPlan) -> Result<(), Refusal> {
    let console = &session.console;
    plan.changed.iter().try_for_each(|cell| tell_change(session, cell))?;
    for problem in plan.remarks.iter().chain(&plan.left_out) {
        console.print(&format!("- {}", console.catalogue.problem(problem)))?;
    }
    if plan.more_left_out > 0 {
        console.say("cli-import-more", &[("count", &plan.more_left_out.to_string())])?;
    }
    let left_out = plan.left_out.len() + plan.more_left_out;
    let (changed, unchanged) = (plan.changed.len().to_string(), plan.unchanged.to_string());
    let args = [
        ("changed", changed.as_str()),
        ("unchanged", &unchanged),
        ("left-out", &left_out.to_string()),
    ];
    console.say(if plan.dry_run { "cli-import-planned" } else { "cli-imported" }, &args)
}

/// `pl4.3.2.1: 318 → 325`
fn tell_change(session: &Session, cell: &ChangedCell) -> Result<(), Refusal> {
    let console = &session.console;
    let or_empty = |text: &str| match text {
        "" => console.catalogue.line("cli-empty-value", &[]),
        text => text.to_owned(),
    };
    let id = cell.id.as_str();
    if cell.before != cell.after {
        let args = [
            ("id", id),
            ("before", &or_empty(&cell.before)),
            ("after", &or_empty(&cell.after)),
            ("found", cell.found.as_deref().unwrap_or("none")),
        ];
        console.say("cli-import-change", &args)?;
    }
    if let Some(note) = &cell.note {
        let args =
            [("id", id), ("before", &or_empty(&note.before)), ("after", &or_empty(&note.after))];
        console.say("cli-import-note", &args)?;
    }
    Ok(())
}
