//! The script, as this driver reads it.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use anyhow::{Context as _, Result};
use hopluu_node::desk::Desk;
use hopluu_node::problem::Refusal;
use serde::Deserialize;

use hopluu_quarter::form;

/// Who works.
pub(crate) const PERSON: &str = "Nguyễn Thị Hoa";

/// 1 January 2023, milliseconds since 1970: when the officers' work begins.
const NEW_YEAR: i64 = 1_672_531_200_000;

/// The officers' clock, milliseconds since 1970.
static CLOCK: AtomicI64 = AtomicI64::new(NEW_YEAR);

/// One edit. A node takes the whole text and finds out itself what was changed in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub(crate) enum Edit {
    Cell { after: i64, cell: String, value: u64 },
    Text { after: i64, section: String, text: String },
}

pub(crate) fn read(path: &str) -> Result<Vec<Edit>> {
    serde_json::from_slice(&std::fs::read(path)?).with_context(|| path.to_owned())
}

/// The officers' time, milliseconds since 1970.
pub(crate) fn clock() -> i64 {
    CLOCK.load(Relaxed)
}

/// Does one edit.
pub(crate) fn perform(desk: &mut Desk, edit: &Edit) -> Result<(), Refusal> {
    let period = form::PERIOD.parse()?;
    match edit {
        Edit::Cell { after, cell, value } => {
            CLOCK.fetch_add(after * 1000, Relaxed);
            desk.set_cell(period, &cell.parse()?, &value.to_string(), None, PERSON)?;
        }
        Edit::Text { after, section, text } => {
            CLOCK.fetch_add(after * 1000, Relaxed);
            desk.set_text(period, &section.parse()?, text, PERSON)?;
        }
    }
    Ok(())
}
