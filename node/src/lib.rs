//! One node of Hợp Lưu.

pub mod store;
