//! What the styles of cells do to what is seen: the format of numbers, letters that are struck through or
//! raised, and letters that have the colour of their ground.

use std::borrow::Cow;

use super::cell::{Seen, Veil};
use super::number_format::Format;

const BLACK: u32 = 0;
const WHITE: u32 = 0x00ff_ffff;

/// How letters look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Font {
    pub(super) struck: bool,
    /// Raised or lowered, as exponents and the marks of footnotes are.
    pub(super) raised: bool,
    pub(super) colour: Colour,
}

/// A colour, as far as colours are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Colour {
    /// Black for letters, white for their ground.
    #[default]
    Automatic,
    /// Red, green and blue.
    Mixed(u32),
    /// One that is not looked up.
    Other,
}

/// How the cells of one style look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) format: Format,
    pub(super) font: Font,
    pub(super) ground: Colour,
}

/// A text and how its letters look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RichText {
    pub(super) letters: String,
    pub(super) runs: Runs,
}

/// How the letters of a text look beside those of its cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Runs {
    /// Some have a font of their own.
    pub(super) own: bool,
    /// Some are struck through, raised or lowered.
    pub(super) marked: bool,
    /// Some are white.
    pub(super) white: bool,
}

/// The styles of a workbook by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Styles {
    pub(super) styles: Vec<Style>,
    /// Days are counted from 1904.
    pub(super) is_1904: bool,
}

impl Styles {
    /// What is seen of a number. `no_zeros`: zeros look like empty cells.
    pub(super) fn number(&self, value: f64, style: usize, no_zeros: bool) -> Seen {
        let style = self.style(style);
        if no_zeros && value == 0.0 && style.format != Format::Date {
            return Seen::Masked { words: String::new(), held: 0.into() };
        }
        let seen = Seen::number(value, &style.format, self.is_1904);
        seen.veiled(style.veil(style.format.is_white(value)))
    }

    /// What is seen of a text.
    pub(super) fn text(&self, text: RichText, style: usize) -> Seen {
        let style = self.style(style);
        let RichText { letters, runs } = text;
        let white = runs.white && style.ground.is_white_ground();
        let seen = if runs.marked || white || runs.own && (style.font.struck || style.font.raised) {
            Seen::uneven(&letters)
        } else {
            Seen::Text(style.format.text(&letters).unwrap_or_else(|| letters.clone()))
        };
        // A format that shows nothing of a text.
        let hidden = seen.is_blank() && !letters.trim().is_empty();
        if hidden {
            return Seen::Text(letters).veiled(Some(Veil::Invisible));
        }
        seen.veiled(style.veil(None))
    }

    /// What is seen of anything else.
    pub(super) fn other(&self, seen: Seen, style: usize) -> Seen {
        seen.veiled(self.style(style).veil(None))
    }

    /// A workbook without styles shows numbers as they are; a style that it does not have shows them in a way
    /// that cannot be said.
    fn style(&self, number: usize) -> Cow<'_, Style> {
        let format = match self.styles.get(number) {
            Some(style) => return Cow::Borrowed(style),
            None if number == 0 => Format::General,
            None => Format::Unknown(format!("style {number}")),
        };
        Cow::Owned(Style { format, font: Font::default(), ground: Colour::default() })
    }
}

impl Style {
    /// What keeps a cell from being seen as it is. `white`: its format writes it in white, or in another
    /// colour; otherwise its font says.
    fn veil(&self, white: Option<bool>) -> Option<Veil> {
        let colour = match white {
            Some(true) => Colour::Mixed(WHITE),
            Some(false) => Colour::Other,
            None => self.font.colour,
        };
        if colour.is_lost_on(self.ground) {
            return Some(Veil::Invisible);
        }
        self.font.struck.then_some(Veil::Struck)
    }
}

impl Font {
    /// How letters of this font look within a text whose other letters have the cell's.
    pub(super) fn run(&self) -> Runs {
        Runs {
            own: true,
            marked: self.struck || self.raised,
            white: self.colour.is_lost_on(Colour::Automatic),
        }
    }
}

impl Runs {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            own: self.own || other.own,
            marked: self.marked || other.marked,
            white: self.white || other.white,
        }
    }
}

impl Colour {
    /// A colour by its six digits, with or without two of opacity before them, or `#`.
    pub(super) fn of_digits(digits: &str) -> Self {
        match u32::from_str_radix(digits.trim_start_matches('#'), 16) {
            Ok(number) => Self::Mixed(number & WHITE),
            Err(_) => Self::Other,
        }
    }

    /// A colour by its number in the palette that every workbook has (ECMA-376 Part 1, 18.8.27).
    pub(super) fn of_palette(index: u32) -> Self {
        match index {
            0 | 8 | 64 => Self::Mixed(BLACK),
            1 | 9 | 65 => Self::Mixed(WHITE),
            0x7fff => Self::Automatic,
            // Red, lime, blue, yellow, magenta, cyan.
            2..=7 | 10..=15 => {
                const BRIGHT: [u32; 6] = [0xff0000, 0xff00, 0xff, 0xffff00, 0xff00ff, 0xffff];
                let at = usize::try_from(index % 8).unwrap_or_default().saturating_sub(2);
                BRIGHT.get(at).map_or(Self::Other, |colour| Self::Mixed(*colour))
            }
            _ => Self::Other,
        }
    }

    /// A colour of the theme: the first two are those of paper and ink.
    pub(super) fn of_theme(index: u32, tinted: bool) -> Self {
        match index {
            0 if !tinted => Self::Mixed(WHITE),
            1 if !tinted => Self::Mixed(BLACK),
            _ => Self::Other,
        }
    }

    /// Whether letters of this colour cannot be told from their ground.
    pub(super) fn is_lost_on(self, ground: Self) -> bool {
        let ink = if self == Self::Automatic { Self::Mixed(BLACK) } else { self };
        let paper = if ground == Self::Automatic { Self::Mixed(WHITE) } else { ground };
        let (Self::Mixed(ink), Self::Mixed(paper)) = (ink, paper) else { return false };
        let near = |shift: u32| ((ink >> shift) & 0xff).abs_diff((paper >> shift) & 0xff) < 16;
        near(0) && near(8) && near(16)
    }

    fn is_white_ground(self) -> bool {
        Self::Mixed(WHITE).is_lost_on(self)
    }
}
