//! Figures within a text as a text file has them: `{pl4.3.1.1: 855}`, the cell and what it holds. Read back, a
//! figure is known by its cell, whatever stands behind the colon; `{pl4.3.1.1}` puts one in. Braces around
//! anything else are braces; before what would be read as a figure, each two of them are one.

use hopluu_protocol::documents::text_figures::LETTER;
use hopluu_protocol::id::IndicatorId;

use crate::desk::TextFigure;

/// A text with its figures as a text file has them.
pub(super) fn write(text: &str, figures: &[TextFigure]) -> String {
    let mut cells = figures.iter();
    // A letter that is bound to no cell says nothing.
    let bound = text.chars().filter_map(|letter| match letter {
        LETTER => cells.next().filter(|one| one.cell.is_some()).map(|one| (letter, Some(one))),
        letter => Some((letter, None)),
    });
    let bound: Vec<_> = bound.collect();
    // From the end, since what stands behind a brace says what it means.
    let mut lines: Vec<String> = Vec::new();
    let mut behind = String::new();
    let mut braces = 0;
    for letter in bound.into_iter().rev().map(Some).chain([None]) {
        if let Some(('{', _)) = letter {
            braces += 1;
            continue;
        }
        if braces > 0 {
            let opens = behind.starts_with('{') || figure_at(&format!("{{{behind}")).is_some();
            behind.insert_str(0, &"{".repeat(if opens { 2 * braces } else { braces }));
            braces = 0;
        }
        match letter {
            Some(('\n', _)) => lines.push(std::mem::take(&mut behind)),
            Some((_, Some(TextFigure { cell: Some(cell), shown, .. }))) => {
                let shown = shown.replace(['{', '}', '\n'], " ");
                behind.insert_str(0, &format!("{{{cell}: {shown}}}"));
            }
            Some((letter, _)) => behind.insert(0, letter),
            None => lines.push(std::mem::take(&mut behind)),
        }
    }
    lines.reverse();
    lines.join("\n")
}

/// The text of a file, with a letter for each figure, and their cells.
pub(super) fn read(file: &str) -> (String, Vec<Option<IndicatorId>>) {
    let mut text = String::with_capacity(file.len());
    let mut figures = Vec::new();
    let mut rest = file;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let count = rest.len() - rest.trim_start_matches('{').len();
        let Some((cell, length)) = figure_at(&rest[count - 1..]) else {
            text.push_str(&rest[..count]);
            rest = &rest[count..];
            continue;
        };
        text.push_str(&rest[..count / 2]);
        rest = &rest[count..];
        if count % 2 == 1 {
            text.push(LETTER);
            figures.push(Some(cell));
            rest = &rest[length - 1..];
        }
    }
    text.push_str(rest);
    (text, figures)
}

/// The cell of the figure with which a text begins, and how many bytes it takes.
fn figure_at(text: &str) -> Option<(IndicatorId, usize)> {
    let line = text.lines().next()?;
    let inside = line.strip_prefix('{')?;
    let end = inside.find('}')?;
    let inside = &inside[..end];
    let cell = inside.split_once(':').map_or(inside, |(cell, _)| cell);
    Some((cell.parse().ok()?, end + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::desk::TextFigureState;

    fn figure(cell: &str, shown: &str) -> TextFigure {
        TextFigure {
            at: 0,
            cell: cell.parse().ok(),
            shown: shown.to_owned(),
            state: TextFigureState::Value,
            code: String::new(),
            label: String::new(),
        }
    }

    #[test]
    fn a_figure_is_written_with_its_number_and_read_by_its_cell() {
        let written = write("Có \u{fffc} hồ sơ {xem}.", &[figure("pl4.3", "1.304")]);
        assert_eq!(written, "Có {pl4.3: 1.304} hồ sơ {{xem}.");
        let (text, figures) = read(&written.replace("1.304", "999"));
        assert_eq!(text, "Có \u{fffc} hồ sơ {xem}.");
        assert_eq!(figures, ["pl4.3".parse().ok()]);
        assert_eq!(read("{pl4.3} {Xem} {"), ("\u{fffc} {Xem} {".to_owned(), figures));
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "[{}:a-c. \n\u{fffc}]{0,24}") {
            let count = text.matches(LETTER).count();
            let figures: Vec<TextFigure> = (0..count).map(|at| figure(&format!("x.{at}"), "1{")).collect();
            let (read, cells) = read(&write(&text, &figures));
            prop_assert_eq!(read, text);
            let expected: Vec<_> = figures.into_iter().map(|figure| figure.cell).collect();
            prop_assert_eq!(cells, expected);
        }
    }
}
