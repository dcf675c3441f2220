//! The reader with input that nobody meant to be a report.

mod mangle;
mod mangled;

use std::fmt::Write as _;

use crate::read::{Reading, read};

/// Numbers that are the same in each run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

pub(crate) fn rounds(wanted: usize) -> usize {
    // valgrind is slow.
    if std::env::var_os("TALLOC_TESTS_VALGRIND").is_some() { wanted / 50 } else { wanted }
}

fn read_bytes(text: &[u8]) -> Reading {
    read(text).expect("memory is enough")
}

/// What holds for any input.
fn check(text: &[u8]) {
    let report = read_bytes(text);
    let lines = text.split_inclusive(|byte| *byte == b'\n').count() as u64;
    assert_eq!(report.lines, lines);
    let entries = report.snapshot.len() as u64;
    assert!(entries + report.unknown.count <= lines, "a line counts twice");
    assert!(report.unknown.first.len() as u64 <= report.unknown.count);
    let numbers = report.unknown.first.iter().map(|line| line.0);
    assert!(numbers.is_sorted() && report.unknown.first.iter().all(|line| line.0 <= lines));
    // It is a tree, whatever the text said.
    let sum = report.snapshot.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size()));
    assert_eq!(report.snapshot.total_size(), sum);
}

/// A line as libtalloc writes it: the name fills 30 bytes, however many characters.
fn line(depth: usize, name: &str, blocks: usize) -> String {
    let (spaces, fill) = (4 * depth, 30_usize.saturating_sub(name.len()));
    let numbers = format!("{:6} bytes in {blocks:3} blocks (ref 0) 0x55d0c1a20060", 17);
    format!("{:spaces$}{name}{:fill$} contains {numbers}\n", "", "")
}

fn sample(random: &mut Random) -> String {
    let names = ["struct a", "two\nlines", "long name, longer than thirty characters", "char"];
    let mut text =
        String::from("full talloc report on 'root' (total    170 bytes in  11 blocks)\n");
    let mut depth = 1;
    for _ in 0..10 {
        text += &line(depth, random.of(&names), 1 + random.below(3));
        if random.below(3) == 0 {
            let spaces = 4 * (depth + 1);
            let _ = writeln!(text, "{:spaces$}reference to: {}", "", random.of(&names));
        }
        depth = 1 + random.below(depth + 1);
    }
    text
}

#[test]
fn random_bytes() {
    let mut random = Random(0x5eed);
    for _ in 0..rounds(5000) {
        let len = random.below(400);
        check(&(0..len).map(|_| 1 + random.below(255) as u8).collect::<Vec<_>>());
    }
}

/// What lines are made of, in any order.
#[test]
fn random_parts() {
    let parts = [
        "full ",
        "talloc report on '",
        "' (total ",
        " contains ",
        " bytes in ",
        " blocks (ref ",
        " blocks)",
        "reference to: ",
        ")",
        "):",
        " 0x1",
        "    ",
        " ",
        "7",
        "18446744073709551615",
        "\n",
        "\r\n",
        "char                          ",
        "name                          ",
        "a name that is longer than thirty characters",
        " is a memlimit context (max_size = ",
        " bytes, cur_size = ",
        " bytes)",
        "mallinfo:\n",
    ];
    let mut random = Random(0xfeed);
    for _ in 0..rounds(20_000) {
        let text: String = (0..random.below(60)).map(|_| random.of(&parts)).collect();
        check(text.as_bytes());
    }
}

#[test]
fn changed_reports() {
    let mut random = Random(0xbad);
    for _ in 0..rounds(5000) {
        let mut text = sample(&mut random).into_bytes();
        for _ in 0..random.below(10) {
            let at = random.below(text.len());
            match random.below(4) {
                0 if text.len() > 1 => drop(text.remove(at)),
                1 => text.truncate(at + 1),
                2 => text.insert(at, b'\n'),
                _ => text[at] = random.of(b" \n0x()'\xff9"),
            }
        }
        check(&text);
    }
}

/// Names of a few characters that matter, in a tree of any shape.
#[test]
fn random_names_are_read_back() {
    let parts = ["a", "\n", "    ", "\"", "(ref 0)", " contains ", "%s", "é", "'"];
    let mut random = Random(0xabc);
    for _ in 0..rounds(5000) {
        let name: String = (0..random.below(12)).map(|_| random.of(&parts)).collect();
        let name = format!("{name}.");
        let mut text =
            String::from("full talloc report on 'root' (total   999 bytes in   3 blocks)\n");
        text += &line(1, "before", 1);
        text +=
            &line(1, &name, 1).replace("     17 bytes", &format!("{:>7} bytes", name.len() + 1));
        let report = read_bytes(text.as_bytes());
        let names: Vec<_> = report.snapshot.iter().map(|entry| entry.name()).collect();
        assert_eq!(names, [b"root", &b"before"[..], name.as_bytes()], "{text}");
        assert_eq!(report.unknown.count, 0);
    }
}
