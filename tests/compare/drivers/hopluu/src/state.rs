//! What a report holds, read from the store without a node.

use anyhow::{Context as _, Result};
use hopluu_node::data_dir::DataDir;
use hopluu_protocol::documents::report;
use hopluu_protocol::id::DocId;
use hopluu_protocol::value::CellValue;
use hopluu_quarter::form;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use crate::office;

/// The unit whose report is edited.
const UNIT: &str = "19996";

pub(crate) fn read(data: &DataDir) -> Result<Value> {
    let runtime = Runtime::new()?;
    let mut replica = runtime.block_on(office::replica(data))?;
    let doc = DocId::Report(form::PERIOD.parse()?, UNIT.parse()?);
    let document = replica.document(&doc)?.context("the report is missing")?;
    let figures = report::read(document, None)?.figures;
    let mut cells = Map::new();
    for (id, value) in figures.cells {
        let CellValue::Number(number) = value else { continue };
        cells.insert(id.to_string(), number.to_string().parse::<u64>()?.into());
    }
    let texts: Map<String, Value> =
        figures.texts.into_iter().map(|(id, text)| (id.to_string(), text.into())).collect();
    Ok(json!({ "state": { "cells": cells, "texts": texts }, "document": doc.to_string() }))
}
