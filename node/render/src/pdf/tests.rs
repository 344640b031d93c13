//! What people typed reaches the page as they typed it, and never the typesetter as a command.

use typst::layout::{Frame, FrameItem, Point};

use super::*;
use crate::paper::{
    Addressees, AppendixTable, Block, Cell, Figure, Head, MadeFrom, Row, Sheet as Table, Signature,
};

/// A paper that says one text wherever people can type one.
fn paper_saying(text: &str) -> Paper {
    let text = || text.to_owned();
    let cell = Cell {
        printed: text(),
        printed_note: text(),
        figure: Figure::NotReported,
        note: text(),
        complete: true,
    };
    let row = Row {
        id: "pl2.1".to_owned(),
        code: text(),
        label: text(),
        unit: text(),
        cell: Some(cell),
        italic: true,
        unbroken: false,
    };
    Paper {
        title: text(),
        author: text(),
        issued_on: None,
        head: Head {
            parent_body: vec![text()],
            body: vec![text()],
            nation: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned(),
            motto: "Độc lập - Tự do - Hạnh phúc".to_owned(),
            number: text(),
            place_and_date: text(),
        },
        kind: "BÁO CÁO".to_owned(),
        subject: text(),
        addressees: Addressees { label: "Kính gửi:".to_owned(), names: vec![text(), text()] },
        body: vec![
            Block::Heading { section: "i.1".to_owned(), level: 1, text: text() },
            Block::Paragraph { text: text() },
        ],
        signature: Signature { lines: vec![text()], signer: text() },
        recipients: vec![text()],
        appendices: vec![AppendixTable {
            label: "Phụ lục".to_owned(),
            form: text(),
            title: text(),
            attached_to: text(),
            sheet: Table { name: "Phụ lục".to_owned(), rows: vec![row], legend: vec![text()] },
        }],
        facts: None,
        auxiliary: None,
        made_from: MadeFrom {
            title: "Tổng hợp từ các lần nộp".to_owned(),
            of: text(),
            none: text(),
            columns: ["STT", "Đơn vị", "Ký lúc", "Nhận lúc", "Mã"].map(str::to_owned),
            rows: Vec::new(),
        },
        about: Vec::new(),
    }
}

/// The text of each page without spaces, which lines swallow, and the right edge of the text that reaches
/// furthest.
fn laid_out(document: &PagedDocument) -> (Vec<String>, f64) {
    let mut edge = 0.0;
    let pages = document.pages().iter().map(|page| {
        let mut text = String::new();
        collect(&page.frame, Point::zero(), &mut text, &mut edge);
        text
    });
    (pages.collect(), edge)
}

fn collect(frame: &Frame, origin: Point, text: &mut String, edge: &mut f64) {
    for (position, item) in frame.items() {
        let at = origin + *position;
        match item {
            FrameItem::Group(group) => collect(&group.frame, at, text, edge),
            FrameItem::Text(run) => {
                text.extend(run.text.chars().filter(|c| !c.is_whitespace()));
                *edge = edge.max((at.x + run.width()).to_mm());
            }
            _ => {}
        }
    }
}

/// The right edge of the text block: 210 mm less 15 mm, and a hair.
const RIGHT_EDGE: f64 = 195.1;

#[test]
fn markup_that_people_type_is_printed_and_not_obeyed() {
    for text in [
        "#panic(\"x\")",
        "#import\"/etc/passwd\"",
        "*đậm*",
        "_nghiêng_",
        "$x^2$",
        "\\",
        "\\u{48}",
        "@nguồn",
        "<nhãn>",
        "=Đềmục",
        "`mã`",
        "//chúthích",
        "/*chúthích*/",
        "[[x]](y)",
        "https://example.org/#a",
        "---",
        "~",
        "'\"",
    ] {
        for (part, places) in [(Part::Report, 21), (Part::Sources, 2)] {
            let document = typeset(&paper_saying(text), part).unwrap();
            let (pages, _) = laid_out(&document);
            let appearances = pages.concat().matches(text).count();
            // Title and author are not printed; every other place is, once, on the first try.
            assert_eq!(appearances, places, "{part:?}: {text}");
        }
    }
}

#[test]
fn other_scripts_and_stacked_marks_are_printed_without_complaint() {
    for text in ["שלום עולם", "a\u{301}\u{323}\u{302}\u{309}".repeat(50).as_str(), "👩‍👩‍👧", "漢字"]
    {
        let paper = paper_saying(text);
        assert!(render_pdf(&paper).unwrap().starts_with(b"%PDF-"), "{text}");
    }
}

#[test]
fn words_wider_than_a_column_break_instead_of_leaving_the_page() {
    let (_, edge) = laid_out(&typeset(&paper_saying(&"W".repeat(300)), Part::Report).unwrap());
    assert!(edge <= RIGHT_EDGE, "text reaches {edge} mm");
}

/// Whoever searches the PDF for a code, or copies it, finds what is printed. This one is marked to break.
#[test]
fn the_text_has_no_marks_that_nobody_sees() {
    let mut paper = paper_saying("ngắn");
    let codes = ["3.3.1.", "10.11.12.13.14.15"];
    for code in codes {
        let mut row = paper.appendices[0].sheet.rows[0].clone();
        row.code = code.to_owned();
        paper.appendices[0].sheet.rows.push(row);
    }
    assert_ne!(breaking::breakable(&paper), paper, "nothing was to be broken");
    let (pages, _) = laid_out(&typeset(&paper, Part::Report).unwrap());
    let text = pages.concat();
    assert!(!text.contains(['\u{200b}', '\u{200c}', '\u{2060}', '\u{feff}', '\u{ad}']), "{text:?}");
    for code in codes {
        assert!(text.contains(code), "{code}: {text}");
    }
}

#[test]
fn a_text_of_a_hundred_thousand_characters_fills_pages() {
    let mut paper = paper_saying("ngắn");
    let text = "Số liệu đã được rà soát. ".repeat(4_000);
    paper.body.push(Block::Paragraph { text: text.clone() });
    paper.appendices[0].sheet.rows[0].cell.as_mut().unwrap().printed_note = text;
    let (pages, edge) = laid_out(&typeset(&paper, Part::Report).unwrap());
    assert!(pages.concat().matches("soát.").count() == 8_000);
    assert!(edge <= RIGHT_EDGE, "text reaches {edge} mm");
}

#[test]
fn pages_are_numbered_in_the_top_margin_from_the_second_of_each_part() {
    let mut paper = paper_saying("ngắn");
    let long = || "Số liệu đã được rà soát. ".repeat(400);
    paper.body.push(Block::Paragraph { text: long() });
    paper.appendices[0].sheet.rows[0].cell.as_mut().unwrap().printed_note = long();
    let document = typeset(&paper, Part::Report).unwrap();
    let starts: Vec<String> = document.pages().iter().map(top_margin).collect();

    let second_part = starts.iter().skip(1).position(String::is_empty).unwrap() + 1;
    let numbers = |count: usize| {
        (1..=count).map(|n| if n == 1 { String::new() } else { n.to_string() }).collect::<Vec<_>>()
    };
    let parts: [usize; 2] = [second_part, starts.len() - second_part];
    assert!(parts[0] > 1 && parts[1] > 1, "{starts:?}");
    assert_eq!(starts, parts.map(numbers).concat());
}

/// Whoever is led to the page of a cell or of a section finds it there.
#[test]
fn every_row_and_section_is_on_the_page_that_is_said() {
    let mut paper = paper_saying("ngắn");
    let long = "Số liệu đã được rà soát. ".repeat(150);
    for number in 2..40 {
        let text = format!("Mục{number}thứ");
        paper.body.push(Block::Heading { section: format!("i.{number}"), level: 2, text });
        paper.body.push(Block::Paragraph { text: long.clone() });
    }
    for number in 0..120 {
        let mut row = paper.appendices[0].sheet.rows[0].clone();
        (row.id, row.code) = (format!("pl2.{number}.x"), format!("r{number}."));
        // Some are headings of groups, some break over pages.
        match number % 10 {
            3 => row.cell = None,
            7 => row.cell.as_mut().unwrap().printed_note = long.clone(),
            _ => row.unbroken = true,
        }
        paper.appendices[0].sheet.rows.push(row);
    }
    let pictures = Pictures::of(&paper).unwrap();
    let (pages, _) = laid_out(&typeset(&paper, Part::Report).unwrap());
    let places = pictures.places();
    assert!(pages.len() > 20 && places.len() == 39 + 121, "{} {}", pages.len(), places.len());
    let sections = (2..40).map(|number| (format!("i.{number}"), format!("Mục{number}thứ")));
    let rows = (0..120).map(|number| (format!("pl2.{number}.x"), format!("r{number}.")));
    for (id, printed) in sections.chain(rows) {
        let page = places[&id];
        assert!(pages[page - 1].contains(&printed), "{id} is not on page {page}");
    }
}

/// The text in a page's uppermost 20 mm.
fn top_margin(page: &typst_layout::Page) -> String {
    fn walk(frame: &Frame, origin: Point, text: &mut String) {
        for (position, item) in frame.items() {
            let at = origin + *position;
            match item {
                FrameItem::Group(group) => walk(&group.frame, at, text),
                FrameItem::Text(run) if at.y.to_mm() < 20.0 => text.push_str(&run.text),
                _ => {}
            }
        }
    }
    let mut text = String::new();
    walk(&page.frame, Point::zero(), &mut text);
    text
}

#[test]
fn the_pdf_says_its_title_and_language_and_is_tagged() {
    let bytes = render_pdf(&paper_saying("ngắn")).unwrap();
    let contains = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(contains(b"/StructTreeRoot"));
    assert!(contains(b"/Lang(vi-VN)"));
    assert!(contains(b"<dc:title>"));
    assert!(!contains(b"/CreationDate"), "a draft has no day of issue");
}
