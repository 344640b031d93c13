//! TCP connections, carried through TLS to count what it adds.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, sleep_until, timeout};

use super::framing::Parser;
use super::tls::Tunnels;
use super::{Framing, Ledger, Way, add};

/// Reads under way in one direction.
const UNDER_WAY: usize = 1024;

/// How long what went over before a cut may take to arrive.
const DRAIN: Duration = Duration::from_millis(50);

/// Bytes of one read.
const READ: usize = 65_536;

/// Accepts connections and carries each.
pub(super) async fn carry(
    address: SocketAddr,
    server: SocketAddr,
    framing: Framing,
    delay: Duration,
    ledger: Arc<Ledger>,
) -> Result<JoinHandle<()>> {
    let listener = TcpListener::bind(address).await?;
    let tunnels = Tunnels::new(delay, ledger.clone())?;
    let carrying = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            ledger.opened();
            let (ledger, tunnels) = (ledger.clone(), tunnels.clone());
            tokio::spawn(async move {
                let mut cut = ledger.cut.subscribe();
                let epoch = *cut.borrow_and_update();
                let carrying = connection(client, server, framing, delay, epoch, &ledger, &tunnels);
                tokio::pin!(carrying);
                tokio::select! {
                    // What went over before the cut arrives.
                    _ = cut.changed() => drop(timeout(DRAIN, &mut carrying).await),
                    _ = &mut carrying => {}
                }
                // Dropping the sockets resets what was under way.
            });
        }
    });
    Ok(carrying)
}

async fn connection(
    client: TcpStream,
    server: SocketAddr,
    framing: Framing,
    delay: Duration,
    epoch: u64,
    ledger: &Arc<Ledger>,
    tunnels: &Tunnels,
) -> Result<()> {
    // What TCP's own handshake takes.
    sleep(2 * delay).await;
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (tls_client, tls_server) = tunnels.open().await?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (out_client, in_client) = tokio::io::split(tls_client);
    let (out_server, in_server) = tokio::io::split(tls_server);
    let mut up =
        Counter { parser: Parser::new(framing), ledger: ledger.clone(), way: Way::Up, epoch };
    let mut down =
        Counter { parser: Parser::new(framing), ledger: ledger.clone(), way: Way::Down, epoch };
    // The delay is inside the tunnel, where TLS feels it too.
    let at_once = Duration::ZERO;
    tokio::try_join!(
        pump(from_client, in_client, at_once, |bytes| up.count(bytes)),
        pump(out_server, to_server, at_once, <[u8]>::len),
        pump(from_server, in_server, at_once, |bytes| down.count(bytes)),
        pump(out_client, to_client, at_once, <[u8]>::len),
    )?;
    Ok(())
}

/// Counts one direction of a connection.
struct Counter {
    parser: Parser,
    ledger: Arc<Ledger>,
    way: Way,
    epoch: u64,
}

impl Counter {
    /// Says how many of them go over.
    fn count(&mut self, bytes: &[u8]) -> usize {
        let carried = self.ledger.carry(bytes.len(), self.way, self.epoch);
        let found = self.parser.read(&bytes[..carried]);
        self.ledger.change(|counts| {
            add(&mut counts.application, found.bytes, self.way);
            add(&mut counts.messages, found.messages, self.way);
        });
        carried
    }
}

/// Carries one direction to its end, or until `carried` says that fewer bytes than were read go over.
pub(super) async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    delay: Duration,
    mut carried: impl FnMut(&[u8]) -> usize,
) -> Result<()> {
    let (sent, mut under_way) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
    let reading = async {
        let mut buffer = vec![0; READ];
        loop {
            let length = from.read(&mut buffer).await?;
            if length == 0 {
                break;
            }
            let bytes = &buffer[..length];
            let carried = carried(bytes);
            let sending = sent.send((Instant::now(), bytes[..carried].to_vec()));
            if sending.await.is_err() || carried < length {
                break;
            }
        }
        drop(sent);
        anyhow::Ok(())
    };
    let writing = async {
        while let Some((at, bytes)) = under_way.recv().await {
            if !delay.is_zero() {
                sleep_until((at + delay).into()).await;
            }
            to.write_all(&bytes).await?;
            to.flush().await?;
        }
        to.shutdown().await?;
        anyhow::Ok(())
    };
    tokio::try_join!(reading, writing)?;
    Ok(())
}
