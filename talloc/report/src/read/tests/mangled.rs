//! Reports of real trees, mangled: they are read right, or it is said that they are not.
//!
//! ```sh
//! cargo test --release -p talloc-report -- --ignored hundred_thousand
//! ```

use std::ffi::CStr;

use talloc::{Ctx, CtxRef, Snapshot, TBox};

use super::mangle::{Log, MANGLINGS, Mangling};
use super::{Random, rounds};
use crate::read::{Reading, read};

/// A tree, and what libtalloc prints of it.
struct Real {
    lines: Vec<String>,
    /// The depth, name and total size and blocks of each entry.
    entries: Vec<Entry>,
}

type Entry = (usize, String, u64, u64);

fn entries(snapshot: &Snapshot, named_by_text: bool) -> Vec<Entry> {
    let name = |entry: talloc::snapshot::Entry<'_>| {
        let text = entry.text().filter(|_| named_by_text);
        String::from_utf8(text.unwrap_or(entry.name()).to_vec()).unwrap()
    };
    let each = snapshot.iter();
    each.map(|entry| (entry.depth(), name(entry), entry.total_size(), entry.total_blocks()))
        .collect()
}

/// The last has no bytes: its indentation ends nowhere.
const NAMES: [&CStr; 8] = [
    c"struct smbXsrv_client",
    c"struct tevent_context",
    c"conn 4711",
    c"../../source3/smbd/process.c:123",
    c"a name that is longer than thirty characters and goes on for more than a line",
    c"a",
    c"10 bytes",
    c"",
];

/// A reference below `holder`, as C makes it.
fn refer(holder: &CtxRef, object: &CtxRef) {
    // SAFETY: both are live.
    let object = unsafe { talloc_sys::talloc_reference(holder.as_ptr(), object.as_ptr()) };
    assert!(!object.is_null());
}

fn grow(
    parent: &CtxRef,
    depth: usize,
    left: &mut usize,
    names: &[&'static CStr],
    random: &mut Random,
) {
    let mut last = None;
    while *left > 0 && random.below(4) > 0 {
        *left -= 1;
        match random.below(7) {
            0 => drop(
                parent
                    .strdup(random.of(&[
                        "alice",
                        "projects/2026",
                        "x",
                        "text of a string that is long enough",
                    ]))
                    .unwrap()
                    .leak(),
            ),
            1 => drop(TBox::leak(parent.alloc([0_u8; 100]))),
            2 => drop(TBox::leak(parent.alloc([0_u64; 1234]))),
            3 => refer(parent, last.unwrap_or(parent)),
            _ => {
                let name = random.of(names);
                let child = parent.new_child_named(name).leak();
                last = Some(child);
                if depth < 7 {
                    grow(child, depth + 1, left, names, random);
                }
            }
        }
    }
}

impl Real {
    fn new(names: &[&'static CStr], random: &mut Random) -> Self {
        let root = Ctx::named(random.of(&[c"null_context", c"app ctx", c"it's"]));
        let mut left = random.below(40);
        while left > 0 {
            grow(&root, 1, &mut left, names, random);
        }
        let mut text = String::new();
        root.report_full(&mut text).unwrap();
        let lines = text.lines().map(str::to_owned).collect();
        Real { lines, entries: entries(&root.snapshot(), true) }
    }

    fn total(&self) -> (u64, u64) {
        (self.entries[0].2, self.entries[0].3)
    }
}

fn bytes(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

fn read_bytes(text: &[u8]) -> Reading {
    read(text).expect("memory is enough")
}

/// One after the other, in any order, lines of each in theirs.
fn interleaved(parts: Vec<Vec<String>>, random: &mut Random) -> Vec<String> {
    let mut parts: Vec<_> = parts.into_iter().map(|lines| lines.into_iter().peekable()).collect();
    let mut all = Vec::new();
    loop {
        parts.retain_mut(|lines| lines.peek().is_some());
        if parts.is_empty() {
            return all;
        }
        let at = random.below(parts.len());
        let count = 1 + random.below(3);
        all.extend(parts[at].by_ref().take(count));
    }
}

/// What a loss does to lines.
fn lose(lines: &mut Vec<String>, random: &mut Random) -> &'static str {
    let at = random.below(lines.len());
    match random.below(9) {
        0 => {
            lines.truncate(at + 1);
            "cut"
        }
        1 => {
            lines.truncate(at + 1);
            let end = random.below(lines[at].len() + 1);
            if lines[at].is_char_boundary(end) {
                lines[at].truncate(end);
            }
            "cut in a line"
        }
        2 => {
            drop(lines.remove(at));
            "a line less"
        }
        3 => {
            drop(lines.drain(..at));
            "begins later"
        }
        // A first line twice may be two reports.
        4 if !lines[at].contains("talloc report on") => {
            let line = lines[at].clone();
            lines.insert(at, line);
            "a line twice"
        }
        5 => {
            lines.sort();
            "sorted"
        }
        6 => {
            let times = |line: &String| if line.contains("talloc report on") { 1 } else { 2 };
            let repeated = lines.iter().flat_map(|line| std::iter::repeat_n(line, times(line)));
            *lines = repeated.cloned().collect();
            "each line twice"
        }
        7 => {
            let width = 30 + random.below(100);
            for line in lines {
                line.truncate(width);
            }
            "the end of each line"
        }
        _ => {
            let other = random.below(lines.len());
            lines.swap(at, other);
            "two lines exchanged"
        }
    }
}

#[derive(Debug, Default)]
struct Counts {
    cases: usize,
    right: usize,
    doubtful: usize,
}

/// A case, made of a number only.
fn case(number: u64, counts: &mut Counts) {
    let mut random = Random(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..3 {
        random.below(2);
    }
    let mangling = random.of(&MANGLINGS);
    let second = random.of(&MANGLINGS);
    let is_log = |mangling| matches!(mangling, Mangling::Log(_) | Mangling::FirstOnly);
    let is_wrap = |mangling| {
        matches!(mangling, Mangling::WrappedAt(_) | Mangling::WrappedSoft(_) | Mangling::Folded(_))
    };
    // A log is written of lines as they are; wrapped is what it wrote.
    let (first, second) = match is_log(mangling)
        || is_wrap(mangling)
        || mangling == Mangling::CrLf
        || matches!(mangling, Mangling::FilledTo(_) | Mangling::Blanks)
        || mangling == Mangling::Html
        || matches!(mangling, Mangling::Colours | Mangling::Shown | Mangling::Json)
        || matches!(mangling, Mangling::Trimmed | Mangling::Less(_))
        || matches!(mangling, Mangling::UnexpandAll | Mangling::Quoted)
    {
        true => (Mangling::Nothing, mangling),
        false => (mangling, second),
    };
    // The second would not know what a level is.
    let second = match second {
        Mangling::Unit(_) | Mangling::Tabs | Mangling::UnexpandAll
            if first != Mangling::Nothing =>
        {
            Mangling::Nothing
        }
        second => second,
    };
    let several = match second {
        Mangling::Log(log) if log.names_process() => random.below(3),
        _ => 0,
    };
    let has_levels = matches!(first, Mangling::Nothing | Mangling::Unpadded)
        // A line before an empty name may be that name.
        && !matches!(
            second,
            Mangling::Squeezed
                | Mangling::Lost
                | Mangling::Trimmed
                | Mangling::Log(Log::SambaEach)
        );
    let names = if has_levels { &NAMES[..] } else { &NAMES[..7] };
    let reals: Vec<Real> = (0..=several).map(|_| Real::new(names, &mut random)).collect();
    let mut parts = Vec::new();
    for (process, real) in reals.iter().enumerate() {
        let lines = first.apply(&real.lines, 4711 + process, &mut random);
        parts.push(second.apply(&lines, 4711 + process, &mut random));
    }
    let mut lines = interleaved(parts, &mut random);
    // Of half a line of a mail, nothing tells that it was lost; nor of the first level, if what is
    // below it starts where that would.
    let is_silent = matches!(second, Mangling::Quoted | Mangling::Less(_));
    let is_lost = random.below(2) == 0 && !is_silent;
    let mut loss = if is_lost { lose(&mut lines, &mut random) } else { "nothing" };
    if loss != "nothing" && random.below(4) == 0 && !lines.is_empty() {
        lose(&mut lines, &mut random);
        loss = "several";
    }
    let text = bytes(&lines);
    let reading = read_bytes(&text);
    counts.cases += 1;
    let say = || {
        format!(
            "case {number}, {first:?}, {second:?}, {loss}: {:?}\n{}",
            reading.findings,
            String::from_utf8_lossy(&text)
        )
    };
    if reading.findings.is_wrong() {
        counts.doubtful += 1;
        assert!(
            loss != "nothing"
                // Whether a name goes on in a new line, or was wrapped there, is not known yet.
                || is_wrap(second)
                // A reference may end with `=`, as long as no line is known to be cut there.
                || second == Mangling::Quoted
                // Long names of a level may begin with spaces.
                || matches!(second, Mangling::Less(_))
                // Lines without both prefix and indentation may be from anywhere.
                || second == Mangling::FirstOnly && first == Mangling::Lost,
            "doubtful: {}",
            say()
        );
        return;
    }
    if reading.snapshot.is_empty() {
        assert_ne!(loss, "nothing", "no report: {}", say());
        return;
    }
    // Each report is one of the real ones, or the beginning of it.
    counts.right += 1;
    let found = entries(&reading.snapshot, false);
    // Two objects with the same numbers may change their places, and nobody knows.
    // In a wrapped report, the lines of two objects may be one.
    let is_disorder = matches!(loss, "several" | "two lines exchanged" | "sorted")
        || is_wrap(second) && loss != "nothing";
    // Whether a name was wrapped at a space or goes on in a new line is not known at first.
    let is_same = |(real, own): (&Entry, &Entry)| {
        let name = |entry: &Entry| match is_wrap(second) {
            // A piece of a name may be there twice, or not at all.
            true if loss != "nothing" || first != Mangling::Nothing => String::new(),
            true => entry.1.replace([' ', '\n'], ""),
            false => entry.1.clone(),
        };
        // Where no other level is left, two small steps are a large one.
        let is_small = matches!(first, Mangling::Unit(1 | 2)) && loss != "nothing";
        let is_there = real.0 == own.0 || (is_small && own.0 == 1 && real.0 == 2);
        // The line of a reference has nothing behind the name that would be missing; some of a
        // character or a colour may be left.
        let is_cut = matches!(loss, "cut in a line" | "the end of each line" | "several")
            && (own.2, own.3) == (0, 1)
            && own.1.split(['&', '\x1b']).next().is_some_and(|start| real.1.starts_with(start));
        let is_name = name(real) == name(own) || is_cut;
        is_there && is_name && (real.2, real.3) == (own.2, own.3)
    };
    // In their order, without some at the end: there, one that is lost is no other case.
    let is_part_of = |own: &[Entry], real: &[Entry]| {
        let mut real = real.iter();
        own.iter().all(|own| real.any(|real| is_same((real, own))))
    };
    let mut rest: Vec<&Real> = reals.iter().collect();
    for root in reading.snapshot.roots() {
        let own = &found[root.index()..root.index() + root.subtree().count()];
        let is_start = |real: &&Real| {
            real.total() == (root.total_size(), root.total_blocks())
                && (is_disorder || is_part_of(own, &real.entries))
        };
        let Some(at) = rest.iter().position(is_start) else { panic!("wrong: {}\n{own:?}", say()) };
        rest.remove(at);
    }
    assert!(loss != "nothing" || rest.is_empty(), "lost: {}", say());
    let listed: usize = reals.iter().map(|real| real.entries.len()).sum();
    assert!(loss != "nothing" || found.len() == listed, "not all: {}", say());
}

fn cases(numbers: std::ops::Range<u64>) -> Counts {
    let mut counts = Counts::default();
    for number in numbers {
        case(number, &mut counts);
    }
    counts
}

#[test]
fn mangled_reports_are_read_right_or_refused() {
    let counts = cases(0..rounds(4000) as u64);
    // Both happen.
    assert!(counts.right > counts.cases / 2 && counts.doubtful > counts.cases / 10, "{counts:?}");
}

#[test]
#[ignore = "takes a minute: the test above does less of the same"]
fn hundred_thousand() {
    let counts = cases(0..100_000);
    println!("{counts:?}");
    assert_eq!(counts.cases, 100_000);
}
