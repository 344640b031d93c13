//! Writes the test report as DOCX, PDF and XLSX into a directory and says how long each took, cold and
//! warm: `cargo run -p hopluu-render --example sample -- target/sample`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "an example for people at a terminal")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "shared with the tests")]

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use hopluu_render::{Paper, RenderError, render_docx, render_pdf, render_xlsx};

#[path = "../tests/it/fixture.rs"]
mod fixture;

type Writer = fn(&Paper) -> Result<Vec<u8>, RenderError>;

fn main() {
    let directory = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    fs::create_dir_all(&directory).unwrap();
    let paper = fixture::paper();
    // The warm run prints another paper, so that nothing of the first can be used again as it is.
    let mut other = fixture::report();
    other.sections.iter_mut().for_each(|section| section.text.push_str(" Đã rà soát."));
    let other = fixture::compose(&other, &fixture::issue());
    let writers: [(&str, Writer); 3] =
        [("docx", render_docx), ("pdf", render_pdf), ("xlsx", render_xlsx)];
    for (extension, write) in writers {
        let start = Instant::now();
        let bytes = write(&paper).unwrap();
        let cold = start.elapsed();
        let start = Instant::now();
        write(&other).unwrap();
        let warm = start.elapsed();
        println!("{extension}: {} bytes, cold {cold:.1?}, warm {warm:.1?}", bytes.len());
        fs::write(directory.join(format!("bao-cao.{extension}")), bytes).unwrap();
    }
}
