//! Bytes in, bytes out: a checked reader and its writer.
//!
//! Numbers are unsigned LEB128 in their shortest form, signed ones zigzag before that. There is exactly
//! one encoding of a value: a reader refuses every other, so that what was decoded encodes to the same
//! bytes again. Nothing is allocated before its length was compared with what is there.

/// Why bytes are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// A flag byte, a kind or an encoding that this version does not know.
    #[error("unknown {what}: {value}")]
    Unknown {
        /// What was read.
        what: &'static str,
        /// The value found.
        value: u64,
    },
    /// The value is of a right form but says something impossible.
    #[error("invalid {what}")]
    Invalid {
        /// What was read.
        what: &'static str,
    },
    /// Bytes remain after the last field.
    #[error("{extra} bytes after the end of {what}")]
    Trailing {
        /// What was read.
        what: &'static str,
        /// How many bytes remain.
        extra: usize,
    },
    /// The bytes end before the field does.
    #[error("{what} is cut short")]
    Truncated {
        /// What was being read.
        what: &'static str,
    },
    /// A length or a count is over its limit.
    #[error("{what} is {found}, the limit is {limit}")]
    TooMuch {
        /// What was read.
        what: &'static str,
        /// The length or count found.
        found: u64,
        /// The most that is accepted.
        limit: u64,
    },
    /// A number that is not in its shortest form, or is over 64 bits.
    #[error("{what} is not a number in its shortest form")]
    Varint {
        /// What was being read.
        what: &'static str,
    },
}

impl WireError {
    /// A stable word for this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "wire-invalid",
            Self::TooMuch { .. } => "wire-too-much",
            Self::Trailing { .. } => "wire-trailing",
            Self::Truncated { .. } => "wire-truncated",
            Self::Unknown { .. } => "wire-unknown",
            Self::Varint { .. } => "wire-varint",
        }
    }
}

/// Reads fields from the front of a slice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from their beginning.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `len` bytes.
    ///
    /// # Errors
    /// When fewer remain.
    pub fn bytes(&mut self, len: usize, what: &'static str) -> Result<&'a [u8], WireError> {
        let (head, tail) = self.rest.split_at_checked(len).ok_or(WireError::Truncated { what })?;
        self.rest = tail;
        Ok(head)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// When fewer remain.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], WireError> {
        let (head, tail) =
            self.rest.split_first_chunk::<N>().ok_or(WireError::Truncated { what })?;
        self.rest = tail;
        Ok(*head)
    }

    /// The next byte.
    ///
    /// # Errors
    /// When none remains.
    pub fn byte(&mut self, what: &'static str) -> Result<u8, WireError> {
        self.array::<1>(what).map(|[byte]| byte)
    }

    /// An unsigned number.
    ///
    /// # Errors
    /// When it is cut short, over 64 bits, or not in its shortest form.
    pub fn varint(&mut self, what: &'static str) -> Result<u64, WireError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(what)?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && byte > 1 {
                return Err(WireError::Varint { what });
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return if byte == 0 && shift > 0 {
                    Err(WireError::Varint { what })
                } else {
                    Ok(value)
                };
            }
        }
        Err(WireError::Varint { what })
    }

    /// A signed number, zigzag.
    ///
    /// # Errors
    /// As [`Reader::varint`].
    pub fn zigzag(&mut self, what: &'static str) -> Result<i64, WireError> {
        let value = self.varint(what)?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A number that is at most `limit`.
    ///
    /// # Errors
    /// As [`Reader::varint`], and when it is over the limit.
    pub fn count(&mut self, limit: usize, what: &'static str) -> Result<usize, WireError> {
        let found = self.varint(what)?;
        match usize::try_from(found) {
            Ok(count) if count <= limit => Ok(count),
            _ => Err(WireError::TooMuch { what, found, limit: limit as u64 }),
        }
    }

    /// A length of at most `limit`, then as many bytes.
    ///
    /// # Errors
    /// As [`Reader::count`], and when fewer bytes remain.
    pub fn blob(&mut self, limit: usize, what: &'static str) -> Result<&'a [u8], WireError> {
        let len = self.count(limit, what)?;
        self.bytes(len, what)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When something remains.
    pub fn finish(self, what: &'static str) -> Result<(), WireError> {
        match self.rest.len() {
            0 => Ok(()),
            extra => Err(WireError::Trailing { what, extra }),
        }
    }
}

/// Appends fields to a vector.
pub trait Writer {
    /// Appends an unsigned number.
    fn put_varint(&mut self, value: u64);
    /// Appends a signed number, zigzag.
    fn put_zigzag(&mut self, value: i64);
    /// Appends a length and as many bytes.
    fn put_blob(&mut self, bytes: &[u8]);
}

impl Writer for Vec<u8> {
    fn put_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.push(value as u8);
    }

    fn put_zigzag(&mut self, value: i64) {
        self.put_varint((value << 1 ^ value >> 63) as u64);
    }

    fn put_blob(&mut self, bytes: &[u8]) {
        self.put_varint(bytes.len() as u64);
        self.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_they_were_written() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            bytes.put_varint(value);
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.varint("n"), Ok(value));
            assert!(reader.is_empty());
        }
        for value in [0, -1, 1, 63, -64, 64, i64::MIN, i64::MAX] {
            let mut bytes = Vec::new();
            bytes.put_zigzag(value);
            assert_eq!(Reader::new(&bytes).zigzag("n"), Ok(value));
        }
    }

    #[test]
    fn a_number_in_a_longer_form_than_needed_is_refused() {
        for bytes in [&[0x80, 0x00][..], &[0xff, 0x80, 0x00], &[0xff; 10], &[0x80; 11]] {
            assert_eq!(Reader::new(bytes).varint("n"), Err(WireError::Varint { what: "n" }));
        }
    }

    #[test]
    fn a_length_is_compared_with_its_limit_before_anything_is_read() {
        let mut bytes = Vec::new();
        bytes.put_varint(u64::MAX);
        assert_eq!(
            Reader::new(&bytes).blob(10, "name"),
            Err(WireError::TooMuch { what: "name", found: u64::MAX, limit: 10 })
        );
        assert_eq!(
            Reader::new(&[5, 1]).blob(10, "name"),
            Err(WireError::Truncated { what: "name" })
        );
    }
}
