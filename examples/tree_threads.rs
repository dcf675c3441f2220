//! A configuration that is loaded by one thread, read by all, and replaced; and workers whose
//! results become one tree.
#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use talloc::tree::{Array, Kept, Str};
use talloc::{Ctx, Error, Tree, TreeCtx};

talloc::node! {
    struct Config<'t> {
        address: Str<'t>,
        ports: Array<'t, u16>,
    }
}

/// Fills a tree that moves, and a node that stays.
fn load<'t>(t: &TreeCtx<'t>, text: &str) -> Result<Config<'t>, Error> {
    let (address, ports) = text.split_once(' ').unwrap_or((text, ""));
    let ports = ports.split(' ').filter_map(|port| port.parse().ok());
    Ok(Config { address: t.strdup(address)?, ports: t.alloc_slice_from_iter(ports) })
}

talloc::node! {
    struct Word<'t> {
        text: Str<'t>,
        length: usize,
    }
}

talloc::node! { struct Words<'t> { all: Array<'t, Kept<'t, Word<'static>>> } }

/// Each worker sends trees of its own; here they become one.
fn count(texts: &'static [&'static str]) -> Result<Tree<Words<'static>>, Error> {
    let (send, results) = mpsc::channel();
    for text in texts {
        let send = send.clone();
        thread::spawn(move || {
            for word in text.split(' ') {
                let word = Tree::<Word>::try_build(|t| {
                    Ok(Word { text: t.strdup(word)?, length: word.len() })
                });
                send.send(word).expect("a receiver");
            }
        });
    }
    drop(send);
    let mut words = Tree::<Words>::build(|_| Words { all: Array::new() });
    for word in results {
        let word = word?;
        words.with_mut(|t, words| {
            let word = t.attach(word);
            words.all.push(t, word);
        });
    }
    words.with_mut(|_, words| words.all.sort_by(|a, b| a.get().text.cmp(&b.get().text)));
    Ok(words)
}

fn main() -> Result<(), Error> {
    // Loaded by one thread, read by others at the same time, without a lock.
    let loader = thread::spawn(|| Tree::<Config>::try_build(|t| load(t, "::1 80 443")));
    let config = loader.join().expect("no panic")?;
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| config.with(|config| assert_eq!(*config.ports, [80, 443])));
        }
    });

    // Changed by several threads, under a lock.
    let config = Arc::new(Mutex::new(config));
    let threads: Vec<_> = (8001..8004)
        .map(|port| {
            let config = config.clone();
            thread::spawn(move || {
                let mut config = config.lock().expect("no panic");
                config.with_mut(|t, config| config.ports.push(t, port));
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    let config = Arc::into_inner(config).expect("the last").into_inner().expect("no panic");
    config.with(|config| println!("{}, {} ports", config.address, config.ports.len()));

    // The results of workers.
    let words = count(&["one tree for", "everything and all"])?;
    words.with(|words| {
        let longest = words.all.iter().map(|word| word.get().length).max();
        println!("{} words, the longest of {longest:?}", words.all.len());
        assert_eq!(words.all[0].get().text, "all");
    });

    // Here for good: a node like any other, beside one that never was a tree.
    let ctx = Ctx::new();
    let moved = config.into_local().steal(&ctx);
    let stayed = ctx.try_build_tree::<Config>(|t| load(t, "127.0.0.1"))?;
    assert!(moved.get().with(|config| config.ports.contains(&8002)));
    assert!(stayed.get().with(|config| config.address == "127.0.0.1"));
    drop((moved, stayed));
    assert_eq!(ctx.total_blocks(), 1);
    println!("nothing is left");
    Ok(())
}
