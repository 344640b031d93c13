//! What Excel, LibreOffice and hurried hands write.

use super::super::tests::{codes, csv, left_out, seen, why};
use super::super::{ImportFormat, MAX_TOLD, tests::read_as};

#[test]
fn a_csv_saved_by_a_vietnamese_excel_is_read() {
    let file =
        "\u{feff}Mã;Chỉ tiêu;Số liệu;Ghi chú\r\na.1;Một;1.304;cả năm\r\n;;;\r\na.2;Hai;;\r\n";
    let reading = csv(file).unwrap();
    assert_eq!(seen(&reading), [("a.1", "1.304".to_owned()), ("a.2", String::new())]);
    assert_eq!(reading.rows[0].note.as_deref(), Some("cả năm"));
    assert_eq!(reading.rows[1].place.line, Some(4));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for file in [
        "id,value\n\n\nA 2,2\n",
        "id,value\r\n\r\n\r\nA 2,2\r\n",
        "id,value\r\r\rA 2,2\r",
        "sep=,\nid,value\n\nA 2,2",
        "id,\"va\nlue\"\n\"a.1\n\",1\nA 2,2",
    ] {
        let file = file.replace("va\nlue", "value");
        let problems = codes(csv(&file).unwrap_err());
        assert_eq!(problems, [("indicator-unknown".to_owned(), Some(4))], "{file:?}");
    }
}

#[test]
fn the_separator_is_the_one_by_which_headings_are_found() {
    for file in [
        "id,value\na.1,5",
        "id;value\na.1;5",
        "id\tvalue\na.1\t5",
        "id|value\na.1|5",
        "sep=;\nid;value\na.1;5",
        "\"sep=|\"\r\nid|value\r\na.1|5",
        "sep=\t\nid\tvalue\na.1\t5",
        "Báo cáo, quý I\nid;value\na.1;5",
        "Báo cáo; quý I\n\n\"id\",\"value\"\n\"a.1\",\"5\"",
        " MÃ  CHỈ\u{a0}TIÊU ;GIÁ TRỊ\na.1;5",
        "Ma\u{303};Sô\u{301} liê\u{323}u\na.1;5",
        "Mã\u{200b};\"Số\nliệu\"\na.1;5",
        "Mã;Số liệu\n(1);(2)\na.1;5",
    ] {
        assert_eq!(seen(&csv(file).unwrap()), [("a.1", "5".to_owned())], "{file:?}");
    }
    let wide: Vec<u8> = "id\tvalue\r\na.1\t5".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [b"\xff\xfe", wide.as_slice()].concat();
    assert_eq!(seen(&read_as(ImportFormat::Csv, &bytes).unwrap()), [("a.1", "5".to_owned())]);
}

#[test]
fn headings_are_looked_for_in_the_first_forty_rows_that_hold_anything() {
    let below = |rows: usize| format!("{}id,value\na.1,5\n", "\ntitle,of\n".repeat(rows));
    assert!(csv(&below(39)).is_ok());
    let problem = &csv(&below(40)).unwrap_err().problems[0];
    assert_eq!(problem.code, "import-no-columns");
}

#[test]
fn a_file_without_the_headings_says_which_it_has() {
    let problem = &csv("mã,số liệu quý I\na.1,1\n").unwrap_err().problems[0];
    assert_eq!((problem.code.as_str(), problem.place.line), ("import-no-columns", Some(1)));
    assert_eq!(problem.args["headings"], "mã | số liệu quý I");
}

#[test]
fn what_would_land_in_the_wrong_column_is_refused() {
    for (file, code) in [
        ("id,value,note\npl1,30,162,\n", "import-more-fields"),
        ("id,value\npl1,1,304\n", "import-more-fields"),
        ("id,value,note\npl1,30,162\n", "import-split-number"),
        ("id,value,note\npl1,-17,5\n", "import-split-number"),
        ("id,value,note\npl1,325,\"đã rà soát\npl2,320,ok\n", "import-open-quote"),
        ("id,value,note\npl1,325,\"đã\npl2,320,\"ok\"\n", "import-after-quote"),
        ("id,value,note\npl1,325,\"đã\npl2,320,\"\n", "import-quoted-row"),
        ("id,giá trị,số liệu\npl1,1,2\n", "import-two-headings"),
        ("id,mã,value\npl1,pl1,2\n", "import-two-headings"),
        ("id,value,note,Ghi chú\npl1,2\n", "import-two-headings"),
    ] {
        assert_eq!(why(csv(file)), code, "{file:?}");
    }
    // None of these is in doubt.
    for file in [
        "id,value,note\npl1,\"30,162\",\n",
        "id;value;note\npl1;30;162\n",
        "id,value,note\npl1,30,\"xem\ndòng sau\"\n",
        "id,value,note\npl1,5 \"inches\",x\n",
        "id,value,note\npl1\n",
        "id,value\npl1,1\n,,,,\n",
    ] {
        assert!(csv(file).is_ok(), "{file:?}: {:?}", csv(file));
    }
}

#[test]
fn what_has_no_place_is_told_and_very_much_of_it_counted() {
    let reading = csv("id,label,value\na.1,x,5\n,Tổng cộng,7\n,nothing,\na.9,,\n").unwrap();
    assert_eq!(left_out(&reading), ["import-no-id"]);
    assert_eq!(reading.left_out[0].args["label"], "Tổng cộng");
    assert_eq!(reading.left_out[0].place.line, Some(3));

    let many = format!("id,value\na.1,5\n{}", ",7\n".repeat(1000));
    let reading = csv(&many).unwrap();
    assert_eq!((reading.left_out.len(), reading.more_left_out), (MAX_TOLD, 1000 - MAX_TOLD));
}

#[test]
fn all_problems_of_a_file_are_told_at_once_with_their_lines() {
    let problems = codes(csv("id,value\na.1,1\nA 2,2\na.1,3\n").unwrap_err());
    assert_eq!(
        problems,
        [("indicator-unknown".to_owned(), Some(3)), ("import-duplicate".to_owned(), Some(4))]
    );
    let many = codes(csv(&format!("id,value\n{}", "A B,1\n".repeat(262_000))).unwrap_err());
    assert_eq!(many.len(), MAX_TOLD + 1);
    assert_eq!(many[MAX_TOLD].0, "problems-more");
}
