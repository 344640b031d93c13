//! Several people edit one text: two clients of each of two machines, which meet now and then.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::documents::text_figures::{LETTER, Written, written_at};
use crate::documents::texts::{self, Rewrite, Splice};
use crate::documents::{genesis, report as report_document};
use crate::gate::{Access, GateError, admit};
use crate::id::{IndicatorId, SectionId};
use crate::roster::{Node as Machine, Role, Roster};
use crate::template::sample;
use crate::wire::frame::Batch;
use crate::wire::trail::Trail;
use crate::wire::{self, pack};

fn section() -> SectionId {
    "i".parse().unwrap()
}

fn beginning() -> Change {
    genesis::genesis(&report(), Some(&sample::of_sections(&["i"]))).unwrap()
}

/// What a person does at a screen.
#[derive(Clone, Debug)]
enum Act {
    /// Some letters go, some come; nothing is sent yet.
    Type { who: usize, at: usize, removed: usize, inserted: usize },
    /// What was typed is sent: by splices, or as a whole text.
    Send { who: usize, whole: bool },
    /// The two machines exchange what they have.
    Meet,
    /// A machine's document is read from the store again.
    Reopen { machine: usize },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (0..4_usize, any::<usize>(), 0..4_usize, 0..4_usize)
            .prop_map(|(who, at, removed, inserted)| Act::Type { who, at, removed, inserted }),
        6 => (0..4_usize, prop::bool::weighted(0.25)).prop_map(|(who, whole)| Act::Send { who, whole }),
        2 => Just(Act::Meet),
        1 => (0..2_usize).prop_map(|machine| Act::Reopen { machine }),
    ]
}

/// A screen that shows the text: as it was last answered, and with what was typed since.
struct Screen {
    heads: Vec<ChangeHash>,
    shown: Written,
    typed: Vec<Splice>,
}

struct Office {
    machines: [Replica<MemoryBackend>; 2],
    directions: [Direction; 2],
    screens: Vec<Screen>,
    letters: u32,
    /// Letters and figures that somebody took away, having seen them.
    removed: BTreeSet<String>,
    whole: bool,
}

fn text_of(replica: &mut Replica<MemoryBackend>) -> (Written, Vec<ChangeHash>) {
    let document = replica.document(&report()).unwrap().unwrap();
    let heads = document.get_heads();
    (written_at(document, &section(), &heads).unwrap(), heads)
}

/// Each letter of a text by what tells it from all others: itself, or the cell of a figure.
fn names(written: &Written) -> Vec<String> {
    let mut cells = written.figures.iter();
    let name = |letter: char| match letter {
        LETTER => cells.next().unwrap().as_ref().unwrap().to_string(),
        letter => letter.to_string(),
    };
    written.text.chars().map(name).collect()
}

/// The letter or figure that comes as so-manieth: letters from three scripts and from beyond the basic plane.
fn fresh(number: u32) -> Written {
    if number % 4 == 3 {
        let cell: IndicatorId = format!("c.{number}").parse().unwrap();
        return Written { text: LETTER.to_string(), figures: vec![Some(cell)] };
    }
    let base = [0x4E00, 0x1F300, 0xAC00][number as usize % 3];
    Written::plain(char::from_u32(base + number).unwrap())
}

/// What both ends of one direction of a connection remember.
#[derive(Default)]
struct Direction {
    sent: Trail,
    received: Trail,
}

/// Hands one machine's changes to the other, through the gate, and packed after what went before.
fn send(
    from: &mut Replica<MemoryBackend>,
    to: &mut Replica<MemoryBackend>,
    author: u8,
    direction: &mut Direction,
) -> Result<(), GateError> {
    let missing =
        from.changes_above(&report(), &to.clock(&report()).unwrap(), 0, usize::MAX).unwrap();
    let Some(last) = missing.changes.last() else { return Ok(()) };
    let raw: Vec<&[u8]> = missing.changes.iter().map(|change| change.bytes.as_slice()).collect();
    let follows = direction.sent.change_of(&report());
    let continues = follows.is_some();
    let packed = pack::pack_after(follows, &raw).unwrap();
    direction.sent.follow(&report(), &last.bytes);
    let batch = Batch {
        number: 1,
        doc: report(),
        encoding: packed.encoding,
        count: packed.count,
        check: wire::check(missing.changes.iter().map(|change| change.hash)),
        body: packed.body,
    };
    let key = NodeKey([author; 32]);
    let unit: crate::id::UnitCode = "19996".parse().unwrap();
    let node = |number: u8| Machine {
        key: NodeKey([number; 32]),
        unit: unit.clone(),
        role: Role::Office,
        name: String::new(),
        enrolled_at: 0,
        revoked_at: None,
    };
    let roster = Roster {
        hub: Some("town".parse().unwrap()),
        units: Vec::new(),
        nodes: vec![node(1), node(2)],
    };
    let access = Access::new("town".parse().unwrap(), None, &roster);
    let is_genesis = |_: &DocId, hash: &ChangeHash| *hash == beginning().hash();
    let trail = &mut direction.received;
    admit(&batch, trail, continues, &key, &access, &is_genesis, to).unwrap().map(drop)
}

impl Office {
    fn new() -> Self {
        let machines = [1, 2].map(|_| {
            let mut machine = replica();
            machine.create(&report(), beginning()).unwrap();
            machine
        });
        let heads = vec![beginning().hash()];
        let screen =
            || Screen { heads: heads.clone(), shown: Written::default(), typed: Vec::new() };
        let screens = (0..4).map(|_| screen()).collect();
        Self {
            machines,
            directions: Default::default(),
            screens,
            letters: 0,
            removed: BTreeSet::new(),
            whole: false,
        }
    }

    fn does(&mut self, act: &Act) {
        match *act {
            Act::Type { who, at, removed, inserted } => self.types(who, at, removed, inserted),
            Act::Send { who, whole } => self.sends(who, whole),
            Act::Meet => self.meet(),
            Act::Reopen { machine } => {
                commit(&mut self.machines[machine]);
                self.machines[machine].compact_now(&report()).unwrap();
                self.machines[machine].open.close(&report());
            }
        }
    }

    /// Each letter comes once, and each cell.
    fn types(&mut self, who: usize, at: usize, removed: usize, inserted: usize) {
        let mut new = Written::default();
        for _ in 0..inserted {
            self.letters += 1;
            let Written { text, figures } = fresh(self.letters);
            new.text.push_str(&text);
            new.figures.extend(figures);
        }
        let screen = &mut self.screens[who];
        let letters = names(&screen.shown);
        let at = at % (letters.len() + 1);
        let removed = removed.min(letters.len() - at);
        self.removed.extend(letters[at..at + removed].iter().cloned());
        let splice = Splice { at, removed, inserted: new.text, figures: new.figures };
        screen.shown = texts::apply(&screen.shown, std::slice::from_ref(&splice)).unwrap();
        screen.typed.push(splice);
    }

    fn sends(&mut self, who: usize, whole: bool) {
        let machine = who / 2;
        let context = person(u8::try_from(machine).unwrap() + 1);
        let (replica, screen) = (&mut self.machines[machine], &mut self.screens[who]);
        let document = replica.document(&report()).unwrap().unwrap();
        let before = written_at(document, &section(), &screen.heads).unwrap();
        let rewrite = if whole {
            self.whole = true;
            Rewrite::whole(&before, screen.shown.clone())
        } else {
            Rewrite::by_splices(&before, &screen.typed).unwrap()
        };
        let write = |tx: &mut automerge::transaction::Transaction<'_>, part: &Splice| {
            report_document::splice(tx, &section(), part)
        };
        let own = replica
            .edit_in_parts_at(&report(), &screen.heads, &context, &rewrite.splices, write)
            .unwrap();
        let (merged, heads) = text_of(replica);
        let document = replica.document(&report()).unwrap().unwrap();
        assert_eq!(written_at(document, &section(), &own).unwrap(), screen.shown);
        let since = texts::since(document, &section(), &screen.shown, &own, &heads).unwrap();
        assert_eq!(texts::apply(&screen.shown, &since).as_ref(), Some(&merged));
        *screen = Screen { heads, shown: merged, typed: Vec::new() };
    }

    fn meet(&mut self) {
        let [first, second] = &mut self.machines;
        let [there, back] = &mut self.directions;
        send(first, second, 1, there).unwrap();
        send(second, first, 2, back).unwrap();
        assert_eq!(heads(first), heads(second));
    }

    /// Everybody sends, the machines meet, and nobody's letters are missing.
    fn ends(mut self) {
        (0..4).for_each(|who| self.sends(who, false));
        self.meet();
        for machine in &mut self.machines {
            commit(machine);
            machine.compact_now(&report()).unwrap();
            machine.open.close(&report());
        }
        let [first, second] = &mut self.machines;
        let (text, _) = text_of(first);
        assert_eq!(text, text_of(second).0);
        let letters = names(&text);
        let there: BTreeSet<String> = letters.iter().cloned().collect();
        for number in 1..=self.letters {
            let letter = names(&fresh(number)).remove(0);
            assert!(
                there.contains(&letter) || self.removed.contains(&letter),
                "{letter} was typed, nobody took it away, and it is gone: {text:?}"
            );
        }
        if !self.whole {
            assert_eq!(letters.len(), there.len(), "a letter stands twice: {text:?}");
            assert!(self.removed.is_disjoint(&there), "what was taken away came back: {text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nobodys_letters_are_lost(acts in prop::collection::vec(act(), 1..60)) {
        let mut office = Office::new();
        acts.iter().for_each(|act| office.does(act));
        office.ends();
    }
}

#[test]
fn an_edit_from_heads_of_another_document_changes_nothing() {
    let mut office = Office::new();
    office.types(0, 0, 0, 3);
    office.sends(0, false);
    let replica = &mut office.machines[0];
    let before = heads(replica);
    let write = |tx: &mut automerge::transaction::Transaction<'_>, part: &Splice| {
        report_document::splice(tx, &section(), part)
    };
    let part = Splice { inserted: "x".to_owned(), ..Splice::default() };
    for unknown in [vec![], vec![ChangeHash([9; 32])], vec![before[0], ChangeHash([9; 32])]] {
        let outcome = replica.edit_in_parts_at(
            &report(),
            &unknown,
            &person(1),
            std::slice::from_ref(&part),
            write,
        );
        assert!(
            matches!(outcome, Err(EditError::Replica(ReplicaError::UnknownHeads { .. }))),
            "{outcome:?}"
        );
    }
    assert_eq!(heads(replica), before);
}

/// Who answers late again and again does not begin a line for each answer.
#[test]
fn a_line_goes_on_where_it_ends_in_what_was_seen() {
    let mut office = Office::new();
    for _ in 0..20 {
        office.types(0, 0, 0, 1);
        office.sends(0, false);
        office.types(1, 0, 0, 1);
        office.sends(1, false);
    }
    let lines = office.machines[0].clock(&report()).unwrap().len();
    assert!(lines <= 4, "{lines} lines");
}
