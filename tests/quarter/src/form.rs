//! A form of any size, as large as the one that the town fills in: the sizes of the budgets.

use std::fmt::Write as _;

/// The unit of the hub.
pub const HUB: &str = "thi-xa";
/// The only period.
pub const PERIOD: &str = "2023-q1";
/// The kind of the units that type the form.
const KIND: &str = "commune";

/// How much is on a form.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Cells that every unit types.
    pub cells: usize,
    /// Cells that are computed.
    pub derived: usize,
    /// Sections with a text.
    pub texts: usize,
}

/// A quarter's report as the budgets speak of it.
pub const QUARTER: Size = Size { cells: 127, derived: 0, texts: 20 };

/// The id of a cell; long and short ones as on the real form.
pub fn cell(number: usize) -> String {
    format!("pl{}.{}.{}", 2 + number % 7, 1 + number / 7 % 5, 1 + number / 35)
}

/// The id of a section.
pub fn section(number: usize) -> String {
    format!("ii{}", number + 1)
}

/// The template of such a form.
pub fn template(size: Size) -> String {
    let mut text = String::from(
        "id = \"form\"\nversion = 1\ntitle = \"Báo cáo\"\nsubject = \"Báo cáo {period}\"\n\
         [period]\nfirst_day = 15\nlast_day = 14\ndeadline_working_days = 2\n\
         [[unit_kind]]\nid = \"town\"\nlabel = \"Thị xã\"\nlevel = \"hub\"\n",
    );
    add(
        &mut text,
        format_args!(
            "[[unit_kind]]\nid = \"{KIND}\"\nlabel = \"Xã, phường\"\nlevel = \"commune\"\n"
        ),
    );
    for number in 0..size.texts {
        add(
            &mut text,
            format_args!(
                "[[section]]\nid = \"{}\"\nnumber = \"{}\"\ntitle = \"Nội dung {number}\"\nreporters = [\"{KIND}\"]\n",
                section(number),
                number + 1,
            ),
        );
    }
    for appendix in 2..9 {
        add(
            &mut text,
            format_args!(
                "[[appendix]]\nid = \"pl{appendix}\"\nform_number = \"{appendix}\"\ntitle = \"Phụ lục\"\nsection = \"{}\"\n",
                section(0),
            ),
        );
    }
    for number in 0..size.cells {
        let how = match number % 12 {
            10 => "max",
            11 => "all-equal",
            _ => "sum",
        };
        add(
            &mut text,
            format_args!(
                "[[indicator]]\nid = \"{}\"\ncode = \"{number}\"\nlabel = \"Chỉ tiêu {number}\"\nunit = \"Hồ sơ\"\n\
             type = \"count\"\nreporters = [\"{KIND}\"]\naggregation = \"{how}\"\n",
                cell(number),
            ),
        );
    }
    for number in 0..size.derived {
        let id = format!("pl{}.ty-le.{number}", 2 + number % 7);
        add(
            &mut text,
            format_args!(
                "[[indicator]]\nid = \"{id}\"\ncode = \"{number}\"\nlabel = \"Tỷ lệ {number}\"\nunit = \"%\"\n\
             type = \"percent\"\nover_100 = true\nformula = \"{} / {} * 100\"\n",
                cell(number),
                cell(number + 1),
            ),
        );
    }
    text
}

/// A town whose units all type the form, with a hub that does not.
pub fn town(units: impl IntoIterator<Item = String>) -> String {
    let mut text = format!(
        "hub = \"{HUB}\"\n[[period]]\nid = \"{PERIOD}\"\ntemplate = \"form@1\"\n\
         [[unit]]\ncode = \"{HUB}\"\nkind = \"town\"\nname = \"UBND thị xã\"\nshort_name = \"Thị xã\"\n"
    );
    for unit in units {
        add(
            &mut text,
            format_args!(
                "[[unit]]\ncode = \"{unit}\"\nkind = \"{KIND}\"\nname = \"UBND xã {unit}\"\nshort_name = \"{unit}\"\nparent = \"{HUB}\"\n"
            ),
        );
    }
    text
}

fn add(text: &mut String, more: std::fmt::Arguments<'_>) {
    if text.write_fmt(more).is_err() {
        unreachable!("writing to a string does not fail");
    }
}
