//! What a later version of a template changes, for units of a kind.
//!
//! Values lie under ids, so a row keeps its values by keeping its id. That holds as long as an id means the
//! same: a row whose unit of measure is another, or whose third choice is, would show what was typed under
//! the old one as if it were of the new. Nothing in the value could tell. Such rows are found here
//! ([`reused_ids`]), so that they are never published into a period under way.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use super::model::{Choice, Indicator, Template, ValueType};
use crate::id::{IndicatorId, SectionId, UnitKindId};

/// What a later version of a template changes for the units of one kind. Each list is in the order of the
/// form that it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Cells that they no longer type.
    pub gone: Vec<IndicatorId>,
    /// Cells that they did not type before.
    pub new: Vec<IndicatorId>,
    /// Cells that are of another type than before, or of the same with other bounds.
    pub retyped: Vec<IndicatorId>,
    /// Sections that they no longer write for.
    pub sections_gone: Vec<SectionId>,
    /// Sections that they did not write for before.
    pub sections_new: Vec<SectionId>,
}

/// A row that keeps its id and means something else: what was typed before would be read as what it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReusedId {
    /// The row.
    pub id: IndicatorId,
    /// What it meant: a unit of measure, a type, a choice.
    pub before: String,
    /// What it would mean.
    pub after: String,
}

impl Changes {
    /// From one version to a later one, for units of a kind.
    pub fn between(old: &Template, new: &Template, kind: &UnitKindId) -> Self {
        let typed = |template: &Template| -> BTreeSet<IndicatorId> {
            template.typed_by(kind).map(|row| row.id.clone()).collect()
        };
        let written = |template: &Template| -> BTreeSet<SectionId> {
            template.written_by(kind).map(|section| section.id.clone()).collect()
        };
        let (before, after) = (typed(old), typed(new));
        let (wrote, writes) = (written(old), written(new));
        let ids = |rows: Vec<&Indicator>| rows.into_iter().map(|row| row.id.clone()).collect();
        let is_retyped = |row: &&Indicator| {
            before.contains(&row.id)
                && old.indicator(&row.id).is_some_and(|was| was.value_type != row.value_type)
        };
        Self {
            gone: ids(old.typed_by(kind).filter(|row| !after.contains(&row.id)).collect()),
            new: ids(new.typed_by(kind).filter(|row| !before.contains(&row.id)).collect()),
            retyped: ids(new.typed_by(kind).filter(is_retyped).collect()),
            sections_gone: wrote.difference(&writes).cloned().collect(),
            sections_new: writes.difference(&wrote).cloned().collect(),
        }
    }
}

/// Rows of a later version that keep the id of an earlier one and mean something else.
pub fn reused_ids(old: &Template, new: &Template) -> Vec<ReusedId> {
    let pairs = new.indicators.iter().filter(|row| row.is_typed());
    pairs
        .filter_map(|row| {
            let was = old.indicator(&row.id).filter(|was| was.is_typed())?;
            let (before, after) = other_meaning(was, row)?;
            Some(ReusedId { id: row.id.clone(), before, after })
        })
        .collect()
}

/// What a value of the old row would be taken for in the new one, where that is not the same and the value
/// itself would not show it.
fn other_meaning(old: &Indicator, new: &Indicator) -> Option<(String, String)> {
    if let (ValueType::Choice(before), ValueType::Choice(after)) =
        (&old.value_type, &new.value_type)
    {
        return before.iter().find_map(|was| {
            let is = after.iter().find(|choice| choice.value == was.value)?;
            (folded(&is.label) != folded(&was.label)).then(|| (written(was), written(is)))
        });
    }
    let holds_number = |row: &Indicator| {
        !matches!(row.value_type, ValueType::Choice(_) | ValueType::Flag | ValueType::Heading)
    };
    if !holds_number(old) || !holds_number(new) {
        return None;
    }
    let is_percent = |row: &Indicator| matches!(row.value_type, ValueType::Percent { .. });
    if is_percent(old) != is_percent(new) {
        return Some((old.value_type.word().to_owned(), new.value_type.word().to_owned()));
    }
    let (before, after) = (&old.unit_of_measure, &new.unit_of_measure);
    (folded(before) != folded(after)).then(|| (before.clone(), after.clone()))
}

fn written(choice: &Choice) -> String {
    format!("{}={}", choice.value, choice.label)
}

/// A text without what two spellings of it may differ in.
fn folded(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = r#"
        id = "t"
        version = 1
        title = "T"
        subject = "S"
        period = { first_day = 15, last_day = 14, deadline_working_days = 2 }
        unit_kind = [
            { id = "a", label = "A", level = "commune" },
            { id = "b", label = "B", level = "commune" },
        ]
        [[section]]
        id = "i"
        number = "I"
        title = "I"
        reporters = ["a"]
        [[fact]]
        id = "f.money"
        section = "i"
        label = "Money"
        unit = "Triệu đồng"
        type = "money"
        reporters = ["a"]
        aggregation = "single"
        [[fact]]
        id = "f.done"
        section = "i"
        label = "Done"
        unit = "0=No, 1=Yes"
        type = "choice"
        choices = ["0=Chưa", "1=Xong"]
        reporters = ["a"]
        aggregation = "all-equal"
        [[fact]]
        id = "f.count"
        section = "i"
        label = "Count"
        unit = "Hồ sơ"
        type = "count"
        reporters = ["a"]
        aggregation = "sum"
    "#;

    fn form(changes: &[(&str, &str)]) -> Template {
        let changed = changes.iter().fold(FORM.to_owned(), |source, (from, to)| {
            assert!(source.contains(from), "{from}");
            source.replacen(from, to, 1)
        });
        Template::parse(&changed).unwrap_or_else(|problems| panic!("{problems:?}")).template
    }

    fn kind(id: &str) -> UnitKindId {
        id.parse().unwrap()
    }

    fn texts(ids: &[impl ToString]) -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rows_that_go_and_come_are_told_by_who_types_them() {
        let (old, new) = (form(&[]), form(&[("\"f.count\"", "\"f.other\"")]));
        let changes = Changes::between(&old, &new, &kind("a"));
        assert_eq!(texts(&changes.gone), ["f.count"]);
        assert_eq!(texts(&changes.new), ["f.other"]);
        assert!(changes.retyped.is_empty());
        assert_eq!(Changes::between(&old, &new, &kind("b")), Changes::default());

        let moved =
            form(&[("reporters = [\"a\"]\n        [[fact]]", "reporters = [\"b\"]\n[[fact]]")]);
        let changes = Changes::between(&old, &moved, &kind("a"));
        assert_eq!(texts(&changes.sections_gone), ["i"]);
        assert!(changes.sections_new.is_empty());
        assert_eq!(texts(&Changes::between(&old, &moved, &kind("b")).sections_new), ["i"]);
    }

    #[test]
    fn types_that_change_are_told_and_the_same_type_is_not() {
        let retyped = |from, to| {
            let new = form(&[(from, to)]);
            texts(&Changes::between(&form(&[]), &new, &kind("a")).retyped)
        };
        assert_eq!(retyped("type = \"count\"", "type = \"flag\""), ["f.count"]);
        assert_eq!(retyped("type = \"money\"", "type = \"money\"\ndecimals = 2"), ["f.money"]);
        assert!(retyped("label = \"Count\"", "label = \"All\"").is_empty());
    }

    #[test]
    fn an_id_that_would_mean_something_else_is_found() {
        let reused = |from, to| {
            let found = reused_ids(&form(&[]), &form(&[(from, to)]));
            found.into_iter().map(|row| row.id.to_string()).collect::<Vec<_>>()
        };
        for (from, to) in [
            ("unit = \"Triệu đồng\"", "unit = \"Nghìn đồng\""),
            ("type = \"money\"", "type = \"percent\""),
        ] {
            assert_eq!(reused(from, to), ["f.money"], "{to}");
        }
        assert_eq!(reused("\"1=Xong\"", "\"1=Đang làm\", \"2=Xong\""), ["f.done"]);
        for (from, to) in [
            ("unit = \"Triệu đồng\"", "unit = \"triệu  đồng\""),
            ("type = \"money\"", "type = \"decimal\"\ndecimals = 3"),
            // A value of another kind shows itself.
            ("type = \"count\"", "type = \"flag\""),
            ("\"1=Xong\"", "\"1=xong\", \"2=Bỏ\""),
            ("label = \"Count\"", "label = \"All\""),
        ] {
            assert!(reused(from, to).is_empty(), "{to}");
        }
    }
}
