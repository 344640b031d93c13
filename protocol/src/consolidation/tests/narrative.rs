//! Sentences, the units' texts, the operator's text.

use super::*;
use SentencePart::{Cell, Period, PeriodEnd, PeriodStart, Unit};

fn text(text: &str) -> SentencePart {
    SentencePart::Text(text.to_owned())
}

fn shows(name: &str) -> SentencePart {
    Cell(id(name))
}

/// One department's cell as running text says it.
fn said(value_type: ValueType, value: CellValue) -> String {
    let town = Town::small()
        .row("x", value_type, "department", Aggregation::Single)
        .section("i", &[], &[&[shows("x")]])
        .gives("dep", &[("x", value)]);
    town.consolidate().section("i").text.clone()
}

#[test]
fn numbers_are_written_as_vietnamese_text_writes_them() {
    let money = ValueType::Money { decimals: 3 };
    let cases = [
        (COUNT, "0", "0"),
        (COUNT, "2", "02"),
        (COUNT, "10", "10"),
        (COUNT, "999", "999"),
        (COUNT, "1304", "1.304"),
        (COUNT, "1234567", "1.234.567"),
        (PERCENT, "5", "5%"),
        (PERCENT, "17.110", "17,11%"),
        (PERCENT, "100", "100%"),
        (money.clone(), "30162.5", "30.162,5"),
        (money, "5", "5"),
        (ValueType::Decimal { decimals: 1 }, "-1304.5", "-1.304,5"),
    ];
    for (value_type, given, written) in cases {
        assert_eq!(said(value_type, number(given)), written);
    }
}

#[test]
fn what_is_no_number_is_said_in_words() {
    let choices = vec![Choice { value: 2, label: "Kết hợp".to_owned() }];
    assert_eq!(said(ValueType::Choice(choices), CellValue::Choice(2)), "Kết hợp");
    assert_eq!(said(FLAG, CellValue::Flag(true)), "có");
    assert_eq!(said(FLAG, CellValue::Flag(false)), "không");
    assert_eq!(said(COUNT, CellValue::NothingArose), "không phát sinh");
    assert_eq!(said(COUNT, not_applicable("r")), "không thuộc thẩm quyền");
}

#[test]
fn a_sentence_names_the_period_its_days_and_the_unit() {
    let parts = [Unit, text(", "), Period, text(": "), PeriodStart, text("–"), PeriodEnd];
    let town = Town::small().section("i", &[], &[&parts]);
    assert_eq!(
        town.consolidate().section("i").text,
        "UBND thị xã, quý I năm 2023: 15/12/2022–14/03/2023"
    );
}

#[test]
fn what_is_missing_or_incomplete_is_said_and_a_sentence_without_any_figure_left_out() {
    let town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .row("y", COUNT, "department", Aggregation::Single)
        .section("i", &[], &[&[shows("x"), text(" và "), shows("y")], &[shows("y")]]);
    assert_eq!(town.consolidate().section("i").text, "");
    let town = town.gives("a", &[("x", number("4"))]);
    assert_eq!(town.consolidate().section("i").text, "04 (chưa đầy đủ) và … (chưa báo cáo)");
}

#[test]
fn prose_shows_the_rounded_figure() {
    let third = over(literal("100"), literal("3"));
    let town = Town::small().derived("x", PERCENT, third).section("i", &[], &[&[shows("x")]]);
    assert_eq!(town.consolidate().section("i").text, "33,33%");
}

#[test]
fn sentences_come_first_then_the_units_texts_by_name_then_the_operator_s() {
    let mut town = Town::small()
        .section("i", &["commune"], &[&[text("Một.")], &[text("Hai.")]])
        .writes("b", "i", "Bốn.\n\n  Năm. ")
        .writes("a", "i", "Ba.");
    town.operator_texts.insert(id("i"), Written::plain("Sáu.\r\nBảy."));
    assert_eq!(
        town.consolidate().section("i").text,
        "Một.\nHai.\nTứ Hạ: Ba.\nHương Văn: Bốn.\nNăm.\nSáu.\nBảy."
    );
}

#[test]
fn a_text_that_several_units_gave_stands_once_with_their_names() {
    let town = Town::small()
        .unit("c", "commune", "Hương Xuân")
        .section("i", &["commune"], &[])
        .writes("a", "i", "Đúng quy định.")
        .writes("b", "i", "Có vướng mắc.")
        .writes("c", "i", " Đúng quy định.\n");
    assert_eq!(
        town.consolidate().section("i").text,
        "Tứ Hạ, Hương Xuân: Đúng quy định.\nHương Văn: Có vướng mắc."
    );
}

#[test]
fn the_only_unit_that_writes_a_section_is_not_named() {
    let town = Town::small().section("i", &["department"], &[]).writes(
        "dep",
        "i",
        "Đã ban hành kế hoạch.",
    );
    assert_eq!(town.consolidate().section("i").text, "Đã ban hành kế hoạch.");
}

/// A text whose figure shows a cell, as a unit gives it.
fn figure_of(town: &mut Town, unit: &str, cell: &str) {
    let given = town.contributions.iter_mut().find(|given| given.unit == id(unit)).unwrap();
    given.figures.texts.insert(id("i"), "Có \u{fffc} hồ sơ\u{fffc}.".to_owned());
    given.figures.shown.insert(id("i"), vec![Some(id(cell)), None]);
}

#[test]
fn a_figure_in_a_unit_s_text_is_the_unit_s_own_and_follows_it() {
    let third = over(cell("x"), literal("3"));
    let mut town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .row("y", COUNT, "commune", Aggregation::Sum)
        .derived("share", PERCENT, third)
        .section("i", &["commune"], &[])
        .gives("a", &[("x", number("4"))])
        .gives("b", &[("x", number("1304"))]);
    figure_of(&mut town, "a", "x");
    figure_of(&mut town, "b", "share");
    let text = |town: &Town| town.consolidate().section("i").text.clone();
    assert_eq!(text(&town), "Tứ Hạ: Có 04 hồ sơ.\nHương Văn: Có 434,67% hồ sơ.");
    let own = town.own_report("a").report;
    assert_eq!(own.sections[0].text, "Có 04 hồ sơ.");
    figure_of(&mut town, "a", "y");
    figure_of(&mut town, "b", "no-such-row");
    let missing = "Có … (chưa báo cáo) hồ sơ.";
    assert_eq!(text(&town), format!("Tứ Hạ, Hương Văn: {missing}"));
}

#[test]
fn a_figure_in_the_operator_s_text_is_the_town_s() {
    let mut town = Town::small()
        .row("x", COUNT, "commune", Aggregation::Sum)
        .section("i", &["commune"], &[])
        .gives("a", &[("x", number("4"))])
        .gives("b", &[("x", number("5"))]);
    let written =
        Written { text: "Cả thị xã: \u{fffc}".to_owned(), figures: vec![Some(id("x"))] };
    town.operator_texts.insert(id("i"), written);
    let mut followed = Consolidation::new(&town.input());
    assert_eq!(followed.consolidated().report.sections[0].text, "Cả thị xã: 09");
    followed.replace(&town.clone().gives("a", &[("x", number("7"))]).contributions[0]);
    assert_eq!(followed.consolidated().report.sections[0].text, "Cả thị xã: 12");
}

#[test]
fn sections_know_how_deep_they_lie() {
    let town =
        Town::small().section("ii", &[], &[]).section("ii.2", &[], &[]).section("ii.2.c", &[], &[]);
    let depths: Vec<_> = town.consolidate().report.sections.iter().map(|s| s.depth).collect();
    assert_eq!(depths, [0, 1, 2]);
}
