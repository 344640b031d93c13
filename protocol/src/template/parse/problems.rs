//! Collecting problems, with the lines that they stand in.

use std::ops::Range;

use crate::template::{TemplateProblem, TemplateProblemKind};

/// Most problems that are listed: a template with more is not the file that somebody meant.
const MAX_PROBLEMS: usize = 1_000;

/// The problems found so far in one source.
pub(super) struct Problems {
    /// Where each line begins, in bytes.
    line_starts: Vec<usize>,
    found: Vec<TemplateProblem>,
    /// The line of the last problem that is not listed, if there is one.
    not_listed: Option<usize>,
}

impl Problems {
    pub(super) fn in_source(source: &str) -> Self {
        let after_breaks = source.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let line_starts = std::iter::once(0).chain(after_breaks.map(|(at, _)| at + 1)).collect();
        Self { line_starts, found: Vec::new(), not_listed: None }
    }

    /// The line of a place in the source, from 1.
    pub(super) fn line_at(&self, span: &Range<usize>) -> usize {
        self.line_starts.partition_point(|start| *start <= span.start).max(1)
    }

    /// The line of a place, from 1, and where it begins.
    pub(super) fn line_start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|at| self.line_starts.get(at)).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, line: usize, row: Option<&str>, kind: TemplateProblemKind) {
        if self.found.len() < MAX_PROBLEMS {
            self.found.push(TemplateProblem { line, row: row.map(str::to_owned), kind });
        } else {
            self.not_listed = Some(line);
        }
    }

    /// All problems in the order of lines; warnings among them.
    pub(super) fn into_sorted(mut self) -> Vec<TemplateProblem> {
        self.found.sort_by_key(|problem| problem.line);
        let kind = TemplateProblemKind::TooManyProblems;
        self.found.extend(self.not_listed.map(|line| TemplateProblem { line, row: None, kind }));
        self.found
    }
}
