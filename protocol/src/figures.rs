//! What a report holds at one moment, apart from how it came to be: the input of consolidation and the
//! thing that a submission's digest is made of.

use std::collections::BTreeMap;

use crate::documents::text_figures;
use crate::id::{IndicatorId, SectionId, UnitKindId};
use crate::number::check_value;
use crate::template::Template;
use crate::value::CellValue;

/// A report's cells, notes and texts at one set of heads. Only what has been reported is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Typed values. A cell in open conflict is here with the value that automerge picks; a report with
    /// an open conflict cannot be submitted.
    pub cells: BTreeMap<IndicatorId, CellValue>,
    /// Notes to cells (Ghi chú), NFC, without empty ones.
    pub notes: BTreeMap<IndicatorId, String>,
    /// Texts of sections, NFC, without empty ones.
    pub texts: BTreeMap<SectionId, String>,
    /// The cells that the figures within a text show, in the order of their letters
    /// ([`text_figures::LETTER`]). Only texts with a figure are here.
    pub shown: BTreeMap<SectionId, Vec<Option<IndicatorId>>>,
}

/// What a report holds, as a form has a place for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// What the form has, and what its rows can hold.
    pub counted: Figures,
    /// What the form does not have for this unit: an earlier version of it had. Kept, never counted.
    pub apart: Figures,
    /// Values of rows that cannot hold them: an earlier version had the rows of another type. They count as
    /// not reported until they are typed again.
    pub misfits: BTreeMap<IndicatorId, CellValue>,
}

impl Figures {
    /// The same with the figures within texts in words.
    #[must_use]
    pub fn written_out(mut self, word: impl Fn(&IndicatorId) -> String) -> Self {
        for (id, cells) in std::mem::take(&mut self.shown) {
            if let Some(text) = self.texts.get_mut(&id) {
                *text = text_figures::in_words(text, &cells, &word);
            }
        }
        self
    }

    /// Sorts what a unit of a kind reported into a form that it may not have been typed into.
    pub fn placed_in(mut self, form: &Template, kind: &UnitKindId) -> Placed {
        let rows: BTreeMap<_, _> = form.typed_by(kind).map(|row| (&row.id, row)).collect();
        let mut placed = Placed::default();
        for (id, value) in self.cells {
            match rows.get(&id) {
                None => placed.apart.cells.insert(id, value),
                Some(row) if check_value(&value, row).is_err() => placed.misfits.insert(id, value),
                Some(_) => placed.counted.cells.insert(id, value),
            };
        }
        for (id, note) in self.notes {
            let side = if rows.contains_key(&id) { &mut placed.counted } else { &mut placed.apart };
            side.notes.insert(id, note);
        }
        let sections: Vec<&SectionId> = form.written_by(kind).map(|section| &section.id).collect();
        for (id, text) in self.texts {
            let is_there = sections.contains(&&id);
            let side = if is_there { &mut placed.counted } else { &mut placed.apart };
            if let Some(cells) = self.shown.remove(&id) {
                side.shown.insert(id.clone(), cells);
            }
            side.texts.insert(id, text);
        }
        placed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPES: [&str; 5] = [
        "\"count\"",
        "\"decimal\"\ndecimals = 2",
        "\"flag\"",
        "\"choice\"\nchoices = [\"0=Chưa\", \"1=Xong\"]",
        "\"percent\"",
    ];

    /// A form of one section with rows of these types, typed by communes or by others.
    fn form(rows: &[(usize, bool)], writes: bool) -> Template {
        let kind = |ours: bool| if ours { "commune" } else { "town" };
        let mut source = format!(
            "id = \"t\"\nversion = 1\ntitle = \"T\"\nsubject = \"S\"\n\
             period = {{ first_day = 15, last_day = 14, deadline_working_days = 2 }}\n\
             unit_kind = [{{ id = \"commune\", label = \"X\", level = \"commune\" }}, \
             {{ id = \"town\", label = \"T\", level = \"hub\" }}]\n[[section]]\nid = \"i\"\n\
             number = \"I\"\ntitle = \"I\"\nreporters = [\"{}\"]\n",
            kind(writes)
        );
        for (number, (value_type, ours)) in rows.iter().enumerate() {
            source += &format!(
                "[[auxiliary]]\nid = \"r.{number}\"\nlabel = \"R\"\nunit = \"U\"\n\
                 type = {}\nreporters = [\"{}\"]\n\
                 aggregation = \"all-equal\"\n",
                TYPES[value_type % TYPES.len()],
                kind(*ours)
            );
        }
        Template::parse(&source).unwrap_or_else(|problems| panic!("{problems:?}")).template
    }

    fn value(which: usize) -> CellValue {
        match which % 6 {
            0 => CellValue::Number(7.into()),
            1 => CellValue::Number("2.5".parse().unwrap()),
            2 => CellValue::Flag(true),
            3 => CellValue::Choice(1),
            4 => CellValue::NothingArose,
            _ => CellValue::Number(700.into()),
        }
    }

    proptest! {
        /// Whatever was typed under whatever form: each value, note and text has one place in any other
        /// form, none is lost, and what counts is what its row can hold.
        #[test]
        fn whatever_was_typed_has_one_place_in_any_form(
            rows in prop::collection::vec((0_usize..5, any::<bool>()), 0..6),
            typed in prop::collection::btree_map(0_usize..8, (0_usize..6, any::<bool>()), 0..8),
            (writes, wrote) in any::<(bool, bool)>(),
        ) {
            let form = form(&rows, writes);
            let kind: UnitKindId = "commune".parse().unwrap();
            let mut figures = Figures::default();
            for (row, (which, noted)) in typed {
                let id: IndicatorId = format!("r.{row}").parse().unwrap();
                figures.cells.insert(id.clone(), value(which));
                if noted {
                    figures.notes.insert(id, "ghi chú".to_owned());
                }
            }
            if wrote {
                figures.texts.insert("i".parse().unwrap(), "Mục \u{fffc}.".to_owned());
                figures.shown.insert("i".parse().unwrap(), vec!["r.0".parse().ok()]);
            }
            let Placed { counted, apart, misfits } = figures.clone().placed_in(&form, &kind);
            for (id, value) in &counted.cells {
                let row = form.indicator(id).unwrap();
                prop_assert!(row.reporters.contains(&kind) && check_value(value, row).is_ok());
            }
            for id in misfits.keys() {
                prop_assert!(form.indicator(id).unwrap().reporters.contains(&kind));
            }
            for id in apart.cells.keys() {
                prop_assert!(form.typed_by(&kind).all(|row| row.id != *id));
            }
            prop_assert_eq!(apart.texts.is_empty(), !wrote || writes);
            let count = counted.cells.len() + apart.cells.len() + misfits.len();
            prop_assert_eq!(count, figures.cells.len());
            let mut all = counted;
            all.cells.extend(misfits);
            all.cells.extend(apart.cells);
            all.notes.extend(apart.notes);
            all.texts.extend(apart.texts);
            all.shown.extend(apart.shown);
            prop_assert_eq!(all, figures);
        }
    }
}
