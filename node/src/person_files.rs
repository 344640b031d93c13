//! Files that people name: read within a bound, written whole or not at all.

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

use crate::import::MAX_FILE_BYTES;
use crate::problem::{Place, Problem, Reason, Refusal};

/// A file's bytes, or standard input's for `-`. Larger ones than any import takes are not read.
pub(crate) fn read_input(file: &Path) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let limit = MAX_FILE_BYTES as u64 + 1;
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let kind = match error.kind() {
                ErrorKind::IsADirectory => "directory",
                ErrorKind::NotFound => "missing",
                ErrorKind::PermissionDenied => "forbidden",
                _ => "other",
            };
            let problem =
                Problem::new("file-unreadable", &error).arg("kind", kind).arg("what", error);
            Err(Refusal::new(Reason::Invalid, problem.at(of_file(file))))
        }
    }
}

pub(crate) fn of_file(file: &Path) -> Place {
    Place { file: Some(file.display().to_string()), ..Place::default() }
}

/// Writes a file whole or not at all; an older one of this name is replaced only by a whole one.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut temporary = temporary_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path)?;
    Ok(())
}

/// Reports are to be passed on: unlike other temporary files, others may read them.
#[cfg(unix)]
fn temporary_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let readable = std::fs::Permissions::from_mode(0o644);
    tempfile::Builder::new().permissions(readable).tempfile_in(folder)
}

/// What others may read follows from the folder.
#[cfg(not(unix))]
fn temporary_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::{assert_told_in_full, in_vietnamese};

    #[test]
    fn a_file_that_is_not_there_is_told_without_the_systems_english() {
        let dir = tempfile::tempdir().unwrap();
        for (path, words) in [
            (dir.path().join("q1.xlsx"), "Không có tệp này."),
            (dir.path().to_owned(), "Đây là một thư mục"),
        ] {
            let refusal = read_input(&path).unwrap_err();
            assert_told_in_full(&refusal.problems[0]);
            let told = in_vietnamese(&refusal.problems[0]);
            assert!(told.contains(words) && !told.contains("os error"), "{told}");
        }
    }
}
