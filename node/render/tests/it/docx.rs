//! The DOCX package against ECMA-376 (transitional): Word refuses what LibreOffice forgives.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};

use hopluu_render::{Paper, render_docx, render_sources_docx};
use zip::ZipArchive;

use crate::fixture;
use crate::xml::Node;

/// The schema's sequences, as far as an office document uses them; `*` marks children that may repeat.
const SEQUENCES: [(&str, &str); 13] = [
    (
        "w:pPr",
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr \
         shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE \
         autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents \
         suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr \
         sectPr pPrChange",
    ),
    (
        "w:rPr",
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof \
         snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd \
         fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    ),
    (
        "w:tblPr",
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc \
         tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    ),
    (
        "w:trPr",
        "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader \
         tblCellSpacing jc hidden",
    ),
    (
        "w:tcPr",
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign \
         hideMark",
    ),
    (
        "w:sectPr",
        "headerReference* footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType \
         cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    ),
    ("w:tbl", "tblPr tblGrid tr*"),
    ("w:tr", "tblPrEx trPr tc*"),
    ("w:tblBorders", "top left bottom right insideH insideV"),
    ("w:tblCellMar", "top left bottom right"),
    ("w:pBdr", "top left bottom right between bar"),
    (
        "w:style",
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat \
         locked pPr rPr tblPr trPr tcPr tblStylePr*",
    ),
    (
        "w:settings",
        "zoom defaultTabStop characterSpacingControl footnotePr endnotePr compat themeFontLang \
         clrSchemeMapping decimalSymbol listSeparator",
    ),
];

struct Package(ZipArchive<Cursor<Vec<u8>>>);

impl Package {
    fn of(paper: &Paper) -> Self {
        Self::read(render_docx(paper).unwrap())
    }

    fn read(bytes: Vec<u8>) -> Self {
        Self(ZipArchive::new(Cursor::new(bytes)).unwrap())
    }

    fn part(&mut self, name: &str) -> Node {
        let mut xml = String::new();
        self.0.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
        Node::read(&xml)
    }

    fn names(&self) -> Vec<String> {
        self.0.file_names().map(|name| name.unwrap().into_owned()).collect()
    }
}

#[test]
fn children_stand_in_the_order_of_the_schema() {
    let paper = fixture::paper();
    let mut seen = BTreeSet::new();
    for bytes in [render_docx(&paper).unwrap(), render_sources_docx(&paper).unwrap()] {
        let mut package = Package::read(bytes);
        for name in package.names() {
            for node in package.part(&name).all() {
                if let Some((_, sequence)) =
                    SEQUENCES.iter().find(|(parent, _)| *parent == node.name)
                {
                    seen.insert(node.name.clone());
                    assert_in_order(&name, node, sequence);
                }
            }
        }
    }
    let all: BTreeSet<String> = SEQUENCES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(seen, all, "a sequence is checked that the document does not use");
}

fn assert_in_order(part: &str, node: &Node, sequence: &str) {
    let mut position = 0;
    let allowed: Vec<(&str, bool)> = sequence
        .split_whitespace()
        .map(|name| (name.trim_end_matches('*'), name.ends_with('*')))
        .collect();
    for child in &node.children {
        let name = child.name.trim_start_matches("w:");
        let found = allowed.iter().skip(position).position(|(known, _)| *known == name);
        let Some(offset) = found else {
            panic!("{part}: {} is out of place in {}", child.name, node.name);
        };
        let (_, repeats) = allowed[position + offset];
        position += offset + usize::from(!repeats);
    }
}

/// Every text of a document, in order.
fn words(document: &Node) -> String {
    document.named("w:t").iter().map(|text| format!("{}|", text.text)).collect()
}

#[test]
fn the_submissions_are_a_document_of_their_own_and_no_part_of_what_is_signed() {
    let paper = fixture::paper();
    let submission = &paper.made_from.rows[0].id;
    let report = words(&Package::of(&paper).part("word/document.xml"));
    assert!(!report.contains(submission) && !report.contains(&paper.made_from.title), "{report}");

    let mut sources = Package::read(render_sources_docx(&paper).unwrap());
    let document = sources.part("word/document.xml");
    assert_eq!(document.named("w:sectPr").len(), 1);
    let sources = words(&document);
    for row in &paper.made_from.rows {
        assert!(sources.contains(&format!("{}|{}|", row.ordinal, row.unit)), "{sources}");
        assert!(sources.contains(&row.id), "{sources}");
    }
    assert!(sources.contains(&paper.made_from.of), "{sources}");
    assert!(!sources.contains(&paper.head.nation), "{sources}");
}

#[test]
fn every_table_of_figures_repeats_its_heading_rows() {
    let mut package = Package::of(&fixture::paper());
    let document = package.part("word/document.xml");
    let ruled: Vec<&Node> = document
        .named("w:tbl")
        .into_iter()
        .filter(|table| table.child("w:tblPr").unwrap().child("w:tblStyle").is_some())
        .collect();
    assert_eq!(ruled.len(), 7, "one for each appendix");
    for table in ruled {
        let is_heading: Vec<bool> = table
            .children
            .iter()
            .filter(|child| child.name == "w:tr")
            .map(|row| !row.named("w:tblHeader").is_empty())
            .collect();
        let headings = is_heading.iter().take_while(|heading| **heading).count();
        assert!(headings >= 1, "no heading row is repeated");
        assert!(!is_heading[headings..].contains(&true), "Word repeats leading rows only");
    }
}

#[test]
fn cells_of_a_row_fill_the_grid_and_end_with_a_paragraph() {
    let mut package = Package::of(&fixture::paper());
    for table in package.part("word/document.xml").named("w:tbl") {
        let columns = table.child("w:tblGrid").unwrap().children.len();
        for row in table.children.iter().filter(|child| child.name == "w:tr") {
            let cells: Vec<&Node> =
                row.children.iter().filter(|child| child.name == "w:tc").collect();
            let spans = cells.iter().map(|cell| {
                let span = cell.child("w:tcPr").unwrap().child("w:gridSpan");
                span.map_or(1, |span| span.attribute("w:val").unwrap().parse::<usize>().unwrap())
            });
            assert_eq!(spans.sum::<usize>(), columns);
            assert!(cells.iter().all(|cell| cell.children.last().unwrap().name == "w:p"));
        }
    }
}

#[test]
fn every_relationship_leads_somewhere_and_every_part_has_a_type() {
    let mut package = Package::of(&fixture::paper());
    let names: BTreeSet<String> = package.names().into_iter().collect();
    let mut ids = BTreeSet::new();
    for (relationships, folder) in [("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word/")]
    {
        for relationship in package.part(relationships).named("Relationship") {
            let id = relationship.attribute("Id").unwrap().to_owned();
            assert!(ids.insert((folder, id)), "an id is used twice");
            let target = format!("{folder}{}", relationship.attribute("Target").unwrap());
            assert!(names.contains(&target), "{target} is not in the package");
        }
    }
    for reference in package.part("word/document.xml").named("w:headerReference") {
        let id = reference.attribute("r:id").unwrap().to_owned();
        assert!(ids.contains(&("word/", id)));
    }
    let types = package.part("[Content_Types].xml");
    let overrides: BTreeSet<String> = types
        .named("Override")
        .iter()
        .map(|part| part.attribute("PartName").unwrap().trim_start_matches('/').to_owned())
        .collect();
    assert!(overrides.is_subset(&names), "a type is given for a part that does not exist");
    for name in names.iter().filter(|name| name.starts_with("word/") && !name.ends_with(".rels")) {
        assert!(overrides.contains(name), "{name} has no type of its own");
    }
}

#[test]
fn every_style_that_is_used_is_defined_once() {
    let mut package = Package::of(&fixture::paper());
    let styles = package.part("word/styles.xml");
    let defined: Vec<&str> =
        styles.named("w:style").iter().map(|style| style.attribute("w:styleId").unwrap()).collect();
    assert_eq!(defined.iter().collect::<BTreeSet<_>>().len(), defined.len());
    for part in ["word/document.xml", "word/header1.xml", "word/header2.xml"] {
        for node in package.part(part).all() {
            if node.name == "w:pStyle" || node.name == "w:tblStyle" {
                assert!(defined.contains(&node.attribute("w:val").unwrap()));
            }
        }
    }
}

#[test]
fn each_part_has_its_own_page_numbers_and_none_on_its_first_page() {
    let mut package = Package::of(&fixture::paper());
    let document = package.part("word/document.xml");
    let sections = document.named("w:sectPr");
    assert_eq!(sections.len(), 1 + 7, "report, appendices");
    for section in sections {
        assert_eq!(section.child("w:pgNumType").unwrap().attribute("w:start"), Some("1"));
        assert!(section.child("w:titlePg").is_some());
    }
}

#[test]
fn margins_and_paper_are_those_of_the_decree() {
    let mut package = Package::of(&fixture::paper());
    let document = package.part("word/document.xml");
    let section = document.named("w:sectPr").into_iter().next().unwrap();
    let millimetres = |node: &Node, name: &str| {
        node.attribute(name).unwrap().parse::<f64>().unwrap() / 1440.0 * 25.4
    };
    let margins = section.child("w:pgMar").unwrap();
    assert!((20.0..=25.0).contains(&millimetres(margins, "w:top")));
    assert!((20.0..=25.0).contains(&millimetres(margins, "w:bottom")));
    assert!((30.0..=35.0).contains(&millimetres(margins, "w:left")));
    assert!((15.0..=20.0).contains(&millimetres(margins, "w:right")));
    let size = section.child("w:pgSz").unwrap();
    assert!((millimetres(size, "w:w") - 210.0).abs() < 0.1);
    assert!((millimetres(size, "w:h") - 297.0).abs() < 0.1);
}

#[test]
fn what_people_type_comes_out_as_text() {
    let hostile = "</w:t><w:br/> & <!-- \"x\" ]]> {MERGEFIELD} \u{1b}[0m %s";
    let mut report = fixture::report();
    let last = report.sections.last_mut().unwrap();
    last.depth = 1;
    last.title = hostile.to_owned();
    last.text = hostile.to_owned();
    report.cells[0].label = hostile.to_owned();
    report.cells[0].note = hostile.to_owned();
    let mut package = Package::of(&fixture::compose(&report, &fixture::issue()));
    let printed = "</w:t><w:br/> & <!-- \"x\" ]]> {MERGEFIELD} [0m %s";
    let words = package.part("word/document.xml").words();
    assert_eq!(words.matches(printed).count(), 4);
}

#[test]
fn a_text_of_a_hundred_thousand_characters_is_kept_whole() {
    let long = "x".repeat(100_000);
    let mut report = fixture::report();
    report.sections[0].text = long.clone();
    let mut package = Package::of(&fixture::compose(&report, &fixture::issue()));
    assert!(package.part("word/document.xml").words().contains(&long));
}
