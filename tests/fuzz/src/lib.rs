//! What the fuzz targets share: one function for every group of decoders, and the node's importers.
//!
//! Every function takes bytes that somebody else chose and panics when a decoder breaks a promise. The
//! targets below `targets/` only call them; `examples/seeds.rs` writes the corpus with the same code.

mod forge;
pub mod gate;
pub mod import_file;
pub mod json;
pub mod template;
pub mod text;
pub mod wire;

// The node links typst by way of the renderer: seven minutes of building for files that need none of it.
// They are compiled here by themselves instead.
#[allow(dead_code, unused_imports)]
#[path = "../../../node/src/import/mod.rs"]
mod import;
#[allow(dead_code)]
#[path = "../../../node/src/problem/mod.rs"]
mod problem;
#[allow(dead_code)]
#[path = "../../../node/src/town_file.rs"]
mod town_file;

/// libFuzzer ends the process at every panic, even one that is about to be caught. Panics within these
/// dependencies are caught by our code; one that nobody catches still ends the process, and shows
/// itself when `SHOW_PANICS` is set.
pub fn let_panic(dependencies: &'static [&'static str]) {
    let abort = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let file = info.location().map_or("", |location| location.file());
        let caught = dependencies.iter().any(|name| file.contains(&format!("/{name}-")));
        if !caught || std::env::var_os("SHOW_PANICS").is_some() {
            abort(info);
        }
    }));
}

/// Splits an input into its first byte, which chooses the decoder, and what that decodes. The first
/// bytes are letters, so that a file of the corpus can be written by hand.
pub fn choose(input: &[u8]) -> Option<(u8, &[u8])> {
    input.split_first().map(|(choice, rest)| (*choice, rest))
}
