//! Input that nobody meant to be a report: the program must neither panic nor hang.

use crate::support::{run_limited, run_with};

const SAMPLE: &[u8] = include_bytes!("data/pool-usage.txt");

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

#[track_caller]
fn survives(input: &[u8]) {
    for command in ["tree", "top", "dot", "svg", "json"] {
        let output = run_with(&[command, "-"], input);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{:?}: {stderr}", output.status);
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}

#[test]
fn random_bytes() {
    let mut random = Random(0x5eed);
    for round in 0..10 {
        let bytes: Vec<u8> = (0..100 << round).map(|_| random.next(256) as u8).collect();
        survives(&bytes);
    }
}

/// The whole program on reports with changes; the parser alone sees many more
/// of them in its own tests.
#[test]
fn changed_reports() {
    let mut random = Random(0xbad);
    for _ in 0..10 {
        let mut text = SAMPLE.to_vec();
        for _ in 0..20 {
            let at = random.next(text.len());
            text[at] = b" \n0x()'\xff9"[random.next(9)];
        }
        survives(&text);
    }
}

#[test]
fn numbers_beyond_all_memory() {
    let max = u64::MAX;
    let line = format!(
        "    x                              contains {max} bytes in {max} blocks (ref {max}) 0x{max:x}\n"
    );
    survives(
        format!(
            "full talloc report on 'x' (total {max} bytes in {max} blocks)\n{}",
            line.repeat(3)
        )
        .as_bytes(),
    );
    survives(line.replace(&max.to_string(), "99999999999999999999999").as_bytes());
}

#[test]
fn a_ladder_of_depths() {
    let line = |depth: usize| {
        let spaces = 4 * depth;
        format!("{:spaces$}{:<30} contains      1 bytes in   1 blocks (ref 0) 0x1\n", "", "x")
    };
    survives((0..1000).map(line).collect::<String>().as_bytes());
    survives((0..1000).rev().map(line).collect::<String>().as_bytes());
    survives((0..1000).map(|step| line(step * 7919 % 5000)).collect::<String>().as_bytes());
}

/// Each of these takes time in a parser that looks back at what it kept.
#[test]
fn input_that_looks_back() {
    let start = "talloc report on 'x\n";
    let end = "x' (total 1 bytes in 1 blocks)\n";
    let tail = "x contains 1 bytes in 1 blocks (ref 0) 0x1\n";
    let indented = format!("    {}\n", "y".repeat(40));
    for pattern in [
        start.to_owned(),
        end.to_owned(),
        tail.to_owned(),
        indented.clone(),
        format!("{}{end}", indented.repeat(50)),
        format!("{}{tail}", indented.repeat(50)),
        format!("{start}{}{end}", indented.repeat(900)),
        format!("{}{tail}", "\n".repeat(999)),
        " ".repeat(50_000),
        "talloc report on '".to_owned(),
        "mallinfo:\n    arena: 1\n".to_owned(),
        "    reference to: x\n".to_owned(),
    ] {
        let text = pattern.repeat((1 << 20) / pattern.len());
        let output = run_with(&["json", "-q", "-"], text.as_bytes());
        assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{:?}", output.status);
    }
}

/// Nor at each level above, of which none has a name or an indentation.
#[test]
fn a_deep_chain_without_names() {
    let levels = 500_000;
    let line = |blocks| format!(" contains 0 bytes in {blocks} blocks (ref 0)\n");
    let root = format!("full talloc report on 'x' (total 0 bytes in {levels} blocks)\n");
    let text: String = (1..levels).rev().map(line).collect();
    let output = run_limited(60, &["json", "-q", "-"], (root + &text).as_bytes());
    assert_eq!(output.status.code(), Some(0), "{:?}", output.status);
}

/// No line is compared with each process: all of them take turns here, so that each is open.
#[test]
fn many_processes_in_one_log() {
    let processes = 2000;
    let lines = [
        "full talloc report on 'root' (total     10 bytes in   3 blocks)",
        "    a                              contains      6 bytes in   2 blocks (ref 0) 0x1",
        "        b                              contains      4 bytes in   1 blocks (ref 0) 0x2",
    ];
    let mut text = String::new();
    for line in lines {
        for process in 0..processes {
            text += &format!("Nov 25 20:37:00 h smbd[{}]: {line}\n", 1000 + process);
        }
    }
    let output = run_with(&["json", "-"], text.as_bytes());
    assert!(output.status.success() && output.stderr.is_empty());
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let depths = found["entries"].as_array().unwrap().iter().map(|entry| &entry["depth"]);
    assert!(depths.eq((0..processes).flat_map(|_| [0, 1, 2])));
    let reports = found["reports"].as_array().unwrap();
    assert_eq!((reports.len(), &reports[1999]["title"]), (processes, &"smbd[2999]".into()));
}

/// Nor with each form of a prefix, of which blanks make many.
#[test]
fn many_forms_of_a_prefix() {
    let prefix = |at: usize| -> String {
        (0..13).map(|bit| if at >> bit & 1 == 0 { "a." } else { "a. " }).collect()
    };
    let root = "full talloc report on 'root' (total      5 bytes in   1 blocks)";
    let text: String = (0..1 << 13).map(|at| format!("{}: {root}\n", prefix(at))).collect();
    let output = run_with(&["json", "-"], text.as_bytes());
    assert!(output.status.success() && output.stderr.is_empty());
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["total_size"], 5 << 13);
}
