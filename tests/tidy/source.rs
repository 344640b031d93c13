//! Looking at source files as text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use hopluu_tests::repository;

/// A source file.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    text: String,
}

impl SourceFile {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// Numbered lines of code: no comments, and nothing after the test module begins.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.starts_with("tests/")
            || self.path.ends_with("conformance.rs")
            || ["/tests", "/examples/"].iter().any(|folder| self.path.contains(folder));
        self.text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .filter(move |(_, line)| !is_test && !line.trim_start().starts_with("//"))
    }

    /// The texts that `code()` methods give: arms of the form `… => "some-code",`.
    pub(crate) fn error_codes(&self) -> Vec<(usize, &str)> {
        let mut codes = Vec::new();
        let mut inside = false;
        for (number, line) in self.code() {
            if line.contains("fn code(&self) -> &'static str") {
                inside = true;
            } else if inside && line == "    }" {
                inside = false;
            } else if inside {
                codes.extend(string_literals(line).into_iter().map(|code| (number, code)));
            }
        }
        codes
    }

    /// What `Problem::new(…)` is given for a code: a literal with its quotation marks, or an expression.
    pub(crate) fn problem_codes(&self) -> Vec<(usize, &str)> {
        let mut codes = Vec::new();
        let mut lines = self.code().peekable();
        while let Some((number, line)) = lines.next() {
            for call in line.split("Problem::new(").skip(1) {
                // rustfmt may put the arguments on lines of their own.
                let given = match call.trim() {
                    "" => lines.peek().map_or("", |(_, next)| next.trim()),
                    given => given,
                };
                codes.push((number, given.split(',').next().unwrap_or_default()));
            }
        }
        codes
    }
}

/// The text between quotation marks in a line, as far as one line shows it.
pub(crate) fn string_literals(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

/// Whether a word reads like a test's name: a sentence.
pub(crate) fn is_test_name(word: &str) -> bool {
    let parts = word.split('_').count();
    parts > 3 && word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// All Rust files that git knows or would add, below a folder.
pub(crate) fn rust_files(below: &str) -> Vec<SourceFile> {
    let files: Vec<SourceFile> = tracked()
        .into_iter()
        .filter(|path| path.starts_with(below) && path.ends_with(".rs"))
        .filter_map(|path| {
            let text = std::fs::read_to_string(repository().join(&path)).ok()?;
            Some(SourceFile { path, text })
        })
        .collect();
    assert!(!files.is_empty(), "no source files below `{below}`");
    files
}

/// All folders with files in them, and the folders above them, without hidden ones and those within a
/// corpus, which are named after the targets.
pub(crate) fn folders() -> BTreeSet<String> {
    tracked()
        .iter()
        .flat_map(|path| Path::new(path).ancestors().skip(1))
        .map(|folder| folder.to_string_lossy().into_owned())
        .filter(|folder| !folder.is_empty() && !folder.starts_with('.'))
        .filter(|folder| !folder.contains("/corpus/"))
        .collect()
}

fn tracked() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "git ls-files failed: the tests run in a checkout");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The messages of a Fluent catalogue with the arguments that each names.
pub(crate) fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((code, _)) = line.split_once(" =")
            && !line.starts_with(' ')
        {
            assert!(messages.insert(code.to_owned(), BTreeSet::new()).is_none(), "`{code}` twice");
            current = Some(code.to_owned());
        }
        let Some(arguments) = current.as_ref().and_then(|code| messages.get_mut(code)) else {
            continue;
        };
        for rest in line.split('$').skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
            arguments.insert(rest[..end.unwrap_or(rest.len())].to_owned());
        }
    }
    messages
}
