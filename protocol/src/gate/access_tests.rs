use super::*;
use crate::roster::{Node, Role};

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn key(number: u8) -> NodeKey {
    NodeKey([number; 32])
}

const HUB: u8 = 1;
const OPERATOR: u8 = 2;
const A: u8 = 3;
const B: u8 = 4;
const GONE: u8 = 5;

fn roster() -> Roster {
    let node = |number, code: &str, role, revoked_at| Node {
        key: key(number),
        unit: unit(code),
        role,
        name: String::new(),
        enrolled_at: 0,
        revoked_at,
    };
    Roster {
        hub: Some(unit("town")),
        units: Vec::new(),
        nodes: vec![
            node(HUB, "town", Role::Operator, None),
            node(OPERATOR, "town", Role::Operator, None),
            node(A, "a", Role::Office, None),
            node(B, "b", Role::Office, None),
            node(GONE, "a", Role::Office, Some(1)),
        ],
    }
}

fn hub() -> Access {
    Access::new(unit("town"), None, &roster())
}

fn office() -> Access {
    Access::new(unit("a"), Some(key(HUB)), &roster())
}

fn doc(id: &str) -> DocId {
    id.parse().unwrap()
}

#[test]
fn the_hub_shares_with_an_office_the_towns_documents_and_that_units() {
    let scope = hub().scope_of(&key(A)).unwrap();
    for id in ["town/roster", "report/2023-q1/a", "review/2023-q1/a"] {
        assert!(scope.contains_doc(&doc(id)), "{id}");
    }
    for id in ["report/2023-q1/b", "review/2023-q1/b", "consolidated/2023-q1"] {
        assert!(!scope.contains_doc(&doc(id)), "{id}");
    }
    assert_eq!(office().scope_of(&key(HUB)).unwrap(), scope);
}

#[test]
fn the_hub_shares_everything_with_its_operators() {
    assert_eq!(hub().scope_of(&key(OPERATOR)), Ok(Scope::All));
    let operator = Access::new(unit("town"), Some(key(HUB)), &roster());
    assert_eq!(operator.scope_of(&key(HUB)), Ok(Scope::All));
    assert_eq!(hub().may_send(&key(OPERATOR), &doc("town/roster")), Ok(()));
}

#[test]
fn unknown_and_revoked_keys_share_nothing_and_offices_nothing_with_each_other() {
    assert_eq!(hub().scope_of(&key(99)), Err(AccessError::KeyUnknown { key: key(99) }));
    assert_eq!(hub().scope_of(&key(GONE)), Err(AccessError::KeyRevoked { key: key(GONE) }));
    assert!(matches!(office().scope_of(&key(B)), Err(AccessError::NotAPeer { .. })));
}

#[test]
fn a_new_office_trusts_the_hub_of_its_invitation_before_it_has_the_roster() {
    let access = Access::new(unit("a"), Some(key(HUB)), &Roster::default());
    assert!(access.scope_of(&key(HUB)).unwrap().contains_doc(&doc("town/roster")));
    assert_eq!(access.may_send(&key(HUB), &doc("town/roster")), Ok(()));
    assert_eq!(access.may_write(&key(OPERATOR), &doc("town/roster")), Ok(()));
    assert!(access.scope_of(&key(OPERATOR)).is_err());
}

#[test]
fn a_hub_key_that_the_roster_has_revoked_is_no_longer_trusted() {
    let mut roster = roster();
    roster.nodes[0].revoked_at = Some(1);
    let access = Access::new(unit("a"), Some(key(HUB)), &roster);
    assert_eq!(access.scope_of(&key(HUB)), Err(AccessError::KeyRevoked { key: key(HUB) }));
}

#[test]
fn an_office_sends_only_what_its_unit_writes_and_offers_no_more() {
    assert_eq!(hub().may_send(&key(A), &doc("report/2023-q1/a")), Ok(()));
    assert!(matches!(
        hub().may_send(&key(A), &doc("review/2023-q1/a")),
        Err(AccessError::WrongWriter { .. })
    ));
    assert!(matches!(
        hub().may_send(&key(A), &doc("report/2023-q1/b")),
        Err(AccessError::OutOfScope { .. })
    ));
    assert!(office().may_offer(&key(HUB), &doc("report/2023-q1/a")));
    for id in ["review/2023-q1/a", "town/roster", "report/2023-q1/b"] {
        assert!(!office().may_offer(&key(HUB), &doc(id)), "{id}");
    }
    assert!(hub().may_offer(&key(A), &doc("report/2023-q1/a")));
}

#[test]
fn the_hub_knows_every_author_and_an_office_takes_its_word_for_those_it_does_not_know() {
    let report = doc("report/2023-q1/a");
    assert_eq!(hub().may_write(&key(A), &report), Ok(()));
    assert!(matches!(hub().may_write(&key(99), &report), Err(AccessError::AuthorUnknown { .. })));
    for access in [hub(), office()] {
        assert!(matches!(
            access.may_write(&key(B), &report),
            Err(AccessError::AuthorOfOtherUnit { .. })
        ));
        assert!(access.may_write(&key(A), &doc("town/roster")).is_err());
        assert_eq!(access.may_write(&key(OPERATOR), &doc("town/roster")), Ok(()));
    }
    assert_eq!(office().may_write(&key(99), &report), Ok(()));
}

#[test]
fn what_a_revoked_author_wrote_is_taken_from_others() {
    let report = doc("report/2023-q1/a");
    assert_eq!(hub().may_write(&key(GONE), &report), Ok(()));
    assert_eq!(office().may_write(&key(GONE), &report), Ok(()));
    assert!(hub().may_send(&key(GONE), &report).is_err());
}

#[test]
fn a_hub_without_a_roster_knows_nobody() {
    let lost = Access::new(unit("town"), None, &Roster::default());
    assert_eq!(lost.scope_of(&key(99)), Err(AccessError::KeyUnknown { key: key(99) }));
    assert!(lost.may_send(&key(99), &doc("town/roster")).is_err());
    assert!(!lost.may_offer(&key(99), &doc("town/roster")));
    assert!(lost.may_seal(&key(HUB), &key(HUB)) && !lost.may_seal(&key(99), &key(HUB)));
}

#[test]
fn an_office_returns_what_the_hub_wrote_and_the_hub_seals_only_that() {
    assert!(office().may_return(&key(HUB), &doc("town/roster")));
    assert!(office().may_return(&key(HUB), &doc("review/2023-q1/a")));
    assert!(!office().may_return(&key(HUB), &doc("report/2023-q1/a")));
    assert!(!office().may_return(&key(B), &doc("town/roster")));
    assert!(!hub().may_return(&key(OPERATOR), &doc("town/roster")));
    assert!(hub().seals(&doc("town/roster")) && !hub().seals(&doc("report/2023-q1/a")));
    assert!(!office().seals(&doc("town/roster")));
    assert!(hub().may_seal(&key(OPERATOR), &key(HUB)) && !hub().may_seal(&key(A), &key(HUB)));
}

#[test]
fn offices_keep_all_seals_and_machines_of_the_hubs_unit_that_of_the_roster() {
    let operator = Access::new(unit("town"), Some(key(HUB)), &roster());
    let (hubs, calendar) = (key(HUB), doc("town/calendar"));
    assert!(office().keeps_seal(&hubs, &DocId::Roster) && office().keeps_seal(&hubs, &calendar));
    assert!(operator.keeps_seal(&hubs, &DocId::Roster) && !operator.keeps_seal(&hubs, &calendar));
    assert!(!operator.keeps_seal(&key(A), &DocId::Roster));
    assert!(!hub().keeps_seal(&key(OPERATOR), &DocId::Roster));
}
