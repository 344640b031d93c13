//! A whole disk: folders, files, and what of both would survive.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use crate::contents::Contents;
use crate::dice::Dice;

/// The root's number.
pub const ROOT: u64 = 1;

/// A number of a file or folder.
pub type Number = u64;

/// Why an operation was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is a file or folder already.
    Exists,
    /// The disk has no room.
    Full,
    /// The power is off, or the disk fails.
    Io,
    /// A folder where a file was meant, or the other way round.
    Kind,
    /// There is nothing of that name.
    NotFound,
    /// A folder is not empty.
    NotEmpty,
    /// The disk may only be read.
    ReadOnly,
}

/// When the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Instead of the operation of this number from now on (writes, new names, fsyncs), from 0.
    Operation(u64),
    /// Instead of the fsync of this number from now on, from 0.
    BeforeSync(u64),
    /// After that fsync, before anybody hears of it.
    AfterSync(u64),
}

/// What is wrong with the disk while it has power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// It is full: as where files are never written in place, every write needs room. With `silent`, it does not say so when it is asked for its free space.
    Full {
        /// Whether it claims to have room.
        silent: bool,
    },
    /// Its next fsync fails, and what was to be synced is never written.
    SyncFails,
    /// It can only be read.
    ReadOnly,
}

/// What of the unsynced survives a power cut.
#[derive(Clone, Debug)]
pub enum Survival {
    /// Nothing.
    Nothing,
    /// Whatever the dice say: sectors in any order, names up to some moment in each folder.
    Torn(Dice),
}

/// A disk with its page cache.
#[derive(Clone, Debug)]
pub struct Disk {
    nodes: BTreeMap<Number, Node>,
    next: Number,
    power: bool,
    cut_at: Option<Moment>,
    trouble: Trouble,
    counts: Counts,
}

/// How much was done to a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations that change something, fsyncs among them.
    pub operations: u64,
    /// Fsyncs of files and folders.
    pub syncs: u64,
}

/// A file or a folder.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its permissions.
    pub mode: u16,
    /// What it is.
    pub kind: Kind,
}

/// What lies under a name.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A file.
    File(Contents),
    /// A folder.
    Folder(Folder),
}

/// The names in a folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    now: BTreeMap<OsString, Number>,
    synced: BTreeMap<OsString, Number>,
    /// What happened since: each entry is done as a whole or not at all, in this order.
    unsynced: Vec<Vec<NameChange>>,
}

/// A name that now means something, or nothing any more.
type NameChange = (OsString, Option<Number>);

impl Folder {
    /// The names, as programs see them.
    pub fn names(&self) -> impl Iterator<Item = (&OsStr, Number)> {
        self.now.iter().map(|(name, number)| (name.as_os_str(), *number))
    }

    fn change(&mut self, changes: Vec<NameChange>) {
        apply(&mut self.now, &changes);
        self.unsynced.push(changes);
    }

    fn sync(&mut self) {
        self.synced.clone_from(&self.now);
        self.unsynced.clear();
    }
}

fn apply(names: &mut BTreeMap<OsString, Number>, changes: &[NameChange]) {
    for (name, number) in changes {
        match number {
            Some(number) => names.insert(name.clone(), *number),
            None => names.remove(name),
        };
    }
}

impl Default for Disk {
    fn default() -> Self {
        let root = Node { mode: 0o755, kind: Kind::Folder(Folder::default()) };
        Self {
            nodes: BTreeMap::from([(ROOT, root)]),
            next: ROOT + 1,
            power: true,
            cut_at: None,
            trouble: Trouble::None,
            counts: Counts::default(),
        }
    }
}

/// What people do to a disk.
impl Disk {
    /// Has the power go at some moment from now on.
    pub fn cut_at(&mut self, moment: Moment) {
        let Counts { operations, syncs } = self.counts;
        self.cut_at = Some(match moment {
            Moment::Operation(number) => Moment::Operation(operations + number),
            Moment::BeforeSync(number) => Moment::BeforeSync(syncs + number),
            Moment::AfterSync(number) => Moment::AfterSync(syncs + number),
        });
    }

    /// Takes the power away.
    pub fn cut(&mut self) {
        self.power = false;
        self.cut_at = None;
    }

    /// Whether it has power.
    pub fn has_power(&self) -> bool {
        self.power
    }

    /// Gives it power again, with what survived. Every file has another number then, so that nothing that
    /// was opened before can be mistaken for what is there now.
    pub fn power_on(&mut self, mut survival: Survival) {
        let old = std::mem::take(&mut self.nodes);
        let root = self.survivor(&old, ROOT, &mut survival);
        self.nodes.extend(root.map(|root| (ROOT, root)));
        self.power = true;
        self.cut_at = None;
    }

    /// Something goes wrong with it, or is well again.
    pub fn trouble(&mut self, trouble: Trouble) {
        self.trouble = trouble;
    }

    /// How much was done to it.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// What claims to be free, bytes.
    pub fn free(&self) -> u64 {
        if self.trouble == (Trouble::Full { silent: false }) { 0 } else { 64 << 30 }
    }

    /// The file at a path, to be looked at or damaged.
    pub fn file_at(&mut self, path: &[&str]) -> Option<&mut Contents> {
        let mut number = ROOT;
        for name in path {
            number = self.lookup(number, OsStr::new(name)).ok()?;
        }
        self.contents_mut(number).ok()
    }

    fn survivor(
        &mut self,
        old: &BTreeMap<Number, Node>,
        number: Number,
        survival: &mut Survival,
    ) -> Option<Node> {
        let node = old.get(&number)?;
        let kind = match &node.kind {
            Kind::File(contents) => Kind::File(contents.after_power_cut(match survival {
                Survival::Nothing => None,
                Survival::Torn(dice) => Some(dice),
            })),
            Kind::Folder(folder) => {
                let mut names = folder.synced.clone();
                if let Survival::Torn(dice) = survival {
                    let reached = dice.roll(folder.unsynced.len() as u64 + 1);
                    let reached = usize::try_from(reached).unwrap_or(0);
                    folder.unsynced.iter().take(reached).for_each(|done| apply(&mut names, done));
                }
                let mut left = BTreeMap::new();
                for (name, number) in names {
                    if let Some(survivor) = self.survivor(old, number, survival) {
                        left.insert(name, self.add(survivor));
                    }
                }
                Kind::Folder(Folder { now: left.clone(), synced: left, unsynced: Vec::new() })
            }
        };
        Some(Node { mode: node.mode, kind })
    }
}

/// What programs do to a disk.
impl Disk {
    /// A file or folder.
    ///
    /// # Errors
    /// [`Failure`]; so with all of these.
    pub fn node(&self, number: Number) -> Result<&Node, Failure> {
        self.powered()?;
        self.nodes.get(&number).ok_or(Failure::NotFound)
    }

    /// What lies in a folder under a name.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn lookup(&self, folder: Number, name: &OsStr) -> Result<Number, Failure> {
        match &self.node(folder)?.kind {
            Kind::Folder(folder) => folder.now.get(name).copied().ok_or(Failure::NotFound),
            Kind::File(_) => Err(Failure::Kind),
        }
    }

    /// Makes a file or a folder.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn make(&mut self, folder: Number, name: &OsStr, node: Node) -> Result<Number, Failure> {
        self.operation()?;
        if self.lookup(folder, name).is_ok() {
            return Err(Failure::Exists);
        }
        if matches!(self.trouble, Trouble::Full { .. }) {
            return Err(Failure::Full);
        }
        let number = self.add(node);
        self.folder_mut(folder)?.change(vec![(name.to_owned(), Some(number))]);
        Ok(number)
    }

    /// Gives a file a second name.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn link(&mut self, number: Number, folder: Number, name: &OsStr) -> Result<(), Failure> {
        self.operation()?;
        self.node(number)?;
        if self.lookup(folder, name).is_ok() {
            return Err(Failure::Exists);
        }
        self.folder_mut(folder)?.change(vec![(name.to_owned(), Some(number))]);
        Ok(())
    }

    /// Takes a name away.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn remove(&mut self, folder: Number, name: &OsStr) -> Result<(), Failure> {
        self.operation()?;
        let number = self.lookup(folder, name)?;
        if let Kind::Folder(removed) = &self.node(number)?.kind
            && !removed.now.is_empty()
        {
            return Err(Failure::NotEmpty);
        }
        self.folder_mut(folder)?.change(vec![(name.to_owned(), None)]);
        Ok(())
    }

    /// Moves a name; what lay under the new one gives way, unless that is to be kept.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn rename(
        &mut self,
        from: (Number, &OsStr),
        to: (Number, &OsStr),
        keep: bool,
    ) -> Result<(), Failure> {
        self.operation()?;
        let number = self.lookup(from.0, from.1)?;
        if keep && self.lookup(to.0, to.1).is_ok() {
            return Err(Failure::Exists);
        }
        let (gone, come) = ((from.1.to_owned(), None), (to.1.to_owned(), Some(number)));
        if from.0 == to.0 {
            self.folder_mut(from.0)?.change(vec![gone, come]);
        } else {
            self.folder_mut(to.0)?.change(vec![come]);
            self.folder_mut(from.0)?.change(vec![gone]);
        }
        Ok(())
    }

    /// Writes into a file.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn write(&mut self, number: Number, offset: usize, data: &[u8]) -> Result<(), Failure> {
        self.operation()?;
        if matches!(self.trouble, Trouble::Full { .. }) {
            return Err(Failure::Full);
        }
        self.contents_mut(number)?.write(offset, data);
        Ok(())
    }

    /// Sets a file's length.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn set_len(&mut self, number: Number, length: usize) -> Result<(), Failure> {
        self.operation()?;
        self.contents_mut(number)?.set_len(length);
        Ok(())
    }

    /// Sets permissions, which are taken to be durable at once.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn set_mode(&mut self, number: Number, mode: u16) -> Result<(), Failure> {
        self.powered()?;
        self.nodes.get_mut(&number).ok_or(Failure::NotFound)?.mode = mode;
        Ok(())
    }

    /// Makes a file's content or a folder's names durable: not the file's own name.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn sync(&mut self, number: Number) -> Result<(), Failure> {
        self.operation()?;
        let this = self.counts.syncs;
        self.counts.syncs += 1;
        if self.cut_at == Some(Moment::BeforeSync(this)) {
            self.cut();
            return Err(Failure::Io);
        }
        let fails = self.trouble == Trouble::SyncFails;
        let node = self.nodes.get_mut(&number).ok_or(Failure::NotFound)?;
        match &mut node.kind {
            Kind::File(contents) if fails => contents.sync_failed(),
            Kind::File(contents) => contents.sync(),
            Kind::Folder(_) if fails => {}
            Kind::Folder(folder) => folder.sync(),
        }
        if fails {
            self.trouble = Trouble::None;
            return Err(Failure::Io);
        }
        if self.cut_at == Some(Moment::AfterSync(this)) {
            self.cut();
            return Err(Failure::Io);
        }
        Ok(())
    }

    fn powered(&self) -> Result<(), Failure> {
        if self.power { Ok(()) } else { Err(Failure::Io) }
    }

    /// Something is about to be changed.
    fn operation(&mut self) -> Result<(), Failure> {
        self.powered()?;
        if self.cut_at == Some(Moment::Operation(self.counts.operations)) {
            self.cut();
            return Err(Failure::Io);
        }
        if self.trouble == Trouble::ReadOnly {
            return Err(Failure::ReadOnly);
        }
        self.counts.operations += 1;
        Ok(())
    }

    fn add(&mut self, node: Node) -> Number {
        let number = self.next;
        self.next += 1;
        self.nodes.insert(number, node);
        number
    }

    fn folder_mut(&mut self, number: Number) -> Result<&mut Folder, Failure> {
        match self.nodes.get_mut(&number).map(|node| &mut node.kind) {
            Some(Kind::Folder(folder)) => Ok(folder),
            Some(Kind::File(_)) => Err(Failure::Kind),
            None => Err(Failure::NotFound),
        }
    }

    fn contents_mut(&mut self, number: Number) -> Result<&mut Contents, Failure> {
        match self.nodes.get_mut(&number).map(|node| &mut node.kind) {
            Some(Kind::File(contents)) => Ok(contents),
            Some(Kind::Folder(_)) => Err(Failure::Kind),
            None => Err(Failure::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Node {
        Node { mode: 0o644, kind: Kind::File(Contents::default()) }
    }

    fn names(disk: &Disk) -> Vec<String> {
        let Kind::Folder(root) = &disk.node(ROOT).unwrap().kind else { panic!("the root") };
        root.names().map(|(name, _)| name.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_name_survives_only_when_its_folder_was_synced() {
        let mut disk = Disk::default();
        let kept = disk.make(ROOT, OsStr::new("kept"), file()).unwrap();
        disk.write(kept, 0, b"content").unwrap();
        disk.sync(kept).unwrap();
        disk.sync(ROOT).unwrap();
        let lost = disk.make(ROOT, OsStr::new("lost"), file()).unwrap();
        disk.write(lost, 0, b"content").unwrap();
        disk.sync(lost).unwrap();
        disk.rename((ROOT, OsStr::new("kept")), (ROOT, OsStr::new("renamed")), false).unwrap();
        assert_eq!(names(&disk), ["lost", "renamed"]);
        disk.cut();
        disk.power_on(Survival::Nothing);
        assert_eq!(names(&disk), ["kept"]);
        assert_eq!(disk.file_at(&["kept"]).unwrap().read(0, 100), b"content");
    }

    #[test]
    fn a_file_whose_name_survives_may_be_empty() {
        let mut disk = Disk::default();
        let new = disk.make(ROOT, OsStr::new("new"), file()).unwrap();
        disk.write(new, 0, b"content").unwrap();
        disk.sync(ROOT).unwrap();
        disk.cut();
        disk.power_on(Survival::Nothing);
        assert!(disk.file_at(&["new"]).unwrap().is_empty());
    }

    #[test]
    fn a_rename_survives_as_a_whole_or_not_at_all() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..50 {
            let mut disk = Disk::default();
            disk.make(ROOT, OsStr::new("old"), file()).unwrap();
            disk.sync(ROOT).unwrap();
            disk.rename((ROOT, OsStr::new("old")), (ROOT, OsStr::new("new")), false).unwrap();
            disk.cut();
            disk.power_on(Survival::Torn(Dice::new(seed)));
            seen.insert(names(&disk));
        }
        assert_eq!(seen, [vec!["new".to_owned()], vec!["old".to_owned()]].into());
    }

    #[test]
    fn the_power_goes_when_it_was_told_to() {
        for (moment, length) in
            [(Moment::Operation(2), 0), (Moment::BeforeSync(0), 0), (Moment::AfterSync(0), 4)]
        {
            let mut disk = Disk::default();
            let number = disk.make(ROOT, OsStr::new("file"), file()).unwrap();
            disk.sync(ROOT).unwrap();
            disk.cut_at(moment);
            disk.write(number, 0, b"four").unwrap();
            let synced = disk.write(number, 0, b"once").and_then(|()| disk.sync(number));
            assert_eq!(synced, Err(Failure::Io), "{moment:?}");
            assert!(!disk.has_power());
            assert!(matches!(disk.node(number), Err(Failure::Io)));
            disk.power_on(Survival::Nothing);
            assert_eq!(disk.file_at(&["file"]).unwrap().len(), length, "{moment:?}");
        }
    }
}
