//! [`assert_same`]: what was read of memory, and what libtalloc says.

use std::process::Output;

use serde_json::Value;

use crate::support::run;

/// The fields that only entries of memory have.
pub(super) const DETAILS: [&str; 5] = ["address", "destructor", "pool", "in_pool", "limit"];

/// What `json` prints of a process or core, and on the standard error.
#[track_caller]
pub(super) fn read(place: &str, options: &[&str], status: i32) -> (Value, String) {
    let output = run(&[&["json", place], options].concat());
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(status), "{place}: {stderr}");
    (serde_json::from_slice(&output.stdout).unwrap(), stderr)
}

pub(super) fn stderr(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

/// A process or core has exactly what libtalloc's report has, as `json` reads it.
#[track_caller]
pub(super) fn assert_same(place: &str, expected: &Value) {
    let (found, stderr) = read(place, &[], 0);
    assert!(!stderr.contains("doubtful"), "{stderr}");
    for field in ["total_size", "total_blocks"] {
        assert_eq!(found[field], expected[field], "{field}");
    }
    let entries = |value: &Value| value["entries"].as_array().unwrap().clone();
    let (found, expected) = (entries(&found), entries(expected));
    for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let (mut found, mut expected) = (found.clone(), expected.clone());
        let target = |entry: &mut Value| entry.as_object_mut().unwrap().remove("target");
        let (target, known) = (target(&mut found), target(&mut expected));
        DETAILS.iter().for_each(|field| drop(found.as_object_mut().unwrap().remove(*field)));
        assert_eq!(found, expected, "entry {at}");
        // Text does not always tell, memory does.
        assert!(known == Some(Value::Null) || target == known, "entry {at}: {target:?}, {known:?}");
        let is_reference = found["is_reference"] == true;
        assert_eq!(is_reference, target.is_some_and(|target| target.is_u64()), "entry {at}");
    }
    assert_eq!(found.len(), expected.len());
}
