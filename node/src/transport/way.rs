//! The two ways that lead to a hub.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What carries a connection.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// UDP, the usual way: survives loss and a change of address better.
    Quic,
    /// TLS over TCP, where UDP is blocked.
    Tcp,
}
