//! Instructions, counted by callgrind.
//!
//! The program starts itself again under valgrind, which counts only within
//! [`speed_measured`] and writes the count to a file of its own each time that returns.
//! The second process prints what it runs, in the same order.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

use talloc::{Ctx, CtxRef, TBox};

use crate::operations;
use crate::row::{C, OURS, Row, SIDES, Side};

/// Instructions of one run, by side.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) sides: [Option<f64>; SIDES.len()],
    /// Those of this crate with 1,000 and with 64,000 siblings.
    pub(crate) siblings: [Option<f64>; 2],
}

const SIBLINGS: [u64; 2] = [1_000, 64_000];

/// The option of the second process.
pub(crate) const CHILD: &str = "--under-callgrind";

/// Counts for all rows; `None` where there is no valgrind.
pub(crate) fn count(rows: &[Row], filter: &str) -> io::Result<Option<Vec<Counts>>> {
    let dir = tempdir()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--quiet"])
        .arg("--toggle-collect=speed_measured")
        .arg("--dump-after=speed_measured")
        .arg(format!("--callgrind-out-file={}", dir.join("count").display()))
        .arg(env::current_exe()?)
        .args([CHILD, filter])
        // What is in the environment lies on the stack, whose alignment may be counted.
        .env_clear()
        .envs(
            ["PATH", "LD_LIBRARY_PATH"]
                .into_iter()
                .filter_map(|name| Some((name, env::var_os(name)?))),
        )
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        output => output?,
    };
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(message));
    }
    let mut counts = vec![Counts::default(); rows.len()];
    for (index, line) in String::from_utf8_lossy(&output.stdout).lines().enumerate() {
        let count = read_count(&dir.join(format!("count.{}", index + 1)))?;
        Run::parse(line).ok_or_else(|| io::Error::other(line.to_owned()))?.add(&mut counts, count);
    }
    fs::remove_dir_all(dir)?;
    Ok(Some(counts))
}

/// A folder of this process.
fn tempdir() -> io::Result<std::path::PathBuf> {
    let dir = env::temp_dir().join(format!("talloc-speed-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    Ok(dir)
}

fn read_count(path: &Path) -> io::Result<f64> {
    let text = fs::read_to_string(path)?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
    line.and_then(|count| count.trim().parse().ok())
        .ok_or_else(|| io::Error::other(format!("no count in {}", path.display())))
}

/// What is counted in one go.
struct Run {
    row: usize,
    side: usize,
    /// Which number of siblings, if any.
    siblings: Option<usize>,
    times: u32,
    /// Whether nothing is done, to know what the loop takes.
    is_loop: bool,
}

impl Run {
    fn print(&self) {
        let siblings = self.siblings.map_or(-1, |index| index as i32);
        println!("{} {} {siblings} {} {}", self.row, self.side, self.times, self.is_loop);
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        Some(Run {
            row: words.next()?.parse().ok()?,
            side: words.next()?.parse().ok()?,
            siblings: usize::try_from(words.next()?.parse::<i32>().ok()?).ok(),
            times: words.next()?.parse().ok()?,
            is_loop: words.next()?.parse().ok()?,
        })
    }

    /// Adds the count to those of its row; that of a loop is taken away.
    fn add(&self, counts: &mut [Counts], count: f64) {
        let counts = &mut counts[self.row];
        let place = match self.siblings {
            Some(index) => &mut counts.siblings[index],
            None => &mut counts.sides[self.side],
        };
        let sign = if self.is_loop { -1.0 } else { 1.0 };
        *place = Some(place.unwrap_or(0.0) + sign * count / f64::from(self.times));
    }
}

/// The work of the second process.
pub(crate) fn run_under_callgrind(mut rows: Vec<Row>, filter: &str) {
    let alone = with_siblings(0);
    let crowded = SIBLINGS.map(with_siblings);
    for (row, Row { name, sides, is_long }) in rows.iter_mut().enumerate() {
        if !name.contains(filter) {
            continue;
        }
        let (warm, times) = if *is_long { (1, 1) } else { (5, 20) };
        for (side, work) in sides.iter_mut().enumerate() {
            let Some(work) = work else { continue };
            let count = |work: &mut Side, ctx, siblings| {
                work.run(ctx, warm);
                for is_loop in [false, true] {
                    let nothing = &mut operations::nothing(work);
                    speed_measured(if is_loop { nothing } else { work }, ctx, times);
                    Run { row, side, siblings, times, is_loop }.print();
                }
            };
            count(work, &alone, None);
            if side == OURS && !*is_long {
                count(work, &crowded[0], Some(0));
                count(work, &crowded[1], Some(1));
            }
        }
    }
}

/// A context with so many objects below it.
fn with_siblings(count: u64) -> Ctx<'static> {
    let ctx = Ctx::new();
    for i in 0..count {
        TBox::leak(ctx.alloc(i));
    }
    ctx
}

/// What callgrind looks for by this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn speed_measured(side: &mut Side, ctx: &CtxRef, times: u32) {
    side.run(ctx, times);
}

impl Counts {
    /// How many times as much as C.
    pub(crate) fn ratio(&self) -> Option<f64> {
        Some(self.sides[OURS]? / self.sides[C]?)
    }

    /// How many times as much with 64,000 siblings as with 1,000.
    pub(crate) fn growth(&self) -> Option<f64> {
        Some(self.siblings[1]? / self.siblings[0]?)
    }
}
