#![no_main]

libfuzzer_sys::fuzz_target!(
    init: hopluu_fuzz::let_panic(&["calamine"]),
    |input: &[u8]| hopluu_fuzz::import_file::run(input)
);
