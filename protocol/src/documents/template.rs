//! `town/template/<id>@<version>`: a template's text, in parts small enough for one change each.

use automerge::transaction::{Transactable, Transaction};
use automerge::{ReadDoc, Value};

use super::{DocumentError, field, object};
use crate::template::Template;

/// Largest part of a template's text in one change, bytes. Well below what one change may hold.
pub const PART_BYTES: usize = 32 * 1024;

/// Cuts a template's text into parts, each for a transaction of its own: see [`put_part`].
pub fn parts(source: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        let (part, tail) = rest.split_at(rest.floor_char_boundary(PART_BYTES));
        parts.push(part);
        rest = tail;
    }
    parts
}

/// Writes one part. `last` is true for the final one: until it is there, nobody reads the template.
///
/// # Errors
/// When the document is not a template.
pub fn put_part(
    tx: &mut Transaction<'_>,
    number: usize,
    part: &str,
    last: bool,
) -> Result<(), DocumentError> {
    let map = object(tx, field::PARTS)?;
    tx.put(&map, format!("{number:04}"), part)?;
    if last {
        tx.put(automerge::ROOT, field::PARTS_COUNT, (number + 1) as u64)?;
    }
    Ok(())
}

/// The template's text; `None` while parts are still missing.
///
/// # Errors
/// When the document is not a template, or when two published different texts under its name at once: a
/// mixture of both is neither.
pub fn source(doc: &impl ReadDoc) -> Result<Option<String>, DocumentError> {
    let map = object(doc, field::PARTS)?;
    let Some((Value::Scalar(count), _)) = doc.get(automerge::ROOT, field::PARTS_COUNT)? else {
        return Ok(None);
    };
    let mut is_one = all_equal(&doc.get_all(automerge::ROOT, field::PARTS_COUNT)?);
    let mut source = String::new();
    for number in 0..count.as_u64().unwrap_or(0) {
        let key = format!("{number:04}");
        is_one &= all_equal(&doc.get_all(&map, &key)?);
        match doc.get(&map, &key)? {
            Some((Value::Scalar(part), _)) => source.push_str(part.as_str().unwrap_or_default()),
            _ => return Ok(None),
        }
    }
    if !is_one {
        return Err(DocumentError::Template {
            why: "two different ones were published".to_owned(),
        });
    }
    Ok(Some(source))
}

fn all_equal(standing: &[(Value<'_>, automerge::ObjId)]) -> bool {
    standing.windows(2).all(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
}

/// The template; `None` while parts are still missing.
///
/// # Errors
/// When the document is not a template, or its text is not a valid one.
pub fn read(doc: &impl ReadDoc) -> Result<Option<Template>, DocumentError> {
    let Some(source) = source(doc)? else { return Ok(None) };
    match Template::parse(&source) {
        Ok(parsed) => Ok(Some(parsed.template)),
        Err(problems) => Err(DocumentError::Template {
            why: problems.first().map(ToString::to_string).unwrap_or_default(),
        }),
    }
}
