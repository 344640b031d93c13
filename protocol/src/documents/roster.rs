//! `town/roster`: units, node keys, roles, revoked keys.

use automerge::ReadDoc;
use automerge::transaction::Transaction;

use super::{DocumentError, field, records};
use crate::id::UnitCode;
use crate::roster::{Node, Roster, Unit};

/// The key of the record that names the hub's unit.
const HUB: &str = "hub";

/// Reads the roster.
///
/// # Errors
/// When the document is not a roster, or a record cannot be read.
pub fn read(doc: &impl ReadDoc) -> Result<Roster, DocumentError> {
    let town = records::read_all::<UnitCode>(doc, field::TOWN)?;
    let units = records::read_all::<Unit>(doc, field::UNITS)?;
    let nodes = records::read_all::<Node>(doc, field::NODES)?;
    Ok(Roster {
        hub: town.get(HUB).cloned(),
        units: units.into_values().collect(),
        nodes: nodes.into_values().collect(),
    })
}

/// Says which unit the hub belongs to.
///
/// # Errors
/// When the document is not a roster.
pub fn set_hub(tx: &mut Transaction<'_>, unit: &UnitCode) -> Result<(), DocumentError> {
    records::put(tx, field::TOWN, HUB, unit)
}

/// Adds or replaces a unit.
///
/// # Errors
/// When the document is not a roster.
pub fn put_unit(tx: &mut Transaction<'_>, unit: &Unit) -> Result<(), DocumentError> {
    records::put(tx, field::UNITS, unit.code.as_str(), unit)
}

/// Adds or replaces a node. Nodes are never removed, only revoked: their signatures outlive them.
///
/// # Errors
/// When the document is not a roster.
pub fn put_node(tx: &mut Transaction<'_>, node: &Node) -> Result<(), DocumentError> {
    records::put(tx, field::NODES, &node.key.to_string(), node)
}
