//! What can happen, as data: a schedule is a list of these, and some of it can be left out.

use hopluu_protocol::store::faulty::CommitFault;
use serde::{Deserialize, Serialize};

use crate::town::{Name, Who};

/// One step of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// What chance does within this step: how bytes are cut into pieces and delayed, who commits late.
    pub(crate) dice: u32,
    #[serde(flatten)]
    pub(crate) operation: Operation,
}

/// One thing that happens. What makes no sense at the moment does nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Operation {
    /// What the hub refuses of a machine's changes is left out there, and its people type the figures again.
    Adopt { at: Who },
    /// The operator writes into the town's report.
    Annotate { at: Who, period: u8 },
    /// The disk is copied away.
    Backup { at: Who },
    /// The machine's clock jumps.
    Clock { at: Who, years: i16 },
    /// The disk is copied into another machine, which runs beside this one, with the same key.
    CloneDisk { at: Who },
    /// Stored changes of all documents are replaced by snapshots.
    Compact { at: Who },
    /// The line breaks after so many more bytes in one direction. Each end hears of it, so late.
    Cut { at: Who, direction: Direction, bytes: u32, late: [u32; 2] },
    /// Everything that is on its way, and what follows, takes longer.
    Delay { at: Who, millis: u32 },
    /// So many things arrive.
    Deliver { steps: u8 },
    /// The machine calls its hub.
    Dial { at: Who },
    /// A cell is set, or cleared.
    Edit { at: Who, period: u8, cell: u8, value: Option<u32> },
    /// The machine calls its hub with an invitation.
    Enrol { at: Who },
    /// The commit after so many others fails.
    Fail { at: Who, after: u8, fault: Fault },
    /// A bit flips in what is stored; the store's checksums notice that or do not.
    Flip { at: Who, bit: u64, noticed: bool },
    /// A cell is set while the machine has another's key file: that of another unit's machine, or one that
    /// nobody knows. Its people know nothing of it.
    Foreign { at: Who, period: u8, cell: u8, value: u32, unknown: bool },
    /// A machine that was tampered with writes what it may not.
    Forge { at: Who, forgery: Forgery },
    /// The machine ends its connections in good order.
    HangUp { at: Who },
    /// The process is killed.
    Kill { at: Who },
    /// The hub closes a period, or opens it again.
    Lock { period: u8, closed: bool },
    /// Several cells are set in one transaction.
    Paste { at: Who, period: u8, cells: Vec<(u8, u32)> },
    /// Somebody sends again what began the machine's last connection.
    Replay { at: Who },
    /// The town's figures are copied into its own report to the town above.
    Report { period: u8 },
    /// The disk is replaced by an earlier copy of it.
    Restore { at: Who, backup: u8, new_epoch: bool },
    /// The hub revokes the machine's key.
    Revoke { at: Who },
    /// What people have done is made durable.
    Save { at: Who },
    /// Nothing arrives in one direction any more; after a minute both ends give up.
    Stall { at: Who, direction: Direction },
    /// The process is started, where it is not running.
    Start { at: Who },
    /// The report is frozen, signed and submitted.
    Submit { at: Who, period: u8 },
    /// The machine calls its hub although it is connected.
    Twice { at: Who },
    /// Time passes, with timers.
    Wait { seconds: u16 },
    /// A word is written into a text.
    Write { at: Who, period: u8, section: u8, place: u8 },
}

/// A direction of a line, as the dialer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    Up,
    Down,
}

/// How a commit fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fault {
    DiskFull,
    FsyncKept,
    FsyncLost,
    PowerAfter,
    PowerBefore,
    PowerTorn,
    WriteFailed,
}

impl Fault {
    pub(crate) const ALL: [Self; 7] = [
        Self::DiskFull,
        Self::FsyncKept,
        Self::FsyncLost,
        Self::PowerAfter,
        Self::PowerBefore,
        Self::PowerTorn,
        Self::WriteFailed,
    ];

    pub(crate) fn of_commit(self) -> CommitFault {
        match self {
            Self::DiskFull => CommitFault::Full,
            Self::FsyncKept => CommitFault::SyncFailedAndKept,
            Self::FsyncLost => CommitFault::SyncFailedAndLost,
            Self::PowerAfter => CommitFault::PowerCutAfter,
            Self::PowerBefore => CommitFault::PowerCutBefore,
            Self::PowerTorn => CommitFault::PowerCutTorn,
            Self::WriteFailed => CommitFault::WriteFailed,
        }
    }
}

/// What a machine that was tampered with writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Forgery {
    /// Into its own report, in the name of another unit's machine.
    Author,
    /// Into its own report, in the name of a key that nobody knows.
    Stranger,
    /// Into another unit's report.
    Report,
    /// Into the roster.
    Roster,
}

impl Forgery {
    pub(crate) const ALL: [Self; 4] = [Self::Author, Self::Stranger, Self::Report, Self::Roster];
}

impl Operation {
    /// The machine that it happens to.
    pub(crate) fn at(&self) -> Option<Who> {
        match self {
            Self::Adopt { at }
            | Self::Annotate { at, .. }
            | Self::Backup { at }
            | Self::Clock { at, .. }
            | Self::CloneDisk { at }
            | Self::Compact { at }
            | Self::Cut { at, .. }
            | Self::Delay { at, .. }
            | Self::Dial { at }
            | Self::Edit { at, .. }
            | Self::Enrol { at }
            | Self::Fail { at, .. }
            | Self::Flip { at, .. }
            | Self::Foreign { at, .. }
            | Self::Forge { at, .. }
            | Self::HangUp { at }
            | Self::Kill { at }
            | Self::Paste { at, .. }
            | Self::Replay { at }
            | Self::Restore { at, .. }
            | Self::Revoke { at }
            | Self::Save { at }
            | Self::Stall { at, .. }
            | Self::Start { at }
            | Self::Submit { at, .. }
            | Self::Twice { at }
            | Self::Write { at, .. } => Some(*at),
            Self::Lock { .. } => Some(Name::Hub.into()),
            Self::Report { .. } => Some(Name::Town.into()),
            Self::Deliver { .. } | Self::Wait { .. } => None,
        }
    }
}
