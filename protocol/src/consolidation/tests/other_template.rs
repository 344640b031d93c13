//! Submissions that were made under another version of the template than the report's.

use super::*;
use crate::id::TemplateRef;

impl Town {
    fn under(mut self, unit: &str, template: &str) -> Self {
        let stamp = self.contribution_of(unit).submission.as_mut().unwrap();
        stamp.template = id(template);
        self
    }
}

#[test]
fn what_both_forms_have_counts_and_the_rest_is_left_out_or_missing() {
    let town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .row("new", COUNT, "commune", Aggregation::Sum)
        .section("i", &["commune"], &[])
        .gives("a", &[("x", number("1")), ("new", number("2"))])
        .gives("b", &[("x", number("3")), ("gone", number("4"))])
        .notes("b", "x", "đã rà soát")
        .writes("b", "ii", "Mục cũ.")
        .under("b", "test@9");
    let result = town.consolidate();
    assert_eq!(result.figure("x"), whole("4"));
    assert_eq!(result.figure("new"), incomplete("2"));
    assert!(result.cell("x").note.contains("đã rà soát"));
    let (unit, template): (UnitCode, TemplateRef) = (id("b"), id("test@9"));
    assert_eq!(
        result.problems,
        [
            ConsolidationProblem::OtherTemplate {
                unit: unit.clone(),
                template: template.clone(),
                cells: vec![id("gone")],
                sections: vec![id("ii")],
            },
            ConsolidationProblem::MissingCells {
                unit,
                required: vec![id("new")],
                optional: Vec::new(),
            },
        ]
    );
    let named: Vec<_> = result.report.submissions.iter().map(|it| it.template.clone()).collect();
    assert_eq!(named, [None, Some(template)]);
    let json = serde_json::to_string(&result.report).unwrap();
    assert_eq!(json.matches("test@9").count(), 1, "a report of one version is as it always was");
}

/// Under the same form it was checked when it was typed; under another by other rules.
#[test]
fn a_value_that_the_row_would_not_take_is_not_counted_under_another_form() {
    for (template, figure, code) in
        [("test@1", whole("2.5"), None), ("test@9", MISSING, Some("wrong-type"))]
    {
        let town = Town::small()
            .row("x", COUNT, "department", Aggregation::Single)
            .gives("dep", &[("x", number("2.5"))])
            .under("dep", template);
        let result = town.consolidate();
        assert_eq!(result.figure("x"), figure, "{template}");
        assert_eq!(result.codes().iter().any(|found| Some(*found) == code), code.is_some());
    }
}

/// With the submission under the report's own version comes the unit's word back.
#[test]
fn a_new_submission_takes_the_other_ones_place() {
    let town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .gives("a", &[("x", number("1"))])
        .gives("b", &[("x", number("3")), ("gone", number("4"))])
        .under("b", "test@9");
    let mut kept = Consolidation::new(&town.input());
    assert_eq!(kept.consolidated().codes(), ["other-template"]);
    let mut again = contribution("b");
    again.figures.cells.insert(id("x"), number("5"));
    kept.replace(&again);
    let result = kept.into_consolidated();
    assert_eq!(result.figure("x"), whole("6"));
    assert!(result.problems.is_empty(), "{:?}", result.problems);
}
