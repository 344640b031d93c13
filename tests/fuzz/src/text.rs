//! What people type, paste and dictate: ids, values, numbers, formulas, sentences, invitations, keys.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use hopluu_protocol::id::{DocId, IndicatorId, TemplateRef, UnitCode};
use hopluu_protocol::identity::{Fingerprint, NodeKey, Signature};
use hopluu_protocol::invitation::{HubAddress, Invitation, InvitationCode};
use hopluu_protocol::number::{Decimals, check_value, read_value, write_number, write_value};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::Role;
use hopluu_protocol::submission::SubmissionId;
use hopluu_protocol::template::formula::{Formula, MAX_FORMULA_BYTES};
use hopluu_protocol::template::{
    Aggregation, Choice, Indicator, Place, Requirement, Sentence, ValueType,
};
use hopluu_protocol::value::CellValue;

/// The first byte chooses the decoder; numbers are read by every type of value.
pub fn run(input: &[u8]) {
    let Some((choice, bytes)) = crate::choose(input) else { return };
    let text = &*String::from_utf8_lossy(bytes);
    match choice {
        b'a' => reads_back::<HubAddress>(text),
        b'c' => cell_value(text),
        b'd' => reads_back::<DocId>(text),
        b'f' => formula(text),
        b'g' => invitation(bytes),
        b'i' => reads_back::<IndicatorId>(text),
        b'k' => keys(text),
        b'n' => number(text),
        b'o' => invitation_text(text),
        b'p' => reads_back::<PeriodId>(text),
        b'r' => reads_back::<TemplateRef>(text),
        b's' => sentence(text),
        b'u' => reads_back::<SubmissionId>(text),
        _ => {}
    }
}

/// What was read is written as a text that reads back as the same.
fn reads_back<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert!(written.parse::<T>().is_ok_and(|again| again == value), "{value:?}: {written:?}");
    }
}

fn cell_value(text: &str) {
    if let Ok(value) = CellValue::decode(text) {
        assert_eq!(value.encode(), text, "{value:?} has two texts");
    }
}

fn formula(text: &str) {
    match Formula::parse(text) {
        Ok(formula) => {
            let written = formula.to_string();
            // Spaces and decimals that are not needed can make a text shorter than its formula written.
            if written.len() <= MAX_FORMULA_BYTES {
                assert_eq!(Formula::parse(&written), Ok(formula));
            }
        }
        Err(error) => assert!((1..=text.chars().count() + 1).contains(&error.column)),
    }
}

fn sentence(text: &str) {
    if let Ok(sentence) = Sentence::parse(text) {
        assert!(sentence.cells().count() <= sentence.parts.len());
    }
}

fn keys(text: &str) {
    if let Ok(key) = NodeKey::parse_spelled(text) {
        assert_eq!(NodeKey::parse_spelled(&key.spelled()), Ok(key));
    }
    if let Ok(fingerprint) = Fingerprint::parse(text) {
        assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Ok(fingerprint));
    }
    reads_back::<NodeKey>(text);
    reads_back::<Signature>(text);
}

/// What is read can be written, and reads back as the same figure: nothing is guessed or rounded.
fn number(text: &str) {
    for indicator in indicators() {
        if let Ok(value) = read_value(text, &indicator) {
            assert_eq!(check_value(&value, &indicator), Ok(()));
            assert_eq!(CellValue::decode(&value.encode()).as_ref(), Ok(&value));
            let written = write_value(&value, &indicator);
            assert_eq!(read_value(&written, &indicator), Ok(value), "{written:?}");
        }
    }
    if let Ok(CellValue::Number(number)) = CellValue::decode(text) {
        for decimals in [Decimals::Trimmed, Decimals::Fixed(2), Decimals::Fixed(28)] {
            assert!(!write_number(&number, decimals).is_empty());
        }
    }
}

fn indicators() -> Vec<Indicator> {
    let choice = |value, label: &str| Choice { value, label: label.to_owned() };
    let indicator = |value_type| Indicator {
        id: "a.1".parse().unwrap(),
        place: Place::Auxiliary,
        parent: None,
        code: String::new(),
        label: String::new(),
        unit_of_measure: String::new(),
        value_type,
        reporters: vec!["office".parse().unwrap()],
        aggregation: Aggregation::Single,
        requirement: Requirement::Optional,
        note: None,
        outside_authority: None,
        italic: false,
    };
    let types = [
        ValueType::Choice(vec![choice(1, "Đã ban hành"), choice(20, "Chưa")]),
        ValueType::Count,
        ValueType::Decimal { decimals: 3 },
        ValueType::Decimal { decimals: 6 },
        ValueType::Flag,
        ValueType::Money { decimals: 2 },
        ValueType::Percent { decimals: 2, at_most_100: true },
        ValueType::Percent { decimals: 0, at_most_100: false },
    ];
    types.into_iter().map(indicator).collect()
}

fn invitation_text(text: &str) {
    if let Ok(invitation) = Invitation::parse(text) {
        let written = invitation.to_text().unwrap();
        assert_eq!(Invitation::parse(&written), Ok(invitation));
    }
}

/// An invitation of fuzzed content with right check characters, which no mutation of its text would have;
/// then one character of it is made another.
fn invitation(bytes: &[u8]) {
    let Some(([seed, at, to, operator], rest)) = bytes.split_first_chunk() else { return };
    let rest = String::from_utf8_lossy(rest);
    let mut lines = rest.split('\n');
    let (unit, name) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let Ok(unit) = unit.parse::<UnitCode>() else { return };
    let key = hopluu_protocol::identity::OfficeKey::from_seed([*seed; 32]).node_key();
    let invitation = Invitation {
        hub_addresses: lines.filter_map(|line| line.parse().ok()).collect(),
        hub_key: key,
        code: InvitationCode::from_random([*to; 10]),
        expires_at_ms: i64::from(*at) << 40,
        unit,
        role: if operator & 1 == 1 { Role::Operator } else { Role::Office },
        town_name: (!name.is_empty()).then(|| name.to_owned()),
    };
    let Ok(text) = invitation.to_text() else { return };
    assert_eq!(Invitation::parse(&text).as_ref(), Ok(&invitation));
    let mut slipped = text.into_bytes();
    let at = (usize::from(*at) << 3 | usize::from(operator >> 5)) % slipped.len();
    slipped[at] = to & 0x7f;
    if let Ok(read) = Invitation::parse(&String::from_utf8_lossy(&slipped)) {
        assert_eq!(read, invitation, "a slip at {at} went through");
    }
}
