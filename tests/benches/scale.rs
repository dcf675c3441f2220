//! Many objects, and several threads.

use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::time::Instant;
use std::{env, fs, io, thread};

use talloc::{Ctx, CtxRef, TBox};

unsafe extern "C" {
    safe fn speed_grow(ctx: &CtxRef, count: usize);
}

/// The option of a process that makes a large tree.
pub(crate) const CHILD: &str = "--grow";

const OBJECTS: usize = 10_000_000;

/// Who makes as many objects.
pub(crate) const GROWN: [&str; 7] =
    ["C", "ours", "our arena", "std", "bumpalo", "bump-scope", "typed-arena"];

/// Bytes of memory for each of ten million objects of 8 bytes below one context, by side.
pub(crate) fn bytes_per_object() -> io::Result<[Option<f64>; GROWN.len()]> {
    let mut bytes = [None; GROWN.len()];
    for (side, bytes) in GROWN.iter().zip(&mut bytes) {
        // In a process of its own, so that nothing was freed before.
        let output = Command::new(env::current_exe()?)
            .args([CHILD, side])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        *bytes = String::from_utf8_lossy(&output.stdout).trim().parse().ok();
    }
    Ok(bytes)
}

/// The work of such a process.
pub(crate) fn grow(side: &str) {
    let ctx = Ctx::new();
    let arena = ctx.new_arena();
    let mut boxes = Vec::new();
    let bumpalo = bumpalo::Bump::new();
    let bump_scope: bump_scope::Bump = bump_scope::Bump::new();
    let typed_arena = typed_arena::Arena::new();
    let objects = 0..OBJECTS as u64;
    let Some(before) = resident() else { return };
    match side {
        "C" => speed_grow(&ctx, OBJECTS),
        "ours" => objects.for_each(|i| _ = TBox::leak(ctx.alloc(i))),
        "our arena" => objects.for_each(|i| _ = arena.alloc(i)),
        "std" => boxes.extend(objects.map(Box::new)),
        "bumpalo" => objects.for_each(|i| _ = bumpalo.alloc(i)),
        "bump-scope" => objects.for_each(|i| drop(bump_scope.alloc(i))),
        _ => objects.for_each(|i| _ = typed_arena.alloc(i)),
    }
    if let Some(after) = resident() {
        println!("{}", (after - before) as f64 / OBJECTS as f64);
    }
    // Without a free of each object: the process ends here.
    std::process::exit(0);
}

/// The bytes of memory that the process has in use, where Linux tells.
fn resident() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<usize>().ok()? * 1024)
}

/// How much more two threads do than one, each with a tree of its own: C and ours.
pub(crate) fn two_threads() -> [f64; 2] {
    const ROUNDS: usize = 20;
    let in_c = || trees(|tree| speed_grow(tree, OF_A_TREE));
    let ours = || trees(|tree| (0..OF_A_TREE as u64).for_each(|i| _ = TBox::leak(tree.alloc(i))));
    let works: [&(dyn Fn() + Sync); 2] = [&in_c, &ours];
    works.map(|work| {
        let (mut one, mut two) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            one = one.min(seconds(1, work));
            two = two.min(seconds(2, work));
        }
        2.0 * one / two
    })
}

/// How long it takes so many threads to do the work, once each and at the same time:
/// from the first start to the last end.
fn seconds(threads: usize, work: &(dyn Fn() + Sync)) -> f64 {
    let barrier = Barrier::new(threads);
    let timed = || {
        // The first trees make the thread's own part of malloc.
        work();
        barrier.wait();
        let start = Instant::now();
        work();
        (start, Instant::now())
    };
    let times: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(timed)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let start = times.iter().map(|(start, _)| *start).min();
    let end = times.iter().map(|(_, end)| *end).max();
    start.zip(end).map_or(f64::NAN, |(start, end)| (end - start).as_secs_f64())
}

const OF_A_TREE: usize = 500;

/// Some 10 ms of work.
fn trees(grow: impl Fn(&CtxRef)) {
    for _ in 0..1_000 {
        grow(&Ctx::new());
    }
}
