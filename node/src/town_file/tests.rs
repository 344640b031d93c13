use proptest::prelude::*;

use super::*;

fn date() -> impl Strategy<Value = Date> {
    (2000_i16..2200, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

/// Texts as people write them, and what could break a file of texts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[a-zàáảãạăâđêôơư ]{0,12}",
        Just("Ủy ban nhân dân \"phường\" 'Tứ Hạ' \\ # = [x]".to_owned()),
        Just("dòng một\ndòng hai\t".to_owned()),
        Just("'''\"\"\"".to_owned()),
        Just("2023-01-02".to_owned()),
    ]
}

fn letterhead() -> impl Strategy<Value = Letterhead> {
    (text(), text(), prop::collection::vec(text(), 0..3), prop::collection::vec(text(), 0..3))
        .prop_map(|(body, signer, recipients, signature)| Letterhead {
            body,
            signer,
            recipients,
            signature,
            ..Letterhead::default()
        })
}

prop_compose! {
    fn unit(code: String)(
        code in Just(code),
        name in text(),
        short_name in text(),
        from in prop::option::of(date()),
        for_days in prop::option::of(0_i32..400),
        letterhead in letterhead(),
    ) -> Unit {
        use jiff::ToSpan as _;
        let end = |days: i32| from.unwrap_or(Date::constant(2023, 1, 1)).saturating_add(days.days());
        Unit {
            code: code.parse().unwrap(),
            kind: "commune".parse().unwrap(),
            name,
            short_name,
            parent: (code != "u0").then(|| "u0".parse().unwrap()),
            valid_from: from,
            valid_to: for_days.map(end),
            predecessors: Vec::new(),
            letterhead,
        }
    }
}

fn town() -> impl Strategy<Value = TownFile> {
    let units: Vec<_> = (0..4).map(|number| unit(format!("u{number}"))).collect();
    let period = prop::sample::select(vec!["2023-q1", "2023-6m", "2024-y", "2031-9m"]);
    let extended = prop::collection::btree_map(0_usize..4, (date(), text()), 0..3);
    let periods = prop::collection::btree_map(period, (prop::option::of(date()), extended), 0..4);
    let base = prop::option::of(prop::collection::vec(any::<[u8; 32]>(), 2..4));
    (units, periods, prop::collection::btree_set(date(), 0..5), base).prop_map(
        |(units, made, holidays, base)| {
            let (mut periods, mut extensions) = (Vec::new(), Extensions::new());
            for (id, (deadline, extended)) in made {
                let id: PeriodId = id.parse().unwrap();
                periods.push((id, PeriodEntry { template: "form@1".parse().unwrap(), deadline }));
                for (unit, (until, reason)) in extended {
                    let unit = units[unit].code.clone();
                    extensions.insert((id, unit), Extension { until, reason });
                }
            }
            periods.sort_by_key(|(id, _)| *id);
            let base = base.map(|heads| {
                let heads: Vec<ChangeHash> = heads.into_iter().map(ChangeHash).collect();
                Base { roster: heads[..1].to_vec(), calendar: heads[1..].to_vec() }
            });
            TownFile { base, hub: units[0].code.clone(), units, periods, extensions, holidays }
        },
    )
}

proptest! {
    #[test]
    fn a_town_that_was_written_reads_as_the_same_town(town in town()) {
        let text = town.to_text("one line\nand another").unwrap();
        match TownFile::parse(&text, "town.toml") {
            Ok(read) => prop_assert_eq!(read, town),
            Err(refusal) => prop_assert!(false, "{}\n{}", refusal, text),
        }
    }
}

fn refused(town: &str) -> Vec<String> {
    let refusal = TownFile::parse(town, "town.toml").unwrap_err();
    refusal.problems.into_iter().map(|problem| problem.code).collect()
}

const TWO: &str = r#"
hub = "a"
[[unit]]
code = "a"
kind = "town"
name = "A"
short_name = "A"
[[unit]]
code = "b"
kind = "commune"
name = "B"
short_name = "B"
parent = "a"
"#;

#[test]
fn what_cannot_be_is_refused() {
    assert!(TownFile::parse(TWO, "town.toml").is_ok());
    let with = |line: &str| format!("{TWO}{line}\n");
    assert_eq!(refused(&TWO.replace("parent = \"a\"", "parent = \"b\"")), ["town-circle"]);
    assert_eq!(refused(&with("predecessors = [\"x\"]")), ["town-unknown-unit"]);
    let ends = "valid_from = \"2023-02-01\"\nvalid_to = \"2023-01-31\"";
    assert_eq!(refused(&with(ends)), ["town-ends-before"]);
    assert_eq!(refused(&format!("base = \"12 / xyz\"\n{TWO}")), ["town-base-unreadable"]);
    let extension =
        "[[period.extension]]\nunit = \"b\"\ndeadline = \"2023-03-20\"\nreason = \"x\"\n";
    let period = "[[period]]\nid = \"2023-q1\"\ntemplate = \"f@1\"\n";
    let twice = format!("{period}{extension}{extension}");
    assert_eq!(refused(&with(&twice)), ["town-duplicate-extension"]);
}

#[test]
fn a_long_circle_is_found() {
    let mut units = TownFile::parse(TWO, "town.toml").unwrap().units;
    assert_eq!(in_a_circle(&units), None);
    units[0].parent = Some("b".parse().unwrap());
    assert!(in_a_circle(&units).is_some());
}

#[test]
fn a_field_that_is_not_known_is_named_and_other_slips_stay_slips_of_syntax() {
    for (source, code) in [
        ("[[unit]]\ncode = \"a\"\nkinds = \"b\"\n", "template-unknown-field"),
        ("[[unit]]\ncode = \n", "town-syntax"),
    ] {
        let refusal = TownFile::parse(source, "town.toml").unwrap_err();
        let problem = &refusal.problems[0];
        assert_eq!(problem.code, code, "{}", problem.detail);
        crate::messages::tests::assert_told_in_full(problem);
        let named = problem.args.get("field").map(String::as_str);
        assert_eq!(named, (code == "template-unknown-field").then_some("kinds"));
    }
}
