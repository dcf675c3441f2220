//! N1 to N6: owner nodes, what is left to the run time. The other halves are in `ui`.

use std::collections::BTreeMap;
use std::mem;

use talloc::{Array, Ctx, CtxRef, Error, Kept, Node, Str, StrList, TBox};
use talloc_tests::{Counted, Counts, check_tree, parent, reference_count};

talloc::node! {
    #[derive(Debug)]
    struct User<'t> {
        name: Str<'t>,
        nick: Option<Str<'t>>,
        groups: Array<'t, u32>,
        hosts: Option<StrList<'t>>,
        best_friend: Option<Kept<'t, User<'static>>>,
    }
}

talloc::node! {
    struct Flat {
        number: u32,
        value: Counted,
    }
}

talloc::node! {
    struct Watched<'t> {
        sibling: &'t core::ffi::CStr,
        numbers: &'t [u32],
        watcher: Option<Watcher<'t>>,
        value: Counted,
    }
}

/// Looks at its sibling chunks when it is dropped.
struct Watcher<'t> {
    text: &'t core::ffi::CStr,
    numbers: &'t [u32],
    sum: &'static core::sync::atomic::AtomicU32,
}

impl Drop for Watcher<'_> {
    fn drop(&mut self) {
        let sum = self.numbers.iter().sum::<u32>() + self.text.to_bytes().len() as u32;
        self.sum.fetch_add(sum, core::sync::atomic::Ordering::Relaxed);
    }
}

fn user<'t>(t: &'t CtxRef, name: &str) -> Result<User<'t>, Error> {
    Ok(User {
        name: t.strdup(name)?,
        nick: None,
        groups: t.alloc_slice_copy(&[1, 2, 3]).into(),
        hosts: None,
        best_friend: None,
    })
}

fn new_user<'c>(ctx: &'c CtxRef, name: &str) -> Node<'c, User<'c>> {
    ctx.try_build(|t| user(t, name)).unwrap_or_else(|error: Error| panic!("{error}"))
}

#[test]
fn n1_what_leaves_the_closure_borrows_from_the_handle() {
    check_tree(|root| {
        let mut node = new_user(root, "anna");
        let groups: &mut [u32] = node.with_mut(|_, user| &mut *user.groups);
        groups[0] = 9;
        let (text, length) = node.with_mut(|_, user| (user.name.to_string(), user.groups.len()));
        assert_eq!((text.as_str(), length, node.get().groups[0]), ("anna", 3, 9));
        let name: &core::ffi::CStr = &node.get().name;
        assert_eq!(name, c"anna");
    });
}

#[test]
fn n2_new_fields_come_from_the_node() {
    check_tree(|root| {
        let mut node = new_user(root, "anna");
        assert_eq!(node.as_ctx().total_blocks(), 3);
        node.with_mut(|t, user| {
            user.name.set(t, "berta").expect("no NUL");
            user.nick = Some(t.strdup("b").expect("no NUL"));
            let groups = mem::replace(&mut user.groups, t.alloc_slice_copy(&[4]).into());
            groups.free();
            user.hosts = Some(t.strdup_list(["one", "two"]).expect("no NUL"));
        });
        let seen = node.get();
        assert_eq!(seen.name, "berta");
        assert_eq!(*seen.groups, [4]);
        assert!(seen.hosts.as_ref().is_some_and(|hosts| hosts.len() == 2));
        // The node, name, nick, groups, and the list with its strings.
        assert_eq!(node.as_ctx().total_blocks(), 7);
        node.with_mut(|_, user| {
            user.hosts.take().expect("it was set").free();
            user.nick.take().expect("it was set").free();
        });
        assert_eq!(node.as_ctx().total_blocks(), 3);
    });
}

#[test]
fn n2_a_field_that_fails_to_change_stays() {
    check_tree(|root| {
        let mut node = new_user(root, "anna");
        let blocks = root.total_blocks();
        let failed = node.with_mut(|t, user| user.name.set(t, "a\0b"));
        assert_eq!(failed, Err(Error::InteriorNul { position: 1 }));
        let failed: Result<(), Error> = node.with_mut(|t, user| {
            user.nick = Some(t.strdup("x\0")?);
            Ok(())
        });
        assert_eq!(failed, Err(Error::InteriorNul { position: 1 }));
        assert_eq!(node.get().name, "anna");
        assert!(node.get().nick.is_none());
        assert_eq!(root.total_blocks(), blocks);
    });
}

#[test]
fn n3_fields_can_be_swapped_within_a_node_and_flat_nodes_with_each_other() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut node = new_user(root, "anna");
        node.with_mut(|t, user| {
            user.nick = Some(t.strdup("nick").expect("no NUL"));
            mem::swap(&mut user.name, user.nick.as_mut().expect("it was set"));
        });
        assert_eq!(node.get().name, "nick");
        assert_eq!(node.get().nick.as_deref(), Some(c"anna"));

        let flat = |number| root.build::<Flat>(|_| Flat { number, value: counts.value() });
        let (mut first, mut second) = (flat(1), flat(2));
        first.with_mut(|_, a| second.with_mut(|_, b| mem::swap(a, b)));
        assert_eq!((first.get().number, second.get().number), (2, 1));
        drop(first);
        assert_eq!(counts.dropped(), 1);
        assert!(second.get().value.is_alive());
    });
    counts.assert_all_dropped(2);
}

#[test]
fn n3_handles_can_be_swapped() {
    check_tree(|root| {
        let mut first = new_user(root, "first");
        let mut second = new_user(root, "second");
        mem::swap(&mut first, &mut second);
        assert_eq!(
            (first.get().name.to_str(), second.get().name.to_str()),
            (Ok("second"), Ok("first"))
        );
        drop(first);
        assert_eq!(second.get().name, "first");
    });
}

#[test]
fn n3_the_whole_struct_can_be_replaced_by_another_of_the_same_node() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut node = root.build::<Flat>(|_| Flat { number: 1, value: counts.value() });
        node.with_mut(|_, flat| *flat = Flat { number: 2, value: counts.value() });
        assert_eq!((node.get().number, counts.dropped()), (2, 1));
        let mut node = new_user(root, "old");
        node.with_mut(|t, old| {
            let new = mem::replace(old, user(t, "new").expect("no NUL"));
            new.name.free();
            new.groups.free();
        });
        assert_eq!(node.get().name, "new");
        assert_eq!(node.as_ctx().total_blocks(), 3);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn n4_a_node_is_read_with_any_shorter_lifetime() {
    fn longest<'a>(one: &'a User<'a>, other: &'a User<'a>) -> &'a Str<'a> {
        if one.name.count_bytes() > other.name.count_bytes() { &one.name } else { &other.name }
    }
    check_tree(|root| {
        let outer = new_user(root, "the longer one");
        {
            let scratch = root.new_child();
            let inner = new_user(&scratch, "short");
            assert_eq!(*longest(outer.get(), inner.get()), "the longer one");
        }
        assert_eq!(outer.get().name, "the longer one");
    });
}

#[test]
fn n5_nodes_in_nodes_are_one_tree() {
    check_tree(|root| {
        let mut node = root
            .try_build::<User>(|t| {
                let mut outer = user(t, "outer")?;
                let inner = t.try_build::<User>(|i| {
                    let mut inner = user(i, "inner")?;
                    inner.best_friend = Some(new_user(i, "innermost").keep());
                    Ok(inner)
                })?;
                outer.best_friend = Some(inner.keep());
                Ok(outer)
            })
            .expect("no NUL");
        assert_eq!(node.as_ctx().total_blocks(), 9);
        let inner = node.get().best_friend.as_ref().expect("it was set");
        let innermost = inner.get().best_friend.as_ref().expect("it was set");
        assert_eq!(innermost.get().name, "innermost");
        assert!(node.as_ctx().is_ancestor_of(innermost.as_ctx()));

        // Change the innermost one through all three.
        node.with_mut(|_, outer| {
            outer.best_friend.as_mut().expect("set").with_mut(|_, inner| {
                let innermost = inner.best_friend.as_mut().expect("set");
                innermost.with_mut(|t, user| user.name.set(t, "changed").expect("no NUL"));
            });
        });
        // Take the branch out; it survives the rest.
        let inner = node.with_mut(|_, user| user.best_friend.take().expect("set").steal(root));
        drop(node);
        assert_eq!(root.total_blocks(), 7);
        let innermost = inner.get().best_friend.as_ref().expect("set");
        assert_eq!(innermost.get().name, "changed");
    });
}

#[test]
fn n5_a_kept_node_can_be_freed_or_left() {
    check_tree(|root| {
        let scratch = root.new_child();
        let first = new_user(&scratch, "first").keep();
        let second = new_user(&scratch, "second").keep();
        assert_eq!(scratch.total_blocks(), 7);
        first.free();
        assert_eq!(scratch.total_blocks(), 4);
        assert_eq!(second.get().name, "second");
        drop(scratch);
    });
}

#[test]
fn n5_nodes_in_collections() {
    check_tree(|root| {
        let mut users: Vec<Node<'_, User>> =
            ["c", "a", "b"].map(|name| new_user(root, name)).into();
        users.sort_by(|left, right| left.get().name.cmp(&right.get().name));
        let names: Vec<_> = users.iter().map(|user| user.get().name.to_string()).collect();
        assert_eq!(names, ["a", "b", "c"]);

        let map: BTreeMap<String, Node<'_, User>> =
            users.into_iter().map(|user| (user.get().name.to_string(), user)).collect();
        assert_eq!(map["b"].get().name, "b");
        assert_eq!(root.total_blocks(), 10);

        let boxed: TBox<'_, [Node<'_, User>]> = root.alloc_slice_from_iter(map.into_values());
        assert_eq!(root.total_blocks(), 11);
        assert_eq!(boxed[2].get().name, "c");
        drop(boxed);
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn n5_a_node_is_stolen_with_its_fields() {
    check_tree(|root| {
        let request = Ctx::named(c"request");
        let mut node = new_user(&request, "anna").steal(root);
        drop(request);
        assert_eq!(parent(node.as_ctx()), root.as_ptr());
        node.with_mut(|t, user| user.name.set(t, "after the steal").expect("no NUL"));
        let elsewhere = root.new_child();
        let node = node.steal(&elsewhere).steal(root);
        drop(elsewhere);
        assert_eq!(node.get().name, "after the steal");
        assert_eq!((node.as_ctx().total_blocks(), reference_count(node.as_ctx())), (3, 0));
    });
}

#[test]
fn n6_a_field_with_drop_looks_at_its_siblings() {
    use core::sync::atomic::{AtomicU32, Ordering};
    static SUM: AtomicU32 = AtomicU32::new(0);

    let counts = Counts::new();
    let build = |ctx: &CtxRef| {
        let node = ctx.build::<Watched>(|t| {
            let text = t.strdup("four").expect("no NUL").leak();
            let numbers: &[u32] = TBox::leak(t.alloc_slice_copy(&[10, 20]));
            Watched {
                sibling: text,
                numbers,
                watcher: Some(Watcher { text, numbers, sum: &SUM }),
                value: counts.value(),
            }
        });
        assert_eq!((node.get().sibling, node.get().numbers), (c"four", &[10, 20][..]));
        assert!(node.get().value.is_alive());
        node.into_raw().cast::<core::ffi::c_void>()
    };
    check_tree(|root| {
        // SAFETY: the three ways to free a node that `into_raw` gave out.
        unsafe {
            drop(Node::<Watched>::from_raw(build(root).cast()).expect("a Watched"));
            assert_eq!(SUM.load(Ordering::Relaxed), 34);
            assert_eq!(talloc_tests::c::tt_free(build(root)), 0);
            assert_eq!(SUM.load(Ordering::Relaxed), 68);
            let scratch = root.new_child();
            build(&scratch);
            drop(scratch);
            assert_eq!(SUM.load(Ordering::Relaxed), 102);
            // Taken out by hand, it looks at siblings that are still there.
            let mut node = Node::<Watched>::from_raw(build(root).cast()).expect("a Watched");
            node.with_mut(|_, watched| drop(watched.watcher.take()));
            assert_eq!(SUM.load(Ordering::Relaxed), 136);
            drop(node);
        }
        assert_eq!(SUM.load(Ordering::Relaxed), 136);
    });
    counts.assert_all_dropped(4);
}
