//! `submit` and `report`.

use std::path::{Path, PathBuf};

use axum::http::Method;
use hopluu_protocol::id::UnitCode;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::report::Report;

use super::Session;
use super::args::Format;
use super::client::Client;
use super::console::moment;
use crate::desk::SubmissionView;
use crate::person_files::write_file;
use crate::problem::{Problem, Reason, Refusal};

pub(super) async fn submit(session: &Session, period: PeriodId) -> Result<(), Refusal> {
    let client = session.client().await?;
    let person = session.person();
    let path = format!("/api/periods/{period}/submit");
    let view: SubmissionView =
        client.send_json(Method::POST, &path, &[("person", &person)], &()).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&view);
    }
    if !view.optional_missing.is_empty() {
        let cells: Vec<&str> = view.optional_missing.iter().map(|id| id.as_str()).collect();
        console.hint("cli-optional-missing", &[("cells", &cells.join(", "))]);
    }
    session.tell(&view.warnings);
    let time = moment(view.signed_at / 1000);
    console.say("cli-submitted", &[("id", &view.id), ("time", &time)])
}

pub(super) async fn report(
    session: &Session,
    period: PeriodId,
    unit: Option<&UnitCode>,
    formats: &[Format],
    out: &Path,
) -> Result<(), Refusal> {
    let client = session.client().await?;
    let written = write_reports(session, &client, period, unit, formats, out).await?;
    let console = &session.console;
    if console.json {
        let files: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        return console.print_json(&files);
    }
    for path in &written {
        console.say("cli-written", &[("file", &path.display().to_string())])?;
    }
    Ok(())
}

/// Writes a report in all formats, and says how many of its figures are incomplete.
pub(super) async fn write_reports(
    session: &Session,
    client: &Client,
    period: PeriodId,
    unit: Option<&UnitCode>,
    formats: &[Format],
    out: &Path,
) -> Result<Vec<PathBuf>, Refusal> {
    let path = format!("/api/periods/{period}/report");
    let query = |format: Format| {
        let mut query = vec![("format", format.extension())];
        query.extend(unit.map(|unit| ("unit", unit.as_str())));
        query
    };
    // Everything is made before anything is written: no half of a report stays behind.
    let report: Report = client.get(&path, &query(Format::Json)).await?;
    let bar = session.console.bar("cli-rendering", &[], formats.len());
    let mut files = Vec::new();
    for format in formats {
        let file = client.file(&path, &query(*format)).await?;
        files.push((out.join(&file.name), file.bytes));
        bar.inc(1);
    }
    if let Some(format) = beside(formats)
        && !report.submissions.is_empty()
    {
        let mut query = query(format);
        query.push(("part", "sources"));
        let file = client.file(&path, &query).await?;
        files.push((out.join(&file.name), file.bytes));
    }
    bar.finish_and_clear();
    for (done, (path, bytes)) in files.iter().enumerate() {
        write_file(path, bytes).map_err(|error| {
            // What was written before stays, whole.
            for (written, _) in files.iter().take(done) {
                session.console.hint("cli-written", &[("file", &written.display().to_string())]);
            }
            let detail = format!("{}: {error}", path.display());
            let problem = Problem::new("out-unwritable", detail).arg("path", path.display());
            Refusal::new(Reason::Failed, problem.arg("what", error))
        })?;
    }
    let incomplete = report.cells.iter().filter(|cell| !cell.complete).count();
    if incomplete > 0 {
        session.console.hint("cli-incomplete", &[("count", &incomplete.to_string())]);
    }
    let of_unit: Vec<(&str, &str)> = unit.map(|unit| ("unit", unit.as_str())).into_iter().collect();
    let path = format!("/api/periods/{period}/problems");
    let problems: Vec<Problem> = client.get(&path, &of_unit).await?;
    session.tell(&problems);
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// In which format the submissions that a report was made from are written beside it: on paper, when the
/// report is.
fn beside(formats: &[Format]) -> Option<Format> {
    [Format::Pdf, Format::Docx].into_iter().find(|format| formats.contains(format))
}
