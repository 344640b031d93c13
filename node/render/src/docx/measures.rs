//! The measures of Nghị định 30/2020/NĐ-CP, Phụ lục I, in the units of WordprocessingML: lengths in
//! twentieths of a point, sizes of type in half points.

/// A4, 210 × 297 mm.
pub(super) const PAGE_WIDTH: u32 = 11_906;
pub(super) const PAGE_HEIGHT: u32 = 16_838;
/// 20 mm; the decree allows 20 to 25.
pub(super) const MARGIN_TOP_BOTTOM: u32 = 1_134;
/// 30 mm; the decree allows 30 to 35.
pub(super) const MARGIN_LEFT: u32 = 1_701;
/// 15 mm; the decree allows 15 to 20.
pub(super) const MARGIN_RIGHT: u32 = 851;
/// 10 mm from the paper's edge to the page number, inside the top margin.
pub(super) const MARGIN_HEADER: u32 = 567;
/// What the margins leave: 165 mm.
pub(super) const TEXT_WIDTH: u32 = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT;

/// The head's columns: the body at the left, quốc hiệu at the right.
pub(super) const HEAD_COLUMNS: [u32; 2] = [4_082, TEXT_WIDTH - 4_082];
/// The foot's columns: Nơi nhận and the signature.
pub(super) const FOOT_COLUMNS: [u32; 2] = [4_600, TEXT_WIDTH - 4_600];
/// Kính gửi and the names beside it.
pub(super) const ADDRESSEE_COLUMNS: [u32; 2] = [2_835, TEXT_WIDTH - 2_835];
/// An appendix's columns: STT, Chỉ tiêu thống kê, Đơn vị tính, Số liệu, Ghi chú.
pub(super) const TABLE_COLUMNS: [u32; 5] =
    [794, TEXT_WIDTH - 794 - 1_474 - 1_361 - 1_474, 1_474, 1_361, 1_474];
/// The columns of the list of submissions: STT, unit, signed, received, id.
pub(super) const SUBMISSION_COLUMNS: [u32; 5] =
    [680, TEXT_WIDTH - 680 - 2_268 - 2_268 - 1_701, 2_268, 2_268, 1_701];

/// Body text: 14 pt.
pub(super) const SIZE_BODY: u32 = 28;
/// Tiêu ngữ, number, place and date: 13 pt.
pub(super) const SIZE_HEAD: u32 = 26;
/// Quốc hiệu and the bodies: 12 pt.
pub(super) const SIZE_BODIES: u32 = 24;
/// Tables: 13 pt.
pub(super) const SIZE_TABLE: u32 = 26;
/// The label `Nơi nhận:`: 12 pt.
pub(super) const SIZE_RECIPIENTS_LABEL: u32 = 24;
/// Lines of Nơi nhận, the form's own number, legends: 11 pt.
pub(super) const SIZE_SMALL: u32 = 22;

/// First line of a paragraph: 1,27 cm.
pub(super) const FIRST_LINE: u32 = 720;
/// Between paragraphs: 6 pt.
pub(super) const BETWEEN_PARAGRAPHS: u32 = 120;
/// 1.15 lines, in 240ths; the decree allows single to 1,5.
pub(super) const LINE: u32 = 276;

/// Width of `Độc lập - Tự do - Hạnh phúc` in bold Times at 13 pt: the rule below it is as long.
pub(super) const MOTTO_WIDTH: u32 = 3_183;
