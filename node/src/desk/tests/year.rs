//! A whole year of a small town: four quarters, six months, nine months and the year; a commune that begins
//! with the second quarter, one that ends after it, a template that changes with the third. Every figure is
//! reckoned apart, by plain sums.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use hopluu_protocol::documents::{roster, template};
use hopluu_protocol::id::UnitCode;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::report::{Report, ReportValue};
use hopluu_protocol::roster::{Node, Role};
use hopluu_protocol::template::Template;
use jiff::civil::{Date, date};

use super::*;

/// The hub's clock, milliseconds.
static NOW: AtomicI64 = AtomicI64::new(0);

/// Received and done files add up over time, staff are those at the end; a share is one of sums.
const FORM: &str = r#"
id = "form"
version = 1
title = "Báo cáo"
subject = "Công tác {period}"

[period]
first_day = 15
last_day = 14
deadline_working_days = 2
kinds = ["quarter", "6m", "9m", "y"]

[[unit_kind]]
id = "town"
label = "Thị xã"
level = "hub"

[[unit_kind]]
id = "commune"
label = "Xã"
level = "commune"

[[section]]
id = "i"
number = "I"
title = "Chung"

[[appendix]]
id = "a"
form_number = "1"
title = "Hồ sơ"
section = "i"

[[indicator]]
id = "a.1"
label = "Tiếp nhận"
unit = "Hồ sơ"
type = "count"
reporters = ["commune"]
aggregation = "sum"

[[indicator]]
id = "a.2"
label = "Đã giải quyết"
unit = "Hồ sơ"
type = "count"
reporters = ["commune"]
aggregation = "sum"

[[indicator]]
id = "a.3"
label = "Tỷ lệ"
unit = "%"
type = "percent"
decimals = 2
formula = "a.2 / a.1 * 100"

[[indicator]]
id = "a.4"
label = "Công chức cuối kỳ"
unit = "Người"
type = "count"
reporters = ["commune"]
aggregation = "sum"
"#;

/// What the form has more from the third quarter on.
const MORE: &str = r#"
[[indicator]]
id = "a.5"
label = "Trực tuyến"
unit = "Hồ sơ"
type = "count"
reporters = ["commune"]
aggregation = "sum"
"#;

const TOWN: &str = r#"
hub = "t"
holidays = ["2023-09-15"]

[[unit]]
code = "t"
kind = "town"
name = "Thị xã"
short_name = "Thị xã"

[[unit]]
code = "old"
kind = "commune"
name = "Xã cũ"
short_name = "Cũ"
parent = "t"

[[unit]]
code = "stays"
kind = "commune"
name = "Xã giữ"
short_name = "Giữ"
parent = "t"
"#;

/// The commune that begins with the second quarter.
const JOINS: &str = r#"
[[unit]]
code = "new"
kind = "commune"
name = "Xã mới"
short_name = "Mới"
parent = "t"
valid_from = "2023-03-15"
"#;

/// Each commune's files received and done in each quarter, its staff at the end, files online.
type Work = BTreeMap<(&'static str, usize), [u64; 4]>;

fn work() -> Work {
    BTreeMap::from([
        (("old", 1), [100, 90, 20, 0]),
        (("old", 2), [110, 101, 21, 0]),
        (("stays", 1), [200, 150, 30, 0]),
        (("stays", 2), [210, 160, 31, 0]),
        (("stays", 3), [330, 290, 47, 33]),
        (("stays", 4), [340, 301, 48, 44]),
        (("new", 2), [57, 50, 11, 0]),
        (("new", 3), [61, 51, 12, 6]),
        (("new", 4), [67, 52, 13, 7]),
    ])
}

/// The quarters of a period.
fn quarters(period: &str) -> std::ops::RangeInclusive<usize> {
    match period {
        "2023-6m" => 1..=2,
        "2023-9m" => 1..=3,
        "2023-y" => 1..=4,
        quarter => {
            let number = quarter.trim_start_matches("2023-q").parse().unwrap();
            number..=number
        }
    }
}

struct Year {
    room: Room,
    work: Work,
}

impl Year {
    fn begins() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(SledBackend::open(dir.path()).unwrap());
        let clock = || NOW.load(Ordering::Relaxed);
        let mut desk = Desk::open(store, key_of("t"), [7; 16], clock).unwrap();
        let town = TownFile::parse(TOWN, "town.toml").unwrap();
        desk.found_town(&town, &[("form.toml", FORM)], "hub", "An").unwrap();
        desk.commits();
        let mut year = Self { room: Room { _dir: dir, desk }, work: work() };
        ["old", "stays"].into_iter().for_each(|unit| year.enrols(unit));
        year
    }

    /// A machine of a unit, with its own key.
    fn enrols(&mut self, unit: &str) {
        let node = Node {
            key: key_of(unit).node_key(),
            unit: unit.parse().unwrap(),
            role: Role::Office,
            name: unit.to_owned(),
            enrolled_at: 1,
            revoked_at: None,
        };
        let desk = &mut self.room.desk;
        let edits = desk.edits("An");
        desk.replica.edit(&DocId::Roster, &edits, |tx| roster::put_node(tx, &node)).unwrap();
        desk.commits();
    }

    /// A day comes: the hub opens what is to be open.
    fn comes_to(&mut self, day: Date) -> Vec<String> {
        let noon = day.at(5, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC).unwrap();
        NOW.store(noon.timestamp().as_millisecond(), Ordering::Relaxed);
        let today = self.room.desk.today();
        assert_eq!(today, day);
        let opened = self.room.desk.open_due_periods(today).unwrap();
        self.room.desk.commits();
        opened.iter().map(ToString::to_string).collect()
    }

    fn applies(&mut self, edit: impl FnOnce(String) -> String) -> Vec<String> {
        let text = self.room.desk.town_file().unwrap().to_text("").unwrap();
        let file = TownFile::parse(&edit(text), "town.toml").unwrap();
        let plan = self.room.desk.apply_town(&file, None, "An").unwrap();
        self.room.desk.commits();
        plan.effects
            .iter()
            .map(|effect| format!("{} {}", effect.code, effect.args["period"]))
            .collect()
    }

    /// A new version of the form, for periods from one on that are not open yet.
    fn publishes(&mut self, source: &str, from: &str) {
        let desk = &mut self.room.desk;
        let form = Template::parse(source).unwrap().template;
        let doc = DocId::Template(form.reference.clone());
        desk.ensure(&doc, None).unwrap();
        let edits = desk.edits("An");
        desk.replica.edit(&doc, &edits, |tx| template::put_part(tx, 0, source, true)).unwrap();
        let from = from.parse().unwrap();
        desk.replica
            .edit(&DocId::Calendar, &edits, |tx| {
                calendar::use_template_from(tx, from, &form.reference)
            })
            .unwrap();
        desk.commits();
    }

    /// What a commune reports for a period: files of all its quarters, the staff at the end. Whoever took over
    /// another commune's work reports that too.
    fn figures(&self, unit: &str, period: &str) -> [u64; 4] {
        let took_over = unit == "stays" && *quarters(period).end() >= 3;
        let mut sum = [0; 4];
        for quarter in quarters(period) {
            let own = self.work.get(&(unit, quarter)).copied().unwrap_or_default();
            let others = self.work.get(&("old", quarter)).filter(|_| took_over);
            let others = others.copied().unwrap_or_default();
            for (at, total) in sum.iter_mut().enumerate() {
                // Staff are counted at the end, not added up.
                if at == 2 {
                    *total = own[at];
                } else {
                    *total += own[at] + others[at];
                }
            }
        }
        sum
    }

    /// A commune types its figures and submits; the hub takes the report.
    fn reports(&mut self, unit: &str, period: &str) {
        let figures = self.figures(unit, period);
        let id: PeriodId = period.parse().unwrap();
        self.stands_in(unit);
        let desk = &mut self.room.desk;
        let cells = desk.cells(id).unwrap();
        let typed: Vec<String> =
            cells.iter().filter(|cell| cell.typed).map(|cell| cell.cell.id.to_string()).collect();
        for (cell, figure) in ["a.1", "a.2", "a.4", "a.5"].into_iter().zip(figures) {
            if typed.iter().any(|id| id == cell) {
                desk.set_cell(id, &cell.parse().unwrap(), &figure.to_string(), None, "Bình")
                    .unwrap();
            }
        }
        desk.submit(id, "Bình").unwrap();
        let grown = desk.replica.commit().unwrap().unwrap();
        self.stands_in("t");
        let desk = &mut self.room.desk;
        desk.note_growth(&grown);
        while let Some(received) = desk.receive_next().unwrap() {
            assert!(received.iter().all(|one| one.refused.is_none()), "{received:?}");
        }
        desk.commits();
    }

    fn stands_in(&mut self, unit: &str) {
        let desk = &mut self.room.desk;
        desk.key = key_of(unit);
        desk.actor = automerge::ActorId::from([unit.len() as u8; 16]);
        desk.membership.as_mut().unwrap().unit = unit.parse().unwrap();
    }

    /// Where the commune that ended did so within the period, that is said, and nothing else.
    fn report(&mut self, period: &str) -> Report {
        let printable = self.room.desk.printable(period.parse().unwrap(), None).unwrap();
        let told: Vec<String> = printable.problems().into_iter().map(|told| told.code).collect();
        let within = ["2023-q3", "2023-9m", "2023-y"].contains(&period);
        assert_eq!(told, vec!["unit-ended"; usize::from(within)], "{period}");
        printable.consolidated().report.clone()
    }

    /// The town's report is what its communes' plain sums give.
    fn is_right(&mut self, period: &str, units: &[&str]) {
        let report = self.report(period);
        let figures: Vec<[u64; 4]> = units.iter().map(|unit| self.figures(unit, period)).collect();
        let sum = |at: usize| figures.iter().map(|figures| figures[at]).sum::<u64>();
        let online = *quarters(period).end() >= 3;
        let expected: Vec<(&str, rust_decimal::Decimal)> =
            [("a.1", sum(0).into()), ("a.2", sum(1).into()), ("a.4", sum(2).into())]
                .into_iter()
                .chain(online.then(|| ("a.5", sum(3).into())))
                .collect();
        for (id, figure) in expected {
            let cell = report.cells.iter().find(|cell| cell.id.as_str() == id).unwrap();
            assert_eq!(cell.value, ReportValue::Number(figure), "{period} {id}");
            assert!(cell.complete, "{period} {id}");
            let mut sources: Vec<&str> =
                cell.sources.iter().map(|source| source.unit.as_str()).collect();
            sources.sort_unstable();
            let mut wanted = units.to_vec();
            wanted.sort_unstable();
            assert_eq!(sources, wanted, "{period} {id}");
        }
        assert_eq!(report.cells.iter().any(|cell| cell.id.as_str() == "a.5"), online, "{period}");
        let share = report.cells.iter().find(|cell| cell.id.as_str() == "a.3").unwrap();
        let (done, received) = (sum(1), sum(0));
        let hundredths = (done * 10_000 * 2 + received) / (received * 2);
        let ReportValue::Number(shown) = share.value else { panic!("{period}: {:?}", share.value) };
        assert_eq!(shown * rust_decimal::Decimal::from(100), hundredths.into(), "{period} a.3");
    }
}

impl Year {
    fn sees_its_quarters_beside_the_whole(&mut self) {
        let of_unit =
            |year: &mut Self, unit: &str| -> Vec<(String, Vec<String>, Option<String>, String)> {
                year.stands_in(unit);
                let cells = year.room.desk.quarterly("2023-6m".parse().unwrap()).unwrap();
                let refusal = year.room.desk.quarterly("2023-q2".parse().unwrap()).unwrap_err();
                assert!(refusal.is("period-is-quarter"));
                year.stands_in("t");
                let written = |cell: &crate::desk::QuarterlyView| {
                    cell.quarters.iter().map(|quarter| quarter.written.clone()).collect()
                };
                cells
                    .iter()
                    .map(|cell| {
                        (cell.id.to_string(), written(cell), cell.sum.clone(), cell.written.clone())
                    })
                    .collect()
            };
        let text = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let old = of_unit(self, "old");
        assert_eq!(
            old[0],
            ("a.1".to_owned(), text(&["100", "110"]), Some("210".to_owned()), "210".to_owned())
        );
        // Staff are not to be added up; the officer sees both, and took the last.
        assert_eq!(
            old[2],
            ("a.4".to_owned(), text(&["20", "21"]), Some("41".to_owned()), "21".to_owned())
        );
        // A quarter in which it did not exist has no figure, and so there is no sum.
        let new = of_unit(self, "new");
        assert_eq!(new[0], ("a.1".to_owned(), text(&["", "57"]), None, "57".to_owned()));
    }
}

fn key_of(unit: &str) -> OfficeKey {
    OfficeKey::from_seed(*blake3::hash(unit.as_bytes()).as_bytes())
}

fn code(text: &str) -> UnitCode {
    text.parse().unwrap()
}

#[test]
fn a_year_of_quarters_and_cumulated_periods_is_reported_rightly() {
    let mut year = Year::begins();
    assert_eq!(year.comes_to(date(2023, 1, 10)), ["2023-q1"]);
    let three = ["old", "stays", "new"];

    // The second quarter, and six months with it, open while the first is under way.
    assert_eq!(year.comes_to(date(2023, 2, 15)), ["2023-q2", "2023-6m"]);
    assert_eq!(year.comes_to(date(2023, 2, 16)), Vec::<String>::new());
    let effects = year.applies(|town| format!("{town}{JOINS}"));
    assert_eq!(effects, ["town-effect-joins 2023-q2", "town-effect-joins 2023-6m"]);
    year.enrols("new");

    assert_eq!(year.comes_to(date(2023, 3, 15)), Vec::<String>::new());
    ["old", "stays"].into_iter().for_each(|unit| year.reports(unit, "2023-q1"));
    year.is_right("2023-q1", &["old", "stays"]);
    let early = {
        year.stands_in("new");
        let period = "2023-q1".parse().unwrap();
        let set = year.room.desk.set_cell(period, &"a.1".parse().unwrap(), "1", None, "Bình");
        year.stands_in("t");
        set.unwrap_err()
    };
    assert!(early.is("unit-not-in-period"));

    // The form changes with the third quarter; nothing that is open does.
    let second = format!("{}{MORE}", FORM.replace("version = 1", "version = 2"));
    year.publishes(&second, "2023-q3");
    assert_eq!(year.comes_to(date(2023, 5, 18)), ["2023-q3", "2023-9m"]);

    // One commune ends in the third quarter: it reports the first two, and six months.
    let ends = |town: String| {
        town.replace("code = \"old\"\n", "code = \"old\"\nvalid_to = \"2023-06-30\"\n")
    };
    let effects = year.applies(ends);
    assert_eq!(effects, ["town-effect-leaves 2023-q3", "town-effect-leaves 2023-9m"]);

    year.comes_to(date(2023, 6, 15));
    for period in ["2023-q2", "2023-6m"] {
        three.into_iter().for_each(|unit| year.reports(unit, period));
        year.is_right(period, &three);
    }
    year.sees_its_quarters_beside_the_whole();
    assert_eq!(year.comes_to(date(2023, 8, 18)), ["2023-q4", "2023-y"]);
    let two = ["stays", "new"];
    for period in ["2023-q3", "2023-9m", "2023-q4", "2023-y"] {
        two.into_iter().for_each(|unit| year.reports(unit, period));
        year.is_right(period, &two);
    }
    // What was reported before is still what it was.
    year.is_right("2023-q1", &["old", "stays"]);
    year.is_right("2023-6m", &three);
    assert_eq!(year.room.desk.roster().unwrap().unit(&code("old")).unwrap().short_name, "Cũ");

    let deadlines: Vec<(String, String, String)> = year
        .room
        .desk
        .periods()
        .unwrap()
        .into_iter()
        .map(|view| (view.period.to_string(), view.template.to_string(), view.deadline))
        .collect();
    let listed: Vec<(&str, &str, &str)> = deadlines
        .iter()
        .map(|(id, form, day)| (id.as_str(), form.as_str(), day.as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            ("2023-q1", "form@1", "2023-03-16"),
            ("2023-q2", "form@1", "2023-06-16"),
            // The 15th of September is a day off in this town, and then comes a weekend.
            ("2023-q3", "form@2", "2023-09-19"),
            ("2023-q4", "form@2", "2023-12-18"),
            ("2023-6m", "form@1", "2023-06-16"),
            ("2023-9m", "form@2", "2023-09-19"),
            ("2023-y", "form@2", "2023-12-18"),
        ]
    );
    // The next year opens by itself too.
    assert_eq!(year.comes_to(date(2023, 11, 17)), ["2024-q1"]);
}
