//! TLS 1.3 in the middle of the line: what the peers' bytes would be if they were encrypted, as ours are.
//!
//! One self-signed P-256 certificate, which is shorter than a real chain; the client is not authenticated;
//! sessions are resumed where a client connects again. All in the peers' favour.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{DuplexStream, duplex, split};
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

use super::tcp::pump;
use super::{Ledger, Way, add};

/// The server's name in the certificate.
const NAME: &str = "hub";

/// Bytes under way.
const PIPE: usize = 256 * 1024;

/// Makes encrypted tunnels whose bytes are counted.
#[derive(Clone)]
pub(super) struct Tunnels {
    connector: TlsConnector,
    acceptor: TlsAcceptor,
    delay: Duration,
    ledger: Arc<Ledger>,
}

impl Tunnels {
    pub(super) fn new(delay: Duration, ledger: Arc<Ledger>) -> Result<Self> {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()])?;
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone())?;
        let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let server = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)?;
        Ok(Self {
            connector: TlsConnector::from(Arc::new(client)),
            acceptor: TlsAcceptor::from(Arc::new(server)),
            delay,
            ledger,
        })
    }

    /// A tunnel: what is written to one end comes out at the other.
    pub(super) async fn open(
        &self,
    ) -> Result<(client::TlsStream<DuplexStream>, server::TlsStream<DuplexStream>)> {
        let (client, near) = duplex(PIPE);
        let (far, server) = duplex(PIPE);
        let ((from_near, to_near), (from_far, to_far)) = (split(near), split(far));
        for (from, to, way) in [(from_near, to_far, Way::Up), (from_far, to_near, Way::Down)] {
            let ledger = self.ledger.clone();
            let count = move |bytes: &[u8]| {
                ledger.change(|counts| add(&mut counts.encrypted, bytes.len(), way));
                bytes.len()
            };
            tokio::spawn(pump(from, to, self.delay, count));
        }
        let name = ServerName::try_from(NAME)?;
        Ok(tokio::try_join!(self.connector.connect(name, client), self.acceptor.accept(server))?)
    }
}
