//! `word/document.xml`: the paper laid out.

use super::measures::{
    ADDRESSEE_COLUMNS, FOOT_COLUMNS, HEAD_COLUMNS, MARGIN_HEADER, MARGIN_LEFT, MARGIN_RIGHT,
    MARGIN_TOP_BOTTOM, MOTTO_WIDTH, PAGE_HEIGHT, PAGE_WIDTH, SIZE_BODIES, SIZE_HEAD,
    SIZE_RECIPIENTS_LABEL, SIZE_SMALL, TEXT_WIDTH,
};
use super::styles::{R, W};
use super::tables::{figures, invisible, submissions};
use super::text::{Look, Paragraph, centred_rule, paragraph};
use super::xml::{Element, element};
use crate::paper::{AppendixTable, Block, MadeFrom, Paper};

/// Relationship of the header that numbers a page.
pub(super) const NUMBERED_HEADER: &str = "rIdNumberedHeader";
/// Relationship of the header of a section's first page.
pub(super) const EMPTY_HEADER: &str = "rIdEmptyHeader";

/// The report: its text and each appendix are sections with their own page numbers.
pub(super) fn document(paper: &Paper) -> Element {
    let mut content = report(paper);
    for appendix in &paper.appendices {
        content.push(section_end());
        content.extend(appendix_pages(appendix));
    }
    content.push(closing_paragraph().build());
    whole(content)
}

/// The list of submissions, a document of its own.
pub(super) fn sources(paper: &Paper) -> Element {
    whole(submission_pages(&paper.made_from))
}

/// A document of this content, whose last section has no end of its own.
fn whole(mut content: Vec<Element>) -> Element {
    content.push(section());
    element("w:document")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R)
        .child(element("w:body").children(content))
}

fn report(paper: &Paper) -> Vec<Element> {
    let mut content = vec![head(paper)];
    content.extend(title(paper));
    content.extend(addressees(paper));
    content.extend(text(&paper.body));
    content.push(paragraph("Normal").keep_next().build());
    content.push(foot(paper));
    content
}

fn head(paper: &Paper) -> Element {
    let [left, right] = HEAD_COLUMNS;
    let head = &paper.head;
    let bodies = Look::PLAIN.size(SIZE_BODIES);
    let line = |text: &str, look| paragraph("Centred").run(text, look).build();

    let parent = head.parent_body.iter().map(|text| line(text, bodies));
    let body = head.body.iter().map(|text| line(text, bodies.bold()));
    let mut issuer: Vec<Element> = parent.chain(body).collect();
    // The rule is a third to a half as long as the text, which wraps at the column's edge.
    issuer.push(centred_rule(left * 3 / 10, left).build());
    let nation = vec![
        line(&head.nation, bodies.bold()),
        line(&head.motto, Look::PLAIN.size(SIZE_HEAD).bold()),
        centred_rule(MOTTO_WIDTH, right).build(),
    ];
    let number =
        paragraph("Centred").before(120).run(&head.number, Look::PLAIN.size(SIZE_HEAD)).build();
    let date = paragraph("Centred")
        .before(120)
        .run(&head.place_and_date, Look::PLAIN.size(SIZE_HEAD).italic())
        .build();
    invisible(&HEAD_COLUMNS, vec![vec![issuer, nation], vec![vec![number], vec![date]]])
}

fn title(paper: &Paper) -> [Element; 3] {
    [
        paragraph("Centred").before(360).run(&paper.kind, Look::PLAIN.bold()).build(),
        paragraph("Centred").run(&paper.subject, Look::PLAIN.bold()).build(),
        centred_rule(TEXT_WIDTH / 5, TEXT_WIDTH).build(),
    ]
}

fn addressees(paper: &Paper) -> Vec<Element> {
    let label = &paper.addressees.label;
    match paper.addressees.names.as_slice() {
        [] => Vec::new(),
        [only] => {
            let text = format!("{label} {only}");
            vec![paragraph("Centred").before(240).run(&text, Look::PLAIN).build()]
        }
        [others @ .., last] => {
            let name = |text: &str, end: &str| {
                let text = format!("- {text}{end}");
                paragraph("Normal").hanging(255, 142).run(&text, Look::PLAIN).build()
            };
            let names = others.iter().map(|text| name(text, ";")).chain([name(last, ".")]);
            let label = paragraph("Normal").align("right").run(label, Look::PLAIN).build();
            let space = paragraph("Centred").build();
            vec![space, invisible(&ADDRESSEE_COLUMNS, vec![vec![vec![label], names.collect()]])]
        }
    }
}

/// The text; its last lines stay with the signature, which must not stand alone on a page.
fn text(blocks: &[Block]) -> Vec<Element> {
    let last = blocks.len().saturating_sub(1);
    let element = |(index, content): (usize, &Block)| {
        let block = block(content);
        if index == last { block.keep_next().build() } else { block.build() }
    };
    blocks.iter().enumerate().map(element).collect()
}

fn block(block: &Block) -> Paragraph {
    let (style, text) = match block {
        Block::Heading { level: 1, text, .. } => ("Heading1", text),
        Block::Heading { level: 2, text, .. } => ("Heading2", text),
        Block::Heading { text, .. } => ("Heading3", text),
        Block::Paragraph { text } => ("BodyText", text),
    };
    paragraph(style).run(text, Look::PLAIN)
}

fn foot(paper: &Paper) -> Element {
    invisible(&FOOT_COLUMNS, vec![vec![recipients(paper), signature(paper)]])
}

fn recipients(paper: &Paper) -> Vec<Element> {
    if paper.recipients.is_empty() {
        return vec![paragraph("Normal").build()];
    }
    let label = Look::PLAIN.size(SIZE_RECIPIENTS_LABEL).bold().italic();
    let label = paragraph("Normal").keep_next().run("Nơi nhận:", label).build();
    let line = |text: &String| {
        let look = Look::PLAIN.size(SIZE_SMALL);
        paragraph("Normal").hanging(142, 142).run(text, look).build()
    };
    std::iter::once(label).chain(paper.recipients.iter().map(line)).collect()
}

/// Authority and post, room for signature and seal, name.
fn signature(paper: &Paper) -> Vec<Element> {
    let bold = Look::PLAIN.bold();
    let lines = &paper.signature.lines;
    let mut content: Vec<Element> =
        lines.iter().map(|line| paragraph("Centred").keep_next().run(line, bold).build()).collect();
    content.push(
        paragraph("Centred").keep_lines().before(1_500).run(&paper.signature.signer, bold).build(),
    );
    content
}

fn appendix_pages(appendix: &AppendixTable) -> Vec<Element> {
    let small = Look::PLAIN.size(SIZE_SMALL);
    let mut content = vec![
        paragraph("Normal").align("right").run(&appendix.form, small.italic()).build(),
        paragraph("Heading1").flush().align("center").run(&appendix.label, Look::PLAIN).build(),
        paragraph("Centred").keep_next().run(&appendix.title, Look::PLAIN.bold()).build(),
        paragraph("Centred")
            .keep_next()
            .after(160)
            .run(&appendix.attached_to, Look::PLAIN.italic())
            .build(),
        figures(&appendix.sheet),
    ];
    let legend = |text: &String| paragraph("Normal").before(80).run(text, small.italic()).build();
    content.extend(appendix.sheet.legend.iter().map(legend));
    content
}

fn submission_pages(made_from: &MadeFrom) -> Vec<Element> {
    let title =
        paragraph("Heading1").flush().align("center").run(&made_from.title, Look::PLAIN).build();
    let of = paragraph("Centred").after(160).run(&made_from.of, Look::PLAIN.italic()).build();
    if made_from.rows.is_empty() {
        return vec![title, of, paragraph("BodyText").run(&made_from.none, Look::PLAIN).build()];
    }
    vec![title, of, submissions(made_from), closing_paragraph().build()]
}

/// The paragraph that has to follow a table; too low to be pushed onto a page of its own.
fn closing_paragraph() -> Paragraph {
    paragraph("Normal").exact_line(20)
}

fn section_end() -> Element {
    closing_paragraph().ending(section())
}

/// A section: A4 portrait, page numbers from 1 in the top margin, none on the first page.
fn section() -> Element {
    let header = |kind: &str, relationship: &str| {
        element("w:headerReference").attribute("w:type", kind).attribute("r:id", relationship)
    };
    element("w:sectPr")
        .child(header("default", NUMBERED_HEADER))
        .child(header("first", EMPTY_HEADER))
        .child(element("w:type").attribute("w:val", "nextPage"))
        .child(element("w:pgSz").attribute("w:w", PAGE_WIDTH).attribute("w:h", PAGE_HEIGHT))
        .child(
            element("w:pgMar")
                .attribute("w:top", MARGIN_TOP_BOTTOM)
                .attribute("w:right", MARGIN_RIGHT)
                .attribute("w:bottom", MARGIN_TOP_BOTTOM)
                .attribute("w:left", MARGIN_LEFT)
                .attribute("w:header", MARGIN_HEADER)
                .attribute("w:footer", MARGIN_HEADER)
                .attribute("w:gutter", 0),
        )
        .child(element("w:pgNumType").attribute("w:start", 1))
        .child(element("w:titlePg"))
}
