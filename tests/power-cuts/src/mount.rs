//! The disk in the machine's tree, through FUSE.
//!
//! Nothing is cached by the kernel: every read and write comes here, so that there is one page cache, ours.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem,
    FopenFlags, Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr,
    ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs,
    ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use tempfile::TempDir;

use crate::contents::Contents;
use crate::disk::{Disk, Failure, Folder, Kind, Moment, Node, Number, Survival, Trouble};

/// The kernel asks again every time.
const UNCACHED: Duration = Duration::ZERO;

/// A disk that programs can lie on. Unmounted when dropped.
#[derive(Debug)]
pub struct Mounted {
    shared: Arc<Shared>,
    session: Option<BackgroundSession>,
    place: TempDir,
}

#[derive(Debug, Default)]
struct Shared {
    disk: Mutex<Disk>,
    /// Told when the power goes.
    dark: Condvar,
}

impl Mounted {
    /// Mounts an empty disk in a folder of its own. Whoever may not mount is told why.
    ///
    /// # Errors
    /// When there is no `/dev/fuse` or this user may not mount.
    pub fn new() -> io::Result<Self> {
        let place = tempfile::tempdir()?;
        let shared = Arc::<Shared>::default();
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("hopluu-power-cuts".to_owned())];
        let session = fuser::spawn_mount2(Front(Arc::clone(&shared)), place.path(), &config)?;
        Ok(Self { shared, session: Some(session), place })
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// The disk itself.
    pub fn disk(&self) -> MutexGuard<'_, Disk> {
        self.shared.disk()
    }

    /// Has the power go at some moment from now on.
    pub fn cut_at(&self, moment: Moment) {
        self.disk().cut_at(moment);
    }

    /// Takes the power away now.
    pub fn cut(&self) {
        self.disk().cut();
        self.shared.dark.notify_all();
    }

    /// Whether the power is on.
    pub fn has_power(&self) -> bool {
        self.disk().has_power()
    }

    /// Gives the power back. Processes that lay on the disk must be gone.
    pub fn power_on(&self, survival: Survival) {
        self.disk().power_on(survival);
    }

    /// Something goes wrong with the disk, or is well again.
    pub fn trouble(&self, trouble: Trouble) {
        self.disk().trouble(trouble);
    }

    /// Waits until the power goes, or until `limit` has passed. Returns whether it went.
    pub fn wait_for_dark(&self, limit: Duration) -> bool {
        let powered = |disk: &mut Disk| disk.has_power();
        let waited = self.shared.dark.wait_timeout_while(self.disk(), limit, powered);
        !waited.unwrap_or_else(PoisonError::into_inner).0.has_power()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // A disk that something still lies on stays mounted until that is gone.
            drop(session.umount_and_join());
        }
    }
}

impl Shared {
    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the disk, and tells those who wait when that took the power away.
    fn with<T>(&self, work: impl FnOnce(&mut Disk) -> Result<T, Failure>) -> Result<T, Errno> {
        let mut disk = self.disk();
        let outcome = work(&mut disk);
        if !disk.has_power() {
            self.dark.notify_all();
        }
        outcome.map_err(errno)
    }
}

fn errno(failure: Failure) -> Errno {
    match failure {
        Failure::Exists => Errno::EEXIST,
        Failure::Full => Errno::ENOSPC,
        Failure::Io => Errno::EIO,
        Failure::Kind => Errno::EISDIR,
        Failure::NotFound => Errno::ENOENT,
        Failure::NotEmpty => Errno::ENOTEMPTY,
        Failure::ReadOnly => Errno::EROFS,
    }
}

/// What FUSE speaks to.
struct Front(Arc<Shared>);

fn attributes(request: &Request, number: Number, node: &Node) -> FileAttr {
    let (kind, size) = match &node.kind {
        Kind::File(contents) => (FileType::RegularFile, contents.len() as u64),
        Kind::Folder(_) => (FileType::Directory, 0),
    };
    FileAttr {
        ino: INodeNo(number),
        size,
        blocks: size.div_ceil(512),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind,
        perm: node.mode,
        nlink: 1,
        uid: request.uid(),
        gid: request.gid(),
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn mode_of(mode: u32) -> u16 {
    u16::try_from(mode & 0o7777).unwrap_or(0o600)
}

impl Front {
    fn entry(
        &self,
        request: &Request,
        work: impl FnOnce(&mut Disk) -> Result<Number, Failure>,
    ) -> Result<FileAttr, Errno> {
        self.0.with(|disk| {
            let number = work(disk)?;
            Ok(attributes(request, number, disk.node(number)?))
        })
    }
}

/// Answers with an entry, or with the error.
fn answer_entry(outcome: Result<FileAttr, Errno>, reply: ReplyEntry) {
    match outcome {
        Ok(attributes) => reply.entry(&UNCACHED, &attributes, Generation(0)),
        Err(error) => reply.error(error),
    }
}

/// Answers that it is done, or with the error.
fn answer(outcome: Result<(), Errno>, reply: ReplyEmpty) {
    match outcome {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

impl Filesystem for Front {
    fn lookup(&self, request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        answer_entry(self.entry(request, |disk| disk.lookup(parent.0, name)), reply);
    }

    fn getattr(&self, request: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.entry(request, |_| Ok(ino.0)) {
            Ok(attributes) => reply.attr(&UNCACHED, &attributes),
            Err(error) => reply.error(error),
        }
    }

    fn setattr(
        &self,
        request: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<std::time::SystemTime>,
        _fh: Option<FileHandle>,
        _crtime: Option<std::time::SystemTime>,
        _chgtime: Option<std::time::SystemTime>,
        _bkuptime: Option<std::time::SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let set = self.entry(request, |disk| {
            if let Some(mode) = mode {
                disk.set_mode(ino.0, mode_of(mode))?;
            }
            if let Some(size) = size {
                disk.set_len(ino.0, usize_of(size))?;
            }
            Ok(ino.0)
        });
        match set {
            Ok(attributes) => reply.attr(&UNCACHED, &attributes),
            Err(error) => reply.error(error),
        }
    }

    fn mkdir(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        umask: u32,
        reply: ReplyEntry,
    ) {
        let node = Node { mode: mode_of(mode & !umask), kind: Kind::Folder(Folder::default()) };
        answer_entry(self.entry(request, |disk| disk.make(parent.0, name, node)), reply);
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(self.0.with(|disk| disk.remove(parent.0, name)), reply);
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(self.0.with(|disk| disk.remove(parent.0, name)), reply);
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if flags.contains(RenameFlags::RENAME_EXCHANGE) {
            return reply.error(Errno::EINVAL);
        }
        let keep = flags.contains(RenameFlags::RENAME_NOREPLACE);
        let (from, to) = ((parent.0, name), (newparent.0, newname));
        answer(self.0.with(|disk| disk.rename(from, to, keep)), reply);
    }

    fn link(
        &self,
        request: &Request,
        ino: INodeNo,
        newparent: INodeNo,
        newname: &OsStr,
        reply: ReplyEntry,
    ) {
        let linked = self.entry(request, |disk| {
            disk.link(ino.0, newparent.0, newname)?;
            Ok(ino.0)
        });
        answer_entry(linked, reply);
    }

    fn open(&self, _: &Request, ino: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        match self.0.with(|disk| disk.node(ino.0).map(|_| ())) {
            Ok(()) => reply.opened(FileHandle(0), FopenFlags::FOPEN_DIRECT_IO),
            Err(error) => reply.error(error),
        }
    }

    fn create(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        let node = Node { mode: mode_of(mode & !umask), kind: Kind::File(Contents::default()) };
        match self.entry(request, |disk| disk.make(parent.0, name, node)) {
            Ok(attributes) => reply.created(
                &UNCACHED,
                &attributes,
                Generation(0),
                FileHandle(0),
                FopenFlags::FOPEN_DIRECT_IO,
            ),
            Err(error) => reply.error(error),
        }
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let read = self.0.with(|disk| match &disk.node(ino.0)?.kind {
            Kind::File(contents) => {
                Ok(contents.read(usize_of(offset), usize_of(size.into())).to_vec())
            }
            Kind::Folder(_) => Err(Failure::Kind),
        });
        match read {
            Ok(bytes) => reply.data(&bytes),
            Err(error) => reply.error(error),
        }
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.0.with(|disk| disk.write(ino.0, usize_of(offset), data)) {
            Ok(()) => reply.written(u32::try_from(data.len()).unwrap_or(u32::MAX)),
            Err(error) => reply.error(error),
        }
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _data: bool, reply: ReplyEmpty) {
        answer(self.0.with(|disk| disk.sync(ino.0)), reply);
    }

    fn fsyncdir(&self, _: &Request, ino: INodeNo, _: FileHandle, _data: bool, reply: ReplyEmpty) {
        answer(self.0.with(|disk| disk.sync(ino.0)), reply);
    }

    fn readdir(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let names = self.0.with(|disk| match &disk.node(ino.0)?.kind {
            Kind::Folder(folder) => {
                let mut names = Vec::new();
                for (name, number) in folder.names() {
                    let kind = match disk.node(number)?.kind {
                        Kind::File(_) => FileType::RegularFile,
                        Kind::Folder(_) => FileType::Directory,
                    };
                    names.push((name.to_owned(), number, kind));
                }
                Ok(names)
            }
            Kind::File(_) => Err(Failure::Kind),
        });
        match names {
            Ok(names) => {
                for (place, (name, number, kind)) in (1..).zip(names).skip(usize_of(offset)) {
                    if reply.add(INodeNo(number), place, kind, name) {
                        break;
                    }
                }
                reply.ok();
            }
            Err(error) => reply.error(error),
        }
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let free = self.0.disk().free() / 4096;
        reply.statfs(1 << 24, free, free, 1 << 20, 1 << 20, 4096, 255, 4096);
    }
}
