//! From submissions to figures.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hopluu_node::town_file::TownFile;
use hopluu_protocol::consolidation::{
    Consolidation, Contribution, Input, OperatorTexts, Overrides, SubmissionStamp,
};
use hopluu_protocol::figures::Figures;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::Roster;
use hopluu_protocol::template::Template;
use hopluu_protocol::value::CellValue;

use crate::table::{Table, median};
use hopluu_quarter::form::{self, Size};

/// 109 indicators: as many as the town's seven appendices have.
const FORM: Size = Size { cells: 84, derived: 25, texts: 10 };
const UNITS: usize = 10_000;

/// Consolidates many units that all give everything.
pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let template = Template::parse(&form::template(FORM))
        .map_err(|problems| anyhow::anyhow!("{problems:?}"))?
        .template;
    let codes: Vec<String> = (0..UNITS).map(|unit| format!("{unit:05}")).collect();
    let town = TownFile::parse(&form::town(codes.clone()), "town.toml")?;
    let roster = Roster { hub: Some(town.hub.clone()), units: town.units, nodes: Vec::new() };
    let given: Vec<Contribution> =
        codes.iter().enumerate().map(|(at, code)| contribution(at, code)).collect::<Result<_>>()?;
    let period: PeriodId = form::PERIOD.parse()?;
    let input = Input {
        template: &template,
        roster: &roster,
        period,
        days: period.days(&template.period_rule)?,
        unit: &town.hub,
        contributions: &given,
        overrides: &Overrides::new(),
        operator_texts: &OperatorTexts::new(),
    };

    let mut cold = Vec::new();
    let mut made = None;
    for _ in 0..3 {
        drop(made.take());
        let start = Instant::now();
        let mut consolidation = Consolidation::new(&input);
        let report = consolidation.consolidated();
        cold.push(start.elapsed());
        ensure!(report.problems.is_empty(), "{:?}", report.problems.first());
        ensure!(report.report.submissions.len() == UNITS, "some units are missing");
        made = Some(consolidation);
    }
    let what = format!("{UNITS} units × 109 indicators, from their figures");
    table.time(what, median(cold), Some(Duration::from_secs(2)), "");

    let Some(mut consolidation) = made else { return Ok(()) };
    let mut follow = |again: &Contribution| {
        let start = Instant::now();
        consolidation.replace(again);
        consolidation.consolidated();
        start.elapsed()
    };
    let (mut one_cell, mut everything) = (Vec::new(), Vec::new());
    for (at, before) in given.iter().enumerate().step_by(UNITS / 20) {
        let mut again = before.clone();
        again.figures.cells.insert(form::cell(0).parse()?, CellValue::NothingArose);
        one_cell.push(follow(&again));
        everything.push(follow(&contribution(at + 1, before.unit.as_str())?));
    }
    let budget = Some(Duration::from_millis(50));
    table.time("the same after a submission with one other figure", median(one_cell), budget, "");
    let what = "the same after a submission that differs in every cell and text";
    table.time(what, median(everything), budget, "");
    Ok(())
}

fn contribution(number: usize, unit: &str) -> Result<Contribution> {
    let mut figures = Figures::default();
    for row in 0..FORM.cells {
        let value = if row % 12 == 11 { row } else { (number + 1) * (row + 1) };
        figures.cells.insert(form::cell(row).parse()?, CellValue::Number(value.into()));
    }
    for section in 0..FORM.texts {
        let text = format!("Đơn vị {number} báo cáo nội dung {section}. ").repeat(5);
        figures.texts.insert(form::section(section).parse()?, text);
    }
    let stamp = SubmissionStamp {
        id: format!("{number:064x}"),
        heads: vec![format!("{number:064x}")],
        signed_at: 0,
        received_at: Some(0),
        key: NodeKey([0; 32]),
        template: "form@1".parse()?,
    };
    Ok(Contribution { unit: unit.parse()?, submission: Some(stamp), figures })
}
