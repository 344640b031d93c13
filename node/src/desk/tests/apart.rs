//! Paragraphs that people change apart from each other, from the desk's point of view.

use hopluu_protocol::id::SectionId;
use proptest::prelude::*;

use super::*;

const BEFORE: &str = "Mở 2 lớp tập huấn cho 80 cán bộ.\nKhông có hồ sơ trễ hạn.";

fn section() -> SectionId {
    "ii.2.c".parse().unwrap()
}

impl Room {
    fn reads(&mut self) -> TextView {
        self.desk.text(period(), &section()).unwrap()
    }

    /// Somebody who has read the text at these heads has it like this.
    fn writes_at(&mut self, heads: &[String], text: &str, person: &str) -> EditedText {
        let edit =
            TextEdit { heads: heads.to_vec(), text: Some(text.to_owned()), ..TextEdit::default() };
        let edited = self.desk.edit_text(period(), &section(), &edit, person).unwrap();
        self.desk.commits();
        edited
    }

    fn settles(&mut self, place: &str) -> Result<EditedText, Refusal> {
        let edit = TextEdit {
            heads: self.reads().heads,
            settles: Some(place.to_owned()),
            ..TextEdit::default()
        };
        let edited = self.desk.edit_text(period(), &section(), &edit, "An");
        self.desk.commits();
        edited
    }

    fn told(&mut self) -> (Vec<TextSummary>, Vec<TextVersion>, TextGrown, Vec<TornText>) {
        let desk = &mut self.desk;
        (
            desk.texts(period(), &AtHub::everything()).unwrap(),
            desk.text_history(period(), &section()).unwrap(),
            desk.text_beside(period(), &section()).unwrap(),
            desk.torn_texts(period()).unwrap(),
        )
    }

    /// What the list of texts, the text, the page's badge and a submission say, all of which must agree.
    fn torn(&mut self) -> usize {
        let texts = self.desk.texts(period(), &AtHub::everything()).unwrap();
        let listed = texts.iter().find(|text| text.section == section()).unwrap().conflicts;
        let shown = self.desk.text_beside(period(), &section()).unwrap().conflicts;
        assert_eq!(shown.len(), listed);
        let told = self.desk.torn_texts(period()).unwrap();
        assert_eq!(told.iter().flat_map(|text| &text.conflicts).count(), listed);
        let status = self.desk.status().unwrap();
        let status = status.periods.iter().find(|status| status.period == period()).unwrap();
        assert_eq!((status.text_conflicts, status.conflicts), (listed, 0));
        let ready = self.desk.readiness(period()).unwrap();
        let refused = self.desk.submit(period(), "An").unwrap_err();
        for problems in [ready.blocking, refused.problems] {
            let hinders = problems.iter().any(|problem| problem.code == "submit-text-conflict");
            assert_eq!(hinders, listed > 0);
        }
        listed
    }
}

#[test]
fn a_paragraph_that_two_changed_apart_is_told_everywhere_until_somebody_settles_it() {
    let mut room = Room::of("19996");
    room.desk.set_text(period(), &section(), BEFORE, "An").unwrap();
    let read = room.reads();
    let an = BEFORE.replace("2 lớp", "3 lớp");
    let binh = BEFORE.replace("80 cán bộ", "95 cán bộ");
    assert!(room.writes_at(&read.heads, &an, "An").conflicts.is_empty());
    let conflicts = room.writes_at(&read.heads, &binh, "Bình").conflicts;
    assert_eq!(room.torn(), 1);
    let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!(conflict.merged, "Mở 3 lớp tập huấn cho 95 cán bộ.");
    let of = |person: &str| {
        let variants = conflict.variants.iter();
        variants.filter(|one| one.person == person).map(|one| one.written.as_str()).collect()
    };
    let (an, binh): (Vec<&str>, Vec<&str>) = (of("An"), of("Bình"));
    assert_eq!(an, ["Mở 3 lớp tập huấn cho 80 cán bộ."]);
    assert_eq!(binh, ["Mở 2 lớp tập huấn cho 95 cán bộ."]);

    assert!(room.settles("ii.2.c 1@00").unwrap_err().is("text-place-unknown"));
    assert_eq!(room.torn(), 1, "nothing was settled");
    let merged = room.reads().text;
    let settled = room.settles(&conflict.place).unwrap();
    assert_eq!((settled.view.text, settled.conflicts), (merged, Vec::new()));
    assert_eq!(room.torn(), 0);
}

#[test]
fn a_choice_is_one_edit_that_is_made_once_under_its_name() {
    let mut room = Room::of("19996");
    room.desk.set_text(period(), &section(), BEFORE, "An").unwrap();
    let read = room.reads();
    room.writes_at(&read.heads, &BEFORE.replace("2 lớp", "3 lớp"), "An");
    let torn = room.writes_at(&read.heads, &BEFORE.replace("80 cán bộ", "95 cán bộ"), "Bình");
    let conflict = &torn.conflicts[0];
    let whole = TextSplice {
        at: conflict.from,
        removed: conflict.to - conflict.from,
        inserted: conflict.variants[0].written.clone(),
        figures: Vec::new(),
    };
    let edit = TextEdit {
        edit_id: Some("a-choice-by-its-name".to_owned()),
        heads: torn.view.heads.clone(),
        splices: Some(vec![whole]),
        settles: Some(conflict.place.clone()),
        ..TextEdit::default()
    };
    for repeated in [false, true] {
        let edited = room.desk.edit_text(period(), &section(), &edit, "An").unwrap();
        room.desk.commits();
        assert_eq!(edited.repeated, repeated);
        let chosen = format!("{}\nKhông có hồ sơ trễ hạn.", conflict.variants[0].written);
        assert_eq!(edited.view.text, chosen);
    }
    assert_eq!(room.torn(), 0);
    // The same name for something else is a mistake of the program that sends it.
    let other = TextEdit { settles: None, ..edit };
    let refused = room.desk.edit_text(period(), &section(), &other, "An").unwrap_err();
    assert!(refused.is("edit-id-invalid"));
}

#[test]
fn paragraphs_beside_each_other_are_merged_without_a_word() {
    let mut room = Room::of("19996");
    room.desk.set_text(period(), &section(), BEFORE, "An").unwrap();
    let read = room.reads();
    room.writes_at(&read.heads, &BEFORE.replace("2 lớp", "3 lớp"), "An");
    room.writes_at(&read.heads, &BEFORE.replace("Không có", "Chỉ có 2"), "Bình");
    assert_eq!(room.torn(), 0);
}

#[test]
fn what_is_left_out_of_a_report_is_in_no_conflict_no_history_and_no_count() {
    let mut room = Room::of("19996");
    room.desk.set_text(period(), &section(), BEFORE, "An").unwrap();
    let read = room.reads();
    room.writes_at(&read.heads, &BEFORE.replace("2 lớp", "3 lớp"), "An");
    let before = room.told();
    room.writes_at(&read.heads, &BEFORE.replace("80 cán bộ", "95 cán bộ"), "Bình");
    assert_eq!(room.torn(), 1);
    let doc = room.desk.own_texts(period()).unwrap();
    let kept = room.desk.narrative(&doc).unwrap().unwrap();
    let of_binh = kept.narrative.touches(&section()).last().unwrap().change;
    assert_eq!(room.desk.replica.leave_out(&doc, &[of_binh]).unwrap(), [of_binh]);
    room.desk.commits();
    assert_eq!(room.torn(), 0);
    assert_eq!(room.told(), before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever is kept from one call to the next says what a program says that was started anew.
    #[test]
    fn what_is_kept_says_the_same_as_what_is_read_anew(
        edits in prop::collection::vec((0..4usize, "[a-c \n]{0,12}", 0..2usize), 1..12),
    ) {
        let mut room = Room::of("19996");
        let mut read = vec![room.reads().heads];
        for (from, text, person) in edits {
            let heads = read[from.min(read.len() - 1)].clone();
            let edited = room.writes_at(&heads, &text, ["An", "Bình"][person]);
            read.insert(0, edited.view.heads);
            let kept = room.told();
            room.desk.narratives = Default::default();
            let anew = room.told();
            prop_assert_eq!(&kept, &anew);
        }
    }
}
