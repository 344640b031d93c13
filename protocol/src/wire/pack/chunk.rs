//! An automerge change chunk, taken apart and put together again.
//!
//! The layout is that of automerge's binary format, <https://automerge.org/automerge-binary-format-spec/>
//! (§ change chunks): magic, four bytes of checksum, type, length, then dependencies, actor, number,
//! first operation, time, message, other actors, operation columns, and whatever remains (automerge 0.12
//! keeps the author there). The chunk's hash is SHA-256 over type, length and data; the checksum is its
//! first four bytes. Nothing here calls automerge: chunks from the network are taken apart and measured
//! before automerge sees them.

use std::borrow::Cow;

use automerge::ChangeHash;
use sha2::{Digest, Sha256};

use super::columns;
use crate::wire::codec::{Reader, WireError, Writer};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const TYPE_CHANGE: u8 = 1;

/// Most bytes of a change, uncompressed. A longer paste is to be split where it is made.
pub const MAX_CHANGE: usize = 64 * 1024;
/// Most operations of a change: one for each character of an inserted text.
pub const MAX_OPS: u64 = 64 * 1024;
/// Most dependencies of a change.
pub const MAX_DEPS: usize = 256;
/// Most other actors that a change names.
pub const MAX_ACTORS: usize = 1024;
/// Longest actor id, in bytes; ours have 16.
pub const MAX_ACTOR: usize = 64;
/// Longest message of a change: the person's name.
pub const MAX_MESSAGE: usize = 1024;
/// Longest footer of a change: the author's key.
pub const MAX_EXTRA: usize = 1024;

/// The fields of a change chunk, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Dependencies, ascending.
    pub deps: Vec<ChangeHash>,
    /// Whose stream the change belongs to.
    pub actor: &'a [u8],
    /// Its number in that stream, from 1.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// Time as its author's clock had it, in automerge's unit (seconds).
    pub time: i64,
    /// The message.
    pub message: &'a [u8],
    /// Other actors that its operations name.
    pub other_actors: Vec<&'a [u8]>,
    /// Operation columns, in their order.
    pub columns: Vec<OperationColumn<'a>>,
    /// What follows the columns.
    pub extra: &'a [u8],
}

/// One column of a change's operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationColumn<'a> {
    /// Its specification: number and type.
    pub spec: u32,
    /// Its bytes, run-length encoded.
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Parts<'a> {
    /// Takes a whole change chunk apart.
    ///
    /// # Errors
    /// When it is not an uncompressed change chunk, breaks a limit, is not in its shortest form, or its
    /// checksum is wrong.
    pub fn parse(chunk: &'a [u8]) -> Result<Self, WireError> {
        if chunk.len() > MAX_CHANGE {
            return Err(WireError::TooMuch {
                what: "change",
                found: chunk.len() as u64,
                limit: MAX_CHANGE as u64,
            });
        }
        let mut reader = Reader::new(chunk);
        let magic: [u8; 4] = reader.array("magic")?;
        let checksum: [u8; 4] = reader.array("checksum")?;
        let kind = reader.byte("chunk type")?;
        if magic != MAGIC {
            return Err(WireError::Invalid { what: "magic" });
        }
        if kind != TYPE_CHANGE {
            return Err(WireError::Unknown { what: "chunk type", value: kind.into() });
        }
        let data = reader.blob(MAX_CHANGE, "chunk")?;
        reader.finish("chunk")?;
        if hash_of(data).0[..4] != checksum {
            return Err(WireError::Invalid { what: "checksum" });
        }
        Self::parse_data(data)
    }

    /// How many operations the change has, counted without unfolding its columns.
    ///
    /// # Errors
    /// When any column would unfold into more than it should ([`MAX_OPS`], [`MAX_CHANGE`]).
    pub fn count_operations(&self) -> Result<u64, WireError> {
        columns::count(&self.columns)
    }

    fn parse_data(data: &'a [u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(data);
        let mut deps = Vec::new();
        for _ in 0..reader.count(MAX_DEPS, "dependencies")? {
            deps.push(ChangeHash(reader.array("dependency")?));
        }
        let actor = reader.blob(MAX_ACTOR, "actor")?;
        let seq = reader.varint("seq")?;
        let start_op = reader.varint("first operation")?;
        let time = columns::signed(&mut reader, "time")?;
        let message = reader.blob(MAX_MESSAGE, "message")?;
        let mut other_actors = Vec::new();
        for _ in 0..reader.count(MAX_ACTORS, "other actors")? {
            other_actors.push(reader.blob(MAX_ACTOR, "actor")?);
        }
        let mut shapes = Vec::new();
        for _ in 0..reader.count(columns::MAX_COLUMNS, "columns")? {
            let spec = reader.count(u32::MAX as usize, "column")? as u32;
            shapes.push((spec, reader.count(MAX_CHANGE, "column length")?));
        }
        let mut columns = Vec::with_capacity(shapes.len());
        for (spec, len) in shapes {
            let bytes = Cow::Borrowed(reader.bytes(len, "column")?);
            columns.push(OperationColumn { spec, bytes });
        }
        let extra = reader.rest();
        if extra.len() > MAX_EXTRA {
            return Err(WireError::TooMuch {
                what: "change footer",
                found: extra.len() as u64,
                limit: MAX_EXTRA as u64,
            });
        }
        Ok(Self { deps, actor, seq, start_op, time, message, other_actors, columns, extra })
    }

    /// The chunk and its hash.
    pub fn build(&self) -> (ChangeHash, Vec<u8>) {
        let mut data = Vec::new();
        data.put_varint(self.deps.len() as u64);
        for dep in &self.deps {
            data.extend_from_slice(&dep.0);
        }
        data.put_blob(self.actor);
        data.put_varint(self.seq);
        data.put_varint(self.start_op);
        columns::put_signed(&mut data, self.time);
        data.put_blob(self.message);
        data.put_varint(self.other_actors.len() as u64);
        for actor in &self.other_actors {
            data.put_blob(actor);
        }
        data.put_varint(self.columns.len() as u64);
        for column in &self.columns {
            data.put_varint(u64::from(column.spec));
            data.put_varint(column.bytes.len() as u64);
        }
        for column in &self.columns {
            data.extend_from_slice(&column.bytes);
        }
        data.extend_from_slice(self.extra);

        let hash = hash_of(&data);
        let mut chunk = Vec::with_capacity(data.len() + 16);
        chunk.extend_from_slice(&MAGIC);
        chunk.extend_from_slice(&hash.0[..4]);
        chunk.push(TYPE_CHANGE);
        chunk.put_blob(&data);
        (hash, chunk)
    }
}

/// The hash of a change chunk, computed over its bytes.
///
/// # Errors
/// When this is not one uncompressed change chunk with a right checksum.
pub fn hash(chunk: &[u8]) -> Result<ChangeHash, WireError> {
    Parts::parse(chunk).map(|parts| parts.build().0)
}

fn hash_of(data: &[u8]) -> ChangeHash {
    let mut head = vec![TYPE_CHANGE];
    head.put_varint(data.len() as u64);
    ChangeHash(Sha256::new().chain_update(&head).chain_update(data).finalize().into())
}
