//! The order of contributions does not matter, and a followed report is the one made anew.

use proptest::prelude::*;

use super::*;

const UNITS: [&str; 5] = ["a", "b", "c", "dep", "stranger"];
const ROWS: [&str; 7] = ["sum", "max", "equal", "flags", "single", "rate", "nonsense"];

fn town() -> Town {
    Town::small()
        .unit("c", "commune", "Hương Xuân")
        .row("sum", COUNT, "commune", Aggregation::Sum)
        .row("max", COUNT, "commune department", Aggregation::Max)
        .row("equal", COUNT, "commune", Aggregation::AllEqual)
        .row("flags", FLAG, "commune", Aggregation::Sum)
        .row("single", COUNT, "department", Aggregation::Single)
        .derived("rate", PERCENT, percentage("sum", "max"))
        .section("i", &["commune"], &[&[SentencePart::Cell(id("sum"))]])
}

fn any_value() -> impl Strategy<Value = CellValue> {
    prop_oneof![
        // Scales and sizes at which decimal addition would round.
        (any::<i64>(), 0..=28_u32).prop_map(|(mantissa, scale)| {
            CellValue::Number(Decimal::from_i128_with_scale(mantissa.into(), scale))
        }),
        Just(CellValue::Number(Decimal::MAX)),
        (0..3_i64).prop_map(|small| CellValue::Number(small.into())),
        any::<bool>().prop_map(CellValue::Flag),
        Just(CellValue::NothingArose),
        "[xy]".prop_map(|reason| CellValue::NotApplicable { reason }),
    ]
}

fn any_figures() -> impl Strategy<Value = Figures> {
    let row = || proptest::sample::select(&ROWS[..]).prop_map(id::<IndicatorId>);
    let cells = proptest::collection::btree_map(row(), any_value(), 0..ROWS.len());
    let notes = proptest::collection::btree_map(row(), "[xy]", 0..2);
    let texts = proptest::option::of("[xy]");
    (cells, notes, texts).prop_map(|(cells, notes, text)| Figures {
        cells,
        notes,
        texts: text.map(|text| (id("i"), text)).into_iter().collect(),
        ..Figures::default()
    })
}

/// A unit's contribution, new or changed; or none any more.
fn any_step() -> impl Strategy<Value = (&'static str, Option<Contribution>)> {
    (proptest::sample::select(&UNITS[..]), proptest::option::weighted(0.8, any_figures()), 0..9_u8)
        .prop_map(|(unit, figures, turn)| {
            let given = figures.map(|figures| {
                let mut given = Contribution { figures, ..contribution(unit) };
                given.submission = given.submission.filter(|_| turn > 1);
                given.submission.iter_mut().for_each(|stamp| stamp.id = format!("{unit}-{turn}"));
                given
            });
            (unit, given)
        })
}

fn latest(steps: &[(&'static str, Option<Contribution>)]) -> Vec<Contribution> {
    let latest: BTreeMap<_, _> = steps.iter().cloned().collect();
    latest.into_values().flatten().collect()
}

proptest! {
    #[test]
    fn the_order_of_contributions_does_not_matter(
        (listed, shuffled) in proptest::collection::vec(any_step(), 0..8)
            .prop_map(|steps| latest(&steps))
            .prop_flat_map(|given| (Just(given.clone()), Just(given).prop_shuffle()))
    ) {
        let listed = Town { contributions: listed, ..town() }.consolidate();
        let shuffled = Town { contributions: shuffled, ..town() }.consolidate();
        prop_assert_eq!(
            serde_json::to_string(&listed.report).unwrap(),
            serde_json::to_string(&shuffled.report).unwrap()
        );
        prop_assert_eq!(listed, shuffled);
    }

    #[test]
    fn a_report_that_followed_all_changes_is_the_one_made_anew(
        steps in proptest::collection::vec((any_step(), any::<bool>()), 0..12)
    ) {
        let town = town().overridden("single", number("7"));
        let mut followed = Consolidation::new(&town.input());
        for ((unit, given), looked_at) in &steps {
            match given {
                Some(contribution) => followed.replace(contribution),
                None => followed.withdraw(&id(unit)),
            }
            if *looked_at {
                followed.consolidated();
            }
        }
        let steps: Vec<_> = steps.into_iter().map(|(step, _)| step).collect();
        let anew = Town { contributions: latest(&steps), ..town }.consolidate();
        prop_assert_eq!(followed.consolidated(), &anew);
    }
}

#[test]
fn what_the_operator_changes_shows_in_a_report_that_is_followed() {
    let town = town().gives("dep", &[("single", number("1")), ("max", number("1"))]);
    let mut followed = Consolidation::new(&town.input());
    assert_eq!(followed.consolidated().figure("single"), whole("1"));

    followed.set_overrides(&town.clone().overridden("single", number("9")).overrides);
    followed.set_operator_texts(&OperatorTexts::from([(id("i"), Written::plain("Thêm."))]));
    assert_eq!(followed.consolidated().figure("single"), whole("9"));
    assert_eq!(followed.consolidated().cell("single").note, "Điều chỉnh (Lan): theo biên bản");
    assert_eq!(followed.consolidated().section("i").text, "Thêm.");

    followed.set_overrides(&Overrides::new());
    followed.set_operator_texts(&OperatorTexts::new());
    assert_eq!(followed.consolidated(), &town.consolidate());
}

#[test]
fn a_unit_that_gave_two_contributions_is_settled_by_the_next_one() {
    let mut town = town().gives("dep", &[("single", number("1")), ("max", number("1"))]);
    town.contributions.push(town.contributions[0].clone());
    let mut followed = Consolidation::new(&town.input());
    assert_eq!(followed.consolidated().figure("single"), MISSING);
    followed.replace(&town.contributions[1]);
    assert_eq!(followed.consolidated().figure("single"), whole("1"));
    assert!(!followed.consolidated().codes().contains(&"several-contributions"));
}

/// A hub over many communes with a full form: 84 reported rows, 25 derived ones, ten sections that
/// everybody writes for.
fn synthetic_town(communes: usize) -> Town {
    let mut town = Town::new();
    for row in 0..84 {
        let how = match row % 12 {
            10 => Aggregation::Max,
            11 => Aggregation::AllEqual,
            _ => Aggregation::Sum,
        };
        town = town.row(&format!("pl4.{row}"), COUNT, "commune", how);
    }
    for row in 0..25 {
        let (part, all) = (format!("pl4.{row}"), format!("pl4.{}", row + 1));
        town = town.derived(&format!("pl8.{row}"), PERCENT, percentage(&part, &all));
    }
    for section in 0..10 {
        let sentence = [SentencePart::Cell(id(&format!("pl8.{section}")))];
        town = town.section(&format!("s{section}"), &["commune"], &[&sentence]);
    }
    for commune in 0..communes {
        let code = format!("{commune:05}");
        town.roster.units.push(Unit { code: id(&code), ..commune_unit() });
        let mut given = contribution(&code);
        for row in 0..84 {
            let value = if row % 12 == 11 { row } else { commune * row };
            given.figures.cells.insert(id(&format!("pl4.{row}")), CellValue::Number(value.into()));
        }
        for section in 0..10 {
            let text = format!("Đơn vị {commune} báo cáo mục {section}. ").repeat(5);
            given.figures.texts.insert(id(&format!("s{section}")), text);
        }
        town.contributions.push(given);
    }
    town
}

fn commune_unit() -> Unit {
    let town = Town::new().unit("a", "commune", "Xã");
    town.roster.units.into_iter().find(|unit| unit.code.as_str() == "a").unwrap()
}

#[test]
fn a_thousand_communes_add_up_and_one_that_changes_changes_the_sum_alone() {
    let town = synthetic_town(1000);
    let mut followed = Consolidation::new(&town.input());
    assert_eq!(followed.consolidated().problems, []);
    assert_eq!(followed.consolidated().figure("pl4.2"), whole("999000"));
    assert_eq!(followed.consolidated().figure("pl4.22"), whole("21978"));
    assert_eq!(followed.consolidated().figure("pl8.1"), whole("50"));
    assert_eq!(followed.consolidated().cell("pl8.1").sources.len(), 1000);

    let mut changed = town.contributions[500].clone();
    changed.figures.cells.insert(id("pl4.2"), number("0"));
    followed.replace(&changed);
    assert_eq!(followed.consolidated().figure("pl4.2"), whole("998000"));
    assert_eq!(followed.consolidated().figure("pl4.3"), whole("1498500"));
}
