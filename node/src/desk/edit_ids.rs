//! Edits by their names: whoever did not hear what became of an edit sends it again under its name, and it
//! is not made twice.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

/// What the keys of names begin with.
const NAMES: &str = "edited/";
/// How many names are kept; the oldest go.
const MOST: usize = 2_000;
/// How long a name is.
const LENGTHS: RangeInclusive<usize> = 16..=64;
/// Largest outcome that is kept, bytes. Of a larger one the details are left out.
const LARGEST: usize = 64 * 1024;

/// An edit with a name.
pub(super) struct NamedEdit {
    key: String,
    /// Tells it from another edit under the same name.
    digest: String,
}

/// The names by age; read from the store when the first one is needed.
#[derive(Default)]
pub(super) struct Names(Option<BTreeMap<u64, String>>);

#[derive(Serialize, Deserialize)]
struct Kept {
    number: u64,
    digest: String,
    outcome: serde_json::Value,
}

/// What of it says how old it is.
#[derive(Deserialize)]
struct Numbered {
    number: u64,
}

impl NamedEdit {
    /// An edit and all that it is to do.
    ///
    /// # Errors
    /// When the name is not 16 to 64 of the letters `A-Za-z0-9_-`.
    pub(super) fn new(name: &str, content: &impl Serialize) -> Result<Self, Refusal> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if !LENGTHS.contains(&name.len()) || !name.chars().all(is_plain) {
            return Err(invalid("the edit's name is none"));
        }
        let content = serde_json::to_vec(content).map_err(internal)?;
        let digest = blake3::hash(&content).to_hex().to_string();
        Ok(Self { key: format!("{NAMES}{name}"), digest })
    }
}

impl Desk {
    /// What became of an edit when it was made; its default when that was too large to be kept. Nothing
    /// when it was not made yet.
    ///
    /// # Errors
    /// When another edit was made under its name.
    pub(super) fn made_already<T: DeserializeOwned + Default>(
        &self,
        edit: &NamedEdit,
    ) -> Result<Option<T>, Refusal> {
        let Some(bytes) = self.replica.meta(&edit.key)? else { return Ok(None) };
        // One that does not read was not written by this program.
        let Ok(kept) = serde_json::from_slice::<Kept>(&bytes) else { return Ok(None) };
        if kept.digest != edit.digest {
            return Err(invalid("another edit had this name"));
        }
        Ok(Some(serde_json::from_value(kept.outcome).unwrap_or_default()))
    }

    /// Keeps the name of an edit that was made, in the commit of the edit itself, and the first of these outcomes
    /// that is not too large. They say ever less.
    pub(super) fn remember_edit(
        &mut self,
        edit: &NamedEdit,
        outcomes: &[impl Serialize],
    ) -> Result<(), Refusal> {
        let mut names = match self.edit_names.0.take() {
            Some(names) => names,
            None => self.read_names()?,
        };
        let number = names.last_key_value().map_or(0, |(number, _)| number + 1);
        let mut bytes = kept(number, edit, serde_json::Value::Null)?;
        for outcome in outcomes {
            let whole = kept(number, edit, serde_json::to_value(outcome).map_err(internal)?)?;
            if whole.len() <= LARGEST {
                bytes = whole;
                break;
            }
        }
        self.replica.set_meta(&edit.key, Some(bytes))?;
        names.insert(number, edit.key.clone());
        while names.len() > MOST
            && let Some((_, oldest)) = names.pop_first()
        {
            self.replica.set_meta(&oldest, None)?;
        }
        self.edit_names = Names(Some(names));
        Ok(())
    }

    fn read_names(&self) -> Result<BTreeMap<u64, String>, Refusal> {
        let kept = self.replica.meta_under(NAMES)?.into_iter();
        let numbered = kept.filter_map(|(key, bytes)| {
            let numbered = serde_json::from_slice::<Numbered>(&bytes).ok()?;
            Some((numbered.number, key))
        });
        Ok(numbered.collect())
    }
}

fn kept(number: u64, edit: &NamedEdit, outcome: serde_json::Value) -> Result<Vec<u8>, Refusal> {
    let kept = Kept { number, digest: edit.digest.clone(), outcome };
    serde_json::to_vec(&kept).map_err(internal)
}

fn invalid(why: &str) -> Refusal {
    Refusal::new(Reason::Invalid, Problem::new("edit-id-invalid", why))
}

fn internal(error: serde_json::Error) -> Refusal {
    Refusal::new(Reason::Failed, Problem::new("internal", error))
}
