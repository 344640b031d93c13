//! The operation columns of a change: how many rows they hold, without unfolding them.
//!
//! A column is run-length encoded: six bytes can stand for 2⁶⁰ operations. So every column is counted
//! before automerge iterates over it. Counting also says where a column ends, which spares its length on
//! the wire.

use super::chunk::{MAX_CHANGE, MAX_OPS, OperationColumn};
use crate::wire::codec::{Reader, WireError, Writer};

/// Most columns of a change.
pub(super) const MAX_COLUMNS: usize = 32;

/// The columns of automerge 0.12's changes, in their order. A change with any other is sent as it is.
pub(super) const KNOWN: [Column; 14] = [
    Column { spec: 0x01, rows: Rows::Operations }, // object: actor
    Column { spec: 0x02, rows: Rows::Operations }, // object: counter
    Column { spec: 0x11, rows: Rows::Operations }, // key: actor
    Column { spec: 0x13, rows: Rows::Operations }, // key: counter
    Column { spec: KEYS, rows: Rows::Operations }, // key: string
    Column { spec: 0x34, rows: Rows::Operations }, // insert
    Column { spec: ACTION, rows: Rows::Operations }, // action
    Column { spec: VALUE_META, rows: Rows::Operations },
    Column { spec: 0x57, rows: Rows::Value },
    Column { spec: PREDECESSORS, rows: Rows::Operations },
    Column { spec: 0x71, rows: Rows::Predecessors }, // predecessor: actor
    Column { spec: PREDECESSOR_COUNTERS, rows: Rows::Predecessors }, // predecessor: counter
    Column { spec: 0x94, rows: Rows::Operations },   // expand
    Column { spec: 0xa5, rows: Rows::Operations },   // mark name
];

pub(super) const KEYS: u32 = 0x15;
pub(super) const ACTION: u32 = 0x42;
const VALUE_META: u32 = 0x56;
const PREDECESSORS: u32 = 0x70;
pub(super) const PREDECESSOR_COUNTERS: u32 = 0x73;

/// A known column.
pub(super) struct Column {
    /// Its specification: number and type.
    pub(super) spec: u32,
    /// What its length follows from.
    pub(super) rows: Rows,
}

/// What the length of a column follows from.
#[derive(Clone, Copy)]
pub(super) enum Rows {
    /// One row for each operation.
    Operations,
    /// One row for each predecessor.
    Predecessors,
    /// As many bytes as the value's metadata say.
    Value,
}

/// How the values of a column are written.
enum Form {
    Boolean,
    Blob,
    Number,
    Raw,
}

fn form(spec: u32) -> Result<Form, WireError> {
    if spec & 0b1000 != 0 {
        return Err(WireError::Invalid { what: "compressed column" });
    }
    Ok(match spec & 0b111 {
        4 => Form::Boolean,
        5 => Form::Blob,
        7 => Form::Raw,
        _ => Form::Number,
    })
}

/// What the rows read so far of one change amount to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) operations: u64,
    pub(super) predecessors: u64,
    pub(super) value_bytes: u64,
}

impl Tally {
    pub(super) fn rows(&self, rows: Rows) -> u64 {
        match rows {
            Rows::Operations => self.operations,
            Rows::Predecessors => self.predecessors,
            Rows::Value => self.value_bytes,
        }
    }

    fn note(&mut self, spec: u32, weight: u64) {
        match spec {
            PREDECESSORS => self.predecessors = weight,
            VALUE_META => self.value_bytes = weight,
            _ => {}
        }
    }
}

/// Takes the next `rows` rows of a column off the front of `reader`, and notes what they say about the
/// columns after it.
///
/// # Errors
/// When the runs do not end with exactly that row, or a number is not in its shortest form.
pub(super) fn take<'a>(
    reader: &mut Reader<'a>,
    spec: u32,
    rows: u64,
    tally: &mut Tally,
) -> Result<&'a [u8], WireError> {
    let before = reader.rest();
    if let Form::Raw = form(spec)? {
        let len = usize::try_from(rows).unwrap_or(usize::MAX);
        return reader.bytes(len, "column");
    }
    let mut run = Runs { spec, seen: 0, weight: 0 };
    while run.seen < rows {
        run.step(reader, rows)?;
    }
    tally.note(spec, run.weight);
    let taken = before.len() - reader.rest().len();
    before.get(..taken).ok_or(WireError::Invalid { what: "column" })
}

/// Whether a column counts operations, as differences from one to the next: its first value is usually
/// close to an operation that both sides know.
pub(super) fn is_relative(spec: u32) -> bool {
    spec & 0b1111 == 3
}

/// The column with `by` added to its first value.
///
/// # Errors
/// When it does not read.
pub(super) fn shift(column: &[u8], by: i64) -> Result<Vec<u8>, WireError> {
    let mut reader = Reader::new(column);
    let mut shifted = Vec::with_capacity(column.len() + 2);
    while !reader.is_empty() {
        let run = signed(&mut reader, "run")?;
        put_signed(&mut shifted, run);
        if run == 0 {
            shifted.put_varint(reader.varint("run of nulls")?);
        } else {
            let first = signed(&mut reader, "value")?;
            put_signed(&mut shifted, first.wrapping_add(by));
            shifted.extend_from_slice(reader.rest());
            break;
        }
    }
    Ok(shifted)
}

/// How many operations a change has, counted in its columns; refuses whatever would unfold into more
/// than it should.
///
/// # Errors
/// When a column has over [`MAX_OPS`] rows, the predecessors are as many, a column is compressed, or a
/// number is not in its shortest form.
pub(super) fn count(columns: &[OperationColumn<'_>]) -> Result<u64, WireError> {
    let mut operations = 0;
    for OperationColumn { spec, bytes } in columns {
        if let Form::Raw = form(*spec)? {
            continue;
        }
        let mut reader = Reader::new(bytes);
        let mut run = Runs { spec: *spec, seen: 0, weight: 0 };
        while !reader.is_empty() {
            run.step(&mut reader, MAX_OPS)?;
        }
        if *spec == ACTION {
            operations = run.seen;
        }
    }
    Ok(operations)
}

struct Runs {
    spec: u32,
    seen: u64,
    /// Sum of what the values announce: predecessors of a group, bytes of a value.
    weight: u64,
}

impl Runs {
    fn step(&mut self, reader: &mut Reader<'_>, limit: u64) -> Result<(), WireError> {
        if let Form::Boolean = form(self.spec)? {
            let run = reader.varint("run")?;
            // Only the first run may be empty: a column of truths begins with no falsehoods.
            if run == 0 && self.seen > 0 {
                return Err(WireError::Invalid { what: "empty run" });
            }
            return self.advance(run, 0, limit);
        }
        match signed(reader, "run")? {
            0 => {
                let nulls = reader.varint("run of nulls")?;
                if nulls == 0 {
                    return Err(WireError::Invalid { what: "empty run" });
                }
                self.advance(nulls, 0, limit)
            }
            run if run > 0 => {
                let weight = self.value(reader)?;
                self.advance(run.unsigned_abs(), weight, limit)
            }
            run => {
                for _ in 0..run.unsigned_abs() {
                    let weight = self.value(reader)?;
                    self.advance(1, weight, limit)?;
                }
                Ok(())
            }
        }
    }

    /// Reads one value and says what it announces.
    fn value(&self, reader: &mut Reader<'_>) -> Result<u64, WireError> {
        match form(self.spec)? {
            Form::Blob => {
                reader.blob(MAX_CHANGE, "value")?;
                Ok(0)
            }
            _ if self.spec & 0b111 == 3 => signed(reader, "value").map(|_| 0),
            _ => {
                let value = reader.varint("value")?;
                Ok(match self.spec {
                    PREDECESSORS => value,
                    VALUE_META => value >> 4,
                    _ => 0,
                })
            }
        }
    }

    fn advance(&mut self, rows: u64, weight: u64, limit: u64) -> Result<(), WireError> {
        self.seen = self.seen.saturating_add(rows);
        self.weight = self.weight.saturating_add(rows.saturating_mul(weight));
        let most = if self.spec == VALUE_META { MAX_CHANGE as u64 } else { MAX_OPS };
        for (what, found, limit) in
            [("rows of a column", self.seen, limit), ("values of a column", self.weight, most)]
        {
            if found > limit {
                return Err(WireError::TooMuch { what, found, limit });
            }
        }
        Ok(())
    }
}

/// A signed LEB128 number in its shortest form, as automerge writes them.
pub(super) fn signed(reader: &mut Reader<'_>, what: &'static str) -> Result<i64, WireError> {
    let start = reader.rest();
    let mut value = 0i64;
    for shift in (0..64).step_by(7) {
        let byte = reader.byte(what)?;
        value |= i64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            if shift < 57 && byte & 0x40 != 0 {
                value |= -1 << (shift + 7);
            }
            let read = start.len() - reader.rest().len();
            let mut shortest = Vec::with_capacity(read);
            put_signed(&mut shortest, value);
            return if start.starts_with(&shortest) && shortest.len() == read {
                Ok(value)
            } else {
                Err(WireError::Varint { what })
            };
        }
    }
    Err(WireError::Varint { what })
}

/// Writes what [`signed`] reads.
pub(super) fn put_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = value as u8 & 0x7f;
        value >>= 7;
        let sign = byte & 0x40 != 0;
        if (value == 0 && !sign) || (value == -1 && sign) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}
