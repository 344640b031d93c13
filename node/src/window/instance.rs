//! One window for each data directory. Whoever starts a second one is shown the first.
//!
//! The window that is there holds a lock in the data directory and listens beside it: at a socket, on Windows at a
//! named pipe. Libraries for this go by the program's name; here two offices on one machine have a window each.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};

use crate::data_dir::DataDir;
use crate::durable::make_folder;
use crate::problem::{Problem, Reason, Refusal};

/// How long the window that is there may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is asked.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest word between two starts, bytes.
const LONGEST: u64 = 64 * 1024;

/// What a start asks of the window that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// A file to be opened, if one was named.
    pub open: Option<PathBuf>,
}

/// How a start ends.
pub enum Start {
    /// This is the first: it may open a window.
    First(First),
    /// There is a window, and it has been asked.
    Second,
}

/// The first start over a data directory, for as long as it lives.
pub struct First {
    _lock: File,
    door: Option<door::Door>,
}

/// Starts over a data directory.
///
/// # Errors
/// When the directory cannot be made, or its window does not answer.
pub async fn start(dir: &DataDir, ask: &Ask) -> Result<Start, Refusal> {
    let failed = |error: std::io::Error| {
        let problem = Problem::new("window-folder", format!("{}: {error}", dir.path().display()));
        let problem = problem.arg("path", dir.path().display()).arg("what", error);
        Refusal::new(Reason::Failed, problem)
    };
    make_folder(dir.path()).map_err(failed)?;
    let path = dir.path().join("window.lock");
    let lock =
        File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            // It may be about to open its door, or about to end.
            Err(TryLockError::WouldBlock) => {}
        }
        if matches!(tokio::time::timeout(PATIENCE, asked(dir, ask)).await, Ok(Ok(()))) {
            return Ok(Start::Second);
        }
        if tokio::time::Instant::now() > deadline {
            let path = dir.path().display();
            let problem = Problem::new("window-hangs", format!("the window of {path} is silent"));
            return Err(Refusal::new(Reason::Failed, problem.arg("path", path)));
        }
        tokio::time::sleep(PAUSE).await;
    }
    let door = door::Door::open(dir)
        .inspect_err(|error| tracing::warn!(%error, "a second start will not find this window"))
        .ok();
    Ok(Start::First(First { _lock: lock, door }))
}

impl First {
    /// What the next start asks. Pends for ever where nobody can ask.
    pub async fn next_ask(&mut self) -> Ask {
        loop {
            let Some(door) = &mut self.door else { return std::future::pending().await };
            let heard = async {
                let mut line = door.next().await?;
                tokio::time::timeout(PATIENCE, hear(&mut line)).await?
            };
            match heard.await {
                Ok(ask) => return ask,
                Err(error) => {
                    tracing::debug!(%error, "somebody came to the window's door and said nothing");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

async fn asked(dir: &DataDir, ask: &Ask) -> std::io::Result<()> {
    let mut line = door::knock(dir).await?;
    let mut text = serde_json::to_vec(ask)?;
    text.push(b'\n');
    line.write_all(&text).await?;
    line.flush().await?;
    let mut answer = [0];
    line.read_exact(&mut answer).await?;
    Ok(())
}

async fn hear(line: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> std::io::Result<Ask> {
    let mut text = Vec::new();
    BufReader::new((&mut *line).take(LONGEST)).read_until(b'\n', &mut text).await?;
    let ask = serde_json::from_slice(&text)?;
    line.write_all(b"!").await?;
    line.flush().await?;
    Ok(ask)
}

#[cfg(unix)]
mod door {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::PathBuf;

    use tokio::net::{UnixListener, UnixStream};

    use crate::data_dir::DataDir;
    use crate::durable::make_private;

    /// Longest address that a socket can have, bytes.
    const LONGEST: usize = 107;
    const NAME: &str = "window.sock";

    /// A socket in the data directory: whoever may not look into it may not ask.
    pub(super) struct Door(UnixListener);

    impl Door {
        /// Whoever opens it holds the lock, so a socket that is there is nobody's.
        pub(super) fn open(dir: &DataDir) -> io::Result<Self> {
            let place = Place::of(dir)?;
            match std::fs::remove_file(&place.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&place.path)?;
            make_private(&place.path)?;
            Ok(Self(listener))
        }

        pub(super) async fn next(&mut self) -> io::Result<UnixStream> {
            self.0.accept().await.map(|(line, _)| line)
        }
    }

    pub(super) async fn knock(dir: &DataDir) -> io::Result<UnixStream> {
        let place = Place::of(dir)?;
        UnixStream::connect(&place.path).await
    }

    /// Where the socket is, as long as this lives.
    struct Place {
        path: PathBuf,
        _folder: Option<File>,
    }

    impl Place {
        /// A folder whose path is too long for a socket's address goes by the number under which this process has it open.
        fn of(dir: &DataDir) -> io::Result<Self> {
            let path = dir.path().join(NAME);
            if path.as_os_str().len() <= LONGEST || !cfg!(target_os = "linux") {
                return Ok(Self { path, _folder: None });
            }
            let folder = File::open(dir.path())?;
            let path = PathBuf::from(format!("/proc/self/fd/{}/{NAME}", folder.as_raw_fd()));
            Ok(Self { path, _folder: Some(folder) })
        }
    }
}

#[cfg(windows)]
mod door {
    use std::io;

    use tokio::net::windows::named_pipe::{
        ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
    };

    use crate::data_dir::DataDir;

    /// A named pipe: its owner may write to it, and no other machine.
    pub(super) struct Door {
        name: String,
        next: NamedPipeServer,
    }

    impl Door {
        pub(super) fn open(dir: &DataDir) -> io::Result<Self> {
            let name = place(dir)?;
            // Whoever has made one of this name before is not asked.
            let next = ServerOptions::new().first_pipe_instance(true).create(&name)?;
            Ok(Self { name, next })
        }

        pub(super) async fn next(&mut self) -> io::Result<NamedPipeServer> {
            self.next.connect().await?;
            let next = ServerOptions::new().create(&self.name)?;
            Ok(std::mem::replace(&mut self.next, next))
        }
    }

    pub(super) async fn knock(dir: &DataDir) -> io::Result<NamedPipeClient> {
        ClientOptions::new().open(place(dir)?)
    }

    /// The same for every spelling of the directory.
    fn place(dir: &DataDir) -> io::Result<String> {
        let path = dir.path().canonicalize()?;
        let digest = blake3::hash(path.to_string_lossy().as_bytes()).to_hex();
        Ok(format!(r"\\.\pipe\hopluu-window-{digest}"))
    }
}
