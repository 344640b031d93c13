//! The hub's endpoint.

use std::io;
use std::net::UdpSocket;
use std::sync::Arc;

use hopluu_protocol::identity::OfficeKey;
use quinn::crypto::{CryptoError, HmacKey};
use quinn::{Endpoint, EndpointConfig, Runtime, TokioRuntime};
use quinn_proto::HashedConnectionIdGenerator;

use super::unproven::Unproven;
use super::watched::Watched;

/// Makes the endpoint over a socket. `unproven` sees to it that nobody is flooded by it.
pub(in crate::transport) fn listen(
    socket: UdpSocket,
    config: quinn::ServerConfig,
    key: &OfficeKey,
    unproven: Arc<Unproven>,
) -> io::Result<Endpoint> {
    let runtime = Arc::new(TokioRuntime);
    let socket = Watched::new(runtime.wrap_udp_socket(socket)?, unproven);
    Endpoint::new_with_abstract_socket(endpoint_config(key), Some(config), socket, runtime)
}

/// How a hub answers to connections of which it knows nothing: those of its process before it was killed, or its
/// machine lost power. It resets them (RFC 9000 §10.3), so that a node need not wait for its silence; for that the
/// new process must know the ids that the old one gave, and the reset's secret.
fn endpoint_config(key: &OfficeKey) -> EndpointConfig {
    let reset = ResetKey(blake3::derive_key("hopluu 2026 stateless reset", &*key.to_seed()));
    let ids = blake3::derive_key("hopluu 2026 connection ids", &*key.to_seed());
    let [a, b, c, d, e, f, g, h, ..] = ids;
    let ids = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    let mut config = EndpointConfig::new(Arc::new(reset));
    config.cid_generator(move || Box::new(HashedConnectionIdGenerator::from_key(ids)));
    config
}

/// The secret by which resets are made.
struct ResetKey([u8; 32]);

impl HmacKey for ResetKey {
    fn sign(&self, data: &[u8], signature_out: &mut [u8]) {
        let hash = blake3::keyed_hash(&self.0, data);
        signature_out.copy_from_slice(hash.as_bytes());
    }

    fn signature_len(&self) -> usize {
        blake3::OUT_LEN
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        // Hashes are compared in constant time.
        if blake3::keyed_hash(&self.0, data) == *signature { Ok(()) } else { Err(CryptoError) }
    }
}
