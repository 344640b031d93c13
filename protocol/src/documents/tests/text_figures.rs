//! Figures within a text stay bound to their cell, whatever people do to the text around them.

use super::*;
use crate::documents::text_figures::{LETTER, Written, written_at};
use crate::documents::texts::{self, Rewrite, Splice};

impl Machine {
    fn splices(&mut self, at: usize, removed: usize, inserted: &str, cells: &[&str]) {
        let figures = cells.iter().map(|id| id.parse().ok()).collect();
        let part = Splice { at, removed, inserted: inserted.to_owned(), figures };
        self.edits(&[part]);
    }

    /// Edits the text as it stands, as a screen does.
    fn edits(&mut self, splices: &[Splice]) {
        let rewrite = Rewrite::by_splices(&self.written(), splices).unwrap();
        self.does(|tx| {
            rewrite.splices.iter().try_for_each(|part| report::splice(tx, &section("i"), part))
        });
    }

    fn written(&self) -> Written {
        written_at(&self.report, &section("i"), &self.report.get_heads()).unwrap()
    }

    /// The text with each figure as its cell's id.
    fn told(&self) -> String {
        self.written().in_words(|cell| format!("[{cell}]"))
    }
}

#[test]
fn people_who_write_around_a_figure_apart_do_not_move_it_to_another_cell() {
    let (mut first, mut second) = (Machine::offline(1, "An"), Machine::offline(2, "Bình"));
    first.splices(0, 0, "Có \u{fffc} hồ sơ", &["x.1"]);
    first.meets(&mut second);
    // Both write behind the same letter; one takes the figure out and puts another in its place.
    first.splices(4, 0, " và \u{fffc}", &["x.2"]);
    second.splices(3, 1, "\u{fffc}", &["x.3"]);
    first.meets(&mut second);
    assert_eq!(first.told(), second.told());
    assert_eq!(first.told(), "Có [x.3] và [x.2] hồ sơ");
    let shown = &first.figures().shown[&section("i")];
    assert_eq!(*shown, [Some(cell("x.3")), Some(cell("x.2"))]);
}

#[test]
fn a_figure_goes_with_the_text_around_it_and_comes_back_when_that_is_undone() {
    let mut machine = Machine::offline(1, "An");
    machine.splices(0, 0, "Có \u{fffc} hồ sơ", &["x.1"]);
    let before = machine.report.get_heads();
    machine.splices(0, 10, "", &[]);
    assert!(machine.figures().shown.is_empty());
    machine.splices(0, 0, "Có \u{fffc} hồ sơ", &["x.1"]);
    assert_eq!(machine.told(), "Có [x.1] hồ sơ");
    let then = written_at(&machine.report, &section("i"), &before).unwrap();
    assert_eq!(then.figures, [Some(cell("x.1"))], "as it was then");
}

#[test]
fn a_letter_that_nobody_bound_is_not_written_and_says_nothing() {
    let mut machine = Machine::offline(1, "An");
    let mut splice = Splice { inserted: "a\u{fffc}b\u{fffc}".to_owned(), ..Splice::default() };
    splice.figures = vec![None, "x.1".parse().ok()];
    machine.edits(&[splice]);
    assert_eq!(machine.told(), "ab[x.1]");
    // As a program before would have stored it: it stays in the text, since what was signed covers it.
    machine.does(|tx| {
        let part = Splice { inserted: LETTER.to_string(), ..Splice::default() };
        report::splice(tx, &section("i"), &part)
    });
    assert_eq!(machine.figures().texts[&section("i")], "\u{fffc}ab\u{fffc}");
    assert_eq!(machine.told(), "ab[x.1]");
}

#[test]
fn a_whole_text_keeps_the_figures_that_show_the_same_cell() {
    let mut machine = Machine::offline(1, "An");
    machine.splices(0, 0, "12 hồ sơ: \u{fffc}; 12 văn bản: \u{fffc}.", &["x.1", "x.2"]);
    let first =
        Written { text: "12 văn bản: \u{fffc}.".to_owned(), figures: vec!["x.2".parse().ok()] };
    let rewrite = Rewrite::whole(&machine.written(), first);
    assert!(rewrite.splices.iter().all(|part| part.figures.is_empty()), "nothing is bound anew");
    machine.edits(&rewrite.splices);
    assert_eq!(machine.told(), "12 văn bản: [x.2].");
    // The letter stands where it stood, and shows another cell: it is another letter.
    let other = Written { figures: vec!["x.1".parse().ok()], ..machine.written() };
    let rewrite = Rewrite::whole(&machine.written(), other);
    machine.edits(&rewrite.splices);
    assert_eq!(machine.told(), "12 văn bản: [x.1].");
}

#[test]
fn what_others_bound_meanwhile_comes_with_what_leads_to_their_text() {
    let (mut first, mut second) = (Machine::offline(1, "An"), Machine::offline(2, "Bình"));
    first.splices(0, 0, "Có \u{fffc}", &["x.1"]);
    first.meets(&mut second);
    let (have, before) = (second.written(), second.report.get_heads());
    first.splices(0, 0, "\u{fffc}; ", &["x.2"]);
    first.splices(6, 1, "\u{fffc}", &["x.3"]);
    first.meets(&mut second);
    let now = second.report.get_heads();
    let since = texts::since(&second.report, &section("i"), &have, &before, &now).unwrap();
    assert_eq!(texts::apply(&have, &since).unwrap(), second.written());
    assert_eq!(second.told(), "[x.2]; Có [x.3]");
}
