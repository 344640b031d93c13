//! Words that are wider than their column.
//!
//! Word and LibreOffice break them anywhere; typst lets them run off the page. So words longer than any
//! Vietnamese one are marked where they may break (U+200B, zero width); `paper.typ` puts an empty space in
//! the place of each mark, so that none is in the PDF's text.

use unicode_normalization::char::is_combining_mark;

use crate::paper::{Block, Cell, Paper, Row};

/// Widths of columns in hundredths of an em of their type, less a tenth where it may be bold.
const IN_TEXT: u32 = 2_800;
/// The columns of head and foot.
const IN_HALF: u32 = 1_500;
/// An appendix's labels.
const IN_LABEL: u32 = 1_400;
/// An appendix's units, figures and notes.
const IN_COLUMN: u32 = 450;
/// An appendix's codes.
const IN_CODE: u32 = 215;
/// Names in the list of submissions.
const IN_NAME: u32 = 850;

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
        appendix.sheet.legend.iter_mut().for_each(|text| break_words(text, IN_TEXT));
    }
    break_words(&mut paper.made_from.of, IN_TEXT);
    break_words(&mut paper.made_from.none, IN_TEXT);
    for row in &mut paper.made_from.rows {
        break_words(&mut row.unit, IN_NAME);
    }
    paper
}

fn break_row(row: &mut Row) {
    break_words(&mut row.code, IN_CODE);
    break_words(&mut row.label, IN_LABEL);
    break_words(&mut row.unit, IN_COLUMN);
    if let Some(Cell { printed, printed_note, .. }) = &mut row.cell {
        break_words(printed, IN_COLUMN);
        break_words(printed_note, IN_COLUMN);
    }
}

fn break_words(text: &mut String, widest: u32) {
    let mut used = 0;
    let mut broken = String::with_capacity(text.len());
    for character in text.chars() {
        let width = width(character);
        if character.is_whitespace() {
            used = 0;
        } else if width > 0 && used > 0 && used + width > widest {
            broken.push(MAY_BREAK);
            used = width;
        } else {
            used += width;
        }
        broken.push(character);
    }
    *text = broken;
}

/// At least the width of a character in a Times-like face, in hundredths of an em.
fn width(character: char) -> u32 {
    match character {
        mark if is_combining_mark(mark) => 0,
        '.' | ',' | ':' | ';' | '/' | '\'' | '-' | '(' | ')' => 34,
        'M' | 'W' | '@' | '%' => 100,
        'm' | 'w' => 78,
        '0'..='9' => 50,
        capital if capital.is_uppercase() => 75,
        // Latin letters with and without Vietnamese marks.
        '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => 56,
        _ => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, widest: u32) -> String {
        let mut text = text.to_owned();
        break_words(&mut text, widest);
        text
    }

    #[test]
    fn words_that_fit_stay_as_they_are() {
        assert_eq!(broken("nghiêng ngả 1.304 ĐVSNCL", IN_COLUMN), "nghiêng ngả 1.304 ĐVSNCL");
    }

    #[test]
    fn long_words_may_break_but_never_between_a_letter_and_its_marks() {
        assert_eq!(broken("abcdefgh", 170), "abc\u{200b}def\u{200b}gh");
        assert_eq!(broken("abe\u{301}\u{323}cd", 170), "abe\u{301}\u{323}\u{200b}cd");
    }
}
