//! Files on a disk that does not give all of them back.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// What a disk reads at once at least.
const SECTOR_BYTES: usize = 4096;

/// Reads a file. What the disk does not give back is zeros; the rest is where it was.
///
/// # Errors
/// When the file is not there or may not be read.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if is_of_the_disk(&error) => {
            tracing::warn!(%error, path = %path.display(), "the disk does not give all of a file back");
            let length = fs::metadata(path)?.len();
            Ok(read_some(&mut File::open(path)?, usize::try_from(length).unwrap_or(usize::MAX)))
        }
        outcome => outcome,
    }
}

/// Copies a file. What the disk does not give back is zeros in the copy.
///
/// # Errors
/// When the file is not there or may not be read, or when the copy cannot be written.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if is_bad(from) {
        return fs::write(to, read(from)?);
    }
    fs::copy(from, to).map(drop)
}

/// Whether a disk does not give all of a file back.
pub(super) fn is_bad(path: &Path) -> bool {
    let copied = File::open(path).and_then(|mut file| io::copy(&mut file, &mut io::sink()));
    copied.is_err_and(|error| is_of_the_disk(&error))
}

fn is_of_the_disk(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::IsADirectory
            | ErrorKind::NotADirectory
    )
}

fn read_some(file: &mut (impl Read + Seek), length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for (index, sector) in bytes.chunks_mut(SECTOR_BYTES).enumerate() {
        let begins = SeekFrom::Start((index * SECTOR_BYTES) as u64);
        if file.seek(begins).and_then(|_| file.read_exact(sector)).is_err() {
            sector.fill(0);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A disk with one sector that does not read.
    struct Worn(Cursor<Vec<u8>>, usize);

    impl Read for Worn {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.position() as usize / SECTOR_BYTES == self.1 {
                return Err(io::Error::other("worn"));
            }
            self.0.read(into)
        }
    }

    impl Seek for Worn {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn a_sector_that_does_not_read_costs_itself() {
        let whole: Vec<u8> = (0..3 * SECTOR_BYTES + 100).map(|at| at as u8 | 1).collect();
        for bad in 0..4 {
            let read = read_some(&mut Worn(Cursor::new(whole.clone()), bad), whole.len());
            for (at, (found, wanted)) in read.iter().zip(&whole).enumerate() {
                assert_eq!(*found, if at / SECTOR_BYTES == bad { 0 } else { *wanted }, "{at}");
            }
        }
    }
}
