//! The digest of what a report holds.

use crate::figures::Figures;

/// BLAKE3 over cells, notes and texts in the order of their ids, each text with its length. Two reports
/// that hold the same have the same digest, however they came to hold it.
pub fn figures_digest(figures: &Figures) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("hopluu 2026 figures digest");
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
    }
    *hasher.finalize().as_bytes()
}
