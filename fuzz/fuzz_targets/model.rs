//! The machine of the model test, driven by bytes that libFuzzer finds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use talloc_tests::model;

fuzz_target!(|bytes: &[u8]| {
    model::run(&model::program(bytes));
});
