//! A struct for these tests, and values that count on any thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use talloc::tree::{Array, Kept, Str};
use talloc::{Error, Tree, TreeCtx};

talloc::node! {
    #[derive(Debug, PartialEq)]
    pub(crate) struct Config<'t> {
        pub(crate) address: Str<'t>,
        pub(crate) ports: Array<'t, u16>,
        pub(crate) log: Option<Kept<'t, Log<'static>>>,
        pub(crate) note: &'t str,
        pub(crate) lines: Vec<String>,
    }
}

talloc::node! {
    #[derive(Debug, PartialEq)]
    pub(crate) struct Log<'t> {
        pub(crate) path: Str<'t>,
        pub(crate) level: u32,
    }
}

/// A struct with two strings, an array, a node and a value of Rust.
pub(crate) fn load<'t>(t: &TreeCtx<'t>) -> Result<Config<'t>, Error> {
    Ok(Config {
        address: t.strdup("::1")?,
        ports: t.alloc_slice_copy(&[80, 443]),
        log: Some(t.try_build(|t| Ok(Log { path: t.strdup("/var/log/a")?, level: 1 }))?),
        note: t.alloc_str("note"),
        lines: vec!["line".into()],
    })
}

/// The chunks of what [`load`] makes.
pub(crate) const BLOCKS: usize = 6;

pub(crate) fn config() -> Tree<Config<'static>> {
    Tree::<Config>::try_build(load).unwrap()
}

/// Changes and grows everything.
pub(crate) fn change(config: &mut Tree<Config<'_>>, round: u16) {
    config.with_mut(|t, config| {
        config.address.set(t, &format!("10.0.0.{round}")).unwrap();
        config.ports.extend(t, (0..50).map(|port| port * round));
        config.ports.truncate(60);
        config.lines.push(round.to_string());
        let log = config.log.as_mut().unwrap();
        log.with_mut(t, |t, log| {
            log.level += 1;
            log.path.push_str(t, &format!(".{round}")).unwrap();
        });
    });
}

/// How many values of one test live, on whatever threads.
#[derive(Clone, Default)]
pub(crate) struct Alive(Arc<AtomicUsize>);

impl Alive {
    pub(crate) fn value(&self) -> Value {
        self.0.fetch_add(1, Ordering::Relaxed);
        Value(self.0.clone(), Box::new(7))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts, and owns memory: a second drop is a double free.
pub(crate) struct Value(Arc<AtomicUsize>, Box<u8>);

impl Value {
    pub(crate) fn read(&self) -> u8 {
        *self.1
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
