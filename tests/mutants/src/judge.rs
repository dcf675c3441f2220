//! Runs the tests that reach each mutant, until one fails.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::baseline::Case;
use crate::child::{self, End};
use crate::list::Mutant;
use crate::{Place, Result};

/// Judges those that have no verdict yet. Each verdict is written at once.
pub(crate) fn judge(
    place: &Place,
    mutants: &[&Mutant],
    firsts: &BTreeMap<usize, usize>,
    cases: &[Case],
) -> Result<()> {
    let known = verdicts(place)?;
    let rest: Vec<_> = mutants.iter().filter(|mutant| !known.contains_key(&mutant.name)).collect();
    let file = OpenOptions::new().create(true).append(true).open(place.out.join("verdicts.txt"))?;
    let (file, next) = (Mutex::new(file), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..place.jobs {
            scope.spawn(|| {
                while let Some(mutant) = rest.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (verdict, by) = verdict(place, mutant, firsts[&mutant.id], cases);
                    let line = format!("{}\t{verdict}\t{by}\n", mutant.name);
                    let mut file = file.lock().expect("no panic with the lock");
                    file.write_all(line.as_bytes()).expect("verdicts.txt can be written");
                }
            });
        }
    });
    Ok(())
}

fn verdict(place: &Place, mutant: &Mutant, first: usize, cases: &[Case]) -> (&'static str, String) {
    let mut reaching = cases.iter().filter(|case| case.reached.contains(&first)).peekable();
    if reaching.peek().is_none() {
        return ("unreached", String::new());
    }
    let id = mutant.id.to_string();
    for case in reaching {
        let time = Duration::from_secs(8) + 8 * case.time;
        let verdict = match child::run(place, case, ("TALLOC_MUTANT", &id), time) {
            End::Passed => continue,
            End::Failed => "caught",
            End::TimedOut => "timeout",
        };
        let program = case.program.file_stem().unwrap_or_default().to_string_lossy();
        return (verdict, format!("{program} {}", case.name));
    }
    ("missed", String::new())
}

/// The verdicts up to now: the last one of each counts.
pub(crate) fn verdicts(place: &Place) -> Result<BTreeMap<String, String>> {
    let text = fs::read_to_string(place.out.join("verdicts.txt")).unwrap_or_default();
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let mut columns = line.split('\t');
        let (Some(name), Some(verdict)) = (columns.next(), columns.next()) else {
            return Err(format!("no verdict: {line}").into());
        };
        found.insert(name.to_owned(), verdict.to_owned());
    }
    Ok(found)
}
