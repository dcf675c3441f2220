//! Trees that become nodes of a thread, and nodes that are filled like trees.

use std::cell::Cell;
use std::rc::Rc;
use std::thread;

use talloc::tree::Opened;
use talloc::{Ctx, CtxRef, Error, Kept, Node, TBox, Tree, TreeCtx};
use talloc_tests::{check_tree, is_root, parent, set_memlimit};

use crate::support::{Alive, BLOCKS, Config, Log, Value, load};

talloc::node! {
    struct Server<'t> {
        config: Option<Kept<'t, Opened<'static, Config<'static>>>>,
        clients: Cell<u32>,
    }
}

fn server(ctx: &CtxRef) -> Result<Node<'_, Server<'_>>, Error> {
    ctx.try_build(|t| {
        Ok(Server { config: Some(t.try_build_tree::<Config>(load)?.keep()), clients: Cell::new(0) })
    })
}

#[test]
fn t5_one_loader_for_both() {
    check_tree(|root| {
        let mut server = server(root).unwrap();
        server.with_mut(|_, server| {
            let config = server.config.as_mut().unwrap();
            config.tree_mut(|t, config| {
                config.ports.push(t, 22);
                config.log.as_mut().unwrap().with_mut(t, |_, log| log.level = 9);
            });
        });
        server.get().config.as_ref().unwrap().get().with(|config| {
            assert_eq!(*config.ports, [80, 443, 22]);
            assert_eq!(config.log.as_ref().unwrap().get().level, 9);
        });
        assert_eq!(server.as_ctx().total_blocks(), 1 + BLOCKS);
        assert_eq!(server.get().clients.get(), 0);
        let moved = thread::spawn(|| Tree::<Config>::try_build(load)).join().unwrap().unwrap();
        let moved = moved.into_local();
        assert!(is_root(moved.as_ctx()));
        let old = server.with_mut(|t, server| {
            let old = server.config.replace(moved.steal(t).keep());
            old.map(|old| old.steal(root))
        });
        assert_eq!(parent(old.as_ref().unwrap().as_ctx()), root.as_ptr());
    });
}

#[test]
fn t5_everything_can_be_below_an_opened_tree() {
    let mut config = Tree::<Config>::try_build(load).unwrap().into_local();
    let shared = Rc::new(7);
    TBox::keep(config.as_ctx().alloc(shared.clone()));
    config.as_ctx().on_free({
        let shared = shared.clone();
        move || drop(shared)
    });
    config.tree_mut(|t, config| config.address.set(t, "::2")).unwrap();
    let pool = Ctx::pool(1000);
    let text = talloc::format!(config.as_ctx(), "text");
    drop(text.steal(&pool));
    config.get().with(|config| {
        thread::scope(|scope| {
            scope.spawn(|| assert_eq!(config.address, "::2"));
        });
    });
    assert!(format!("{config:?}").contains("::2"));
    let holder = Ctx::new();
    let shared_node = config.share(&holder);
    assert!(shared_node.get().with(|config| config.note == "note"));
    assert_eq!(Rc::strong_count(&shared), 3);
    drop(shared_node);
    assert_eq!(Rc::strong_count(&shared), 1);
}

#[test]
fn t5_opened_trees_drop_once() {
    talloc::node! { struct Job { value: Value } }
    let alive = Alive::default();
    check_tree(|root| {
        let here = root.build_tree::<Job>(|_| Job { value: alive.value() });
        let there = Tree::<Job>::build(|_| Job { value: alive.value() });
        let there = there.into_local().steal(root);
        assert_eq!(there.get().with(|job| job.value.read()), 7);
        there.keep().free();
        assert_eq!(alive.count(), 1);
        let raw = here.into_raw();
        // SAFETY: it comes from `into_raw`, and its parent is still there.
        let here = unsafe { Node::<Opened<'_, Job>>::from_raw(raw) }.unwrap();
        assert_eq!(here.as_ctx().name().to_str().unwrap().matches("Opened").count(), 1);
        drop(here);
        let failed = root.try_build_tree::<Job>(|t| {
            t.keep(alive.value());
            Err(Error::Null)
        });
        assert_eq!(failed.err(), Some(Error::Null));
    });
    assert_eq!(alive.count(), 0);
}

/// As [`load`], with an error for exhausted memory at each step.
fn try_load<'t>(t: &TreeCtx<'t>, alive: &Alive) -> Result<Config<'t>, Error> {
    t.try_keep(alive.value())?;
    let value = alive.value();
    t.try_on_free(move || drop(value))?;
    let mut lines = Vec::new();
    lines.push(t.try_strdup_list(["a", "b"])?.len().to_string());
    Ok(Config {
        address: t.try_format(format_args!("{}", "::1"))?,
        ports: t.try_alloc_slice_from_iter([80, 443])?,
        log: Some(t.try_build(|t| Ok(Log { path: t.try_strdup("/var/log/a")?, level: 1 }))?),
        note: t.try_alloc_str("note")?,
        lines,
    })
}

/// A memory limit stands for exhausted memory, in a node that is filled like a tree.
#[test]
fn t5_without_memory_nothing_is_half_done() {
    let (mut failed, mut grown) = (0, 0);
    for limit in (1..6000).step_by(7) {
        let alive = Alive::default();
        check_tree(|root| {
            let ctx = root.new_child();
            set_memlimit(&ctx, limit);
            let before = ctx.total_blocks();
            let Ok(mut config) = ctx.try_build_tree::<Config>(|t| try_load(t, &alive)) else {
                failed += 1;
                assert_eq!((ctx.total_blocks(), alive.count()), (before, 0));
                return;
            };
            let blocks = config.as_ctx().total_blocks();
            config.tree_mut(|t, config| {
                let long = "x".repeat(100);
                while config.ports.len() < 300 {
                    let (address, ports) = (config.address.to_string(), config.ports.to_vec());
                    let log = config.log.as_mut().unwrap();
                    let changed = config
                        .address
                        .set(t, &long)
                        .and_then(|()| config.address.push_str(t, &long))
                        .and_then(|()| config.ports.try_extend_from_slice(t, &[7; 50]))
                        .and_then(|()| log.with_mut(t, |t, log| log.path.set(t, &long)));
                    let Err(error) = changed else { continue };
                    assert!(matches!(error, Error::OutOfMemory { .. }), "{error}");
                    grown += 1;
                    assert!(config.address.to_bytes().len() >= address.len().min(100));
                    assert_eq!(config.ports[..ports.len()], ports);
                    break;
                }
            });
            assert_eq!(config.as_ctx().total_blocks(), blocks);
        });
        assert_eq!(alive.count(), 0);
    }
    assert!(failed > 50 && grown > 50, "{failed} {grown}");
}
