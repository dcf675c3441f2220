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
        (
            "report_on_signal",
            "report on 'contexts of thread first' (total      0 bytes in   2 blocks)",
        ),
        (
            "report_on_signal",
            "report on 'contexts of thread second' (total     14 bytes in   4 blocks)",
        ),
        (
            "report_on_signal",
            "report on 'contexts of thread main' (total      2 bytes in   3 blocks)",
        ),
        ("tree_threads", "::1, 5 ports\n6 words, the longest of Some(10)\nnothing is left"),
        ("tree_tokio", "the request is cancelled\ntotal: 165"),
    ] {
        assert_shows(example, &[shown]);
    }
}

#[test]
fn a_database_of_c() {
    if cfg!(have_ldb) {
        assert_shows(
            "ldb",
            &[
                "  Entry cn=anna,dc=example already exists (EntryAlreadyExists)\n",
                "  cn=anna,dc=example: Anna (née Ott*), anna@example.org, a@example.org\n",
                "  cn=otto,dc=example: Otto, otto@example.net\n",
                "  kept: cn=anna,dc=example: Anna (née Ott*), anna@example.org, a@example.org\n",
                "  a photo of 6 bytes, the first is 0x89\nnothing is left\n",
            ],
        );
    } else {
        assert_names_package("ldb", "libldb-dev");
    }
}

#[test]
fn an_event_loop_of_c() {
    if cfg!(have_tevent) {
        assert_shows(
            "tevent",
            &[
                "1 to go\n  the client is gone\n",
                "  3 tries, then Ok(\"anna.example\")\n  HELLO\n",
                "  a closure panicked: nobody expected this\n",
                "  a closure that waited is dropped\nnothing is left\n",
            ],
        );
    } else {
        assert_names_package("tevent", "libtevent-dev");
    }
}

#[test]
fn the_stack_of_frames_of_samba() {
    if cfg!(have_samba) {
        assert_shows(
            "stackframe",
            &[
                "hello, anna, 11 bytes, on \"examples/stackframe/main.rs:",
                "kept: hello, anna\n4 blocks\nno frame is left\n",
            ],
        );
    } else {
        assert_names_package("stackframe", "samba-dev");
    }
}

#[test]
fn a_configuration_of_samba() {
    if cfg!(have_samba) {
        assert_shows(
            "samba",
            &[
                "photos: /srv/photos, writable, from 192.0.2. 127.0.0.1; black white, depth 3, framed\n",
                "the configuration is gone\n  kept: red+green+blue\n",
                "a folder: not a regular file\n9 bytes, 00ff2074616c6c6f63, 3 words\nnothing is left\n",
            ],
        );
    } else {
        assert_names_package("samba", "samba-dev");
    }
}

#[test]
fn a_mail_store_of_c() {
    if cfg!(have_notmuch) {
        assert_shows(
            "notmuch",
            &[
                "  1@example.org: Re: A tree, answer inbox\n",
                "  1 notmuch_database_t\n  3 notmuch_message_t\n  0 notmuch_query_t\n2 are left\n",
                "  a query\n  a folder\n",
                "the mail store is closed\n  kept: answer inbox\n",
                "nothing is left\n",
            ],
        );
    } else {
        assert_names_package("notmuch", "libnotmuch-dev");
    }
}

#[track_caller]
fn assert_shows(example: &str, texts: &[&str]) {
    let output = run(example, &[]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{example}: {output:?}");
    for text in texts {
        assert!(stdout.contains(text), "{example}: no {text:?} in: {stdout}");
    }
}

/// Without the C library, an example only says what to install.
#[track_caller]
fn assert_names_package(example: &str, package: &str) {
    let output = run(example, &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains(package), "{example}: {output:?}");
}
