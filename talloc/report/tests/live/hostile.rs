//! Damaged cores: never a panic, always a result or a message.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::compare::stderr;
use super::core_file::{regions, write_core};
use super::program::Program;
use crate::support::TempFile;

/// How many cores are tried.
const CASES: u32 = 300;

/// What is done to a core.
#[derive(Debug, Clone)]
enum Damage {
    /// This part of the file, in thousandths, gets this byte.
    Any(u32, u8),
    /// So does this byte of the headers.
    Headers(u16, u8),
    /// A word of a header of libtalloc becomes that at another place.
    Words(u32, u32),
    Cut(u32),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (0..1000_u32, any::<u8>()).prop_map(|(at, byte)| Damage::Any(at, byte)),
        (0..4096_u16, any::<u8>()).prop_map(|(at, byte)| Damage::Headers(at, byte)),
        (any::<u32>(), any::<u32>()).prop_map(|(to, from)| Damage::Words(to, from)),
        (1..1000_u32).prop_map(Damage::Cut),
    ]
}

/// Where the words of headers are: those of the heap that point into it.
fn words(bytes: &[u8], heap: (u64, u64)) -> Vec<usize> {
    let is_link =
        |word: &[u8]| (heap.0..heap.1).contains(&u64::from_le_bytes(word.try_into().unwrap()));
    bytes
        .chunks_exact(8)
        .enumerate()
        .filter(|(_, word)| is_link(word))
        .map(|(at, _)| 8 * at)
        .collect()
}

#[test]
fn damaged_cores() {
    let program = Program::start("kinds");
    let heap = fs::read_to_string(format!("/proc/{}/maps", program.pid())).unwrap();
    let heap = heap.lines().find(|line| line.ends_with("[heap]")).unwrap();
    let (start, end) = heap.split(' ').next().unwrap().split_once('-').unwrap();
    let hex = |text| u64::from_str_radix(text, 16).unwrap();
    // Of the large object, its start: there is nothing in it.
    let mut all = regions(&program.pid(), false);
    for large in all.iter_mut().filter(|one| one.file.is_none() && one.end - one.start > 8 << 20) {
        large.end = large.start + 4096;
        large.bytes.as_mut().unwrap().truncate(4096);
    }
    let core = write_core(&program.pid(), &all);
    let bytes = core.read();
    let words = words(&bytes, (hex(start), hex(end)));
    assert!(words.len() > 1000);
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[19; 32]);
    let statuses = [const { Cell::new(0) }; 4];
    let copy = TempFile::with(&bytes);
    TestRunner::new_with_rng(config, rng)
        .run(&vec(damage(), 1..6), |damages| {
            let file = fs::OpenOptions::new().write(true).open(copy.path()).unwrap();
            let (mut written, mut is_cut) = (Vec::new(), false);
            for damage in damages {
                let (at, with) = match damage {
                    Damage::Any(at, byte) => (bytes.len() / 1000 * at as usize, vec![byte]),
                    Damage::Headers(at, byte) => (at.into(), vec![byte]),
                    Damage::Words(to, from) => {
                        let place = |index: u32| words[index as usize % words.len()];
                        (place(to), bytes[place(from)..][..8].to_vec())
                    }
                    Damage::Cut(at) => {
                        file.set_len((bytes.len() / 1000 * at as usize) as u64).unwrap();
                        is_cut = true;
                        continue;
                    }
                };
                file.write_all_at(&with, at as u64).unwrap();
                written.push((at, with.len()));
            }
            let output = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
                .args(["tree", "--details", &format!("core:{}", copy.path())])
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let stderr = stderr(&output);
            let code = output.status.code().and_then(|code| statuses.get(code as usize));
            let seen = code.unwrap_or_else(|| panic!("{:?}: {stderr}", output.status));
            seen.set(seen.get() + 1);
            let is_told = output.status.success() || !stderr.is_empty();
            prop_assert!(is_told);
            prop_assert_eq!(output.status.code() == Some(1), output.stdout.is_empty());
            // As it was.
            if is_cut {
                fs::write(copy.path(), &bytes).unwrap();
            } else {
                for (at, len) in written {
                    file.write_all_at(&bytes[at..at + len], at as u64).unwrap();
                }
            }
            Ok(())
        })
        .unwrap();
    let [good, refused, wrong, doubtful] = statuses.map(|count| count.get());
    assert_eq!(wrong, 0);
    assert!(good > 0 && doubtful > 0 && refused > 0, "{good}, {doubtful}, {refused}");
}
