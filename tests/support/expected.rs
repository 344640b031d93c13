//! The figures that the demo's report must have, reckoned apart from this code (`tests/data`).

use crate::repository;

/// What one cell must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The cell's id.
    pub id: String,
    /// `typed`, `derived`, `heading` or `outside`.
    pub kind: String,
    /// The state as the JSON names it.
    pub state: String,
    /// The value: a number, the reason of a *not applicable*, or nothing.
    pub value: String,
}

/// The rows of a table below `tests/data`.
///
/// # Panics
/// When the table is not there or not a table: the test cannot go on.
#[allow(clippy::expect_used, reason = "for tests only")]
pub fn expected(file: &str) -> Vec<Expected> {
    let path = repository().join("tests/data").join(file);
    let text = std::fs::read_to_string(path).expect("the table of expected figures");
    let rows = text.lines().skip(1).filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|line| {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        Expected { id: next(), kind: next(), state: next(), value: next() }
    })
    .collect()
}
