//! Gathers what is read from a file, and every problem of it, within bounds.

use std::collections::BTreeMap;

use hopluu_protocol::id::{IdError, IndicatorId};

use super::{Content, Identity, MAX_ROWS, MAX_TOLD, Measure, Reading, Row};
use crate::problem::{Place, Problem, Reason, Refusal};

/// Gathers the rows of a file.
pub(super) struct Collector<'a> {
    file: &'a str,
    is_known: &'a dyn Fn(&IndicatorId) -> bool,
    reading: Reading,
    /// Where each indicator stands first.
    first: BTreeMap<IndicatorId, Place>,
    /// Where each word about the file itself stands.
    named: BTreeMap<&'static str, (String, Place)>,
    problems: Vec<Problem>,
    more_problems: usize,
    /// Tables that were understood.
    pub(super) tables: usize,
    /// The headings of a table that was not.
    pub(super) headings: Option<(Place, String)>,
}

/// What stands beside an id.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) content: Content,
    /// `None`: the file has no notes, or this one is not taken.
    pub(super) note: Option<String>,
    /// In what the file says that it is measured.
    pub(super) measure: Option<String>,
}

/// What a file can say about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Period,
    Template,
    Unit,
}

impl<'a> Collector<'a> {
    pub(super) fn new(file: &'a str, is_known: &'a dyn Fn(&IndicatorId) -> bool) -> Self {
        Self {
            file,
            is_known,
            reading: Reading { file: file.to_owned(), ..Reading::default() },
            first: BTreeMap::new(),
            named: BTreeMap::new(),
            problems: Vec::new(),
            more_problems: 0,
            tables: 0,
            headings: None,
        }
    }

    pub(super) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The file is at its end: it must have had a table.
    pub(super) fn check_tables(&mut self) {
        if self.tables > 0 || !self.problems.is_empty() {
            return;
        }
        let (place, headings) = self.headings.take().unwrap_or_default();
        let headings = if headings.is_empty() { "none".to_owned() } else { headings };
        let problem = Problem::new("import-no-columns", format!("headings: {headings}"));
        self.complain(place, problem.arg("headings", headings));
    }

    /// Something is wrong with the file: it is refused.
    pub(super) fn complain(&mut self, place: Place, problem: Problem) {
        if self.problems.len() < MAX_TOLD {
            self.problems.push(problem.at(self.in_file(place)));
        } else {
            self.more_problems += 1;
        }
    }

    /// Something with an id is passed over.
    pub(super) fn leave_out(&mut self, place: Place, problem: Problem) {
        self.reading.left_out.push(problem.at(self.in_file(place)));
    }

    /// A figure without an id is passed over. There can be very many.
    pub(super) fn leave_out_nameless(&mut self, place: Place, problem: Problem) {
        if self.reading.left_out.len() < MAX_TOLD {
            self.leave_out(place, problem);
        } else {
            self.reading.more_left_out += 1;
        }
    }

    /// Something is to be known that changes nothing.
    pub(super) fn remark(&mut self, place: Place, problem: Problem) {
        self.reading.remarks.push(problem.at(self.in_file(place)));
    }

    /// The id that a text is, if the template has it.
    pub(super) fn known(&self, text: &str) -> Option<IndicatorId> {
        text.parse().ok().filter(|id| (self.is_known)(id))
    }

    /// A heading says in what figures are measured. Told within bounds; the first ones count.
    pub(super) fn measure(&mut self, measure: Measure) {
        if self.reading.measures.len() < MAX_TOLD {
            let place = self.in_file(measure.place);
            self.reading.measures.push(Measure { place, ..measure });
        }
    }

    /// A row that says something about a cell of the report.
    pub(super) fn row(&mut self, found: Found, id: &str) {
        let Found { place, content, note, measure } = found;
        let Some(indicator) = self.id(&place, id) else { return };
        let place = Place { indicator: Some(indicator.to_string()), ..self.in_file(place) };
        if let Some(first) = self.first.get(&indicator) {
            let problem =
                twice(Problem::new("import-duplicate", format!("{indicator} twice")), first);
            return self.complain(place, problem);
        }
        if self.reading.rows.len() == MAX_ROWS {
            let problem = Problem::new("import-too-many-rows", format!("over {MAX_ROWS} rows"));
            return self.complain(place, problem.arg("limit", MAX_ROWS));
        }
        self.first.insert(indicator.clone(), place.clone());
        self.reading.rows.push(Row { place, indicator, content, note, measure });
    }

    /// A text as an id; says so when it is none.
    pub(super) fn id(&mut self, place: &Place, text: &str) -> Option<IndicatorId> {
        let parsed: Result<IndicatorId, IdError> = text.parse();
        match parsed {
            Ok(id) => Some(id),
            Err(error) => {
                let shown: String = text.chars().take(64).collect();
                let problem = Problem::new("indicator-unknown", error).arg("indicator", shown);
                self.complain(place.clone(), problem);
                None
            }
        }
    }

    /// The file says of itself what its period, unit or template is. Other words are no ids and say nothing.
    pub(super) fn name(&mut self, about: About, text: &str, place: Place) {
        let Identity { period, unit, template } = &mut self.reading.identity;
        let (key, understood) = match about {
            About::Period => ("period", text.parse().map(|named| *period = Some(named)).is_ok()),
            About::Unit => ("unit", text.parse().map(|named| *unit = Some(named)).is_ok()),
            About::Template => {
                ("template", text.parse().map(|named| *template = Some(named)).is_ok())
            }
        };
        let place = self.in_file(place);
        if !understood {
            self.reading.remarks.push(unclear(key, text).at(place));
            return;
        }
        match self.named.get(key) {
            Some((before, at)) if before != text => {
                let problem =
                    twice(Problem::new("import-two-names", format!("{before} and {text}")), at);
                let problem = problem.arg("first", before).arg("second", text);
                self.complain(place, problem);
            }
            _ => {
                self.named.insert(key, (text.to_owned(), place));
            }
        }
    }

    pub(super) fn finish(mut self) -> Result<Reading, Refusal> {
        let nothing = self.reading.rows.is_empty() && self.reading.left_out.is_empty();
        if nothing && self.problems.is_empty() {
            self.complain(Place::default(), Problem::new("import-empty", "no rows"));
        }
        if self.problems.is_empty() {
            return Ok(self.reading);
        }
        let mut refusal = Refusal { reason: Reason::Invalid, problems: self.problems };
        refusal.count_more(self.more_problems);
        Err(refusal)
    }

    fn in_file(&self, place: Place) -> Place {
        Place { file: Some(self.file.to_owned()), ..place }
    }
}

/// Says where the other of two stands, as exactly as the file allows.
fn twice(problem: Problem, first: &Place) -> Problem {
    let line = first.line.map_or_else(|| "none".to_owned(), |line| line.to_string());
    let sheet = first.sheet.as_deref().unwrap_or("none");
    problem.arg("line", line).arg("sheet", sheet)
}

/// The problem of a file that is not what it should be.
pub(super) fn syntax(error: impl std::fmt::Display) -> Problem {
    let why = error.to_string();
    Problem::new("import-syntax", &why).arg("why", why)
}

/// The remark that a file names its period, unit or template in words that cannot be compared.
pub(super) fn unclear(key: &str, text: &str) -> Problem {
    let text: String = text.chars().take(64).collect();
    let problem = Problem::new("import-whose-unclear", format!("{key}: {text}"));
    problem.arg("key", key).arg("text", text)
}
