//! Words that are wider than their column.
//!
//! Word and LibreOffice break them anywhere; typst lets them run off the page. So words longer than any
//! Vietnamese one get places where they may break (U+200B, zero width).

use unicode_normalization::char::is_combining_mark;

use crate::paper::{Block, Cell, Paper, Row};

/// Longest unbroken run in the text: about half a line.
const IN_TEXT: usize = 32;
/// In the half-wide columns of head and foot.
const IN_HALF: usize = 16;
/// In an appendix's wide column of labels.
const IN_LABEL: usize = 20;
/// In an appendix's narrow columns.
const IN_COLUMN: usize = 10;

const MAY_BREAK: char = '\u{200b}';

/// The paper with every long word made breakable.
pub(super) fn breakable(paper: &Paper) -> Paper {
    let mut paper = paper.clone();
    let head = &mut paper.head;
    let halves = [&mut head.number, &mut head.place_and_date, &mut paper.signature.signer]
        .into_iter()
        .chain(&mut head.parent_body)
        .chain(&mut head.body)
        .chain(&mut paper.signature.lines)
        .chain(&mut paper.recipients);
    halves.for_each(|text| break_words(text, IN_HALF));
    break_words(&mut paper.subject, IN_TEXT);
    paper.addressees.names.iter_mut().for_each(|text| break_words(text, IN_TEXT));
    for Block::Heading { text, .. } | Block::Paragraph { text } in &mut paper.body {
        break_words(text, IN_TEXT);
    }
    for appendix in &mut paper.appendices {
        break_words(&mut appendix.title, IN_TEXT);
        break_words(&mut appendix.form, IN_TEXT);
        break_words(&mut appendix.attached_to, IN_TEXT);
        appendix.sheet.rows.iter_mut().for_each(break_row);
    }
    for row in &mut paper.made_from.rows {
        break_words(&mut row.unit, IN_LABEL);
        break_words(&mut row.id, IN_COLUMN);
    }
    paper
}

fn break_row(row: &mut Row) {
    break_words(&mut row.code, IN_COLUMN);
    break_words(&mut row.label, IN_LABEL);
    break_words(&mut row.unit, IN_COLUMN);
    if let Some(Cell { printed, printed_note, .. }) = &mut row.cell {
        break_words(printed, IN_COLUMN);
        break_words(printed_note, IN_COLUMN);
    }
}

fn break_words(text: &mut String, longest: usize) {
    let mut run = 0;
    let mut broken = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() {
            run = 0;
        } else if !is_combining_mark(character) {
            run += 1;
        }
        if run > longest && !is_combining_mark(character) {
            broken.push(MAY_BREAK);
            run = 1;
        }
        broken.push(character);
    }
    *text = broken;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, longest: usize) -> String {
        let mut text = text.to_owned();
        break_words(&mut text, longest);
        text
    }

    #[test]
    fn words_that_fit_stay_as_they_are() {
        assert_eq!(broken("nghiêng ngả 1.304", 7), "nghiêng ngả 1.304");
    }

    #[test]
    fn long_words_may_break_but_never_between_a_letter_and_its_marks() {
        assert_eq!(broken("abcdefgh", 3), "abc\u{200b}def\u{200b}gh");
        assert_eq!(broken("abe\u{301}\u{323}cd", 3), "abe\u{301}\u{323}\u{200b}cd");
    }
}
