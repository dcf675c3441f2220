//! Trees that become nodes of a thread, and nodes that are filled like trees.

use std::cell::Cell;
use std::rc::Rc;
use std::thread;

use talloc::tree::Opened;
use talloc::{Ctx, CtxRef, Error, Kept, Node, TBox, Tree};
use talloc_tests::{check_tree, is_root, parent};

use crate::support::{Alive, BLOCKS, Config, Value, load};

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
