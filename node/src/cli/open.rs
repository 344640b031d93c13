//! `open`: the page of a node that runs, in the browser.

use axum::http::Method;

use super::Session;
use super::client::Client;
use crate::api::{LINK_PATH, SessionLink};
use crate::problem::{Problem, Reason, Refusal};

/// Opens the page of a running `serve`. Starts nothing.
pub(super) async fn open(session: &Session, print: bool) -> Result<(), Refusal> {
    let dir = session.data_dir()?;
    let client = Client::of_serve(&dir, session.language_tag()).await?.ok_or_else(|| {
        let path = dir.path().display();
        let problem = Problem::new("open-no-serve", format!("nobody serves {path}"));
        Refusal::new(Reason::NotNow, problem.arg("path", path))
    })?;
    let link: SessionLink = client.send_json(Method::POST, LINK_PATH, &[], &()).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&link);
    }
    if !print && ::open::that_detached(&link.url).is_ok() {
        return console.say("cli-opened", &[]);
    }
    console.say("cli-open-link", &[("url", &link.url)])
}
