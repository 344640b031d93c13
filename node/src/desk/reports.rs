//! Reports as files: a unit's own, and the hub's consolidated one.

use std::sync::Arc;

use hopluu_protocol::consolidation::{
    Consolidated, Contribution, Input, Override, SubmissionStamp, UnitInput, consolidate,
    report_of_unit, with_figures_in_words,
};
use hopluu_protocol::documents::consolidated::{self, Additions};
use hopluu_protocol::documents::report;
use hopluu_protocol::documents::review::{self, Standing};
use hopluu_protocol::id::{DocId, UnitCode};
use hopluu_protocol::period::PeriodId;
use hopluu_protocol::submission::{Submission, counting, verify};
use hopluu_protocol::value::CellValue;
use hopluu_render::{Issue, Paper};

use super::Desk;
use super::cells::warnings;
use super::context::PeriodContext;
use super::turn::Turn;
use crate::problem::{Problem, Reason, Refusal};

/// Formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// Word.
    Docx,
    /// The machine-readable report.
    Json,
    /// PDF.
    Pdf,
    /// Excel.
    Xlsx,
}

/// A report as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Its name without ending, e.g. `bao-cao-2023-q1`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A report with what is needed to put it on paper. Made on the desk, rendered elsewhere, because
/// rendering takes longer than the desk should be held.
#[derive(Clone)]
pub struct Printable {
    consolidated: Consolidated,
    context: PeriodContext,
    issue: Issue,
    name: String,
    is_draft: bool,
    /// What else is to be told to who makes it.
    told: Vec<Problem>,
}

/// What a unit gives, and that it came after the closing if it did.
struct Accepted {
    contribution: Contribution,
    late: Option<Problem>,
}

/// A report that is being made: of one unit it is ready at once, of a whole town it takes as many looks
/// at documents as there are units.
pub(crate) enum Begun {
    /// Ready.
    Ready(Box<Printable>),
    /// [`Desk::gather`] goes on with it.
    Gathering(Box<Gathering>),
}

/// What the units of a town have submitted, as far as it has been gathered.
pub(crate) struct Gathering {
    context: PeriodContext,
    unit: UnitCode,
    additions: Additions,
    contributions: Vec<Contribution>,
    /// Which of them came after the closing.
    late: Vec<Problem>,
    /// How many of the roster's units have been asked.
    asked: usize,
}

impl Desk {
    /// A report ready to be rendered: at the hub the consolidated one, or with `unit` that unit's as it
    /// was accepted; in an office its own draft. A town of thousands of units takes seconds:
    /// [`crate::keeper::Keeper::printable`] does the same in portions.
    ///
    /// # Errors
    /// When there is no such period or unit, or when the unit has submitted nothing.
    pub fn printable(
        &mut self,
        period: PeriodId,
        unit: Option<&UnitCode>,
    ) -> Result<Printable, Refusal> {
        match self.begin_report(period, unit)? {
            Begun::Ready(printable) => Ok(*printable),
            Begun::Gathering(mut gathering) => {
                while !gathering.is_complete() {
                    self.gather(&mut gathering)?;
                }
                Ok(gathering.consolidate())
            }
        }
    }

    /// As [`Desk::printable`], as far as that goes at once.
    pub(crate) fn begin_report(
        &mut self,
        period: PeriodId,
        unit: Option<&UnitCode>,
    ) -> Result<Begun, Refusal> {
        let context = self.period(period)?;
        let membership = self.membership()?.clone();
        let ready = match unit {
            None if membership.is_hub() => {
                let gathering = self.begin_gathering(context, membership.unit)?;
                return Ok(Begun::Gathering(Box::new(gathering)));
            }
            Some(unit) if *unit != membership.unit => {
                if !membership.is_hub() {
                    let detail = format!("{unit} is not this node's unit");
                    let problem = Problem::new("unit-not-yours", detail).arg("unit", unit);
                    return Err(Refusal::new(Reason::Forbidden, problem));
                }
                self.as_accepted(context, unit)?
            }
            _ => {
                let unit = membership.unit;
                let draft = self.draft(&context, &unit)?;
                let figures = self.printed_draft(&context, &unit, &draft)?;
                let (_, changed) = self.handed_in(&context, &unit)?;
                let changed = changed.map(|changed| changed.told(&context, &unit, true));
                let mut told = self.told_conflicts(&context, &draft);
                told.extend(
                    self.told_torn(&context, |detail| Problem::new("text-contested", detail))?,
                );
                told.extend(self.told_text_figures(&context, &unit, &draft)?);
                told.extend(changed);
                let own = Contribution { unit, submission: None, figures };
                Printable { told, ..printable_of_unit(context, &own)? }
            }
        };
        Ok(Begun::Ready(Box::new(ready)))
    }

    /// This unit's report as it was frozen in one of its submissions.
    pub(crate) fn printable_submission(
        &mut self,
        period: PeriodId,
        id: &str,
    ) -> Result<Printable, Refusal> {
        let context = self.period(period)?;
        let unit = self.membership()?.unit.clone();
        let doc = context.report(&unit);
        let unknown = || {
            let problem = Problem::new("submission-unknown", format!("no submission {id}"));
            Refusal::new(Reason::NotFound, problem.arg("id", id))
        };
        let review = self.review_of(&context, &unit)?;
        let document = self.replica.document(&doc)?.ok_or_else(unknown)?;
        let found = report::submissions(document)?;
        let (id, submission) =
            found.into_iter().find(|(known, _)| known.as_str() == id).ok_or_else(unknown)?;
        let reading =
            verify(&submission, &doc, &unit, document, &context.roster, &context.versions)
                .map_err(|error| Refusal::new(Reason::Failed, error.into()))?;
        let received_at = review.receipts.get(&id).map(|receipt| receipt.received_at);
        let stamp = stamp_of(&submission, received_at);
        // A submission stays at the version that it was made under.
        let template = self.template(&stamp.template)?;
        let context = PeriodContext { template, ..context };
        let own = Contribution { unit, submission: Some(stamp), figures: reading.figures };
        printable_of_unit(context, &own)
    }

    fn begin_gathering(
        &mut self,
        context: PeriodContext,
        unit: UnitCode,
    ) -> Result<Gathering, Refusal> {
        let additions = match self.replica.document(&DocId::Consolidated(context.period))? {
            Some(document) => consolidated::read(document)?,
            None => Additions::default(),
        };
        let (contributions, late) = (Vec::new(), Vec::new());
        Ok(Gathering { context, unit, additions, contributions, late, asked: 0 })
    }

    /// Asks the next units what they have submitted, for as long as one turn of the keeper may take. Each
    /// submission is frozen, so that others may arrive in between.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub(crate) fn gather(&mut self, gathering: &mut Gathering) -> Result<(), Refusal> {
        let turn = Turn::begin();
        let roster = Arc::clone(&gathering.context.roster);
        for unit in roster.units.iter().skip(gathering.asked) {
            if let Some(accepted) = self.accepted(&gathering.context, &unit.code)? {
                gathering.contributions.push(accepted.contribution);
                gathering.late.extend(accepted.late);
            }
            gathering.asked += 1;
            if turn.is_over() {
                break;
            }
        }
        Ok(())
    }

    fn as_accepted(
        &mut self,
        context: PeriodContext,
        unit: &UnitCode,
    ) -> Result<Printable, Refusal> {
        context.unit(unit)?;
        match self.accepted(&context, unit)? {
            Some(Accepted { contribution, late }) => {
                let (_, changed) = self.handed_in(&context, unit)?;
                let changed = changed.map(|changed| changed.told(&context, unit, false));
                // A submission stays at the version that it was made under.
                let own = contribution.submission.as_ref().map(|stamp| stamp.template.clone());
                let template = match own {
                    Some(own) => self.template(&own)?,
                    None => Arc::clone(&context.template),
                };
                let told = late.into_iter().chain(changed).collect();
                let context = PeriodContext { template, ..context };
                Ok(Printable { told, ..printable_of_unit(context, &contribution)? })
            }
            None => {
                let problem = Problem::new("not-submitted", format!("{unit} submitted nothing"));
                Err(Refusal::new(Reason::NotFound, problem.arg("unit", unit)))
            }
        }
    }

    /// What a unit gives: its latest submission that was accepted, read at the heads where it was frozen.
    fn accepted(
        &mut self,
        context: &PeriodContext,
        unit: &UnitCode,
    ) -> Result<Option<Accepted>, Refusal> {
        let review = DocId::Review(context.period, unit.clone());
        let review = match self.replica.document(&review)? {
            Some(document) => review::read(document)?,
            None => return Ok(None),
        };
        let doc = context.report(unit);
        let Some(document) = self.replica.document(&doc)? else { return Ok(None) };
        let accepted: Vec<(i64, Submission)> = report::submissions(document)?
            .into_iter()
            .filter(|(id, _)| review.standing(id) == Standing::Accepted)
            .filter_map(|(id, submission)| {
                Some((review.receipts.get(&id)?.received_at, submission))
            })
            .collect();
        let Some((received_at, submission)) = counting(document, accepted)? else {
            return Ok(None);
        };
        let reading = verify(&submission, &doc, unit, document, &context.roster, &context.versions)
            .map_err(|error| Refusal::new(Reason::Failed, error.into()))?;
        let statement = &submission.statement;
        let figures = self.of_own_form(context, unit, &statement.template, reading.figures);
        let receipt = review.receipts.get(&submission.id());
        let late = receipt.and_then(|receipt| {
            let closed = receipt.closed_since?;
            Some(after_closing(context, unit, statement.signed_at, receipt.received_at, closed))
        });
        let template = self.template(&statement.template)?;
        let PeriodContext { roster, period, days, .. } = context;
        let submission = Some(stamp_of(&submission, Some(received_at)));
        let contribution = Contribution { unit: unit.clone(), submission, figures };
        // As its own form says it, whichever form the town's report follows.
        let contribution = with_figures_in_words(&UnitInput {
            template: &template,
            roster,
            period: *period,
            days: *days,
            contribution: &contribution,
        })
        .into_owned();
        Ok(Some(Accepted { contribution, late }))
    }
}

impl Gathering {
    /// Whether every unit has been asked.
    pub(crate) fn is_complete(&self) -> bool {
        self.asked >= self.context.roster.units.len()
    }

    /// The consolidated report of the hub's unit. Reckons for seconds when there are thousands of units.
    pub(crate) fn consolidate(self) -> Printable {
        let Self { context, unit, additions, contributions, late, .. } = self;
        let overrides = additions
            .overrides
            .into_iter()
            .filter_map(|(id, record)| {
                let value = CellValue::decode(&record.value).ok()?;
                Some((id, Override { value, reason: record.reason, person: record.person }))
            })
            .collect();
        let consolidated = consolidate(&Input {
            template: &context.template,
            roster: &context.roster,
            period: context.period,
            days: context.days,
            unit: &unit,
            contributions: &contributions,
            overrides: &overrides,
            operator_texts: &additions.texts,
        });
        let issue = Issue {
            number: additions.issue.as_ref().map(|issue| issue.number),
            date: additions.issue.as_ref().map(|issue| issue.date),
            period_name: context.period.printed_name(),
            opening: None,
        };
        let name = format!("bao-cao-{}", context.period);
        Printable { consolidated, context, issue, name, is_draft: false, told: late }
    }
}

fn stamp_of(submission: &Submission, received_at: Option<i64>) -> SubmissionStamp {
    let statement = &submission.statement;
    SubmissionStamp {
        id: submission.id().to_string(),
        heads: statement.heads.iter().map(ToString::to_string).collect(),
        signed_at: statement.signed_at,
        received_at,
        key: statement.key,
        template: statement.template.clone(),
    }
}

/// Says that a submission reached the hub after the period was closed, by all clocks.
fn after_closing(
    context: &PeriodContext,
    unit: &UnitCode,
    signed: i64,
    received: i64,
    closed: i64,
) -> Problem {
    let time = |ms: i64| crate::cli::moment(ms.div_euclid(1000));
    let name = context.roster.unit(unit).map_or_else(String::new, |unit| unit.short_name.clone());
    Problem::new("submission-after-closing", format!("{unit} came after the closing"))
        .arg("unit", name)
        .arg("signed", time(signed))
        .arg("received", time(received))
        .arg("closed", time(closed))
}

fn printable_of_unit(
    context: PeriodContext,
    contribution: &Contribution,
) -> Result<Printable, Refusal> {
    let unit = &contribution.unit;
    context.unit(unit)?;
    let consolidated = report_of_unit(&UnitInput {
        template: &context.template,
        roster: &context.roster,
        period: context.period,
        days: context.days,
        contribution,
    });
    let period_name = context.period.printed_name();
    let issue = Issue { number: None, date: None, period_name, opening: None };
    let name = format!("bao-cao-{}-{unit}", context.period);
    let is_draft = contribution.submission.is_none();
    Ok(Printable { consolidated, context, issue, name, is_draft, told: Vec::new() })
}

impl Printable {
    /// The report and what could not be settled in it.
    pub fn consolidated(&self) -> &Consolidated {
        &self.consolidated
    }

    /// Whether it is what stands in a unit's report now, which nobody has signed.
    pub(crate) fn is_draft(&self) -> bool {
        self.is_draft
    }

    /// What could not be settled in it and what is to be looked at again, to be told to people.
    pub fn problems(&self) -> Vec<Problem> {
        let PeriodContext { roster, unready, .. } = &self.context;
        let unsettled = self.consolidated.problems.iter();
        let unsettled = unsettled.map(|problem| Problem::of_consolidation(problem, roster));
        let doubted = warnings(&self.consolidated.report, &self.context);
        let doubted = doubted.into_iter().map(|(_, told)| told);
        unready.iter().chain(&self.told).cloned().chain(unsettled).chain(doubted).collect()
    }

    /// The report in a format. The same report gives the same bytes.
    ///
    /// # Errors
    /// When the report does not fit the template, or a renderer fails.
    pub fn render(&self, format: ReportFormat) -> Result<ReportFile, Refusal> {
        let bytes = match format {
            ReportFormat::Json => {
                let mut bytes =
                    serde_json::to_vec_pretty(&self.consolidated.report).map_err(|error| {
                        Refusal::new(Reason::Failed, Problem::new("internal", error))
                    })?;
                bytes.push(b'\n');
                bytes
            }
            ReportFormat::Docx => hopluu_render::render_docx(&self.paper()?)?,
            ReportFormat::Pdf => hopluu_render::render_pdf(&self.paper()?)?,
            ReportFormat::Xlsx => hopluu_render::render_xlsx(&self.paper()?)?,
        };
        Ok(ReportFile { name: self.name.clone(), bytes })
    }

    /// The submissions that it was made from, on paper: a file of its own beside the report, since they
    /// are no part of what is signed. The machine-readable report and the workbook name them themselves.
    ///
    /// # Errors
    /// As [`Printable::render`]; for formats that have no such file.
    pub fn render_sources(&self, format: ReportFormat) -> Result<ReportFile, Refusal> {
        let bytes = match format {
            ReportFormat::Docx => hopluu_render::render_sources_docx(&self.paper()?)?,
            ReportFormat::Pdf => hopluu_render::render_sources_pdf(&self.paper()?)?,
            ReportFormat::Json | ReportFormat::Xlsx => {
                let detail = format!("{format:?} names the submissions itself");
                return Err(Refusal::new(Reason::Invalid, Problem::new("sources-format", detail)));
            }
        };
        Ok(ReportFile { name: format!("{}-nguon", self.name), bytes })
    }

    pub(crate) fn paper(&self) -> Result<Paper, Refusal> {
        let PeriodContext { template, roster, .. } = &self.context;
        Ok(Paper::compose(&self.consolidated.report, template, roster, &self.issue)?)
    }
}
