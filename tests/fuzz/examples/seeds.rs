//! Writes the corpus: what nodes, people and their programs really send, and what hostile ones would.
//!
//! `cargo run --example seeds -- corpus [workbook.xlsx]`, from this folder; the workbook comes from
//! `cargo run -p hopluu-render --example sample`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use hopluu_fuzz::gate::{WORLD, World};
use hopluu_fuzz::import_file::PARTS;
use hopluu_protocol::identity::{NodeKey, OfficeKey, Signature};
use hopluu_protocol::invitation::{Invitation, InvitationCode};
use hopluu_protocol::report::{Report, ReportCell, ReportSection, ReportSubmission, ReportValue};
use hopluu_protocol::roster::{Node, Role};
use hopluu_protocol::submission::{Statement, Submission};
use hopluu_protocol::value::CellState;
use hopluu_protocol::wire::frame::{Batch, Clock, Hello, Refusal, State};
use hopluu_protocol::wire::pack::{self, Encoding};
use hopluu_protocol::wire::ranges::{DocKey, Range, RangeAnswer, RangeContent};
use hopluu_protocol::wire::{self, Frame, stream};

type Outcome = Result<(), Box<dyn Error>>;

struct Corpus(PathBuf);

impl Corpus {
    /// A seed: its first byte chooses the decoder.
    fn seed(&self, target: &str, name: &str, choice: u8, content: impl AsRef<[u8]>) -> Outcome {
        let folder = self.0.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), [&[choice], content.as_ref()].concat())?;
        Ok(())
    }
}

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let corpus = Corpus(arguments.next().ok_or("which folder?")?.into());
    frames(&corpus)?;
    batches(&corpus)?;
    json(&corpus)?;
    toml(&corpus)?;
    text(&corpus)?;
    files(&corpus)?;
    if let Some(workbook) = arguments.next() {
        corpus.seed("import", "rendered.xlsx", b'x', fs::read(workbook)?)?;
    }
    Ok(())
}

fn some_batch(encoding: Option<Encoding>) -> Result<Batch, Box<dyn Error>> {
    let changes: Vec<&[u8]> = WORLD.changes[World::AT_HUB..].iter().map(Vec::as_slice).collect();
    let changes = if encoding.is_some() { &changes[..1] } else { &changes[..] };
    let packed = pack::pack(changes)?;
    let unpacked = pack::unpack(packed.encoding, packed.count, &packed.body)?;
    Ok(Batch {
        number: 1,
        doc: "report/2023-q1/19996".parse()?,
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(unpacked.iter().map(|change| change.hash)),
        body: packed.body,
    })
}

fn frames(corpus: &Corpus) -> Outcome {
    let documents = vec![(DocKey(1), [1; 8]), (DocKey(1 << 60), [2; 8])];
    let mut parts = Box::new([None; 32]);
    parts[3] = Some([3; 8]);
    let range = Range::ALL;
    let frames = [
        Frame::Ack { batch: 300 },
        Frame::Batch(some_batch(None)?),
        Frame::Busy { retry_after: 60_000 },
        Frame::Bye,
        Frame::Clock(Clock {
            doc: "report/2023-q1/19996".parse()?,
            answer: true,
            seqs: vec![([1; 16].into(), 7), ([2; 16].into(), 1)],
        }),
        Frame::Enrol { code: vec![7; 10], name: "Máy văn thư Tứ Hạ".to_owned() },
        Frame::Enrolled,
        Frame::Hello(Hello {
            min_version: 1,
            max_version: 1,
            features: 0,
            pushes: true,
            epoch: [1; 16],
            digest: [2; 32],
        }),
        Frame::Ping { token: 7 },
        Frame::Pong { token: u64::MAX },
        Frame::RangeAnswers(vec![
            RangeAnswer { range, content: RangeContent::Documents(documents) },
            RangeAnswer { range, content: RangeContent::Parts(parts) },
        ]),
        Frame::Ranges(range.parts().take(16).collect()),
        Frame::Refused(Refusal::Version { min: 2, max: 3 }),
        Frame::Refused(Refusal::KeyRevoked),
        Frame::Reject { batch: 1, reason: 5 },
        Frame::RejectAuthor { batch: 2, author: NodeKey([7; 32]) },
        Frame::State(State { sent: 3, settled: 4, digest: [9; 32] }),
        Frame::Want(vec![DocKey(1), DocKey(2)]),
    ];
    let mut all = vec![5];
    for (number, frame) in frames.iter().enumerate() {
        let name = format!("{number:02}-{}", frame.name().to_lowercase());
        corpus.seed("wire", &name, b'f', frame.encode())?;
        all.extend(stream::encode(frame));
    }
    corpus.seed("wire", "stream", b's', all)?;
    corpus.seed("wire", "length-without-end", b's', [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])
}

fn batches(corpus: &Corpus) -> Outcome {
    let (many, one) = (some_batch(None)?, some_batch(Some(Encoding::Plain))?);
    corpus.seed("gate", "frame", b'f', Frame::Batch(many.clone()).encode())?;
    corpus.seed("gate", "frame-of-one", b'f', Frame::Batch(one.clone()).encode())?;
    corpus.seed("gate", "plain", b'p', [&[one.count as u8], one.body.as_slice()].concat())?;
    let lanes = zstd::bulk::decompress(&many.body, 1 << 20)?;
    corpus.seed("gate", "lanes", b'l', [&[many.count as u8], lanes.as_slice()].concat())?;
    for (number, change) in WORLD.changes.iter().enumerate() {
        // Magic, checksum, type; then the length, of one byte or two.
        let content = if change[9] < 0x80 { &change[10..] } else { &change[11..] };
        corpus.seed("gate", &format!("change-{number:02}"), b'c', content)?;
    }
    // One operation of a new actor, after everything: a cell set, a letter inserted (src/forge.rs).
    corpus.seed("gate", "forged-cell", b'o', [3, 0, 0, 0, 1, 2, 0, 0, 0, 0])?;
    corpus.seed("gate", "forged-letter", b'o', [3, 0, 0, 0, 1, 8, 0, 32, 0, 1])?;
    Ok(())
}

fn json(corpus: &Corpus) -> Outcome {
    let key = OfficeKey::from_seed([7; 32]);
    let statement = Statement {
        doc: "report/2023-q1/19996".parse()?,
        heads: vec![wire_hash()],
        digest: [1; 32],
        template: "small@1".parse()?,
        signed_at: 1_678_000_000_000,
        person: "Lê Văn A".to_owned(),
        key: key.node_key(),
    };
    let submission = Submission::sign(statement, &key);
    corpus.seed("json", "submission", b's', serde_json::to_vec_pretty(&submission)?)?;
    corpus.seed("json", "report", b'r', serde_json::to_vec_pretty(&report(&key)?)?)?;
    let node = Node {
        key: key.node_key(),
        unit: "19996".parse()?,
        role: Role::Office,
        name: "Máy văn thư".to_owned(),
        enrolled_at: 1,
        revoked_at: Some(2),
    };
    corpus.seed("json", "node", b'n', serde_json::to_vec(&node)?)?;
    corpus.seed("json", "period", b'p', r#"{"template":"small@1","deadline":"2023-03-17"}"#)?;
    corpus.seed("json", "extension", b'e', r#"{"until":"2023-03-20","reason":"Mất điện"}"#)?;
    corpus.seed("json", "lock", b'l', r#"{"reason":"Đã phát hành","since":1678000000000}"#)?;
    corpus.seed("json", "deep", b'r', "[".repeat(2_000))?;
    let number = r#"{"a":1e-29,"b":1e28,"c":-0.0,"d":79228162514264337593543950335,"e":1E+2}"#;
    corpus.seed("import", "numbers.json", b'j', number)?;
    corpus.seed("import", "report.json", b'j', serde_json::to_vec(&report(&key)?)?)
}

fn wire_hash() -> automerge::ChangeHash {
    automerge::ChangeHash([5; 32])
}

fn report(key: &OfficeKey) -> Result<Report, Box<dyn Error>> {
    let cell = |id: &str, value, state| -> Result<ReportCell, Box<dyn Error>> {
        Ok(ReportCell {
            id: id.parse()?,
            appendix: Some("a".parse()?),
            section: None,
            code: "1.".to_owned(),
            label: "Hồ sơ".to_owned(),
            unit_of_measure: "Hồ sơ".to_owned(),
            value,
            state,
            note: String::new(),
            complete: true,
            sources: Vec::new(),
        })
    };
    Ok(Report {
        period: "2023-q1".parse()?,
        unit: "19996".parse()?,
        template: "small@1".parse()?,
        cells: vec![
            cell("a.1", ReportValue::Number("17.11".parse()?), CellState::Number)?,
            cell("a.2", ReportValue::Null, CellState::NothingArose)?,
            cell("a.3", ReportValue::Text("cấp tỉnh".to_owned()), CellState::NotApplicable)?,
        ],
        sections: vec![ReportSection {
            id: "i.1".parse()?,
            number: "1".to_owned(),
            title: "Hồ sơ".to_owned(),
            depth: 1,
            text: "Tiếp nhận 1.304 hồ sơ.".to_owned(),
        }],
        submissions: vec![ReportSubmission {
            unit: "19996".parse()?,
            heads: vec![wire_hash().to_string()],
            signed_at: 1,
            received_at: None,
            key: key.node_key(),
        }],
    })
}

fn toml(corpus: &Corpus) -> Outcome {
    corpus.seed("template", "small.toml", b't', include_str!("../src/small-template.toml"))?;
    let built_in = include_str!("../../../protocol/templates/cchc-quarterly.toml");
    let head: Vec<&str> = built_in.split_inclusive("\n\n").take(40).collect();
    corpus.seed("template", "cchc-head.toml", b't', head.concat())?;
    let town = include_str!("../../../node/demo/town.toml");
    let head: Vec<&str> = town.split_inclusive("\n\n").take(12).collect();
    corpus.seed("template", "town-head.toml", b'w', head.concat())?;
    let deep = format!("a = {}1{}", "[".repeat(500), "]".repeat(500));
    corpus.seed("template", "deep.toml", b't', deep)
}

fn text(corpus: &Corpus) -> Outcome {
    let key = OfficeKey::from_seed([7; 32]).node_key();
    let invitation = Invitation {
        hub_addresses: vec!["hub.example.vn:4433".parse()?, "[2001:db8::1]:4433".parse()?],
        hub_key: key,
        code: InvitationCode::from_random([9; 10]),
        expires_at_ms: 1_678_000_000_000,
        unit: "19996".parse()?,
        role: Role::Office,
        town_name: Some("Thị xã Hương Trà".to_owned()),
    };
    let fuzzed = "\u{7}\u{1}\u{2}\u{1}19996\nHương Trà\nhub.example.vn:4433\n[2001:db8::1]:1";
    let signature: Signature = OfficeKey::from_seed([7; 32]).sign("d", b"m");
    let seeds: [(&str, u8, String); 26] = [
        ("address", b'a', "[2001:db8::1]:4433".to_owned()),
        ("cell-number", b'c', "#-17.11".to_owned()),
        ("cell-reason", b'c', "/cấp tỉnh thực hiện".to_owned()),
        ("doc-report", b'd', "report/2023-q1/19996".to_owned()),
        ("doc-template", b'd', "town/template/small@1".to_owned()),
        ("formula", b'f', "(a.1 + units(commune)) / (b - 0.50) * 100".to_owned()),
        ("formula-deep", b'f', "(".repeat(300)),
        ("invitation-fields", b'g', fuzzed.to_owned()),
        ("invitation", b'o', invitation.to_text()?),
        ("id", b'i', "pl4.3.1.1".to_owned()),
        ("key-hex", b'k', key.to_string()),
        ("key-short", b'k', key.short().to_string()),
        ("key-spelled", b'k', key.spelled()),
        ("key-signature", b'k', signature.to_string()),
        ("number-doubt", b'n', "30,162".to_owned()),
        ("number-choice", b'n', "đã BAN  hành".to_owned()),
        ("number-foreign", b'n', "1,234,567.890".to_owned()),
        ("number-long", b'n', "9".repeat(60)),
        ("number-percent", b'n', "17,11 %".to_owned()),
        ("number-spaces", b'n', "1 304 567,5".to_owned()),
        ("number-words", b'n', "Không thuộc thẩm quyền: cấp tỉnh".to_owned()),
        ("period", b'p', "2023-9m".to_owned()),
        ("sentence", b's', "Trong {period}, {{unit}} tiếp nhận {a.1} hồ sơ.".to_owned()),
        ("submission-id", b'u', "00112233445566778899".to_owned()),
        ("template-ref", b'r', "cchc-quarterly@12".to_owned()),
        ("key-zeros", b'k', NodeKey([0; 32]).spelled()),
    ];
    seeds.iter().try_for_each(|(name, choice, text)| corpus.seed("text", name, *choice, text))
}

fn files(corpus: &Corpus) -> Outcome {
    let csv =
        "\u{feff}Mã;Chỉ tiêu;Số liệu;Ghi chú\r\na.1;Một;1.304;\"cả; năm\"\r\n;;;\r\na.2;Hai;;\r\n";
    corpus.seed("import", "excel.csv", b'c', csv)?;
    corpus.seed("import", "open-quote.csv", b'c', "id,value\na.1,\"1\na.2,2\n")?;
    corpus.seed("import", "plain.json", b'j', r#"{"a.1": 17.110, "a.2": null, "a.3": "kps"}"#)?;
    for (name, choice) in [
        ("xl/sharedStrings.xml", b's'),
        ("xl/styles.xml", b'm'),
        ("xl/workbook.xml", b'n'),
        ("xl/worksheets/sheet1.xml", b'd'),
    ] {
        let part = PARTS.iter().find(|(part, _)| *part == name).map(|(_, usual)| *usual);
        let file = name.rsplit('/').next().unwrap_or(name);
        corpus.seed("import", file, choice, part.ok_or("no such part")?)?;
    }
    corpus.seed("import", "minimal.xlsx", b'x', hopluu_fuzz::import_file::workbook("", b""))
}
