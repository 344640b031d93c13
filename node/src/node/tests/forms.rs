//! A form that changes in the middle of a quarter, in a town of nodes two of which are offline meanwhile.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use hopluu_protocol::documents::{calendar, report, template};
use hopluu_protocol::figures::Figures;
use hopluu_protocol::id::{DocId, TemplateRef};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::report::ReportValue;
use hopluu_protocol::submission::{Statement, Submission, figures_digest};
use tempfile::TempDir;

use super::super::*;
use crate::desk::{CellView, Publication, Published};
use crate::town_file::TownFile;

mod publishing;

const TOWN: &str = r#"
    hub = "town"
    [[period]]
    id = "2023-q1"
    template = "form@1"
    [[period]]
    id = "2023-q2"
    template = "form@1"
    [[unit]]
    code = "town"
    kind = "town"
    name = "Ủy ban nhân dân thị xã"
    short_name = "UBND thị xã"
    [[unit]]
    code = "a"
    kind = "commune"
    name = "Ủy ban nhân dân phường A"
    short_name = "Phường A"
    parent = "town"
    [[unit]]
    code = "b"
    kind = "commune"
    name = "Ủy ban nhân dân phường B"
    short_name = "Phường B"
    parent = "town"
    [[unit]]
    code = "c"
    kind = "commune"
    name = "Ủy ban nhân dân phường C"
    short_name = "Phường C"
    parent = "town"
"#;

const HEAD: &str = r#"
    id = "form"
    title = "Báo cáo"
    subject = "Công tác {period}"
    period = { first_day = 15, last_day = 14, deadline_working_days = 2 }
    unit_kind = [
        { id = "town", label = "Thị xã", level = "hub" },
        { id = "commune", label = "Xã, phường", level = "commune" },
    ]
"#;

/// Version 1: four figures, two sections.
fn form_1() -> String {
    let version = "version = 1\n";
    let cells = [
        fact("f.kept", "count", "Hồ sơ"),
        fact("f.gone", "count", "Hồ sơ"),
        fact("f.flag", "flag", "Có/không"),
        fact("f.part", "decimal", "Hồ sơ").replace("\"decimal\"", "\"decimal\"\ndecimals = 2"),
    ];
    [version, HEAD, &section("i", "I"), &section("ii", "II"), &cells.concat()].concat()
}

/// Version 2: a figure and a section are gone, a figure and a section are new, two figures are counts now.
fn form_2() -> String {
    let version = "version = 2\n";
    let cells = [
        fact("f.kept", "count", "Hồ sơ"),
        fact("f.flag", "count", "Lượt"),
        fact("f.part", "count", "Hồ sơ"),
        fact("f.new", "count", "Hồ sơ"),
    ];
    [version, HEAD, &section("i", "I"), &section("iii", "III"), &cells.concat()].concat()
}

fn section(id: &str, number: &str) -> String {
    format!(
        "[[section]]\nid = \"{id}\"\nnumber = \"{number}\"\ntitle = \"Mục {number}\"\n\
         reporters = [\"commune\", \"town\"]\n"
    )
}

fn fact(id: &str, kind: &str, unit: &str) -> String {
    let aggregation = if kind == "flag" { "max" } else { "sum" };
    format!(
        "[[fact]]\nid = \"{id}\"\nsection = \"i\"\nlabel = \"Chỉ tiêu {id}\"\nunit = \"{unit}\"\n\
         type = \"{kind}\"\nreporters = [\"commune\"]\naggregation = \"{aggregation}\"\n"
    )
}

/// The hub, and the machines of its offices.
struct Town {
    directory: TempDir,
    hub: Arc<Node>,
}

impl Town {
    async fn found() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let hub = Node::open_or_make(&DataDir::new(directory.path().join("hub"))).await.unwrap();
        let town = TownFile::parse(TOWN, "town.toml").unwrap();
        let found = move |desk: &mut Desk| {
            desk.found_town(&town, &[("form-1.toml", &form_1())], "Trung tâm", "An")
        };
        hub.keeper().desk(found).await.unwrap();
        hub.listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self { directory, hub }
    }

    /// A machine of a unit that has joined. It is offline but when it syncs.
    async fn machine(&self, unit: &str, name: &str) -> Machine {
        let place = DataDir::new(self.directory.path().join(name));
        let node = Node::open_or_make(&place).await.unwrap();
        let invited = self.hub.invite(unit.parse().unwrap(), Vec::new(), 1).await.unwrap();
        assert!(node.join(&invited.invitation, name).await.unwrap().in_sync);
        Machine(node)
    }

    async fn publishes(&self, source: &str, from: &str, yes: bool) -> Result<Published, Refusal> {
        let publication = Publication {
            template: source.to_owned(),
            template_file: "form.toml".to_owned(),
            from: from.parse().unwrap(),
            yes,
        };
        self.hub.keeper().publish(publication, "An".to_owned()).await
    }

    /// Has a machine bring a submission, and hear what the hub says to it.
    async fn hears(&self, machine: &Machine) {
        let mut notes = self.hub.keeper().notes();
        assert!(machine.0.sync_once().await.unwrap().in_sync);
        looked_at(&mut notes).await;
        machine.syncs().await;
    }

    /// The consolidated figures of the first quarter, by id, and the codes of what was not settled.
    async fn figures(&self) -> (BTreeMap<String, (ReportValue, bool)>, Vec<Problem>) {
        let printable = self.hub.keeper().printable(quarter(), None).await.unwrap();
        let cells = printable.consolidated().report.cells.iter();
        let cells = cells.map(|cell| (cell.id.to_string(), (cell.value.clone(), cell.complete)));
        (cells.collect(), printable.problems())
    }
}

/// The next submission that the hub looks at, and why it does not count, if it does not.
async fn looked_at(notes: &mut tokio::sync::broadcast::Receiver<Note>) -> Option<Problem> {
    loop {
        if let Note::Received(received) = notes.recv().await.unwrap() {
            return received.refused.clone();
        }
    }
}

struct Machine(Arc<Node>);

impl Machine {
    async fn syncs(&self) {
        assert!(self.0.sync_once().await.unwrap().in_sync);
    }

    async fn sets(&self, id: &str, value: &str) -> Result<CellView, Refusal> {
        let (id, value) = (id.parse().unwrap(), value.to_owned());
        self.0.keeper().desk(move |desk| desk.set_cell(quarter(), &id, &value, None, "An")).await
    }

    async fn writes(&self, section: &str, text: &str) -> Result<(), Refusal> {
        let (section, text) = (section.parse().unwrap(), text.to_owned());
        let write = move |desk: &mut Desk| desk.set_text(quarter(), &section, &text, "An");
        self.0.keeper().desk(write).await.map(drop)
    }

    async fn text(&self, section: &str) -> crate::desk::TextView {
        let section = section.parse().unwrap();
        self.0.keeper().desk(move |desk| desk.text(quarter(), &section)).await.unwrap()
    }

    async fn submits(&self) -> Result<crate::desk::SubmissionView, Refusal> {
        self.0.keeper().desk(|desk| desk.submit(quarter(), "An")).await
    }

    async fn cells(&self) -> BTreeMap<String, CellView> {
        let cells = self.0.keeper().desk(|desk| desk.cells(quarter())).await.unwrap();
        cells.into_iter().map(|cell| (cell.cell.id.to_string(), cell)).collect()
    }

    async fn period(&self) -> crate::desk::PeriodStatus {
        let status = self.0.status().await.unwrap();
        status.periods.into_iter().find(|period| period.period == quarter()).unwrap()
    }

    /// Fills version 1 of the form.
    async fn fills_form_1(&self, kept: &str) {
        for (id, value) in [("f.kept", kept), ("f.gone", "2"), ("f.flag", "có"), ("f.part", "2")] {
            self.sets(id, value).await.unwrap();
        }
    }
}

fn quarter() -> PeriodId {
    "2023-q1".parse().unwrap()
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code.as_str()).collect()
}

fn number(number: i64) -> ReportValue {
    ReportValue::Number(number.into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_new_version_does_is_shown_before_it_is_done() {
    let town = Town::found().await;
    let office = town.machine("a", "a-1").await;
    office.fills_form_1("1").await;
    office.writes("ii", "Mục sẽ bỏ.").await.unwrap();
    office.sets("f.part", "2,5").await.unwrap();
    office.syncs().await;

    let asked = town.publishes(&form_2(), "2023-q1", false).await.unwrap();
    assert!(!asked.done && !asked.was_there);
    let periods: Vec<String> = asked.periods.iter().map(|it| it.period.to_string()).collect();
    assert_eq!(periods, ["2023-q1", "2023-q2"]);
    let kind = asked.periods[0].kinds.iter().find(|kind| kind.kind.as_str() == "commune").unwrap();
    let ids = |rows: &[crate::desk::RowName]| -> Vec<String> {
        rows.iter().map(|row| row.id.clone()).collect()
    };
    assert_eq!((ids(&kind.gone), ids(&kind.new)), (vec!["f.gone".into()], vec!["f.new".into()]));
    assert_eq!(ids(&kind.sections_gone), ["ii"]);
    assert_eq!(ids(&kind.sections_new), ["iii"]);
    let retyped: Vec<&str> = kind.retyped.iter().map(|row| row.row.id.as_str()).collect();
    assert_eq!(retyped, ["f.flag", "f.part"]);
    let [unit] = asked.periods[0].units.as_slice() else { panic!("{:?}", asked.periods[0].units) };
    assert_eq!(unit.unit.as_str(), "a");
    assert_eq!(unit.apart[0].as_str(), "f.gone");
    assert_eq!(unit.texts_apart[0].as_str(), "ii");
    assert_eq!(unit.misfits.len(), 2);
    assert_eq!((unit.to_type, unit.submitted), (1, false));
    assert!(asked.periods[1].units.is_empty());

    // Nothing was written by asking.
    office.syncs().await;
    assert_eq!(office.period().await.template.version, 1);

    assert!(town.publishes(&form_2(), "2023-q1", true).await.unwrap().done);
    assert!(town.publishes(&form_2(), "2023-q1", true).await.unwrap().was_there);
    office.syncs().await;
    assert_eq!(office.period().await.template.version, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_moves_on_and_nothing_in_it_is_lost_or_counted_wrongly() {
    let town = Town::found().await;
    let office = town.machine("a", "a-1").await;
    office.fills_form_1("1").await;
    office.writes("i", "Mục còn lại.").await.unwrap();
    office.writes("ii", "Mục sẽ bỏ.").await.unwrap();
    office.sets("f.part", "2,5").await.unwrap();
    office.syncs().await;
    town.publishes(&form_2(), "2023-q1", true).await.unwrap();
    office.syncs().await;

    let cells = office.cells().await;
    assert_eq!(cells["f.kept"].written, "1");
    let gone = &cells["f.gone"];
    assert_eq!((gone.written.as_str(), gone.typed), ("2", false));
    assert_eq!(gone.apart, Some("form@1".parse().unwrap()));
    assert_eq!(cells["f.flag"].misfit.as_deref(), Some("có"));
    assert_eq!(
        cells["f.part"].misfit.as_deref(),
        Some("2,50"),
        "not rounded to look as if it fitted"
    );
    assert_eq!((cells["f.flag"].written.as_str(), cells["f.new"].written.as_str()), ("", ""));
    let period = office.period().await;
    assert_eq!((period.cells, period.filled, period.misfits, period.apart), (4, 1, 2, 2));
    let text = office.text("ii").await;
    assert_eq!((text.text.as_str(), text.apart), ("Mục sẽ bỏ.", Some("form@1".parse().unwrap())));

    // What the form has no longer takes nothing, and says why.
    assert!(office.sets("f.gone", "3").await.unwrap_err().is("indicator-left-form"));
    assert!(office.writes("ii", "x").await.unwrap_err().is("section-left-form"));
    assert!(office.sets("f.nothing", "3").await.unwrap_err().is("indicator-unknown"));

    let refusal = office.submits().await.unwrap_err();
    refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
    assert_eq!(codes(&refusal.problems), ["submit-misfit", "submit-misfit", "submit-missing"]);
    for (id, value) in [("f.flag", "3"), ("f.part", "4"), ("f.new", "5")] {
        office.sets(id, value).await.unwrap();
    }
    office.writes("iii", "Mục mới.").await.unwrap();
    assert_eq!(office.submits().await.unwrap().template.version, 2);
    town.hears(&office).await;
    let (figures, problems) = town.figures().await;
    assert_eq!(figures["f.kept"], (number(1), false));
    assert_eq!(figures["f.new"], (number(5), false));
    assert!(!figures.contains_key("f.gone"));
    assert!(codes(&problems).iter().all(|code| *code == "no-contribution"), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_offices_that_were_offline_meanwhile_lose_nothing() {
    let town = Town::found().await;
    let (a1, a2) = (town.machine("a", "a-1").await, town.machine("a", "a-2").await);
    let (c1, c2) = (town.machine("c", "c-1").await, town.machine("c", "c-2").await);
    a1.fills_form_1("1").await;
    a1.syncs().await;
    a2.syncs().await;
    town.publishes(&form_2(), "2023-q1", true).await.unwrap();

    // A machine of each office knows the new form; the others write on under the old one.
    a1.syncs().await;
    a1.sets("f.new", "5").await.unwrap();
    a1.writes("iii", "Máy một viết mục mới.").await.unwrap();
    a2.sets("f.gone", "9").await.unwrap();
    a2.writes("ii", "Máy hai viết mục cũ.").await.unwrap();
    // The report of this office begins twice, under different versions, apart from each other.
    c1.fills_form_1("7").await;
    c1.writes("ii", "Mục cũ.").await.unwrap();
    let under_the_old = c1.submits().await.unwrap();
    assert_eq!(under_the_old.template.version, 1);
    c2.syncs().await;
    c2.sets("f.new", "6").await.unwrap();
    c2.writes("iii", "Mục mới.").await.unwrap();

    a2.syncs().await;
    c2.syncs().await;
    town.hears(&c1).await;
    for machine in [&a1, &a2, &c2] {
        machine.syncs().await;
    }
    let (one, two) = (a1.cells().await, a2.cells().await);
    assert_eq!(one, two);
    assert_eq!((one["f.gone"].written.as_str(), one["f.new"].written.as_str()), ("9", "5"));
    a2.writes("iii", "Máy một viết mục mới. Máy hai viết thêm.").await.unwrap();
    a2.syncs().await;
    a1.syncs().await;
    assert_eq!(a1.text("iii").await.text, "Máy một viết mục mới. Máy hai viết thêm.");
    assert_eq!(a1.text("ii").await.text, "Máy hai viết mục cũ.");
    let (one, two) = (c1.cells().await, c2.cells().await);
    assert_eq!(one, two);
    assert_eq!((one["f.kept"].written.as_str(), one["f.new"].written.as_str()), ("7", "6"));
    assert_eq!(c2.text("ii").await.text, "Mục cũ.");

    // What was submitted under the old form counts as far as both go, and the report says so.
    let (figures, problems) = town.figures().await;
    assert_eq!(figures["f.kept"], (number(7), false));
    assert_eq!(figures["f.new"], (ReportValue::Null, false), "the submission does not have it");
    assert_eq!(figures["f.flag"], (ReportValue::Null, false), "a yes is no count");
    problems.iter().for_each(crate::messages::tests::assert_told_in_full);
    let other = problems.iter().find(|problem| problem.code == "other-template").unwrap();
    assert_eq!(other.args["template"], "form@1");
    assert_eq!(other.args["left"], "f.gone, ii");
    assert!(codes(&problems).contains(&"wrong-type"), "{problems:?}");
    let printable = town.hub.keeper().printable(quarter(), None).await.unwrap();
    let submission = &printable.consolidated().report.submissions[0];
    assert_eq!(submission.template, Some("form@1".parse().unwrap()));
    // The unit's own report, as it was accepted, is still under the form that it was made with.
    let unit = Some("c".parse().unwrap());
    let own = town.hub.keeper().printable(quarter(), unit).await.unwrap();
    assert_eq!(own.consolidated().report.template.version, 1);
    assert!(own.consolidated().report.cells.iter().any(|cell| cell.id.as_str() == "f.gone"));
    let status = town.hub.status().await.unwrap();
    let of_c = status.periods[0].submissions.iter().find(|unit| unit.unit.as_str() == "c").unwrap();
    assert_eq!(of_c.submissions[0].template.version, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_period_stays_at_its_version() {
    let town = Town::found().await;
    let lock = calendar::Lock { reason: "đã ban hành".to_owned(), since: 1 };
    let close = move |desk: &mut Desk| {
        let edits = desk.edits("An");
        desk.replica.edit(&DocId::Calendar, &edits, |tx| calendar::lock(tx, quarter(), &lock))?;
        Ok(())
    };
    town.hub.keeper().desk(close).await.unwrap();
    let published = town.publishes(&form_2(), "2023-q1", true).await.unwrap();
    assert_eq!(published.periods[0].closed.as_deref(), Some("đã ban hành"));
    let status = town.hub.status().await.unwrap();
    let versions: Vec<u32> = status.periods.iter().map(|period| period.template.version).collect();
    assert_eq!(versions, [1, 2]);
}

/// As a hub of a later program publishes it: what is in it, this program does not understand.
async fn publishes_the_unknown(town: &Town, periods: Vec<PeriodId>) {
    let publish = move |desk: &mut Desk| {
        let reference: TemplateRef = "form@2".parse().unwrap();
        let doc = DocId::Template(reference.clone());
        let edits = desk.edits("An");
        let genesis = hopluu_protocol::documents::genesis::genesis(&doc, None)?;
        desk.replica.create(&doc, genesis)?;
        desk.replica.edit(&doc, &edits, |tx| template::put_part(tx, 0, "format = 99", true))?;
        desk.replica.edit(&DocId::Calendar, &edits, |tx| {
            periods.iter().try_for_each(|period| match *period == quarter() {
                true => calendar::add_revision(tx, *period, &reference),
                false => {
                    let entry =
                        calendar::PeriodEntry { template: reference.clone(), deadline: None };
                    calendar::put_period(tx, *period, &entry)
                }
            })
        })?;
        Ok(())
    };
    town.hub.keeper().desk(publish).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_does_not_understand_a_newer_template_says_so_and_goes_on() {
    let town = Town::found().await;
    let office = town.machine("a", "a-1").await;
    publishes_the_unknown(&town, vec![quarter(), "2023-q3".parse().unwrap()]).await;
    office.syncs().await;

    // Under way: the form that it knows goes on.
    let period = office.period().await;
    assert_eq!(
        (codes(&period.problems), period.template.version),
        (vec!["template-not-understood"], 1)
    );
    period.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
    office.fills_form_1("1").await;
    office.submits().await.unwrap();
    town.hears(&office).await;
    assert!(office.period().await.submissions[0].submissions[0].received_at.is_some());

    // Begun with it: that period waits for a newer program, and no other does.
    let status = office.0.status().await.unwrap();
    let third = status.periods.iter().find(|it| it.period.to_string() == "2023-q3").unwrap();
    assert_eq!(codes(&third.problems), ["template-not-understood"]);
    assert_eq!((third.template.version, third.first_day.as_str()), (2, ""));
    let waits = office.0.keeper().desk(|desk| desk.cells("2023-q3".parse().unwrap())).await;
    assert!(waits.unwrap_err().is("template-not-understood"));
    let second = status.periods.iter().find(|it| it.period.to_string() == "2023-q2").unwrap();
    assert!(second.problems.is_empty());
    // The hub's own status and report go on as well.
    assert_eq!(town.hub.status().await.unwrap().periods.len(), 3);
    assert_eq!(town.figures().await.0["f.kept"], (number(1), false));
}

/// A hub that was restored from an older copy has reports before it has its calendar back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_that_came_before_the_calendar_knew_its_version_is_looked_at_again() {
    let town = Town::found().await;
    let mut notes = town.hub.keeper().notes();
    let submit = |desk: &mut Desk| {
        let doc: DocId = "report/2023-q1/town".parse().unwrap();
        let template = desk.template(&"form@1".parse().unwrap())?;
        let genesis = hopluu_protocol::documents::genesis::genesis(&doc, Some(&template))?;
        desk.replica.create(&doc, genesis)?;
        let statement = Statement {
            doc: doc.clone(),
            heads: desk.replica.document(&doc)?.unwrap().get_heads(),
            digest: figures_digest(&Figures::default()),
            template: "form@2".parse().unwrap(),
            signed_at: 1,
            person: "An".to_owned(),
            key: desk.key().node_key(),
        };
        let submission = Submission::sign(statement, desk.key());
        let edits = desk.edits("An");
        desk.replica.edit(&doc, &edits, |tx| report::add_submission(tx, &submission))?;
        Ok(())
    };
    town.hub.keeper().desk(submit).await.unwrap();
    let refused = looked_at(&mut notes).await.unwrap();
    assert_eq!(refused.code, "submission-template");
    crate::messages::tests::assert_told_in_full(&refused);
    town.publishes(&form_2(), "2023-q1", true).await.unwrap();
    assert_eq!(looked_at(&mut notes).await, None);
}

/// The power may go between the parts of a long template.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_that_was_cut_off_is_done_again_whole() {
    let town = Town::found().await;
    let begin = |desk: &mut Desk| {
        let doc: DocId = "town/template/form@2".parse().unwrap();
        let edits = desk.edits("An");
        desk.replica.create(&doc, hopluu_protocol::documents::genesis::genesis(&doc, None)?)?;
        desk.replica.edit(&doc, &edits, |tx| template::put_part(tx, 0, "id = ", false))?;
        Ok(())
    };
    town.hub.keeper().desk(begin).await.unwrap();
    assert!(town.publishes(&form_2(), "2023-q1", true).await.unwrap().done);
    let office = town.machine("a", "a-1").await;
    let period = office.period().await;
    assert_eq!((period.template.version, period.problems), (2, Vec::new()));
    let form_1_again = form_1().replacen("version = 1", "version = 2", 1);
    let refusal = town.publishes(&form_1_again, "2023-q1", true).await.unwrap_err();
    assert_eq!(refusal.problems[0].code, "publish-version-taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quarters_add_up_under_one_id_only_where_it_means_the_same() {
    let reused = form_2().replacen("unit = \"Hồ sơ\"", "unit = \"Nghìn hồ sơ\"", 1);
    for (form, shown, sum) in
        [(form_2(), ["1", "2", "3"], Some("6")), (reused, ["", "", "3"], None)]
    {
        let town = Town::found().await;
        town.publishes(&form, "2023-q3", true).await.unwrap();
        let open = |desk: &mut Desk| {
            for period in ["2023-q3", "2023-9m"] {
                desk.open_period(period.parse().unwrap(), None, None, "An")?;
            }
            Ok(())
        };
        town.hub.keeper().desk(open).await.unwrap();
        let office = town.machine("a", "a-1").await;
        let types = |desk: &mut Desk| {
            for (period, value) in [("2023-q1", "1"), ("2023-q2", "2"), ("2023-q3", "3")] {
                let (period, id) = (period.parse().unwrap(), "f.kept".parse().unwrap());
                desk.set_cell(period, &id, value, None, "An")?;
            }
            desk.quarterly("2023-9m".parse().unwrap())
        };
        let cells = office.0.keeper().desk(types).await.unwrap();
        let kept = cells.iter().find(|cell| cell.id.as_str() == "f.kept").unwrap();
        let quarters: Vec<&str> = kept.quarters.iter().map(|it| it.written.as_str()).collect();
        assert_eq!((quarters.as_slice(), kept.sum.as_deref()), (shown.as_slice(), sum));
    }
}
