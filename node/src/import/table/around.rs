//! What lies over cells: merged areas, and comments. Both are known when the whole sheet has been read.

use super::{Placed, Table, name_of};
use crate::problem::Problem;

/// A rectangle of cells, from 0, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Area {
    pub(in super::super) rows: (u32, u32),
    pub(in super::super) columns: (u32, u32),
}

impl std::fmt::Display for Area {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let first = name_of(self.rows.0, self.columns.0);
        write!(f, "{first}:{}", name_of(self.rows.1, self.columns.1))
    }
}

impl Table<'_, '_> {
    /// Merged cells over values, ids or their headings: which row the one value is for cannot be said.
    pub(super) fn check_merges(&mut self) {
        for area in std::mem::take(&mut self.merges) {
            let over = |column: u32| area.columns.0 <= column && column <= area.columns.1;
            let wide = area.columns.0 != area.columns.1;
            let within = |row: u32| area.rows.0 <= row && row <= area.rows.1;
            let top = self
                .tops
                .iter()
                .find(|top| within(top.row) && wide && (over(top.id) || over(top.value)));
            if let Some(top) = top {
                let place = self.place(top.row);
                let problem = Problem::new("import-merged-heading", area);
                self.out.complain(place, problem.arg("area", area));
                continue;
            }
            let from = self.placed.partition_point(|placed| placed.row < area.rows.0);
            let row = self
                .placed
                .iter()
                .skip(from)
                .take_while(|placed| within(placed.row))
                .find(|placed| over(placed.columns.value) || over(placed.columns.id));
            if let Some(placed) = row {
                let place = self.cell(placed.row, placed.columns.value);
                let problem = Problem::new("import-merged", area).arg("area", area);
                self.out.complain(place, problem.at_indicator(&placed.id));
            }
        }
    }

    /// Tells of comments on cells that were read: nothing of them is taken.
    pub(super) fn tell_comments(&mut self) {
        let comments = std::mem::take(&mut self.comments);
        let on = |placed: &Placed, column: u32| placed.columns.has(column);
        let told: Vec<(u32, u32)> = comments
            .into_iter()
            .filter(|(row, column)| {
                let at = self.placed.partition_point(|placed| placed.row < *row);
                let placed = self.placed.get(at).filter(|placed| placed.row == *row);
                placed.is_some_and(|placed| on(placed, *column))
            })
            .collect();
        let Some((row, column)) = told.first().copied() else { return };
        let names: Vec<String> =
            told.iter().take(5).map(|(row, column)| name_of(*row, *column)).collect();
        let more = told.len().saturating_sub(names.len());
        let problem = Problem::new("import-comments", format!("{} comments", told.len()));
        let problem = problem.arg("count", told.len()).arg("cells", names.join(", "));
        let place = self.cell(row, column);
        self.out.remark(place, problem.arg("more", more));
    }
}
