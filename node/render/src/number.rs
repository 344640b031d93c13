//! Numbers as Vietnam writes them: `1.304`, `17,11` (Luật Kế toán 2003, Điều 12: a point between thousands, a
//! comma before decimals).

use rust_decimal::Decimal;

/// A number without trailing zeros after the comma.
pub(crate) fn vietnamese(number: Decimal) -> String {
    let plain = number.normalize().to_string();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(',');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_points_between_thousands_and_a_comma_before_decimals() {
        for (number, text) in [
            ("0", "0"),
            ("7", "7"),
            ("100.00", "100"),
            ("999", "999"),
            ("1304", "1.304"),
            ("17.11", "17,11"),
            ("-1234567.50", "-1.234.567,5"),
        ] {
            assert_eq!(vietnamese(number.parse().unwrap()), text);
        }
    }
}
