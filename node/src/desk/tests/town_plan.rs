use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// A town of three units, two periods and some days, each field of which is one of a few words.
fn town() -> impl Strategy<Value = Town> {
    let words = prop::sample::select(vec!["x", "y", "z"]);
    let unit = prop::option::of((words.clone(), words, prop::option::of(1_i8..=28)));
    let day = |day: i8| Date::new(2023, 3, day).unwrap();
    let deadline = prop::option::of(prop::option::of(1_i8..=28));
    (
        prop::collection::vec(unit, 3),
        prop::collection::vec(deadline, 2),
        prop::collection::btree_set(1_i8..=5, 0..4),
    )
        .prop_map(move |(units, periods, days)| {
            let mut town = Town::default();
            for (number, unit) in units.into_iter().enumerate() {
                let Some((name, signer, until)) = unit else { continue };
                let code: UnitCode = format!("u{number}").parse().unwrap();
                let unit = Unit {
                    code: code.clone(),
                    kind: "commune".parse().unwrap(),
                    name: name.to_owned(),
                    short_name: String::new(),
                    parent: None,
                    valid_from: None,
                    valid_to: until.map(day),
                    predecessors: Vec::new(),
                    letterhead: hopluu_protocol::roster::Letterhead {
                        signer: signer.to_owned(),
                        ..Default::default()
                    },
                };
                town.units.insert(code, unit);
            }
            for (number, deadline) in periods.into_iter().enumerate() {
                let Some(deadline) = deadline else { continue };
                let template = "form@1".parse().unwrap();
                let entry = PeriodEntry { template, deadline: deadline.map(day) };
                town.periods.insert(format!("2023-q{}", number + 1).parse().unwrap(), entry);
            }
            town.holidays = days.into_iter().map(day).collect();
            town
        })
}

fn nobody() -> BTreeSet<UnitCode> {
    BTreeSet::new()
}

proptest! {
    /// A file that was written from a town and not edited changes nothing, whatever others did since.
    #[test]
    fn a_file_that_was_not_edited_changes_nothing(base in town(), now in town()) {
        prop_assert_eq!(merge(&base, &base, &now), Ok(now));
    }

    #[test]
    fn a_file_of_a_town_that_nobody_else_changed_becomes_the_town(base in town(), file in town()) {
        prop_assert_eq!(merge(&base, &file, &base), Ok(file));
    }

    /// Two operators edit the same file and apply one after the other: each fact is as whoever changed it left
    /// it, in either order, or both are told of it and nothing is done.
    #[test]
    fn what_two_operators_change_apart_is_all_there(
        base in town(), first in town(), second in town(),
    ) {
        let one_way = merge(&base, &second, &first);
        let other_way = merge(&base, &first, &second);
        prop_assert_eq!(one_way.is_ok(), other_way.is_ok());
        let Ok(merged) = one_way else { return Ok(()) };
        prop_assert_eq!(&merged, &other_way.unwrap());
        let [base, first, second, merged] = [&base, &first, &second, &merged].map(Town::facts);
        for (subject, fields) in &merged {
            for (field, value) in fields {
                let [was, one, other] = [&base, &first, &second]
                    .map(|facts| facts.get(subject).and_then(|fields| fields.get(field)));
                let wanted = if one == was { other } else { one };
                prop_assert_eq!(Some(value), wanted, "{} {}", subject, field);
            }
        }
        // Applied once more, it changes nothing.
        let [base, first] = [base, first].map(Town::of_facts);
        let merged = Town::of_facts(merged);
        prop_assert_eq!(merge(&base, &first, &merged), Ok(merged));
    }

    /// What is said to change is all that changes.
    #[test]
    fn nothing_changes_in_silence(now in town(), new in town()) {
        prop_assert_eq!(changes(&now, &new, &nobody()).is_empty(), now == new);
        let told: BTreeSet<String> =
            changes(&now, &new, &nobody()).into_iter().map(|change| change.subject).collect();
        let (before, after) = (now.facts(), new.facts());
        let subjects = before.keys().chain(after.keys());
        let changed = subjects.filter(|subject| before.get(subject) != after.get(subject));
        prop_assert_eq!(told, changed.map(ToString::to_string).collect::<BTreeSet<_>>());
    }
}

#[test]
fn one_field_that_two_people_changed_is_told_with_all_three_words() {
    let unit = |name: &str| {
        let mut town = Town::default();
        let text = format!(r#"{{"code":"a","kind":"k","name":"{name}","short_name":"A"}}"#);
        let unit: Unit = serde_json::from_str(&text).unwrap();
        town.units.insert(unit.code.clone(), unit);
        town
    };
    let clashes = merge(&unit("Cũ"), &unit("Tệp"), &unit("Người khác")).unwrap_err();
    let Clash { subject, field, base, file, now } = &clashes[0];
    assert_eq!(subject.to_string(), "a");
    assert_eq!([field, base, file, now].map(String::as_str), ["name", "Cũ", "Tệp", "Người khác"]);
    assert_eq!(clashes.len(), 1);
}
