//! `text`: a section's text shown, set from a file, edited in the person's editor, cleared, or said to be right.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use axum::http::Method;
use hopluu_protocol::id::{IndicatorId, SectionId};
use hopluu_protocol::period::PeriodId;

use super::Session;
use super::client::Client;
use super::console::moment;
use super::figure_words;
use crate::desk::{
    EditedText, ReadText, TextConflict, TextEdit, TextGrown, TextHeads, TextView, TornText,
    in_words,
};
use crate::person_files::{of_file, read_input};
use crate::problem::{Problem, Reason, Refusal};

/// What to do with a text.
pub(super) enum Deed<'a> {
    Show,
    /// Set it to what a file holds, which was made from the text at `heads`, or from the text that the
    /// file `base` holds; from what stands now when neither is given.
    Set {
        file: &'a Path,
        heads: &'a [String],
        base: Option<&'a Path>,
    },
    /// Open it in the editor.
    Edit,
    Clear,
    /// Say that it is right as it stands, wherever people wrote apart from each other.
    Settle,
}

pub(super) async fn text(
    session: &Session,
    period: PeriodId,
    section: &SectionId,
    deed: Deed<'_>,
) -> Result<(), Refusal> {
    let path = format!("/api/periods/{period}/texts/{section}");
    // Read before the store is opened: what comes by a pipe may take its time.
    let (written, base) = match deed {
        Deed::Set { file, base, .. } => (read_text(file)?, base.map(read_as_it_is).transpose()?),
        Deed::Show | Deed::Edit | Deed::Clear | Deed::Settle => (String::new(), None),
    };
    let client = session.client().await?;
    let TextGrown { view, conflicts, .. } = client.get(&path, &[]).await?;
    match deed {
        Deed::Show if session.console.json => session.console.print_json(&view),
        Deed::Show => session.console.print(&in_file(&view)),
        Deed::Set { heads, .. } => {
            let heads = match base {
                Some(text) => heads_of(&client, &path, &view, text).await?,
                None if heads.is_empty() => view.heads.clone(),
                None => heads.to_vec(),
            };
            send(session, &client, &path, of_file_text(&view, heads, written)).await
        }
        Deed::Edit => {
            // While somebody writes, others are to reach the store.
            drop(client);
            edit(session, &path, view).await
        }
        Deed::Clear => {
            let edit =
                TextEdit { heads: view.heads, text: Some(String::new()), ..TextEdit::default() };
            send(session, &client, &path, edit).await
        }
        Deed::Settle => settle(session, &client, &path, view, conflicts).await,
    }
}

/// Says of each paragraph that was shown as in conflict that it is right.
async fn settle(
    session: &Session,
    client: &Client,
    path: &str,
    mut view: TextView,
    conflicts: Vec<TextConflict>,
) -> Result<(), Refusal> {
    let person = session.person();
    let count = conflicts.len().to_string();
    for conflict in conflicts {
        let edit = TextEdit {
            heads: view.heads.clone(),
            settles: Some(conflict.place),
            ..TextEdit::default()
        };
        let edited: EditedText =
            client.send_json(Method::PUT, path, &[("person", &person)], &edit).await?;
        view = edited.view;
    }
    if session.console.json {
        return session.console.print_json(&view);
    }
    session.console.say("cli-text-settled", &[("id", view.section.as_str()), ("count", &count)])
}

/// Prints the paragraphs of a text that people changed apart from each other.
pub(super) fn print_torn(session: &Session, text: &TornText) -> Result<(), Refusal> {
    let console = &session.console;
    let args = [("id", text.section.as_str()), ("title", text.title.as_str())];
    for conflict in &text.conflicts {
        console.say("cli-text-conflict", &args)?;
        for variant in &conflict.variants {
            let time = moment(variant.time);
            let written = in_words(&variant.written, &variant.figures);
            let args = [
                ("value", written.as_str()),
                ("person", &variant.person),
                ("node", &variant.node),
                ("time", &time),
            ];
            console.say("cli-entry", &args)?;
        }
        let merged = in_words(&conflict.merged, &conflict.figures);
        console.say("cli-text-conflict-now", &[("text", &merged)])?;
    }
    Ok(())
}

async fn heads_of(
    client: &Client,
    path: &str,
    view: &TextView,
    text: String,
) -> Result<Vec<String>, Refusal> {
    let path = format!("{path}/heads");
    let (text, figures) = out_of_file(view, text);
    let read = ReadText { text, figures };
    let found: TextHeads = client.send_json(Method::POST, &path, &[], &read).await?;
    Ok(found.heads)
}

/// A text as a file has it.
fn in_file(view: &TextView) -> String {
    if view.may_hold_figures || !view.figures.is_empty() {
        figure_words::write(&view.text, &view.figures)
    } else {
        view.text.clone()
    }
}

/// The text that a file has, and the cells of its figures.
fn out_of_file(view: &TextView, file: String) -> (String, Vec<Option<IndicatorId>>) {
    if view.may_hold_figures || !view.figures.is_empty() {
        figure_words::read(&file)
    } else {
        (file, Vec::new())
    }
}

/// What somebody made of a text in a file.
fn of_file_text(view: &TextView, heads: Vec<String>, file: String) -> TextEdit {
    let (text, figures) = out_of_file(view, file);
    TextEdit { heads, text: Some(text), figures, ..TextEdit::default() }
}

async fn send(
    session: &Session,
    client: &Client,
    path: &str,
    edit: TextEdit,
) -> Result<(), Refusal> {
    let cleared = edit.text.as_ref().is_some_and(String::is_empty);
    let person = session.person();
    let edited: EditedText =
        client.send_json(Method::PUT, path, &[("person", &person)], &edit).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&edited);
    }
    let id = edited.view.section.as_str();
    if cleared {
        console.say("cli-text-cleared", &[("id", id)])?;
    } else {
        console.say("cli-text-saved", &[("id", id), ("title", &edited.view.title)])?;
    }
    if !edited.splices.is_empty() {
        console.say("cli-text-merged", &[("id", id)])?;
    }
    Ok(())
}

/// Has the person's editor change the text. What was written is never thrown away: when it cannot be
/// saved, its file stays and is named.
async fn edit(session: &Session, path: &str, view: TextView) -> Result<(), Refusal> {
    let unwritable = |error: std::io::Error| {
        let problem = Problem::new("editor-file", &error).arg("what", error);
        Refusal::new(Reason::Failed, problem)
    };
    let name = format!("hopluu-{}-", view.section);
    let mut file =
        tempfile::Builder::new().prefix(&name).suffix(".txt").tempfile().map_err(unwritable)?;
    let shown = in_file(&view);
    file.write_all(shown.as_bytes()).and_then(|()| file.flush()).map_err(unwritable)?;
    // Closed, since on Windows an editor cannot save into what somebody else has open.
    let file = file.into_temp_path();
    let Err(mut refusal) = edited(session, path, &view, &file).await else { return Ok(()) };
    let typed = std::fs::read(&file).unwrap_or_default();
    if typed.trim_ascii() != shown.as_bytes().trim_ascii()
        && !typed.trim_ascii().is_empty()
        && let Ok(kept) = file.keep()
    {
        let kept = kept.display().to_string();
        refusal.problems.push(Problem::new("editor-file-kept", &kept).arg("path", kept));
    }
    Err(refusal)
}

async fn edited(
    session: &Session,
    path: &str,
    view: &TextView,
    file: &Path,
) -> Result<(), Refusal> {
    run_editor(file)?;
    let text = read_text(file)?;
    if text != in_file(view).trim_end() {
        let client = session.client().await?;
        let edit = of_file_text(view, view.heads.clone(), text);
        return send(session, &client, path, edit).await;
    }
    if session.console.json {
        session.console.print_json(view)
    } else {
        session.console.say("cli-text-unchanged", &[("id", view.section.as_str())])
    }
}

fn run_editor(file: &Path) -> Result<(), Refusal> {
    // A variable that is set to nothing asks for nothing.
    let named = |name| std::env::var(name).ok().filter(|editor| !editor.trim().is_empty());
    let editor = named("VISUAL")
        .or_else(|| named("EDITOR"))
        .unwrap_or_else(|| if cfg!(windows) { "notepad" } else { "vi" }.to_owned());
    let failed = |what: String| {
        let problem = Problem::new("editor-failed", format!("{editor}: {what}"));
        let problem = problem.arg("editor", &editor).arg("what", what);
        Refusal::new(Reason::Failed, problem)
    };
    // As git does: a command with its options.
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    let ended =
        command.args(words).arg(file).status().map_err(|error| failed(error.to_string()))?;
    if ended.success() { Ok(()) } else { Err(failed(ended.to_string())) }
}

/// A text file that is to be kept. An empty one is more often a mistake than a wish.
fn read_text(file: &Path) -> Result<String, Refusal> {
    let text = read_as_it_is(file)?;
    if text.is_empty() {
        let problem = Problem::new("text-empty", "the file holds no text").at(of_file(file));
        return Err(Refusal::new(Reason::Invalid, problem));
    }
    Ok(text)
}

/// A text file without a byte order mark, and with our ends of lines.
fn read_as_it_is(file: &Path) -> Result<String, Refusal> {
    let text = String::from_utf8(read_input(file)?).map_err(|error| {
        let problem = Problem::new("text-not-utf8", error).at(of_file(file));
        Refusal::new(Reason::Invalid, problem)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Ok(text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, Refusal> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.txt");
        std::fs::write(&file, bytes).unwrap();
        read_text(&file)
    }

    #[test]
    fn a_file_s_marks_and_ends_of_lines_are_not_part_of_a_text() {
        let windows = "\u{feff}Dòng một.\r\nDòng hai.\r\n\r\n";
        assert_eq!(read(windows.as_bytes()).unwrap(), "Dòng một.\nDòng hai.");
    }

    #[test]
    fn what_is_no_text_is_told_in_terms_of_text_files() {
        for empty in ["", "\u{feff}", " \r\n\t\n"] {
            assert!(read(empty.as_bytes()).unwrap_err().is("text-empty"), "{empty:?}");
        }
        // Notepad's “Unicode”, and a Word file.
        let utf16: Vec<u8> = "\u{feff}Đã".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [utf16.as_slice(), b"PK\x03\x04\xff\xfe"] {
            assert!(read(bytes).unwrap_err().is("text-not-utf8"));
        }
    }
}
