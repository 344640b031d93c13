//! From a report to a paper: the only place that turns figures, dates and non-values into words.
//!
//! The rules are those of Nghị định 30/2020/NĐ-CP, Phụ lục I, unless another source is named.

mod narrative;
mod tables;
mod words;

use hopluu_protocol::report::{Report, ReportSubmission};
use hopluu_protocol::roster::{Letterhead, Roster, Unit};
use hopluu_protocol::template::Template;
use jiff::civil::Date;

use crate::error::ComposeError;
use crate::paper::{Addressees, Head, MadeFrom, MadeFromRow, Paper, Signature};
use words::{capitals_by_line, clean, clean_all, two_digits, vietnam_time};

/// What issuing adds to a report: the number and day that the clerk gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// Number in the year's register; `None` leaves the place blank.
    pub number: Option<u32>,
    /// Day of issue; `None` leaves day and month blank.
    pub date: Option<Date>,
    /// The period in words: `quý I năm 2023`.
    pub period_name: String,
    /// The paragraph before the first heading; `None` for a plain one.
    pub opening: Option<String>,
}

impl Paper {
    /// Lays a report out on paper.
    ///
    /// # Errors
    /// When the report follows another template, its unit is not in the roster, or a cell contradicts
    /// its own state.
    pub fn compose(
        report: &Report,
        template: &Template,
        roster: &Roster,
        issue: &Issue,
    ) -> Result<Self, ComposeError> {
        if report.template != template.reference {
            return Err(ComposeError::OtherTemplate {
                report: report.template.clone(),
                given: template.reference.clone(),
            });
        }
        let unit = roster
            .unit(&report.unit)
            .ok_or_else(|| ComposeError::UnknownUnit { unit: report.unit.clone() })?;
        let letterhead = &unit.letterhead;
        let subject = clean(&template.subject.replace("{period}", &issue.period_name));
        let number = register_number(letterhead, issue);
        let day = day_in_words(report, issue);
        let attached_to = clean(&format!("(Kèm theo Báo cáo số {number} {day} của {})", unit.name));

        let title = format!("Báo cáo {}", words::lower_first(&subject));

        let made_from = made_from(report, roster, &title, unit);
        let appendices = tables::appendices(report, template, &attached_to)?;
        Ok(Self {
            title,
            author: clean(&unit.name),
            issued_on: issue.date,
            head: head(unit, &number, &day),
            kind: "BÁO CÁO".to_owned(),
            body: narrative::body(report, template, &appendices, &opening(unit, &subject, issue)),
            subject,
            addressees: Addressees {
                label: "Kính gửi:".to_owned(),
                names: clean_all(&letterhead.addressees),
            },
            signature: Signature {
                lines: clean_all(&letterhead.signature),
                signer: clean(&letterhead.signer),
            },
            recipients: recipients(letterhead),
            appendices: appendices.into_iter().map(|appendix| appendix.table).collect(),
            facts: tables::facts(report, template)?,
            auxiliary: tables::auxiliary(report, template)?,
            made_from,
            about: vec![
                ("Kỳ báo cáo", report.period.to_string()),
                ("Đơn vị", report.unit.to_string()),
                ("Biểu mẫu", report.template.to_string()),
            ],
        })
    }
}

fn head(unit: &Unit, number: &str, day: &str) -> Head {
    let letterhead = &unit.letterhead;
    let body = if letterhead.body.trim().is_empty() { &unit.name } else { &letterhead.body };
    let place = clean(&letterhead.place);
    Head {
        parent_body: capitals_by_line(&letterhead.parent_body),
        body: capitals_by_line(body),
        nation: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned(),
        motto: "Độc lập - Tự do - Hạnh phúc".to_owned(),
        number: format!("Số: {number}"),
        place_and_date: if place.is_empty() { day.to_owned() } else { format!("{place}, {day}") },
    }
}

/// `05/BC-UBND`; numbers below 10 carry a zero. The blank is made of no-break spaces, which no writer
/// collapses.
fn register_number(letterhead: &Letterhead, issue: &Issue) -> String {
    let number = issue.number.map_or_else(|| words::BLANK.to_owned(), two_digits);
    let symbol = clean(&letterhead.symbol);
    if symbol.is_empty() { number } else { format!("{number}/{symbol}") }
}

/// `ngày 05 tháng 01 năm 2023`: days below 10 and the months 1 and 2 carry a zero, so that nobody can
/// write a digit before them.
fn day_in_words(report: &Report, issue: &Issue) -> String {
    let Some(date) = issue.date else {
        let blank = words::BLANK;
        return format!("ngày{blank}tháng{blank}năm {}", report.period.year);
    };
    let month =
        if date.month() < 3 { format!("0{}", date.month()) } else { date.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

fn opening(unit: &Unit, subject: &str, issue: &Issue) -> String {
    let plain = || format!("{} báo cáo {} như sau:", unit.name, words::lower_first(subject));
    issue.opening.clone().unwrap_or_else(plain)
}

fn recipients(letterhead: &Letterhead) -> Vec<String> {
    let mut lines: Vec<String> = clean_all(&letterhead.recipients)
        .iter()
        .map(|line| format!("- {};", line.trim_end_matches([';', '.'])))
        .collect();
    let archive = clean(&letterhead.archive);
    if !archive.is_empty() {
        lines.push(format!("- Lưu: {}.", archive.trim_end_matches([';', '.'])));
    }
    lines
}

fn made_from(report: &Report, roster: &Roster, title: &str, unit: &Unit) -> MadeFrom {
    let rows = report
        .submissions
        .iter()
        .enumerate()
        .map(|(index, submission)| made_from_row(index + 1, submission, roster))
        .collect();
    MadeFrom {
        title: "Tổng hợp từ các lần nộp".to_owned(),
        of: clean(&format!("{title} của {}", unit.name)),
        none: "Lập từ bản đang soạn của đơn vị; chưa có lần nộp nào.".to_owned(),
        columns: ["STT", "Đơn vị", "Ký lúc", "Nhận lúc", "Mã lần nộp"].map(str::to_owned),
        rows,
    }
}

fn made_from_row(ordinal: usize, submission: &ReportSubmission, roster: &Roster) -> MadeFromRow {
    let name = roster
        .unit(&submission.unit)
        .map_or_else(|| submission.unit.to_string(), |unit| clean(&unit.short_name));
    let unit = match &submission.template {
        None => name,
        Some(template) => format!("{name} (nộp theo biểu mẫu phiên bản {})", template.version),
    };
    MadeFromRow {
        ordinal: ordinal.to_string(),
        unit,
        signed_at: vietnam_time(submission.signed_at),
        received_at: submission.received_at.map_or_else(|| "–".to_owned(), vietnam_time),
        id: short_id(&submission.heads),
    }
}

/// The first ten digits of each head: enough to find the submission among a town's thousands.
fn short_id(heads: &[String]) -> String {
    let short: Vec<String> = heads.iter().map(|head| head.chars().take(10).collect()).collect();
    short.join(" ")
}
