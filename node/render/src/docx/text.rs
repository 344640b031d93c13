//! Paragraphs and runs.

use super::xml::{Element, element, value};

/// How a run of text looks, apart from its paragraph's style.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// Half points; `None` for the style's.
    pub(super) size: Option<u32>,
}

impl Look {
    pub(super) const PLAIN: Self = Self { bold: false, italic: false, size: None };

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn italic(self) -> Self {
        Self { italic: true, ..self }
    }

    pub(super) fn italic_if(self, italic: bool) -> Self {
        Self { italic: self.italic || italic, ..self }
    }

    pub(super) fn size(self, half_points: u32) -> Self {
        Self { size: Some(half_points), ..self }
    }

    /// The children of `w:rPr`, in the schema's order.
    fn properties(self) -> Option<Element> {
        let mut children = Vec::new();
        if self.bold {
            children.extend([element("w:b"), element("w:bCs")]);
        }
        if self.italic {
            children.extend([element("w:i"), element("w:iCs")]);
        }
        if let Some(size) = self.size {
            children.extend([value("w:sz", size), value("w:szCs", size)]);
        }
        (!children.is_empty()).then(|| element("w:rPr").children(children))
    }
}

/// A paragraph's properties that differ from its style. Written in the schema's order, whatever the
/// order in which they are set.
#[derive(Clone, Debug, Default)]
pub(super) struct Paragraph {
    style: &'static str,
    keep_next: bool,
    keep_lines: bool,
    rule_above: bool,
    before: Option<u32>,
    after: Option<u32>,
    exact_line: Option<u32>,
    indents: Option<(u32, u32)>,
    hanging: Option<(u32, u32)>,
    flush: bool,
    align: Option<&'static str>,
    runs: Vec<Element>,
}

/// An empty paragraph in a style of `styles.rs`.
pub(super) fn paragraph(style: &'static str) -> Paragraph {
    Paragraph { style, ..Paragraph::default() }
}

/// A horizontal rule of a given width, in the middle of a column.
pub(super) fn centred_rule(width: u32, column: u32) -> Paragraph {
    let side = column.saturating_sub(width) / 2;
    Paragraph {
        rule_above: true,
        exact_line: Some(60),
        indents: Some((side, side)),
        ..paragraph("Centred").before(20)
    }
}

impl Paragraph {
    pub(super) fn run(mut self, text: &str, look: Look) -> Self {
        let text = element("w:t").attribute("xml:space", "preserve").text(text);
        self.runs.push(element("w:r").children(look.properties()).child(text));
        self
    }

    pub(super) fn keep_next(mut self) -> Self {
        self.keep_next = true;
        self
    }

    pub(super) fn keep_lines(mut self) -> Self {
        self.keep_lines = true;
        self
    }

    pub(super) fn before(mut self, twips: u32) -> Self {
        self.before = Some(twips);
        self
    }

    pub(super) fn after(mut self, twips: u32) -> Self {
        self.after = Some(twips);
        self
    }

    /// Exactly this high, whatever stands in it.
    pub(super) fn exact_line(mut self, twips: u32) -> Self {
        self.exact_line = Some(twips);
        self
    }

    /// Left indent, and how far the first line stands out to the left of it.
    pub(super) fn hanging(mut self, left: u32, hanging: u32) -> Self {
        self.hanging = Some((left, hanging));
        self
    }

    /// Without the indent of the style's first line.
    pub(super) fn flush(mut self) -> Self {
        self.flush = true;
        self
    }

    pub(super) fn align(mut self, align: &'static str) -> Self {
        self.align = Some(align);
        self
    }

    pub(super) fn build(self) -> Element {
        let properties = self.properties(None);
        element("w:p").child(properties).children(self.runs)
    }

    /// The paragraph that ends a section.
    pub(super) fn ending(self, section: Element) -> Element {
        let properties = self.properties(Some(section));
        element("w:p").child(properties).children(self.runs)
    }

    /// `w:pPr`, in the schema's order.
    fn properties(&self, section: Option<Element>) -> Element {
        element("w:pPr")
            .child(value("w:pStyle", self.style))
            .children(self.keep_next.then(|| element("w:keepNext")))
            .children(self.keep_lines.then(|| element("w:keepLines")))
            .children(self.rule_above.then(top_border))
            .children(self.spacing())
            .children(self.indentation())
            .children(self.align.map(|align| value("w:jc", align)))
            .children(section)
    }

    fn spacing(&self) -> Option<Element> {
        let set = self.before.is_some() || self.after.is_some() || self.exact_line.is_some();
        let mut spacing = element("w:spacing");
        if let Some(before) = self.before {
            spacing = spacing.attribute("w:before", before);
        }
        if let Some(after) = self.after {
            spacing = spacing.attribute("w:after", after);
        }
        if let Some(line) = self.exact_line {
            spacing = spacing.attribute("w:line", line).attribute("w:lineRule", "exact");
        }
        set.then_some(spacing)
    }

    fn indentation(&self) -> Option<Element> {
        if self.flush {
            return Some(element("w:ind").attribute("w:firstLine", 0));
        }
        if let Some((left, hanging)) = self.hanging {
            let indent = element("w:ind").attribute("w:left", left);
            return Some(indent.attribute("w:hanging", hanging));
        }
        self.indents.map(|(left, right)| {
            element("w:ind").attribute("w:left", left).attribute("w:right", right)
        })
    }
}

fn top_border() -> Element {
    let border = value("w:top", "single")
        .attribute("w:sz", 6)
        .attribute("w:space", 0)
        .attribute("w:color", "000000");
    element("w:pBdr").child(border)
}
