//! The days of a period, its deadline, its name in print, and the period before it.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use super::{FIRST_YEAR, PeriodId, Span};
use crate::template::PeriodRule;

/// First and last day of a period, both part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodDays {
    /// The first day: 15/12/2022 for the first quarter of 2023.
    pub first: Date,
    /// The last day: 14/3/2023 for the first quarter of 2023. Figures are *as of* its end.
    pub last: Date,
}

/// Why a period has no days. A parsed [`PeriodId`] under a checked template never gets here; the parts of
/// both are public and can be put together by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The rule's day does not exist in the month, or the quarter is not 1 to 4.
    #[error("period {period} has no day {day} in month {month} of {year}")]
    NoSuchDay {
        /// The period.
        period: PeriodId,
        /// The year of the missing day.
        year: i16,
        /// Its month.
        month: i8,
        /// Its day.
        day: i8,
    },
    /// The deadline lies beyond the last year that a date can have (9999).
    #[error("the deadline of period {period} lies beyond the calendar")]
    BeyondCalendar {
        /// The period.
        period: PeriodId,
    },
}

impl PeriodError {
    /// The error's name for catalogues of messages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BeyondCalendar { .. } => "period-beyond-calendar",
            Self::NoSuchDay { .. } => "period-no-such-day",
        }
    }
}

impl PeriodId {
    /// The period's first and last day (Nghị định 09/2019/NĐ-CP, Điều 12, with the days of `rule`).
    pub fn days(&self, rule: &PeriodRule) -> Result<PeriodDays, PeriodError> {
        let (first_month, last_month) = self.span.months();
        let (start_year, start_month) = if first_month == 1 {
            (self.year.saturating_sub(1), 12)
        } else {
            (self.year, first_month - 1)
        };
        Ok(PeriodDays {
            first: self.day(start_year, start_month, rule.first_day)?,
            last: self.day(self.year, last_month, rule.last_day)?,
        })
    }

    /// The last day on which the report is in time: `rule.deadline_working_days` working days after the
    /// period's last day. Saturdays, Sundays and `holidays` are no working days.
    pub fn deadline(
        &self,
        rule: &PeriodRule,
        holidays: &BTreeSet<Date>,
    ) -> Result<Date, PeriodError> {
        let mut day = self.days(rule)?.last;
        let mut left = rule.deadline_working_days;
        while left > 0 {
            day = day.tomorrow().map_err(|_| PeriodError::BeyondCalendar { period: *self })?;
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            if !weekend && !holidays.contains(&day) {
                left -= 1;
            }
        }
        Ok(day)
    }

    /// The period's name as reports print it: `quý I năm 2023`, `6 tháng đầu năm 2023`, `năm 2023`.
    pub fn printed_name(&self) -> String {
        let year = self.year;
        match self.span {
            Span::Quarter(1) => format!("quý I năm {year}"),
            Span::Quarter(2) => format!("quý II năm {year}"),
            Span::Quarter(3) => format!("quý III năm {year}"),
            Span::Quarter(4) => format!("quý IV năm {year}"),
            Span::Quarter(other) => format!("quý {other} năm {year}"),
            Span::SixMonths => format!("6 tháng đầu năm {year}"),
            Span::NineMonths => format!("9 tháng đầu năm {year}"),
            Span::Year => format!("năm {year}"),
        }
    }

    /// The period of the same kind before this one: the quarter before a quarter, the same months of the
    /// year before otherwise. `None` before the first year that a period can have.
    pub fn previous(&self) -> Option<Self> {
        let (year, span) = match self.span {
            Span::Quarter(quarter) if quarter > 1 => (self.year, Span::Quarter(quarter - 1)),
            Span::Quarter(_) => (self.year.checked_sub(1)?, Span::Quarter(4)),
            span => (self.year.checked_sub(1)?, span),
        };
        (year >= FIRST_YEAR).then_some(Self { year, span })
    }

    fn day(&self, year: i16, month: i8, day: i8) -> Result<Date, PeriodError> {
        Date::new(year, month, day).map_err(|_| PeriodError::NoSuchDay {
            period: *self,
            year,
            month,
            day,
        })
    }
}

impl Span {
    /// Its first and last month, 1 to 12.
    pub(super) fn months(self) -> (i8, i8) {
        match self {
            Self::Quarter(1) => (1, 3),
            Self::Quarter(2) => (4, 6),
            Self::Quarter(3) => (7, 9),
            Self::Quarter(4) => (10, 12),
            // No such quarter: no such month either, so that the day is refused.
            Self::Quarter(_) => (0, 0),
            Self::SixMonths => (1, 6),
            Self::NineMonths => (1, 9),
            Self::Year => (1, 12),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const DECREE: PeriodRule =
        PeriodRule { first_day: 15, last_day: 14, deadline_working_days: 2, kinds: Vec::new() };

    fn period(text: &str) -> PeriodId {
        text.parse().unwrap()
    }

    #[test]
    fn periods_have_the_days_that_decree_09_gives_them() {
        for (text, first, last) in [
            ("2023-q1", date(2022, 12, 15), date(2023, 3, 14)),
            ("2023-q2", date(2023, 3, 15), date(2023, 6, 14)),
            ("2023-q3", date(2023, 6, 15), date(2023, 9, 14)),
            ("2023-q4", date(2023, 9, 15), date(2023, 12, 14)),
            ("2023-6m", date(2022, 12, 15), date(2023, 6, 14)),
            ("2023-9m", date(2022, 12, 15), date(2023, 9, 14)),
            ("2023-y", date(2022, 12, 15), date(2023, 12, 14)),
            ("2024-q1", date(2023, 12, 15), date(2024, 3, 14)),
            ("2000-y", date(1999, 12, 15), date(2000, 12, 14)),
            ("2199-y", date(2198, 12, 15), date(2199, 12, 14)),
        ] {
            assert_eq!(period(text).days(&DECREE), Ok(PeriodDays { first, last }), "{text}");
        }
    }

    #[test]
    fn the_deadline_passes_over_weekends_and_holidays() {
        let none = BTreeSet::new();
        // 14/3/2023 is a Tuesday: two working days later is Thursday.
        assert_eq!(period("2023-q1").deadline(&DECREE, &none), Ok(date(2023, 3, 16)));
        // 14/9/2023 is a Thursday: Friday, then Monday.
        assert_eq!(period("2023-q3").deadline(&DECREE, &none), Ok(date(2023, 9, 18)));
        // 14/12/2024 is a Saturday: Monday, Tuesday.
        assert_eq!(period("2024-y").deadline(&DECREE, &none), Ok(date(2024, 12, 17)));

        let holidays = BTreeSet::from([date(2023, 9, 15), date(2023, 9, 16), date(2023, 9, 19)]);
        assert_eq!(period("2023-q3").deadline(&DECREE, &holidays), Ok(date(2023, 9, 20)));
    }

    #[test]
    fn a_deadline_of_no_working_days_is_the_last_day_itself() {
        let rule = PeriodRule { deadline_working_days: 0, ..DECREE };
        assert_eq!(period("2024-y").deadline(&rule, &BTreeSet::new()), Ok(date(2024, 12, 14)));
    }

    #[test]
    fn periods_are_named_as_reports_print_them() {
        for (text, name) in [
            ("2023-q1", "quý I năm 2023"),
            ("2023-q2", "quý II năm 2023"),
            ("2023-q3", "quý III năm 2023"),
            ("2023-q4", "quý IV năm 2023"),
            ("2023-6m", "6 tháng đầu năm 2023"),
            ("2023-9m", "9 tháng đầu năm 2023"),
            ("2023-y", "năm 2023"),
        ] {
            assert_eq!(period(text).printed_name(), name);
        }
    }

    #[test]
    fn the_period_before_is_of_the_same_kind() {
        for (text, before) in [
            ("2023-q1", Some("2022-q4")),
            ("2023-q4", Some("2023-q3")),
            ("2023-6m", Some("2022-6m")),
            ("2023-9m", Some("2022-9m")),
            ("2023-y", Some("2022-y")),
            ("2000-q2", Some("2000-q1")),
            ("2000-q1", None),
            ("2000-y", None),
        ] {
            assert_eq!(period(text).previous(), before.map(period), "{text}");
        }
    }

    #[test]
    fn parts_put_together_by_hand_are_refused_instead_of_panicking() {
        let no_quarter = PeriodId { year: 2023, span: Span::Quarter(9) };
        assert_eq!(no_quarter.days(&DECREE).map_err(|e| e.code()), Err("period-no-such-day"));

        let no_year = PeriodId { year: i16::MIN, span: Span::Year };
        assert_eq!(no_year.days(&DECREE).map_err(|e| e.code()), Err("period-no-such-day"));
        assert_eq!(no_year.previous(), None);

        let thirtieth = PeriodRule { first_day: 30, ..DECREE };
        assert_eq!(
            PeriodId { year: 2023, span: Span::Quarter(1) }.days(&thirtieth).map(|d| d.first),
            Ok(date(2022, 12, 30))
        );
        let february = PeriodRule { last_day: 31, ..DECREE };
        assert!(PeriodId { year: 2023, span: Span::SixMonths }.days(&february).is_err());

        let late = PeriodId { year: 9999, span: Span::Year };
        let rule = PeriodRule { last_day: 31, deadline_working_days: 200, ..DECREE };
        assert_eq!(
            late.deadline(&rule, &BTreeSet::new()).map_err(|e| e.code()),
            Err("period-beyond-calendar")
        );
    }

    proptest! {
        /// The days of a cumulated period are those of its quarters, together.
        #[test]
        fn a_cumulated_period_is_its_quarters(year in 2001_i16..2200, which in 0_usize..3) {
            let span = [Span::SixMonths, Span::NineMonths, Span::Year][which];
            let whole = PeriodId { year, span };
            let days: Vec<PeriodDays> =
                whole.quarters().iter().map(|quarter| quarter.days(&DECREE).unwrap()).collect();
            let all = whole.days(&DECREE).unwrap();
            prop_assert_eq!(days.first().map(|days| days.first), Some(all.first));
            prop_assert_eq!(days.last().map(|days| days.last), Some(all.last));
            for pair in days.windows(2) {
                prop_assert_eq!(pair[0].last.tomorrow().unwrap(), pair[1].first);
            }
        }

        #[test]
        fn quarters_follow_each_other_without_gap_or_overlap(year in 2001_i16..2200, quarter in 1_u8..=4) {
            let this = PeriodId { year, span: Span::Quarter(quarter) };
            let before = this.previous().unwrap();
            let day_after = before.days(&DECREE).unwrap().last.tomorrow().unwrap();
            prop_assert_eq!(day_after, this.days(&DECREE).unwrap().first);
        }
    }
}
