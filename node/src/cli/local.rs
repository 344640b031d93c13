//! `init`, `serve`: what begins or runs a node.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::http::Method;
use tokio::sync::broadcast::error::RecvError;

use super::Session;
use super::client::Client;
use super::console::Console;
use super::town::{as_read_out, way_code};
use crate::api::{InitRequest, server};
use crate::data_dir::DataDir;
use crate::desk::Status;
use crate::keeper::Note;
use crate::node::Node;
use crate::person_files::read_input;
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
        console.say("cli-hub-made", &[("unit", &status.unit_name), ("key", &status.node)])?;
        console.say("cli-hub-words", &[("words", &as_read_out(&status.words))])
    } else {
        let path = dir.path().display().to_string();
        console.say("cli-node-made", &[("path", &path), ("key", &status.node)])
    }
}

/// Serves the node until the process is asked to end, and opens its page in the browser if that is wanted. Where
/// there is no node yet one is made: its page asks for the invitation.
pub(super) async fn serve(
    session: &Session,
    listen: Option<&str>,
    opens: bool,
) -> Result<(), Refusal> {
    let dir = session.data_dir()?;
    let node = match open_when_free(&dir).await {
        Err(refusal) if refusal.is("no-node") => {
            let made = Node::open_or_make(&dir).await?;
            session.console.hint("cli-serve-new", &[("path", &dir.path().display().to_string())]);
            made
        }
        opened => opened?,
    };
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
    session.tell(served.elsewhere.as_slice());
    drop(console.say("cli-serving", &[("address", &format!("http://{}", served.address))]));
    if hub {
        let words = node.six_words().await?.to_string();
        drop(console.say("cli-hub-words", &[("words", &words)]));
    }
    if opens {
        super::open::open_served(session, &dir).await?;
    }
    tokio::select! {
        ended = wait_for_the_end() => ended?,
        never = tell_the_way(console, &node) => match never {},
        never = node.tell_of_the_line() => match never {},
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

pub(super) fn read_text(file: &Path) -> Result<String, Refusal> {
    String::from_utf8(read_input(file)?).map_err(|error| {
        let place = crate::problem::Place {
            file: Some(file.display().to_string()),
            ..crate::problem::Place::default()
        };
        Refusal::new(Reason::Invalid, Problem::new("import-not-utf8", error).at(place))
    })
}
