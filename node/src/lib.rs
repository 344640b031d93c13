//! One node of Hợp Lưu: store, transport, local API and importers.

pub mod api;
pub mod changes;
pub mod cli;
pub mod contact;
pub mod data_dir;
pub mod demo;
pub mod desk;
mod durable;
mod holder;
pub mod import;
mod in_the_way;
pub mod keeper;
pub mod key_file;
mod links;
pub mod messages;
pub mod node;
mod person_files;
pub mod problem;
mod recovery;
pub mod store;
pub mod town_file;
pub mod transport;
pub mod window;

/// The template that comes with the program.
pub const BUILT_IN_TEMPLATE: &str = include_str!("../../protocol/templates/cchc-quarterly.toml");

/// Its file name, for messages.
pub const BUILT_IN_TEMPLATE_FILE: &str = "cchc-quarterly.toml";
