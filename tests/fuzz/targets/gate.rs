#![no_main]

libfuzzer_sys::fuzz_target!(
    init: hopluu_fuzz::let_panic(&["automerge", "hexane"]),
    |input: &[u8]| hopluu_fuzz::gate::run(input)
);
