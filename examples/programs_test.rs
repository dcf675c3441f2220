//! Runs the other examples, which check themselves.

use talloc_examples::run;

#[test]
fn every_example_succeeds_and_shows_something() {
    for (example, shown) in [
        ("pattern1_request", "refused: a message has two words"),
        ("pattern2_load", "listen on 127.0.0.1, key of 27 bytes"),
        ("pattern3_fields", "example has 1024 bytes of data"),
        ("pattern4_scratch", "\"one tree for everything\", 4 words"),
        ("c_interop", "nobody, /sbin/nologin, groups 99 65534"),
        ("cache", "nothing is left"),
    ] {
        let output = run(example, &[]);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{example}: {output:?}");
        assert!(stdout.contains(shown), "{example}: no {shown:?} in: {stdout}");
    }
}
