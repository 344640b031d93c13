//! sled as one would use it without Hợp Lưu's store, for comparison: writes numbered commits into a
//! folder and says after each that it is done, or says how many are there.
//!
//! `plain_sled <folder> write|fsync|count`; `write` ends a commit with sled's `flush`, `fsync` with an
//! fsync of its log as well.

#![allow(clippy::print_stdout, reason = "this is how it speaks")]

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("a folder")?);
    let what = args.next().ok_or("what to do")?;
    // Opened before sled writes, as an fsync should be told of every failed write; sled's own settings
    // but for the flushes, which are to be ours alone.
    std::fs::create_dir_all(&folder)?;
    let log = OpenOptions::new().create(true).append(true).open(folder.join("db"))?;
    let db = sled::Config::new().path(&folder).flush_every_ms(None).open()?;
    if what == "count" {
        println!(
            "{}",
            db.iter().filter(|row| row.as_ref().is_ok_and(|(key, _)| key.len() == 8)).count()
        );
        return Ok(());
    }
    std::fs::File::open(&folder)?.sync_all()?;
    OpenOptions::new().write(true).open(folder.join("conf"))?.sync_all()?;
    log.sync_all()?;
    for number in 0_u64.. {
        let mut batch = sled::Batch::default();
        batch.insert(&number.to_be_bytes(), vec![7; 160]);
        // Now and then a document's snapshot, in parts.
        for part in (0..250_u16).filter(|_| number % 8 == 7) {
            batch.insert(&part.to_be_bytes(), vec![u8::try_from(number % 251)?; 4096]);
        }
        db.apply_batch(batch)?;
        db.flush()?;
        if what == "fsync" {
            log.sync_all()?;
        }
        println!("{}", number + 1);
        std::io::stdout().flush()?;
    }
    Ok(())
}
