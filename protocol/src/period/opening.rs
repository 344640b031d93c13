//! When a period opens by itself: some weeks before it begins, by the template's rule. Six months, nine months
//! and the year open with the quarter that they end with: nobody can report them before, and a template that
//! changes with that quarter changes for them too.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{FIRST_YEAR, LAST_YEAR, PeriodId, Span};
use crate::template::PeriodRule;

/// How many days before its first day a quarter opens: time to look at the form and to plan.
pub const OPENS_DAYS_BEFORE: i32 = 28;

/// How many days after its last day a period still opens by itself. A hub that was away for longer has missed
/// what nobody could report in time; its operator decides.
const OPENS_DAYS_AFTER: i32 = 92;

impl PeriodId {
    /// Year and month (1 to 12) in which the period ends. What counts *from a period on* counts for every
    /// period that does not end before it: from the third quarter on, also for nine months and the year.
    pub fn ends(&self) -> (i16, i8) {
        (self.year, self.span.months().1)
    }

    /// Whether the period is to be open on a day: its kind is one that the rule is for, the quarter that it ends
    /// with begins within [`OPENS_DAYS_BEFORE`] days, and it has not ended long ago.
    pub fn opens_by_itself(&self, rule: &PeriodRule, today: Date) -> bool {
        let Ok(quarter) = self.last_quarter().days(rule) else { return false };
        let from = shifted(quarter.first, -OPENS_DAYS_BEFORE);
        let until = shifted(quarter.last, OPENS_DAYS_AFTER);
        rule.kinds.contains(&self.kind()) && from <= today && today <= until
    }

    /// The quarter with which the period ends: itself, when it is one.
    fn last_quarter(&self) -> Self {
        let quarter = match self.span {
            Span::Quarter(quarter) => quarter,
            Span::SixMonths => 2,
            Span::NineMonths => 3,
            Span::Year => 4,
        };
        Self { year: self.year, span: Span::Quarter(quarter) }
    }

    /// All periods that can be open on a day by any rule, in order.
    pub fn around(today: Date) -> Vec<Self> {
        let quarters = (1..=4).map(Span::Quarter);
        let spans: Vec<Span> =
            quarters.chain([Span::SixMonths, Span::NineMonths, Span::Year]).collect();
        let years = today.year().saturating_sub(1)..=today.year().saturating_add(1);
        years
            .filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year))
            .flat_map(|year| spans.iter().map(move |span| Self { year, span: *span }))
            .collect()
    }
}

/// A day so many days later, or the calendar's last.
fn shifted(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::period::PeriodKind;

    fn rule(kinds: &[PeriodKind]) -> PeriodRule {
        PeriodRule { first_day: 15, last_day: 14, deadline_working_days: 2, kinds: kinds.to_vec() }
    }

    fn open_on(today: Date, rule: &PeriodRule) -> Vec<String> {
        let open = PeriodId::around(today).into_iter();
        open.filter(|period| period.opens_by_itself(rule, today)).map(|p| p.to_string()).collect()
    }

    #[test]
    fn a_quarter_opens_four_weeks_before_its_first_day() {
        let quarters = rule(&[PeriodKind::Quarter]);
        // The second quarter begins on 15/3/2023.
        assert_eq!(open_on(date(2023, 2, 14), &quarters), ["2022-q4", "2023-q1"]);
        assert_eq!(open_on(date(2023, 2, 15), &quarters), ["2022-q4", "2023-q1", "2023-q2"]);
    }

    #[test]
    fn only_the_kinds_of_the_rule_open() {
        assert_eq!(open_on(date(2023, 3, 20), &rule(&[])), Vec::<String>::new());
    }

    #[test]
    fn cumulated_periods_open_with_the_quarter_that_they_end_with() {
        let all = rule(&[
            PeriodKind::Quarter,
            PeriodKind::SixMonths,
            PeriodKind::NineMonths,
            PeriodKind::Year,
        ]);
        for (today, open) in [
            (date(2023, 2, 14), vec!["2022-q4", "2022-y", "2023-q1"]),
            (date(2023, 3, 20), vec!["2023-q1", "2023-q2", "2023-6m"]),
            (date(2023, 6, 10), vec!["2023-q1", "2023-q2", "2023-q3", "2023-6m", "2023-9m"]),
            (
                date(2023, 8, 20),
                vec!["2023-q2", "2023-q3", "2023-q4", "2023-6m", "2023-9m", "2023-y"],
            ),
        ] {
            assert_eq!(open_on(today, &all), open, "{today}");
        }
    }

    #[test]
    fn years_at_the_ends_of_the_calendar_open_nothing_that_cannot_be() {
        let all = rule(&[PeriodKind::Quarter, PeriodKind::Year]);
        for today in [Date::MIN, Date::MAX, date(1970, 1, 1), date(2199, 12, 31)] {
            for period in open_on(today, &all) {
                assert_eq!(period.parse::<PeriodId>().map(|p| p.to_string()), Ok(period));
            }
        }
    }

    proptest! {
        /// Whatever the day, there is a quarter that has begun, and it is open.
        #[test]
        fn the_quarter_of_a_day_is_always_open(year in 2001_i16..2199, day in 0_i32..365) {
            let today = date(year, 1, 1).saturating_add(day.days());
            let quarters = rule(&[PeriodKind::Quarter]);
            let open = PeriodId::around(today).into_iter();
            let now: Vec<PeriodId> = open
                .filter(|period| period.kind() == PeriodKind::Quarter)
                .filter(|period| {
                    let days = period.days(&quarters).unwrap();
                    days.first <= today && today <= days.last
                })
                .collect();
            prop_assert_eq!(now.len(), 1);
            prop_assert!(now[0].opens_by_itself(&quarters, today));
        }
    }
}
