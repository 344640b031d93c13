//! The words on the paper.

use hopluu_protocol::report::ReportValue;
use hopluu_protocol::roster::Letterhead;
use hopluu_render::{Block, ComposeError, Issue, Paper, render_docx, render_pdf, render_xlsx};
use jiff::civil::date;

use crate::fixture;

fn texts(paper: &Paper) -> Vec<&str> {
    paper
        .body
        .iter()
        .map(|block| match block {
            Block::Heading { text, .. } | Block::Paragraph { text } => text.as_str(),
        })
        .collect()
}

fn printed<'a>(paper: &'a Paper, id: &str) -> (&'a str, &'a str) {
    let rows = paper.appendices.iter().flat_map(|appendix| &appendix.sheet.rows);
    let cell = rows.filter(|row| row.id == id).find_map(|row| row.cell.as_ref()).unwrap();
    (&cell.printed, &cell.printed_note)
}

#[test]
fn the_head_is_that_of_the_decree() {
    let head = fixture::paper().head;
    assert_eq!(head.parent_body, ["UBND TỈNH THỪA THIÊN HUẾ"]);
    assert_eq!(head.body, ["ỦY BAN NHÂN DÂN", "THỊ XÃ HƯƠNG TRÀ"]);
    assert_eq!(head.number, "Số: 05/BC-UBND");
    assert_eq!(head.place_and_date, "Hương Trà, ngày 13 tháng 3 năm 2023");
}

#[test]
fn days_below_ten_and_the_first_two_months_carry_a_zero() {
    for (day, words) in [
        (date(2023, 1, 5), "Hương Trà, ngày 05 tháng 01 năm 2023"),
        (date(2023, 2, 28), "Hương Trà, ngày 28 tháng 02 năm 2023"),
        (date(2023, 12, 9), "Hương Trà, ngày 09 tháng 12 năm 2023"),
    ] {
        let issue = Issue { date: Some(day), ..fixture::issue() };
        assert_eq!(fixture::compose(&fixture::report(), &issue).head.place_and_date, words);
    }
}

#[test]
fn a_draft_leaves_room_for_the_number_and_the_day() {
    let issue = Issue { number: None, date: None, ..fixture::issue() };
    let paper = fixture::compose(&fixture::report(), &issue);
    let blank = "\u{a0}".repeat(6);
    assert_eq!(paper.head.number, format!("Số: {blank}/BC-UBND"));
    let day = format!("ngày{blank}tháng{blank}năm 2023");
    assert_eq!(paper.head.place_and_date, format!("Hương Trà, {day}"));
    assert_eq!(
        paper.appendices[0].attached_to,
        format!("(Kèm theo Báo cáo số {blank}/BC-UBND {day} của UBND thị xã Hương Trà)")
    );
}

#[test]
fn appendices_are_numbered_in_roman_beside_the_number_of_the_form() {
    let paper = fixture::paper();
    let labels: Vec<(&str, &str)> = paper
        .appendices
        .iter()
        .map(|appendix| (appendix.label.as_str(), appendix.form.as_str()))
        .collect();
    assert_eq!(labels[0], ("Phụ lục I", "Biểu mẫu: Phụ lục 2"));
    assert_eq!(labels[6], ("Phụ lục VII", "Biểu mẫu: Phụ lục 8"));
    assert_eq!(
        paper.appendices[0].attached_to,
        "(Kèm theo Báo cáo số 05/BC-UBND ngày 13 tháng 3 năm 2023 của UBND thị xã Hương Trà)"
    );
}

#[test]
fn a_single_appendix_has_no_number() {
    let mut report = fixture::report();
    report.cells.retain(|cell| cell.appendix.as_ref().is_some_and(|id| id.as_str() == "pl3"));
    let paper = fixture::compose(&report, &fixture::issue());
    assert_eq!(paper.appendices.len(), 1);
    assert_eq!(paper.appendices[0].label, "Phụ lục");
    assert!(texts(&paper).contains(&"(Số liệu chi tiết tại Phụ lục kèm theo.)"));
}

#[test]
fn the_text_refers_to_every_appendix_once() {
    let paper = fixture::paper();
    let text = texts(&paper).join("\n");
    for appendix in &paper.appendices {
        let reference = format!("(Số liệu chi tiết tại {} kèm theo.)", appendix.label);
        assert_eq!(text.matches(&reference).count(), 1, "{}", appendix.label);
    }
    let at = |wanted: &str| texts(&paper).iter().position(|text| *text == wanted).unwrap();
    assert_eq!(
        at("(Số liệu chi tiết tại Phụ lục III kèm theo.)"),
        at("2. Cải cách thủ tục hành chính") + 1
    );
}

#[test]
fn an_appendix_whose_section_is_not_in_the_report_is_referred_to_at_the_end() {
    let mut report = fixture::report();
    report.sections.retain(|section| section.id.as_str().starts_with("iii"));
    let paper = fixture::compose(&report, &fixture::issue());
    let reference = "(Số liệu chi tiết tại Phụ lục I, Phụ lục II, Phụ lục III, Phụ lục IV, Phụ lục V, \
                     Phụ lục VI và Phụ lục VII kèm theo.)./.";
    assert_eq!(texts(&paper).last(), Some(&reference));
}

#[test]
fn headings_are_numbered_as_a_report_is() {
    let paper = fixture::paper();
    let texts = texts(&paper);
    assert!(texts.contains(&"I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CCHC"));
    assert!(texts.contains(&"1. Về kế hoạch CCHC"));
    assert!(texts.contains(&"b) Tình hình thực hiện cơ chế một cửa, một cửa liên thông"));
}

#[test]
fn the_text_ends_with_its_closing_sign() {
    let paper = fixture::paper();
    assert!(texts(&paper).last().unwrap().ends_with("giải quyết công việc./."));
}

#[test]
fn a_section_without_text_says_so() {
    let paper = fixture::paper();
    let texts = texts(&paper);
    let heading = "c) Về Hệ thống Quản lý chất lượng theo TCVN ISO 9001:2015";
    let at = texts.iter().position(|text| *text == heading).unwrap();
    assert_eq!(texts[at + 1], "(Chưa có nội dung báo cáo.)");
}

#[test]
fn figures_and_non_values_are_written_in_vietnamese() {
    let paper = fixture::paper();
    for (id, value, note) in [
        ("pl4.3.2.1", "2.008", ""),
        ("pl7.1", "17,11", ""),
        ("pl2.5.2", "2", ""),
        ("pl3.2.2", "không phát sinh", ""),
        (fixture::NOT_REPORTED, "chưa báo cáo", ""),
        ("pl3.3.1", "không áp dụng", "Thuộc thẩm quyền của cấp tỉnh"),
        ("pl5.2.3", "6", "Hợp đồng theo Nghị định 68"),
    ] {
        assert_eq!(printed(&paper, id), (value, note), "{id}");
    }
}

#[test]
fn an_incomplete_figure_is_marked_and_the_mark_explained() {
    let paper = fixture::paper();
    assert_eq!(printed(&paper, fixture::INCOMPLETE).0, "423*");
    let legends: Vec<usize> =
        paper.appendices.iter().map(|appendix| appendix.sheet.legend.len()).collect();
    assert_eq!(legends, [1, 0, 0, 0, 0, 0, 0]);
    assert!(paper.appendices[0].sheet.legend[0].starts_with("* Số liệu chưa đầy đủ"));
}

#[test]
fn facts_stand_under_the_number_of_their_section() {
    let facts = fixture::paper().facts.unwrap();
    let row = facts.rows.iter().find(|row| row.id == "ii2c.slip").unwrap();
    assert_eq!(row.code, "II.2.c");
}

#[test]
fn rows_that_the_form_prints_in_italics_are_in_italics() {
    let rows = &fixture::paper().appendices[0].sheet.rows;
    let italic = |id: &str| rows.iter().find(|row| row.id == id).unwrap().italic;
    assert!(italic("pl2.3.3.1"));
    assert!(!italic("pl2.1"));
}

#[test]
fn headings_of_groups_have_no_value() {
    let paper = fixture::paper();
    let heading = paper.appendices[0].sheet.rows.iter().find(|row| row.id == "pl2.3").unwrap();
    assert!(heading.cell.is_none());
}

#[test]
fn the_paper_names_the_submissions_it_was_made_from() {
    let rows = fixture::paper().made_from.rows;
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[0].unit, "Tứ Hạ");
    assert_eq!(rows[0].signed_at, "13/03/2023 08:15");
    assert_eq!(rows[0].received_at, "13/03/2023 08:16");
    assert_eq!(rows[0].id, "0b0b0b0b0b");
}

#[test]
fn recipients_end_with_the_archive() {
    let recipients = fixture::paper().recipients;
    assert_eq!(recipients.first().unwrap(), "- UBND tỉnh (để b/c);");
    assert_eq!(recipients.last().unwrap(), "- Lưu: VT, NV.");
}

#[test]
fn a_report_with_nothing_in_it_is_a_paper_all_the_same() {
    let mut report = fixture::report();
    report.cells.clear();
    report.sections.clear();
    report.submissions.clear();
    let mut roster = fixture::roster();
    roster.units[0].letterhead = Letterhead { body: " \n".to_owned(), ..Letterhead::default() };
    roster.units[0].name = String::new();
    let issue = Issue { opening: Some(String::new()), ..fixture::issue() };
    let paper = Paper::compose(&report, &fixture::template(), &roster, &issue).unwrap();
    assert_eq!(texts(&paper), ["./."]);
    for write in [render_docx, render_pdf, render_xlsx] {
        assert!(!write(&paper).unwrap().is_empty());
    }
}

#[test]
fn a_report_of_another_template_is_refused() {
    let mut report = fixture::report();
    report.template = "cchc-quarterly@2".parse().unwrap();
    let error =
        Paper::compose(&report, &fixture::template(), &fixture::roster(), &fixture::issue())
            .unwrap_err();
    assert_eq!(error.code(), "paper-other-template");
}

#[test]
fn a_unit_without_letterhead_is_refused() {
    let mut report = fixture::report();
    report.unit = "20041".parse().unwrap();
    let error =
        Paper::compose(&report, &fixture::template(), &fixture::roster(), &fixture::issue())
            .unwrap_err();
    assert_eq!(error, ComposeError::UnknownUnit { unit: report.unit });
}

#[test]
fn a_number_that_is_none_is_refused_and_not_printed_as_nothing() {
    let mut report = fixture::report();
    report.cells[0].value = ReportValue::Null;
    let error =
        Paper::compose(&report, &fixture::template(), &fixture::roster(), &fixture::issue())
            .unwrap_err();
    assert_eq!(error.code(), "paper-number-missing");
}
