//! Reading a formula: recursive descent, bounded in length and depth.

use rust_decimal::Decimal;

use super::Formula;

/// Longest formula, in bytes.
pub const MAX_FORMULA_BYTES: usize = 4_096;

/// How deep a formula may be nested, in operators and parentheses on the way to a cell. A sum of n cells
/// is n deep.
pub const MAX_FORMULA_DEPTH: usize = 64;

/// Longest word that an error carries, in characters.
const SHOWN: usize = 64;

/// Why a text is not a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {kind}")]
pub struct FormulaError {
    /// Where, in characters from 1.
    pub column: usize,
    /// What is wrong there.
    pub kind: FormulaErrorKind,
}

/// What is wrong with a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormulaErrorKind {
    /// A word that is no identifier: capitals, two points in a row, too long.
    #[error("`{text}` is not an id")]
    BadId {
        /// The word.
        text: String,
    },
    /// A word that begins with a digit and is no number.
    #[error("`{text}` is not a number")]
    BadNumber {
        /// The word.
        text: String,
    },
    /// `units(` without a kind of unit.
    #[error("the name of a kind of unit is needed")]
    KindExpected,
    /// No number, cell or parenthesis where one is needed.
    #[error("a number, a cell or a parenthesis is needed")]
    OperandExpected,
    /// Two operands without an operator between them.
    #[error("one of + - * / is needed")]
    OperatorExpected,
    /// A parenthesis that is never closed; the column is its own.
    #[error("the parenthesis is never closed")]
    ParenthesisOpen,
    /// More than [`MAX_FORMULA_DEPTH`] deep.
    #[error("the formula is more than {MAX_FORMULA_DEPTH} deep")]
    TooDeep,
    /// Longer than [`MAX_FORMULA_BYTES`].
    #[error("the formula has {bytes} bytes, more than {MAX_FORMULA_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A character that has no meaning in a formula.
    #[error("`{}` has no meaning in a formula", character.escape_debug())]
    UnknownCharacter {
        /// The character.
        character: char,
    },
    /// A function that does not exist; the only one is `units`.
    #[error("there is no function `{name}`, only `units`")]
    UnknownFunction {
        /// Its name.
        name: String,
    },
}

impl FormulaError {
    /// The error's name for catalogues of messages.
    pub fn code(&self) -> &'static str {
        match self.kind {
            FormulaErrorKind::BadId { .. } => "formula-bad-id",
            FormulaErrorKind::BadNumber { .. } => "formula-bad-number",
            FormulaErrorKind::KindExpected => "formula-kind-expected",
            FormulaErrorKind::OperandExpected => "formula-operand-expected",
            FormulaErrorKind::OperatorExpected => "formula-operator-expected",
            FormulaErrorKind::ParenthesisOpen => "formula-parenthesis-open",
            FormulaErrorKind::TooDeep => "formula-too-deep",
            FormulaErrorKind::TooLong { .. } => "formula-too-long",
            FormulaErrorKind::UnknownCharacter { .. } => "formula-unknown-character",
            FormulaErrorKind::UnknownFunction { .. } => "formula-unknown-function",
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Formula, FormulaError> {
    if text.len() > MAX_FORMULA_BYTES {
        let kind = FormulaErrorKind::TooLong { bytes: text.len() };
        return Err(FormulaError { column: 1, kind });
    }
    let mut parser = Parser { text, at: 0 };
    let (formula, _) = parser.sum(1)?;
    match parser.peek() {
        None => Ok(formula),
        Some(c) if is_known(c) => Err(parser.error(FormulaErrorKind::OperatorExpected)),
        Some(character) => Err(parser.error(FormulaErrorKind::UnknownCharacter { character })),
    }
}

/// A formula and how deep it is.
type Measured = (Formula, usize);

struct Parser<'a> {
    text: &'a str,
    /// How many bytes have been read.
    at: usize,
}

impl<'a> Parser<'a> {
    fn sum(&mut self, depth: usize) -> Result<Measured, FormulaError> {
        let mut left = self.product(depth)?;
        loop {
            let join = match self.peek() {
                Some('+') => Formula::Add,
                Some('-') => Formula::Sub,
                _ => return Ok(left),
            };
            left = self.joined(join, left, depth, Self::product)?;
        }
    }

    fn product(&mut self, depth: usize) -> Result<Measured, FormulaError> {
        let mut left = self.operand(depth)?;
        loop {
            let join = match self.peek() {
                Some('*') => Formula::Mul,
                Some('/') => Formula::Div,
                _ => return Ok(left),
            };
            left = self.joined(join, left, depth, Self::operand)?;
        }
    }

    /// What stands before an operator, joined with what stands after it.
    fn joined(
        &mut self,
        join: fn(Box<Formula>, Box<Formula>) -> Formula,
        (left, left_depth): Measured,
        depth: usize,
        next: fn(&mut Self, usize) -> Result<Measured, FormulaError>,
    ) -> Result<Measured, FormulaError> {
        let operator = self.at;
        self.at += 1;
        let (right, right_depth) = next(self, depth)?;
        let below = left_depth.max(right_depth);
        if depth + below > MAX_FORMULA_DEPTH {
            return Err(self.error_at(operator, FormulaErrorKind::TooDeep));
        }
        Ok((join(Box::new(left), Box::new(right)), below + 1))
    }

    fn operand(&mut self, depth: usize) -> Result<Measured, FormulaError> {
        match self.peek() {
            Some('(') => {
                if depth >= MAX_FORMULA_DEPTH {
                    return Err(self.error(FormulaErrorKind::TooDeep));
                }
                let open = self.at;
                self.at += 1;
                let inner = self.sum(depth + 1)?;
                self.close(open)?;
                Ok(inner)
            }
            Some(c) if c.is_ascii_digit() => Ok((self.number()?, 1)),
            Some(c) if c.is_ascii_alphabetic() => Ok((self.name()?, 1)),
            Some(c) if !is_known(c) => {
                Err(self.error(FormulaErrorKind::UnknownCharacter { character: c }))
            }
            _ => Err(self.error(FormulaErrorKind::OperandExpected)),
        }
    }

    fn number(&mut self) -> Result<Formula, FormulaError> {
        let start = self.at;
        let text = self.word();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        Decimal::from_str_exact(text)
            .ok()
            .filter(|_| digits(whole) && digits(fraction))
            .map(Formula::Number)
            .ok_or_else(|| self.error_at(start, FormulaErrorKind::BadNumber { text: shown(text) }))
    }

    /// A cell, or the one function.
    fn name(&mut self) -> Result<Formula, FormulaError> {
        let start = self.at;
        let word = self.word();
        if self.peek() != Some('(') {
            let bad = || self.error_at(start, FormulaErrorKind::BadId { text: shown(word) });
            return word.parse().map(Formula::Cell).map_err(|_| bad());
        }
        if word != "units" {
            let kind = FormulaErrorKind::UnknownFunction { name: shown(word) };
            return Err(self.error_at(start, kind));
        }
        let open = self.at;
        self.at += 1;
        if !self.peek().is_some_and(is_word) {
            return Err(self.error(FormulaErrorKind::KindExpected));
        }
        let start = self.at;
        let kind = self.word();
        let kind = kind
            .parse()
            .map_err(|_| self.error_at(start, FormulaErrorKind::BadId { text: shown(kind) }))?;
        self.close(open)?;
        Ok(Formula::Units(kind))
    }

    fn close(&mut self, open: usize) -> Result<(), FormulaError> {
        match self.peek() {
            Some(')') => {
                self.at += 1;
                Ok(())
            }
            None => Err(self.error_at(open, FormulaErrorKind::ParenthesisOpen)),
            Some(c) if is_known(c) => Err(self.error(FormulaErrorKind::OperatorExpected)),
            Some(character) => Err(self.error(FormulaErrorKind::UnknownCharacter { character })),
        }
    }

    /// The next character that is not space; the space is passed over.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        let word = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.at += rest.len() - word.len();
        word.chars().next()
    }

    /// The word that begins here.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, kind: FormulaErrorKind) -> FormulaError {
        self.error_at(self.at, kind)
    }

    fn error_at(&self, at: usize, kind: FormulaErrorKind) -> FormulaError {
        let before = self.text.get(..at).unwrap_or(self.text);
        FormulaError { column: before.chars().count() + 1, kind }
    }
}

/// Capitals and underscores too, so that an error names the whole word. A minus can stand within a word
/// but not begin one: the parser never looks for a word where an operator can stand.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

fn is_known(c: char) -> bool {
    is_word(c) || matches!(c, '+' | '*' | '/' | '(' | ')')
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
