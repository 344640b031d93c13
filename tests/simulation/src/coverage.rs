//! Which operations were followed by which others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::operation::{Fault, Operation};
use crate::run::Outcome;
use crate::schedule::Schedule;
use crate::town::{Name, Who};

/// What coverage counts: a kind of operation, each kind of disk fault by itself.
type Kind = &'static str;

const KINDS: [Kind; 38] = [
    "adopt",
    "annotate",
    "backup",
    "clock",
    "clone",
    "compact",
    "cut",
    "delay",
    "deliver",
    "dial",
    "edit",
    "enrol",
    "disk-full",
    "fsync-error",
    "power-cut",
    "write-error",
    "flip",
    "foreign",
    "forge",
    "hang-up",
    "kill",
    "lock",
    "unlock",
    "paste",
    "replay",
    "report",
    "restore",
    "restore-new",
    "revoke",
    "save",
    "stall",
    "start",
    "submit",
    "twice",
    "wait",
    "write",
    "flip-noticed",
    "torn",
];

fn kind(operation: &Operation) -> Kind {
    match operation {
        Operation::Adopt { .. } => "adopt",
        Operation::Annotate { .. } => "annotate",
        Operation::Backup { .. } => "backup",
        Operation::Clock { .. } => "clock",
        Operation::CloneDisk { .. } => "clone",
        Operation::Compact { .. } => "compact",
        Operation::Cut { .. } => "cut",
        Operation::Delay { .. } => "delay",
        Operation::Deliver { .. } => "deliver",
        Operation::Dial { .. } => "dial",
        Operation::Edit { .. } => "edit",
        Operation::Enrol { .. } => "enrol",
        Operation::Fail { fault, .. } => match fault {
            Fault::DiskFull => "disk-full",
            Fault::FsyncKept | Fault::FsyncLost => "fsync-error",
            Fault::PowerAfter | Fault::PowerBefore => "power-cut",
            Fault::PowerTorn => "torn",
            Fault::WriteFailed => "write-error",
        },
        Operation::Flip { noticed: false, .. } => "flip",
        Operation::Flip { noticed: true, .. } => "flip-noticed",
        Operation::Foreign { .. } => "foreign",
        Operation::Forge { .. } => "forge",
        Operation::HangUp { .. } => "hang-up",
        Operation::Kill { .. } => "kill",
        Operation::Lock { closed: true, .. } => "lock",
        Operation::Lock { closed: false, .. } => "unlock",
        Operation::Paste { .. } => "paste",
        Operation::Replay { .. } => "replay",
        Operation::Report { .. } => "report",
        Operation::Restore { new_epoch: false, .. } => "restore",
        Operation::Restore { new_epoch: true, .. } => "restore-new",
        Operation::Revoke { .. } => "revoke",
        Operation::Save { .. } => "save",
        Operation::Stall { .. } => "stall",
        Operation::Start { .. } => "start",
        Operation::Submit { .. } => "submit",
        Operation::Twice { .. } => "twice",
        Operation::Wait { .. } => "wait",
        Operation::Write { .. } => "write",
    }
}

/// Whether an operation can happen to a machine at all. `deliver` and `wait` happen to all.
fn can_happen(kind: Kind, name: Name) -> bool {
    match kind {
        "annotate" => matches!(name, Name::Hub | Name::Hub2),
        "clone" | "cut" | "delay" | "dial" | "replay" | "stall" | "twice" => !name.is_hub(),
        "adopt" | "edit" | "foreign" | "paste" | "submit" | "write" => name.is_office(),
        "enrol" => name == Name::C1,
        "forge" | "revoke" => name.is_office() && name != Name::Town,
        "lock" | "unlock" => name == Name::Hub,
        "report" => name == Name::Town,
        _ => true,
    }
}

/// What was covered by the runs so far.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    counts: BTreeMap<Kind, u64>,
    same_run: BTreeSet<(Kind, Kind)>,
    same_machine: BTreeSet<(Kind, Kind)>,
}

impl Coverage {
    /// Counts a run: the steps that made sense when they came.
    pub fn count(&mut self, schedule: &Schedule, outcome: &Outcome) {
        let done: Vec<(Kind, Option<Who>)> = schedule
            .steps
            .iter()
            .zip(&outcome.done)
            .filter(|(_, done)| **done)
            .map(|(step, _)| (kind(&step.operation), step.operation.at()))
            .collect();
        for (index, (first, at)) in done.iter().enumerate() {
            *self.counts.entry(first).or_default() += 1;
            for (second, then_at) in &done[index + 1..] {
                self.same_run.insert((first, second));
                if at.is_none() || then_at.is_none() || at == then_at {
                    self.same_machine.insert((first, second));
                }
            }
        }
    }

    /// Takes in what others counted.
    pub fn merge(&mut self, other: Self) {
        for (kind, count) in other.counts {
            *self.counts.entry(kind).or_default() += count;
        }
        self.same_run.extend(other.same_run);
        self.same_machine.extend(other.same_machine);
    }

    /// Pairs of operations of which the second never followed the first in one run.
    pub fn not_in_one_run(&self) -> Vec<(&'static str, &'static str)> {
        pairs().filter(|pair| !self.same_run.contains(pair)).collect()
    }

    /// Pairs of operations of which the second never followed the first on one machine, where that can
    /// be.
    pub fn not_on_one_machine(&self) -> Vec<(&'static str, &'static str)> {
        pairs()
            .filter(|(first, second)| {
                Name::ALL.iter().any(|name| can_happen(first, *name) && can_happen(second, *name))
            })
            .filter(|pair| !self.same_machine.contains(pair))
            .collect()
    }

    /// How often each operation happened, for people.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for (number, kind) in KINDS.iter().enumerate() {
            let count = self.counts.get(kind).copied().unwrap_or_default();
            let end = if number % 4 == 3 { "\n" } else { "  " };
            // Writing into a text cannot fail.
            write!(table, "{kind:>13} {count:>9}{end}").ok();
        }
        table
    }
}

fn pairs() -> impl Iterator<Item = (Kind, Kind)> {
    KINDS.into_iter().flat_map(|first| KINDS.into_iter().map(move |second| (first, second)))
}
