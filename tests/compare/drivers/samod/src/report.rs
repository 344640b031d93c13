//! The report as an automerge document: a map of figures and a map of texts.

use anyhow::{Context as _, Result, bail};
use automerge::transaction::Transactable as _;
use automerge::{Automerge, AutomergeError, ObjId, ObjType, ROOT, ReadDoc, Value};
use samod::DocHandle;
use serde::Deserialize;
use serde_json::{Map, json};

/// One edit of the script.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub(crate) enum Edit {
    Cell { cell: String, value: i64 },
    Text { section: String, at: usize, remove: isize, insert: String },
}

pub(crate) fn read(path: &str) -> Result<Vec<Edit>> {
    serde_json::from_slice(&std::fs::read(path)?).with_context(|| path.to_owned())
}

/// A report that nobody has begun.
pub(crate) fn beginning() -> Result<Automerge> {
    let mut document = Automerge::new();
    document
        .transact::<_, _, AutomergeError>(|tx| {
            tx.put_object(ROOT, "cells", ObjType::Map)?;
            tx.put_object(ROOT, "texts", ObjType::Map)?;
            Ok(())
        })
        .map_err(|failure| failure.error)?;
    Ok(document)
}

/// Does one edit as one change.
pub(crate) fn apply(report: &DocHandle, edit: &Edit) -> Result<()> {
    report.with_document(|document| {
        let done = document.transact(|tx| {
            match edit {
                Edit::Cell { cell, value } => {
                    let cells = child(tx, &ROOT, "cells")?;
                    tx.put(cells, cell.as_str(), *value)?;
                }
                Edit::Text { section, at, remove, insert } => {
                    let texts = child(tx, &ROOT, "texts")?;
                    let text = match tx.get(&texts, section.as_str())? {
                        Some((_, text)) => text,
                        None => tx.put_object(&texts, section.as_str(), ObjType::Text)?,
                    };
                    tx.splice_text(text, *at, *remove, insert)?;
                }
            }
            anyhow::Ok(())
        });
        done.map(|_| ()).map_err(|failure| failure.error)
    })
}

/// What the report holds.
pub(crate) fn plain(report: &DocHandle) -> Result<serde_json::Value> {
    report.with_document(|document| {
        let (mut cells, mut texts) = (Map::new(), Map::new());
        // Not there yet: not synced yet.
        if let Ok(of) = child(document, &ROOT, "cells") {
            for key in document.keys(&of) {
                let Some((Value::Scalar(value), _)) = document.get(&of, key.as_str())? else {
                    bail!("{key} is no figure");
                };
                let value = value.as_i64().context("no figure")?;
                cells.insert(key, value.into());
            }
        }
        if let Ok(of) = child(document, &ROOT, "texts") {
            for key in document.keys(&of) {
                let text = document.text(child(document, &of, &key)?)?;
                texts.insert(key, text.into());
            }
        }
        Ok(json!({ "cells": cells, "texts": texts }))
    })
}

fn child(document: &impl ReadDoc, of: &ObjId, key: &str) -> Result<ObjId> {
    let (_, child) = document.get(of, key)?.with_context(|| format!("no {key}"))?;
    Ok(child)
}
