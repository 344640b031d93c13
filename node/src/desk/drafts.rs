//! What somebody typed into a cell that is no value for it: kept on this machine as it was typed, and in no
//! shared document. It lies in the store's local part, so it is as durable as all else.

use std::collections::BTreeMap;

use hopluu_protocol::id::IndicatorId;
use hopluu_protocol::period::PeriodId;
use serde::{Deserialize, Serialize};

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

/// What the keys of drafts begin with.
const DRAFTS: &str = "draft/";

/// Longest text of one, bytes.
const LONGEST: usize = 4 * 1024;

#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
}

impl Desk {
    /// The drafts of a period, as they were typed.
    pub(super) fn drafts(
        &self,
        period: PeriodId,
    ) -> Result<BTreeMap<IndicatorId, String>, Refusal> {
        let prefix = prefix(period);
        let mut drafts = BTreeMap::new();
        for (key, bytes) in self.replica.meta_under(&prefix)? {
            let id = key.strip_prefix(&prefix).and_then(|id| id.parse::<IndicatorId>().ok());
            // One that does not read was not written by this program.
            if let (Some(id), Ok(kept)) = (id, serde_json::from_slice::<Kept>(&bytes)) {
                drafts.insert(id, kept.text);
            }
        }
        Ok(drafts)
    }

    /// Keeps a draft of a cell, or drops it.
    pub(super) fn set_draft(
        &mut self,
        period: PeriodId,
        id: &IndicatorId,
        text: Option<&str>,
    ) -> Result<(), Refusal> {
        let key = format!("{}{id}", prefix(period));
        let kept = text.map(|text| Kept { text: text.to_owned() });
        let bytes = kept.map(|kept| serde_json::to_vec(&kept)).transpose();
        let bytes =
            bytes.map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        if bytes.is_some() || self.replica.meta(&key)?.is_some() {
            self.replica.set_meta(&key, bytes)?;
        }
        Ok(())
    }
}

/// Whether a text can be kept as a draft.
pub(super) fn checked_draft(text: &str) -> Result<(), Problem> {
    let bytes = text.len();
    if bytes <= LONGEST {
        return Ok(());
    }
    let problem = Problem::new("draft-too-long", format!("{bytes} bytes"));
    Err(problem.arg("bytes", bytes).arg("limit", LONGEST))
}

fn prefix(period: PeriodId) -> String {
    format!("{DRAFTS}{period}/")
}
