//! Words that count by thousands, millions and the like: `nghìn hồ sơ`, `triệu đồng`, `1.000 đồng`.

use hopluu_protocol::number::fold;

/// How many zeros the words of a unit of measure stand for: 3 for `nghìn hồ sơ`, 0 for `hồ sơ`.
pub(crate) fn scale(unit: &str) -> u32 {
    let folded = fold(unit);
    let words: Vec<&str> = words(&folded).collect();
    let pairs = words.iter().zip([""].iter().chain(words.iter()));
    let next = words.iter().skip(1).chain([&""]);
    pairs.zip(next).map(|((word, before), after)| zeros(word, before, after)).sum()
}

/// Whether a cell in or above the headings says that figures are counted so: it begins with such a word, or
/// says that it is about the unit of measure.
pub(super) fn is_scaled_heading(text: &str) -> bool {
    const ABOUT: [&str; 5] = ["đơn vị", "đvt", "tính bằng", "unit", "measure"];
    if scale(text) == 0 {
        return false;
    }
    let folded = fold(text);
    let first = words(&folded).next().unwrap_or_default();
    let in_brackets = folded.rsplit_once('(').map(|(_, inside)| inside);
    ABOUT.iter().any(|words| folded.contains(words))
        || scale(first) > 0
        || in_brackets.is_some_and(|inside| words(inside).next().is_some_and(|w| scale(w) > 0))
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty())
}

fn zeros(word: &str, before: &str, after: &str) -> u32 {
    match word {
        "chục" => 1,
        // `phần trăm` is a percentage.
        "trăm" if before != "phần" => 2,
        "nghìn" | "ngàn" | "thousand" | "thousands" => 3,
        "triệu" | "million" | "millions" => 6,
        // `tỷ lệ`, `tỷ trọng`, `tỷ suất` and `tỷ số` are ratios, `tỷ giá` is a rate.
        "tỷ" | "tỉ" if !["lệ", "trọng", "suất", "số", "giá"].contains(&after) => 9,
        "billion" | "billions" => 9,
        "1000" | "1.000" | "x1000" => 3,
        "1000000" | "1.000.000" => 6,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_count_by_more_than_one_are_known() {
        for (text, zeros) in [
            ("hồ sơ", 0),
            ("Nghìn hồ sơ", 3),
            ("nghi\u{300}n đồng", 3),
            ("ngàn  đồng", 3),
            ("triệu đồng", 6),
            ("nghìn tỷ đồng", 12),
            ("Tỷ lệ phần trăm", 0),
            ("1.000 đồng", 3),
            ("trăm người", 2),
            ("", 0),
        ] {
            assert_eq!(scale(text), zeros, "{text}");
        }
        for (text, is_heading) in [
            ("Đơn vị tính: nghìn hồ sơ", true),
            ("(ĐVT: triệu đồng)", true),
            ("nghìn hồ sơ", true),
            ("Kết quả (triệu đồng)", true),
            ("Tỷ lệ giải quyết", false),
            ("Báo cáo thu 5 triệu đồng", false),
            ("Đơn vị tính: hồ sơ", false),
        ] {
            assert_eq!(is_scaled_heading(text), is_heading, "{text}");
        }
    }
}
