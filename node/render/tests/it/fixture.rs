//! A town's report: the real template and figures, all kinds of cell, and the units that submitted. The
//! text is our own.

use std::collections::BTreeMap;

use hopluu_protocol::id::UnitCode;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::report::{Report, ReportCell, ReportSection, ReportSubmission, ReportValue};
use hopluu_protocol::roster::{Letterhead, Roster, Unit};
use hopluu_protocol::template::{Indicator, Place, Section, Template};
use hopluu_protocol::value::CellState;
use hopluu_render::{Issue, Paper};
use jiff::civil::date;

const TEMPLATE: &str = include_str!("../../../../protocol/templates/cchc-quarterly.toml");
const FIGURES: [&str; 2] = [
    include_str!("../../../../tests/data/cchc-2023-q1.tsv"),
    include_str!("../../../../tests/data/cchc-2023-q1-facts.tsv"),
];
const NARRATIVE: &str = include_str!("narrative.txt");

/// A cell to which one commune has not given its part, and one that nobody has reported.
pub const INCOMPLETE: &str = "pl2.5.1";
pub const NOT_REPORTED: &str = "pl6.4.2";

/// 13 March 2023, 08:15 in Vietnam.
const SIGNED: i64 = 1_678_670_100_000;

/// The town's report, issued.
pub fn paper() -> Paper {
    compose(&report(), &issue())
}

/// A report of the town on paper.
pub fn compose(report: &Report, issue: &Issue) -> Paper {
    Paper::compose(report, &template(), &roster(), issue).unwrap()
}

pub fn issue() -> Issue {
    Issue {
        number: Some(5),
        date: Some(date(2023, 3, 13)),
        period_name: "quý I năm 2023".to_owned(),
        opening: None,
    }
}

pub fn report() -> Report {
    Report {
        period: "2023-q1".parse().unwrap(),
        unit: "huong-tra".parse().unwrap(),
        template: "cchc-quarterly@1".parse().unwrap(),
        cells: cells(),
        sections: sections(),
        submissions: units().into_iter().enumerate().map(submission).collect(),
    }
}

pub fn template() -> Template {
    Template::parse(TEMPLATE).unwrap().template
}

pub fn roster() -> Roster {
    Roster {
        hub: Some("huong-tra".parse().unwrap()),
        units: std::iter::once(town()).chain(units()).collect(),
        nodes: Vec::new(),
    }
}

fn cells() -> Vec<ReportCell> {
    let figures: BTreeMap<&str, (&str, &str)> = FIGURES
        .iter()
        .flat_map(|table| table.lines().skip(1))
        .map(|line| {
            let [id, _kind, state, value] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            (id, (state, value))
        })
        .filter(|(id, _)| *id != NOT_REPORTED)
        .collect();
    template().indicators.iter().map(|indicator| cell(indicator, &figures)).collect()
}

fn cell(indicator: &Indicator, figures: &BTreeMap<&str, (&str, &str)>) -> ReportCell {
    let id = indicator.id.as_str();
    let (state, value) = figures.get(id).copied().unwrap_or(("not_reported", ""));
    let state: CellState = serde_json::from_value(state.into()).unwrap();
    let value = match state {
        CellState::Number | CellState::Choice | CellState::Flag => {
            ReportValue::Number(value.parse().unwrap())
        }
        CellState::NotApplicable => ReportValue::Text(value.to_owned()),
        _ => ReportValue::Null,
    };
    let (appendix, section) = match &indicator.place {
        Place::Appendix(appendix) => (Some(appendix.clone()), None),
        Place::Section(section) => (None, Some(section.clone())),
        Place::Auxiliary => (None, None),
    };
    ReportCell {
        id: indicator.id.clone(),
        appendix,
        section,
        code: indicator.code.clone(),
        label: indicator.label.clone(),
        unit_of_measure: indicator.unit_of_measure.clone(),
        value,
        state,
        note: indicator.note.clone().unwrap_or_default(),
        complete: id != INCOMPLETE && id != NOT_REPORTED,
        sources: Vec::new(),
    }
}

fn sections() -> Vec<ReportSection> {
    let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut current = "";
    for line in NARRATIVE.lines() {
        match line.strip_prefix("# ") {
            Some(id) => current = id,
            None => texts.entry(current).or_default().push(line),
        }
    }
    let section = |section: &Section| ReportSection {
        id: section.id.clone(),
        number: section.number.clone(),
        title: section.title.clone(),
        depth: u8::try_from(section.id.as_str().matches('.').count()).unwrap(),
        text: texts.get(section.id.as_str()).map_or_else(String::new, |lines| lines.join("\n")),
    };
    template().sections.iter().map(section).collect()
}

fn town() -> Unit {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Unit {
        letterhead: Letterhead {
            parent_body: "UBND TỈNH THỪA THIÊN HUẾ".to_owned(),
            body: "ỦY BAN NHÂN DÂN\nTHỊ XÃ HƯƠNG TRÀ".to_owned(),
            symbol: "BC-UBND".to_owned(),
            place: "Hương Trà".to_owned(),
            addressees: texts(&["Ủy ban nhân dân tỉnh Thừa Thiên Huế", "Sở Nội vụ"]),
            signature: texts(&["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
            signer: "Nguyễn Văn An".to_owned(),
            recipients: texts(&[
                "UBND tỉnh (để b/c)",
                "Sở Nội vụ (để b/c)",
                "Thường vụ Thị ủy (để b/c)",
                "CT, các PCT UBND thị xã",
                "Các cơ quan, đơn vị trực thuộc UBND thị xã",
                "UBND các xã, phường",
            ]),
            archive: "VT, NV".to_owned(),
        },
        ..unit("huong-tra", "town", "UBND thị xã Hương Trà", "UBND thị xã")
    }
}

fn units() -> Vec<Unit> {
    [
        ("19996", "commune", "UBND phường Tứ Hạ", "Tứ Hạ"),
        ("20005", "commune", "UBND xã Hương Toàn", "Hương Toàn"),
        ("20008", "commune", "UBND phường Hương Vân", "Hương Vân"),
        ("20011", "commune", "UBND phường Hương Văn", "Hương Văn"),
        ("20017", "commune", "UBND phường Hương Xuân", "Hương Xuân"),
        ("20020", "commune", "UBND phường Hương Chữ", "Hương Chữ"),
        ("20026", "commune", "UBND xã Hương Bình", "Hương Bình"),
        ("20035", "commune", "UBND xã Bình Tiến", "Bình Tiến"),
        ("noi-vu", "noi-vu", "Phòng Nội vụ", "Phòng Nội vụ"),
        ("tu-phap", "tu-phap", "Phòng Tư pháp", "Phòng Tư pháp"),
    ]
    .map(|(code, kind, name, short_name)| unit(code, kind, name, short_name))
    .to_vec()
}

fn unit(code: &str, kind: &str, name: &str, short_name: &str) -> Unit {
    Unit {
        code: code.parse::<UnitCode>().unwrap(),
        kind: kind.parse().unwrap(),
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        parent: None,
        valid_from: None,
        valid_to: None,
        predecessors: Vec::new(),
        letterhead: Letterhead::default(),
    }
}

fn submission((index, unit): (usize, Unit)) -> ReportSubmission {
    let later = i64::try_from(index).unwrap() * 3_723_000;
    let digit = u8::try_from(index).unwrap();
    ReportSubmission {
        unit: unit.code,
        heads: vec![NodeKey([digit.wrapping_mul(37).wrapping_add(11); 32]).to_string()],
        signed_at: SIGNED + later,
        received_at: Some(SIGNED + later + 95_000),
        key: NodeKey([digit; 32]),
        template: None,
    }
}
