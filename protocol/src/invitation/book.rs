//! The hub's side: which invitations there are, and who may use them.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::{CODE_LEN, InvitationCode};
use crate::id::UnitCode;
use crate::identity::NodeKey;
use crate::roster::Role;

/// Bytes of a code that say which invitation it is. The rest is secret.
const SELECTOR_LEN: usize = 3;

/// Wrong tries after which an invitation is void.
const MAX_ATTEMPTS: u8 = 5;

/// Wrong tries of one key, against whatever invitation, within [`GUESS_WINDOW_MS`].
const MAX_GUESSES: u8 = 5;
const GUESS_WINDOW_MS: i64 = 60 * 60 * 1000;

/// How many keys' wrong tries are remembered; the oldest is forgotten first. A key costs nothing to
/// make, so this slows down a confused program, not an attacker: against that one stand the secret's 56
/// bits and [`MAX_ATTEMPTS`].
const MAX_GUESSERS: usize = 1024;

/// The context of the hash (BLAKE3's key derivation mode) under which a code is kept.
const HASH_CONTEXT: &str = "hopluu 2026 invitation code v1";

/// An invitation as the hub keeps it. The code itself is not kept, only its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationRecord {
    /// Which invitation: the code's public beginning, 6 hexadecimal digits.
    pub selector: String,
    /// The hash of the whole code, 64 hexadecimal digits.
    pub code_hash: String,
    /// For which unit.
    pub unit: UnitCode,
    /// As what.
    pub role: Role,
    /// When it expires, in milliseconds since 1970 by the hub's clock.
    pub expires_at_ms: i64,
    /// The node that used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<NodeKey>,
    /// Wrong tries so far.
    #[serde(default)]
    pub attempts: u8,
}

/// Whether an invitation is still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Its time is over.
    Expired,
    /// Somebody can come in with it.
    Open,
    /// Somebody came in with it.
    Used,
    /// Too many wrong codes were tried.
    Void,
}

/// What an invitation gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The unit that the node will stand in.
    pub unit: UnitCode,
    /// As what.
    pub role: Role,
}

/// Why a node was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// No invitation has this code.
    #[error("there is no invitation with this code")]
    Unknown,
    /// Another node has used it.
    #[error("the invitation has been used by another node")]
    Used,
    /// It is past its time.
    #[error("the invitation expired at {at_ms} ms since 1970")]
    Expired {
        /// When, in milliseconds since 1970 by the hub's clock.
        at_ms: i64,
    },
    /// Too many wrong tries, by this node or against this invitation: a new one is needed.
    #[error("too many wrong codes were tried")]
    TooManyAttempts,
}

impl Denial {
    /// The denial's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "invitation-expired",
            Self::TooManyAttempts => "invitation-too-many-attempts",
            Self::Unknown => "invitation-unknown",
            Self::Used => "invitation-used",
        }
    }
}

/// What was decided, and what must be durable before the node is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the record must be stored before the answer is sent"]
pub struct Verdict {
    /// Whether the node may come in.
    pub outcome: Result<Grant, Denial>,
    /// The record that changed, if one did.
    pub changed: Option<InvitationRecord>,
}

impl Verdict {
    fn unchanged(outcome: Result<Grant, Denial>) -> Self {
        Self { outcome, changed: None }
    }
}

/// Why the book did not take an invitation or a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// Another invitation begins with the same bytes: draw another code.
    #[error("another invitation has the selector {selector}")]
    Taken {
        /// The selector, 6 hexadecimal digits.
        selector: String,
    },
    /// Stored bytes are not a record.
    #[error("a stored invitation cannot be read: {what}")]
    Damaged {
        /// What is wrong with it.
        what: String,
    },
}

impl BookError {
    /// The error's name in message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "invitation-record-damaged",
            Self::Taken { .. } => "invitation-selector-taken",
        }
    }
}

impl InvitationRecord {
    /// Under which the record is kept in the store's meta: `invitation/<selector>`.
    pub fn meta_key(&self) -> String {
        format!("{}{}", InvitationBook::META_PREFIX, self.selector)
    }

    /// The record's bytes in the store.
    ///
    /// # Errors
    /// Never in practice; the encoder's type says that it can fail.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BookError> {
        serde_json::to_vec(self).map_err(|error| BookError::Damaged { what: error.to_string() })
    }

    /// Reads a record from the store.
    ///
    /// # Errors
    /// [`BookError::Damaged`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BookError> {
        serde_json::from_slice(bytes)
            .map_err(|error| BookError::Damaged { what: error.to_string() })
    }

    /// Whether the invitation is still good, at a time in milliseconds since 1970 by the hub's clock.
    pub fn state(&self, now_ms: i64) -> InvitationState {
        if self.used_by.is_some() {
            InvitationState::Used
        } else if self.attempts >= MAX_ATTEMPTS {
            InvitationState::Void
        } else if now_ms >= self.expires_at_ms {
            InvitationState::Expired
        } else {
            InvitationState::Open
        }
    }

    fn fits(&self, code: &InvitationCode) -> bool {
        // `blake3::Hash` compares in constant time.
        blake3::Hash::from_hex(&self.code_hash).is_ok_and(|kept| kept == hash(code))
    }
}

#[derive(Clone, Copy, Debug)]
struct Guesses {
    count: u8,
    since_ms: i64,
}

/// All invitations of a hub.
#[derive(Clone, Debug, Default)]
pub struct InvitationBook {
    records: BTreeMap<String, InvitationRecord>,
    guesses: BTreeMap<NodeKey, Guesses>,
}

impl InvitationBook {
    /// Where the records lie in the store's meta.
    pub const META_PREFIX: &str = "invitation/";

    /// The book with these records.
    pub fn from_records(records: impl IntoIterator<Item = InvitationRecord>) -> Self {
        let records = records.into_iter().map(|record| (record.selector.clone(), record)).collect();
        Self { records, guesses: BTreeMap::new() }
    }

    /// All invitations, used and expired ones too, in the order of their selectors.
    pub fn records(&self) -> impl Iterator<Item = &InvitationRecord> {
        self.records.values()
    }

    /// Enters a new invitation. The record must be stored before the text is handed out.
    ///
    /// # Errors
    /// [`BookError::Taken`]: draw another code.
    pub fn invite(
        &mut self,
        code: &InvitationCode,
        unit: UnitCode,
        role: Role,
        expires_at_ms: i64,
    ) -> Result<InvitationRecord, BookError> {
        let selector = selector(code);
        if self.records.contains_key(&selector) {
            return Err(BookError::Taken { selector });
        }
        let record = InvitationRecord {
            selector: selector.clone(),
            code_hash: hash(code).to_hex().to_string(),
            unit,
            role,
            expires_at_ms,
            used_by: None,
            attempts: 0,
        };
        self.records.insert(selector, record.clone());
        Ok(record)
    }

    /// Takes an invitation back. Its record is to be removed from the store.
    pub fn withdraw(&mut self, selector: &str) -> Option<InvitationRecord> {
        self.records.remove(selector)
    }

    /// The unit that a code invites. `None` when no invitation has the code.
    pub fn unit_of(&self, code: &InvitationCode) -> Option<&UnitCode> {
        let record = self.records.get(&selector(code))?;
        record.fits(code).then_some(&record.unit)
    }

    /// Decides about a node that has proved `key` and sent `code`. The node that used an invitation gets
    /// the same answer again, for its first one may have been lost on the way; whether it was revoked
    /// since then is the roster's to say.
    pub fn decide(&mut self, now_ms: i64, code: &InvitationCode, key: NodeKey) -> Verdict {
        if self.has_guessed_too_often(now_ms, &key) {
            return Verdict::unchanged(Err(Denial::TooManyAttempts));
        }
        let Some(record) = self.records.get_mut(&selector(code)) else {
            self.note_wrong_guess(now_ms, key);
            return Verdict::unchanged(Err(Denial::Unknown));
        };
        let fits = record.fits(code);
        let grant = Grant { unit: record.unit.clone(), role: record.role };
        if fits && record.used_by == Some(key) {
            return Verdict::unchanged(Ok(grant));
        }
        if record.attempts >= MAX_ATTEMPTS {
            return Verdict::unchanged(Err(Denial::TooManyAttempts));
        }
        if !fits {
            record.attempts += 1;
            let changed = Some(record.clone());
            self.note_wrong_guess(now_ms, key);
            return Verdict { outcome: Err(Denial::Unknown), changed };
        }
        if record.used_by.is_some() {
            return Verdict::unchanged(Err(Denial::Used));
        }
        if now_ms >= record.expires_at_ms {
            return Verdict::unchanged(Err(Denial::Expired { at_ms: record.expires_at_ms }));
        }
        record.used_by = Some(key);
        Verdict { outcome: Ok(grant), changed: Some(record.clone()) }
    }

    fn has_guessed_too_often(&self, now_ms: i64, key: &NodeKey) -> bool {
        self.guesses.get(key).is_some_and(|guesses| {
            guesses.count >= MAX_GUESSES
                && now_ms < guesses.since_ms.saturating_add(GUESS_WINDOW_MS)
        })
    }

    fn note_wrong_guess(&mut self, now_ms: i64, key: NodeKey) {
        if self.guesses.len() >= MAX_GUESSERS && !self.guesses.contains_key(&key) {
            let oldest = self.guesses.iter().min_by_key(|(_, guesses)| guesses.since_ms);
            if let Some(oldest) = oldest.map(|(key, _)| *key) {
                self.guesses.remove(&oldest);
            }
        }
        let guesses = self.guesses.entry(key).or_insert(Guesses { count: 0, since_ms: now_ms });
        if now_ms >= guesses.since_ms.saturating_add(GUESS_WINDOW_MS) {
            *guesses = Guesses { count: 0, since_ms: now_ms };
        }
        guesses.count = guesses.count.saturating_add(1);
    }
}

fn selector(code: &InvitationCode) -> String {
    HEXLOWER.encode(&code.as_bytes()[..SELECTOR_LEN])
}

fn hash(code: &InvitationCode) -> blake3::Hash {
    const { assert!(SELECTOR_LEN < CODE_LEN) };
    blake3::Hash::from_bytes(blake3::derive_key(HASH_CONTEXT, code.as_bytes()))
}

#[cfg(test)]
mod tests;
