//! The pages of a paper as pictures: the same typesetting as the PDF, drawn in pixels.

use std::collections::BTreeMap;

use typst::foundations::{Content, Label, Selector, Value};
use typst::introspection::{Introspector as _, MetadataElem};
use typst::utils::{PicoStr, Scalar};
use typst_layout::PagedDocument;
use typst_render::RenderOptions;

use super::{Part, REMEMBERED_PAPERS, typeset};
use crate::error::RenderError;
use crate::paper::Paper;

/// The label in `paper.typ` of what says where something stands.
const PLACE: &str = "place";

/// A paper that has been typeset once, to be drawn page by page.
#[derive(Clone, Debug)]
pub struct Pictures(PagedDocument);

/// The size of a page, points of 1/72 inch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageSize {
    /// Width.
    pub width_pt: f64,
    /// Height.
    pub height_pt: f64,
}

impl Pictures {
    /// Typesets a paper.
    ///
    /// # Errors
    /// As [`super::render_pdf`].
    pub fn of(paper: &Paper) -> Result<Self, RenderError> {
        let document = typeset(paper, Part::Report);
        typst::comemo::evict(REMEMBERED_PAPERS);
        document.map(Self)
    }

    /// The sizes of all pages, in order.
    pub fn sizes(&self) -> Vec<PageSize> {
        let size = |page: &typst_layout::Page| {
            let size = page.frame.size();
            PageSize { width_pt: size.x.to_pt(), height_pt: size.y.to_pt() }
        };
        self.0.pages().iter().map(size).collect()
    }

    /// On which page each section's heading and each row of figures stands, by their ids; pages are counted from 1.
    /// Of a row that breaks, the page that it begins on.
    pub fn places(&self) -> BTreeMap<String, usize> {
        let Some(label) = Label::new(PicoStr::intern(PLACE)) else { return BTreeMap::new() };
        let introspector = self.0.introspector();
        let place = |found: Content| {
            let page = introspector.page(found.location()?)?;
            let Value::Str(id) = &found.to_packed::<MetadataElem>()?.value else { return None };
            Some((id.to_string(), page.get()))
        };
        let mut places = BTreeMap::new();
        for (id, page) in introspector.query(&Selector::Label(label)).into_iter().filter_map(place)
        {
            places.entry(id).or_insert(page);
        }
        places
    }

    /// A page as PNG, its number counted from 1, so many pixels wide: at least one. `None` when there is no such
    /// page.
    ///
    /// # Errors
    /// When the picture cannot be written.
    pub fn png(&self, number: usize, width: u32) -> Result<Option<Vec<u8>>, RenderError> {
        let page = number.checked_sub(1).and_then(|at| self.0.pages().get(at));
        let Some(page) = page else { return Ok(None) };
        let points = page.frame.size().x.to_pt().max(1.0);
        let pixel_per_pt = Scalar::new(f64::from(width.max(1)) / points);
        let options = RenderOptions { pixel_per_pt, ..RenderOptions::default() };
        let picture = typst_render::render(page, &options);
        let png = picture.encode_png().map_err(|error| RenderError::Picture(error.to_string()))?;
        Ok(Some(png))
    }
}
