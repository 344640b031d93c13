//! A report like an office's: 127 cells, 20 texts, and the edits of a quarter.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ObjType, ROOT, ReadDoc};

use super::world::Node;
use crate::id::DocId;

const WORDS: &str = "thực hiện công tác cải cách hành chính trên địa bàn phường trong quý đã tiếp nhận \
    giải quyết hồ sơ đúng hạn thủ tục nhà nước cán bộ công chức viên nhân dân ủy ban kế hoạch triển \
    khai văn bản quy phạm pháp luật niêm yết dịch vụ trực tuyến mức độ toàn trình một phần";

/// A small generator of numbers that look random (Knuth's MMIX constants).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % bound
    }
}

/// The fixed first change: the same bytes everywhere.
pub(super) fn genesis() -> Change {
    let mut doc = Automerge::new().with_actor(ActorId::from(vec![0u8; 16]));
    let mut tx = doc.transaction();
    tx.put_object(&ROOT, "cells", ObjType::Map).unwrap();
    let texts = tx.put_object(&ROOT, "texts", ObjType::Map).unwrap();
    for section in 0..20 {
        tx.put_object(&texts, format!("ii.{}.{}", section / 5, section % 5), ObjType::Text)
            .unwrap();
    }
    tx.commit_with(CommitOptions::default().with_time(0));
    doc.get_changes(&[]).remove(0)
}

/// Sets a cell.
pub(super) fn set(node: &mut Node, doc: &DocId, cell: &str, value: i64) {
    node.edit(doc, |tx| {
        let (_, cells) = tx.get(&ROOT, "cells").unwrap().unwrap();
        tx.put(&cells, cell, value).unwrap();
    });
}

/// A cell's value.
pub(super) fn get(node: &mut Node, doc: &DocId, cell: &str) -> Option<i64> {
    let doc = node.replica.document(doc).unwrap()?;
    let (_, cells) = doc.get(&ROOT, "cells").unwrap().unwrap();
    doc.get(&cells, cell).unwrap()?.0.as_i64()
}

/// Edits as a quarter brings them: two thirds cells, one third texts unless `cells_only`.
pub(super) fn work(node: &mut Node, doc: &DocId, edits: u32, cells_only: bool, seed: u64) {
    let mut numbers = Numbers(seed);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    for edit in 0..edits {
        node.world_seconds += 5 + numbers.below(60) as i64;
        if edit % 3 == 0 && !cells_only {
            let section = format!("ii.{}.{}", numbers.below(4), numbers.below(5));
            let mut phrase = String::new();
            for _ in 0..2 + numbers.below(8) {
                phrase.push_str(words[numbers.below(words.len() as u64) as usize]);
                phrase.push(' ');
            }
            let (inside, back) = (numbers.below(4) == 0, numbers.below(40) as usize);
            node.edit(doc, |tx| {
                let (_, texts) = tx.get(&ROOT, "texts").unwrap().unwrap();
                let (_, text) = tx.get(&texts, section).unwrap().unwrap();
                let len = tx.length(&text);
                let position = if inside { len.saturating_sub(back) } else { len };
                let removed = if inside { (len - position).min(4) } else { 0 };
                tx.splice_text(&text, position, removed as isize, &phrase).unwrap();
            });
        } else {
            let cell = numbers.below(127);
            let cell = format!("pl{}.{}.{}", 2 + cell % 7, 1 + cell / 7 % 5, 1 + cell / 35);
            set(node, doc, &cell, numbers.below(5000) as i64);
        }
        if edit % 150 == 149 {
            node.restart();
        }
    }
}
