//! Text files as programs write them: UTF-8 with or without a byte order mark, UTF-16 with one.

use std::borrow::Cow;

use crate::problem::Problem;

/// A file's bytes as text.
///
/// # Errors
/// When they are neither UTF-8 nor UTF-16 with a byte order mark. Older encodings cannot be told from each
/// other, and a guess would spoil Vietnamese letters.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Problem> {
    let problem = || Problem::new("import-not-utf8", "neither UTF-8 nor UTF-16 with a mark");
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
        _ => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
    }
    // UTF-16 without a mark is valid UTF-8 full of NULs, where its letters are plain.
    .filter(|text| !text.contains('\0'))
    .ok_or_else(problem)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> =
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    text.ok().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_excel_writes_is_understood_in_each_encoding() {
        let text = "Mã;Số liệu\r\na.1;5\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe", little.as_slice()].concat(),
            [b"\xfe\xff", big.as_slice()].concat(),
        ] {
            assert_eq!(decode(&bytes).unwrap(), text);
        }
        // Windows-1258, UTF-16 without a mark, and cut in the middle of a unit.
        for bytes in [&b"M\xe3;S\xf4\xec li\xeaou"[..], &little, b"\xff\xfe\x41"] {
            assert_eq!(decode(bytes).unwrap_err().code, "import-not-utf8");
        }
    }
}
