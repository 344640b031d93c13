use std::collections::BTreeSet;

use super::*;

const LANGUAGES: [Language; 2] = [Language::English, Language::Vietnamese];

/// Fails when a problem's message is not there, or speaks of a fact that the problem does not have, in
/// either language.
pub(crate) fn assert_told_in_full(problem: &Problem) {
    for language in LANGUAGES {
        let told = formatted(&Catalogue::new(language), &problem.code, &problem.args);
        assert!(told.is_ok(), "{language:?}: {}: {told:?}", problem.code);
    }
}

/// A problem as an officer reads it.
pub(crate) fn in_vietnamese(problem: &Problem) -> String {
    Catalogue::new(Language::Vietnamese).problem(problem)
}

/// A message's text, or what Fluent has against it.
fn formatted(
    catalogue: &Catalogue,
    code: &str,
    args: &BTreeMap<String, String>,
) -> Result<String, String> {
    let message = catalogue.bundle.get_message(code).ok_or("no such message")?;
    let pattern = message.value().ok_or("a message without a value")?;
    let mut facts = FluentArgs::new();
    for (name, value) in args {
        facts.set(name.as_str(), argument(value));
    }
    let mut errors = Vec::new();
    let text = catalogue.bundle.format_pattern(pattern, Some(&facts), &mut errors).into_owned();
    if errors.is_empty() { Ok(text) } else { Err(format!("{errors:?}")) }
}

/// The codes of a catalogue, and every argument that any of its messages names.
fn contents(language: Language) -> (Vec<String>, BTreeMap<String, String>) {
    let source = language.source();
    let parsed = FluentResource::try_new(source.to_owned());
    assert!(parsed.is_ok(), "{language:?}: {:?}", parsed.err().map(|(_, errors)| errors));
    let codes = source
        .lines()
        .filter(|line| !line.starts_with([' ', '#']))
        .filter_map(|line| Some(line.split_once(" =")?.0.to_owned()));
    let args = source.split('$').skip(1).map(|rest| {
        let name: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
        (name, "17".to_owned())
    });
    (codes.collect(), args.collect())
}

#[test]
fn a_small_count_chooses_its_variant_and_other_digits_stay_as_they_are() {
    for language in LANGUAGES {
        let catalogue = Catalogue::new(language);
        let told = |why: &str| catalogue.line("sync-rejected", &[("doc", "d"), ("why", why)]);
        let known: BTreeSet<String> = ["1", "4", "6", "9", "10"].map(told).into();
        assert_eq!(known.len(), 5, "each reason has words of its own");
        assert!(told("3").contains('3') && !known.iter().any(|told| told.contains("(code")));
        for value in ["1.304", "007", "17,11", "99999", "-3", "0"] {
            let saved = catalogue.line("cli-saved", &[("id", "a"), ("value", value)]);
            assert!(saved.contains(&format!("= {value} ")), "{saved}");
        }
    }
}

#[test]
fn both_catalogues_parse_and_all_messages_format() {
    for language in LANGUAGES {
        let (codes, args) = contents(language);
        assert!(codes.len() > 300, "{language:?}: {} messages", codes.len());
        let catalogue = Catalogue::new(language);
        for code in codes {
            let told = formatted(&catalogue, &code, &args);
            assert!(told.as_ref().is_ok_and(|told| !told.trim().is_empty()), "{code}: {told:?}");
        }
    }
}

#[test]
fn no_message_shouts() {
    for language in LANGUAGES {
        let (codes, args) = contents(language);
        let catalogue = Catalogue::new(language);
        for code in codes {
            let told = catalogue.text(&code, &args).unwrap_or_default();
            assert!(!told.contains('!'), "{language:?}: {code}: {told}");
        }
    }
}

#[test]
fn a_text_for_people_says_where_what_and_what_to_do() {
    let place = Place {
        file: Some("quy-1.xlsx".to_owned()),
        sheet: Some("Phụ lục 4".to_owned()),
        cell: None,
        line: Some(12),
        indicator: None,
    };
    let problem = Problem::new("value-not-a-number", "`12a` is not a number")
        .arg("text", "12a")
        .at_indicator("pl4.1")
        .at(place);
    assert_eq!(
        Catalogue::new(Language::Vietnamese).problem(&problem),
        "quy-1.xlsx, trang tính “Phụ lục 4”, dòng 12, pl4.1: “12a” không phải là số. Đề nghị chỉ \
         nhập chữ số, ví dụ 1304 hoặc 17,11; nhập “kps” nếu không phát sinh."
    );
    assert_eq!(
        Catalogue::new(Language::English).problem(&problem),
        "quy-1.xlsx, sheet “Phụ lục 4”, line 12, pl4.1: “12a” is not a number. Use digits only, for \
         example 1304 or 17,11; enter “kps” if nothing arose."
    );
}

#[test]
fn a_cell_of_a_sheet_is_named_instead_of_its_row() {
    let place = Place {
        sheet: Some("PL4".to_owned()),
        cell: Some("D6".to_owned()),
        line: Some(6),
        ..Place::default()
    };
    let problem = Problem::new("import-merged", "").arg("area", "D6:D7").at(place);
    assert!(in_vietnamese(&problem).starts_with("trang tính “PL4”, ô D6: Các ô D6:D7 được gộp"));
}

#[test]
fn an_ambiguous_number_is_answered_with_both_readings() {
    let problem = Problem::new("value-ambiguous", "two readings")
        .arg("text", "30,162")
        .arg("first", "30162")
        .arg("second", "30,1620");
    assert_eq!(
        Catalogue::new(Language::Vietnamese).problem(&problem),
        "“30,162” có thể hiểu theo hai cách. Nếu dấu “.” hoặc “,” phân cách hàng nghìn, đề nghị nhập \
         30162; nếu là dấu thập phân, đề nghị nhập 30,1620."
    );
    assert_eq!(
        Catalogue::new(Language::English).problem(&problem),
        "“30,162” can mean two things. If its “.” or “,” separates thousands, type 30162; if it begins \
         the decimals, type 30,1620."
    );
}

#[test]
fn a_row_that_stands_twice_is_told_as_exactly_as_the_file_allows() {
    let english = Catalogue::new(Language::English);
    let told = |line: &str, sheet: &str| {
        let problem = Problem::new("import-duplicate", "twice");
        english.problem(&problem.arg("line", line).arg("sheet", sheet))
    };
    assert_eq!(told("none", "none"), "This indicator stands in the file twice. Keep one row.");
    assert_eq!(
        told("12", "none"),
        "This indicator stands in the file twice (first in line 12). Keep one row."
    );
    assert_eq!(
        told("12", "Phụ lục 4"),
        "This indicator stands in the file twice (first in line 12 of sheet “Phụ lục 4”). Keep one row."
    );
}

#[test]
fn both_languages_have_the_same_messages() {
    let [english, vietnamese] =
        LANGUAGES.map(|language| contents(language).0.into_iter().collect::<BTreeSet<_>>());
    assert_eq!(english, vietnamese);
}

#[test]
fn scripts_and_english_locales_are_answered_in_english_and_all_others_in_vietnamese() {
    for locale in ["en", "en-US,en;q=0.9", "en_GB.UTF-8", "C", "C.UTF-8", "POSIX"] {
        assert_eq!(Language::from_locale(Some(locale)), Language::English, "{locale}");
    }
    for locale in ["vi_VN.UTF-8", "vi", "fr_FR", "", "Cs"] {
        assert_eq!(Language::from_locale(Some(locale)), Language::Vietnamese, "{locale}");
    }
    assert_eq!(Language::from_locale(None), Language::Vietnamese);
}
