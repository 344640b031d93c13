//! Sums that are exact, whatever the order and the scales of their parts.
//!
//! `Decimal` addition rounds when the parts' scales do not fit into 96 bits together, so that
//! `(a + b) + c` and `a + (b + c)` may differ in the last digit. A consolidated figure must not depend on
//! which office was read first, and a part must be able to leave a sum again without a trace.

use rust_decimal::Decimal;

/// Digits after the point that a `Decimal` can have.
const FRACTION_DIGITS: u32 = Decimal::MAX_SCALE;
/// One, in units of the last of those digits.
const ONE: i128 = 10_i128.pow(FRACTION_DIGITS);

/// An exact sum of decimals. Holds at least 2³¹ parts: a whole part has at most 96 bits and a fraction
/// at most 94, both are added up in 128.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ExactSum {
    whole: i128,
    /// In units of 10⁻²⁸, carried over only when read.
    fraction: i128,
}

impl ExactSum {
    pub(super) fn add(&mut self, part: Decimal) {
        let (whole, fraction) = split(part);
        self.whole += whole;
        self.fraction += fraction;
    }

    /// Takes out a part that was added before.
    pub(super) fn remove(&mut self, part: Decimal) {
        let (whole, fraction) = split(part);
        self.whole -= whole;
        self.fraction -= fraction;
    }

    /// The sum, or `None` when no `Decimal` holds it exactly.
    pub(super) fn total(&self) -> Option<Decimal> {
        let whole = self.whole.checked_add(self.fraction.div_euclid(ONE))?;
        let mut fraction = self.fraction.rem_euclid(ONE);
        let mut scale = FRACTION_DIGITS;
        while scale > 0 && fraction % 10 == 0 {
            fraction /= 10;
            scale -= 1;
        }
        let mantissa = whole.checked_mul(10_i128.checked_pow(scale)?)?.checked_add(fraction)?;
        Decimal::try_from_i128_with_scale(mantissa, scale).ok()
    }
}

fn split(part: Decimal) -> (i128, i128) {
    let point = 10_i128.pow(part.scale());
    let mantissa = part.mantissa();
    (mantissa / point, mantissa % point * 10_i128.pow(FRACTION_DIGITS - part.scale()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(parts: &[&str]) -> Option<String> {
        let mut sum = ExactSum::default();
        for part in parts {
            sum.add(part.parse().unwrap());
        }
        sum.total().map(|total| total.to_string())
    }

    #[test]
    fn parts_of_any_scale_and_sign_add_up_exactly() {
        assert_eq!(sum(&["0.1", "0.2"]).unwrap(), "0.3");
        assert_eq!(sum(&["-2.5", "1"]).unwrap(), "-1.5");
        assert_eq!(sum(&["-0.5", "0.5"]).unwrap(), "0");
        assert_eq!(sum(&["1.50", "1.50"]).unwrap(), "3");
        assert_eq!(
            sum(&["79228162514264337593543950335", "0.5", "-79228162514264337593543950335"])
                .unwrap(),
            "0.5"
        );
    }

    #[test]
    fn a_sum_that_no_decimal_holds_is_refused_and_not_rounded() {
        let max = "79228162514264337593543950335";
        assert_eq!(sum(&[max, "1"]), None);
        assert_eq!(sum(&[max, "0.5"]), None);
        assert_eq!(sum(&["7922816251426433759354395033.5", "0.01"]), None);
    }

    #[test]
    fn a_part_that_is_taken_out_leaves_no_trace() {
        let mut sum = ExactSum::default();
        let tiny: Decimal = "0.0000000000000000000000000001".parse().unwrap();
        sum.add(tiny);
        sum.add(Decimal::MAX);
        sum.remove(Decimal::MAX);
        assert_eq!(sum.total(), Some(tiny));
        sum.remove(tiny);
        assert_eq!(sum, ExactSum::default());
    }
}
