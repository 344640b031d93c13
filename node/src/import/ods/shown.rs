//! A number and the text that stands for it: what a person sees, provided that both agree.

use rust_decimal::{Decimal, RoundingStrategy};

use super::super::Shown;
use super::super::cell::{Seen, exact, written};

/// What is seen of a value whose cell shows this text. Decimal marks depend on the writer's country, so
/// each reading of the text is held against the value.
pub(super) fn seen(value: f64, percentage: bool, text: Option<&str>) -> Seen {
    let Some(held) = exact(value) else {
        return Seen::not_exact(value);
    };
    let Some(text) = text else {
        // Some programs store values alone.
        let number = if percentage { held * Decimal::ONE_HUNDRED } else { held };
        let sign = if percentage { "%" } else { "" };
        let text = format!("{}{sign}", written(number));
        let words = String::new();
        return Seen::Number(Shown { number, percent: percentage, words, text, held: None });
    };
    let masked = || Seen::Masked { words: text.trim().to_owned(), held };
    let Some(parts) = Parts::of(text) else { return masked() };
    let percent = text.contains('%');
    if text.matches('%').count() > 1 {
        return masked();
    }
    let Some(full) = (if percent { held.checked_mul(Decimal::ONE_HUNDRED) } else { Some(held) })
    else {
        return masked();
    };
    for thousands in 0..4 {
        let scale = (0..thousands).try_fold(full, |n, _| n.checked_div(Decimal::ONE_THOUSAND));
        let Some(scaled) = scale else { continue };
        if let Some(number) = parts.readings().find(|reading| rounds_to(scaled, *reading)) {
            let other = thousands > 0 || number != scaled;
            return Seen::Number(Shown {
                number: number.normalize(),
                percent,
                words: parts.words.replace('%', "").trim().to_owned(),
                text: text.trim().to_owned(),
                held: other.then_some(held),
            });
        }
    }
    masked()
}

/// Whether a number shown with so many decimals looks like this.
fn rounds_to(number: Decimal, seen: Decimal) -> bool {
    let strategy = RoundingStrategy::MidpointAwayFromZero;
    number.round_dp_with_strategy(seen.scale(), strategy) == seen
}

/// A text's number and the words around it.
struct Parts {
    negative: bool,
    numeral: String,
    words: String,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let first = text.find(|c: char| c.is_ascii_digit())?;
        let last = text.rfind(|c: char| c.is_ascii_digit())?;
        let (before, numeral, after) =
            (text.get(..first)?, text.get(first..=last)?, text.get(last + 1..)?);
        // One minus before the number, or brackets around it. Any other sign is a word like others, and words
        // that are no unit of measure are refused.
        let minus = ['-', '\u{2212}'];
        let (negative, before, after) = if before.contains(minus) {
            (true, before.replacen(minus, "", 1), after.to_owned())
        } else if before.contains('(') && after.contains(')') {
            (true, before.replacen('(', "", 1), after.replacen(')', "", 1))
        } else {
            let plus = before.trim() == "+";
            (false, if plus { String::new() } else { before.to_owned() }, after.to_owned())
        };
        // A line that breaks, or a tab, parts two numbers; a space groups the digits of one.
        let groups = numeral.split_whitespace().skip(1);
        let digits = |group: &str| group.find(['.', ',']).unwrap_or(group.len());
        let parted = numeral.contains(['\n', '\t'])
            || groups.map(digits).any(|digits| digits != 3)
            || after.starts_with(['.', ',']);
        let numeral: String = numeral.chars().filter(|c| !c.is_whitespace()).collect();
        let words = format!("{before} {after}");
        (!parted).then(|| Self { negative, numeral, words: words.trim().to_owned() })
    }

    /// The number without decimals, with "," before them, and with ".".
    fn readings(&self) -> impl Iterator<Item = Decimal> + '_ {
        [None, Some(','), Some('.')].into_iter().filter_map(|mark| {
            let mut plain = String::new();
            let mut after_mark = false;
            for sign in self.numeral.chars() {
                match sign {
                    '0'..='9' => plain.push(sign),
                    sign if Some(sign) == mark && !after_mark => {
                        after_mark = true;
                        plain.push('.');
                    }
                    '.' | ',' if !after_mark => {}
                    _ => return None,
                }
            }
            if mark.is_some() && !after_mark {
                return None;
            }
            let number = Decimal::from_str_exact(&plain).ok()?;
            Some(if self.negative { -number } else { number })
        })
    }
}
