//! What peers would not take is not staged.

use automerge::ObjType;
use automerge::transaction::Transaction;

use super::super::limits::check_own;
use super::*;
use crate::wire::pack::chunk::MAX_OPS;

/// Letters that are taken away again cost few bytes, and an operation each.
#[test]
fn an_edit_of_more_operations_than_peers_take_is_refused_and_can_be_split() {
    let mut replica = with_report();
    let text = replica.edit(&report(), &person(1), |tx| tx.put_object(ROOT, "t", ObjType::Text));
    let text = text.unwrap().value;
    let half = MAX_OPS as isize / 2;
    for _ in 0..4 {
        let letters = "x".repeat(half as usize);
        replica.edit(&report(), &person(1), |tx| tx.splice_text(&text, 0, 0, &letters)).unwrap();
    }
    let cut = |tx: &mut Transaction<'_>, letters| tx.splice_text(&text, 0, letters, "");
    let refused = replica.edit(&report(), &person(1), |tx| cut(tx, 3 * half));
    let Err(EditError::Replica(error)) = refused else { panic!("{refused:?}") };
    assert!(matches!(error, ReplicaError::TooMuch { .. }) && error.is_to_be_split(), "{error}");

    let before = changes(&mut replica).len();
    let mut cut_all = |parts: &[isize]| {
        replica.edit_in_parts(&report(), &person(1), parts, |tx, part| cut(tx, *part))
    };
    // The second part alone is too much, when the first has been made.
    assert!(cut_all(&[half, 3 * half]).is_err());
    cut_all(&[half; 4]).unwrap();
    assert_eq!(changes(&mut replica).len(), before + 2, "of the first try nothing is left");
    let document = replica.document(&report()).unwrap().unwrap();
    assert_eq!(document.text(&text).unwrap(), "");
    commit(&mut replica);
    assert!(reopen(replica).document(&report()).is_ok());
}

/// Other machines of the unit may have written meanwhile what has not come here yet.
#[test]
fn a_document_is_full_here_before_it_is_for_peers() {
    let mut replica = with_report();
    put(&mut replica, 1, "pl4.1", 7).unwrap();
    let change = changes(&mut replica).pop().unwrap();
    let at = |start_op: u64| {
        let mut expanded = change.decode();
        expanded.start_op = start_op.try_into().unwrap();
        Change::from(expanded)
    };
    let check = |change: &Change, changes| check_own(&report(), change, changes);
    let is_full = |outcome| matches!(outcome, Err(ReplicaError::Full { .. }));

    assert!(check(&at(MAX_OPERATIONS / 2), MAX_CHANGES / 2).is_ok());
    assert!(is_full(check(&at(MAX_OPERATIONS / 8 * 7), 1)));
    assert!(is_full(check(&at(1), MAX_CHANGES / 8 * 7)));
}
