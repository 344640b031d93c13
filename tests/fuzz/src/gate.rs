//! The gate: what a peer that is enrolled, and bad, can do with a batch.
//!
//! The peer announces what it sends truly, so the check of hashes never stops it; what the gate lets in
//! is stored, opened and read, as the hub would.

use std::sync::LazyLock;

use automerge::{
    ActorId, Automerge, Change, ChangeHash, LoadOptions, OnPartialLoad, VerificationMode,
};
use hopluu_protocol::documents::genesis::genesis;
use hopluu_protocol::documents::{history, report};
use hopluu_protocol::gate::{self, Access};
use hopluu_protocol::id::DocId;
use hopluu_protocol::identity::NodeKey;
use hopluu_protocol::replica::{Clock, EditContext, Replica, ReplicaError};
use hopluu_protocol::roster::{Node, Role, Roster};
use hopluu_protocol::store::{MemoryBackend, Store, StoredChange, Write};
use hopluu_protocol::template::Template;
use hopluu_protocol::value::CellValue;
use hopluu_protocol::wire::frame::Batch;
use hopluu_protocol::wire::pack::{self, Encoding, MAX_UNPACKED};
use hopluu_protocol::wire::trail::Trail;
use hopluu_protocol::wire::{self, Frame};
use sha2::{Digest, Sha256};

use crate::forge;

const OPEN_BYTES: usize = 64 << 20;
/// The first byte of automerge's files.
const AUTOMERGE: u8 = 0x85;
const TEMPLATE: &str = include_str!("small-template.toml");

/// A hub with one office's report, of which the office has more.
pub struct World {
    hub: MemoryBackend,
    whole: MemoryBackend,
    access: Access,
    office: NodeKey,
    doc: DocId,
    genesis: ChangeHash,
    /// The report's changes, in order; `hub` has the first [`World::AT_HUB`], `whole` all.
    pub changes: Vec<Vec<u8>>,
}

/// The hub that every input meets.
pub static WORLD: LazyLock<World> = LazyLock::new(World::new);

/// `f` a frame; `p` a count and a plain body; `l` a count and lanes, not yet compressed; `c` the content
/// of a change chunk, without what says its length and hash; `o` operations to forge changes of; and a file of automerge's own,
/// known by its first byte, as it is: stored, and sent.
pub fn run(input: &[u8]) {
    let world = &*WORLD;
    match crate::choose(input) {
        Some((b'c', content)) => {
            if let Ok(packed) = pack::pack(&[&chunk(content)]) {
                world.send(packed.encoding, packed.count, packed.body);
            }
        }
        Some((b'f', frame)) => {
            if let Ok(Frame::Batch(batch)) = wire::decode(frame) {
                world.receive(&world.hub, &batch);
            }
        }
        Some((b'l', [count, lanes @ ..])) => {
            if let Ok(body) = zstd::bulk::compress(lanes, 1) {
                world.send(Encoding::Lanes, usize::from(*count), body);
            }
        }
        Some((b'o', choices)) => {
            let forged = forge::changes(choices, &world.stored(), world.office);
            let chunks: Vec<&[u8]> = forged.iter().map(Change::raw_bytes).collect();
            if let Ok(packed) = pack::pack(&chunks) {
                world.send_to(&world.whole, packed.encoding, packed.count, packed.body);
            }
        }
        Some((AUTOMERGE, _)) => {
            world.load(input);
            world.send(Encoding::Plain, 1, as_it_is(input));
        }
        Some((b'p', [count, body @ ..])) => {
            world.send(Encoding::Plain, usize::from(*count), body.to_vec());
        }
        _ => {}
    }
}

/// A batch's body of one change that is sent as it is (docs/protocol.md, Packing: lane 16).
fn as_it_is(chunk: &[u8]) -> Vec<u8> {
    let mut body = vec![0];
    put_varint(&mut body, chunk.len());
    [&body, chunk].concat()
}

fn put_varint(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// An automerge change chunk with this content.
fn chunk(content: &[u8]) -> Vec<u8> {
    let mut head = vec![1];
    put_varint(&mut head, content.len());
    let hash = Sha256::new().chain_update(&head).chain_update(content).finalize();
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &head, content].concat()
}

impl World {
    /// How many changes the hub has.
    pub const AT_HUB: usize = 3;

    fn new() -> Self {
        let doc: DocId = "report/2023-q1/19996".parse().unwrap();
        let template = Template::parse(TEMPLATE).unwrap().template;
        let genesis = genesis(&doc, Some(&template)).unwrap();
        let office = NodeKey([7; 32]);
        let roster = Roster {
            hub: Some("town".parse().unwrap()),
            units: Vec::new(),
            nodes: vec![Node {
                key: office,
                unit: "19996".parse().unwrap(),
                role: Role::Office,
                name: "Máy văn thư".to_owned(),
                enrolled_at: 0,
                revoked_at: None,
            }],
        };
        let mut replica = Replica::open(Store::new(MemoryBackend::new()), OPEN_BYTES).unwrap();
        replica.create(&doc, genesis.clone()).unwrap();
        edit(&mut replica, &doc, office);
        let stored = replica.changes_from(&doc, 0, usize::MAX).unwrap();
        let changes: Vec<Vec<u8>> = stored.into_iter().map(|change| change.bytes).collect();

        Self {
            hub: with(&doc, &changes[..Self::AT_HUB]),
            whole: with(&doc, &changes),
            access: Access::new("town".parse().unwrap(), None, &roster),
            office,
            genesis: genesis.hash(),
            doc,
            changes,
        }
    }

    fn send(&self, encoding: Encoding, count: usize, body: Vec<u8>) {
        self.send_to(&self.hub, encoding, count, body);
    }

    fn send_to(&self, hub: &MemoryBackend, encoding: Encoding, count: usize, body: Vec<u8>) {
        let Ok(unpacked) = pack::unpack(encoding, count, &body) else { return };
        let chunks: Vec<&[u8]> = unpacked.iter().map(|change| change.bytes.as_slice()).collect();
        assert!(chunks.iter().map(|chunk| chunk.len()).sum::<usize>() <= MAX_UNPACKED);
        let packed = pack::pack(&chunks).unwrap();
        let again = pack::unpack(packed.encoding, packed.count, &packed.body);
        assert_eq!(again.as_ref(), Ok(&unpacked), "packed and unpacked");

        let check = wire::check(unpacked.iter().map(|change| change.hash));
        let doc = self.doc.clone();
        self.receive(hub, &Batch { number: 1, doc, encoding, count, check, body });
    }

    /// The report as a hub that has all of it.
    fn stored(&self) -> Vec<Change> {
        self.changes.iter().map(|bytes| bytes.as_slice().try_into().unwrap()).collect()
    }

    /// What a hub does with a batch.
    fn receive(&self, hub: &MemoryBackend, batch: &Batch) {
        let mut hub = Replica::open(Store::new(hub.clone()), OPEN_BYTES).unwrap();
        let genesis = self.genesis;
        let is_genesis = move |_: &DocId, hash: &ChangeHash| *hash == genesis;
        let (mut trail, office) = (Trail::default(), &self.office);
        let access = &self.access;
        let gate = gate::admit(batch, &mut trail, false, office, access, &is_genesis, &mut hub);
        if gate.unwrap().is_err() {
            return;
        }
        let _committed = hub.commit().unwrap();
        let mut hub =
            Replica::open(Store::new(hub.into_store().into_backend()), OPEN_BYTES).unwrap();
        self.read(&mut hub, &batch.doc);
    }

    /// Bytes in a node's store that are not what it wrote: a row, a snapshot, whatever damage made of them.
    /// The document is said to be damaged, and nothing worse.
    fn load(&self, stored: &[u8]) {
        let hash = ChangeHash([1; 32]);
        let row = StoredChange { position: 0, hash, bytes: stored.to_vec() };
        let (actor, seq) = (ActorId::from([1; 16]), 1);
        let append = Write::Append { doc: self.doc.clone(), change: row, actor, seq };
        let heads = Write::Heads { doc: self.doc.clone(), heads: vec![hash] };
        let snapshot = Write::Snapshot { doc: self.doc.clone(), covers: 1, bytes: stored.to_vec() };
        for writes in [vec![append.clone(), heads.clone()], vec![append, heads, snapshot]] {
            let mut store = Store::new(MemoryBackend::new());
            for write in writes.chunks(2) {
                let _durable = store.commit(write).unwrap();
            }
            let mut replica = Replica::open(store, OPEN_BYTES).unwrap();
            let read = replica.document(&self.doc).map(|found| found.is_some());
            assert!(!matches!(read, Ok(true)), "no change has this hash");
            let listed = replica.changes_above(&self.doc, &Clock::new(), 0, usize::MAX);
            assert!(matches!(listed, Err(ReplicaError::Damaged { .. })), "{listed:?}");
        }
    }

    /// Whatever the gate let in, the document opens from what is stored, lists its changes, can be read by
    /// everything that reads reports, and what it saves loads again: the gate's promise.
    fn read(&self, hub: &mut Replica<MemoryBackend>, doc: &DocId) {
        let document = hub.document(doc).unwrap().unwrap();
        let changes = document.get_changes(&[]).len();
        let options = LoadOptions::new().verification_mode(VerificationMode::Check);
        let options = options.on_partial_load(OnPartialLoad::Error);
        let again = Automerge::load_with_options(&document.save(), options).unwrap();
        assert_eq!(again.get_heads(), document.get_heads());
        assert_eq!(again.get_changes(&[]).len(), changes);
        let cell = "a.1".parse().unwrap();
        let read = [
            report::read(document, None).map(drop).map_err(|error| error.code()),
            report::read(document, Some(&[self.genesis])).map(drop).map_err(|error| error.code()),
            report::conflicts(document).map(drop).map_err(|error| error.code()),
            report::submissions(document).map(drop).map_err(|error| error.code()),
            report::text(document, &"i.1".parse().unwrap()).map(drop).map_err(|error| error.code()),
            history::history(document, &cell).map(drop).map_err(|error| error.code()),
        ];
        assert!(read.iter().flat_map(|outcome| outcome.err()).all(|code| !code.is_empty()));
    }
}

/// A store that has these changes.
fn with(doc: &DocId, changes: &[Vec<u8>]) -> MemoryBackend {
    let mut replica = Replica::open(Store::new(MemoryBackend::new()), OPEN_BYTES).unwrap();
    let changes = changes.iter().map(|bytes| bytes.as_slice().try_into().unwrap()).collect();
    replica.append(doc, changes).unwrap();
    let _committed = replica.commit().unwrap();
    replica.into_store().into_backend()
}

/// What an office does in a quarter, in small: two people, figures, a note, texts, a removal.
fn edit(replica: &mut Replica<MemoryBackend>, doc: &DocId, author: NodeKey) {
    let person = |actor: u8, minute: i64| EditContext {
        author,
        actor: ActorId::from([actor; 16]),
        person: "Lê Văn A".to_owned(),
        now_seconds: 1_678_000_000 + minute * 60,
    };
    let cells = ["a.1", "a.2", "a.3"].map(|id| id.parse().unwrap());
    for (minute, cell) in (0..).zip(cells.iter().cycle().take(6)) {
        let value = CellValue::Number((1_304 + minute).into());
        let context = person(1, minute);
        replica.edit(doc, &context, |tx| report::set_cell(tx, cell, Some(&value))).unwrap();
    }
    let section = "i.1".parse().unwrap();
    for (minute, text) in (10..).zip(["Tiếp nhận 1.304 hồ sơ.", "Đã tiếp nhận 1.305 hồ sơ."])
    {
        let context = person(2, minute);
        replica.edit(doc, &context, |tx| report::set_text(tx, &section, text)).unwrap();
    }
    replica.edit(doc, &person(2, 20), |tx| report::set_note(tx, &cells[0], "cả năm")).unwrap();
    replica.edit(doc, &person(1, 21), |tx| report::set_cell(tx, &cells[1], None)).unwrap();
}
