//! One node of Hợp Lưu: store, transport, local API and importers.

pub mod key_file;
pub mod store;
pub mod transport;
