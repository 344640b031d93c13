//! `init`, `serve`, `template`: what begins or runs a node, or needs none.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::http::Method;
use hopluu_protocol::template::{Aggregation, Place, Template, ValueType};
use tokio::sync::broadcast::error::RecvError;

use super::Session;
use super::args::TemplateCommand;
use super::client::Client;
use super::console::Console;
use super::figures::read_input;
use super::town::way_code;
use crate::api::{InitRequest, server};
use crate::data_dir::DataDir;
use crate::desk::Status;
use crate::keeper::Note;
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// Where a hub listens unless told otherwise.
const DEFAULT_LISTEN: &str = "0.0.0.0:4433";

/// How long a short command may hold the store.
const BUSY_FOR: std::time::Duration = std::time::Duration::from_secs(3);

pub(super) async fn init(
    session: &Session,
    town: Option<&Path>,
    template: Option<&Path>,
    name: Option<String>,
) -> Result<(), Refusal> {
    let dir = session.data_dir()?;
    let request = match town {
        None => None,
        // Read before a node is made: a wrong file leaves nothing behind.
        Some(town) => Some(InitRequest {
            town: read_text(town)?,
            town_file: town.display().to_string(),
            template: template.map(read_text).transpose()?,
            template_file: template.map(|path| path.display().to_string()),
            node_name: session.node_name(name),
        }),
    };
    if let Some(request) = &request {
        crate::town_file::TownFile::parse(&request.town, &request.town_file)?;
    }
    if dir.key_file().exists() && request.is_none() {
        let path = dir.path().display();
        let problem = Problem::new("node-exists", format!("{path} holds a node")).arg("path", path);
        return Err(Refusal::new(Reason::NotNow, problem));
    }
    let client = Client::here(Node::open_or_make(&dir).await?, session.language_tag());
    let status: Status = match &request {
        None => client.get("/api/status", &[]).await?,
        Some(request) => {
            let person = session.person();
            client.send_json(Method::POST, "/api/init", &[("person", &person)], request).await?
        }
    };
    let console = &session.console;
    if console.json {
        return console.print_json(&status);
    }
    if status.hub {
        console.say("cli-hub-made", &[("unit", &status.unit_name), ("key", &status.node)])
    } else {
        let path = dir.path().display().to_string();
        console.say("cli-node-made", &[("path", &path), ("key", &status.node)])
    }
}

/// Makes a node where none is yet: joining is often the first thing that an office does.
pub(super) async fn make_if_missing(dir: &DataDir) -> Result<(), Refusal> {
    if !dir.key_file().exists() {
        drop(Node::open_or_make(dir).await?);
    }
    Ok(())
}

pub(super) async fn serve(session: &Session, listen: Option<&str>) -> Result<(), Refusal> {
    let dir = session.data_dir()?;
    let node = open_when_free(&dir).await?;
    session.tell(node.news());
    let hub = node.is_hub().await?;
    let listen = listen.or(hub.then_some(DEFAULT_LISTEN));
    let console = &session.console;
    let mut tasks = tokio::task::JoinSet::new();
    if let Some(listen) = listen {
        let address: SocketAddr = listen.parse().map_err(|error| {
            let problem = Problem::new("listen-address", format!("{listen}: {error}"));
            Refusal::new(Reason::Invalid, problem.arg("address", listen))
        })?;
        let listening = node.listen(address)?;
        // A full disk behind standard output is no reason not to serve; the line went beside.
        drop(console.say("cli-listening", &[("address", &listening.address.to_string())]));
        if let Some(problem) = &listening.without_tcp {
            console.warn(problem);
        }
    }
    if !hub {
        tasks.spawn(Arc::clone(&node).stay_connected());
    }
    let served = server::serve(Arc::clone(&node), &dir).await?;
    drop(console.say("cli-serving", &[("address", &format!("http://{}", served.address))]));
    tokio::select! {
        ended = wait_for_the_end() => ended?,
        never = tell_the_way(console, &node) => match never {},
        never = tell_of_mending(session, &node) => match never {},
    }
    node.leave().await
}

/// Says when the hub is reached, and by which way, for as long as the node runs.
async fn tell_the_way(console: &Console, node: &Node) -> Infallible {
    let mut way_to_hub = node.way_to_hub();
    loop {
        if let Some(way) = *way_to_hub.borrow_and_update() {
            let way = console.catalogue.line(way_code(way), &[]);
            // A full disk behind standard output is no reason to stop.
            drop(console.say("cli-connected", &[("way", &way)]));
        }
        if way_to_hub.changed().await.is_err() {
            // Nothing changes any more; the node goes on as it is.
            std::future::pending().await
        }
    }
}

/// Says when the store was damaged and has been mended, for as long as the node runs.
async fn tell_of_mending(session: &Session, node: &Node) -> Infallible {
    let mut notes = node.keeper().notes();
    loop {
        match notes.recv().await {
            Ok(Note::Mended(news)) => session.tell(&news),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            // The keeper has stopped.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Opens the node; a command that holds the store is done in a moment and is waited for.
async fn open_when_free(dir: &DataDir) -> Result<Arc<Node>, Refusal> {
    let deadline = tokio::time::Instant::now() + BUSY_FOR;
    loop {
        match Node::open(dir).await {
            Err(refusal)
                if refusal.is("store-in-use") && tokio::time::Instant::now() < deadline =>
            {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            outcome => return outcome,
        }
    }
}

/// Returns when the process is asked to stop.
pub(super) async fn wait_for_the_end() -> Result<(), Refusal> {
    let failed =
        |error: std::io::Error| Refusal::new(Reason::Failed, Problem::new("internal", error));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::select! {
            asked = tokio::signal::ctrl_c() => asked.map_err(failed),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}

pub(super) async fn template(session: &Session, command: TemplateCommand) -> Result<(), Refusal> {
    match command {
        TemplateCommand::Check { file } => check(session, &file),
        TemplateCommand::Show { template: None } => show(session, crate::BUILT_IN_TEMPLATE),
        TemplateCommand::Show { template: Some(reference) } => {
            let client = session.client().await?;
            let source = client.text(&format!("/api/templates/{reference}")).await?;
            show(session, &source)
        }
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

fn read_text(file: &Path) -> Result<String, Refusal> {
    String::from_utf8(read_input(file)?).map_err(|error| {
        let place = crate::problem::Place {
            file: Some(file.display().to_string()),
            ..crate::problem::Place::default()
        };
        Refusal::new(Reason::Invalid, Problem::new("import-not-utf8", error).at(place))
    })
}
