//! The digest of what a report holds.

use crate::figures::Figures;

/// What is digested without figures within texts, as by programs before,
const PLAIN: &str = "hopluu 2026 figures digest";
/// and with some.
const WITH_FIGURES_IN_TEXTS: &str = "hopluu 2026 figures digest, figures in texts";

/// BLAKE3 over cells, notes and texts in the order of their ids, each text with its length. Two reports
/// that hold the same have the same digest, however they came to hold it. Where a text has figures within
/// it, it is followed by the cells that they show, and the digest is of another kind: a program that does not know
/// of them finds that it is not the one that it expects.
pub fn figures_digest(figures: &Figures) -> [u8; 32] {
    let kind = if figures.shown.is_empty() { PLAIN } else { WITH_FIGURES_IN_TEXTS };
    let mut hasher = blake3::Hasher::new_derive_key(kind);
    let mut text = |content: &str| {
        hasher.update(&(content.len() as u64).to_be_bytes());
        hasher.update(content.as_bytes());
    };
    text("cells");
    for (id, value) in &figures.cells {
        text(id.as_str());
        text(&value.encode());
    }
    text("notes");
    for (id, note) in &figures.notes {
        text(id.as_str());
        text(note);
    }
    text("texts");
    for (id, content) in &figures.texts {
        text(id.as_str());
        text(content);
        if kind == WITH_FIGURES_IN_TEXTS {
            let cells = figures.shown.get(id).map_or(&[][..], Vec::as_slice);
            text(&cells.len().to_string());
            cells.iter().for_each(|cell| text(cell.as_ref().map_or("", |cell| cell.as_str())));
        }
    }
    *hasher.finalize().as_bytes()
}
