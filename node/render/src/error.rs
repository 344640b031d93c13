//! Why a report cannot be put on paper.

use hopluu_protocol::id::{IndicatorId, TemplateRef, UnitCode};
use hopluu_protocol::value::CellState;

/// Why a report, a template and a roster do not make a paper together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// A cell's state promises a number and its value holds none.
    #[error("cell `{id}` is said to be {state:?} and holds no number")]
    NumberMissing {
        /// The cell.
        id: IndicatorId,
        /// The state that it claims.
        state: CellState,
    },
    /// The report follows another template than the one given.
    #[error("the report follows template {report}, not {given}")]
    OtherTemplate {
        /// The template of the report.
        report: TemplateRef,
        /// The template given.
        given: TemplateRef,
    },
    /// The reporting unit is not in the roster, so there is no letterhead.
    #[error("unit `{unit}` is not in the roster")]
    UnknownUnit {
        /// The reporting unit.
        unit: UnitCode,
    },
}

impl ComposeError {
    /// A stable name of the error, by which a message for people is found.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NumberMissing { .. } => "paper-number-missing",
            Self::OtherTemplate { .. } => "paper-other-template",
            Self::UnknownUnit { .. } => "paper-unknown-unit",
        }
    }
}

/// Why a paper cannot be written to a file format. None of these is the reader's fault.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The DOCX package could not be put together.
    #[error("the DOCX package could not be written: {0}")]
    Docx(#[from] zip::result::ZipError),
    /// A part of the DOCX package could not be written.
    #[error("a part of the DOCX package could not be written: {0}")]
    Part(#[from] std::io::Error),
    /// The paper could not be handed to the typesetter.
    #[error("the paper could not be handed to the typesetter: {0}")]
    PdfData(#[from] serde_json::Error),
    /// Typesetting the PDF failed.
    #[error("typesetting the PDF failed: {}", messages.join("; "))]
    PdfTypesetting {
        /// What the typesetter said.
        messages: Vec<String>,
    },
    /// A page could not be written as a picture.
    #[error("a page could not be written as a picture: {0}")]
    Picture(String),
    /// The workbook could not be written.
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

impl RenderError {
    /// A stable name of the error, by which a message for people is found.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Docx(_) | Self::Part(_) => "render-docx",
            Self::PdfData(_) | Self::PdfTypesetting { .. } => "render-pdf",
            Self::Picture(_) => "render-picture",
            Self::Xlsx(_) => "render-xlsx",
        }
    }
}
