//! The pages of reports as pictures: typeset once, drawn one at a time.

use std::collections::VecDeque;

use hopluu_protocol::period::PeriodId;
use hopluu_render::Pictures;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::*;

/// How many typeset reports are kept: the one that somebody reads, and the one before it was edited.
const KEPT: usize = 2;

/// The pages of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PagesView {
    /// The state that was read.
    pub revision: u64,
    /// Names what is on the pages: pictures of another one are others.
    pub digest: String,
    /// The pages, in order.
    pub pages: Vec<PageView>,
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
}

/// What was typeset lately, by digest, the latest last.
#[derive(Default)]
pub(super) struct Shelf(Mutex<VecDeque<(String, Arc<Pictures>)>>);

impl Shelf {
    fn find(&self, digest: &str) -> Option<Arc<Pictures>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == digest).map(|(_, pictures)| Arc::clone(pictures))
    }

    fn keep(&self, digest: String, pictures: Arc<Pictures>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != digest);
        kept.push_back((digest, pictures));
        while kept.len() > KEPT {
            kept.pop_front();
        }
    }
}

impl Node {
    /// The pages of a report, as [`Keeper::printable`] gives it.
    ///
    /// # Errors
    /// As there, and when it cannot be typeset.
    pub async fn pages(
        &self,
        period: PeriodId,
        unit: Option<UnitCode>,
    ) -> Result<PagesView, Refusal> {
        let revision = self.keeper.changes().revision();
        let (digest, pictures) = self.typeset(period, unit).await?;
        let pages = pictures.sizes().into_iter().enumerate().map(|(at, size)| PageView {
            number: at + 1,
            width_pt: size.width_pt,
            height_pt: size.height_pt,
        });
        Ok(PagesView { revision, digest, pages: pages.collect() })
    }

    /// One page as PNG. `digest` names what was typeset before; whatever stands there now otherwise.
    ///
    /// # Errors
    /// As [`Node::pages`]; when there is no such page.
    pub async fn page(
        &self,
        period: PeriodId,
        unit: Option<UnitCode>,
        digest: Option<&str>,
        number: usize,
        width: u32,
    ) -> Result<Vec<u8>, Refusal> {
        let pictures = match digest.and_then(|digest| self.pictures.find(digest)) {
            Some(pictures) => pictures,
            None => self.typeset(period, unit).await?.1,
        };
        let drawn = off_the_keeper(move || Ok(pictures.png(number, width)?)).await?;
        drawn.ok_or_else(|| {
            let problem = Problem::new("page-unknown", format!("no page {number}"));
            Refusal::new(Reason::NotFound, problem.arg("number", number))
        })
    }

    async fn typeset(
        &self,
        period: PeriodId,
        unit: Option<UnitCode>,
    ) -> Result<(String, Arc<Pictures>), Refusal> {
        let paper = self.keeper.printable(period, unit).await?.paper()?;
        let bytes = serde_json::to_vec(&paper)
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?;
        let digest: String = blake3::hash(&bytes).to_hex().chars().take(32).collect();
        if let Some(pictures) = self.pictures.find(&digest) {
            return Ok((digest, pictures));
        }
        let pictures = off_the_keeper(move || Ok(Arc::new(Pictures::of(&paper)?))).await?;
        self.pictures.keep(digest.clone(), Arc::clone(&pictures));
        Ok((digest, pictures))
    }
}

/// Typesetting and drawing take up to a second: on a thread of their own.
async fn off_the_keeper<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))?
}
