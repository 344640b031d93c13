//! Writing a store anew while it is in use, a little at a time.
//!
//! Rows are copied in the order of their keys into the next generation (see `renew.rs`); what is committed
//! meanwhile is written to both. When all is copied the two hold the same, and one step has the copy count.
//! Until then it is the store that counts, and the copy can be given up at any moment: a power cut, a full
//! disk, an error of the copy's.

use hopluu_protocol::store::StoreError;

use super::disk::{Disk, Mirror};
use super::open::SEGMENT_BYTES;
use super::renew::{self, Renewal};

/// A store that is to be written anew as often as possible, which tests want, has so many commits in between.
const COMMITS_BETWEEN: u64 = 64;

/// What is done, and what is to be done, to keep a store small.
pub(super) struct Upkeep {
    renewal: Option<Renewal>,
    /// A generation that counted is still there.
    is_littered: bool,
    large_bytes: u64,
    /// How large the log was when it was last written anew.
    fresh: u64,
    /// After a failure: how large the log is when it is tried again.
    again_at: u64,
    /// The store's commits when it was last written anew, or opened.
    commits: u64,
}

impl Upkeep {
    /// Of a store that was opened just now; from `large_bytes` on its log is written anew if it holds little.
    pub(super) fn new(disk: &Disk, large_bytes: u64, commits: u64) -> Self {
        let fresh = renew::fresh_bytes(&disk.dir);
        let (renewal, is_littered) = (None, false);
        Self { renewal, is_littered, large_bytes, fresh, again_at: 0, commits }
    }

    /// Does a little. Returns whether there is more to do.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the store is; any other when nobody knows which generation counts.
    pub(super) fn step(&mut self, disk: &mut Disk, commits: u64) -> Result<bool, StoreError> {
        match self.renewal.take() {
            Some(renewal) => self.go_on(renewal, disk, commits),
            None if self.is_littered => {
                self.is_littered = false;
                renew::tidy(disk);
                Ok(true)
            }
            None if self.is_due(disk, commits)? => {
                match Renewal::begin(disk) {
                    Ok(renewal) => {
                        disk.mirror = Some(renewal.mirror());
                        self.renewal = Some(renewal);
                    }
                    Err(error) => self.put_off(disk, &error),
                }
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn is_due(&self, disk: &Disk, commits: u64) -> Result<bool, StoreError> {
        if self.again_at > 0 && disk.log_bytes()? < self.again_at {
            return Ok(false);
        }
        if self.large_bytes == 0 {
            return Ok(commits >= self.commits + COMMITS_BETWEEN);
        }
        renew::is_worth_it(disk, self.large_bytes, self.fresh)
    }

    fn go_on(
        &mut self,
        mut renewal: Renewal,
        disk: &mut Disk,
        commits: u64,
    ) -> Result<bool, StoreError> {
        // The room that the copy takes is no longer there for those who commit.
        let copied = disk.check_room(SEGMENT_BYTES).and_then(|()| renewal.copy_some(disk));
        let error = match copied {
            Ok(true) => {
                self.renewal = Some(renewal);
                return Ok(true);
            }
            Ok(false) => {
                let unmirrored = disk.mirror.take().and_then(Mirror::into_failure);
                match unmirrored.map_or_else(|| renewal.settle(), Err) {
                    Ok(()) => return self.take_over(renewal, disk, commits),
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        disk.mirror = None;
        renewal.give_up();
        self.put_off(disk, &error);
        if matches!(error, StoreError::Damaged { .. }) { Err(error) } else { Ok(true) }
    }

    /// The moment from which the copy is the store.
    fn take_over(
        &mut self,
        renewal: Renewal,
        disk: &mut Disk,
        commits: u64,
    ) -> Result<bool, StoreError> {
        if let Err(error) = renewal.take_over() {
            // A name that may or may not be durable: the next power cut would decide which of both counts.
            if renew::generation(&disk.dir)? == renewal.number {
                return Err(error);
            }
            renewal.give_up();
            self.put_off(disk, &error);
            return Ok(true);
        }
        let copy = renewal.into_disk();
        self.fresh = copy.log_bytes()?;
        self.again_at = 0;
        self.commits = commits;
        self.is_littered = true;
        #[cfg(test)]
        let copy = Disk { on_sync: disk.on_sync.take(), ..copy };
        std::mem::replace(disk, copy).close();
        Ok(true)
    }

    /// What failed is not tried again before the log has grown by as much as makes a log large.
    fn put_off(&mut self, disk: &Disk, error: &StoreError) {
        tracing::warn!(%error, "the store could not be written anew; it goes on as it is");
        let log = disk.log_bytes().unwrap_or(u64::MAX / 2);
        self.again_at = log.saturating_add(self.large_bytes.max(SEGMENT_BYTES as u64));
    }
}
