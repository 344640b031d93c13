//! What this machine remembers of how people work at it. It lies in the store's local part, in no document.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use crate::problem::{Problem, Reason, Refusal};

/// Where the settings lie.
const SETTINGS: &str = "settings";
/// What the keys of a screen's memory begin with.
const UI_STATE: &str = "ui/";
/// Most bytes of one remembered value.
const MOST_UI_STATE: usize = 16 * 1024;
/// Longest key of one.
const LONGEST_KEY: usize = 80;
/// Most keys.
const MOST_KEYS: usize = 500;
/// Most people, and lines seen, that are remembered.
const MOST_NAMES: usize = 200;
/// Longest of these, characters.
const LONGEST_NAME: usize = 200;

/// Languages of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingsLanguage {
    /// English.
    En,
    /// Vietnamese.
    #[default]
    Vi,
}

/// Colours of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// As the system has it.
    #[default]
    System,
}

/// How people work at this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Settings {
    /// The language.
    pub language: SettingsLanguage,
    /// The colours.
    pub theme: Theme,
    /// The size of text, per cent: 100 to 200.
    pub text_size: u16,
    /// Who works at it now.
    pub person: String,
    /// All who have worked at it.
    pub people: Vec<String>,
    /// Hints that were dismissed.
    pub seen: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: SettingsLanguage::default(),
            theme: Theme::default(),
            text_size: 100,
            person: String::new(),
            people: Vec::new(),
            seen: Vec::new(),
        }
    }
}

impl Desk {
    /// How people work at this machine.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings(&self) -> Result<Settings, Refusal> {
        // What a later program wrote may not read; the defaults harm nobody.
        let stored = self.replica.meta(SETTINGS)?;
        Ok(stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
    }

    /// Remembers other settings.
    ///
    /// # Errors
    /// When the size of text is out of bounds, or there are too many names or too long ones.
    pub fn set_settings(&mut self, settings: &Settings) -> Result<Settings, Refusal> {
        let too_many = settings.people.len().max(settings.seen.len()) > MOST_NAMES;
        let names = settings.people.iter().chain(&settings.seen).chain([&settings.person]);
        let longest = names.map(|name| name.chars().count()).max().unwrap_or_default();
        if !(100..=200).contains(&settings.text_size) || too_many || longest > LONGEST_NAME {
            let detail = format!("the longest name has {longest} characters");
            let problem = Problem::new("settings-invalid", detail);
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        let bytes = serde_json::to_vec(settings).map_err(internal)?;
        self.replica.set_meta(SETTINGS, Some(bytes))?;
        Ok(settings.clone())
    }

    /// Takes who joined by a command for the person at this machine, where nobody has said who that is.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) fn introduce(&mut self, person: &str) -> Result<(), Refusal> {
        let person = person.trim();
        let mut settings = self.settings()?;
        let fits = !person.is_empty() && person.chars().count() <= LONGEST_NAME;
        if !fits || !settings.person.is_empty() || !settings.people.is_empty() {
            return Ok(());
        }
        settings.person = person.to_owned();
        settings.people.push(person.to_owned());
        self.set_settings(&settings).map(drop)
    }

    /// What a screen remembers under a key; null when nothing.
    ///
    /// # Errors
    /// When the key is none, or the store cannot be read.
    pub fn ui_state(&self, key: &str) -> Result<serde_json::Value, Refusal> {
        let stored = self.replica.meta(&ui_key(key)?)?;
        Ok(stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
    }

    /// Remembers something for a screen; null forgets it.
    ///
    /// # Errors
    /// When the key is none, the value is larger than 16 KiB, or 500 keys hold something already.
    pub fn set_ui_state(&mut self, key: &str, value: &serde_json::Value) -> Result<(), Refusal> {
        let key = ui_key(key)?;
        let bytes = serde_json::to_vec(value).map_err(internal)?;
        if bytes.len() > MOST_UI_STATE {
            let problem = Problem::new("ui-state-invalid", format!("{} bytes", bytes.len()));
            return Err(Refusal::new(Reason::Invalid, problem.arg("limit", MOST_UI_STATE)));
        }
        if value.is_null() {
            return Ok(self.replica.set_meta(&key, None)?);
        }
        let is_new = self.replica.meta(&key)?.is_none();
        if is_new && self.replica.meta_under(UI_STATE)?.len() >= MOST_KEYS {
            let problem = Problem::new("ui-state-full", format!("{MOST_KEYS} keys"));
            return Err(Refusal::new(Reason::Invalid, problem.arg("limit", MOST_KEYS)));
        }
        Ok(self.replica.set_meta(&key, Some(bytes))?)
    }
}

fn ui_key(key: &str) -> Result<String, Refusal> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if key.is_empty() || key.len() > LONGEST_KEY || !key.chars().all(is_plain) {
        let problem = Problem::new("ui-state-invalid", format!("the key `{key}`"));
        return Err(Refusal::new(Reason::Invalid, problem.arg("limit", MOST_UI_STATE)));
    }
    Ok(format!("{UI_STATE}{key}"))
}

fn internal(error: serde_json::Error) -> Refusal {
    Refusal::new(Reason::Failed, Problem::new("internal", error))
}
