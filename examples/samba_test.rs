//! The border of the example `samba`: what is whose, and what a call leaves. The tests prove
//! something under valgrind and AddressSanitizer, too: see `.ci/run`.
#![cfg(have_samba)]

#[path = "samba/conf.rs"]
mod conf;
#[path = "samba/error.rs"]
mod error;
#[path = "samba/sys.rs"]
mod sys;
#[path = "samba/util.rs"]
mod util;

use std::ffi::{CStr, CString};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{env, fs, thread};

use talloc::{Ctx, StrListRef};
use talloc_examples::TempDir;

use conf::{Conf, Options};
use error::{Error, Form};
use util::{blob, hex, join, unhex, words};

const FILE: &str = "
[global]
    workgroup = EXAMPLE
    netbios name = anna
    private dir = /var/lib/example
    talloc:colours = red, green blue
    talloc:depth = 3
    talloc:deep = yes
[photos]
    path = /srv/photos
    read only = no
    hosts allow = 192.0.2. 127.0.0.1
    talloc:colours = black white
[music]
    path = /srv/music
";

/// Only one thread at a time can have a configuration.
static ONE_TEST: Mutex<()> = Mutex::new(());

/// Runs a test with a folder and a root, below which nothing is left.
fn with_root(test_name: &str, test: impl FnOnce(&Ctx<'_>, &Path)) {
    let _turn = ONE_TEST.lock().unwrap_or_else(PoisonError::into_inner);
    let dir = TempDir::new(&format!("samba-test-{test_name}")).unwrap();
    let root = Ctx::named(c"test");
    test(&root, dir.path());
    assert_eq!(root.total_blocks(), 1);
}

fn with_conf(test_name: &str, test: impl FnOnce(&Ctx<'_>, &Conf<'_>)) {
    with_root(test_name, |root, dir| {
        let file = dir.join("smb.conf");
        fs::write(&file, FILE).unwrap();
        let results = root.new_child_named(c"results");
        test(&results, &Conf::load(root, &file).unwrap());
    });
}

fn strings(list: StrListRef<'_>) -> Vec<String> {
    list.iter().map(|text| text.to_string()).collect()
}

#[test]
fn the_bindings_match_the_headers() {
    #[link(name = "talloc_example_samba_layout", kind = "static")]
    unsafe extern "C" {
        static samba_layout: [usize; 4];
    }
    // SAFETY: a constant of layout.c.
    assert_eq!(sys::layout(), unsafe { samba_layout });
}

#[test]
fn what_the_file_says_and_what_it_does_not() {
    with_conf("values", |ctx, conf| {
        assert_eq!((conf.workgroup().as_str(), conf.netbios_name().as_str()), ("EXAMPLE", "ANNA"));
        assert!(conf.interfaces().is_none());
        assert_eq!(conf.private_path(ctx, c"a.tdb").unwrap(), "/var/lib/example/a.tdb");
        assert_eq!(conf.private_path(ctx, c"/a.tdb").unwrap(), "/a.tdb");
        let options = conf.options(c"talloc");
        assert_eq!(options.text(c"depth").unwrap(), "3");
        assert_eq!(options.number(c"depth").unwrap(), Some(3));
        assert_eq!(options.flag(c"deep").unwrap(), Some(true));
        assert_eq!((options.number(c"no").unwrap(), options.flag(c"no").unwrap()), (None, None));
        assert!(options.text(c"no").is_none());
        assert!(options.list(ctx, c"no", None).unwrap().is_none());
        let colours = options.list(ctx, c"colours", None).unwrap().unwrap();
        assert_eq!(strings(StrListRef::from(&colours)), ["red", "green", "blue"]);
        let colours = options.list(ctx, c"colours", Some(c",")).unwrap().unwrap();
        assert_eq!(strings(StrListRef::from(&colours)), ["red", " green blue"]);
    });
}

/// Runs a test with the options `talloc:0`, `talloc:1` and so on of these values.
fn with_values(test_name: &str, values: &[&str], test: impl Fn(Options<'_>, &CStr, &str)) {
    with_root(test_name, |root, dir| {
        let file = dir.join("smb.conf");
        let lines = values.iter().enumerate();
        let lines = lines.map(|(number, value)| format!("talloc:{number} = {value}\n"));
        fs::write(&file, format!("[global]\n{}", lines.collect::<String>())).unwrap();
        let conf = Conf::load(root, &file).unwrap();
        for (number, value) in values.iter().enumerate() {
            let name = CString::new(number.to_string()).unwrap();
            test(conf.options(c"talloc"), &name, value);
        }
    });
}

#[test]
fn numbers_are_those_of_samba() {
    let numbers = [
        ("0", 0),
        ("-4", -4),
        ("+4", 4),
        ("0x1F", 31),
        ("-0X10", -16),
        ("010", 8),
        ("00", 0),
        ("2147483647", i32::MAX),
        ("-2147483648", i32::MIN),
        ("-0x80000000", i32::MIN),
    ];
    with_values("numbers", &numbers.map(|(text, _)| text), |options, name, value| {
        let (_, expected) = numbers.iter().find(|(text, _)| *text == value).unwrap();
        assert_eq!(options.number(name).unwrap(), Some(*expected), "{value}");
    });
}

#[test]
fn what_is_no_number_is_an_error_that_says_so() {
    let values = [
        "",
        "lots",
        "3 apples",
        "3x",
        "4294967301",
        "2147483648",
        "-2147483649",
        "0x",
        "08",
        "0x+1",
        "--1",
        "+-1",
        "-",
        "0-1",
        "99999999999999999999",
        "ä",
    ];
    with_values("no-numbers", &values, |options, name, value| {
        let error = options.number(name).unwrap_err();
        let name = name.to_str().unwrap();
        assert_eq!(error.to_string(), format!("talloc:{name} = {value}: not a number"));
        assert!(matches!(error, Error::Value { form: Form::Number, .. }));
    });
}

#[test]
fn flags_are_those_of_samba() {
    let flags =
        [("yes", true), ("True", true), ("1", true), ("no", false), ("FALSE", false), ("0", false)];
    with_values("flags", &flags.map(|(text, _)| text), |options, name, value| {
        let (_, expected) = flags.iter().find(|(text, _)| *text == value).unwrap();
        assert_eq!(options.flag(name).unwrap(), Some(*expected), "{value}");
    });
    with_values("no-flags", &["", "maybe", "2", "yes 1", "yesno"], |options, name, value| {
        let error = options.flag(name).unwrap_err();
        assert!(error.to_string().ends_with(&format!(" = {value}: not yes or no")), "{error}");
        assert!(matches!(error, Error::Value { form: Form::Flag, .. }));
    });
}

#[test]
fn sections_have_their_own_values_before_those_of_all() {
    with_conf("sections", |ctx, conf| {
        let names: Vec<_> = conf.shares().map(|share| share.name().to_string()).collect();
        assert_eq!(names, ["photos", "music"]);
        assert!(conf.share(c"films").is_none());
        let (photos, music) = (conf.share(c"PHOTOS").unwrap(), conf.share(c"music").unwrap());
        assert_eq!(photos.path(ctx).unwrap(), "/srv/photos");
        assert_eq!(music.path(ctx).unwrap(), "/srv/music");
        assert_eq!((photos.read_only(), music.read_only()), (false, true));
        assert_eq!(strings(photos.hosts_allow().unwrap()), ["192.0.2.", "127.0.0.1"]);
        assert!(music.hosts_allow().is_none());
        let (photos, music) = (photos.options(c"talloc"), music.options(c"talloc"));
        assert_eq!(photos.text(c"colours").unwrap(), "black white");
        assert_eq!(music.text(c"colours").unwrap(), "red, green blue");
        assert_eq!(photos.number(c"depth").unwrap(), Some(3));
    });
}

#[test]
fn results_are_on_the_context_they_are_asked_for() {
    with_conf("contexts", |ctx, conf| {
        let blocks = ctx.total_blocks();
        let other = ctx.new_child_named(c"other");
        let list = conf.options(c"talloc").list(&other, c"colours", None).unwrap().unwrap();
        // The list and its three strings; and a path.
        assert_eq!(other.total_blocks(), 5);
        let path = conf.private_path(&other, c"a").unwrap();
        assert_eq!(other.total_blocks(), 6);
        path.free();
        list.free();
        assert_eq!(other.total_blocks(), 1);
        drop(other);
        assert_eq!(ctx.total_blocks(), blocks);
    });
}

#[test]
fn results_outlive_the_configuration() {
    with_root("outlive", |root, dir| {
        let file = dir.join("smb.conf");
        fs::write(&file, FILE).unwrap();
        let kept = root.new_child();
        let conf = Conf::load(root, &file).unwrap();
        let list = conf.options(c"talloc").list(&kept, c"colours", None).unwrap().unwrap();
        drop(conf);
        assert_eq!(join(&kept, (&list).into(), '+').unwrap(), "red+green+blue");
    });
}

#[test]
fn a_thousand_calls_leave_nothing() {
    let times = if env::var_os("TALLOC_TESTS_VALGRIND").is_some() { 20 } else { 1000 };
    with_root("thousand", |root, dir| {
        let file = dir.join("smb.conf");
        fs::write(&file, FILE).unwrap();
        let conf = Conf::load(root, &file).unwrap();
        let ctx = root.new_child();
        let call = || {
            let options = conf.options(c"talloc");
            options.list(&ctx, c"colours", None).unwrap().unwrap().free();
            assert!(options.text(c"no").is_none());
            let _ = (options.number(c"depth").unwrap(), options.flag(c"deep").unwrap());
            assert!(options.number(c"colours").is_err() && options.flag(c"depth").is_err());
            conf.private_path(&ctx, c"a.tdb").unwrap().free();
            for share in conf.shares() {
                share.path(&ctx).unwrap().free();
                share.options(c"talloc").list(&ctx, c"colours", None).unwrap().unwrap().free();
                assert!(conf.share(share.name().as_c_str()).is_some());
                let _ = (share.read_only(), share.hosts_allow());
            }
            assert!(matches!(Conf::load(&ctx, dir), Err(Error::NotAFile(_))));
            drop(hex(&ctx, &blob(&ctx, b"bytes").unwrap()).unwrap());
            drop(unhex(&ctx, c"00ff").unwrap());
            words(&ctx, c"a b", None).unwrap().free();
        };
        call();
        let (blocks, size) = (root.total_blocks(), root.total_size());
        (0..times).for_each(|_| call());
        assert_eq!((root.total_blocks(), root.total_size()), (blocks, size));
        assert_eq!(ctx.total_blocks(), 1);
    });
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_that_says_so() {
    with_root("unreadable", |root, dir| {
        let missing = dir.join("no/such.conf");
        let error = Conf::load(root, &missing).unwrap_err();
        assert!(error.to_string().starts_with(missing.to_str().unwrap()), "{error}");
        assert!(
            matches!(error, Error::Unreadable { source, .. } if source.kind() == ErrorKind::NotFound)
        );

        let error = Conf::load(root, dir).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: not a regular file", dir.display()));

        let nul = Path::new("a\0b");
        let error = Conf::load(root, nul).unwrap_err();
        assert!(matches!(error, Error::Unreadable { path, .. } if path == nul));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_permission_is_an_error_that_says_so() {
    use std::os::unix::fs::PermissionsExt;

    with_root("permission", |_, dir| {
        fs::set_permissions(dir, PermissionsExt::from_mode(0o711)).unwrap();
        let file = dir.join("smb.conf");
        fs::write(&file, FILE).unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(0o000)).unwrap();
        let load = || {
            // SAFETY: for the files of this thread alone; root may read all others.
            unsafe { libc::setfsuid(65534) };
            let root = Ctx::new();
            Conf::load(&root, &file).map(drop)
        };
        let error = thread::scope(|scope| scope.spawn(load).join()).unwrap().unwrap_err();
        assert!(error.to_string().starts_with(file.to_str().unwrap()), "{error}");
        assert!(
            matches!(&error, Error::Unreadable { source, .. } if source.kind() == ErrorKind::PermissionDenied),
            "{error}"
        );
    });
}

#[test]
fn a_file_that_is_no_configuration_leaves_nothing() {
    with_root("refused", |root, dir| {
        let file = dir.join("smb.conf");
        for text in ["[global", "[global]\n    include = /nonexistent/smb.conf\n"] {
            fs::write(&file, text).unwrap();
            let refused = Conf::load(root, &file);
            assert!(
                matches!(&refused, Err(Error::Refused(path)) if *path == file),
                "{text}: {refused:?}"
            );
            assert_eq!(root.total_blocks(), 1);
        }
    });
}

#[test]
fn the_process_is_as_it_was() {
    with_conf("process", |_, _| assert_eq!(env::var_os("SMB_CONF_PATH"), None));
}

#[test]
fn bytes_come_back_as_they_were() {
    with_root("bytes", |root, _| {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [&b""[..], b"\0", &all] {
            let copy = blob(root, bytes).unwrap();
            assert_eq!(*copy, *bytes);
            let text = hex(root, &copy).unwrap();
            assert_eq!(text.len(), 2 * bytes.len());
            let back = unhex(root, &CString::new(&*text).unwrap()).unwrap();
            assert_eq!((&*back, root.total_blocks()), (bytes, 4));
        }
        for text in [c"0", c"0x00", c"zz", c" 00"] {
            assert!(matches!(unhex(root, text), Err(Error::NotHex(_))), "{text:?}");
        }
    });
}

#[test]
fn words_are_cut_and_joined() {
    with_root("words", |root, _| {
        let list = words(root, c" a,b\tc\nd ", None).unwrap();
        assert_eq!(strings((&list).into()), ["a", "b", "c", "d"]);
        let joined = join(root, (&list).into(), '|').unwrap();
        assert_eq!(joined, "a|b|c|d");
        let none = words(root, c"", None).unwrap();
        let empty = join(root, (&none).into(), '|').unwrap();
        assert_eq!((none.len(), empty.to_string()), (0, String::new()));
        for separator in ['\0', 'ä'] {
            let refused = join(root, (&list).into(), separator);
            assert!(matches!(refused, Err(Error::Separator(found)) if found == separator));
        }
        list.free();
        none.free();
        joined.free();
        empty.free();
    });
}

#[test]
fn one_thread_at_a_time_has_a_configuration() {
    with_root("threads", |root, dir| {
        let file = dir.join("smb.conf");
        fs::write(&file, FILE).unwrap();
        let load_elsewhere = || {
            let load =
                || Conf::load(&Ctx::new(), &file).map(drop).map_err(|error| error.to_string());
            thread::scope(|scope| scope.spawn(load).join()).unwrap()
        };
        let conf = Conf::load(root, &file).unwrap();
        assert_eq!(load_elsewhere(), Err("another thread has a configuration".to_owned()));
        drop(conf);
        assert_eq!(load_elsewhere(), Ok(()));
    });
}
