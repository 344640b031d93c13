//! The parts of the package that do not depend on the report: styles, settings, page number headers.

use super::measures::{BETWEEN_PARAGRAPHS, FIRST_LINE, LINE, SIZE_BODY, SIZE_TABLE};
use super::xml::{Element, element, value};

/// Namespace of WordprocessingML (ECMA-376, transitional).
pub(super) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// Namespace of relationships inside a part.
pub(super) const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

const FONT: &str = "Times New Roman";

/// `word/styles.xml`
pub(super) fn styles() -> Element {
    element("w:styles")
        .attribute("xmlns:w", W)
        .child(defaults())
        .child(paragraph_style("Normal", "Normal", None, element("w:pPr"), element("w:rPr"), true))
        .child(body_text())
        .child(heading(1))
        .child(heading(2))
        .child(heading(3))
        .child(paragraph_style(
            "Centred",
            "Centred",
            Some("Normal"),
            element("w:pPr").child(value("w:jc", "center")),
            element("w:rPr"),
            false,
        ))
        .child(table_text())
        .child(table_style())
}

fn defaults() -> Element {
    let run = element("w:rPr")
        .child(
            element("w:rFonts")
                .attribute("w:ascii", FONT)
                .attribute("w:hAnsi", FONT)
                .attribute("w:eastAsia", FONT)
                .attribute("w:cs", FONT),
        )
        .child(value("w:sz", SIZE_BODY))
        .child(value("w:szCs", SIZE_BODY))
        .child(element("w:lang").attribute("w:val", "vi-VN").attribute("w:eastAsia", "vi-VN"));
    let paragraph = element("w:pPr").child(
        element("w:spacing")
            .attribute("w:before", 0)
            .attribute("w:after", 0)
            .attribute("w:line", 240)
            .attribute("w:lineRule", "auto"),
    );
    element("w:docDefaults")
        .child(element("w:rPrDefault").child(run))
        .child(element("w:pPrDefault").child(paragraph))
}

fn paragraph_style(
    id: &str,
    name: &str,
    based_on: Option<&str>,
    paragraph: Element,
    run: Element,
    is_default: bool,
) -> Element {
    let mut style = element("w:style").attribute("w:type", "paragraph");
    if is_default {
        style = style.attribute("w:default", 1);
    }
    style
        .attribute("w:styleId", id)
        .child(value("w:name", name))
        .children(based_on.map(|parent| value("w:basedOn", parent)))
        .child(element("w:qFormat"))
        .child(paragraph)
        .child(run)
}

fn body_text() -> Element {
    let paragraph = element("w:pPr")
        .child(
            element("w:spacing")
                .attribute("w:before", BETWEEN_PARAGRAPHS)
                .attribute("w:after", 0)
                .attribute("w:line", LINE)
                .attribute("w:lineRule", "auto"),
        )
        .child(element("w:ind").attribute("w:firstLine", FIRST_LINE))
        .child(value("w:jc", "both"));
    paragraph_style("BodyText", "Body Text", Some("Normal"), paragraph, element("w:rPr"), false)
}

fn heading(level: u8) -> Element {
    let (id, name) = match level {
        1 => ("Heading1", "heading 1"),
        2 => ("Heading2", "heading 2"),
        _ => ("Heading3", "heading 3"),
    };
    let paragraph = element("w:pPr")
        .child(element("w:keepNext"))
        .child(element("w:spacing").attribute("w:before", BETWEEN_PARAGRAPHS))
        .child(value("w:jc", "left"))
        .child(value("w:outlineLvl", level.saturating_sub(1)));
    let run = element("w:rPr").child(element("w:b")).child(element("w:bCs"));
    paragraph_style(id, name, Some("BodyText"), paragraph, run, false)
}

fn table_text() -> Element {
    let paragraph = element("w:pPr")
        .child(element("w:spacing").attribute("w:before", 20).attribute("w:after", 20));
    let run = element("w:rPr").child(value("w:sz", SIZE_TABLE)).child(value("w:szCs", SIZE_TABLE));
    paragraph_style("TableText", "Table Text", Some("Normal"), paragraph, run, false)
}

fn table_style() -> Element {
    let border = |name| {
        value(name, "single")
            .attribute("w:sz", 4)
            .attribute("w:space", 0)
            .attribute("w:color", "000000")
    };
    let borders = element("w:tblBorders")
        .child(border("w:top"))
        .child(border("w:left"))
        .child(border("w:bottom"))
        .child(border("w:right"))
        .child(border("w:insideH"))
        .child(border("w:insideV"));
    let margin = |name| element(name).attribute("w:w", 85).attribute("w:type", "dxa");
    let margins = element("w:tblCellMar").child(margin("w:left")).child(margin("w:right"));
    element("w:style")
        .attribute("w:type", "table")
        .attribute("w:styleId", "TableGrid")
        .child(value("w:name", "Table Grid"))
        .child(element("w:tblPr").child(borders).child(margins))
}

/// `word/settings.xml`
pub(super) fn settings() -> Element {
    let compatibility = element("w:compatSetting")
        .attribute("w:name", "compatibilityMode")
        .attribute("w:uri", "http://schemas.microsoft.com/office/word")
        .attribute("w:val", 15);
    element("w:settings")
        .attribute("xmlns:w", W)
        .child(value("w:defaultTabStop", FIRST_LINE))
        .child(value("w:characterSpacingControl", "doNotCompress"))
        .child(element("w:compat").child(compatibility))
        .child(value("w:themeFontLang", "vi-VN"))
        .child(value("w:decimalSymbol", ","))
        .child(value("w:listSeparator", ";"))
}

/// The header of every page but the first of a section: its number, centred.
pub(super) fn numbered_header() -> Element {
    let field = |kind| element("w:r").child(element("w:fldChar").attribute("w:fldCharType", kind));
    let instruction = element("w:r")
        .child(element("w:instrText").attribute("xml:space", "preserve").text(" PAGE "));
    let paragraph = element("w:p")
        .child(element("w:pPr").child(value("w:pStyle", "Centred")))
        .child(field("begin"))
        .child(instruction)
        .child(field("separate"))
        .child(element("w:r").child(element("w:t").text("2")))
        .child(field("end"));
    element("w:hdr").attribute("xmlns:w", W).child(paragraph)
}

/// The header of a section's first page: nothing.
pub(super) fn empty_header() -> Element {
    let paragraph = element("w:p").child(element("w:pPr").child(value("w:pStyle", "Centred")));
    element("w:hdr").attribute("xmlns:w", W).child(paragraph)
}
