//! The frames that two nodes exchange. `docs/protocol.md` shows each of them byte by byte.
//!
//! A frame stands for itself: none needs another to be read. On a stream each is preceded by its length
//! ([`super::stream`]).

use automerge::ActorId;

use super::codec::{Reader, WireError, Writer};
use super::pack::chunk::MAX_ACTOR;
use super::pack::{Encoding, MAX_CHANGES};
pub use super::refusal::Refusal;
use super::{
    CHECK, MAX_BATCH_BODY, MAX_CLOCK, MAX_CODE, MAX_DOC_ID, MAX_NAME, MAX_RANGES, MAX_WANTED,
};
use crate::id::DocId;
use crate::identity::NodeKey;
use crate::seal::Seal;
use crate::wire::ranges::{DocKey, Range, RangeAnswer};

/// Version of the protocol that this program speaks: the number in `hopluu/1`.
pub const VERSION: u64 = 1;

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A batch has been made durable.
    Ack {
        /// The batch's number.
        batch: u64,
    },
    /// Asks the hub to seal the documents with these keys. Ascending.
    AskSeals(Vec<DocKey>),
    /// Changes of one document.
    Batch(Batch),
    /// Come back later.
    Busy {
        /// After so many milliseconds, at least.
        retry_after: u64,
    },
    /// The sender closes the connection in good order.
    Bye,
    /// Which changes of a document the sender has.
    Clock(Clock),
    /// An unknown node asks to be enrolled.
    Enrol {
        /// The invitation's one-time code.
        code: Vec<u8>,
        /// A name for people.
        name: String,
    },
    /// The node has been enrolled; HELLO may follow.
    Enrolled,
    /// The first frame of both sides.
    Hello(Hello),
    /// Changes of the document of the batch before, packed as if they followed its last change.
    More(More),
    /// Asks for a sign of life.
    Ping {
        /// To tell the answers apart.
        token: u64,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's.
        token: u64,
    },
    /// What the sender has in the ranges that it was asked for.
    RangeAnswers(Vec<RangeAnswer>),
    /// Asks what the receiver has in these ranges.
    Ranges(Vec<Range>),
    /// The connection is refused; nothing follows.
    Refused(Refusal),
    /// A batch was not accepted. The sender sends no more of its document on this connection.
    Reject {
        /// The batch's number.
        batch: u64,
        /// Why, as a number (`gate::GateError::number`).
        reason: u64,
    },
    /// A batch was not accepted, because the document may hold nothing of this author. Other changes of it
    /// are taken. Said to peers that understand it ([`HEARS_AUTHORS`]), instead of a REJECT.
    RejectAuthor {
        /// The batch's number.
        batch: u64,
        /// The author's key.
        author: NodeKey,
    },
    /// From an office to a hub that has lost it: a part of what the last SEAL covers.
    Returned {
        /// The part, numbered from 1 for each seal.
        part: Batch,
        /// Whether it is the last.
        last: bool,
    },
    /// From the hub: keep this. From an office: this is yours, and RETURNED follows.
    Seal(Seal),
    /// Where the sender stands, having nothing under way.
    State(State),
    /// Asks for the documents with these keys, which the sender does not have at all. Ascending.
    Want(Vec<DocKey>),
}

/// The dialer keeps a seal of the listener's over the roster, and hands that back should it be refused as
/// unknown.
pub const HOLDS_ROSTER: u64 = 1;

/// The sender understands REJECT-AUTHOR.
pub const HEARS_AUTHORS: u64 = 2;

/// The first frame of both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The oldest version spoken.
    pub min_version: u64,
    /// The newest version spoken.
    pub max_version: u64,
    /// A bit each: [`HOLDS_ROSTER`], [`HEARS_AUTHORS`]. Unknown ones are ignored.
    pub features: u64,
    /// Changes follow that the receiver has not acknowledged yet; the digest will be compared later.
    pub pushes: bool,
    /// Of the sender's store, made when the store is created or restored: a new one says that the sender
    /// may have forgotten what it acknowledged.
    pub epoch: [u8; 16],
    /// Of everything that both share.
    pub digest: [u8; 32],
}

/// Changes of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Counted from 1 for each direction of a connection, without gaps.
    pub number: u64,
    /// The document.
    pub doc: DocId,
    /// How the changes are packed.
    pub encoding: Encoding,
    /// How many there are.
    pub count: usize,
    /// The changes' hashes, hashed: [`super::check`].
    pub check: [u8; CHECK],
    /// The packed changes.
    pub body: Vec<u8>,
}

/// More changes of the same document as the batch before ([`super::trail`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// As for a [`Batch`], and counted together with those.
    pub number: u64,
    /// How the changes are packed.
    pub encoding: Encoding,
    /// How many there are.
    pub count: usize,
    /// The changes' hashes, hashed: [`super::check`].
    pub check: [u8; CHECK],
    /// The packed changes.
    pub body: Vec<u8>,
}

/// Which changes of a document the sender has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The document.
    pub doc: DocId,
    /// Whether the receiver shall send its own clock back.
    pub answer: bool,
    /// For each actor its last change's number, ascending by actor.
    pub seqs: Vec<(ActorId, u64)>,
}

/// Where a side stands that has nothing under way: all its batches are settled, and all that it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Batches sent on this connection.
    pub sent: u64,
    /// The other side's batches that were acknowledged or rejected.
    pub settled: u64,
    /// Of everything that both share.
    pub digest: [u8; 32],
}

mod kind {
    pub(super) const HELLO: u8 = 0x01;
    pub(super) const REFUSED: u8 = 0x02;
    pub(super) const ENROL: u8 = 0x03;
    pub(super) const ENROLLED: u8 = 0x04;
    pub(super) const BATCH: u8 = 0x10;
    pub(super) const ACK: u8 = 0x11;
    pub(super) const REJECT: u8 = 0x12;
    pub(super) const MORE: u8 = 0x13;
    pub(super) const REJECT_AUTHOR: u8 = 0x14;
    pub(super) const STATE: u8 = 0x20;
    pub(super) const RANGES: u8 = 0x21;
    pub(super) const RANGE_ANSWERS: u8 = 0x22;
    pub(super) const CLOCK: u8 = 0x23;
    pub(super) const WANT: u8 = 0x24;
    pub(super) const ASK_SEALS: u8 = 0x25;
    pub(super) const SEAL: u8 = 0x26;
    pub(super) const RETURNED: u8 = 0x27;
    pub(super) const BUSY: u8 = 0x30;
    pub(super) const PING: u8 = 0x31;
    pub(super) const PONG: u8 = 0x32;
    pub(super) const BYE: u8 = 0x33;
}

/// Whether a frame does no harm when it arrives twice, so that it may go with a connection's first flight,
/// which somebody on the way can record and play again. Joining with an invitation is the one thing that
/// does not bear it; changes are known by their hash.
pub fn may_come_twice(frame: &[u8]) -> bool {
    frame.first() != Some(&kind::ENROL)
}

const FLAG: u8 = 1;

impl Frame {
    /// The frame's bytes, without the length that precedes them on a stream.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Ack { batch } => number(&mut out, kind::ACK, *batch),
            Self::AskSeals(keys) => keys_of(&mut out, kind::ASK_SEALS, keys),
            Self::Batch(batch) => {
                out.push(kind::BATCH);
                batch.encode(&mut out);
            }
            Self::Busy { retry_after } => number(&mut out, kind::BUSY, *retry_after),
            Self::Bye => out.push(kind::BYE),
            Self::Clock(clock) => clock.encode(&mut out),
            Self::Enrol { code, name } => {
                out.push(kind::ENROL);
                out.put_blob(code);
                out.put_blob(name.as_bytes());
            }
            Self::Enrolled => out.push(kind::ENROLLED),
            Self::Hello(hello) => hello.encode(&mut out),
            Self::More(more) => more.encode(&mut out),
            Self::Ping { token } => number(&mut out, kind::PING, *token),
            Self::Pong { token } => number(&mut out, kind::PONG, *token),
            Self::RangeAnswers(answers) => {
                out.push(kind::RANGE_ANSWERS);
                out.put_varint(answers.len() as u64);
                answers.iter().for_each(|answer| answer.encode(&mut out));
            }
            Self::Ranges(ranges) => {
                out.push(kind::RANGES);
                out.put_varint(ranges.len() as u64);
                ranges.iter().for_each(|range| range.encode(&mut out));
            }
            Self::Refused(refusal) => {
                out.push(kind::REFUSED);
                refusal.encode(&mut out);
            }
            Self::Reject { batch, reason } => {
                number(&mut out, kind::REJECT, *batch);
                out.put_varint(*reason);
            }
            Self::RejectAuthor { batch, author } => {
                number(&mut out, kind::REJECT_AUTHOR, *batch);
                out.extend_from_slice(&author.0);
            }
            Self::Returned { part, last } => {
                out.push(kind::RETURNED);
                out.push((*last).into());
                part.encode(&mut out);
            }
            Self::Seal(seal) => {
                out.push(kind::SEAL);
                out.extend(seal.encode());
            }
            Self::State(state) => {
                number(&mut out, kind::STATE, state.sent);
                out.put_varint(state.settled);
                out.extend_from_slice(&state.digest);
            }
            Self::Want(keys) => keys_of(&mut out, kind::WANT, keys),
        }
        out
    }

    /// Reads a frame that stands in `bytes` alone.
    ///
    /// # Errors
    /// When it is not a frame of this version in its only encoding, or breaks a limit.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let kind = reader.byte("frame type")?;
        let frame = match kind {
            kind::HELLO => Self::Hello(Hello::decode(&mut reader)?),
            kind::REFUSED => Self::Refused(Refusal::decode(&mut reader)?),
            kind::ENROL => Self::Enrol {
                code: reader.blob(MAX_CODE, "invitation code")?.to_vec(),
                name: text(&mut reader, MAX_NAME, "node name")?.to_owned(),
            },
            kind::ENROLLED => Self::Enrolled,
            kind::BATCH => Self::Batch(Batch::decode(&mut reader)?),
            kind::MORE => Self::More(More::decode(&mut reader)?),
            kind::ACK => Self::Ack { batch: reader.varint("batch number")? },
            kind::REJECT => Self::Reject {
                batch: reader.varint("batch number")?,
                reason: reader.varint("reason")?,
            },
            kind::REJECT_AUTHOR => Self::RejectAuthor {
                batch: reader.varint("batch number")?,
                author: NodeKey(reader.array("author")?),
            },
            kind::STATE => Self::State(State {
                sent: reader.varint("batches sent")?,
                settled: reader.varint("batches settled")?,
                digest: reader.array("digest")?,
            }),
            kind::RANGES => Self::Ranges(list(&mut reader, "ranges", Range::decode)?),
            kind::RANGE_ANSWERS => {
                Self::RangeAnswers(list(&mut reader, "range answers", RangeAnswer::decode)?)
            }
            kind::CLOCK => Self::Clock(Clock::decode(&mut reader)?),
            kind::WANT => Self::Want(wanted(&mut reader)?),
            kind::ASK_SEALS => Self::AskSeals(wanted(&mut reader)?),
            kind::SEAL => Self::Seal(Seal::decode(&mut reader)?),
            kind::RETURNED => {
                let last = flag(&mut reader)?;
                Self::Returned { part: Batch::decode(&mut reader)?, last }
            }
            kind::BUSY => Self::Busy { retry_after: reader.varint("waiting time")? },
            kind::PING => Self::Ping { token: reader.varint("token")? },
            kind::PONG => Self::Pong { token: reader.varint("token")? },
            kind::BYE => Self::Bye,
            value => return Err(WireError::Unknown { what: "frame type", value: value.into() }),
        };
        reader.finish("frame")?;
        Ok(frame)
    }

    /// The frame's name, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ack { .. } => "ACK",
            Self::AskSeals(_) => "ASK-SEALS",
            Self::Batch(_) => "BATCH",
            Self::Busy { .. } => "BUSY",
            Self::Bye => "BYE",
            Self::Clock(_) => "CLOCK",
            Self::Enrol { .. } => "ENROL",
            Self::Enrolled => "ENROLLED",
            Self::Hello(_) => "HELLO",
            Self::More(_) => "MORE",
            Self::Ping { .. } => "PING",
            Self::Pong { .. } => "PONG",
            Self::RangeAnswers(_) => "RANGE-ANSWERS",
            Self::Ranges(_) => "RANGES",
            Self::Refused(_) => "REFUSED",
            Self::Reject { .. } => "REJECT",
            Self::RejectAuthor { .. } => "REJECT-AUTHOR",
            Self::Returned { .. } => "RETURNED",
            Self::Seal(_) => "SEAL",
            Self::State(_) => "STATE",
            Self::Want(_) => "WANT",
        }
    }
}

fn number(out: &mut Vec<u8>, kind: u8, value: u64) {
    out.push(kind);
    out.put_varint(value);
}

fn keys_of(out: &mut Vec<u8>, kind: u8, keys: &[DocKey]) {
    number(out, kind, keys.len() as u64);
    keys.iter().for_each(|key| out.extend_from_slice(&key.0.to_be_bytes()));
}

fn list<'a, T>(
    reader: &mut Reader<'a>,
    what: &'static str,
    read: impl Fn(&mut Reader<'a>) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    let count = reader.count(MAX_RANGES, what)?;
    if count == 0 {
        return Err(WireError::Invalid { what });
    }
    (0..count).map(|_| read(reader)).collect()
}

fn wanted(reader: &mut Reader<'_>) -> Result<Vec<DocKey>, WireError> {
    let mut keys: Vec<DocKey> = Vec::new();
    for _ in 0..reader.count(MAX_WANTED, "documents wanted")? {
        let key = DocKey(u64::from_be_bytes(reader.array("document key")?));
        if keys.last().is_some_and(|last| *last >= key) {
            return Err(WireError::Invalid { what: "order of documents wanted" });
        }
        keys.push(key);
    }
    Ok(keys)
}

fn text<'a>(
    reader: &mut Reader<'a>,
    limit: usize,
    what: &'static str,
) -> Result<&'a str, WireError> {
    std::str::from_utf8(reader.blob(limit, what)?).map_err(|_| WireError::Invalid { what })
}

fn doc_id(reader: &mut Reader<'_>) -> Result<DocId, WireError> {
    let what = "document id";
    text(reader, MAX_DOC_ID, what)?.parse().map_err(|_| WireError::Invalid { what })
}

fn flag(reader: &mut Reader<'_>) -> Result<bool, WireError> {
    match reader.byte("flags")? {
        0 => Ok(false),
        FLAG => Ok(true),
        value => Err(WireError::Unknown { what: "flags", value: value.into() }),
    }
}

impl Hello {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(kind::HELLO);
        out.put_varint(self.min_version);
        out.put_varint(self.max_version);
        out.put_varint(self.features);
        out.push(self.pushes.into());
        out.extend_from_slice(&self.epoch);
        out.extend_from_slice(&self.digest);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let min_version = reader.varint("oldest version")?;
        let max_version = reader.varint("newest version")?;
        if min_version > max_version {
            return Err(WireError::Invalid { what: "versions" });
        }
        Ok(Self {
            min_version,
            max_version,
            features: reader.varint("features")?,
            pushes: flag(reader)?,
            epoch: reader.array("store epoch")?,
            digest: reader.array("digest")?,
        })
    }
}

impl Batch {
    fn encode(&self, out: &mut Vec<u8>) {
        out.put_varint(self.number);
        out.put_blob(self.doc.to_string().as_bytes());
        put_changes(out, self.encoding, self.count, &self.check, &self.body);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let number = batch_number(reader)?;
        let doc = doc_id(reader)?;
        let (encoding, count, check, body) = changes(reader)?;
        Ok(Self { number, doc, encoding, count, check, body })
    }
}

impl More {
    fn encode(&self, out: &mut Vec<u8>) {
        number(out, kind::MORE, self.number);
        put_changes(out, self.encoding, self.count, &self.check, &self.body);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let number = batch_number(reader)?;
        let (encoding, count, check, body) = changes(reader)?;
        Ok(Self { number, encoding, count, check, body })
    }
}

fn batch_number(reader: &mut Reader<'_>) -> Result<u64, WireError> {
    let what = "batch number";
    match reader.varint(what)? {
        0 => Err(WireError::Invalid { what }),
        number => Ok(number),
    }
}

fn put_changes(
    out: &mut Vec<u8>,
    encoding: Encoding,
    count: usize,
    check: &[u8; CHECK],
    body: &[u8],
) {
    out.push(encoding.number());
    out.put_varint(count as u64);
    out.extend_from_slice(check);
    out.extend_from_slice(body);
}

fn changes(reader: &mut Reader<'_>) -> Result<(Encoding, usize, [u8; CHECK], Vec<u8>), WireError> {
    let encoding = Encoding::from_number(reader.byte("encoding")?)?;
    let count = reader.count(MAX_CHANGES, "changes of a batch")?;
    if count == 0 {
        return Err(WireError::Invalid { what: "batch" });
    }
    let check = reader.array("check")?;
    let rest = reader.rest().len();
    if rest > MAX_BATCH_BODY {
        let (found, limit) = (rest as u64, MAX_BATCH_BODY as u64);
        return Err(WireError::TooMuch { what: "batch body", found, limit });
    }
    Ok((encoding, count, check, reader.bytes(rest, "batch body")?.to_vec()))
}

impl Clock {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(kind::CLOCK);
        out.put_blob(self.doc.to_string().as_bytes());
        out.push(self.answer.into());
        out.put_varint(self.seqs.len() as u64);
        for (actor, seq) in &self.seqs {
            out.put_blob(actor.to_bytes());
            out.put_varint(*seq);
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let doc = doc_id(reader)?;
        let answer = flag(reader)?;
        let mut seqs: Vec<(ActorId, u64)> = Vec::new();
        for _ in 0..reader.count(MAX_CLOCK, "actors of a clock")? {
            let actor = ActorId::from(reader.blob(MAX_ACTOR, "actor")?);
            if seqs.last().is_some_and(|(last, _)| *last >= actor) {
                return Err(WireError::Invalid { what: "order of a clock" });
            }
            seqs.push((actor, reader.varint("seq")?));
        }
        Ok(Self { doc, answer, seqs })
    }
}
