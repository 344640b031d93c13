//! `open`: the page of a node that runs, in the browser.

use axum::http::Method;

use super::Session;
use super::client::Client;
use crate::api::{LINK_PATH, SessionLink};
use crate::data_dir::{DataDir, write_private};
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
    if !print && in_browser(&dir, &link.url).is_ok() {
        return console.say("cli-opened", &[]);
    }
    console.say("cli-open-link", &[("url", &link.url)])
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
