//! A town's report as large and as awkward as the real one: seven appendices, all kinds of cell, and
//! the units that submitted. The labels are those of the official form; the text is our own.

use hopluu_protocol::id::{IndicatorId, SectionId, UnitCode};
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::report::{Report, ReportCell, ReportSection, ReportSubmission, ReportValue};
use hopluu_protocol::roster::{Letterhead, Roster, Unit};
use hopluu_protocol::template::{Appendix, PeriodRule, Template};
use hopluu_protocol::value::CellState;
use hopluu_render::{Issue, Paper};
use jiff::civil::date;

const INDICATORS: &str = include_str!("indicators.tsv");
const NARRATIVE: &str = include_str!("narrative.txt");

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
    Template {
        reference: "cchc-quarterly@1".parse().unwrap(),
        title: "Báo cáo cải cách hành chính định kỳ".to_owned(),
        subject: "Công tác cải cách hành chính {period}".to_owned(),
        period_rule: PeriodRule { first_day: 15, last_day: 14, deadline_working_days: 2 },
        unit_kinds: Vec::new(),
        appendices: appendices(),
        sections: Vec::new(),
        indicators: Vec::new(),
    }
}

pub fn roster() -> Roster {
    Roster {
        hub: Some("huong-tra".parse().unwrap()),
        units: std::iter::once(town()).chain(units()).collect(),
        nodes: Vec::new(),
    }
}

fn cells() -> Vec<ReportCell> {
    let appendix_cells = INDICATORS.lines().skip(1).map(appendix_cell);
    let facts = [
        ("ii2c.rec", "ii.2.c", "Hồ sơ tiếp nhận", "Hồ sơ", "1118"),
        ("ii4b.as.total", "ii.4.b", "Biên chế được giao", "Người", "1304"),
        ("i1.rate", "i.1", "Tỷ lệ hoàn thành nhiệm vụ", "%", "100"),
    ];
    let facts = facts.map(|(id, section, label, unit, value)| ReportCell {
        section: Some(section.parse().unwrap()),
        ..cell(id, "", label, unit, "number", value, "")
    });
    let auxiliary = cell("aux.vb-di", "", "Tổng số văn bản đi", "Văn bản", "number", "1125", "");
    appendix_cells.chain(facts).chain([auxiliary]).collect()
}

fn appendix_cell(line: &str) -> ReportCell {
    let [id, code, label, unit, state, value, note] =
        line.split('\t').collect::<Vec<_>>().try_into().unwrap();
    let cell = cell(id, code, label, unit, state, value, note);
    let appendix = id.split('.').next().unwrap().parse().unwrap();
    // One commune has not reported its survey yet.
    let complete = id != "pl2.5.1";
    ReportCell { appendix: Some(appendix), complete, ..cell }
}

pub fn cell(
    id: &str,
    code: &str,
    label: &str,
    unit: &str,
    state: &str,
    value: &str,
    note: &str,
) -> ReportCell {
    let state: CellState = serde_json::from_value(state.into()).unwrap();
    let value = match state {
        CellState::Number | CellState::Choice | CellState::Flag => {
            ReportValue::Number(value.parse().unwrap())
        }
        CellState::NotApplicable => ReportValue::Text(value.to_owned()),
        _ => ReportValue::Null,
    };
    ReportCell {
        id: id.parse::<IndicatorId>().unwrap(),
        appendix: None,
        section: None,
        code: code.to_owned(),
        label: label.to_owned(),
        unit_of_measure: unit.to_owned(),
        value,
        state,
        note: note.to_owned(),
        complete: true,
        sources: Vec::new(),
    }
}

fn sections() -> Vec<ReportSection> {
    let mut sections: Vec<ReportSection> = Vec::new();
    for line in NARRATIVE.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            let [id, number, depth, title] =
                heading.split('\t').collect::<Vec<_>>().try_into().unwrap();
            sections.push(section(id, number, depth.parse().unwrap(), title, ""));
        } else {
            let text = &mut sections.last_mut().unwrap().text;
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
        }
    }
    sections
}

pub fn section(id: &str, number: &str, depth: u8, title: &str, text: &str) -> ReportSection {
    ReportSection {
        id: id.parse::<SectionId>().unwrap(),
        number: number.to_owned(),
        title: title.to_owned(),
        depth,
        text: text.to_owned(),
    }
}

fn appendices() -> Vec<Appendix> {
    [
        (
            "pl2",
            "2",
            "Thống kê số liệu báo cáo công tác chỉ đạo, điều hành cải cách hành chính",
            "i",
        ),
        ("pl3", "3", "Thống kê số liệu báo cáo cải cách thể chế", "ii.1"),
        ("pl4", "4", "Thống kê số liệu báo cáo cải cách thủ tục hành chính", "ii.2"),
        (
            "pl5",
            "5",
            "Thống kê số liệu báo cáo cải cách tổ chức bộ máy hành chính nhà nước",
            "ii.3",
        ),
        ("pl6", "6", "Thống kê số liệu báo cáo cải cách chế độ công vụ", "ii.4"),
        ("pl7", "7", "Thống kê số liệu báo cáo cải cách tài chính công", "ii.5"),
        (
            "pl8",
            "8",
            "Thống kê số liệu báo cáo xây dựng và phát triển chính quyền điện tử, chính quyền số",
            "ii.6",
        ),
    ]
    .map(|(id, form_number, title, section)| Appendix {
        id: id.parse().unwrap(),
        form_number: form_number.to_owned(),
        title: title.to_owned(),
        section: section.parse().unwrap(),
    })
    .to_vec()
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
    }
}
