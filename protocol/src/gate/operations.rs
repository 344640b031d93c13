//! Whether a change's operations make sense in the document that they are to join.
//!
//! Automerge believes what it is given. Of 0.12 we have seen: an operation on an object that is not there
//! makes every later load panic; a predecessor that stands at another key makes it panic when it lists
//! the changes; one that is not there at all gives a document whose snapshot does not load. Once such a
//! change is stored, nobody can read the document any more, and it would spread to every node of the
//! unit. So a batch is tried on the opened document before it is staged, and each operation must be one that our
//! programs write:
//!
//! - objects are made by the genesis and by the fixed changes of later sections alone, and no name that
//!   holds one, or may come to hold one, is written again;
//! - a map's key is set to a plain value or deleted; a text's characters are inserted or deleted;
//! - what an operation names stands where the operation says it does, in the change's own past;
//! - operations are numbered on from those of the change's past, without a gap.
//!
//! What has passed opens, lists its changes, can be saved and loaded again. Fuzzing holds that promise.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{
    ActorId, Automerge, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value,
};

use super::GateError;
use crate::documents::section;
use crate::id::SectionId;

/// Most that examining one batch may cost: changes that its operations name, or that lie beside it.
/// An office that was away for a quarter, with another at the same report, comes to a few thousand.
const MAX_WORK: usize = 256 * 1024;

/// Why a change is refused; or automerge could not say.
type Verdict = Result<(), &'static str>;

/// Where an operation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// At a key of a map.
    Key(ObjectId, String),
    /// It is an element of a text.
    Element(ObjectId),
    /// Nothing can name it: it only takes others away.
    Nowhere,
}

/// What is known of a change: its operations, from the first.
struct Known {
    first: u64,
    places: Vec<Place>,
}

/// A change of the batch that was found good.
struct Tried {
    known: Known,
    /// Which changes of the batch lie in its past, itself among them.
    past: Vec<bool>,
    /// On what of the document's they rest.
    roots: Rc<BTreeSet<ChangeHash>>,
}

impl Tried {
    fn last_op(&self) -> u64 {
        self.known.first + self.known.places.len() as u64 - 1
    }
}

/// What lies in the past of the change that is being examined.
struct Past {
    /// Which changes of the batch do,
    batch: Vec<bool>,
    /// on what of the document's it rests,
    roots: Rc<BTreeSet<ChangeHash>>,
    /// and which of the document's do not.
    beside: Rc<BTreeSet<ChangeHash>>,
}

/// A document on which a batch is tried, change by change.
pub(super) struct Trial<'a> {
    doc: &'a mut Automerge,
    changes: Vec<Change>,
    tried: Vec<Tried>,
    /// Where in the batch a change is,
    by_hash: BTreeMap<ChangeHash, usize>,
    /// and those of an actor.
    by_actor: BTreeMap<ActorId, Vec<usize>>,
    /// What is known of the document's changes that were named.
    stored: BTreeMap<ChangeHash, Known>,
    /// The document's changes that do not lie in the past of some of its others. Two lines that were made
    /// apart alternate in a batch.
    beside: BTreeMap<Rc<BTreeSet<ChangeHash>>, Rc<BTreeSet<ChangeHash>>>,
    work: usize,
}

impl<'a> Trial<'a> {
    /// A trial on this document, which is not to be believed any more when a change is refused.
    pub(super) fn on(doc: &'a mut Automerge) -> Self {
        Self {
            doc,
            changes: Vec::new(),
            tried: Vec::new(),
            by_hash: BTreeMap::new(),
            by_actor: BTreeMap::new(),
            stored: BTreeMap::new(),
            beside: BTreeMap::new(),
            work: 0,
        }
    }

    /// Examines a change that the document does not have; what it depends on is in the document, or was
    /// taken before.
    pub(super) fn take(&mut self, change: &Change, is_genesis: bool) -> Result<(), GateError> {
        let refused = |what| GateError::Operations { change: change.hash(), what };
        if is_genesis {
            self.examine_genesis(change).map_err(refused)?;
            return self.apply(std::slice::from_ref(change));
        }
        if let Some(id) = section::named_by(change) {
            self.examine_section(change, &id).map_err(refused)?;
            // It is one of the document's from now on, and lies beside most of them.
            self.beside.clear();
            return self.apply(std::slice::from_ref(change));
        }
        let tried = catch_unwind(AssertUnwindSafe(|| self.examine(change)))
            .map_err(|_| panicked())?
            .map_err(refused)?;
        let index = self.tried.len();
        self.by_hash.insert(change.hash(), index);
        self.by_actor.entry(change.actor_id().clone()).or_default().push(index);
        self.tried.push(tried);
        self.changes.push(change.clone());
        Ok(())
    }

    /// Has the document take in what was found good.
    pub(super) fn finish(mut self) -> Result<(), GateError> {
        let changes = std::mem::take(&mut self.changes);
        self.apply(&changes)
    }

    fn apply(&mut self, changes: &[Change]) -> Result<(), GateError> {
        let doc = &mut *self.doc;
        let before = doc.get_heads();
        catch_unwind(AssertUnwindSafe(|| doc.apply_changes(changes.iter().cloned())))
            .map_err(|_| panicked())?
            .map_err(|error| GateError::Automerge { what: error.to_string() })?;
        // All at once: automerge goes through the whole document for it.
        let given_back = catch_unwind(AssertUnwindSafe(|| doc.get_changes(&before)));
        let given_back = given_back.map_err(|_| panicked())?;
        if by_hash(changes) == by_hash(&given_back) {
            Ok(())
        } else {
            Err(GateError::Automerge { what: "it does not give a change back".to_owned() })
        }
    }

    /// What the first change holds is known by its hash, or taken at the hub's word.
    fn examine_genesis(&self, change: &Change) -> Verdict {
        if change.start_op().get() != 1 {
            return Err("they do not begin at the beginning");
        }
        if !self.doc.get_heads().is_empty() {
            return Err("the document has another beginning");
        }
        Ok(())
    }

    /// What a section's change holds follows from the document's beginning.
    fn examine_section(&self, change: &Change, id: &SectionId) -> Verdict {
        let doc = &*self.doc;
        let fixed = catch_unwind(AssertUnwindSafe(|| section::change(doc, id)));
        match fixed {
            Ok(Ok(fixed)) if fixed.hash() == change.hash() => Ok(()),
            _ => Err("it is not the change that makes this section"),
        }
    }

    fn examine(&mut self, change: &Change) -> Result<Tried, &'static str> {
        if change.deps().is_empty() {
            return Err("it does not follow the document's beginning");
        }
        let mut past = self.past_of(change)?;
        self.examine_numbers(change, &past)?;
        let mut own = Vec::with_capacity(change.len());
        for op in &change.decode().operations {
            let place = self.examine_operation(change, &past, &own, op)?;
            own.push(place);
        }
        past.batch.push(true);
        let known = Known { first: change.start_op().get(), places: own };
        Ok(Tried { known, past: past.batch, roots: past.roots })
    }

    /// Works out what lies in a change's past, and what of the document does not.
    fn past_of(&mut self, change: &Change) -> Result<Past, &'static str> {
        let mut past = Past {
            batch: vec![false; self.tried.len()],
            roots: Rc::default(),
            beside: Rc::default(),
        };
        for dep in change.deps() {
            let Some(dep) = self.by_hash.get(dep).and_then(|index| self.tried.get(*index)) else {
                Rc::make_mut(&mut past.roots).insert(*dep);
                continue;
            };
            for (here, there) in past.batch.iter_mut().zip(&dep.past) {
                *here |= there;
            }
            if past.roots.is_empty() {
                past.roots = dep.roots.clone();
            } else if past.roots != dep.roots {
                Rc::make_mut(&mut past.roots).extend(dep.roots.iter().copied());
            }
        }
        past.beside = self.beside(&past.roots)?;
        Ok(past)
    }

    fn beside(
        &mut self,
        roots: &Rc<BTreeSet<ChangeHash>>,
    ) -> Result<Rc<BTreeSet<ChangeHash>>, &'static str> {
        if let Some(beside) = self.beside.get(roots) {
            return Ok(beside.clone());
        }
        let hashes: Vec<ChangeHash> = roots.iter().copied().collect();
        let beside = self.doc.get_changes_meta(&hashes);
        let beside: BTreeSet<_> = beside.into_iter().map(|meta| meta.hash).collect();
        self.worked(1 + roots.len() + beside.len())?;
        let beside = Rc::new(beside);
        self.beside.insert(roots.clone(), beside.clone());
        Ok(beside)
    }

    /// Automerge numbers a change's operations on from the highest that it has, and what it saves says so
    /// in fewer words: a document with any other numbers loads as another one.
    fn examine_numbers(&mut self, change: &Change, past: &Past) -> Verdict {
        if change.is_empty() {
            return Err("it has none");
        }
        let mut highest = 0;
        for dep in change.deps() {
            let last_op = match self.by_hash.get(dep).and_then(|index| self.tried.get(*index)) {
                Some(dep) => dep.last_op(),
                None => self.doc.get_change_meta_by_hash(dep).ok_or("they follow nothing")?.max_op,
            };
            highest = highest.max(last_op);
        }
        if change.start_op().get() != highest + 1 {
            return Err("they are not numbered on from those they follow");
        }
        if change.seq() > 1 {
            if change.author().is_some() {
                return Err("an author within a line");
            }
            if !self.continues_its_line(change, past) {
                return Err("it does not follow its actor's last change");
            }
        }
        Ok(())
    }

    fn continues_its_line(&mut self, change: &Change, past: &Past) -> bool {
        if let Some(last) = self.by_actor.get(change.actor_id()).and_then(|line| line.last()) {
            return past.batch.get(*last).is_some_and(|lies| *lies);
        }
        self.doc.set_actor(change.actor_id().clone());
        let last = self.doc.get_last_local_change();
        last.is_some_and(|last| !past.beside.contains(&last.hash()))
    }

    /// Says where the operation stands, if it may stand there.
    fn examine_operation(
        &mut self,
        change: &Change,
        past: &Past,
        own: &[Place],
        op: &Op,
    ) -> Result<Place, &'static str> {
        let object = object_id(&op.obj);
        let kind = self.doc.object_type(&object).map_err(|_| "there is no such object")?;
        if op.obj != ObjectId::Root
            && self.doc.hash_for_opid(&object).is_none_or(|made| past.beside.contains(&made))
        {
            return Err("there is no such object");
        }
        let preds: Vec<&OpId> = op.pred.iter().collect();
        match (&op.action, &op.key, kind) {
            (OpType::Put(value), Key::Map(key), ObjType::Map) if !op.insert && plain(value) => {
                self.examine_key(&object, key)?;
                let place = Place::Key(op.obj.clone(), key.to_string());
                self.examine_predecessors(change, past, own, &preds, &place)?;
                Ok(place)
            }
            (OpType::Delete, Key::Map(key), ObjType::Map) if !op.insert && !preds.is_empty() => {
                self.examine_key(&object, key)?;
                let place = Place::Key(op.obj.clone(), key.to_string());
                self.examine_predecessors(change, past, own, &preds, &place)?;
                Ok(Place::Nowhere)
            }
            (OpType::Put(ScalarValue::Str(letter)), Key::Seq(after), ObjType::Text)
                if op.insert && preds.is_empty() && !letter.is_empty() =>
            {
                let place = Place::Element(op.obj.clone());
                if let ElementId::Id(after) = after {
                    self.examine_predecessors(change, past, own, &[after], &place)?;
                }
                Ok(place)
            }
            (OpType::Delete, Key::Seq(ElementId::Id(element)), ObjType::Text)
                if !op.insert && preds == [element] =>
            {
                let place = Place::Element(op.obj.clone());
                self.examine_predecessors(change, past, own, &preds, &place)?;
                Ok(Place::Nowhere)
            }
            _ => Err("one that no program of ours writes"),
        }
    }

    /// A document's objects stay where its genesis put them.
    fn examine_key(&self, object: &ObjId, key: &str) -> Verdict {
        match self.doc.get(object, key) {
            Ok(Some((Value::Object(_), _))) => Err("one that would replace an object"),
            // Its names are kept for the Texts of sections.
            Ok(_) if section::is_texts(&*self.doc, object) => {
                Err("one that no program of ours writes")
            }
            Ok(_) => Ok(()),
            Err(_) => Err("there is no such object"),
        }
    }

    fn examine_predecessors(
        &mut self,
        change: &Change,
        past: &Past,
        own: &[Place],
        named: &[&OpId],
        place: &Place,
    ) -> Verdict {
        let start = change.start_op().get();
        let distinct: BTreeSet<_> = named.iter().map(|id| (id.counter(), id.actor())).collect();
        if distinct.len() < named.len() {
            return Err("one names another twice");
        }
        for id in named {
            let found = if id.counter() >= start && id.actor() == change.actor_id() {
                own.get(to_index(id.counter() - start)).is_some_and(|own| own == place)
            } else {
                self.stands_at(past, id, place)?
            };
            if !found {
                return Err("one names another that is not there");
            }
        }
        Ok(())
    }

    /// Whether an operation of the change's past stands at a place.
    fn stands_at(&mut self, past: &Past, id: &OpId, place: &Place) -> Result<bool, &'static str> {
        if let Some(index) = self.in_batch(id) {
            let lies = past.batch.get(index).is_some_and(|lies| *lies);
            let tried = self.tried.get(index).filter(|_| lies);
            return Ok(tried.is_some_and(|tried| tried.known.has(id, place)));
        }
        let object = ObjId::Id(id.counter(), id.actor().clone(), 0);
        let Some(hash) = self.doc.hash_for_opid(&object) else { return Ok(false) };
        if past.beside.contains(&hash) {
            return Ok(false);
        }
        if let Some(known) = self.stored.get(&hash) {
            return Ok(known.has(id, place));
        }
        let Some(change) = self.doc.get_change_by_hash(&hash) else { return Ok(false) };
        self.worked(1 + change.len() / 16)?;
        let known = Known::of(&change);
        let found = known.has(id, place);
        self.stored.insert(hash, known);
        Ok(found)
    }

    /// Which change of the batch, if any, has an operation.
    fn in_batch(&self, id: &OpId) -> Option<usize> {
        let line = self.by_actor.get(id.actor())?;
        let at = line.partition_point(|index| {
            self.tried.get(*index).is_some_and(|tried| tried.last_op() < id.counter())
        });
        let index = *line.get(at)?;
        (self.tried.get(index)?.known.first <= id.counter()).then_some(index)
    }

    fn worked(&mut self, units: usize) -> Verdict {
        self.work = self.work.saturating_add(units);
        if self.work > MAX_WORK { Err("they name too much") } else { Ok(()) }
    }
}

impl Known {
    /// Of a change that the document has.
    fn of(change: &Change) -> Self {
        let place = |op: &Op| match (&op.action, &op.key) {
            (OpType::Delete, _) => Place::Nowhere,
            (_, Key::Map(key)) => Place::Key(op.obj.clone(), key.to_string()),
            (_, Key::Seq(_)) => Place::Element(op.obj.clone()),
        };
        let places = change.decode().operations.iter().map(place).collect();
        Self { first: change.start_op().get(), places }
    }

    fn has(&self, id: &OpId, place: &Place) -> bool {
        let index = id.counter().checked_sub(self.first);
        index.and_then(|index| self.places.get(to_index(index))).is_some_and(|found| found == place)
    }
}

fn by_hash(changes: &[Change]) -> BTreeMap<ChangeHash, &[u8]> {
    changes.iter().map(|change| (change.hash(), change.raw_bytes())).collect()
}

fn panicked() -> GateError {
    GateError::Automerge { what: "it panicked".to_owned() }
}

/// Counters add up on reading, and values of kinds to come are not kept as they were.
fn plain(value: &ScalarValue) -> bool {
    !matches!(value, ScalarValue::Counter(_) | ScalarValue::Unknown { .. })
}

fn object_id(object: &ObjectId) -> ObjId {
    match object {
        ObjectId::Root => ROOT,
        ObjectId::Id(OpId(counter, actor)) => ObjId::Id(*counter, ActorId::clone(actor), 0),
    }
}

fn to_index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "operations_tests.rs"]
mod tests;
