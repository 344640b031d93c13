use super::*;

fn look(code: &str, number: &str) -> Look {
    Format::read(code).look(number.parse().unwrap())
}

fn text(code: &str, number: &str) -> String {
    match look(code, number) {
        Look::Number { text, .. } => text,
        Look::Words(words) => format!("words: {words}"),
        Look::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn numbers_look_as_their_formats_say() {
    for (code, number, wanted) in [
        ("General", "98.1132075471698", "98,1132075471698"),
        ("GENERAL\" hồ sơ\"", "5", "5 hồ sơ"),
        ("0", "0", "0"),
        ("0", "-0.4", "0"),
        ("0.0#", "1.25", "1,25"),
        ("0.0#", "1", "1,0"),
        ("#,##0.00", "-1234.5", "-1.234,50"),
        ("#,##0_ ;-#,##0\\ ", "-1234", "-1.234"),
        ("#,##0.00\\ [$₫-42A]", "5", "5,00 ₫"),
        ("0.00%;[Red]-0.00%", "-0.5", "-50,00%"),
        ("0;0;\"-\"", "0", "words: -"),
        ("#,###", "0", "words: "),
        ("0;;;", "-5", "words: "),
        ("0.0,,\" tr\"", "1250000", "1,3 tr"),
        ("0%%", "0.5", "words: 5000%%"),
        ("0-00", "5", "unknown"),
        ("0.0.0", "5", "unknown"),
        ("yyyy", "5", "unknown"),
        ("0E+0", "5", "unknown"),
        ("[<10]0", "5", "unknown"),
        ("\\", "5", "unknown"),
    ] {
        assert_eq!(text(code, number), wanted, "{code} of {number}");
    }
}

#[test]
fn scaling_is_told_apart_from_rounding() {
    let Look::Number { number, exact, scaled, .. } = look("#,##0.0,", "30162440") else { panic!() };
    assert_eq!(
        (number, exact, scaled),
        ("30162.4".parse().unwrap(), "30162.44".parse().unwrap(), true,)
    );
}

#[test]
fn dates_are_known_by_their_letters_outside_of_quotes() {
    for code in ["dd/mm/yyyy", "[$-42A]d mmmm;@", "h:mm AM/PM", "[mm]:ss", "mmm\\-yy"] {
        assert_eq!(Format::read(code), Format::Date, "{code}");
    }
    for code in ["0\" ngày\"", "0_d", "\"d\"0", "\\d0"] {
        assert_ne!(Format::read(code), Format::Date, "{code}");
    }
    assert_eq!(Format::built_in(14), Format::Date);
    assert_eq!(Format::built_in(44), Format::Unknown("44".to_owned()));
}
