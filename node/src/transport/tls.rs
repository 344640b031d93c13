//! TLS 1.3 with raw public keys (RFC 7250): each side shows its Ed25519 key and proves it, and there is
//! no certificate, no name and no date that could be wrong.
//!
//! Over QUIC sessions are resumed, so that a node that comes back may speak in its first flight (RFC 9001
//! §4.6). A resumed session carries the key over that was proved when it began; what that key may do is
//! asked anew on each connection, by the application. The hub keeps sessions in memory and takes each one
//! once (RFC 8446 §8.1), so a first flight that is played again finds none and starts from nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hopluu_protocol::identity::{NodeKey, OfficeKey};
use quinn::crypto::rustls::{NoInitialCipherSuite, QuicClientConfig, QuicServerConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    AlwaysResolvesClientRawPublicKeys, ClientSessionStore, Resumption, Tls12ClientSessionValue,
    Tls13ClientSessionValue,
};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime, alg_id};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{
    AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage, ServerSessionMemoryCache,
};
use rustls::sign::{CertifiedKey, Signer, SigningKey, public_key_to_spki};
use rustls::{
    CertificateError, ClientConfig, CommonState, DigitallySignedStruct, DistinguishedName, Error,
    NamedGroup, PeerIncompatible, ServerConfig, SignatureAlgorithm, SignatureScheme,
};

/// What the two ends speak. Another protocol, another name.
const ALPN: &[u8] = b"hopluu/1";

/// How many sessions the hub remembers; beyond that the oldest are forgotten and their nodes shake hands
/// in full. More than the connections that it takes at once.
const SESSIONS: usize = 32_768;

/// How many tickets a node keeps. Each serves once; the hub sends one with each connection.
const TICKETS: usize = 4;

/// The library wants a server name; none is sent, and nobody looks at it.
pub const SERVER_NAME: &str = "hopluu";

/// What an Ed25519 key begins with as a `SubjectPublicKeyInfo` (RFC 8410 §4).
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0];

/// The TLS library refused our configuration: a fault of this program, not of the line or the peer.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot be set up: {0}")]
pub(super) struct SetupError(String);

impl From<Error> for SetupError {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl From<NoInitialCipherSuite> for SetupError {
    fn from(error: NoInitialCipherSuite) -> Self {
        Self(error.to_string())
    }
}

/// What a node shakes hands with, for as long as it speaks with one hub: its tickets live as long as this.
pub(super) struct ClientTls {
    pub(super) quic: Arc<QuicClientConfig>,
    pub(super) tcp: Arc<ClientConfig>,
    /// The key of whoever answered without being the hub.
    shown: Arc<Shown>,
    tickets: Arc<Tickets>,
}

impl ClientTls {
    /// Proves `key`, and accepts the hub with `hub_key` and no other.
    pub(super) fn new(key: &OfficeKey, hub_key: NodeKey) -> Result<Self, SetupError> {
        let shown = Arc::new(Shown::default());
        let tickets = Arc::new(Tickets::default());
        let mut quic = client_config(key, hub_key, shown.clone())?;
        quic.resumption = Resumption::store(tickets.clone());
        quic.enable_early_data = true;
        let mut tcp = client_config(key, hub_key, shown.clone())?;
        tcp.resumption = Resumption::disabled();
        Ok(Self { quic: Arc::new(quic.try_into()?), tcp: Arc::new(tcp), shown, tickets })
    }

    /// The key that was shown instead of the hub's since this was last asked.
    pub(super) fn shown_instead(&self) -> Option<NodeKey> {
        lock(&self.shown.0).take()
    }

    /// Whether the next handshake over QUIC can be a resumption.
    pub(super) fn can_resume(&self) -> bool {
        !lock(&self.tickets.0).is_empty()
    }
}

/// The hub's side: proves `key`, and accepts whoever proves a key.
pub(super) struct ServerTls {
    pub(super) quic: Arc<QuicServerConfig>,
    pub(super) tcp: Arc<ServerConfig>,
}

impl ServerTls {
    pub(super) fn new(key: &OfficeKey) -> Result<Self, SetupError> {
        let mut quic = server_config(key)?;
        quic.send_tls13_tickets = 1;
        quic.session_storage = ServerSessionMemoryCache::new(SESSIONS);
        // QUIC knows this value and zero; how much it is in fact, its windows say.
        quic.max_early_data_size = u32::MAX;
        let mut tcp = server_config(key)?;
        tcp.send_tls13_tickets = 0;
        tcp.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(Self { quic: Arc::new(quic.try_into()?), tcp: Arc::new(tcp) })
    }
}

fn client_config(
    key: &OfficeKey,
    hub_key: NodeKey,
    shown: Arc<Shown>,
) -> Result<ClientConfig, SetupError> {
    let provider = provider();
    let verifier = PinnedHub { hub_key, shown, provider: provider.clone() };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(certified(
            key,
        ))));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.enable_sni = false;
    Ok(config)
}

fn server_config(key: &OfficeKey) -> Result<ServerConfig, SetupError> {
    let provider = provider();
    let verifier = AnyNode { provider: provider.clone() };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified(key))));
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(config)
}

/// The key that the other end of a QUIC connection has proved: on this connection, or on the one whose
/// session it resumes.
pub(super) fn proved_over_quic(connection: &quinn::Connection) -> Option<NodeKey> {
    let identity = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    parse_spki(identity.first()?)
}

/// The key that the other end of a TCP connection has proved; `None` also if it speaks another protocol.
pub(super) fn proved_over_tcp(connection: &CommonState) -> Option<NodeKey> {
    let speaks_ours = connection.alpn_protocol() == Some(ALPN);
    parse_spki(connection.peer_certificates()?.first()?).filter(|_| speaks_ours)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A key that was not the hub's.
#[derive(Debug, Default)]
struct Shown(Mutex<Option<NodeKey>>);

/// One hub's tickets, the latest last.
#[derive(Debug, Default)]
struct Tickets(Mutex<VecDeque<Tls13ClientSessionValue>>);

impl ClientSessionStore for Tickets {
    fn set_kx_hint(&self, _server_name: ServerName<'static>, _group: NamedGroup) {}

    fn kx_hint(&self, _server_name: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _server_name: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _server_name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _server_name: &ServerName<'static>) {}

    fn insert_tls13_ticket(
        &self,
        _server_name: ServerName<'static>,
        ticket: Tls13ClientSessionValue,
    ) {
        let mut tickets = lock(&self.0);
        tickets.push_back(ticket);
        if tickets.len() > TICKETS {
            tickets.pop_front();
        }
    }

    fn take_tls13_ticket(
        &self,
        _server_name: &ServerName<'static>,
    ) -> Option<Tls13ClientSessionValue> {
        lock(&self.0).pop_back()
    }
}

fn provider() -> Arc<CryptoProvider> {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.kx_groups = vec![rustls::crypto::ring::kx_group::X25519];
    Arc::new(provider)
}

/// The raw key in the place of a certificate, as rustls wants it.
fn certified(key: &OfficeKey) -> Arc<CertifiedKey> {
    let spki = public_key_to_spki(&alg_id::ED25519, key.node_key().0);
    let raw = CertificateDer::from(spki.to_vec());
    Arc::new(CertifiedKey::new(vec![raw], Arc::new(TlsKey(key.clone()))))
}

/// The key in a `SubjectPublicKeyInfo`, if it is an Ed25519 key that a node can have.
fn parse_spki(spki: &[u8]) -> Option<NodeKey> {
    let key = NodeKey(spki.strip_prefix(&SPKI_PREFIX)?.try_into().ok()?);
    key.is_sound().then_some(key)
}

/// The raw key that the peer shows, alone.
fn shown_key(key: &CertificateDer<'_>, more: &[CertificateDer<'_>]) -> Result<NodeKey, Error> {
    parse_spki(key)
        .filter(|_| more.is_empty())
        .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))
}

fn verify_possession(
    message: &[u8],
    key: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
    provider: &CryptoProvider,
) -> Result<HandshakeSignatureValid, Error> {
    let spki = SubjectPublicKeyInfoDer::from(key.as_ref());
    let algorithms = &provider.signature_verification_algorithms;
    verify_tls13_signature_with_raw_key(message, &spki, signature, algorithms)
}

/// The node's key in the form in which rustls signs with it.
#[derive(Clone, Debug)]
struct TlsKey(OfficeKey);

impl SigningKey for TlsKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered
            .contains(&SignatureScheme::ED25519)
            .then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(public_key_to_spki(&alg_id::ED25519, self.0.node_key().0))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ED25519
    }
}

impl Signer for TlsKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature = self.0.sign_tls13(message);
        signature
            .map(|signature| signature.0.to_vec())
            .ok_or_else(|| Error::General("asked to sign something that is no handshake".into()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// The half of a verifier that both sides share: how possession of a raw key is proved.
macro_rules! proved_with_ed25519_in_tls13 {
    () => {
        fn verify_tls12_signature(
            &self,
            _message: &[u8],
            _cert: &CertificateDer<'_>,
            _dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Err(PeerIncompatible::Tls12NotOfferedOrEnabled.into())
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_possession(message, cert, dss, &self.provider)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            vec![SignatureScheme::ED25519]
        }

        fn requires_raw_public_keys(&self) -> bool {
            true
        }
    };
}

/// Accepts one key.
#[derive(Debug)]
struct PinnedHub {
    hub_key: NodeKey,
    shown: Arc<Shown>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedHub {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let key = shown_key(end_entity, intermediates)?;
        if key != self.hub_key {
            *lock(&self.shown.0) = Some(key);
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        Ok(ServerCertVerified::assertion())
    }

    proved_with_ed25519_in_tls13!();
}

/// Accepts every well-formed key that is proved.
#[derive(Debug)]
struct AnyNode {
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for AnyNode {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        shown_key(end_entity, intermediates)?;
        Ok(ClientCertVerified::assertion())
    }

    proved_with_ed25519_in_tls13!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_from_its_encoding_and_from_no_other() {
        let key = OfficeKey::from_seed([5; 32]).node_key();
        let spki = public_key_to_spki(&alg_id::ED25519, key.0).to_vec();
        assert_eq!(parse_spki(&spki), Some(key));

        for at in 0..SPKI_PREFIX.len() {
            let mut other = spki.clone();
            other[at] ^= 1;
            assert_eq!(parse_spki(&other), None, "byte {at}");
        }
        assert_eq!(parse_spki(&spki[..43]), None);
        assert_eq!(parse_spki(&[spki.as_slice(), &[0]].concat()), None);
        assert_eq!(parse_spki(&public_key_to_spki(&alg_id::ED25519, [0; 32])), None);
    }

    #[test]
    fn a_key_that_comes_with_a_chain_is_refused() {
        let key = OfficeKey::from_seed([5; 32]).node_key();
        let raw = CertificateDer::from(public_key_to_spki(&alg_id::ED25519, key.0).to_vec());
        assert!(shown_key(&raw, &[]).is_ok());
        assert!(shown_key(&raw, std::slice::from_ref(&raw)).is_err());
    }
}
