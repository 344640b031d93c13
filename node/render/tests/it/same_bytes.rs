//! The same report gives the same bytes, in another thread and at another time too.

use std::thread;

use hopluu_render::{
    render_docx, render_pdf, render_sources_docx, render_sources_pdf, render_xlsx,
};

use crate::fixture;

#[test]
fn the_same_report_gives_the_same_bytes_in_every_format() {
    for write in [render_docx, render_pdf, render_xlsx, render_sources_docx, render_sources_pdf] {
        let first = write(&fixture::paper()).unwrap();
        let second = thread::spawn(move || write(&fixture::paper()).unwrap()).join().unwrap();
        assert!(first == second);
    }
}

#[test]
fn a_draft_gives_the_same_bytes_without_asking_the_clock() {
    let draft = || {
        let issue = hopluu_render::Issue { number: None, date: None, ..fixture::issue() };
        fixture::compose(&fixture::report(), &issue)
    };
    for write in [render_docx, render_pdf, render_xlsx] {
        let bytes = write(&draft()).unwrap();
        assert!(bytes == write(&draft()).unwrap());
    }
}
