//! What each office of the demo types: `node/demo/figures/<unit>.toml`.

use std::collections::BTreeMap;

use hopluu_protocol::id::{IndicatorId, SectionId, UnitCode};
use hopluu_protocol::period::PeriodId;
use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::internal;
use crate::problem::Refusal;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo/figures");

/// One office's figures, notes and texts.
pub(super) struct DemoFigures {
    pub(super) unit: UnitCode,
    pub(super) period: PeriodId,
    /// As people type them.
    pub(super) cells: BTreeMap<IndicatorId, String>,
    pub(super) notes: BTreeMap<IndicatorId, String>,
    pub(super) texts: BTreeMap<SectionId, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unit: UnitCode,
    period: PeriodId,
    /// Figures that are not published for this unit alone, for readers of the file.
    #[serde(default, rename = "synthetic")]
    _synthetic: Vec<IndicatorId>,
    #[serde(default)]
    cells: BTreeMap<IndicatorId, Typed>,
    #[serde(default)]
    notes: BTreeMap<IndicatorId, String>,
    #[serde(default)]
    texts: BTreeMap<SectionId, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Typed {
    Number(i64),
    Text(String),
}

/// All offices' figures, by unit code.
pub(super) fn all_figures() -> Result<Vec<DemoFigures>, Refusal> {
    let mut all = Vec::new();
    for file in FILES.files() {
        let text = file.contents_utf8().unwrap_or_default();
        let file: File = toml::from_str(text).map_err(|error| internal(&error))?;
        let cells = file.cells.into_iter().map(|(id, typed)| match typed {
            Typed::Number(number) => (id, number.to_string()),
            Typed::Text(text) => (id, text),
        });
        all.push(DemoFigures {
            unit: file.unit,
            period: file.period,
            cells: cells.collect(),
            notes: file.notes,
            texts: file.texts,
        });
    }
    all.sort_by(|a, b| a.unit.cmp(&b.unit));
    Ok(all)
}
