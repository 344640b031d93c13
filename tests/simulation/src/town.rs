//! Who takes part: the machines of a town, of the town above it, and what they know from the start.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use automerge::{Change, ChangeHash};
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::id::{DocId, TemplateRef, UnitCode, Writer};
use hopluu_protocol::identity::{NodeKey, OfficeKey};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::roster::{Node, Role, Unit};
use hopluu_protocol::template::Template;
use serde::{Deserialize, Serialize};

/// How many cells a report has, and how many texts.
pub(crate) const CELLS: u8 = 6;
pub(crate) const SECTIONS: u8 = 2;

/// A machine that somebody bought once. What a copy of its disk runs on is another [`Who`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Name {
    /// The hub.
    Hub,
    /// The second machine of the hub's unit.
    Hub2,
    /// Two machines of one office.
    A1,
    A2,
    /// An office with one machine.
    B1,
    /// An office that is invited only later.
    C1,
    /// The hub of the town above.
    Upper,
    /// The town's own node there.
    Town,
    /// Another town's.
    Other,
}

/// A town of its own, with a hub, a roster and documents. The same document id in two realms names two
/// documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Realm {
    Town,
    Upper,
}

/// A machine, or the one that runs from a copy of its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Who {
    pub(crate) name: Name,
    pub(crate) copy: bool,
}

impl Name {
    pub(crate) const ALL: [Self; 9] = [
        Self::Hub,
        Self::Hub2,
        Self::A1,
        Self::A2,
        Self::B1,
        Self::C1,
        Self::Upper,
        Self::Town,
        Self::Other,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Hub2 => "hub2",
            Self::A1 => "a1",
            Self::A2 => "a2",
            Self::B1 => "b1",
            Self::C1 => "c1",
            Self::Upper => "upper",
            Self::Town => "town",
            Self::Other => "other",
        }
    }

    pub(crate) fn realm(self) -> Realm {
        match self {
            Self::Upper | Self::Town | Self::Other => Realm::Upper,
            _ => Realm::Town,
        }
    }

    pub(crate) fn unit(self) -> UnitCode {
        let code = match self {
            Self::Hub | Self::Hub2 => "seat",
            Self::A1 | Self::A2 => "a",
            Self::B1 => "b",
            Self::C1 => "c",
            Self::Upper => "province",
            Self::Town => "town",
            Self::Other => "other",
        };
        code.parse().unwrap()
    }

    /// Whether it decides by its roster: the one machine without which nobody syncs.
    pub(crate) fn is_hub(self) -> bool {
        matches!(self, Self::Hub | Self::Upper)
    }

    /// Whether its unit writes reports.
    pub(crate) fn is_office(self) -> bool {
        !matches!(self, Self::Hub | Self::Hub2 | Self::Upper)
    }

    /// Whether it is in the roster from the start.
    pub(crate) fn is_founder(self) -> bool {
        self != Self::C1
    }

    pub(crate) fn key(self) -> OfficeKey {
        OfficeKey::from_seed([self as u8 + 1; 32])
    }

    /// The public key: computed once, since that takes longer than it looks.
    pub(crate) fn node_key(self) -> NodeKey {
        static KEYS: OnceLock<BTreeMap<Name, NodeKey>> = OnceLock::new();
        let keys = KEYS.get_or_init(|| Self::ALL.map(|name| (name, name.key().node_key())).into());
        keys[&self]
    }

    pub(crate) fn of_key(key: &NodeKey) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.node_key() == *key)
    }

    /// Whether its unit may write a document.
    pub(crate) fn may_write(self, doc: &DocId) -> bool {
        match doc.writer() {
            Writer::Hub => self.unit() == self.realm().hub().unit(),
            Writer::Unit(unit) => self.unit() == unit,
        }
    }

    /// Whether it is to hold a document.
    pub(crate) fn shares(self, doc: &DocId) -> bool {
        if self.unit() == self.realm().hub().unit() {
            return true;
        }
        match doc {
            DocId::Report(_, unit) | DocId::Review(_, unit) => *unit == self.unit(),
            DocId::Consolidated(_) => false,
            DocId::Calendar | DocId::Roster | DocId::Template(_) => true,
        }
    }
}

impl Realm {
    pub(crate) fn hub(self) -> Name {
        match self {
            Self::Town => Name::Hub,
            Self::Upper => Name::Upper,
        }
    }
}

impl From<Name> for Who {
    fn from(name: Name) -> Self {
        Self { name, copy: false }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name.as_str(), if self.copy { "*" } else { "" })
    }
}

impl From<Who> for String {
    fn from(who: Who) -> Self {
        who.to_string()
    }
}

impl FromStr for Who {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, copy) = match text.strip_suffix('*') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let name = Name::ALL.into_iter().find(|known| known.as_str() == name);
        let name = name.ok_or_else(|| format!("there is no machine `{text}`"))?;
        Ok(Self { name, copy })
    }
}

impl TryFrom<String> for Who {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// One of the two periods that are reported.
pub(crate) fn period(number: u8) -> PeriodId {
    ["2023-q1", "2023-q2"][usize::from(number % 2)].parse().unwrap()
}

pub(crate) fn periods() -> [PeriodId; 2] {
    [period(0), period(1)]
}

/// The template of all reports, in both realms: counts that are summed, a ratio, two texts.
pub(crate) fn template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| Template::parse(&template_source()).unwrap().template)
}

pub(crate) fn template_source() -> String {
    let mut source =
        "id = \"simulated\"\nversion = 1\ntitle = \"Báo cáo\"\nsubject = \"{period}\"\n\
        [period]\nfirst_day = 15\nlast_day = 14\ndeadline_working_days = 2\n\
        [[unit_kind]]\nid = \"office\"\nlabel = \"Xã\"\nlevel = \"commune\"\n\
        [[unit_kind]]\nid = \"seat\"\nlabel = \"Thị xã\"\nlevel = \"hub\"\n"
            .to_owned();
    for section in 0..SECTIONS {
        source += &format!(
            "[[section]]\nid = \"s{section}\"\nnumber = \"{section}\"\ntitle = \"Phần\"\n\
             reporters = [\"office\", \"seat\"]\n"
        );
    }
    source +=
        "[[appendix]]\nid = \"pl\"\nform_number = \"1\"\ntitle = \"Thống kê\"\nsection = \"s0\"\n";
    for cell in 0..CELLS {
        source += &format!(
            "[[indicator]]\nid = \"pl.{cell}\"\nlabel = \"Số {cell}\"\ntype = \"count\"\n\
             reporters = [\"office\"]\naggregation = \"sum\"\nrequired = false\n"
        );
    }
    source
}

pub(crate) fn template_ref() -> TemplateRef {
    template().reference.clone()
}

/// The fixed first change of a document.
pub(crate) fn beginning(doc: &DocId) -> Change {
    static KINDS: OnceLock<Vec<Change>> = OnceLock::new();
    let unit: UnitCode = Name::A1.unit();
    let kinds = KINDS.get_or_init(|| {
        let of = |doc: DocId| genesis(&doc, Some(template())).unwrap();
        vec![
            of(DocId::Consolidated(period(0))),
            of(DocId::Report(period(0), unit.clone())),
            of(DocId::Review(period(0), unit.clone())),
            of(DocId::Calendar),
            of(DocId::Roster),
            of(DocId::Template(template_ref())),
        ]
    });
    let kind = match doc {
        DocId::Consolidated(_) => 0,
        DocId::Report(..) => 1,
        DocId::Review(..) => 2,
        DocId::Calendar => 3,
        DocId::Roster => 4,
        DocId::Template(_) => 5,
    };
    kinds[kind].clone()
}

pub(crate) fn is_beginning(doc: &DocId, hash: &ChangeHash) -> bool {
    beginning(doc).hash() == *hash
}

/// The roster's entry of a unit.
pub(crate) fn unit_entry(name: Name) -> Unit {
    let code = name.unit();
    let hub = name.realm().hub().unit();
    Unit {
        kind: if code == hub { "seat" } else { "office" }.parse().unwrap(),
        name: code.to_string(),
        short_name: code.to_string(),
        parent: (code != hub).then_some(hub),
        valid_from: None,
        valid_to: None,
        predecessors: Vec::new(),
        letterhead: Default::default(),
        code,
    }
}

/// The roster's entry of a machine.
pub(crate) fn node_entry(name: Name, enrolled_at: i64) -> Node {
    Node {
        key: name.node_key(),
        unit: name.unit(),
        role: if name.is_office() { Role::Office } else { Role::Operator },
        name: name.as_str().to_owned(),
        enrolled_at,
        revoked_at: None,
    }
}
