//! The door of a window: where other processes of its user ask it, without a port.
//!
//! It is a socket in the data directory, on Windows a named pipe. Only its owner can write to it, so no token is
//! needed.

use std::io;
use std::time::Duration;

use axum::serve::Listener;

use crate::data_dir::DataDir;

pub(crate) use system::{Door, knock};

/// How long the door waits after the system failed to open it.
const PAUSE: Duration = Duration::from_millis(50);

impl Listener for Door {
    type Io = system::Line;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.next().await {
                Ok(line) => return (line, ()),
                Err(error) => {
                    tracing::debug!(%error, "somebody came to the window's door and was not let in");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
mod system {
    use std::fs::{self, File};
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::{Path, PathBuf};

    use tokio::net::{UnixListener, UnixStream};

    use super::DataDir;
    use crate::durable::make_private;

    /// Longest path of a socket that every system takes, bytes (`sun_path` in unix(7): 108 with its end, and 104 on
    /// some).
    const LONGEST_PATH: usize = 103;

    pub(crate) type Line = UnixStream;

    /// A socket in the data directory.
    pub(crate) struct Door(UnixListener);

    impl Door {
        /// Whoever opens it has the window's lock, so a socket that is there is nobody's. It is made where only its
        /// owner can look, so that it is private before anybody can reach it.
        pub(crate) fn open(dir: &DataDir) -> io::Result<Self> {
            let apart = tempfile::tempdir_in(dir.path())?;
            let made = apart.path().join("door");
            let reachable = Reachable::at(&made)?;
            let listener = UnixListener::bind(&reachable.path)?;
            make_private(&made)?;
            fs::rename(&made, place(dir))?;
            Ok(Self(listener))
        }

        pub(super) async fn next(&mut self) -> io::Result<Line> {
            self.0.accept().await.map(|(line, _)| line)
        }
    }

    /// Goes to the door; an error where there is none.
    pub(crate) async fn knock(dir: &DataDir) -> io::Result<Line> {
        let reachable = Reachable::at(&place(dir))?;
        UnixStream::connect(&reachable.path).await
    }

    fn place(dir: &DataDir) -> PathBuf {
        dir.path().join("window.sock")
    }

    /// A path that is short enough for a socket.
    struct Reachable {
        path: PathBuf,
        /// Through which a long path is shortened.
        _folder: Option<File>,
    }

    impl Reachable {
        fn at(path: &Path) -> io::Result<Self> {
            let long = path.as_os_str().len() > LONGEST_PATH;
            let (Some(folder), Some(name), true) = (path.parent(), path.file_name(), long) else {
                return Ok(Self { path: path.to_owned(), _folder: None });
            };
            let folder = File::open(folder)?;
            let path = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
            Ok(Self { path, _folder: Some(folder) })
        }
    }
}

#[cfg(windows)]
mod system {
    use std::io;

    use tokio::net::windows::named_pipe::{
        ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
    };

    use super::DataDir;

    pub(crate) type Line = NamedPipeServer;

    /// A named pipe: its owner may write to it, and no other machine.
    pub(crate) struct Door {
        name: String,
        next: NamedPipeServer,
    }

    impl Door {
        pub(crate) fn open(dir: &DataDir) -> io::Result<Self> {
            let name = place(dir)?;
            // Whoever has made one of this name before is not asked.
            let next = ServerOptions::new().first_pipe_instance(true).create(&name)?;
            Ok(Self { name, next })
        }

        pub(super) async fn next(&mut self) -> io::Result<Line> {
            self.next.connect().await?;
            let next = ServerOptions::new().create(&self.name)?;
            Ok(std::mem::replace(&mut self.next, next))
        }
    }

    /// Goes to the door; an error where there is none.
    pub(crate) async fn knock(dir: &DataDir) -> io::Result<NamedPipeClient> {
        ClientOptions::new().open(place(dir)?)
    }

    /// The same for every spelling of the directory.
    fn place(dir: &DataDir) -> io::Result<String> {
        let path = dir.path().canonicalize()?;
        let digest = blake3::hash(path.to_string_lossy().as_bytes()).to_hex();
        Ok(format!(r"\\.\pipe\hopluu-window-{digest}"))
    }
}
