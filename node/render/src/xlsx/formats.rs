//! How cells of the workbook look.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

/// Vietnam's locale, so that `#,##0` shows as `1.304`.
const VIETNAMESE: &str = "[$-42A]";

/// The formats of a workbook.
pub(super) struct Formats {
    /// `Phụ lục I`, and a sheet's title.
    pub(super) title: Format,
    /// `(Kèm theo …)`
    pub(super) subtitle: Format,
    /// The form's own number.
    pub(super) form: Format,
    /// Column headings.
    pub(super) heading: Format,
    /// The narrow column of ids.
    pub(super) id: Format,
    /// What a mark means.
    pub(super) legend: Format,
}

/// How a row of figures looks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowLook {
    pub(super) bold: bool,
    pub(super) italic: bool,
}

impl Formats {
    pub(super) fn new() -> Self {
        let centred = text().set_align(FormatAlign::Center).set_text_wrap();
        Self {
            title: centred.clone().set_bold(),
            subtitle: centred.clone().set_italic(),
            form: text().set_italic().set_align(FormatAlign::Right),
            heading: ruled(centred).set_bold(),
            id: text().set_font_size(9).set_font_color("#7F7F7F"),
            legend: text().set_italic().set_font_size(11),
        }
    }
}

impl RowLook {
    /// A text at the left of its cell.
    pub(super) fn left(self) -> Format {
        self.apply(ruled(text()).set_text_wrap().set_align(FormatAlign::Left))
    }

    /// A text in the middle of its cell.
    pub(super) fn centred(self) -> Format {
        self.apply(ruled(text()).set_text_wrap().set_align(FormatAlign::Center))
    }

    /// A number with as many decimals as it has, and an asterisk when it is incomplete.
    pub(super) fn number(self, number: Decimal, complete: bool) -> Format {
        let decimals = usize::try_from(number.normalize().scale()).unwrap_or(0);
        let point = if decimals == 0 { "" } else { "." };
        let mark = if complete { "" } else { "\"*\"" };
        let zeros = "0".repeat(decimals);
        self.centred().set_num_format(format!("{VIETNAMESE}#,##0{point}{zeros}{mark}"))
    }

    fn apply(self, format: Format) -> Format {
        let format = if self.bold { format.set_bold() } else { format };
        if self.italic { format.set_italic() } else { format }
    }
}

fn text() -> Format {
    Format::new()
        .set_font_name("Times New Roman")
        .set_font_size(12)
        .set_align(FormatAlign::VerticalCenter)
}

fn ruled(format: Format) -> Format {
    format.set_border(FormatBorder::Thin)
}
