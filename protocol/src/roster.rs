//! The roster: the units that report, the nodes that stand in them, and who may do what.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{UnitCode, UnitKindId};
use crate::identity::NodeKey;

/// The roster as read from `town/roster`. Units and nodes are sorted by code and key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// The unit that the hub belongs to.
    pub hub: Option<UnitCode>,
    /// All units, past ones too.
    pub units: Vec<Unit>,
    /// All enrolled nodes, revoked ones too.
    pub nodes: Vec<Node>,
}

/// Any office that reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its code: the administrative code of a commune, a short name for an office.
    pub code: UnitCode,
    /// What kind of unit it is, in the template's words.
    pub kind: UnitKindId,
    /// Full name: `Ủy ban nhân dân phường Tứ Hạ`.
    pub name: String,
    /// Short name: `Tứ Hạ`.
    pub short_name: String,
    /// The unit it reports to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitCode>,
    /// First day of its existence under this code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day, for units that were merged or renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The units it was made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predecessors: Vec<UnitCode>,
    /// What its documents carry at head and foot.
    #[serde(default)]
    pub letterhead: Letterhead,
}

/// What a unit's report carries at its head and foot (Nghị định 30/2020/NĐ-CP, Phụ lục I).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letterhead {
    /// The body above it, in capitals, or empty: `UBND TỈNH THỪA THIÊN HUẾ`.
    pub parent_body: String,
    /// The issuing body, in capitals; the unit's name when empty.
    pub body: String,
    /// Symbol after the number: `BC-UBND`.
    pub symbol: String,
    /// Place before the date: `Hương Trà`.
    pub place: String,
    /// To whom the report is addressed (Kính gửi).
    pub addressees: Vec<String>,
    /// Lines above the signature, in capitals: `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`.
    pub signature: Vec<String>,
    /// Who signs.
    pub signer: String,
    /// Lines of Nơi nhận, without the last one.
    pub recipients: Vec<String>,
    /// The last line of Nơi nhận after `Lưu:`: `VT, NV`.
    pub archive: String,
}

/// An enrolled node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its public key.
    pub key: NodeKey,
    /// The unit it stands in.
    pub unit: UnitCode,
    /// What its people may do.
    pub role: Role,
    /// A name for people: `Máy văn thư Tứ Hạ`.
    pub name: String,
    /// When it was enrolled, in milliseconds since 1970 by the hub's clock.
    pub enrolled_at: i64,
    /// When it was revoked, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
}

/// What the people at a node may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Types, imports and submits a unit's report.
    Office,
    /// Reviews and issues at the hub.
    Operator,
}

impl Roster {
    /// The unit with this code.
    pub fn unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == *code)
    }

    /// The node with this key, revoked or not.
    pub fn node(&self, key: &NodeKey) -> Option<&Node> {
        self.nodes.iter().find(|node| node.key == *key)
    }

    /// The units of a kind that exist on a day, in the roster's order.
    pub fn units_of<'a>(
        &'a self,
        kind: &'a UnitKindId,
        day: Date,
    ) -> impl Iterator<Item = &'a Unit> + 'a {
        self.units.iter().filter(move |unit| unit.kind == *kind && unit.exists_on(day))
    }
}

impl Unit {
    /// Whether the unit exists on a day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}
