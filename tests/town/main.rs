//! The demo town, whole: real nodes, real QUIC, and the figures that must come out.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

use std::collections::BTreeMap;

use hopluu_node::data_dir::DataDir;
use hopluu_node::demo;
use hopluu_node::desk::{Desk, ImportOptions, ReportFormat};
use hopluu_node::import::{ImportFile, ImportFormat};
use hopluu_node::node::{Node, Shown};
use hopluu_protocol::report::{Report, ReportValue};
use hopluu_tests::expected;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_town_reports_and_the_hub_has_every_published_figure() {
    let dir = tempfile::tempdir().unwrap();
    let town = demo::run(dir.path(), |_| {}).await.unwrap();
    let period = town.period;
    let printable =
        town.hub.node.keeper().desk(move |desk| desk.printable(period, None)).await.unwrap();
    assert_eq!(printable.consolidated().problems, []);
    let report: Report =
        serde_json::from_slice(&printable.render(ReportFormat::Json).unwrap().bytes).unwrap();

    let cells: BTreeMap<&str, _> =
        report.cells.iter().map(|cell| (cell.id.as_str(), cell)).collect();
    let mut checked = 0;
    for row in expected("cchc-2023-q1.tsv").into_iter().chain(expected("cchc-2023-q1-facts.tsv")) {
        let cell = cells.get(row.id.as_str()).unwrap_or_else(|| panic!("{} is missing", row.id));
        let state = serde_json::to_value(cell.state).unwrap();
        assert_eq!(state, row.state, "{}", row.id);
        match (&cell.value, row.value.as_str()) {
            (ReportValue::Number(number), value) => {
                assert_eq!(*number, value.parse().unwrap(), "{}", row.id);
            }
            (ReportValue::Text(text), value) => assert_eq!(text, value, "{}", row.id),
            (ReportValue::Null, value) => assert_eq!(value, "", "{}", row.id),
        }
        assert!(cell.complete, "{} is incomplete", row.id);
        if row.kind == "typed" {
            assert!(!cell.sources.is_empty(), "{} has no sources", row.id);
            assert!(cell.sources.iter().all(|source| source.submission.is_some()));
        }
        checked += 1;
    }
    assert_eq!(checked, 209);
    assert_eq!(report.submissions.len(), demo::offices().unwrap());
    assert!(report.submissions.iter().all(|submission| submission.received_at.is_some()));

    for format in [ReportFormat::Docx, ReportFormat::Pdf, ReportFormat::Xlsx, ReportFormat::Json] {
        let again =
            town.hub.node.keeper().desk(move |desk| desk.printable(period, None)).await.unwrap();
        let [first, second] = [&printable, &again].map(|made| made.render(format).unwrap().bytes);
        assert!(first == second, "{format:?} differs from one time to the next");
        assert!(first.len() > 1000);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_commune_exports_it_can_import_and_nothing_changes() {
    let dir = tempfile::tempdir().unwrap();
    let town = demo::run(dir.path(), |_| {}).await.unwrap();
    let period = town.period;
    let roster = town.hub.node.keeper().desk(Desk::roster).await.unwrap();
    let commune = roster.units.iter().find(|unit| unit.code.as_str().starts_with("20")).unwrap();
    let unit = commune.code.clone();

    // Another machine of the commune, which gets everything from the hub.
    let invited = town.hub.node.invite(unit.clone(), Vec::new(), 1).await.unwrap();
    let node = Node::open_or_make(&DataDir::new(dir.path().join("third"))).await.unwrap();
    node.join(&invited.invitation, "third").await.unwrap();

    let printable = node.keeper().desk(move |desk| desk.printable(period, None)).await.unwrap();
    for (format, import, name) in [
        (ReportFormat::Xlsx, ImportFormat::Xlsx, "report.xlsx"),
        (ReportFormat::Json, ImportFormat::Json, "report.json"),
    ] {
        let bytes = printable.render(format).unwrap().bytes;
        let outcome = node
            .keeper()
            .desk(move |desk| {
                let file = ImportFile { format: import, bytes: &bytes, name };
                desk.import(period, &file, ImportOptions::default(), "An")
            })
            .await
            .unwrap();
        assert_eq!((&outcome.changed, &outcome.left_out), (&vec![], &vec![]), "{name}");
        assert!(outcome.unchanged > 10, "{name}: {outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_is_shown_as_it_was_whatever_is_typed_since() {
    let dir = tempfile::tempdir().unwrap();
    let town = demo::run(dir.path(), |_| {}).await.unwrap();
    let (period, office) = (town.period, &town.offices[0].node);
    let ready = office.keeper().desk(move |desk| desk.readiness(period)).await.unwrap();
    let submission = ready.submissions.last().map(|one| one.id.clone());
    let draft = Shown { period, unit: None, submission: None };
    let frozen = Shown { submission, ..draft.clone() };
    let then = office.pages(frozen.clone()).await.unwrap();
    assert!(!then.draft && then.problems.is_empty() && then.pages.len() > 1);

    let cell = "pl4.3.2.1".parse().unwrap();
    let set = move |desk: &mut Desk| desk.set_cell(period, &cell, "98765", None, "An").map(drop);
    office.keeper().desk(set).await.unwrap();
    let (now, still) = (office.pages(draft).await.unwrap(), office.pages(frozen).await.unwrap());
    assert!(now.draft);
    assert_ne!(now.digest, then.digest);
    assert_eq!((still.digest, still.pages), (then.digest, then.pages));
}
