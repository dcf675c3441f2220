//! Wall time. The sides take turns, so that whatever else the machine does meets all of
//! them; the fastest turn of each counts, as all disturbance only adds.

use std::time::{Duration, Instant};

use talloc::Ctx;

use crate::row::{Row, SIDES, Side};

const ROUNDS: usize = 100;
const TURN: Duration = Duration::from_micros(300);

/// Nanoseconds of one run, by side.
pub(crate) type Times = [Option<f64>; SIDES.len()];

pub(crate) fn time(row: &mut Row) -> Times {
    let ctx = Ctx::new();
    let rounds = if row.is_long { ROUNDS / 10 } else { ROUNDS };
    let runs = row.sides.each_mut().map(|side| Some(runs_per_turn(side.as_mut()?, &ctx)));
    let mut best: Times = [None; SIDES.len()];
    for _ in 0..rounds {
        for ((side, runs), best) in row.sides.iter_mut().zip(runs).zip(&mut best) {
            let (Some(side), Some(runs)) = (side, runs) else { continue };
            let time = turn(side, &ctx, runs).as_nanos() as f64 / f64::from(runs);
            *best = Some(best.map_or(time, |best| best.min(time)));
        }
    }
    best
}

fn turn(side: &mut Side, ctx: &Ctx<'_>, runs: u32) -> Duration {
    let start = Instant::now();
    side.run(ctx, runs);
    start.elapsed()
}

/// Doubles until a turn is long enough to be measured.
fn runs_per_turn(side: &mut Side, ctx: &Ctx<'_>) -> u32 {
    let mut runs = 1;
    while turn(side, ctx, runs) < TURN {
        runs *= 2;
    }
    runs
}
