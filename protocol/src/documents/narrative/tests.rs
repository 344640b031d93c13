use automerge::transaction::CommitOptions;
use automerge::{Author, Automerge};
use proptest::prelude::*;

use super::*;
use crate::documents::genesis::genesis;
use crate::documents::rewording::Splice;
use crate::documents::{report, rewording, text_history, texts};
use crate::template::sample;

fn first() -> SectionId {
    "i".parse().unwrap()
}

/// A machine of the office with its own copy of the report.
struct Machine {
    report: Automerge,
    person: &'static str,
    clock: i64,
}

impl Machine {
    fn of(number: u8, person: &'static str) -> Self {
        let mut report = Automerge::new();
        let genesis =
            genesis(&"report/2023-q1/a".parse().unwrap(), Some(&sample::of_sections(&["i", "ii"])))
                .unwrap();
        report.apply_changes([genesis]).unwrap();
        report.set_author(Some(Author::from(vec![number; 32])));
        report.set_actor(ActorId::from([number; 16]));
        Self { report, person, clock: 1000 + i64::from(number) }
    }

    fn does(&mut self, action: impl FnOnce(&mut Transaction<'_>) -> Result<(), DocumentError>) {
        self.clock += 10;
        let options = CommitOptions::default().with_message(self.person).with_time(self.clock);
        self.report
            .transact_with::<_, _, DocumentError, _>(move |()| options, action)
            .map_err(|failure| failure.error)
            .unwrap();
    }

    fn writes(&mut self, text: &str) {
        self.does(|tx| report::set_text(tx, &first(), text));
    }

    fn types(&mut self, at: usize, removed: usize, inserted: &str) {
        let part = Splice { at, removed, inserted: inserted.to_owned(), ..Splice::default() };
        self.does(|tx| report::splice(tx, &first(), &part));
    }

    /// Types behind the last place where these words stand.
    fn types_behind(&mut self, words: &str, inserted: &str) {
        let text = self.text();
        let at = text[..text.rfind(words).unwrap() + words.len()].chars().count();
        self.types(at, 0, inserted);
    }

    fn settles(&mut self, place: &str) {
        self.does(|tx| settle(tx, place));
    }

    fn meets(&mut self, other: &mut Self) {
        self.report.merge(&mut other.report).unwrap();
        other.report.merge(&mut self.report).unwrap();
    }

    fn text(&self) -> String {
        report::text(&self.report, &first()).unwrap()
    }

    fn torn(&self) -> Vec<TornParagraph> {
        let mut narrative = narrative_of(&self.report.get_changes(&[]));
        narrative.torn(&first()).to_vec()
    }

    /// Each paragraph in conflict, and what each person made of it.
    fn told(&self) -> Vec<(String, Vec<(String, String)>)> {
        let side = |side: Side| (side.person, side.text.text);
        let torn = self.torn().into_iter();
        torn.map(|torn| (torn.merged.text, torn.sides.into_iter().map(side).collect())).collect()
    }
}

fn narrative_of(changes: &[Change]) -> Narrative {
    let mut narrative = Narrative::default();
    for (position, change) in (0..).zip(changes) {
        narrative.take(position, change);
    }
    narrative
}

fn both(text: &str) -> (Machine, Machine) {
    let (mut hanh, mut minh) = (Machine::of(1, "Hạnh"), Machine::of(2, "Minh"));
    hanh.writes(text);
    hanh.meets(&mut minh);
    (hanh, minh)
}

fn sides(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(person, text)| ((*person).to_owned(), (*text).to_owned())).collect()
}

const BEFORE: &str = "Mở 2 lớp tập huấn cho 80 cán bộ.\nKhông có hồ sơ trễ hạn.";

#[test]
fn two_people_who_changed_one_paragraph_apart_are_told_of_each_other() {
    let (mut hanh, mut minh) = both(BEFORE);
    hanh.writes("Mở 3 lớp tập huấn cho 80 cán bộ.\nKhông có hồ sơ trễ hạn.");
    minh.writes("Mở 2 lớp tập huấn cho 95 cán bộ.\nKhông có hồ sơ trễ hạn.");
    assert!(hanh.torn().is_empty() && minh.torn().is_empty(), "neither knows of the other");
    hanh.meets(&mut minh);
    let expected = sides(&[
        ("Hạnh", "Mở 3 lớp tập huấn cho 80 cán bộ."),
        ("Minh", "Mở 2 lớp tập huấn cho 95 cán bộ."),
    ]);
    assert_eq!(hanh.told(), [("Mở 3 lớp tập huấn cho 95 cán bộ.".to_owned(), expected)]);
    assert_eq!(hanh.torn(), minh.torn());
    let torn = &hanh.torn()[0];
    assert_eq!((torn.from, torn.to), (0, torn.merged.text.chars().count()));
}

#[test]
fn different_paragraphs_are_no_conflict_nor_is_what_was_seen() {
    let (mut hanh, mut minh) = both(BEFORE);
    hanh.types_behind("80 cán bộ", ", công chức");
    minh.types_behind("trễ hạn", " trong quý");
    hanh.meets(&mut minh);
    assert_eq!(hanh.told(), []);
    minh.types_behind("công chức", ", viên chức");
    hanh.meets(&mut minh);
    assert_eq!(hanh.told(), [], "Minh had seen what Hạnh wrote");
}

#[test]
fn the_first_words_of_two_people_are_a_conflict() {
    let (mut hanh, mut minh) = (Machine::of(1, "Hạnh"), Machine::of(2, "Minh"));
    hanh.writes("Đã ban hành kế hoạch.");
    minh.writes("Đã ban hành kế hoạch.");
    hanh.meets(&mut minh);
    let twice = "Đã ban hành kế hoạch.Đã ban hành kế hoạch.".to_owned();
    let one = "Đã ban hành kế hoạch.";
    assert_eq!(hanh.told(), [(twice, sides(&[("Hạnh", one), ("Minh", one)]))]);
}

#[test]
fn what_both_took_out_or_one_put_back_is_no_conflict() {
    let (mut hanh, mut minh) = both(BEFORE);
    hanh.writes("Mở 2 lớp tập huấn.\nKhông có hồ sơ trễ hạn.");
    minh.writes("Mở 2 lớp tập huấn.\nKhông có hồ sơ trễ hạn.");
    hanh.meets(&mut minh);
    assert_eq!(hanh.told(), [], "both took out the same");
    hanh.types(0, 0, "x");
    hanh.types(0, 1, "");
    minh.types_behind("tập huấn", " cho 80 người");
    hanh.meets(&mut minh);
    assert_eq!(hanh.told(), [], "Hạnh took out what was typed by mistake");
}

#[test]
fn a_paragraph_that_one_took_out_while_another_wrote_in_it_is_told() {
    let (mut hanh, mut minh) = both(BEFORE);
    hanh.writes("Không có hồ sơ trễ hạn.");
    minh.types_behind("80 cán bộ", " cấp xã");
    hanh.meets(&mut minh);
    let told = hanh.told();
    assert_eq!(told.len(), 1);
    assert!(told[0].1.iter().any(|(person, text)| {
        person == "Minh" && text.starts_with("Mở 2 lớp tập huấn cho 80 cán bộ cấp xã.")
    }));
}

#[test]
fn an_edit_by_whoever_saw_both_settles_it_everywhere() {
    let (mut hanh, mut minh) = both(BEFORE);
    hanh.writes("Mở 3 lớp tập huấn cho 80 cán bộ.\nKhông có hồ sơ trễ hạn.");
    minh.writes("Mở 2 lớp tập huấn cho 95 cán bộ.\nKhông có hồ sơ trễ hạn.");
    hanh.meets(&mut minh);
    minh.writes("Mở 3 lớp tập huấn cho 80 người.\nKhông có hồ sơ trễ hạn.");
    assert_eq!(minh.told(), []);
    hanh.meets(&mut minh);
    assert_eq!(hanh.told(), []);
    // Divided later, no half of it is in conflict again.
    hanh.types_behind("Mở 3 lớp", "\n");
    assert_eq!(hanh.told(), []);
}

#[test]
fn typing_on_while_the_other_s_words_come_settles_nothing() {
    let (mut hanh, mut minh) = both(BEFORE);
    hanh.types_behind("80 cán bộ", ", cô");
    minh.types_behind("Mở 2 lớp", " lớn");
    hanh.meets(&mut minh);
    // Telex by way of backspaces: the last letters go and come.
    hanh.types_behind(", cô", "g");
    let at = hanh.text().chars().take_while(|letter| *letter != 'g').count();
    hanh.types(at - 1, 2, "ông");
    hanh.types_behind(", công", " chức");
    let expected = sides(&[
        ("Hạnh", "Mở 2 lớp tập huấn cho 80 cán bộ, công chức."),
        ("Minh", "Mở 2 lớp lớn tập huấn cho 80 cán bộ."),
    ]);
    let told = hanh.told();
    assert_eq!(told[0].1, expected);
    // What else is written in the paragraph does: it was seen as it is.
    hanh.types_behind("lớn", " ở xã");
    assert_eq!(hanh.told(), []);
}

#[test]
fn whoever_says_that_it_is_right_settles_it_and_only_what_they_saw() {
    let (mut hanh, mut minh) = both(BEFORE);
    let mut lan = Machine::of(3, "Lan");
    lan.meets(&mut hanh);
    hanh.types_behind("80 cán bộ", ", công chức");
    minh.types_behind("Mở 2 lớp", " lớn");
    lan.types_behind("tập huấn", " nghiệp vụ");
    hanh.meets(&mut minh);
    let place = hanh.torn()[0].place.clone();
    hanh.settles(&place);
    assert_eq!(hanh.told(), []);
    let text = hanh.text();
    hanh.meets(&mut lan);
    assert_eq!(hanh.told()[0].1.len(), 2, "Lan's words were not seen");
    assert_eq!(hanh.told(), lan.told());
    // The same place once more: it is the paragraph's first letter.
    assert_eq!(lan.torn()[0].place, place);
    lan.settles(&place);
    hanh.meets(&mut lan);
    assert_eq!(hanh.told(), []);
    assert_ne!(hanh.text(), text, "nothing was taken out by it");
}

#[test]
fn one_person_at_one_machine_is_in_no_conflict_and_two_at_one_machine_are() {
    for (name, conflicts) in [("Hạnh", 0), ("Minh", 1)] {
        let (mut hanh, _) = both(BEFORE);
        let mut window = Machine::of(1, name);
        window.report = hanh.report.fork().with_actor(ActorId::from([9; 16]));
        window.report.set_author(Some(Author::from(vec![1; 32])));
        hanh.types_behind("80 cán bộ", ", công chức");
        window.types_behind("Mở 2 lớp", " lớn");
        hanh.meets(&mut window);
        assert_eq!(hanh.told().len(), conflicts, "{name}");
    }
}

#[test]
fn what_settles_touches_the_text_and_names_a_letter_of_it() {
    let (mut hanh, mut minh) = both(BEFORE);
    hanh.types_behind("80 cán bộ", ", công chức");
    minh.types_behind("Mở 2 lớp", " lớn");
    hanh.meets(&mut minh);
    let place = hanh.torn()[0].place.clone();
    hanh.settles(&place);
    let change = hanh.report.get_last_local_change().unwrap();
    let touched = text_history::touched(&hanh.report, [&change]).unwrap();
    assert_eq!((touched.figures, touched.sections), (false, vec![first()]));
    let second: SectionId = "ii".parse().unwrap();
    let narrative = narrative_of(&hanh.report.get_changes(&[]));
    assert!(narrative.has(&first(), &place));
    assert!(!narrative.has(&second, &place));
    assert!(!narrative.has(&first(), "i 99@00"));
    assert!(!narrative.has(&first(), "i"));
}

/// What a machine does.
#[derive(Clone, Debug)]
enum Step {
    Types { who: usize, at: usize, removed: usize, inserted: String },
    Meets(usize, usize),
    Settles(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (0..3usize, 0..40usize, 0..4usize, "[abc\n]{0,4}").prop_map(
            |(who, at, removed, inserted)| Step::Types { who, at, removed, inserted }
        ),
        2 => (0..3usize, 0..3usize).prop_map(|(one, other)| Step::Meets(one, other)),
        1 => (0..3usize).prop_map(Step::Settles),
    ];
    prop::collection::vec(step, 0..40)
}

fn run(steps: &[Step]) -> Vec<Machine> {
    let mut machines = vec![Machine::of(1, "a"), Machine::of(2, "b"), Machine::of(3, "c")];
    for step in steps {
        match step {
            Step::Types { who, at, removed, inserted } => {
                let machine = &mut machines[*who];
                let length = machine.text().chars().count();
                let at = (*at).min(length);
                machine.types(at, (*removed).min(length - at), inserted);
            }
            Step::Meets(one, other) if one != other => {
                let mut taken = std::mem::replace(&mut machines[*other], Machine::of(9, "x"));
                machines[*one].meets(&mut taken);
                machines[*other] = taken;
            }
            Step::Meets(..) => {}
            Step::Settles(who) => {
                if let Some(torn) = machines[*who].torn().first().cloned() {
                    machines[*who].settles(&torn.place);
                }
            }
        }
    }
    machines
}

/// The same changes in another order in which they might have come.
fn shuffled(changes: &[Change], seed: u64) -> Vec<Change> {
    let mut left: Vec<&Change> = changes.iter().collect();
    let mut there: BTreeSet<ChangeHash> = BTreeSet::new();
    let (mut order, mut state) = (Vec::new(), seed);
    while !left.is_empty() {
        let ready = |change: &&Change| change.deps().iter().all(|dep| there.contains(dep));
        let ready: Vec<usize> = (0..left.len()).filter(|at| ready(&left[*at])).collect();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let change = left.remove(ready[(state >> 33) as usize % ready.len()]);
        there.insert(change.hash());
        order.push(change.clone());
    }
    order
}

/// Prints what a question costs in a report of 600 edits: `cargo test -- --ignored --nocapture`.
#[test]
#[ignore = "prints times"]
fn what_questions_cost() {
    let [mut hanh, mut minh] = [Machine::of(1, "Hạnh"), Machine::of(2, "Minh")];
    for edit in 0..300 {
        let sentence = format!("Tháng {edit} đã mở lớp tập huấn cho cán bộ của các xã, phường.");
        let ends = if edit % 5 == 0 { "\n" } else { " " };
        for machine in [&mut hanh, &mut minh] {
            let length = machine.text().chars().count();
            machine.types(length, 0, &format!("{sentence}{ends}"));
        }
        if edit % 10 == 0 {
            hanh.meets(&mut minh);
        }
    }
    hanh.meets(&mut minh);
    let timed = |what: &str, work: &mut dyn FnMut() -> usize| {
        let begun = std::time::Instant::now();
        let found = work();
        println!("{what}: {:?} ({found})", begun.elapsed());
    };
    let before = hanh.report.get_heads();
    timed("all changes taken apart, as for every question before", &mut || {
        let changes = hanh.report.get_changes(&[]);
        changes.iter().map(|change| change.decode().operations.len()).sum()
    });
    let changes = hanh.report.get_changes(&[]);
    let mut narrative = Narrative::default();
    timed("read for the first time", &mut || {
        narrative = narrative_of(&changes);
        changes.len()
    });
    timed("conflicts found", &mut || narrative.torn(&first()).len());
    timed("conflicts asked again", &mut || narrative.torn(&first()).len());
    hanh.types(0, 0, "x");
    let one = hanh.report.get_changes(&before);
    timed("one more edit read", &mut || {
        one.iter().for_each(|change| narrative.take(600, change));
        one.len()
    });
    timed("conflicts found after it", &mut || narrative.torn(&first()).len());
    timed("text read", &mut || narrative.text(&first()).text.len());
    let last = narrative.touches(&first()).to_vec();
    timed("two hundred versions", &mut || {
        narrative.texts_after(&first(), &last[last.len() - 200..]).len()
    });
}

proptest! {
    #[test]
    fn every_text_that_ever_was_reads_as_the_document_says(steps in steps()) {
        for machine in run(&steps) {
            let changes = machine.report.get_changes(&[]);
            let narrative = narrative_of(&changes);
            let heads: Vec<ChangeHash> = narrative.heads().copied().collect();
            prop_assert_eq!(heads, machine.report.get_heads());
            prop_assert_eq!(narrative.text(&first()).text, machine.text());
            let touches = narrative.touches(&first());
            for (touch, told) in touches.iter().zip(narrative.texts_after(&first(), touches)) {
                let then = texts::text_at(&machine.report, &first(), &[touch.change]).unwrap();
                prop_assert_eq!(told.text, then);
            }
        }
    }

    #[test]
    fn machines_that_have_the_same_are_told_the_same(steps in steps(), seed: u64) {
        for machine in run(&steps) {
            let changes = machine.report.get_changes(&[]);
            let told = narrative_of(&changes).torn(&first()).to_vec();
            prop_assert!(told.is_empty() || ever_apart(&machine.report));
            let mut other = narrative_of(&shuffled(&changes, seed));
            prop_assert_eq!(&told, other.torn(&first()));
            let text: Vec<char> = machine.text().chars().collect();
            for torn in told {
                let there: String = text[torn.from..torn.to].iter().collect();
                prop_assert_eq!(&there, &torn.merged.text);
                prop_assert!(torn.sides.len() > 1);
                prop_assert!(other.has(&first(), &torn.place));
            }
        }
    }

    #[test]
    fn whoever_says_of_each_that_it_is_right_is_done(steps in steps()) {
        for mut machine in run(&steps) {
            let (text, torn) = (machine.text(), machine.torn());
            for torn in torn {
                machine.settles(&torn.place);
            }
            prop_assert_eq!(machine.torn(), []);
            prop_assert_eq!(machine.text(), text);
        }
    }

    #[test]
    fn who_always_sees_everything_is_in_no_conflict(steps in steps()) {
        let mut machines = [Machine::of(1, "a"), Machine::of(2, "b"), Machine::of(3, "c")];
        for step in &steps {
            let Step::Types { who, at, removed, inserted } = step else { continue };
            let length = machines[*who].text().chars().count();
            let at = (*at).min(length);
            machines[*who].types(at, (*removed).min(length - at), inserted);
            let changes = machines[*who].report.get_changes(&[]);
            for machine in &mut machines {
                machine.report.apply_changes(changes.clone()).unwrap();
            }
            prop_assert_eq!(machines[0].torn(), []);
        }
        prop_assert!(!ever_apart(&machines[0].report), "and it is seen at a glance");
    }

    #[test]
    fn a_choice_by_words_is_known_as_settled(steps in steps(), side in 0..2usize) {
        for mut machine in run(&steps) {
            while let Some(torn) = machine.torn().last().cloned() {
                let chosen = &torn.sides[side].text.text;
                let parts = rewording::splices(&torn.merged.text, chosen);
                let section = first();
                machine.does(|tx| {
                    for part in parts {
                        report::splice(tx, &section, &Splice { at: torn.from + part.at, ..part })?;
                    }
                    settle(tx, &torn.place)
                });
                let text: Vec<char> = machine.text().chars().collect();
                let end = torn.from + chosen.chars().count();
                let there: String = text[torn.from..end].iter().collect();
                prop_assert_eq!(&there, chosen);
            }
        }
    }
}
