//! Reading, checking and writing together, for each type of value.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::template::{
    Aggregation, Choice, Indicator, Place, Requirement, ValueType, formula::Formula,
};
use crate::value::{CellValue, MAX_REASON_CHARS};

fn indicator(value_type: ValueType) -> Indicator {
    Indicator {
        id: "pl1.1".parse().unwrap(),
        place: Place::Auxiliary,
        parent: None,
        code: String::new(),
        label: "Hồ sơ".to_owned(),
        unit_of_measure: "Hồ sơ".to_owned(),
        value_type,
        reporters: Vec::new(),
        aggregation: Aggregation::Single,
        requirement: Requirement::Required,
        note: None,
        outside_authority: None,
        italic: false,
    }
}

fn count() -> Indicator {
    indicator(ValueType::Count)
}

fn money(decimals: u32) -> Indicator {
    indicator(ValueType::Money { decimals })
}

fn decimal(decimals: u32) -> Indicator {
    indicator(ValueType::Decimal { decimals })
}

fn percent(at_most_100: bool) -> Indicator {
    percentage(2, at_most_100)
}

fn percentage(decimals: u32, at_most_100: bool) -> Indicator {
    indicator(ValueType::Percent { decimals, at_most_100 })
}

fn choice() -> Indicator {
    indicator(ValueType::Choice(vec![
        Choice { value: 0, label: "Trực tuyến".to_owned() },
        Choice { value: 1, label: "Phát phiếu".to_owned() },
        Choice { value: 12, label: "Kết hợp".to_owned() },
    ]))
}

fn exact(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn number(text: &str) -> Result<CellValue, ReadError> {
    Ok(CellValue::Number(exact(text)))
}

fn code(text: &str, indicator: &Indicator) -> &'static str {
    match read_value(text, indicator) {
        Ok(value) => panic!("`{text}` was read as {value:?}"),
        Err(error) => error.code(),
    }
}

#[test]
fn counts_are_read_with_and_without_the_national_mark() {
    for (text, plain) in [
        ("0", "0"),
        ("09", "9"),
        ("1304", "1304"),
        ("1.304", "1304"),
        (" 1.304\u{a0}", "1304"),
        ("1\u{202f}304", "1304"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("5,0", "5"),
    ] {
        assert_eq!(read_value(text, &count()), number(plain), "{text}");
    }
}

#[test]
fn a_comma_before_three_digits_is_refused_with_both_readings_where_both_can_stand() {
    for (text, indicator, thousands, decimals) in [
        ("30,162", money(3), "30162", "30.162"),
        ("30,120", money(2), "30120", "30.12"),
        ("30,000", count(), "30000", "30"),
        ("-30,500", decimal(1), "-30500", "-30.5"),
        ("17,110", percent(false), "17110", "17.11"),
    ] {
        let readings = [exact(thousands), exact(decimals)];
        let error = ReadError::Ambiguous { text: text.to_owned(), readings };
        assert_eq!(read_value(text, &indicator), Err(error), "{text}");
    }
    assert_eq!(read_value("30162", &money(0)), number("30162"));
    assert_eq!(read_value("30.162", &money(0)), number("30162"));
    assert_eq!(read_value("30,1620", &money(3)), number("30.162"));
}

#[test]
fn a_comma_before_three_digits_has_one_reading_in_a_whole_number() {
    for indicator in [count(), money(0), decimal(0)] {
        assert_eq!(read_value("30,162", &indicator), number("30162"));
    }
    assert_eq!(read_value("-1,304", &decimal(0)), number("-1304"));
}

#[test]
fn a_reading_with_more_decimals_than_the_cell_is_not_offered() {
    for (text, indicator, allowed) in
        [("30,162", money(1), 1), ("30,162", decimal(2), 2), ("17,111", percent(false), 2)]
    {
        let error = ReadError::AmbiguousTooFine {
            text: text.to_owned(),
            thousands: exact(&text.replace([',', '.'], "")),
            allowed,
        };
        assert_eq!(read_value(text, &indicator), Err(error), "{text}");
    }
}

#[test]
fn the_cells_own_unit_is_dropped_and_any_other_is_refused() {
    let mut money = money(0);
    money.unit_of_measure = "Triệu đồng".to_owned();
    assert_eq!(read_value("30.162 triệu  đồng", &money), number("30162"));
    assert_eq!(read_value("46 hồ sơ", &count()), number("46"));
    assert_eq!(read_value("46hô\u{300} sơ", &count()), number("46"));
    for text in ["30.162 nghìn đồng", "30.162 đồng", "triệu đồng", "1 2 triệu đồng"]
    {
        assert_eq!(code(text, &money), "value-not-a-number", "{text}");
    }
}

#[test]
fn a_point_before_three_digits_marks_thousands_and_is_asked_in_percentages() {
    assert_eq!(read_value("1.304", &count()), number("1304"));
    assert_eq!(read_value("1.304", &decimal(0)), number("1304"));
    for (text, noted) in [("17.110", true), ("17.111", false)] {
        let value = number(&text.replace('.', "")).unwrap();
        assert_eq!(readings(text, &decimal(2)), Readings::One { value, noted }, "{text}");
    }
    assert_eq!(code("17.110%", &percent(true)), "value-english");
    assert_eq!(code("17.110%", &percent(false)), "value-ambiguous");
    assert_eq!(code("1.304", &percent(false)), "value-ambiguous-too-fine");
}

/// What a text may mean, as each reading can be typed.
fn offered(text: &str, indicator: &Indicator) -> Vec<String> {
    match readings(text, indicator) {
        Readings::Asked { readings, why } => {
            assert_eq!(read_value(text, indicator), Err(why));
            readings.iter().map(|value| write_value(value, indicator)).collect()
        }
        other => panic!("`{text}`: {other:?}"),
    }
}

#[test]
fn what_should_not_be_taken_for_granted_is_asked_with_what_it_can_mean() {
    for (text, indicator, readings) in [
        ("30,162", money(3), &["30.162,0000", "30,1620"] as &[&str]),
        ("30,162", money(1), &["30.162,0"]),
        ("30,000", count(), &["30.000", "30"]),
        ("17.11", decimal(2), &["17,11"]),
        ("17.11%", percent(true), &["17,11"]),
        ("1,304.5", money(1), &["1.304,5"]),
        ("Không", count(), &["0", "không phát sinh"]),
        ("không  có", percent(true), &["0,00", "không phát sinh"]),
        ("thuộc thẩm quyền tỉnh", count(), &["không áp dụng: thuộc thẩm quyền tỉnh"]),
        ("Thẩm quyền cấp tỉnh", money(0), &["không áp dụng: Thẩm quyền cấp tỉnh"]),
    ] {
        assert_eq!(offered(text, &indicator), readings, "{text}");
    }
    assert_eq!(code("17.11", &count()), "value-too-many-decimals");
    assert_eq!(code("-0.5", &money(1)), "value-negative");
}

#[test]
fn a_comma_that_can_only_mark_thousands_is_noted() {
    let value = CellValue::Number(exact("30162"));
    assert_eq!(readings("30,162", &count()), Readings::One { value, noted: true });
    let value = CellValue::Number(exact("1304"));
    assert_eq!(readings("1.304", &count()), Readings::One { value, noted: false });
}

#[test]
fn percentages_are_read_with_and_without_the_sign() {
    for (text, plain) in [
        ("17,11", "17.11"),
        ("95,9%", "95.9"),
        ("95,9 %", "95.9"),
        ("100%", "100"),
        ("100,00", "100"),
        ("0", "0"),
    ] {
        assert_eq!(read_value(text, &percent(true)), number(plain), "{text}");
    }
    assert_eq!(code("100,01", &percent(true)), "value-above-hundred");
    assert_eq!(read_value("112,5", &percent(false)), number("112.5"));
    assert_eq!(code("17,111%", &percent(true)), "value-too-many-decimals");
    assert_eq!(code("0,111", &percent(true)), "value-too-many-decimals");
    assert_eq!(code("-1", &percent(true)), "value-negative");
    assert_eq!(code("%", &percent(true)), "value-not-a-number");
    assert_eq!(code("5%%", &percent(true)), "value-not-a-number");
}

#[test]
fn what_does_not_fit_the_type_is_refused() {
    for (text, indicator, error) in [
        ("-5", count(), "value-negative"),
        ("-5", money(0), "value-negative"),
        ("17,11", count(), "value-too-many-decimals"),
        ("17,11", money(1), "value-too-many-decimals"),
        ("17,1234", decimal(3), "value-too-many-decimals"),
        ("5%", count(), "value-not-a-number"),
        ("5 vụ", count(), "value-not-a-number"),
        ("năm", count(), "value-not-a-number"),
        ("+5", count(), "value-not-a-number"),
        ("1e3", count(), "value-not-a-number"),
        ("13 04", count(), "value-not-a-number"),
        ("\u{ff15}", count(), "value-not-a-number"),
        ("<script>", count(), "value-not-a-number"),
        ("\0", count(), "value-not-a-number"),
        ("=1+1", count(), "value-not-a-number"),
        ("1000000000000000001", count(), "value-too-large"),
        ("-1000000000000000001", decimal(2), "value-too-large"),
        ("9999999999999999999999999999999999999999", count(), "value-too-large"),
        ("", count(), "value-empty"),
        (" \t\u{a0}\n", count(), "value-empty"),
    ] {
        assert_eq!(code(text, &indicator), error, "`{text}`");
    }
    assert_eq!(read_value("-2,5", &decimal(1)), number("-2.5"));
    assert_eq!(read_value("1000000000000000000", &count()), number("1000000000000000000"));
}

#[test]
fn a_very_long_text_is_refused_before_it_is_looked_at() {
    assert_eq!(code(&"9".repeat(10_000_000), &count()), "value-too-long");
    let refused = read_value(&"ộ".repeat(1_000), &count()).unwrap_err();
    assert!(refused.to_string().chars().count() < 120);
}

#[test]
fn flags_are_read_as_digits_and_words() {
    let flag = indicator(ValueType::Flag);
    for text in ["1", "có", "CÓ", "Co\u{301}", "yes"] {
        assert_eq!(read_value(text, &flag), Ok(CellValue::Flag(true)), "{text}");
    }
    for text in ["0", "không", "Không", "KHO\u{302}NG", "no"] {
        assert_eq!(read_value(text, &flag), Ok(CellValue::Flag(false)), "{text}");
    }
    assert_eq!(read_value("không phát sinh", &flag), Ok(CellValue::NothingArose));
    for text in ["2", "x", "true", "10"] {
        assert_eq!(code(text, &flag), "value-not-a-flag", "{text}");
    }
}

#[test]
fn choices_are_read_by_number_and_by_label() {
    for (text, value) in [
        ("0", 0),
        ("01", 1),
        ("12", 12),
        ("trực  TUYẾN", 0),
        ("tru\u{31b}\u{323}c tuye\u{302}\u{301}n", 0),
        ("kết hợp", 12),
    ] {
        assert_eq!(read_value(text, &choice()), Ok(CellValue::Choice(value)), "{text}");
    }
    for text in ["2", "+1", "1,0", "Trực", "99999999999999999999"] {
        assert_eq!(code(text, &choice()), "value-not-a-choice", "{text}");
    }
}

#[test]
fn non_values_are_read_for_every_type() {
    let reason = |text: &str| Ok(CellValue::NotApplicable { reason: text.to_owned() });
    for indicator in [count(), money(3), percent(true), indicator(ValueType::Flag), choice()] {
        for text in ["-", "–", "—", "kps", "KPS", "Không phát sinh"] {
            assert_eq!(read_value(text, &indicator), Ok(CellValue::NothingArose), "{text}");
        }
        for text in
            ["kad: cấp tỉnh", "Không áp dụng:cấp tỉnh", "không  thuộc thẩm quyền: cấp tỉnh "]
        {
            assert_eq!(read_value(text, &indicator), reason("cấp tỉnh"), "{text}");
        }
        assert_eq!(read_value("kad: 12:30", &indicator), reason("12:30"));
        assert_eq!(read_value("kad: ca\u{302}\u{301}p", &indicator), reason("cấp"));
        for text in ["kad", "kad:", "không áp dụng:  ", "Không thuộc thẩm quyền"] {
            assert_eq!(code(text, &indicator), "value-reason-missing", "{text}");
        }
        assert_eq!(code("kad: a\nb", &indicator), "value-reason-not-plain");
        let long = format!("kad: {}", "ộ".repeat(MAX_REASON_CHARS + 1));
        assert_eq!(code(&long, &indicator), "value-reason-too-long");
    }
}

#[test]
fn rows_that_nobody_types_take_no_value() {
    let heading = indicator(ValueType::Heading);
    let derived =
        Indicator { aggregation: Aggregation::Derived(Formula::Number(Decimal::ONE)), ..count() };
    let outside = Indicator { outside_authority: Some("cấp tỉnh".to_owned()), ..count() };
    for (row, error) in [
        (heading, "value-heading"),
        (derived, "value-derived"),
        (outside, "value-outside-authority"),
    ] {
        assert_eq!(code("5", &row), error);
        assert_eq!(code("kps", &row), error);
        assert_eq!(check_value(&CellValue::NothingArose, &row).map_err(|e| e.code()), Err(error));
    }
}

#[test]
fn values_that_were_not_typed_obey_the_same_rules() {
    let flag = indicator(ValueType::Flag);
    let not_applicable = |reason: &str| CellValue::NotApplicable { reason: reason.to_owned() };
    for (value, row, error) in [
        (CellValue::Number(exact("1.5")), count(), "value-too-many-decimals"),
        (CellValue::Number(exact("-1")), count(), "value-negative"),
        (CellValue::Number(exact("100.5")), percent(true), "value-above-hundred"),
        (CellValue::Number(Decimal::MAX), decimal(0), "value-too-large"),
        (CellValue::Number(Decimal::MIN), decimal(0), "value-too-large"),
        (CellValue::Number(Decimal::ONE), flag.clone(), "value-wrong-kind"),
        (CellValue::Number(Decimal::ONE), choice(), "value-wrong-kind"),
        (CellValue::Flag(true), count(), "value-wrong-kind"),
        (CellValue::Choice(1), flag, "value-wrong-kind"),
        (CellValue::Choice(7), choice(), "value-not-a-choice"),
        (not_applicable(" "), count(), "value-reason-missing"),
        (not_applicable(" cấp tỉnh"), count(), "value-reason-not-plain"),
        (not_applicable("ca\u{302}\u{301}p"), count(), "value-reason-not-plain"),
    ] {
        assert_eq!(check_value(&value, &row).map_err(|e| e.code()), Err(error), "{value:?}");
    }
    assert_eq!(check_value(&CellValue::Number(exact("5.000")), &count()), Ok(()));
}

fn any_figure(decimals: u32, from: i128) -> impl Strategy<Value = CellValue> {
    let most = 10_i128.pow(18 + decimals);
    let small = 10_i128.pow(4 + decimals);
    let thousand = 10_i128.pow(3 + decimals);
    let thousands = (from * 999..=999_i128).prop_map(move |count| count * thousand);
    prop_oneof![from * most..=most, from * small..=small, thousands]
        .prop_map(move |digits| CellValue::Number(Decimal::from_i128_with_scale(digits, decimals)))
}

fn any_non_value() -> impl Strategy<Value = CellValue> {
    prop_oneof![
        Just(CellValue::NothingArose),
        "[a-zà-ÿăđơưạ-ỹ:.,-]{1,8}( [a-zà-ÿăđơưạ-ỹ0-9:]{1,8}){0,4}".prop_map(|text| {
            use unicode_normalization::UnicodeNormalization as _;
            CellValue::NotApplicable { reason: text.nfc().collect() }
        }),
    ]
}

fn any_row_and_value() -> impl Strategy<Value = (Indicator, CellValue)> {
    let figures = (0..=MAX_DECIMALS).prop_flat_map(|decimals| {
        prop_oneof![
            any_figure(decimals, -1).prop_map(move |value| (self::decimal(decimals), value)),
            any_figure(decimals, 0).prop_map(move |value| (money(decimals), value)),
            any_figure(decimals, 0).prop_map(move |value| (percentage(decimals, false), value)),
            (0..=100 * 10_i64.pow(decimals)).prop_map(move |digits| {
                (percentage(decimals, true), CellValue::Number(Decimal::new(digits, decimals)))
            }),
        ]
    });
    prop_oneof![
        figures,
        any_figure(0, 0).prop_map(|value| (count(), value)),
        any::<bool>().prop_map(|flag| (indicator(ValueType::Flag), CellValue::Flag(flag))),
        prop_oneof![Just(0), Just(1), Just(12)].prop_map(|n| (choice(), CellValue::Choice(n))),
        (prop_oneof![Just(count()), Just(percent(true)), Just(money(3))], any_non_value()),
        (prop_oneof![Just(choice()), Just(indicator(ValueType::Flag))], any_non_value()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_written_reads_back_as_the_same_value((row, value) in any_row_and_value()) {
        prop_assert_eq!(check_value(&value, &row), Ok(()));
        prop_assert_eq!(read_value(&write_typed(&value, &row), &row), Ok(value.clone()));
        prop_assert_eq!(read_value(&write_value(&value, &row), &row), Ok(value));
    }

    #[test]
    fn any_text_is_read_to_a_value_that_fits_or_refused(text in "[-+0-9.,% ek]{0,24}|\\PC{0,40}") {
        let percents = [percent(true), percentage(0, false), percentage(1, false), percentage(3, true)];
        let others = [count(), money(3), decimal(2), choice(), indicator(ValueType::Flag)];
        for row in percents.into_iter().chain(others) {
            let all = match readings(&text, &row) {
                Readings::One { value, .. } => vec![value],
                Readings::Asked { readings, .. } => readings,
                Readings::Refused(_) => Vec::new(),
            };
            for value in all {
                prop_assert_eq!(check_value(&value, &row), Ok(()));
                prop_assert_eq!(read_value(&write_value(&value, &row), &row), Ok(value));
            }
        }
    }
}
