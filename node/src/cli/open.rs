//! `open`: the page of a node that runs, in the browser.

use axum::http::Method;

use super::Session;
use super::client::Client;
use super::local;
use crate::api::{LINK_PATH, SessionLink};
use crate::data_dir::{DataDir, write_private};
use crate::problem::{Problem, Reason, Refusal};
use crate::window;

/// Opens the page. Where nobody serves it, this process does until it is asked to end; a link alone is only
/// given by a process that stays.
pub(super) async fn open(session: &Session, print: bool) -> Result<(), Refusal> {
    let dir = session.data_dir()?;
    let console = &session.console;
    match Client::of_serve(&dir, session.language_tag()).await? {
        Some(client) if print || console.json => {
            let link = link_of(&client).await?;
            if console.json {
                return console.print_json(&link);
            }
            console.say("cli-open-link", &[("url", &link.url)])
        }
        Some(client) => lead_to(session, &dir, &client).await,
        None if print || console.json => {
            let path = dir.path().display();
            let problem = Problem::new("open-no-serve", format!("nobody serves {path}"));
            Err(Refusal::new(Reason::NotNow, problem.arg("path", path)))
        }
        None if window::show(&dir).await? => console.say("cli-window-shown", &[]),
        None => local::serve(session, None, true).await,
    }
}

/// Opens the page of a node that this process serves.
pub(super) async fn open_served(session: &Session, dir: &DataDir) -> Result<(), Refusal> {
    match Client::of_serve(dir, session.language_tag()).await? {
        Some(client) => lead_to(session, dir, &client).await,
        None => {
            let path = dir.path().display();
            let problem = Problem::new("open-no-serve", format!("nobody serves {path}"));
            Err(Refusal::new(Reason::NotNow, problem.arg("path", path)))
        }
    }
}

async fn link_of(client: &Client) -> Result<SessionLink, Refusal> {
    client.send_json(Method::POST, LINK_PATH, &[], &()).await
}

/// Opens the browser, and says the link as well: a browser may be kept from reading the page that leads to it.
async fn lead_to(session: &Session, dir: &DataDir, client: &Client) -> Result<(), Refusal> {
    let link = link_of(client).await?;
    let code = match in_browser(dir, &link.url) {
        Ok(()) => "cli-opened",
        Err(_) => "cli-not-opened",
    };
    session.console.say(code, &[("url", &link.url)])
}

/// Leads the browser to a link through a page that only this user can read: everybody on the machine sees
/// with which arguments programs are started.
fn in_browser(dir: &DataDir, url: &str) -> std::io::Result<()> {
    let page = dir.open_page();
    write_private(&page, leading_to(url).as_bytes())?;
    ::open::that_detached(page)
}

fn leading_to(url: &str) -> String {
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Hợp Lưu</title>\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\"><a href=\"{url}\">Hợp Lưu</a>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_that_leads_to_the_node_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let page = DataDir::new(folder.path()).open_page();
        for url in ["http://ab.localhost:4000/open/1", "http://ab.localhost:4000/open/2"] {
            write_private(&page, leading_to(url).as_bytes()).unwrap();
            let written = std::fs::read_to_string(&page).unwrap();
            assert!(written.contains(&format!("content=\"0; url={url}\"")), "{written}");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                assert_eq!(page.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
    }
}
