//! A list of nodes in a node: `Array<'t, Kept<'t, Route<'static>>>`, also for C.

use talloc::{Array, CtxRef, Error, Kept, Node, Str};
use talloc_tests::{Counted, Counts, c, check_tree};

talloc::node! {
    #[repr(C)]
    struct Route<'t> as c"struct route" {
        target: Str<'t>,
        port: u16,
    }
}

talloc::node! {
    #[repr(C)]
    struct Table<'t> as c"struct table" {
        routes: Array<'t, Kept<'t, Route<'static>>>, // family
    }
}

talloc::node! {
    struct Counting<'t> {
        values: Array<'t, Kept<'t, Value<'static>>>, // family
    }
}

talloc::node! {
    struct Value<'t> {
        name: Str<'t>,
        value: Counted,
    }
}

fn table<'c>(ctx: &'c CtxRef, ports: &[u16]) -> Result<Node<'c, Table<'c>>, Error> {
    let mut table = ctx.build::<Table>(|t| Table { routes: t.alloc_slice_from_iter([]).into() });
    table.with_mut(|t, table| {
        for &port in ports {
            let route = t.try_build::<Route>(|r| Ok(Route { target: r.strdup("::")?, port }))?;
            table.routes.push(route.keep());
        }
        Ok::<_, Error>(())
    })?;
    Ok(table)
}

#[test]
fn it_grows_is_sorted_and_shrinks() -> Result<(), Error> {
    check_tree(|root| {
        let mut table = table(root, &[80, 443, 22])?;
        // SAFETY: an array of `struct route *`.
        assert_eq!(unsafe { c::tt_routes_sum(table.get().routes.as_ptr().cast()) }, 545);
        let stolen = table.with_mut(|_, table| {
            table.routes.sort_by_key(|route| route.get().port);
            table.routes[0].with_mut(|r, route| route.target.set(r, "10.0.0.0/8"))?;
            table.routes.remove(1).free();
            Ok::<_, Error>(table.routes.swap_remove(0).steal(root))
        })?;
        assert_eq!((stolen.get().port, &*stolen.get().target), (22, c"10.0.0.0/8"));
        // SAFETY: an array of `struct route *`.
        assert_eq!(unsafe { c::tt_routes_sum(table.get().routes.as_ptr().cast()) }, 443);
        // The table, its array, a route and its target; the other route.
        assert_eq!(root.total_blocks(), 1 + 4 + 2);
        table.with_mut(|_, table| table.routes.pop().expect("one is left").free());
        assert_eq!(table.get().routes.len(), 0);
        // SAFETY: an array of `struct route *`.
        assert_eq!(unsafe { c::tt_routes_sum(table.get().routes.as_ptr().cast()) }, 0);
        drop(table);
        assert_eq!(stolen.get().port, 22);
        Ok(())
    })
}

#[test]
fn nodes_with_drop_glue_are_dropped_once() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut node =
            root.build::<Counting>(|t| Counting { values: t.alloc_slice_from_iter([]).into() });
        node.with_mut(|t, node| {
            for _ in 0..5 {
                let value = || counts.value();
                let new = t.build::<Value>(|v| Value { name: v.strdup_c(c"n"), value: value() });
                node.values.push(new.keep());
            }
            node.values.remove(0).free();
            assert_eq!(counts.dropped(), 1);
            // These stay below the node, and are dropped with it.
            node.values.truncate(2);
        });
        assert_eq!(counts.dropped(), 1);
        assert!(node.get().values.iter().all(|value| value.get().value.is_alive()));
        assert_eq!(node.get().values[0].get().name, "n");
    });
    counts.assert_all_dropped(5);
}

#[test]
fn n5_a_node_of_a_list_outlives_the_list() -> Result<(), Error> {
    check_tree(|root| {
        let mut table = table(root, &[1, 2])?;
        // The nodes lie beside the array: it is freed, they are not.
        let last = table.with_mut(|t, table| {
            let last = table.routes.pop().expect("two");
            std::mem::replace(&mut table.routes, t.alloc_slice_from_iter([]).into()).free();
            last.steal(root)
        });
        drop(table);
        assert_eq!(last.get().port, 2);
        Ok(())
    })
}
