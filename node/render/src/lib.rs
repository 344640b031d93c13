//! The report on paper: DOCX, PDF and XLSX in the form of Nghị định 30/2020/NĐ-CP, Phụ lục I.
//!
//! ```text
//! Report ─┐                    ┌─ docx ─→ bytes
//! Template├─ compose ─→ Paper ─┼─ pdf  ─→ bytes
//! Roster  │                    └─ xlsx ─→ bytes
//! Issue  ─┘
//! ```
//!
//! [`Paper`] is the document as people read it: every number, date and non-value in it is already
//! written in Vietnamese, by [`Paper::compose`] and nothing else. The three writers only place it on the
//! page, so that the outputs cannot contradict each other. None of them reads a clock: the same paper
//! gives the same bytes.

mod compose;
mod docx;
mod error;
mod paper;
mod pdf;
mod xlsx;

pub use compose::Issue;
pub use docx::{render_docx, render_sources_docx};
pub use error::{ComposeError, RenderError};
pub use paper::{
    Addressees, AppendixTable, Block, Cell, Figure, Head, MadeFrom, MadeFromRow, Paper, Row, Sheet,
    Signature,
};
pub use pdf::{PageSize, Pictures, render_pdf, render_sources_pdf};
pub use xlsx::{VALUE_NOT_APPLICABLE, VALUE_NOTHING_AROSE, render_xlsx};
