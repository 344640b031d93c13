//! What administrators write in TOML: templates and town files.

use hopluu_protocol::documents::template::parts;
use hopluu_protocol::template::Template;

use crate::town_file::TownFile;

/// `t` a template; `w` a town file.
pub fn run(input: &[u8]) {
    match crate::choose(input) {
        Some((b't', source)) => template(&String::from_utf8_lossy(source)),
        Some((b'w', source)) => town(&String::from_utf8_lossy(source)),
        _ => {}
    }
}

fn template(source: &str) {
    let lines = source.lines().count() + 1;
    let problems = match Template::parse(source) {
        Ok(parsed) => {
            let template = &parsed.template;
            let order = template.evaluation_order();
            assert!(order.len() <= template.indicators.len());
            for section in &template.sections {
                assert_eq!(template.section(&section.id), Some(section));
            }
            assert_eq!(parts(source).concat(), source);
            parsed.warnings
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            problems
        }
    };
    for problem in problems {
        assert!((1..=lines).contains(&problem.line), "line {} of {lines}", problem.line);
    }
}

fn town(source: &str) {
    match TownFile::parse(source, "town.toml") {
        Ok(town) => assert!(town.units.iter().any(|unit| unit.code == town.hub)),
        Err(refusal) => assert!(!refusal.problems.is_empty(), "refused without a reason"),
    }
}
