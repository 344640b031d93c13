//! A disk whose power can be cut, under the real program.
//!
//! [`disk::Disk`] is a file system in memory that keeps apart what has been synced and what has not, as a
//! page cache and a disk do. [`mount::Mounted`] puts it into the machine's tree through FUSE, so that any
//! program can lie on it. When the power goes, every operation answers `EIO`; when it comes back, what
//! was not synced is gone, or torn, or there: by the dice.
//!
//! Linux only, and only where `/dev/fuse` may be used; see README.md.

#![cfg(target_os = "linux")]

pub mod contents;
pub mod dice;
pub mod disk;
pub mod mount;
