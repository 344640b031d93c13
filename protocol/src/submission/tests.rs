//! A submission holds whatever happens to the draft afterwards, and nothing else passes for one.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge};

use super::*;
use crate::documents::genesis::genesis;
use crate::documents::report;
use crate::id::UnitCode;
use crate::roster::{Node, Role, Roster};
use crate::template::sample;
use crate::value::CellValue;

struct Office {
    id: DocId,
    unit: UnitCode,
    report: Automerge,
    key: OfficeKey,
    roster: Roster,
}

impl Office {
    fn new() -> Self {
        let template = sample::of_sections(&[]);
        let id: DocId = "report/2023-q1/a".parse().unwrap();
        let unit: UnitCode = "a".parse().unwrap();
        let key = OfficeKey::from_seed([7; 32]);
        let mut report = Automerge::new().with_actor(ActorId::from([7; 16]));
        report.apply_changes([genesis(&id, Some(&template)).unwrap()]).unwrap();
        let roster = Roster { hub: None, units: Vec::new(), nodes: vec![node(&key, &unit)] };
        let mut office = Self { id, unit, report, key, roster };
        office.sets("x.1", 855);
        office
    }

    fn sets(&mut self, cell: &str, number: i64) {
        let cell = cell.parse().unwrap();
        self.report
            .transact_with::<_, _, crate::documents::DocumentError, _>(
                |()| CommitOptions::default().with_time(0),
                |tx| report::set_cell(tx, &cell, Some(&CellValue::Number(number.into()))),
            )
            .map_err(|failure| failure.error)
            .unwrap();
    }

    fn states(&self) -> Statement {
        Statement {
            doc: self.id.clone(),
            heads: self.report.get_heads(),
            digest: figures_digest(&report::read(&self.report, None).unwrap().figures),
            template: "t@1".parse().unwrap(),
            signed_at: 1_678_700_000_000,
            person: "Nguyễn Văn An".to_owned(),
            key: self.key.node_key(),
        }
    }

    fn submits(&self) -> Submission {
        Submission::sign(self.states(), &self.key)
    }

    fn verifies(&self, submission: &Submission) -> Result<report::Reading, VerifyError> {
        let followed = ["t@1", "t@2"].map(|reference| reference.parse().unwrap());
        verify(submission, &self.id, &self.unit, &self.report, &self.roster, &followed)
    }
}

fn node(key: &OfficeKey, unit: &UnitCode) -> Node {
    Node {
        key: key.node_key(),
        unit: unit.clone(),
        role: Role::Office,
        name: String::new(),
        enrolled_at: 0,
        revoked_at: None,
    }
}

#[test]
fn a_later_draft_does_not_change_what_was_submitted() {
    let mut office = Office::new();
    let submission = office.submits();
    office.sets("x.1", 856);
    office.sets("x.2", 1);
    let reading = office.verifies(&submission).unwrap();
    let cells: Vec<_> = reading.figures.cells.into_iter().collect();
    assert_eq!(cells, [("x.1".parse().unwrap(), CellValue::Number(855.into()))]);
}

#[test]
fn a_submission_lies_in_the_report_and_comes_out_as_it_went_in() {
    let mut office = Office::new();
    let submission = office.submits();
    let mut tx = office.report.transaction();
    report::add_submission(&mut tx, &submission).unwrap();
    tx.commit();
    let found = report::submissions(&office.report).unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [(submission.id(), submission.clone())]);
    assert!(office.verifies(&submission).is_ok());
}

#[test]
fn the_digest_covers_which_cell_a_figure_in_a_text_shows() {
    let section: crate::id::SectionId = "i".parse().unwrap();
    let figures = |cells: &[&str]| {
        let mut figures = crate::figures::Figures::default();
        figures.texts.insert(section.clone(), "Có \u{fffc} hồ sơ".to_owned());
        let cells: Vec<_> = cells.iter().map(|cell| cell.parse().ok()).collect();
        if !cells.is_empty() {
            figures.shown.insert(section.clone(), cells);
        }
        figures
    };
    let (one, other) = (figures_digest(&figures(&["x.1"])), figures_digest(&figures(&["x.2"])));
    let unbound = figures_digest(&figures(&[]));
    assert!(one != other && one != unbound && other != unbound);
    // As programs before wrote it, so that what was signed then verifies for good.
    let digest = data_encoding::HEXLOWER.encode(&unbound);
    assert_eq!(digest, "ade2096ed4717d9243a623e5a175a78b7c42d05e681c189960f8a45ffaa156d5");
}

#[test]
fn figures_other_than_those_signed_do_not_verify() {
    let office = Office::new();
    let mut statement = office.states();
    statement.digest[0] ^= 1;
    let submission = Submission::sign(statement, &office.key);
    assert!(matches!(office.verifies(&submission), Err(VerifyError::Digest { .. })));
}

#[test]
fn a_statement_changed_after_signing_does_not_verify() {
    let office = Office::new();
    let genuine = office.submits();
    let changes: [fn(&mut Statement); 3] = [
        |statement| statement.person.push('x'),
        |statement| statement.signed_at += 1,
        |statement| statement.heads.clear(),
    ];
    for change in changes {
        let mut forged = genuine.clone();
        change(&mut forged.statement);
        assert!(matches!(office.verifies(&forged), Err(VerifyError::Signature { .. })));
        assert_ne!(forged.id(), genuine.id());
    }
}

#[test]
fn the_key_of_another_unit_cannot_submit() {
    let mut office = Office::new();
    let stranger = OfficeKey::from_seed([8; 32]);
    let submission = Submission::sign(office.states(), &stranger);
    assert!(matches!(office.verifies(&submission), Err(VerifyError::Signer { .. })));
    office.roster.nodes.push(node(&stranger, &"b".parse().unwrap()));
    assert!(matches!(office.verifies(&submission), Err(VerifyError::Signer { .. })));
}

#[test]
fn a_submission_counts_only_in_the_document_that_it_names() {
    let office = Office::new();
    let statement = Statement { doc: "report/2023-q2/a".parse().unwrap(), ..office.states() };
    let submission = Submission::sign(statement, &office.key);
    assert!(matches!(office.verifies(&submission), Err(VerifyError::WrongDocument { .. })));
}

#[test]
fn a_submission_stays_at_the_version_that_it_was_made_under() {
    let office = Office::new();
    for (template, counts) in [("t@1", true), ("t@2", true), ("t@3", false), ("other@1", false)] {
        let statement = Statement { template: template.parse().unwrap(), ..office.states() };
        let verified = office.verifies(&Submission::sign(statement, &office.key));
        assert_eq!(verified.is_ok(), counts, "{template}");
        assert!(counts || matches!(verified, Err(VerifyError::Template { .. })));
    }
}

#[test]
fn heads_that_have_not_arrived_yet_do_not_verify() {
    let office = Office::new();
    let statement = Statement { heads: vec![ChangeHash([9; 32])], ..office.states() };
    let submission = Submission::sign(statement, &office.key);
    assert!(matches!(office.verifies(&submission), Err(VerifyError::Document { .. })));
}

#[test]
fn cells_that_cannot_be_read_forbid_submission() {
    let mut office = Office::new();
    let mut tx = office.report.transaction();
    let (_, cells) = automerge::ReadDoc::get(&tx, automerge::ROOT, "cells").unwrap().unwrap();
    tx.put(&cells, "x.9", 1.5).unwrap();
    tx.commit();
    assert!(matches!(office.verifies(&office.submits()), Err(VerifyError::Unreadable { .. })));
}

#[test]
fn fields_cannot_flow_into_each_other_in_what_is_signed() {
    let office = Office::new();
    let one = Statement { person: "ab".to_owned(), ..office.states() };
    let other = Statement { person: "a".to_owned(), ..office.states() };
    assert_ne!(one.to_bytes(), other.to_bytes());
    assert!(one.to_bytes().len() > other.to_bytes().len());
}

#[test]
fn of_several_submissions_the_one_made_last_counts_whatever_the_clocks_say() {
    let mut office = Office::new();
    let mut hands_in = |number, received, signed_at| {
        office.sets("x.1", number);
        let statement = Statement { signed_at, ..office.states() };
        let submission = Submission::sign(statement, &office.key);
        let mut tx = office.report.transaction();
        report::add_submission(&mut tx, &submission).unwrap();
        tx.commit();
        (received, submission)
    };
    // The hub's clock was years ahead when the first arrived, and so was the office's.
    let accepted = [hands_in(1, 9_000, 9_000), hands_in(2, 100, 100), hands_in(3, 50, 50)];
    let last = accepted[2].1.id();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let accepted = order.map(|index| accepted[index].clone()).into();
        let (_, counts) = counting(&office.report, accepted).unwrap().unwrap();
        assert_eq!(counts.id(), last);
    }
    assert!(counting(&office.report, Vec::new()).unwrap().is_none());

    // The last one has not been received: it is the latest all the same, and the others keep their order.
    let wanted = accepted.each_ref().map(|(_, submission)| submission.id());
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let given = order.map(|index| {
            let (received, submission) = accepted[index].clone();
            ((index < 2).then_some(received), submission)
        });
        let ordered = in_order(&office.report, given.into());
        assert_eq!(ids(ordered), wanted);
    }
}

#[test]
fn of_two_submissions_made_apart_the_one_received_later_counts() {
    let mut office = Office::new();
    let statement = office.states();
    let [one, other] = [1, 2].map(|signed_at| {
        Submission::sign(Statement { signed_at, ..statement.clone() }, &office.key)
    });
    for submission in [&one, &other] {
        let mut tx = office.report.transaction();
        report::add_submission(&mut tx, submission).unwrap();
        tx.commit();
    }
    let accepted = vec![(20, one.clone()), (10, other.clone())];
    let (received, counts) = counting(&office.report, accepted).unwrap().unwrap();
    assert_eq!((received, counts.id()), (20, one.id()));

    let order = |given: [(Option<i64>, &Submission); 2]| {
        let given = given.map(|(received, submission)| (received, submission.clone()));
        ids(in_order(&office.report, given.into()))
    };
    let (first, second) = (one.id(), other.id());
    assert_eq!(order([(Some(20), &one), (Some(10), &other)]), [second.clone(), first.clone()]);
    // What the hub has not received yet comes after what it has.
    assert_eq!(order([(Some(20), &one), (None, &other)]), [first, second]);
}

#[test]
fn a_submission_that_names_heads_which_are_not_here_has_its_place_all_the_same() {
    let office = Office::new();
    let sound = office.submits();
    let lost = Statement { heads: vec![ChangeHash([9; 32])], ..office.states() };
    let lost = Submission::sign(lost, &office.key);
    let ordered = in_order(&office.report, vec![(None, lost.clone()), (Some(5), sound.clone())]);
    assert_eq!(ids(ordered), [sound.id(), lost.id()]);
}

fn ids(ordered: Vec<(Option<i64>, Submission)>) -> Vec<SubmissionId> {
    ordered.into_iter().map(|(_, submission)| submission.id()).collect()
}
