//! Puts the built page of `app/dist` into the program, if it has been built. Without it the program says how
//! to build it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = root.join("../app/dist");
    // Cargo runs this again and again for a folder that is not there; an empty one costs nothing. Where the
    // sources cannot be written, it does just that.
    drop(fs::create_dir_all(&dist));
    println!("cargo:rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.is_dir() {
        gather(&dist, &dist, &mut files)?;
    }
    files.sort();
    let mut source = String::from("static FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        source.push_str(&format!("    ({name:?}, include_bytes!({path:?})),\n"));
    }
    source.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("page_files.rs"), source)
}

/// All files below a folder: their name there with `/`, and where they lie.
fn gather(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else if let (Ok(name), Ok(whole)) = (path.strip_prefix(root), path.canonicalize()) {
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), whole));
        }
    }
    Ok(())
}
