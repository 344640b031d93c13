//! What a report holds at one moment, apart from how it came to be: the input of consolidation and the
//! thing that a submission's digest is made of.

use std::collections::BTreeMap;

use crate::id::{IndicatorId, SectionId};
use crate::value::CellValue;

/// A report's cells, notes and texts at one set of heads. Only what has been reported is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Typed values. A cell in open conflict is here with the value that automerge picks; a report with
    /// an open conflict cannot be submitted.
    pub cells: BTreeMap<IndicatorId, CellValue>,
    /// Notes to cells (Ghi chú), NFC, without empty ones.
    pub notes: BTreeMap<IndicatorId, String>,
    /// Texts of sections, NFC, without empty ones.
    pub texts: BTreeMap<SectionId, String>,
}
