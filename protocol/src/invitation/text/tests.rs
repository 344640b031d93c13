use proptest::prelude::*;

use super::*;
use crate::identity::OfficeKey;

fn invitation() -> Invitation {
    Invitation {
        hub_addresses: vec![
            "hub.huongtra.example.vn:4433".parse().unwrap(),
            "[2001:db8::1]:4433".parse().unwrap(),
        ],
        hub_key: OfficeKey::from_seed([3; 32]).node_key(),
        code: InvitationCode::from_random([9; CODE_LEN]),
        expires_at_ms: 1_678_800_000_123,
        unit: "19996".parse().unwrap(),
        role: Role::Office,
        town_name: Some("Thị xã Hương Trà".to_owned()),
    }
}

/// A text with a valid checksum around an arbitrary payload: what a hostile writer can make.
fn forge(payload: &[u8]) -> String {
    let mut bytes = ((payload.len() + HASH_LEN) as u16).to_be_bytes().to_vec();
    bytes.extend(payload);
    bytes.extend(checksum(&bytes));
    format!("HOPLUU1-{}", groups::encode(&bytes))
}

fn payload(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let text = invitation().to_text().unwrap();
    let (bytes, _) = groups::decode_prefix(text.strip_prefix("HOPLUU1-").unwrap());
    let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let mut payload = bytes[2..2 + length - HASH_LEN].to_vec();
    change(&mut payload);
    payload
}

#[test]
fn an_invitation_reads_back_as_it_was_written() {
    let operator = Invitation {
        role: Role::Operator,
        town_name: None,
        hub_addresses: vec!["10.0.0.1:4433".parse().unwrap()],
        ..invitation()
    };
    for invitation in [invitation(), operator] {
        assert_eq!(Invitation::parse(&invitation.to_text().unwrap()), Ok(invitation));
    }
}

#[test]
fn it_survives_a_chat_and_a_typist() {
    let text = invitation().to_text().unwrap();
    let wrapped: String = text
        .chars()
        .enumerate()
        .flat_map(|(at, c)| if at % 40 == 39 { vec![c, '\n'] } else { vec![c] })
        .collect();
    for variant in [
        text.to_lowercase(),
        text.replace('-', " "),
        text.replace('-', "\u{2013}"),
        text.replace('-', ""),
        text.replace('0', "O").replace('1', "l"),
        format!("\u{feff}  {wrapped}\r\n"),
    ] {
        assert_eq!(Invitation::parse(&variant), Ok(invitation()), "{variant}");
    }
}

#[test]
fn whatever_is_cut_off_is_called_cut_off() {
    let text = invitation().to_text().unwrap();
    let whole = text.matches('-').count();
    for end in "HOPLUU1-00000-0000".len()..text.len() {
        match Invitation::parse(&text[..end]) {
            Err(InvitationError::CutOff { found, expected }) => {
                assert!(found < expected, "{end}");
                assert_eq!(expected, whole, "{end}");
            }
            other => panic!("cut at {end}: {other:?}"),
        }
    }
}

#[test]
fn a_mistyped_character_is_found_in_its_group() {
    let text = invitation().to_text().unwrap();
    for at in "HOPLUU1-".len()..text.len() {
        let was = text.as_bytes()[at];
        if was == b'-' {
            continue;
        }
        let other = if was == b'7' { "8" } else { "7" };
        let wrong = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        let group = (at - "HOPLUU1-".len()) / 6 + 1;
        assert_eq!(
            Invitation::parse(&wrong),
            Err(InvitationError::Mistyped(GroupError::Mistyped { group })),
            "{wrong}"
        );
    }
}

#[test]
fn groups_that_fit_alone_but_not_together_fail_the_checksum() {
    let mut bytes = {
        let text = invitation().to_text().unwrap();
        groups::decode_prefix(text.strip_prefix("HOPLUU1-").unwrap()).0
    };
    bytes[20] ^= 1;
    let text = format!("HOPLUU1-{}", groups::encode(&bytes));
    assert_eq!(Invitation::parse(&text), Err(InvitationError::Checksum));
}

#[test]
fn a_newer_version_asks_for_an_update() {
    let text = invitation().to_text().unwrap().replacen("HOPLUU1", "HOPLUU2", 1);
    assert_eq!(Invitation::parse(&text), Err(InvitationError::Newer { found: '2' }));
}

#[test]
fn something_else_is_not_an_invitation() {
    for text in ["", "HOPLUU", "HOPLU1-00000", "https://example.vn/", "Xin chào", "HOPLUU0-00000"]
    {
        assert_eq!(Invitation::parse(text), Err(InvitationError::NotAnInvitation), "{text}");
    }
    let endless = format!("HOPLUU1-{}", "0".repeat(1 << 20));
    assert_eq!(Invitation::parse(&endless), Err(InvitationError::NotAnInvitation));
}

#[test]
fn surplus_text_is_refused() {
    let text = invitation().to_text().unwrap();
    for more in ["-00000", "-0", "-00000-00000", "Cảm ơn"] {
        assert!(
            matches!(
                Invitation::parse(&format!("{text}{more}")),
                Err(InvitationError::Mistyped(GroupError::TooLong { .. }))
            ),
            "{more}"
        );
    }
}

#[test]
fn content_that_no_program_of_ours_writes_is_refused() {
    let unit_at = 1 + 32 + 10 + 8;
    let forgeries: Vec<(&str, Vec<u8>)> = vec![
        ("role", payload(|bytes| bytes[0] = 9)),
        ("weak hub key", payload(|bytes| bytes[1..33].fill(0))),
        ("unit in capitals", payload(|bytes| bytes[unit_at + 1] = b'A')),
        ("unit reaching past the end", payload(|bytes| bytes[unit_at] = 255)),
        ("no address", payload(|bytes| bytes[unit_at + 6] = 0)),
        ("too many addresses", payload(|bytes| bytes[unit_at + 6] = 200)),
        ("address without a port", payload(|bytes| bytes[unit_at + 8] = b':')),
        ("text that is not UTF-8", payload(|bytes| *bytes.last_mut().unwrap() = 0xff)),
        ("more after the end", payload(|bytes| bytes.push(0))),
        ("nothing", Vec::new()),
    ];
    for (what, payload) in forgeries {
        assert!(
            matches!(Invitation::parse(&forge(&payload)), Err(InvitationError::Content { .. })),
            "{what}"
        );
    }
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let none = Invitation { hub_addresses: Vec::new(), ..invitation() };
    let address: HubAddress = "a.vn:1".parse().unwrap();
    let many = Invitation { hub_addresses: vec![address; 5], ..invitation() };
    let long = Invitation { town_name: Some("Đ".repeat(61)), ..invitation() };
    for invitation in [none, many, long] {
        assert!(matches!(invitation.to_text(), Err(InvitationError::Unwritable { .. })));
    }
}

#[test]
fn the_longest_invitation_can_be_read() {
    let label = "a".repeat(60);
    let address: HubAddress = format!("{label}.{label}:4433").parse().unwrap();
    let longest = Invitation {
        hub_addresses: vec![address; 4],
        unit: "u".repeat(64).parse().unwrap(),
        town_name: Some("Đ".repeat(60)),
        ..invitation()
    };
    assert_eq!(Invitation::parse(&longest.to_text().unwrap()), Ok(longest));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "(HOPLUU1-)?[0-9A-Z -]{0,200}|\\PC{0,60}") {
        prop_assert!(Invitation::parse(&text).is_err());
    }

    #[test]
    fn any_payload_is_read_or_refused_without_a_panic(
        payload in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(Invitation::parse(&forge(&payload)).is_err());
    }
}
