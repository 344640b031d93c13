use std::collections::BTreeMap;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Author, Automerge, ROOT};
use data_encoding::HEXLOWER;
use proptest::prelude::*;

use super::frame::{Batch, Clock, Frame, Hello, More, Refusal, State};
use super::pack;
use super::ranges::{DocKey, FAN_OUT, Range, RangeAnswer, RangeContent};
use super::*;
use crate::id::DocId;
use crate::identity::{NodeKey, OfficeKey};
use crate::seal::Seal;

/// Two changes of cells, by an author, with fixed everything.
fn two_changes() -> [automerge::Change; 2] {
    let mut document = Automerge::new();
    document.set_author(Some(Author::from((0xa0..0xc0).collect::<Vec<u8>>())));
    document.set_actor(ActorId::from((0x10..0x20).collect::<Vec<u8>>()));
    [("pl2.1", 30162, 0), ("pl2.2", 30163, 9)].map(|(cell, value, later)| {
        let mut tx = document.transaction();
        tx.put(&ROOT, cell, value).unwrap();
        let options = CommitOptions::default().with_time(1_678_000_000 + later);
        tx.commit_with(options.with_message("Hoa"));
        document.get_last_local_change().unwrap()
    })
}

fn one_change() -> automerge::Change {
    two_changes()[0].clone()
}

fn next_change() -> automerge::Change {
    two_changes()[1].clone()
}

/// The examples of `docs/protocol.md`, by the names that they have there.
fn examples() -> Vec<(&'static str, Frame)> {
    let report: crate::id::DocId = "report/2023-q1/19996".parse().unwrap();
    let change = one_change();
    let packed = pack::pack(&[change.raw_bytes()]).unwrap();
    let next = next_change();
    let following = pack::pack_after(Some(change.raw_bytes()), &[next.raw_bytes()]).unwrap();
    let part = Range::ALL.parts().nth(3).unwrap();
    let mut parts = Box::new([None; FAN_OUT]);
    parts[0] = Some([0xa0; 8]);
    parts[31] = Some([0xaf; 8]);
    let batch = Batch {
        number: 1,
        doc: report.clone(),
        encoding: packed.encoding,
        count: 1,
        check: check([change.hash()]),
        body: packed.body,
    };
    vec![
        (
            "HELLO",
            Frame::Hello(Hello {
                min_version: 1,
                max_version: 1,
                features: 0,
                pushes: true,
                epoch: [0xee; 16],
                digest: [0xdd; 32],
            }),
        ),
        ("REFUSED", Frame::Refused(Refusal::KeyUnknown)),
        ("REFUSED version", Frame::Refused(Refusal::Version { min: 1, max: 1 })),
        ("ENROL", Frame::Enrol { code: b"K7QX-29".to_vec(), name: "Máy 1".to_owned() }),
        ("ENROLLED", Frame::Enrolled),
        ("BATCH", Frame::Batch(batch.clone())),
        (
            "MORE",
            Frame::More(More {
                number: 2,
                encoding: following.encoding,
                count: 1,
                check: check([next.hash()]),
                body: following.body,
            }),
        ),
        ("ACK", Frame::Ack { batch: 300 }),
        ("REJECT", Frame::Reject { batch: 2, reason: 4 }),
        ("REJECT-AUTHOR", Frame::RejectAuthor { batch: 2, author: NodeKey([0xab; 32]) }),
        ("STATE", Frame::State(State { sent: 2, settled: 1, digest: [0xdd; 32] })),
        ("RANGES", Frame::Ranges(vec![Range::ALL, part])),
        (
            "RANGE-ANSWERS",
            Frame::RangeAnswers(vec![
                RangeAnswer { range: Range::ALL, content: RangeContent::Parts(parts) },
                RangeAnswer {
                    range: part,
                    content: RangeContent::Documents(vec![(DocKey(3 << 59 | 7), [0xcc; 8])]),
                },
            ]),
        ),
        (
            "CLOCK",
            Frame::Clock(Clock {
                doc: report,
                answer: true,
                seqs: vec![(ActorId::from((0x10..0x20).collect::<Vec<u8>>()), 150)],
            }),
        ),
        ("WANT", Frame::Want(vec![DocKey(3 << 59 | 7)])),
        ("ASK-SEALS", Frame::AskSeals(vec![DocKey(3 << 59 | 7)])),
        (
            "SEAL",
            Frame::Seal(
                Seal::new(
                    &OfficeKey::from_seed([0x11; 32]),
                    &DocId::Roster,
                    &[automerge::ChangeHash([0x22; 32])],
                )
                .unwrap(),
            ),
        ),
        (
            "RETURNED",
            Frame::Returned {
                part: Batch { number: 1, doc: DocId::Roster, ..batch.clone() },
                last: true,
            },
        ),
        ("BUSY", Frame::Busy { retry_after: 30_000 }),
        ("PING", Frame::Ping { token: 7 }),
        ("PONG", Frame::Pong { token: 7 }),
        ("BYE", Frame::Bye),
    ]
}

/// The hexadecimal examples of the page: blocks that begin with ```` ```hex NAME ````, in which everything
/// after a `;` is a comment.
fn documented() -> BTreeMap<String, Vec<u8>> {
    let page = include_str!("../../../docs/protocol.md");
    let mut blocks = BTreeMap::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("```hex ") else { continue };
        let digits: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .map(|line| line.split(';').next().unwrap_or_default())
            .flat_map(str::split_whitespace)
            .collect();
        let bytes = HEXLOWER.decode(digits.as_bytes());
        blocks.insert(name.to_owned(), bytes.unwrap_or_else(|_| panic!("{name} is not hex")));
    }
    blocks
}

#[test]
fn every_example_of_the_page_is_what_the_code_writes_and_reads() {
    let documented = documented();
    let examples = examples();
    for (name, frame) in &examples {
        let bytes = frame.encode();
        let written = HEXLOWER.encode(&bytes);
        let found = documented.get(*name).map(|bytes| HEXLOWER.encode(bytes));
        assert_eq!(found.as_ref(), Some(&written), "{name} in docs/protocol.md");
        assert_eq!(&Frame::decode(&bytes).unwrap(), frame, "{name}");
    }
    assert_eq!(documented.len(), examples.len(), "an example that no test knows");
}

#[test]
fn a_frame_cut_short_or_with_something_after_it_is_refused() {
    for (name, frame) in examples() {
        let bytes = frame.encode();
        // A batch's body has no length of its own: what is missing there is found when it is unpacked.
        let fixed = match &frame {
            Frame::Batch(batch) | Frame::Returned { part: batch, .. } => batch.body.len(),
            Frame::More(more) => more.body.len(),
            _ => 0,
        };
        for len in 0..bytes.len() - fixed {
            assert!(Frame::decode(&bytes[..len]).is_err(), "{name} cut to {len} bytes");
        }
        if fixed == 0 {
            let longer = [bytes.as_slice(), &[0]].concat();
            assert!(Frame::decode(&longer).is_err(), "{name} and one byte more");
        }
    }
}

#[test]
fn the_largest_answers_and_clocks_fit_a_frame() {
    let documents = (0..ranges::MAX_LISTED as u64).map(|key| (DocKey(key), [1; 8])).collect();
    let answer = RangeAnswer { range: Range::ALL, content: RangeContent::Documents(documents) };
    let answers = Frame::RangeAnswers(vec![answer; MAX_RANGES]);
    let seqs = (0..MAX_CLOCK as u128)
        .map(|actor| (ActorId::from(actor.to_be_bytes().to_vec()), u64::MAX))
        .collect();
    let doc = "report/2023-q1/19996".parse().unwrap();
    let clock = Frame::Clock(Clock { doc, answer: true, seqs });
    for frame in [answers, clock] {
        assert!(frame.encode().len() <= MAX_FRAME, "{}", frame.name());
        assert_eq!(Frame::decode(&frame.encode()).unwrap(), frame);
    }
}

#[test]
fn counts_over_their_limits_are_refused_before_anything_is_read() {
    use codec::Writer;
    for (kind, count) in [
        (0x21u8, MAX_RANGES as u64 + 1),
        (0x22, MAX_RANGES as u64 + 1),
        (0x24, MAX_WANTED as u64 + 1),
        (0x03, MAX_CODE as u64 + 1),
        (0x10, u64::MAX),
    ] {
        let mut bytes = vec![kind];
        if kind == 0x10 {
            bytes.put_varint(1);
        }
        bytes.put_varint(count);
        bytes.extend([0; 64]);
        assert!(
            matches!(Frame::decode(&bytes), Err(WireError::TooMuch { found, .. }) if found == count),
            "{kind:#x}"
        );
    }
}

proptest! {
    /// What decodes encodes to the same bytes again: there is one encoding of each frame.
    #[test]
    fn random_bytes_never_panic_and_decode_to_what_they_encode(
        kind in prop::sample::select(vec![1u8, 2, 3, 4, 16, 17, 18, 19, 20, 32, 33, 34, 35, 36, 48, 49, 50, 51]),
        rest in proptest::collection::vec(any::<u8>(), 0..200)
    ) {
        let bytes = [&[kind], rest.as_slice()].concat();
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes);
        }
    }

    #[test]
    fn an_example_with_a_changed_byte_never_panics(
        example in 0usize..22, at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = examples()[example].1.encode();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes);
        }
    }
}
