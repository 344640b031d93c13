//! TLS 1.3 with raw public keys (RFC 7250): each side shows its Ed25519 key and proves it, and there is
//! no certificate, no name and no date that could be wrong.
//!
//! No resumption and no early data: a ticket would outlive a revocation and costs bytes at each
//! handshake.

use std::sync::{Arc, OnceLock};

use hopluu_protocol::identity::{NodeKey, OfficeKey};
use quinn::crypto::rustls::{NoInitialCipherSuite, QuicClientConfig, QuicServerConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime, alg_id};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::{CertifiedKey, Signer, SigningKey, public_key_to_spki};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible,
    SignatureAlgorithm, SignatureScheme,
};

/// What the two ends speak. Another protocol, another name.
const ALPN: &[u8] = b"hopluu/1";

/// QUIC wants a server name; none is sent, and nobody looks at it.
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

/// The client's side: proves `key`, and accepts the hub with `hub_key` and no other. The key that the
/// hub showed instead, if it did, is put into `shown`.
pub(super) fn client_config(
    key: &OfficeKey,
    hub_key: NodeKey,
    shown: Arc<OnceLock<NodeKey>>,
) -> Result<QuicClientConfig, SetupError> {
    let provider = provider();
    let verifier = PinnedHub { hub_key, shown, provider: provider.clone() };
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(certified(
            key,
        ))));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.enable_sni = false;
    config.resumption = Resumption::disabled();
    Ok(config.try_into()?)
}

/// The hub's side: proves `key`, and accepts whoever proves a key.
pub(super) fn server_config(key: &OfficeKey) -> Result<QuicServerConfig, SetupError> {
    let provider = provider();
    let verifier = AnyNode { provider: provider.clone() };
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified(key))));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(config.try_into()?)
}

/// The key that the other end of an established connection has proved.
pub(super) fn proved_key(connection: &quinn::Connection) -> Option<NodeKey> {
    let identity = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    parse_spki(identity.first()?)
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

/// Accepts one key.
#[derive(Debug)]
struct PinnedHub {
    hub_key: NodeKey,
    shown: Arc<OnceLock<NodeKey>>,
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
            self.shown.get_or_init(|| key);
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        Ok(ServerCertVerified::assertion())
    }

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
