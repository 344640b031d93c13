//! Sled lent to a thread of its own, so that nobody waits for it for ever.
//!
//! sled waits on condition variables that nobody signals after one of its own threads failed. So whatever
//! may wait in there is done by a thread that can be given up: it keeps what it was lent, and the store is
//! opened again from a copy of its files. Reading needs no such thread: what was flushed is not waited for.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use hopluu_protocol::store::StoreError;

use super::disk::of_panic;

/// How long one step of a store in use may take. A slow disk was seen to need three seconds for an fsync.
pub(super) const STEP_LIMIT: Duration = Duration::from_secs(10);

/// What is said of a thread that was given up.
pub(super) const SILENT: &str = "sled has not answered";

type Job = Box<dyn FnOnce() + Send>;

/// What a thread works on, and this one reads in between.
pub(super) struct Lent<T: Send + 'static> {
    thing: Option<Box<T>>,
    jobs: mpsc::Sender<Job>,
    grasp: Grasp,
    /// How long a step may take.
    pub(super) limit: Duration,
}

/// Whether somebody still waits for the thread. One that was given up may come back, and must then leave
/// alone what others have gone on with.
#[derive(Clone, Debug, Default)]
pub(super) struct Grasp(Arc<Hold>);

#[derive(Debug, Default)]
struct Hold {
    is_lost: Mutex<bool>,
    /// Grows with every step that came to its end: work of many steps may take long.
    steps: AtomicU64,
}

impl Grasp {
    /// Does something that only the thread may do that is waited for; `None` when that is over.
    pub(super) fn act<R>(&self, act: impl FnOnce() -> R) -> Option<R> {
        let is_lost = self.0.is_lost.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_lost { None } else { Some(act()) }
    }

    /// The thread has come to the end of a step.
    pub(super) fn step(&self) {
        self.0.steps.fetch_add(1, Ordering::Relaxed);
    }

    fn lose(&self) {
        *self.0.is_lost.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Waits for an answer, as long as no step takes longer than `limit`.
    fn wait<R>(&self, answered: &mpsc::Receiver<R>, limit: Duration) -> Option<R> {
        let mut steps = self.0.steps.load(Ordering::Relaxed);
        loop {
            match answered.recv_timeout(limit) {
                Ok(answer) => return Some(answer),
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let now = self.0.steps.load(Ordering::Relaxed);
                    if now == steps {
                        return None;
                    }
                    steps = now;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

/// Work that was begun.
#[must_use = "what was lent is given back at the end of the work"]
pub(super) struct Begun<T, R>(mpsc::Receiver<Done<T, R>>);

type Done<T, R> = (Box<T>, Result<R, Box<dyn Any + Send>>);

impl<T: Send + 'static> Lent<T> {
    /// Has the thread make what it works on, within a time.
    ///
    /// # Errors
    /// Why it could not be made; [`StoreError::Io`] when that took too long.
    pub(super) fn make(
        make: impl FnOnce(Grasp) -> Result<T, StoreError> + Send + 'static,
        limit: Duration,
    ) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("hopluu-store".to_owned())
            .spawn(move || queue.into_iter().for_each(|job| job()))
            .map_err(|error| StoreError::Io { what: format!("starting a thread: {error}") })?;
        let grasp = Grasp::default();
        let (answer, answered) = mpsc::channel();
        let held = grasp.clone();
        let job: Job = Box::new(move || {
            let made = catch_unwind(AssertUnwindSafe(|| make(held)));
            let made = made.unwrap_or_else(|panic| Err(of_panic(panic.as_ref())));
            drop(answer.send(made.map(Box::new)));
        });
        jobs.send(job).map_err(|_| gone())?;
        match grasp.wait(&answered, limit) {
            Some(made) => Ok(Self { thing: Some(made?), jobs, grasp, limit: STEP_LIMIT }),
            None => {
                grasp.lose();
                Err(silent(limit))
            }
        }
    }

    /// What is lent, while nobody works on it.
    ///
    /// # Errors
    /// When the thread was given up.
    pub(super) fn get(&self) -> Result<&T, StoreError> {
        self.thing.as_deref().ok_or_else(gone)
    }

    /// As [`Lent::get`], to be changed by what cannot wait for sled.
    #[cfg(test)]
    pub(super) fn get_mut(&mut self) -> Result<&mut T, StoreError> {
        self.thing.as_deref_mut().ok_or_else(gone)
    }

    /// Begins work.
    ///
    /// # Errors
    /// When the thread was given up.
    pub(super) fn begin<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Result<Begun<T, R>, StoreError> {
        let mut thing = self.thing.take().ok_or_else(gone)?;
        let (answer, answered) = mpsc::channel();
        let job: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut thing)));
            // Nobody there means that this thread was given up: it closes what it has.
            drop(answer.send((thing, outcome)));
        });
        self.jobs.send(job).map_err(|_| gone())?;
        Ok(Begun(answered))
    }

    /// Waits for the end of work.
    ///
    /// # Errors
    /// When it takes too long, after which all is refused; when it panicked.
    pub(super) fn end<R>(&mut self, begun: Begun<T, R>) -> Result<R, StoreError> {
        match self.grasp.wait(&begun.0, self.limit) {
            Some((thing, outcome)) => {
                self.thing = Some(thing);
                outcome.map_err(|panic| of_panic(panic.as_ref()))
            }
            None => {
                self.grasp.lose();
                Err(silent(self.limit))
            }
        }
    }

    /// Has work done.
    ///
    /// # Errors
    /// As [`Lent::begin`] and [`Lent::end`]; what the work says.
    pub(super) fn run<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut T) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let begun = self.begin(work)?;
        self.end(begun)?
    }
}

impl<T: Send + 'static> Drop for Lent<T> {
    /// Waits until what was lent is closed, though not for ever.
    fn drop(&mut self) {
        let Some(thing) = self.thing.take() else { return };
        let (answer, answered) = mpsc::channel();
        let job: Job = Box::new(move || {
            if catch_unwind(AssertUnwindSafe(|| drop(thing))).is_err() {
                tracing::warn!("sled did not close well");
            }
            answer.send(()).ok();
        });
        if self.jobs.send(job).is_ok() && self.grasp.wait(&answered, self.limit).is_none() {
            self.grasp.lose();
            tracing::error!("sled does not close; it is left alone");
        }
    }
}

fn silent(limit: Duration) -> StoreError {
    StoreError::Io { what: format!("{SILENT} for {} seconds", limit.as_secs()) }
}

fn gone() -> StoreError {
    StoreError::Poisoned { what: "sled did not answer".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_comes_back_changed() {
        let mut lent = Lent::make(|_| Ok(1), STEP_LIMIT).unwrap();
        let begun = lent.begin(|number| std::mem::replace(number, 2)).unwrap();
        assert!(lent.get().is_err(), "the thread has it");
        assert_eq!(lent.end(begun).unwrap(), 1);
        assert_eq!(*lent.get().unwrap(), 2);
        assert!(lent.run(|_| -> Result<(), _> { panic!("on purpose") }).is_err());
        assert_eq!(*lent.get().unwrap(), 2);
    }

    #[test]
    fn a_thread_that_does_not_answer_is_given_up_and_may_not_act_when_it_comes_back() {
        let mut held = None;
        let (grasp, grasped) = mpsc::channel();
        let mut lent = Lent::make(
            move |hold| {
                grasp.send(hold).ok();
                Ok(())
            },
            STEP_LIMIT,
        )
        .unwrap();
        held.replace(grasped.recv().unwrap());
        lent.limit = Duration::ZERO;
        let (go, gate) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let hold = held.unwrap();
        let begun = lent.begin(move |()| {
            gate.recv().ok();
            tell.send(hold.act(|| "acts")).ok();
        });
        assert!(matches!(lent.end(begun.unwrap()), Err(StoreError::Io { .. })));
        assert!(matches!(lent.get(), Err(StoreError::Poisoned { .. })));
        go.send(()).unwrap();
        assert_eq!(told.recv().unwrap(), None);
    }

    #[test]
    fn what_takes_too_long_to_be_made_is_given_up() {
        let (_go, gate) = mpsc::channel::<()>();
        let made = Lent::make(move |_| Ok(gate.recv().is_ok()), Duration::ZERO);
        assert!(matches!(made.err(), Some(StoreError::Io { .. })));
    }
}
