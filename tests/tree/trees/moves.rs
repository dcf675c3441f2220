//! Sent, shared, changed and freed on other threads.

use std::cell::Cell;
use std::sync::mpsc;
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::thread;

use talloc::tree::{Array, Kept, Str};
use talloc::{Error, Tree, TreeCtx};

use crate::support::{Alive, BLOCKS, Config, Value, change, config, load};

const ROUNDS: u16 = 100;

#[test]
fn t5_a_handle_is_one_pointer() {
    assert_eq!(size_of::<Option<Tree<Config<'_>>>>(), size_of::<*const ()>());
    assert_eq!(size_of::<Option<Kept<'_, Config<'static>>>>(), size_of::<*const ()>());
    assert_eq!(size_of::<Option<Str<'_>>>(), size_of::<*const ()>());
    assert_eq!(size_of::<Option<Array<'_, u8>>>(), size_of::<[*const (); 2]>());
}

#[test]
fn t5_built_here_used_there_and_sent_back() {
    let (to_worker, jobs) = mpsc::channel::<Tree<Config<'_>>>();
    let (done, results) = mpsc::channel();
    let worker = thread::spawn(move || {
        for (job, round) in jobs.into_iter().zip(1..) {
            let mut job = job;
            change(&mut job, round);
            done.send(job).unwrap();
        }
    });
    let mut job = config();
    for round in 1..=ROUNDS {
        to_worker.send(job).unwrap();
        job = results.recv().unwrap();
        job.with(|job| {
            assert_eq!(job.address, format!("10.0.0.{round}").as_str());
            assert_eq!(job.ports.len(), 52.max((usize::from(round) * 50 + 2).min(60)));
            assert_eq!(job.log.as_ref().unwrap().get().level, u32::from(round) + 1);
        });
        change(&mut job, round);
        job.with_mut(|t, job| job.log.as_mut().unwrap().with_mut(t, |_, log| log.level -= 1));
    }
    assert_eq!(job.total_blocks(), BLOCKS);
    drop(to_worker);
    worker.join().unwrap();
}

#[test]
fn t5_returned_by_a_thread() {
    let config = thread::spawn(|| Tree::<Config>::try_build(load)).join().unwrap().unwrap();
    assert_eq!(config, self::config());
    assert!(format!("{config:?}").contains("/var/log/a"));
}

#[test]
fn t5_read_by_many_threads_at_once() {
    let config = config();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    config.with(|config| {
                        assert_eq!(config.address, "::1");
                        assert_eq!(*config.ports, [80, 443]);
                        assert_eq!(config.log.as_ref().unwrap().get().path, "/var/log/a");
                        assert_eq!((config.note, &*config.lines[0]), ("note", "line"));
                    });
                }
            });
        }
    });
}

#[test]
fn t5_shared_by_an_arc_and_freed_by_the_last() {
    let alive = Alive::default();
    talloc::node! { struct Job<'t> { value: &'t mut Value, other: Value } }
    let job = Arc::new(Tree::<Job>::build(|t| Job {
        value: t.keep(alive.value()),
        other: alive.value(),
    }));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let job = job.clone();
            thread::spawn(move || job.with(|job| job.value.read() + job.other.read()))
        })
        .collect();
    drop(job);
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 14);
    }
    assert_eq!(alive.count(), 0);
}

#[test]
fn t5_changed_by_many_threads_under_a_lock() {
    let config = Arc::new(Mutex::new(config()));
    let threads: Vec<_> = (1..5)
        .map(|round| {
            let config = config.clone();
            thread::spawn(move || {
                for _ in 0..ROUNDS {
                    change(&mut config.lock().unwrap(), round);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let mut config = Arc::into_inner(config).unwrap().into_inner().unwrap();
    config.with(|config| assert_eq!(config.lines.len(), 1 + 4 * usize::from(ROUNDS)));
    assert_eq!(config.total_blocks(), BLOCKS);
}

#[test]
fn t5_a_static_tree() {
    static CONFIG: OnceLock<Tree<Config>> = OnceLock::new();
    let threads: Vec<_> = (0..4)
        .map(|_| thread::spawn(|| CONFIG.get_or_init(config).with(|config| config.ports.to_vec())))
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), [80, 443]);
    }
}

#[test]
fn t5_fields_on_other_threads_while_this_one_allocates() {
    let mut config = config();
    config.with_mut(|t, config| {
        let Config { address, ports, note, lines, log } = config;
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..1000 {
                    assert_eq!(*address, "::1");
                    assert_eq!(note.len(), 4);
                }
            });
            scope.spawn(|| {
                for _ in 0..1000 {
                    ports.iter_mut().for_each(|port| *port = port.wrapping_add(1));
                }
            });
            scope.spawn(|| {
                for _ in 0..1000 {
                    assert_eq!(log.as_ref().unwrap().get().path, "/var/log/a");
                }
            });
            for round in 0..1000 {
                lines.push(round.to_string());
                let text = t.strdup("text").unwrap();
                if round % 2 == 0 {
                    text.free(t);
                }
            }
        });
    });
    assert_eq!(config.total_blocks(), BLOCKS + 500);
}

#[test]
fn t5_each_value_is_dropped_once_wherever_the_tree_is_freed() {
    talloc::node! { struct Inner<'t> { value: Value, kept: &'t mut Value } }
    talloc::node! {
        struct Job<'t> {
            value: Value,
            kept: &'t mut Value,
            inner: Option<Kept<'t, Inner<'static>>>,
            tree: Option<Tree<Inner<'static>>>,
        }
    }
    fn inner<'t>(t: &TreeCtx<'t>, alive: &Alive) -> Inner<'t> {
        Inner { value: alive.value(), kept: t.keep(alive.value()) }
    }
    let alive = Alive::default();
    let job = || {
        Tree::<Job>::build(|t| {
            let value = alive.value();
            t.on_free(move || assert_eq!(value.read(), 7));
            Job {
                value: alive.value(),
                kept: t.keep(alive.value()),
                inner: Some(t.build(|t| inner(t, &alive))),
                tree: Some(Tree::<Inner>::build(|t| inner(t, &alive))),
            }
        })
    };
    let mut jobs: Vec<_> = (0..3).map(|_| job()).collect();
    assert_eq!(alive.count(), 3 * 7);
    let here = jobs.pop().unwrap();
    here.with(|here| {
        let inner = here.inner.as_ref().unwrap().get();
        assert_eq!(here.value.read() + here.kept.read() + inner.value.read(), 21);
    });
    drop(here);
    assert_eq!(alive.count(), 2 * 7);
    let mut there = jobs.pop().unwrap();
    thread::spawn(move || {
        there.with_mut(|t, there| {
            there.inner.take().unwrap().free(t);
            let tree = there.tree.take().unwrap();
            tree.with(|inner| assert_eq!(inner.kept.read(), 7));
            there.inner = Some(t.attach(tree));
        });
    })
    .join()
    .unwrap();
    assert_eq!(alive.count(), 7);
    thread::spawn(move || jobs.pop().unwrap().free().unwrap()).join().unwrap();
    assert_eq!(alive.count(), 0);
}

#[test]
fn t5_what_is_sent_but_not_shared() {
    talloc::node! { struct Job<'t> { done: Cell<u32>, kept: &'t mut Cell<u32> } }
    let job = Tree::<Job>::build(|t| Job { done: Cell::new(1), kept: t.keep(Cell::new(2)) });
    let job = thread::spawn(move || {
        job.with(|job| job.done.set(job.done.get() + job.kept.replace(3)));
        job
    });
    job.join().unwrap().with(|job| assert_eq!((job.done.get(), job.kept.get()), (3, 3)));
}

#[test]
fn t5_results_of_workers_become_one_tree() {
    talloc::node! { struct All<'t> { first: Option<Kept<'t, Part<'static>>> } }
    talloc::node! { struct Part<'t> { number: u32, next: Option<Kept<'t, Part<'static>>> } }
    let start = Arc::new(Barrier::new(4));
    let workers: Vec<_> = (0..4)
        .map(|number| {
            let start = start.clone();
            thread::spawn(move || {
                start.wait();
                Tree::<Part>::build(|_| Part { number, next: None })
            })
        })
        .collect();
    let mut all = Tree::<All>::build(|_| All { first: None });
    let mut list: Option<Tree<Part<'_>>> = None;
    for worker in workers {
        let mut part = worker.join().unwrap();
        if let Some(rest) = list.take() {
            part.with_mut(|t, part| part.next = Some(t.attach(rest)));
        }
        list = Some(part);
    }
    all.with_mut(|t, all| all.first = Some(t.attach(list.take().unwrap())));
    assert_eq!(all.total_blocks(), 5);
    let numbers = thread::spawn(move || {
        all.with(|all| {
            let mut numbers = Vec::new();
            let mut next = all.first.as_ref();
            while let Some(part) = next {
                numbers.push(part.get().number);
                next = part.get().next.as_ref();
            }
            numbers
        })
    });
    assert_eq!(numbers.join().unwrap(), [3, 2, 1, 0]);
}

#[test]
fn t5_a_queue_whose_parts_leave_again() {
    talloc::node! { struct Job<'t> { name: Str<'t> } }
    talloc::node! { struct Queue { jobs: Vec<Tree<Job<'static>>> } }
    let mut queue = Tree::<Queue>::build(|_| Queue { jobs: Vec::new() });
    queue
        .with_mut(|_, queue| {
            queue.jobs.push(Tree::<Job>::try_build(|t| Ok(Job { name: t.strdup("a")? }))?);
            queue.jobs.push(Tree::<Job>::try_build(|t| Ok(Job { name: t.strdup("b")? }))?);
            Ok::<_, Error>(())
        })
        .unwrap();
    let job = thread::spawn(move || queue.with_mut(|_, queue| queue.jobs.pop())).join().unwrap();
    assert!(job.unwrap().with(|job| job.name == "b"));
}

/// What a runtime of many threads takes: the future may wake up on another one.
#[test]
fn t5_futures_that_hold_trees_are_send() {
    fn send<T: Send>(future: T) -> T {
        future
    }
    async fn wake_up_elsewhere() {}
    let shared = Arc::new(config());
    let locked = Arc::new(Mutex::new(config()));
    let future = send(async move {
        let mut own = Tree::<Config>::try_build(load)?;
        wake_up_elsewhere().await;
        change(&mut own, 1);
        let borrowed = &own;
        wake_up_elsewhere().await;
        shared.with(|shared| assert_eq!(shared.address, "::1"));
        borrowed.with(|own| assert_eq!(own.lines.len(), 2));
        wake_up_elsewhere().await;
        change(&mut locked.lock().unwrap(), 2);
        let many: Vec<Tree<Config<'_>>> = vec![own];
        wake_up_elsewhere().await;
        drop((many, shared));
        Ok::<_, Error>(())
    });
    drop(future);
}

#[test]
fn t5_rayon_reads_and_changes_many() {
    use rayon::prelude::*;

    let mut trees: Vec<_> = (0..100).map(|_| config()).collect();
    let ports: usize = trees.par_iter().map(|tree| tree.with(|config| config.ports.len())).sum();
    assert_eq!(ports, 200);
    trees.par_iter_mut().for_each(|tree| tree.with_mut(|t, config| config.ports.push(t, 8080)));
    let one = &trees[0];
    let sums: Vec<u32> = (0..8_u32)
        .into_par_iter()
        .map(|n| one.with(|config| n + config.ports.iter().copied().map(u32::from).sum::<u32>()))
        .collect();
    assert_eq!(sums[3], 3 + 80 + 443 + 8080);
    assert_eq!(trees.into_par_iter().map(|mut tree| tree.total_blocks()).sum::<usize>(), 600);
}
