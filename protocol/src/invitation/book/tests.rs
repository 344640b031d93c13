use super::*;
use crate::identity::OfficeKey;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn key(seed: u16) -> NodeKey {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&seed.to_le_bytes());
    OfficeKey::from_seed(bytes).node_key()
}

fn code(secret: u8) -> InvitationCode {
    InvitationCode::from_random([1, 2, 3, 0, 0, 0, 0, 0, 0, secret])
}

fn book() -> InvitationBook {
    let mut book = InvitationBook::default();
    book.invite(&code(7), "19996".parse().unwrap(), Role::Office, DAY_MS).unwrap();
    book
}

fn grant() -> Grant {
    Grant { unit: "19996".parse().unwrap(), role: Role::Office }
}

#[test]
fn the_first_node_with_the_code_comes_in_and_no_other() {
    let mut book = book();
    let verdict = book.decide(1, &code(7), key(1));
    assert_eq!(verdict.outcome, Ok(grant()));
    assert_eq!(verdict.changed.unwrap().used_by, Some(key(1)));
    assert_eq!(book.decide(2, &code(7), key(2)).outcome, Err(Denial::Used));
}

#[test]
fn a_node_that_lost_the_answer_may_ask_again_even_later() {
    let mut book = book();
    assert_eq!(book.decide(1, &code(7), key(1)).outcome, Ok(grant()));
    let again = book.decide(2 * DAY_MS, &code(7), key(1));
    assert_eq!(again, Verdict { outcome: Ok(grant()), changed: None });
}

#[test]
fn an_invitation_is_good_until_its_time_and_not_a_millisecond_longer() {
    let late = Err(Denial::Expired { at_ms: DAY_MS });
    assert_eq!(book().decide(DAY_MS, &code(7), key(1)).outcome, late);
    assert_eq!(book().decide(DAY_MS - 1, &code(7), key(1)).outcome, Ok(grant()));
}

#[test]
fn five_wrong_secrets_make_an_invitation_void_even_for_the_right_one() {
    let mut book = book();
    for attempt in 0..5 {
        let verdict = book.decide(1, &code(100 + attempt), key(u16::from(attempt)));
        assert_eq!(verdict.outcome, Err(Denial::Unknown));
        assert_eq!(verdict.changed.unwrap().attempts, attempt + 1);
    }
    assert_eq!(book.decide(1, &code(7), key(9)).outcome, Err(Denial::TooManyAttempts));
}

#[test]
fn the_node_that_came_in_is_not_locked_out_by_others_guessing() {
    let mut book = book();
    assert_eq!(book.decide(1, &code(7), key(1)).outcome, Ok(grant()));
    for guess in 0..6 {
        assert!(book.decide(1, &code(100 + guess), key(2 + u16::from(guess))).outcome.is_err());
    }
    assert_eq!(book.decide(1, &code(7), key(1)).outcome, Ok(grant()));
}

#[test]
fn a_key_that_guesses_too_often_must_wait_an_hour() {
    let mut book = book();
    let guess = |n| InvitationCode::from_random([n; CODE_LEN]);
    for n in 0..5 {
        assert_eq!(book.decide(0, &guess(n), key(1)).outcome, Err(Denial::Unknown));
    }
    let waiting = Err(Denial::TooManyAttempts);
    assert_eq!(book.decide(GUESS_WINDOW_MS - 1, &code(7), key(1)).outcome, waiting);
    assert_eq!(book.decide(GUESS_WINDOW_MS, &code(7), key(1)).outcome, Ok(grant()));
}

#[test]
fn a_flood_of_keys_does_not_make_the_book_grow() {
    let mut book = book();
    let guess = InvitationCode::from_random([0xee; CODE_LEN]);
    for n in 0..1500 {
        assert_eq!(book.decide(0, &guess, key(n)).outcome, Err(Denial::Unknown));
    }
    assert_eq!(book.guesses.len(), MAX_GUESSERS);
    assert_eq!(book.records().count(), 1);
}

#[test]
fn a_withdrawn_invitation_is_unknown() {
    let mut book = book();
    let selector = book.records().next().unwrap().selector.clone();
    assert!(book.withdraw(&selector).is_some());
    assert_eq!(book.decide(1, &code(7), key(1)).outcome, Err(Denial::Unknown));
}

#[test]
fn two_invitations_never_share_a_selector() {
    let taken = book().invite(&code(8), "19997".parse().unwrap(), Role::Office, DAY_MS);
    assert_eq!(taken, Err(BookError::Taken { selector: "010203".to_owned() }));
}

#[test]
fn the_book_comes_back_from_its_records() {
    let mut book = book();
    let record = book.decide(1, &code(7), key(1)).changed.unwrap();
    assert_eq!(record.meta_key(), "invitation/010203");
    let bytes = record.to_bytes().unwrap();
    let mut restored =
        InvitationBook::from_records([InvitationRecord::from_bytes(&bytes).unwrap()]);
    assert_eq!(restored.decide(2, &code(7), key(1)).outcome, Ok(grant()));
    assert_eq!(restored.decide(2, &code(7), key(2)).outcome, Err(Denial::Used));
}

#[test]
fn a_record_does_not_hold_the_code_and_a_damaged_one_is_refused() {
    let record = book().records().next().unwrap().clone();
    let bytes = record.to_bytes().unwrap();
    let secret = HEXLOWER.encode(code(7).as_bytes());
    assert!(!String::from_utf8(bytes.clone()).unwrap().contains(&secret));
    for end in 0..bytes.len() {
        assert!(InvitationRecord::from_bytes(&bytes[..end]).is_err());
    }
}
