//! The text: opening, headings, paragraphs, references to the appendices, and the closing sign.

use hopluu_protocol::report::{Report, ReportSection};
use hopluu_protocol::template::Template;

use super::tables::ComposedAppendix;
use super::words::{capitals, clean, enumeration};
use crate::paper::Block;

/// The blocks of the text, from the opening to `./.`.
///
/// Every appendix is referred to in the text, as the decree asks: in the section that the template
/// names, or, when the report does not have that section, after the last one.
pub(super) fn body(
    report: &Report,
    template: &Template,
    appendices: &[ComposedAppendix],
    opening: &str,
) -> Vec<Block> {
    let mut blocks = paragraphs(opening);
    for (index, section) in report.sections.iter().enumerate() {
        blocks.push(heading(section));
        let text = paragraphs(&section.text);
        let referred = appendices_of(section, template, appendices);
        let has_parts =
            report.sections.get(index + 1).is_some_and(|next| next.depth > section.depth);
        if text.is_empty() && referred.is_empty() && !has_parts {
            blocks.push(Block::Paragraph { text: "(Chưa có nội dung báo cáo.)".to_owned() });
        }
        blocks.extend(text);
        blocks.extend(reference(&referred));
    }
    blocks.extend(reference(&appendices_without_section(report, template, appendices)));
    close(&mut blocks);
    blocks
}

fn paragraphs(text: &str) -> Vec<Block> {
    text.lines()
        .map(clean)
        .filter(|line| !line.is_empty())
        .map(|text| Block::Paragraph { text })
        .collect()
}

/// `I. TITLE`, `1. Title`, `a) Title`.
fn heading(section: &ReportSection) -> Block {
    let number = clean(&section.number);
    let title = clean(&section.title);
    let text = match section.depth {
        0 => format!("{number}. {}", capitals(&title)),
        1 => format!("{number}. {title}"),
        _ => format!("{number}) {title}"),
    };
    let text = if number.is_empty() { title } else { text };
    let level = section.depth.saturating_add(1).min(3);
    Block::Heading { section: section.id.to_string(), level, text }
}

fn appendices_of<'a>(
    section: &ReportSection,
    template: &Template,
    appendices: &'a [ComposedAppendix],
) -> Vec<&'a str> {
    let belongs = |appendix: &ComposedAppendix| {
        template
            .appendices
            .iter()
            .any(|known| known.id == appendix.id && known.section == section.id)
    };
    labels(appendices, belongs)
}

fn appendices_without_section<'a>(
    report: &Report,
    template: &Template,
    appendices: &'a [ComposedAppendix],
) -> Vec<&'a str> {
    let is_lost = |appendix: &ComposedAppendix| {
        template
            .appendices
            .iter()
            .filter(|known| known.id == appendix.id)
            .all(|known| report.sections.iter().all(|section| section.id != known.section))
    };
    labels(appendices, is_lost)
}

fn labels(
    appendices: &[ComposedAppendix],
    wanted: impl Fn(&ComposedAppendix) -> bool,
) -> Vec<&str> {
    appendices
        .iter()
        .filter(|appendix| wanted(appendix))
        .map(|appendix| appendix.table.label.as_str())
        .collect()
}

fn reference(labels: &[&str]) -> Option<Block> {
    (!labels.is_empty()).then(|| Block::Paragraph {
        text: format!("(Số liệu chi tiết tại {} kèm theo.)", enumeration(labels)),
    })
}

/// The text ends with `./.`.
fn close(blocks: &mut Vec<Block>) {
    match blocks.last_mut() {
        Some(Block::Paragraph { text }) => {
            let end = text.trim_end_matches([' ', '.', ';', '/']).len();
            text.truncate(end);
            text.push_str("./.");
        }
        _ => blocks.push(Block::Paragraph { text: "./.".to_owned() }),
    }
}
