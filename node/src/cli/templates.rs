//! `template check`, `template show`, `template publish`.

use std::path::Path;

use axum::http::Method;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::template::{Aggregation, Place, Template, ValueType};

use super::Session;
use super::args::TemplateCommand;
use super::local::read_text;
use crate::desk::{KindMove, PeriodMove, Publication, Published, RowName, UnitMove};
use crate::problem::{Problem, Reason, Refusal};

pub(super) async fn template(session: &Session, command: TemplateCommand) -> Result<(), Refusal> {
    match command {
        TemplateCommand::Check { file } => check(session, &file),
        TemplateCommand::Show { template: None } => show(session, crate::BUILT_IN_TEMPLATE),
        TemplateCommand::Show { template: Some(reference) } => {
            let client = session.client().await?;
            let source = client.text(&format!("/api/templates/{reference}")).await?;
            show(session, &source)
        }
        TemplateCommand::Publish { file, from, yes } => publish(session, &file, from, yes).await,
    }
}

fn check(session: &Session, file: &Path) -> Result<(), Refusal> {
    let source = read_text(file)?;
    let name = file.display().to_string();
    let problems = |found: &[hopluu_protocol::template::TemplateProblem]| {
        found.iter().map(|problem| Problem::of_template(problem, &name)).collect::<Vec<_>>()
    };
    let console = &session.console;
    match Template::parse(&source) {
        Ok(parsed) => {
            let warnings = problems(&parsed.warnings);
            if console.json {
                return console.print_json(&warnings);
            }
            for warning in &warnings {
                console.print(&console.catalogue.problem(warning))?;
            }
            let template = &parsed.template;
            let count = |wanted: fn(&Place) -> bool| {
                template.indicators.iter().filter(|row| wanted(&row.place)).count().to_string()
            };
            let rows = count(|place| matches!(place, Place::Appendix(_)));
            let facts = count(|place| matches!(place, Place::Section(_)));
            let args = [
                ("reference", template.reference.to_string()),
                ("indicators", rows),
                ("facts", facts),
                ("warnings", warnings.len().to_string()),
            ];
            let args: Vec<(&str, &str)> = args.iter().map(|(k, v)| (*k, v.as_str())).collect();
            console.say("cli-template-ok", &args)
        }
        Err(found) => Err(Refusal { reason: Reason::Invalid, problems: problems(&found) }),
    }
}

/// Prints a template: what is reported, by whom, and how it is joined.
fn show(session: &Session, source: &str) -> Result<(), Refusal> {
    let console = &session.console;
    let template = match Template::parse(source) {
        Ok(parsed) => parsed.template,
        Err(found) => {
            let problems = found.iter().map(|problem| Problem::of_template(problem, "")).collect();
            return Err(Refusal { reason: Reason::Invalid, problems });
        }
    };
    if console.json {
        return console.print_json(&source);
    }
    console.print(&format!("{}  {}", template.reference, template.title))?;
    for section in &template.sections {
        let depth = section.id.as_str().matches('.').count();
        let indent = "  ".repeat(depth);
        console
            .print(&format!("{indent}{}. {}  [{}]", section.number, section.title, section.id))?;
    }
    for row in &template.indicators {
        let who: Vec<&str> = row.reporters.iter().map(|kind| kind.as_str()).collect();
        let how = match (&row.aggregation, &row.value_type) {
            (Aggregation::Derived(formula), _) => format!("= {formula}"),
            (_, ValueType::Heading) | (Aggregation::None, _) => String::new(),
            (aggregation, _) => format!("{aggregation:?}").to_lowercase(),
        };
        let line = format!(
            "{:<26} {:<8} {}  {} {}",
            row.id.as_str(),
            row.code,
            row.label,
            who.join(", "),
            how
        );
        console.print(line.trim_end())?;
    }
    Ok(())
}

/// Publishes a template, or says what that would do.
async fn publish(session: &Session, file: &Path, from: PeriodId, yes: bool) -> Result<(), Refusal> {
    let template_file = file.display().to_string();
    let publication = Publication { template: read_text(file)?, template_file, from, yes };
    let client = session.client().await?;
    let person = session.person();
    let query = [("person", person.as_str())];
    let published: Published =
        client.send_json(Method::POST, "/api/templates", &query, &publication).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&published);
    }
    published.warnings.iter().for_each(|warning| console.warn(warning));
    let (template, from) = (published.template.to_string(), from.to_string());
    let args = [("template", template.as_str()), ("from", from.as_str())];
    if published.was_there {
        return console.say("cli-publish-was-there", &args);
    }
    for period in &published.periods {
        tell_of_period(session, period, &template)?;
    }
    console.say(if published.done { "cli-published" } else { "cli-publish-asked" }, &args)
}

fn tell_of_period(session: &Session, period: &PeriodMove, after: &str) -> Result<(), Refusal> {
    let console = &session.console;
    let before = period.before.to_string();
    let args = [("name", period.name.as_str()), ("before", &before), ("after", after)];
    if let Some(reason) = &period.closed {
        let args = [("name", period.name.as_str()), ("before", &before), ("reason", reason)];
        return console.say("cli-publish-closed", &args);
    }
    console.say("cli-publish-period", &args)?;
    if let Some(days) = &period.days {
        console.say("cli-publish-days", &[("days", days)])?;
    }
    for kind in &period.kinds {
        tell_of_kind(session, kind)?;
    }
    for unit in &period.units {
        tell_of_unit(session, unit, &before)?;
    }
    if period.units.is_empty() {
        console.say("cli-publish-no-units", &[])?;
    }
    Ok(())
}

/// Rows that go, come and change, one a line.
fn tell_of_kind(session: &Session, kind: &KindMove) -> Result<(), Refusal> {
    let console = &session.console;
    console.say("cli-publish-kind", &[("kind", &kind.label)])?;
    let rows = |code: &str, rows: &[RowName]| {
        rows.iter().try_for_each(|row| {
            console.say(code, &[("id", row.id.as_str()), ("label", &row.label)])
        })
    };
    rows("cli-publish-row-gone", &kind.gone)?;
    rows("cli-publish-row-new", &kind.new)?;
    for row in &kind.retyped {
        let args = [
            ("id", row.row.id.as_str()),
            ("label", &row.row.label),
            ("before", &row.before),
            ("after", &row.after),
        ];
        console.say("cli-publish-row-retyped", &args)?;
    }
    rows("cli-publish-section-gone", &kind.sections_gone)?;
    rows("cli-publish-section-new", &kind.sections_new)
}

fn tell_of_unit(session: &Session, unit: &UnitMove, before: &str) -> Result<(), Refusal> {
    let console = &session.console;
    let name = format!("{} ({})", unit.name, unit.unit);
    console.say("cli-publish-unit", &[("unit", &name)])?;
    let list = |code: &str, ids: Vec<String>| match ids.len() {
        0 => Ok(()),
        count => {
            let args = [("count", count.to_string()), ("ids", ids.join(", "))];
            console.say(code, &args.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
    };
    let texts =
        |ids: &[hopluu_protocol::id::SectionId]| ids.iter().map(ToString::to_string).collect();
    let cells =
        |ids: &[hopluu_protocol::id::IndicatorId]| ids.iter().map(ToString::to_string).collect();
    list("cli-publish-unit-apart", cells(&unit.apart))?;
    list("cli-publish-unit-texts-apart", texts(&unit.texts_apart))?;
    list("cli-publish-unit-misfits", cells(&unit.misfits))?;
    if unit.to_type > 0 {
        console.say("cli-publish-unit-new", &[("count", &unit.to_type.to_string())])?;
    }
    if unit.submitted {
        console.say("cli-publish-unit-submitted", &[("before", before)])?;
    }
    Ok(())
}
