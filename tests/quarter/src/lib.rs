//! A quarter's work on a form as large as the real one: what benchmarks have officers do.

pub mod form;
pub mod work;
