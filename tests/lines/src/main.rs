//! All scenarios, one after the other, and their page: `make lines`. With titles, only those, and
//! no page.

#[cfg(target_os = "linux")]
mod all;

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    all::run()
}

#[cfg(not(target_os = "linux"))]
fn main() {}
