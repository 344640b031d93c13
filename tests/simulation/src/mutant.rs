//! Mistakes put in on purpose, so that the judge can show that it finds them.

use hopluu_protocol::store::faulty::Lie;

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mutant {
    /// The store keeps half a record that a power cut tore.
    KeepsTornRecords,
    /// The store loses every eighth row.
    LosesRows,
    /// The store says that a batch is durable before it is.
    SyncsLater,
    /// The hub acknowledges batches that it throws away.
    SwallowsBatch,
    /// The hub's people are shown figures of which one unit's are missing.
    ForgetsUnit,
    /// What an office hands back to a hub that lost it does not arrive.
    SwallowsReturned,
    /// A machine goes on with the actor of its last start.
    KeepsActor,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::KeepsTornRecords,
        Self::LosesRows,
        Self::SyncsLater,
        Self::SwallowsBatch,
        Self::SwallowsReturned,
        Self::ForgetsUnit,
        Self::KeepsActor,
    ];

    pub(crate) fn lie(self) -> Option<Lie> {
        match self {
            Self::KeepsTornRecords => Some(Lie::KeepsTornRecords),
            Self::LosesRows => Some(Lie::LosesRows),
            Self::SyncsLater => Some(Lie::SyncsLater),
            Self::SwallowsBatch | Self::SwallowsReturned | Self::ForgetsUnit | Self::KeepsActor => {
                None
            }
        }
    }
}
