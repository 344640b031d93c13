//! The pages of reports as pictures: typeset once, drawn one at a time, on a thread of their own.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use hopluu_protocol::period::PeriodId;
use hopluu_render::Pictures;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::*;
use crate::desk::Printable;

/// How many typeset reports are kept: the one that somebody reads, and the one before it was edited.
const KEPT: usize = 2;

/// How wide a picture may be, pixels: from a page that one recognises to one that fills a screen of 3K.
const WIDTHS: RangeInclusive<u32> = 200..=3_000;

/// How many wait for the press. Whoever has waited longest makes room for who comes: somebody who turns pages
/// wants the last one.
const WAITING: usize = 8;

/// Which report is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The period.
    pub period: PeriodId,
    /// Of which unit; else this node's own, at a hub the consolidated one.
    pub unit: Option<UnitCode>,
    /// As frozen in this submission; else as it stands.
    pub submission: Option<String>,
}

/// The pages of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PagesView {
    /// The state that was read.
    pub revision: u64,
    /// Names what is on the pages: pictures of another one are others.
    pub digest: String,
    /// Whether it is a draft: nobody has signed what is on these pages.
    pub draft: bool,
    /// The pages, in order.
    pub pages: Vec<PageView>,
    /// What is to be settled or looked at again in it, each with its place; none for a submission.
    pub problems: Vec<Problem>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PageView {
    /// Its number, from 1.
    pub number: usize,
    /// Its width in points of 1/72 inch.
    pub width_pt: f64,
    /// Its height.
    pub height_pt: f64,
    /// The cells and sections that begin on it, by their ids: where a problem's place is to be seen.
    #[serde(default)]
    pub places: Vec<String>,
}

/// What was typeset lately, by digest, the latest last; and the press, which does one thing at a time.
#[derive(Default)]
pub(super) struct Shelf {
    kept: Mutex<VecDeque<(String, Arc<Pictures>)>>,
    press: Arc<tokio::sync::Mutex<()>>,
    waiting: Mutex<VecDeque<Arc<tokio::sync::Notify>>>,
}

impl Shelf {
    fn find(&self, digest: &str) -> Option<Arc<Pictures>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == digest).map(|(_, pictures)| Arc::clone(pictures))
    }

    fn keep(&self, digest: String, pictures: Arc<Pictures>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != digest);
        kept.push_back((digest, pictures));
        while kept.len() > KEPT {
            kept.pop_front();
        }
    }

    /// Typesets or draws, on a thread of its own, when it is this work's turn. The press is held until the
    /// work is done, also when nobody waits for it any more.
    async fn press<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = Waiting::of(&self.waiting);
        let held = tokio::select! {
            biased;
            () = place.gives_way.notified() => {
                let problem = Problem::new("pages-replaced", "others were asked for since");
                return Err(Refusal::new(Reason::NotNow, problem));
            }
            held = Arc::clone(&self.press).lock_owned() => held,
        };
        drop(place);
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(held);
            done
        })
        .await
        .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?
    }
}

/// A place among those who wait; given back when dropped.
struct Waiting<'a> {
    among: &'a Mutex<VecDeque<Arc<tokio::sync::Notify>>>,
    gives_way: Arc<tokio::sync::Notify>,
}

impl<'a> Waiting<'a> {
    fn of(among: &'a Mutex<VecDeque<Arc<tokio::sync::Notify>>>) -> Self {
        let gives_way = Arc::new(tokio::sync::Notify::new());
        let mut waiting = among.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(Arc::clone(&gives_way));
        if waiting.len() > WAITING
            && let Some(oldest) = waiting.pop_front()
        {
            oldest.notify_one();
        }
        drop(waiting);
        Self { among, gives_way }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waiting = self.among.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|one| !Arc::ptr_eq(one, &self.gives_way));
    }
}

impl Node {
    /// The pages of a report, and what is to be said of it.
    ///
    /// # Errors
    /// As [`Keeper::printable`]; when there is no such submission, or when it cannot be typeset.
    pub async fn pages(&self, shown: Shown) -> Result<PagesView, Refusal> {
        let revision = self.keeper.changes().revision();
        let printable = self.printable(&shown).await?;
        let problems = match (&shown.submission, &shown.unit) {
            (Some(_), _) => Vec::new(),
            (None, None) if !self.is_hub().await? => {
                let period = shown.period;
                let ready = self.keeper.desk(move |desk| desk.readiness(period)).await?;
                ready.blocking.into_iter().chain(ready.warnings).collect()
            }
            _ => printable.problems(),
        };
        let draft = shown.submission.is_none() && printable.is_draft();
        let (digest, pictures) = self.typeset(&printable).await?;
        let pages = page_views(&pictures);
        Ok(PagesView { revision, digest, draft, pages, problems })
    }

    /// One page as PNG. `digest` names what was typeset before; whatever stands there now otherwise.
    ///
    /// # Errors
    /// As [`Node::pages`]; when there is no such page, when the width is out of bounds, and when others who
    /// came later took this one's place.
    pub async fn page(
        &self,
        shown: Shown,
        digest: Option<&str>,
        number: usize,
        width: u32,
    ) -> Result<Vec<u8>, Refusal> {
        if !WIDTHS.contains(&width) {
            let problem = Problem::new("page-width", format!("{width} pixels"));
            let problem = problem.arg("narrowest", WIDTHS.start()).arg("widest", WIDTHS.end());
            return Err(Refusal::new(Reason::Invalid, problem));
        }
        let pictures = match digest.and_then(|digest| self.pictures.find(digest)) {
            Some(pictures) => pictures,
            None => self.typeset(&self.printable(&shown).await?).await?.1,
        };
        let drawn = self.pictures.press(move || Ok(pictures.png(number, width)?)).await?;
        drawn.ok_or_else(|| {
            let problem = Problem::new("page-unknown", format!("no page {number}"));
            Refusal::new(Reason::NotFound, problem.arg("number", number))
        })
    }

    async fn printable(&self, shown: &Shown) -> Result<Printable, Refusal> {
        let Shown { period, unit, submission } = shown.clone();
        match submission {
            None => self.keeper.printable(period, unit).await,
            Some(id) => {
                let frozen = move |desk: &mut Desk| desk.printable_submission(period, &id);
                self.keeper.desk(frozen).await
            }
        }
    }

    async fn typeset(&self, printable: &Printable) -> Result<(String, Arc<Pictures>), Refusal> {
        let paper = printable.paper()?;
        let bytes = serde_json::to_vec(&paper)
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        let digest: String = blake3::hash(&bytes).to_hex().chars().take(32).collect();
        if let Some(pictures) = self.pictures.find(&digest) {
            return Ok((digest, pictures));
        }
        let pictures = self.pictures.press(move || Ok(Arc::new(Pictures::of(&paper)?))).await?;
        self.pictures.keep(digest.clone(), Arc::clone(&pictures));
        Ok((digest, pictures))
    }
}

fn page_views(pictures: &Pictures) -> Vec<PageView> {
    let sizes = pictures.sizes().into_iter().enumerate();
    let mut pages: Vec<PageView> = sizes
        .map(|(at, size)| PageView {
            number: at + 1,
            width_pt: size.width_pt,
            height_pt: size.height_pt,
            places: Vec::new(),
        })
        .collect();
    for (id, number) in pictures.places() {
        if let Some(page) = number.checked_sub(1).and_then(|at| pages.get_mut(at)) {
            page.places.push(id);
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::task::Poll;

    use super::*;

    /// Begins something, and says whether it waits.
    async fn waits(begun: &mut Pin<Box<impl Future>>) -> bool {
        poll_fn(|context| Poll::Ready(begun.as_mut().poll(context).is_pending())).await
    }

    /// The first holds the press while twenty more come: the last eight are drawn, one at a time.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_is_drawn_at_a_time_and_who_comes_later_takes_the_place_of_who_waited_longest() {
        let shelf = Arc::new(Shelf::default());
        let at_once = Arc::new(AtomicUsize::new(0));
        let (let_go, held) = mpsc::channel::<()>();
        let (began, begun) = tokio::sync::oneshot::channel();
        let first = tokio::spawn({
            let shelf = Arc::clone(&shelf);
            async move {
                let work = move || {
                    began.send(()).unwrap();
                    held.recv().unwrap();
                    Ok(0)
                };
                shelf.press(work).await
            }
        });
        begun.await.unwrap();
        let mut others: Vec<_> = (1..=20)
            .map(|number| {
                let (shelf, at_once) = (Arc::clone(&shelf), Arc::clone(&at_once));
                Box::pin(async move {
                    let work = move || {
                        assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0, "two at a time");
                        at_once.fetch_sub(1, Ordering::SeqCst);
                        Ok(number)
                    };
                    shelf.press(work).await
                })
            })
            .collect();
        // Each takes its place in turn.
        for other in &mut others {
            assert!(waits(other).await);
        }
        let_go.send(()).unwrap();
        let mut outcomes = Vec::new();
        for other in others {
            outcomes.push(other.await);
        }
        assert_eq!(first.await.unwrap().unwrap(), 0);
        for (at, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(number) => assert!(at + 1 == number && at >= 20 - WAITING, "{at}"),
                Err(refusal) => assert!(at < 20 - WAITING && refusal.is("pages-replaced"), "{at}"),
            }
        }
        assert!(shelf.waiting.lock().unwrap().is_empty());
    }

    /// A browser that turns the page before the picture came waits no longer; nobody waits for it either.
    #[tokio::test]
    async fn who_goes_away_takes_no_place() {
        let shelf = Shelf::default();
        let held = Arc::clone(&shelf.press).lock_owned().await;
        for _ in 0..3 * WAITING {
            let mut gone = Box::pin(shelf.press(|| Ok(())));
            assert!(waits(&mut gone).await);
        }
        assert!(shelf.waiting.lock().unwrap().is_empty());
        drop(held);
        shelf.press(|| Ok(())).await.unwrap();
    }
}
