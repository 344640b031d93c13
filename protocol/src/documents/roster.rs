//! `town/roster`: units, node keys, roles, revoked keys.

use automerge::ReadDoc;
use automerge::transaction::Transaction;

use super::{DocumentError, field, fieldwise, records};
use crate::id::UnitCode;
use crate::roster::{Node, Roster, Unit};

/// The key of the record that names the hub's unit.
const HUB: &str = "hub";

/// Reads the roster. Where rosters that grew apart were merged, who was revoked in one of them is revoked:
/// a hub that got an older roster back may have written to it before it got the newer one.
///
/// # Errors
/// When the document is not a roster, or a record cannot be read.
pub fn read(doc: &impl ReadDoc) -> Result<Roster, DocumentError> {
    let town = records::read_all::<UnitCode>(doc, field::TOWN)?;
    let units = fieldwise::read_all::<Unit>(doc, field::UNITS)?;
    let mut nodes = records::read_all::<Node>(doc, field::NODES)?;
    for (key, sides) in records::read_conflicts::<Node>(doc, field::NODES)? {
        if let Some(node) = nodes.get_mut(&key) {
            node.revoked_at = sides.iter().filter_map(|side| side.revoked_at).min();
        }
    }
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

/// Adds or changes a unit, field by field: what another machine changes at the same time stays.
///
/// # Errors
/// When the document is not a roster.
pub fn put_unit(tx: &mut Transaction<'_>, unit: &Unit) -> Result<(), DocumentError> {
    fieldwise::put(tx, field::UNITS, unit.code.as_str(), unit)
}

/// Takes a unit out that nobody has heard of yet. One that has reported is ended instead.
///
/// # Errors
/// When the document is not a roster.
pub fn remove_unit(tx: &mut Transaction<'_>, unit: &UnitCode) -> Result<(), DocumentError> {
    records::remove(tx, field::UNITS, unit.as_str())
}

/// Adds or replaces a node. Nodes are never removed, only revoked: their signatures outlive them.
///
/// # Errors
/// When the document is not a roster.
pub fn put_node(tx: &mut Transaction<'_>, node: &Node) -> Result<(), DocumentError> {
    records::put(tx, field::NODES, &node.key.to_string(), node)
}

#[cfg(test)]
mod tests {
    use automerge::{ActorId, Automerge};

    use super::*;
    use crate::documents::genesis::genesis;
    use crate::id::DocId;
    use crate::identity::NodeKey;
    use crate::roster::Role;

    fn node(name: &str, revoked_at: Option<i64>) -> Node {
        let (key, unit) = (NodeKey([7; 32]), "a".parse().unwrap());
        Node { key, unit, role: Role::Office, name: name.to_owned(), enrolled_at: 1, revoked_at }
    }

    fn write(doc: &mut Automerge, actor: u8, node: &Node) {
        doc.set_actor(ActorId::from([actor; 16]));
        doc.transact(|tx| put_node(tx, node)).unwrap();
    }

    #[test]
    fn who_was_revoked_in_one_of_two_rosters_is_revoked_in_both_together() {
        // Automerge picks one side by its actor; either may be the one.
        for revokes in [1, 9] {
            let mut doc = Automerge::new();
            doc.apply_changes([genesis(&DocId::Roster, None).unwrap()]).unwrap();
            write(&mut doc, 5, &node("first", None));
            let mut other = doc.fork();
            write(&mut doc, revokes, &node("first", Some(2)));
            write(&mut other, 5, &node("renamed", None));
            doc.merge(&mut other).unwrap();
            assert_eq!(read(&doc).unwrap().nodes[0].revoked_at, Some(2), "{revokes}");
            assert_eq!(read(&other).unwrap().nodes[0].revoked_at, None);
        }
    }
}
