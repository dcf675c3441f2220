//! Contexts across `.await` on one thread, and trees in tasks that move between threads.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::time::Duration;

use talloc::tree::{Array, Str};
use talloc::{Ctx, CtxRef, Error, TString, Tree};
use tokio::runtime::Builder;
use tokio::sync::Mutex;
use tokio::task::{LocalSet, spawn_local, yield_now};

async fn ask(name: &str) -> usize {
    yield_now().await;
    name.len()
}

/// A context, a string and the result of both, held across `.await`.
async fn answer<'c>(request: &'c CtxRef, name: &str) -> Result<TString<'c>, Error> {
    let name = request.strdup(name)?;
    let length = ask(&name.to_string_lossy()).await;
    Ok(talloc::format!(request, "{name}: {length}"))
}

/// A runtime of one thread: futures need not be `Send`.
fn on_one_thread() -> Result<(), Error> {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let ctx = Ctx::new();
    println!("{}", runtime.block_on(answer(&ctx, "anna"))?);
    Ok(())
}

/// Tasks that stay on this thread, each with a context of its own.
fn in_a_local_set() {
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, async {
        let tasks = ["one", "three"].map(|name| {
            spawn_local(async move {
                let request = Ctx::named(c"request");
                let answer = answer(&request, name).await.expect("no NUL");
                answer.len()
            })
        });
        for task in tasks {
            println!("an answer of {} bytes", task.await.expect("no panic"));
        }
        // What a cancelled task has allocated is freed with its future.
        let stuck = spawn_local(async {
            let request = Ctx::new();
            request.on_free(|| println!("the request is cancelled"));
            std::future::pending::<()>().await;
        });
        yield_now().await;
        stuck.abort();
        assert!(stuck.await.unwrap_err().is_cancelled());
    });
}

talloc::node! {
    struct Job<'t> {
        name: Str<'t>,
        done: Array<'t, u64>,
    }
}

/// Tasks that move between the threads of a runtime, with trees.
fn on_many_threads() -> Result<(), Error> {
    let runtime = Builder::new_multi_thread().worker_threads(3).enable_time().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let total =
            Tree::<Job>::try_build(|t| Ok(Job { name: t.strdup("total")?, done: Array::new() }))?;
        let total = Arc::new(Mutex::new(total));
        let tasks: Vec<_> = (1..=10)
            .map(|number| {
                let total = total.clone();
                tokio::spawn(async move {
                    let mut job = Tree::<Job>::try_build(|t| {
                        Ok(Job { name: talloc::format!(t, "job {number}")?, done: Array::new() })
                    })?;
                    for step in 0..number {
                        // It may wake up on another thread.
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        job.with_mut(|t, job| job.done.push(t, step));
                    }
                    let sum = job.with(|job| job.done.iter().sum());
                    total.lock().await.with_mut(|t, total| total.done.push(t, sum));
                    Ok::<_, Error>(job)
                })
            })
            .collect();
        for (task, number) in tasks.into_iter().zip(1..) {
            let job = task.await.expect("no panic")?;
            job.with(|job| assert_eq!(job.name, format!("job {number}").as_str()));
        }
        total.lock().await.with(|total| {
            println!("{}: {}", total.name, total.done.iter().sum::<u64>());
        });
        Ok(())
    })
}

fn main() -> Result<(), Error> {
    on_one_thread()?;
    in_a_local_set();
    on_many_threads()
}
