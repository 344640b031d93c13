//! The bytes of one file: as programs see them, and as the disk has them.

use std::collections::BTreeMap;

use crate::dice::Dice;

/// What a disk writes at once: larger writes can be torn between two of these.
pub const SECTOR: usize = 512;

/// One sector as it was at some moment.
type Sector = [u8; SECTOR];

/// A file's content, with what of it would survive a power cut.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// As programs read it.
    now: Vec<u8>,
    /// As of the last fsync.
    synced: Vec<u8>,
    /// What each sector held after each write since then: any of these, or none, may be on the disk.
    unsynced: BTreeMap<usize, Vec<Sector>>,
    /// The lengths since then.
    lengths: Vec<usize>,
}

impl Contents {
    /// Its length, as programs see it.
    pub fn len(&self) -> usize {
        self.now.len()
    }

    /// Whether it is empty, as programs see it.
    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// The bytes from `offset` on, at most `size`.
    pub fn read(&self, offset: usize, size: usize) -> &[u8] {
        let end = offset.saturating_add(size).min(self.now.len());
        self.now.get(offset..end).unwrap_or_default()
    }

    /// Writes bytes; what lies between the end and `offset` becomes zeros.
    pub fn write(&mut self, offset: usize, data: &[u8]) {
        let end = offset.saturating_add(data.len());
        let from = offset.min(self.now.len());
        if end > self.now.len() {
            self.now.resize(end, 0);
            self.lengths.push(end);
        }
        if let Some(place) = self.now.get_mut(offset..end) {
            place.copy_from_slice(data);
        }
        self.touched(from, end);
    }

    /// Cuts the file off or lengthens it with zeros.
    pub fn set_len(&mut self, length: usize) {
        let before = self.now.len();
        if length == before {
            return;
        }
        self.now.resize(length, 0);
        self.lengths.push(length);
        self.touched(length.min(before), length.max(before));
    }

    /// The disk has it all.
    pub fn sync(&mut self) {
        self.synced.resize(self.now.len(), 0);
        for sector in std::mem::take(&mut self.unsynced).into_keys() {
            let bytes = sector_of(&self.now, sector);
            put_sector(&mut self.synced, sector, &bytes);
        }
        self.lengths.clear();
    }

    /// An fsync failed: as on Linux the pages count as clean from now on, so that they stay readable as
    /// long as the power does and no later fsync writes them.
    pub fn sync_failed(&mut self) {
        self.unsynced.clear();
        self.lengths.clear();
    }

    /// What is left after a power cut: what was synced and, with dice, of the rest any sectors in any of
    /// their states.
    #[must_use]
    pub fn after_power_cut(&self, dice: Option<&mut Dice>) -> Self {
        let mut left = self.synced.clone();
        if let Some(dice) = dice {
            // Sometimes almost nothing got through, sometimes almost everything.
            let likelihood = dice.roll(101);
            let mut lengths = vec![self.synced.len()];
            lengths.extend(&self.lengths);
            let reached = if dice.roll(100) < likelihood {
                lengths.last().copied()
            } else {
                dice.choose(&lengths).copied()
            };
            left.resize(reached.unwrap_or_default(), 0);
            for (sector, states) in &self.unsynced {
                if dice.roll(100) < likelihood {
                    // The last state is the likeliest.
                    let state = if dice.roll(2) == 0 { states.last() } else { dice.choose(states) };
                    state.iter().for_each(|state| put_sector(&mut left, *sector, state));
                }
            }
        }
        Self { now: left.clone(), synced: left, ..Self::default() }
    }

    /// How many sectors would be lost if the power went now and nothing more got through.
    pub fn unsynced_sectors(&self) -> usize {
        self.unsynced.len()
    }

    /// Flips one bit of what is on the disk.
    pub fn flip(&mut self, byte: usize, bit: u8) {
        for bytes in [&mut self.now, &mut self.synced] {
            bytes.get_mut(byte).into_iter().for_each(|byte| *byte ^= 1 << (bit % 8));
        }
    }

    fn touched(&mut self, from: usize, end: usize) {
        for sector in from / SECTOR..end.div_ceil(SECTOR) {
            let state = sector_of(&self.now, sector);
            let states = self.unsynced.entry(sector).or_default();
            if states.last() != Some(&state) {
                states.push(state);
            }
        }
    }
}

/// A sector of a file; what lies behind its end is zeros.
fn sector_of(bytes: &[u8], sector: usize) -> Sector {
    let mut state = [0; SECTOR];
    let from = (sector * SECTOR).min(bytes.len());
    let end = (from + SECTOR).min(bytes.len());
    let part = bytes.get(from..end).unwrap_or_default();
    state[..part.len()].copy_from_slice(part);
    state
}

/// Puts a sector into a file as far as that reaches.
fn put_sector(bytes: &mut [u8], sector: usize, state: &Sector) {
    let from = (sector * SECTOR).min(bytes.len());
    let end = (from + SECTOR).min(bytes.len());
    if let Some(place) = bytes.get_mut(from..end) {
        place.copy_from_slice(&state[..end - from]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_synced_survives_when_nothing_else_gets_through() {
        let mut file = Contents::default();
        file.write(0, &[1; 700]);
        file.sync();
        file.write(600, &[2; 700]);
        assert_eq!(file.len(), 1300);
        let left = file.after_power_cut(None);
        assert_eq!(left.read(0, 5000), [1; 700]);
    }

    #[test]
    fn a_file_that_shrank_and_grew_is_synced_with_zeros() {
        let mut file = Contents::default();
        file.write(0, &[1; 2000]);
        file.sync();
        file.set_len(100);
        file.set_len(2000);
        file.sync();
        let left = file.after_power_cut(None);
        assert_eq!(left.read(0, 5000), [&[1; 100][..], &[0; 1900]].concat());
    }

    #[test]
    fn after_a_failed_sync_the_next_one_writes_nothing() {
        let mut file = Contents::default();
        file.write(0, &[1; 512]);
        file.sync();
        file.write(0, &[2; 512]);
        file.sync_failed();
        file.sync();
        assert_eq!(file.read(0, 512), [2; 512]);
        assert_eq!(file.after_power_cut(None).read(0, 512), [1; 512]);
    }

    #[test]
    fn a_torn_write_is_made_of_whole_sectors_old_and_new() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let mut file = Contents::default();
            file.write(0, &[1; 1024]);
            file.sync();
            file.write(0, &[2; 1024]);
            file.write(0, &[3; 512]);
            let left = file.after_power_cut(Some(&mut Dice::new(seed)));
            assert_eq!(left.len(), 1024);
            for sector in left.read(0, 1024).chunks(SECTOR) {
                assert!(sector.iter().all(|byte| *byte == sector[0]), "seed {seed}");
            }
            seen.insert((left.read(0, 1)[0], left.read(512, 1)[0]));
        }
        let all = [1, 2, 3].into_iter().flat_map(|first| [(first, 1), (first, 2)]);
        assert_eq!(seen, all.collect());
    }
}
