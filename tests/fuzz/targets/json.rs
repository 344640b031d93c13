#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| hopluu_fuzz::json::run(input));
