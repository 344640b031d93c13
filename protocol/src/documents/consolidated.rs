//! `consolidated/<period>`: the operator's text, overrides, issue number and date.
//!
//! The figures themselves are never in here: they are computed from the accepted submissions each time.

use std::collections::BTreeMap;

use automerge::transaction::Transaction;
use automerge::{Automerge, ReadDoc};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::text_figures::{Written, written};
use super::{DocumentError, child, field, object, records};
use crate::id::{IndicatorId, SectionId};

/// What the operator added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Additions {
    /// Texts of sections, NFC, without empty ones.
    pub texts: BTreeMap<SectionId, Written>,
    /// Figures replaced by hand, each with its reason.
    pub overrides: BTreeMap<IndicatorId, OverrideRecord>,
    /// Number and date of the issued report.
    pub issue: Option<IssueRecord>,
}

/// A figure replaced by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideRecord {
    /// The value, as a cell encodes it.
    pub value: String,
    /// Why. Printed beside the figure.
    pub reason: String,
    /// Who did it.
    pub person: String,
}

/// Number and date of an issued report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueRecord {
    /// The number within the year (Nghị định 30/2020/NĐ-CP, Điều 15).
    pub number: u32,
    /// The date.
    pub date: Date,
}

/// The key of the record with number and date.
const ISSUE: &str = "issue";

/// Reads the operator's additions.
///
/// # Errors
/// When the document is not a consolidated report, or a record cannot be read.
pub fn read(doc: &Automerge) -> Result<Additions, DocumentError> {
    let mut additions = Additions::default();
    let texts = object(doc, field::TEXTS)?;
    for key in doc.keys(&texts) {
        let (Ok(id), Some(object)) = (key.parse(), child(doc, &texts, &key)?) else { continue };
        let Written { text, figures } = written(doc, &object, &doc.get_heads())?;
        let text: String = text.nfc().collect();
        if !text.trim().is_empty() {
            additions.texts.insert(id, Written { text, figures });
        }
    }
    for (key, record) in records::read_all::<OverrideRecord>(doc, field::OVERRIDES)? {
        if let Ok(id) = key.parse() {
            additions.overrides.insert(id, record);
        }
    }
    additions.issue = records::read_all(doc, field::ISSUE)?.remove(ISSUE);
    Ok(additions)
}

/// Replaces a figure by hand.
///
/// # Errors
/// When the document is not a consolidated report.
pub fn put_override(
    tx: &mut Transaction<'_>,
    cell: &IndicatorId,
    record: &OverrideRecord,
) -> Result<(), DocumentError> {
    records::put(tx, field::OVERRIDES, cell.as_str(), record)
}

/// Takes an override back.
///
/// # Errors
/// When the document is not a consolidated report.
pub fn remove_override(tx: &mut Transaction<'_>, cell: &IndicatorId) -> Result<(), DocumentError> {
    records::remove(tx, field::OVERRIDES, cell.as_str())
}

/// Sets number and date.
///
/// # Errors
/// When the document is not a consolidated report.
pub fn set_issue(tx: &mut Transaction<'_>, issue: &IssueRecord) -> Result<(), DocumentError> {
    records::put(tx, field::ISSUE, ISSUE, issue)
}
