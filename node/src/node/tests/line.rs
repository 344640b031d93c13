//! What screens are told of the line: nothing counts as at the hub before the hub has said so.

use super::*;
use crate::desk::{CellEdit, EditRequest, FigureCell};

/// Types into a cell as a screen does, and gives the cell as it was answered.
async fn types(node: &Node, value: &str) -> FigureCell {
    let edit = CellEdit {
        id: "pl4.3.2.1".parse().unwrap(),
        value: Some(value.to_owned()),
        note: None,
        only_if: None,
        drop_draft: false,
    };
    let request = EditRequest { edits: vec![edit], ..EditRequest::default() };
    let done = node.keeper().office(move |office| {
        let period = PERIOD.parse().unwrap();
        let at_hub = office.at_hub(&office.desk.own_report(period)?)?;
        office.desk.edit_cells(period, &request, "An", &at_hub, &|code, _| code.to_owned())
    });
    cell(done.await.unwrap().cells)
}

async fn shown(node: &Node) -> FigureCell {
    let view = node.keeper().office(|office| {
        let period = PERIOD.parse().unwrap();
        let at_hub = office.at_hub(&office.desk.own_report(period)?)?;
        office.desk.figures(period, &at_hub, &|code, _| code.to_owned())
    });
    cell(view.await.unwrap().cells)
}

fn cell(cells: Vec<FigureCell>) -> FigureCell {
    cells.into_iter().find(|cell| cell.id.as_str() == "pl4.3.2.1").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_figure_is_at_the_hub_when_the_hub_has_acknowledged_it() {
    let (_hub, office, _directory) = town().await;
    assert!(!types(&office, "855").await.at_hub);
    assert!(!shown(&office).await.at_hub);
    let line = office.grown_status().await.unwrap().line;
    assert!(line.waiting > 0 && line.kind == LineKind::Waiting, "{line:?}");

    assert!(office.sync_once().await.unwrap().in_sync);
    assert!(shown(&office).await.at_hub);
    // Whoever holds all that was does not hold what comes.
    assert!(!types(&office, "870").await.at_hub);
    let mut heard = office.keeper().changes().listen();
    assert!(office.sync_once().await.unwrap().in_sync);
    assert!(shown(&office).await.at_hub);
    let mut scopes = Vec::new();
    while let Ok(change) = heard.try_recv() {
        scopes.push(change.scope);
    }
    assert!(scopes.contains(&format!("figures/{PERIOD}")), "{scopes:?}");
    let status = office.grown_status().await.unwrap();
    assert_eq!((status.line.kind, status.line.waiting), (LineKind::AllSent, 0));
    assert!(status.line.all_sent_at.is_some());
    assert_eq!((status.hub_name.as_str(), status.machine.as_str()), ("UBND thị xã", "Máy 1"));
}

/// Whoever looks at what was submitted sees the receipt come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hubs_word_on_a_submission_is_told_where_the_figures_are() {
    let (hub, office, _directory) = town().await;
    types(&office, "855").await;
    assert!(office.sync_once().await.unwrap().in_sync);
    let mut heard = office.keeper().changes().listen();
    let said = hub
        .keeper()
        .desk(|desk| desk.sends_something_back(PERIOD.parse().unwrap(), UNIT.parse().unwrap()));
    said.await.unwrap();
    assert!(office.sync_once().await.unwrap().in_sync);
    let mut scopes = Vec::new();
    while let Ok(change) = heard.try_recv() {
        scopes.push(change.scope);
    }
    assert!(scopes.contains(&format!("figures/{PERIOD}")), "{scopes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_start_of_the_program_has_a_name_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let mut names = std::collections::BTreeSet::new();
    for number in 0..3 {
        let dir = DataDir::new(directory.path().join(number.to_string()));
        let node = Node::open_or_make(&dir).await.unwrap();
        names.insert(node.keeper().changes().run().to_owned());
    }
    assert_eq!(names.len(), 3);
}
