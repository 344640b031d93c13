//! Records that stand as JSON in documents and stores, and the report's JSON.

use std::fmt::Debug;

use hopluu_protocol::documents::calendar::{Extension, Lock, PeriodEntry};
use hopluu_protocol::invitation::InvitationRecord;
use hopluu_protocol::report::Report;
use hopluu_protocol::roster::{Node, Unit};
use hopluu_protocol::submission::Submission;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The first byte chooses the record; what was read is written so that it reads back as the same.
pub fn run(input: &[u8]) {
    match crate::choose(input) {
        Some((b'e', json)) => reads_back::<Extension>(json),
        Some((b'i', json)) => {
            if let Ok(record) = InvitationRecord::from_bytes(json) {
                let bytes = record.to_bytes().unwrap();
                assert_eq!(InvitationRecord::from_bytes(&bytes).unwrap(), record);
            }
        }
        Some((b'l', json)) => reads_back::<Lock>(json),
        Some((b'n', json)) => reads_back::<Node>(json),
        Some((b'p', json)) => reads_back::<PeriodEntry>(json),
        Some((b'r', json)) => reads_back::<Report>(json),
        Some((b's', json)) => submission(json),
        Some((b'u', json)) => reads_back::<Unit>(json),
        _ => {}
    }
}

fn reads_back<T: DeserializeOwned + Serialize + PartialEq + Debug>(json: &[u8]) {
    if let Ok(record) = serde_json::from_slice::<T>(json) {
        let written = serde_json::to_vec(&record).unwrap();
        assert_eq!(serde_json::from_slice::<T>(&written).unwrap(), record);
    }
}

fn submission(json: &[u8]) {
    reads_back::<Submission>(json);
    if let Ok(submission) = serde_json::from_slice::<Submission>(json) {
        let id = submission.id();
        assert_eq!(id.as_str().parse(), Ok(id));
    }
}
