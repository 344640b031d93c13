//! The archive that a workbook is: every part that is read is verified and bounded.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::collector::syntax;
use crate::problem::Problem;

/// Most bytes that the parts of a workbook may unpack to, those that are read. A sheet whose million rows
/// are formatted takes some two hundred megabytes; it is read in a stream.
const MAX_UNPACKED: u64 = 512 << 20;

/// Most bytes of a part that is kept in memory.
const MAX_KEPT: u64 = 64 << 20;

/// Most bytes that one piece of XML may take: a tag, a text.
const MAX_PIECE: u64 = 1 << 20;

/// Most parts. A report's workbook has some twenty.
const MAX_PARTS: usize = 10_000;

/// The parts of a workbook by their names.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Names without regard to case, as Office compares them.
    parts: BTreeMap<String, usize>,
    left: u64,
}

/// A part, unpacked as it is read. Its checksum is verified when its end is read.
pub(super) struct Part<'a, 'b> {
    inner: BufReader<ZipFile<'a, Cursor<&'b [u8]>>>,
    left: &'a mut u64,
    piece: u64,
}

impl<'b> Archive<'b> {
    /// Opens an archive.
    ///
    /// # Errors
    /// When it is none, or when two of its parts have one name or one place.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Problem> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if zip.len() > MAX_PARTS {
            return Err(syntax(format!("more than {MAX_PARTS} parts")));
        }
        if zip.has_duplicate_names() {
            return Err(Problem::new("import-two-parts", "a name stands twice in the archive"));
        }
        if zip.has_overlapping_entries().map_err(damaged)? {
            return Err(Problem::new("import-two-parts", "two parts overlap in the archive"));
        }
        let mut parts = BTreeMap::new();
        for (index, name) in zip.file_names_raw().enumerate() {
            let name = folded(&String::from_utf8_lossy(name));
            if parts.insert(name.clone(), index).is_some() {
                let problem = Problem::new("import-two-parts", format!("{name} twice"));
                return Err(problem);
            }
        }
        Ok(Self { zip, parts, left: MAX_UNPACKED })
    }

    /// A part to be read in a stream; `None` when there is none of this name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part<'_, 'b>>, Problem> {
        let Some(index) = self.parts.get(&folded(name)) else { return Ok(None) };
        let file = self.zip.by_index(*index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                Problem::new("import-password", "a part is encrypted")
            }
            error => damaged(error),
        })?;
        Ok(Some(Part { inner: BufReader::new(file), left: &mut self.left, piece: MAX_PIECE }))
    }

    /// A part as a whole.
    pub(super) fn whole(&mut self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let Some(mut part) = self.part(name)? else { return Ok(None) };
        part.piece = MAX_KEPT;
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        Ok(Some(bytes))
    }
}

impl Part<'_, '_> {
    /// A new piece of XML begins.
    pub(super) fn begin_piece(&mut self) {
        self.piece = MAX_PIECE;
    }
}

impl Read for Part<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Part<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if *self.left == 0 || self.piece == 0 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        *self.left = self.left.saturating_sub(count as u64);
        self.piece = self.piece.saturating_sub(count as u64);
        self.inner.consume(count);
    }
}

/// A part that could not be read to its end.
pub(super) fn unreadable(error: &io::Error) -> Problem {
    if error.kind() == ErrorKind::FileTooLarge {
        let limit = format!("{} MiB", MAX_UNPACKED >> 20);
        return Problem::new("import-unpacks-too-large", error).arg("limit", limit);
    }
    damaged(error)
}

/// The problem of a file that has changed since it was written, or was cut off.
pub(super) fn damaged(error: impl std::fmt::Display) -> Problem {
    Problem::new("import-damaged", error)
}

/// Programs write `xl/SharedStrings.xml`, `\xl\workbook.xml`, `/xl/workbook.xml`.
fn folded(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}
