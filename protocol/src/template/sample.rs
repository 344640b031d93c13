//! A template of which tests fill in what they are about.

use super::{PeriodRule, Section, Template};

/// The template `t@1`, of nothing but sections with these ids.
pub(crate) fn of_sections(ids: &[&str]) -> Template {
    let section = |id: &&str| Section {
        id: id.parse().unwrap(),
        parent: None,
        number: String::new(),
        title: String::new(),
        guidance: String::new(),
        reporters: Vec::new(),
        sentences: Vec::new(),
    };
    Template {
        reference: "t@1".parse().unwrap(),
        title: String::new(),
        subject: String::new(),
        figures_in_texts: true,
        period_rule: PeriodRule {
            first_day: 15,
            last_day: 14,
            deadline_working_days: 2,
            kinds: Vec::new(),
        },
        unit_kinds: Vec::new(),
        appendices: Vec::new(),
        sections: ids.iter().map(section).collect(),
        indicators: Vec::new(),
    }
}
