//! The outputs as their readers see them: the paper's words, the DOCX package against the schema's order,
//! the workbook through an importer's eyes, and the same bytes for the same input.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(unreachable_pub, missing_docs, reason = "a test program has no interface")]

mod docx;
mod fixture;
mod paper;
mod same_bytes;
mod xlsx;
mod xml;
