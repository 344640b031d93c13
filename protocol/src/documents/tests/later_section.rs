//! Two machines, one office, and a form that gets a section in the middle of the quarter.

use automerge::transaction::Transactable;
use automerge::{ActorId, Automerge, ROOT};
use proptest::prelude::*;

use super::super::genesis::genesis;
use super::super::*;
use super::{Machine, doc, section, template};
use crate::documents::calendar::{Calendar, PeriodEntry};

impl Machine {
    /// Writes as a program does that knows the form with this section.
    fn writes_new(&mut self, id: &str, text: &str) {
        let id = section(id);
        if !section::is_there(&self.report, &id).unwrap() {
            let change = section::change(&self.report, &id).unwrap();
            self.report.apply_changes([change]).unwrap();
        }
        self.writes(id.as_str(), text);
    }
}

#[test]
fn a_later_section_begins_the_same_everywhere_byte_for_byte() {
    let golden = [
        (
            "report/2023-q1/a",
            "v",
            "20bc20180c781ba8911ce2bf5e69084fee5cdc0fd51c3174d8eeb8a0038d0cea",
        ),
        (
            "report/2023-q1/a",
            "v.1",
            "1ec13101aa1f472071d71b434be227753f072719267c59246585604dc3b345cd",
        ),
        (
            "consolidated/2023-q1",
            "v",
            "1c7c423ff2d51e339be7f231d0f3a9c35bf5ee23ca78c3020b70e9e159eec11e",
        ),
    ];
    let found = golden.map(|(path, id, _)| {
        let mut document = Automerge::new();
        document.apply_changes([genesis(&doc(path), Some(&template())).unwrap()]).unwrap();
        section::change(&document, &section(id)).unwrap().hash().to_string()
    });
    assert_eq!(found, golden.map(|(_, _, hash)| hash.to_owned()));
    for (path, id, _) in golden {
        let mut document = Automerge::new();
        document.apply_changes([genesis(&doc(path), Some(&template())).unwrap()]).unwrap();
        let change = section::change(&document, &section(id)).unwrap();
        assert_eq!(change.timestamp(), 0);
        assert_eq!(section::named_by(&change), Some(section(id)));
        // Whatever else the document holds by then.
        let mut busy = document.clone().with_actor(ActorId::from([9; 16]));
        busy.transact::<_, _, DocumentError>(|tx| {
            tx.put(ROOT, "later", 1)?;
            Ok(())
        })
        .unwrap();
        assert_eq!(section::change(&busy, &section(id)).unwrap().raw_bytes(), change.raw_bytes());
    }
    let roster = genesis(&doc("town/roster"), None).unwrap();
    let mut document = Automerge::new();
    document.apply_changes([roster]).unwrap();
    assert!(section::change(&document, &section("v")).is_err());
}

#[test]
fn two_machines_that_came_to_a_later_section_apart_write_one_text() {
    let mut first = Machine::offline(1, "An");
    let mut second = Machine::offline(2, "Bình");
    first.writes_new("v", "Đã ban hành.");
    second.writes("i", "Vẫn theo biểu mẫu cũ.");
    second.writes_new("v", "Đã kiểm tra.");
    first.meets(&mut second);
    for machine in [&first, &second] {
        let texts = machine.figures().texts;
        let text = &texts[&section("v")];
        assert!(text.contains("Đã ban hành.") && text.contains("Đã kiểm tra."), "{text}");
        assert_eq!(texts[&section("i")], "Vẫn theo biểu mẫu cũ.");
    }
}

#[test]
fn a_machine_that_does_not_know_the_later_version_keeps_writing_and_nothing_is_shadowed() {
    let mut moved = Machine::offline(1, "An");
    let mut behind = Machine::offline(2, "Bình");
    moved.writes_new("v", "Mục mới.");
    behind.sets("x.1", Some(crate::value::CellValue::NothingArose));
    moved.meets(&mut behind);
    behind.writes("v", "Mục mới, sửa lại.");
    behind.meets(&mut moved);
    assert_eq!(moved.figures().texts[&section("v")], "Mục mới, sửa lại.");
    assert_eq!(moved.figures().cells.len(), 1);
}

proptest! {
    /// Machines come to several later sections in any order, apart from each other, and meet in any order:
    /// each word that anybody wrote is in the one text of its section.
    #[test]
    fn whoever_writes_when_no_word_of_a_later_section_is_lost(
        steps in prop::collection::vec((0_usize..3, 0_usize..5, any::<bool>()), 1..24),
    ) {
        let ids = ["i", "i.1", "v", "v.1", "vi"];
        let mut machines =
            [Machine::offline(1, "An"), Machine::offline(2, "Bình"), Machine::offline(3, "Chi")];
        let mut written = vec![Vec::new(); ids.len()];
        for (number, (who, which, meets)) in steps.into_iter().enumerate() {
            let word = format!("w{number}");
            let before = machines[who].figures().texts.get(&section(ids[which])).cloned();
            let text = [before.unwrap_or_default(), word.clone()].join(" ");
            machines[who].writes_new(ids[which], &text);
            written[which].push(word);
            if meets {
                let (left, right) = machines.split_at_mut(2);
                left[who % 2].meets(&mut right[0]);
            }
        }
        let [first, second, third] = &mut machines;
        first.meets(second);
        second.meets(third);
        third.meets(first);
        for machine in [&*first, &*second, &*third] {
            let texts = machine.figures().texts;
            for (id, words) in ids.iter().zip(&written) {
                let text = texts.get(&section(id)).cloned().unwrap_or_default();
                for word in words {
                    let stands = text.split_whitespace().filter(|found| found == word).count();
                    prop_assert_eq!(stands, 1, "{} in {}: {}", word, id, text);
                }
            }
        }
    }
}

#[test]
fn versions_that_two_published_at_once_stand_side_by_side() {
    let mut town = Automerge::new().with_actor(ActorId::from([1; 16]));
    town.apply_changes([genesis(&doc("town/calendar"), None).unwrap()]).unwrap();
    let period = "2023-q2".parse().unwrap();
    let entry = PeriodEntry { template: "t@1".parse().unwrap(), deadline: None };
    town.transact(|tx| calendar::put_period(tx, period, &entry)).unwrap();
    let before = calendar::read(&town).unwrap();
    assert_eq!(before.current(period), Some("t@1".parse().unwrap()));

    let mut other = town.fork().with_actor(ActorId::from([2; 16]));
    let publish = |town: &mut Automerge, template: &str| {
        let template = template.parse().unwrap();
        town.transact(|tx| calendar::add_revision(tx, period, &template)).unwrap();
    };
    publish(&mut town, "t@3");
    publish(&mut other, "t@2");
    publish(&mut other, "u@9");
    town.merge(&mut other).unwrap();
    let calendar: Calendar = calendar::read(&town).unwrap();
    let versions = calendar.versions(period);
    let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
    assert_eq!(versions, ["t@1", "t@2", "t@3"]);
    assert!(calendar.versions("2023-q3".parse().unwrap()).is_empty());

    // Whoever writes the period as it stands today does not change what its reports begin with.
    let mut entry = calendar.current_periods()[&period].clone();
    assert_eq!(entry.template.version, 3);
    entry.deadline = Some(jiff::civil::date(2023, 6, 20));
    town.transact(|tx| calendar::put_period(tx, period, &entry)).unwrap();
    let after = calendar::read(&town).unwrap();
    assert_eq!(after.periods[&period].template.version, 1);
    assert_eq!(after.current_periods()[&period], entry);
}

/// Two who publish different texts under one name at the same time: a mixture would be a third.
#[test]
fn a_template_published_twice_at_once_is_neither() {
    let mut town = Automerge::new().with_actor(ActorId::from([1; 16]));
    town.apply_changes([genesis(&doc("town/template/t@2"), None).unwrap()]).unwrap();
    let mut other = town.fork().with_actor(ActorId::from([2; 16]));
    let publish = |town: &mut Automerge, part: &str| {
        town.transact(|tx| crate::documents::template::put_part(tx, 0, part, true)).unwrap();
    };
    publish(&mut town, "one");
    publish(&mut other, "one");
    town.merge(&mut other).unwrap();
    assert_eq!(crate::documents::template::source(&town).unwrap().as_deref(), Some("one"));
    publish(&mut town, "two");
    publish(&mut other, "three");
    town.merge(&mut other).unwrap();
    let refused = crate::documents::template::source(&town);
    assert!(matches!(refused, Err(DocumentError::Template { .. })), "{refused:?}");
}
