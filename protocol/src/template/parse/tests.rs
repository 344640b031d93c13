use proptest::prelude::*;

use super::*;
use crate::template::{Aggregation, Choice, Place, Requirement, UnitLevel, ValueType};

/// A small template with one of everything.
const SMALL: &str = r#"id = "small"
version = 3
title = "Báo cáo"
subject = "Công tác {period}"

[period]
first_day = 15
last_day = 14
deadline_working_days = 2

[[unit_kind]]
id = "commune"
label = "Xã, phường"
level = "commune"

[[appendix]]
id = "pl1"
form_number = "1"
title = "Thống kê"
section = "i"

[[section]]
id = "i"
number = "I"
title = "Kết quả"

[[section]]
id = "i.1"
number = "1"
title = "Hồ sơ"
guidance = """Nêu số hồ sơ.
Nêu nguyên nhân."""
reporters = ["commune"]
sentences = [
  "{unit} tiếp nhận {f.rec} hồ sơ.",
  "Đạt {pl1.1}%.",
]

[[indicator]]
id = "pl1.0"
code = "1."
label = "Hồ sơ"
type = "heading"

[[indicator]]
id = "pl1.1"
code = "1.1."
parent = "pl1.0"
label = "Tỷ lệ"
unit = "%"
type = "percent"
formula = "f.rec / aux.all * 100"
italic = true

[[fact]]
id = "f.rec"
section = "i.1"
label = "Hồ sơ tiếp nhận"
unit = "Hồ sơ"
type = "count"
reporters = ["commune"]
aggregation = "sum"
required = false

[[indicator]]
id = "pl1.2"
code = "1.2."
label = "Hình thức"
type = "choice"
choices = ["0=Trực tuyến", "2=Kết hợp"]
reporters = ["commune"]
aggregation = "max"
note = "Ghi chú"

[[auxiliary]]
id = "aux.all"
label = "Tổng số"
type = "money"
decimals = 3
reporters = ["commune"]
aggregation = "all-equal"

[[indicator]]
id = "pl1.3"
label = "Cấp tỉnh"
type = "count"
outside_authority = "thuộc thẩm quyền cấp tỉnh"
"#;

/// `SMALL` with one text replaced, which must be in it once.
fn small_with(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "`{from}` is not in the template once");
    SMALL.replace(from, to)
}

/// What is wrong with a source: line, row, code.
fn wrong(source: &str) -> Vec<(usize, String, &'static str)> {
    let problems = match Template::parse(source) {
        Ok(parsed) => panic!("it was accepted with {:?}", parsed.warnings),
        Err(problems) => problems,
    };
    problems
        .into_iter()
        .map(|problem| (problem.line, problem.row.clone().unwrap_or_default(), problem.code()))
        .collect()
}

/// The only problem after one replacement; its line counts from the replaced text's own.
#[track_caller]
fn assert_wrong(from: &str, to: &str, below: usize, row: &str, code: &'static str) {
    let at = SMALL.find(from).unwrap();
    let line = SMALL[..at].matches('\n').count() + 1 + below;
    assert_eq!(wrong(&small_with(from, to)), [(line, row.to_owned(), code)], "{from} → {to}");
}

#[test]
fn a_template_is_read_with_everything_that_it_says() {
    let Parsed { template, warnings } = Template::parse(SMALL).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(template.reference.to_string(), "small@3");
    assert_eq!(template.subject, "Công tác {period}");
    assert_eq!(template.period_rule.first_day, 15);
    assert_eq!(template.period_rule.deadline_working_days, 2);
    assert_eq!(template.unit_kinds[0].level, UnitLevel::Commune);
    assert_eq!(template.appendices[0].section.as_str(), "i");

    let section = template.section(&"i.1".parse().unwrap()).unwrap();
    assert_eq!(section.parent, Some("i".parse().unwrap()));
    assert_eq!(section.guidance, "Nêu số hồ sơ.\nNêu nguyên nhân.");
    assert_eq!(section.sentences.len(), 2);
    assert_eq!(section.sentences[0].cells().next().unwrap().as_str(), "f.rec");

    let ids: Vec<&str> = template.indicators.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(ids, ["pl1.0", "pl1.1", "f.rec", "pl1.2", "aux.all", "pl1.3"]);
    let cell = |id: &str| template.indicator(&id.parse().unwrap()).unwrap();

    assert_eq!(cell("pl1.0").value_type, ValueType::Heading);
    assert_eq!(cell("pl1.0").aggregation, Aggregation::None);
    assert_eq!(cell("pl1.1").place, Place::Appendix("pl1".parse().unwrap()));
    assert_eq!(cell("pl1.1").parent, Some("pl1.0".parse().unwrap()));
    assert_eq!(cell("pl1.1").value_type, ValueType::Percent { decimals: 2, at_most_100: true });
    assert!(cell("pl1.1").italic);
    assert_eq!(cell("f.rec").place, Place::Section("i.1".parse().unwrap()));
    assert_eq!(cell("f.rec").requirement, Requirement::Optional);
    assert_eq!(cell("pl1.2").requirement, Requirement::Required);
    assert_eq!(cell("pl1.2").note.as_deref(), Some("Ghi chú"));
    assert_eq!(
        cell("pl1.2").value_type,
        ValueType::Choice(vec![
            Choice { value: 0, label: "Trực tuyến".to_owned() },
            Choice { value: 2, label: "Kết hợp".to_owned() },
        ])
    );
    assert_eq!(cell("aux.all").place, Place::Auxiliary);
    assert_eq!(cell("aux.all").value_type, ValueType::Money { decimals: 3 });
    assert_eq!(cell("aux.all").aggregation, Aggregation::AllEqual);
    assert_eq!(cell("pl1.3").outside_authority.as_deref(), Some("thuộc thẩm quyền cấp tỉnh"));
    assert_eq!(cell("pl1.3").reporters, []);
}

#[test]
fn a_template_answers_who_types_and_writes_what() {
    let template = Template::parse(SMALL).unwrap().template;
    let commune = "commune".parse().unwrap();
    let typed: Vec<&str> = template.typed_by(&commune).map(|cell| cell.id.as_str()).collect();
    assert_eq!(typed, ["f.rec", "pl1.2", "aux.all"]);
    assert!(template.indicators.iter().all(|cell| cell.is_typed() != cell.reporters.is_empty()));
    assert_eq!(template.written_by(&commune).count(), 1);
    assert_eq!(template.typed_by(&"town".parse().unwrap()).count(), 0);
}

#[test]
fn texts_are_normalised_to_nfc() {
    let decomposed = small_with(
        "Hồ sơ tiếp nhận",
        "  Ho\u{302}\u{300} so\u{31b} tie\u{302}\u{301}p nha\u{323}\u{302}n ",
    );
    assert_eq!(Template::parse(&decomposed), Template::parse(SMALL));
}

#[test]
fn all_problems_are_listed_at_once_in_the_order_of_lines() {
    let source = SMALL
        .replace("version = 3", "version = 0")
        .replace("level = \"commune\"", "level = \"village\"\ncolour = \"red\"")
        .replace("f.rec / aux.all", "f.rec / aux.al")
        .replace("code = \"1.2.\"", "code = \"1.1.\"")
        .replace("decimals = 3", "decimals = 7");
    let problems: Vec<(usize, &str)> =
        wrong(&source).into_iter().map(|(line, _, code)| (line, code)).collect();
    assert_eq!(
        problems,
        [
            (2, "template-out-of-range"),
            (14, "template-bad-word"),
            (15, "template-unknown-field"),
            (53, "template-unknown-cell"),
            (66, "template-repeated-code"),
            (80, "template-out-of-range"),
        ]
    );
}

#[test]
fn a_repeated_printed_code_is_a_warning() {
    let parsed = Template::parse(&small_with("code = \"1.2.\"", "code = \"1.1.\"")).unwrap();
    let warnings: Vec<String> = parsed.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["line 65, pl1.2: the printed code `1.1.` stands already in line 45"]);
    assert!(parsed.warnings.iter().all(TemplateProblem::is_warning));
}

#[test]
fn what_is_not_toml_is_refused_where_it_breaks() {
    let problems =
        Template::parse(&small_with("label = \"Tỷ lệ\"", "label = \"Tỷ lệ")).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].line, problems[0].code()), (49, "template-syntax"));
    assert_eq!(wrong("id = \"a\"\nid = \"b\""), [(2, String::new(), "template-syntax")]);
    assert_eq!(wrong("title = "), [(1, String::new(), "template-syntax")]);
    let deep = format!("a = {}", "[".repeat(100_000));
    assert_eq!(wrong(&deep)[0].2, "template-syntax");
}

#[test]
fn an_empty_source_lacks_its_head() {
    let codes: Vec<_> = wrong("").into_iter().map(|(line, _, code)| (line, code)).collect();
    assert_eq!(codes, [(1, "template-missing"); 5]);
}

#[test]
fn names_of_what_does_not_exist_are_refused() {
    assert_wrong("section = \"i\"\n", "section = \"ii\"\n", 0, "pl1", "template-unknown-section");
    assert_wrong("section = \"i.1\"", "section = \"i.2\"", 0, "f.rec", "template-unknown-section");
    assert_wrong("id = \"pl1.2\"", "id = \"pl2.2\"", 0, "pl2.2", "template-unknown-appendix");
    assert_wrong("id = \"pl1.2\"", "id = \"pl1\"", 0, "pl1", "template-no-appendix-in-id");
    assert_wrong("parent = \"pl1.0\"", "parent = \"pl1.9\"", 0, "pl1.1", "template-unknown-parent");
    assert_wrong(
        "parent = \"pl1.0\"",
        "parent = \"f.rec\"",
        0,
        "pl1.1",
        "template-parent-elsewhere",
    );
    assert_wrong("parent = \"pl1.0\"", "parent = \"pl1.2\"", 0, "pl1.1", "template-before-parent");
    assert_wrong("parent = \"pl1.0\"", "parent = \"pl1.1\"", 0, "pl1.1", "template-before-parent");
    assert_wrong("aux.all *", "aux.al *", 0, "pl1.1", "template-unknown-cell");
    assert_wrong("aux.all *", "units(xa) *", 0, "pl1.1", "template-unknown-kind");
    assert_wrong("{f.rec}", "{f.re}", 0, "i.1", "template-unknown-cell");
    assert_wrong(
        "reporters = [\"commune\"]\nsentences",
        "reporters = [\n\"commune\",\n\"xa\"]\nsentences",
        2,
        "i.1",
        "template-unknown-kind",
    );
}

#[test]
fn headings_and_choices_are_no_figures() {
    assert_wrong("aux.all *", "pl1.0 *", 0, "pl1.1", "template-formula-names-heading");
    assert_wrong("aux.all *", "pl1.2 *", 0, "pl1.1", "template-formula-names-choice");
    assert_wrong("{pl1.1}", "{pl1.0}", 0, "i.1", "template-sentence-names-heading");
    assert!(Template::parse(&small_with("{pl1.1}", "{pl1.2}")).is_ok());
}

#[test]
fn formulas_and_sentences_that_cannot_be_read_are_refused() {
    assert_wrong("aux.all * 100", "aux.all * %", 0, "pl1.1", "template-bad-formula");
    assert_wrong("Đạt {pl1.1}%", "Đạt {pl1.1%", 0, "i.1", "template-bad-sentence");
    assert_wrong("Công tác {period}", "Công tác {perio", 0, "small", "template-bad-sentence");
    for subject in ["Công tác {f.rec}", "Công tác {unit}", "Công tác {{period}}"] {
        assert_wrong("Công tác {period}", subject, 0, "small", "template-bound-subject");
    }
}

#[test]
fn duplicates_of_each_sort_are_refused() {
    for more in [
        "[[unit_kind]]\nid = \"commune\"\nlabel = \"Xã\"\nlevel = \"commune\"",
        "[[appendix]]\nid = \"pl1\"\nform_number = \"2\"\ntitle = \"A\"\nsection = \"i\"",
        "[[section]]\nid = \"i.1\"\nnumber = \"1\"\ntitle = \"A\"",
        "[[auxiliary]]\nid = \"f.rec\"\nlabel = \"A\"\ntype = \"heading\"",
    ] {
        let problems = wrong(&format!("{SMALL}\n{more}\n"));
        let codes: Vec<_> = problems.iter().map(|(line, _, code)| (*line, *code)).collect();
        let line = SMALL.matches('\n').count() + 2;
        assert_eq!(codes, [(line, "template-duplicate-id")], "{more}");
    }
}

#[test]
fn a_section_stands_after_the_one_it_is_part_of() {
    let (head, rest) = SMALL.split_once("[[section]]\nid = \"i\"").unwrap();
    let (first, rest) = rest.split_once("[[section]]").unwrap();
    let (second, rest) = rest.split_once("[[indicator]]").unwrap();
    let swapped =
        format!("{head}[[section]]{second}[[section]]\nid = \"i\"{first}[[indicator]]{rest}");
    assert_eq!(wrong(&swapped), [(23, "i.1".to_owned(), "template-before-parent")]);
    let orphan = SMALL.replace("\"i.1\"", "\"ii.1\"");
    assert_eq!(wrong(&orphan), [(28, "ii.1".to_owned(), "template-unknown-parent")]);
}

/// The codes of what is wrong when these fields are added to a row of an appendix.
fn codes_of_row(fields: &str) -> Vec<&'static str> {
    let row = format!("{SMALL}\n[[indicator]]\nid = \"pl1.9\"\nlabel = \"A\"\n{fields}\n");
    wrong(&row).into_iter().map(|(_, _, code)| code).collect()
}

#[test]
fn a_cell_is_filled_in_exactly_one_way() {
    const TYPED: &str = "reporters = [\"commune\"]\naggregation = \"sum\"\n";
    for (fields, codes) in [
        ("type = \"count\"\naggregation = \"sum\"", vec!["template-nobody-reports"]),
        ("type = \"count\"\nreporters = []\naggregation = \"sum\"", vec!["template-empty"]),
        ("type = \"count\"\nreporters = [\"commune\"]", vec!["template-missing"]),
        (&format!("type = \"heading\"\n{TYPED}"), vec!["template-field-not-allowed"; 2]),
        (
            "type = \"heading\"\nformula = \"f.rec\"\nrequired = true\noutside_authority = \"a\"",
            vec!["template-field-not-allowed"; 3],
        ),
        (
            &format!("type = \"count\"\nformula = \"f.rec\"\nrequired = true\n{TYPED}"),
            vec!["template-field-not-allowed"; 3],
        ),
        (
            &format!("type = \"count\"\noutside_authority = \"a\"\n{TYPED}"),
            vec!["template-field-not-allowed"; 2],
        ),
        (
            "type = \"count\"\noutside_authority = \"a\"\nformula = \"f.rec\"",
            vec!["template-field-not-allowed"],
        ),
        ("type = \"flag\"\nformula = \"f.rec\"", vec!["template-formula-does-not-fit"]),
        (&format!("type = \"percent\"\n{TYPED}"), vec!["template-aggregation-does-not-fit"]),
        (
            &format!("type = \"choice\"\nchoices = [\"0=A\"]\n{TYPED}"),
            vec!["template-aggregation-does-not-fit"],
        ),
        (
            "type = \"count\"\nreporters = [\"commune\", \"commune\"]\naggregation = \"sum\"",
            vec!["template-repeated-kind"],
        ),
    ] {
        assert_eq!(codes_of_row(fields), codes, "{fields}");
    }
}

#[test]
fn fields_belong_to_their_type_and_their_table() {
    const TYPED: &str = "reporters = [\"commune\"]\naggregation = \"single\"\n";
    for (fields, code) in [
        ("type = \"count\"\ndecimals = 2", "template-field-not-allowed"),
        ("type = \"money\"\nover_100 = true", "template-field-not-allowed"),
        ("type = \"flag\"\nchoices = [\"0=A\"]", "template-field-not-allowed"),
        ("type = \"count\"\nsection = \"i\"", "template-field-not-allowed"),
        ("type = \"number\"", "template-bad-word"),
        ("type = 1", "template-wrong-type"),
        ("type = \"percent\"\ndecimals = \"2\"", "template-wrong-type"),
        ("type = \"percent\"\nover_100 = 1", "template-wrong-type"),
        ("type = \"count\"\nnote = \"\"", "template-empty"),
        ("type = \"count\"\nnote = \"a\\u0000b\"", "template-control-character"),
        ("type = \"count\"\nnote = \"a\\nb\"", "template-control-character"),
        ("type = \"count\"\nparent = \"PL1\"", "template-bad-id"),
        ("type = \"choice\"", "template-missing"),
        ("type = \"choice\"\nchoices = []", "template-empty"),
        ("type = \"choice\"\nchoices = \"0=A\"", "template-wrong-type"),
        ("type = \"choice\"\nchoices = [0]", "template-wrong-type"),
        ("type = \"choice\"\nchoices = [\"A\"]", "template-bad-choice"),
        ("type = \"choice\"\nchoices = [\"01=A\"]", "template-bad-choice"),
        ("type = \"choice\"\nchoices = [\"1=\"]", "template-bad-choice"),
        ("type = \"choice\"\nchoices = [\"-1=A\"]", "template-bad-choice"),
        ("type = \"choice\"\nchoices = [\"1=A\", \"1=B\"]", "template-duplicate-choice"),
        ("type = \"choice\"\nchoices = [\"1=Á\", \"2=á\"]", "template-duplicate-choice"),
        ("type = \"choice\"\nchoices = [\"1=2\"]", "template-unreadable-choice"),
        ("type = \"choice\"\nchoices = [\"1=Không phát sinh\"]", "template-unreadable-choice"),
    ] {
        assert_eq!(codes_of_row(&format!("{fields}\n{TYPED}")), [code], "{fields}");
    }
    for field in ["code = \"1\"", "parent = \"pl1.0\"", "italic = true"] {
        let fact = SMALL.replace("id = \"f.rec\"", &format!("id = \"f.rec\"\n{field}"));
        assert_eq!(wrong(&fact)[0].2, "template-field-not-allowed", "{field}");
    }
}

#[test]
fn an_indicator_cannot_be_called_what_means_something_else() {
    for id in ["unit", "period", "period.start", "2.1", "-a", "_a"] {
        let more = format!("[[auxiliary]]\nid = \"{id}\"\nlabel = \"A\"\ntype = \"heading\"");
        let problems = wrong(&format!("{SMALL}\n{more}\n"));
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].2, "template-id-means-something-else", "{id}");
    }
}

/// `SMALL` with derived auxiliary cells: id and formula.
fn with_derived(cells: &[(&str, &str)]) -> String {
    let mut source = SMALL.to_owned();
    for (id, formula) in cells {
        source += "\n[[auxiliary]]\n";
        source +=
            &format!("id = \"{id}\"\nlabel = \"A\"\ntype = \"count\"\nformula = \"{formula}\"\n");
    }
    source
}

#[test]
fn each_cycle_of_formulas_is_reported_once_and_whole() {
    let source = with_derived(&[
        ("a", "b + f.rec"),
        ("b", "c + free"),
        ("c", "a"),
        ("itself", "itself + 1"),
        ("needs-a-cycle", "a + 1"),
        ("free", "f.rec + 1"),
    ]);
    let problems = Template::parse(&source).unwrap_err();
    let kinds: Vec<String> = problems.iter().map(|problem| problem.kind.to_string()).collect();
    assert_eq!(
        kinds,
        [
            "the formulas need each other in a circle: a → b → c → a",
            "the formulas need each other in a circle: itself → itself",
        ]
    );
    let line = SMALL.matches('\n').count() + 6;
    assert_eq!((problems[0].line, problems[0].row.as_deref()), (line, Some("a")));
}

#[test]
fn derived_cells_are_ordered_after_what_they_need() {
    let source = with_derived(&[("z", "y + x"), ("y", "x * 2"), ("x", "f.rec"), ("w", "pl1.1")]);
    let template = Template::parse(&source).unwrap().template;
    let order: Vec<&str> =
        template.evaluation_order().iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(order, ["pl1.1", "x", "y", "z", "w"]);
}

#[test]
fn a_long_chain_of_formulas_is_ordered_without_exhausting_the_stack() {
    let names: Vec<String> = (0..4_000).map(|at| format!("c{at}")).collect();
    let formulas: Vec<String> =
        (0..4_000).map(|at| names.get(at + 1).map_or("f.rec", String::as_str).to_owned()).collect();
    let cells: Vec<(&str, &str)> =
        names.iter().zip(&formulas).map(|(id, formula)| (id.as_str(), formula.as_str())).collect();
    let template = Template::parse(&with_derived(&cells)).unwrap().template;
    assert_eq!(template.evaluation_order().last().unwrap().id.as_str(), "c0");
}

#[test]
fn limits_hold() {
    let long = format!("# {}", "ế".repeat(MAX_SOURCE_BYTES / 3));
    assert_eq!(wrong(&long), [(1, String::new(), "template-source-too-long")]);

    let many = format!("{SMALL}{}", "[[fact]]\n".repeat(MAX_INDICATORS - 4));
    assert_eq!(wrong(&many).last().unwrap().2, "template-too-many");
    let many_units = format!("{SMALL}{}", "[[unit_kind]]\n".repeat(MAX_UNIT_KINDS));
    assert!(wrong(&many_units).iter().any(|(_, _, code)| *code == "template-too-many"));

    let long_label = "ế".repeat(1_001);
    assert_wrong(
        "label = \"Tỷ lệ\"",
        &format!("label = \"{long_label}\""),
        0,
        "pl1.1",
        "template-too-long",
    );
    assert_wrong("last_day = 14", "last_day = 31", 0, "", "template-out-of-range");
    assert_wrong(
        "last_day = 14",
        "last_day = 99999999999999999999",
        0,
        "",
        "template-out-of-range",
    );
}

#[test]
fn the_list_of_problems_is_bounded() {
    let problems = wrong(&"[[fact]]\n".repeat(MAX_INDICATORS));
    assert_eq!(problems.len(), 1_001);
    assert_eq!(problems.last().unwrap().2, "template-too-many-problems");
}

#[test]
fn what_is_not_a_table_is_refused() {
    assert_wrong("[period]", "[[period]]", 0, "", "template-wrong-type");
    let text = format!("fact = \"a\"\n{}", SMALL.replace("[[fact]]", "[[auxiliary]]"));
    assert!(wrong(&text).iter().any(|problem| problem.2 == "template-wrong-type"));
    let list = format!("unit_kind = [1]\n{}", SMALL.replace("[[unit_kind]]", "[x]"));
    assert!(wrong(&list).iter().any(|problem| problem.2 == "template-wrong-type"));
}

proptest! {
    #[test]
    fn a_damaged_template_is_read_or_refused_and_never_panics(
        at in 0..SMALL.len(), length in 0_usize..40, with in "[\\[\\]{}=\".\\n a-z0-9-]{0,8}|\\PC{0,4}"
    ) {
        let start = (0..=at).rev().find(|at| SMALL.is_char_boundary(*at)).unwrap_or(0);
        let end = (at + length..=SMALL.len()).find(|at| SMALL.is_char_boundary(*at)).unwrap_or(SMALL.len());
        let damaged = format!("{}{with}{}", &SMALL[..start], &SMALL[end..]);
        let lines = damaged.split('\n').count();
        if let Err(problems) = Template::parse(&damaged) {
            prop_assert!(problems.iter().any(|problem| !problem.is_warning()));
            for problem in problems {
                prop_assert!((1..=lines).contains(&problem.line), "{problem}");
            }
        }
    }
}

#[test]
fn a_template_of_a_later_format_is_refused_as_such_and_not_row_by_row() {
    let later = format!("format = 3\nsomething_new = true\n{SMALL}");
    let problems = Template::parse(&later).unwrap_err();
    let kinds: Vec<_> = problems.iter().map(|problem| (problem.line, &problem.kind)).collect();
    assert_eq!(kinds, [(1, &Kind::NewerFormat { format: 3, known: FORMAT })]);
    assert_eq!(Template::parse(&format!("format = 1\n{SMALL}")), Template::parse(SMALL).map(moved));
    let figures = |source: &str| Template::parse(source).unwrap().template.figures_in_texts;
    assert!(!figures(SMALL) && figures(&format!("format = 2\n{SMALL}")));
    for wrong in ["0", "\"1\"", "-3", "1.5"] {
        let problems = Template::parse(&format!("format = {wrong}\n{SMALL}")).unwrap_err();
        assert!(problems.iter().all(|problem| problem.line == 1), "{wrong}: {problems:?}");
    }
}

/// The same a line further down.
fn moved(mut parsed: Parsed) -> Parsed {
    parsed.warnings.iter_mut().for_each(|warning| warning.line += 1);
    parsed
}
