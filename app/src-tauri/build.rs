//! Reads the window's configuration and what its page may call.

fn main() {
    tauri_build::build();
}
