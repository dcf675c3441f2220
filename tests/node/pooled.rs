//! Nodes with a pool of their own, and objects of many pools at once. D1, D4, M2, M6, T1 with
//! pools.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Ctx, CtxRef, Error, MAX_SIZE, Node, Pooled, Str, TBox};
use talloc_tests::{Counted, Counts, address, check_tree, lies_in, set_memlimit};

#[test]
fn t1_a_builder_of_pooled_nodes_stays_on_its_thread() {
    trait AmbiguousIf<A> {
        fn some() {}
    }
    struct IfSend;
    struct IfSync;
    impl<T: ?Sized> AmbiguousIf<()> for T {}
    impl<T: ?Sized + Send> AmbiguousIf<IfSend> for T {}
    impl<T: ?Sized + Sync> AmbiguousIf<IfSync> for T {}
    let _: fn() = <Pooled<'static> as AmbiguousIf<_>>::some;
}

#[test]
fn m6_a_pool_without_memory_is_an_error() {
    check_tree(|root| {
        set_memlimit(root, 100);
        assert_eq!(root.try_new_pool(1000).err(), Some(Error::OutOfMemory { size: 1000 }));
        let node = root.pooled(1, 10).try_build::<User>(|_| panic!("not called"));
        assert!(matches!(node.err(), Some(Error::OutOfMemory { size: 10.. })));
        set_memlimit(root, 0);
    });
}

talloc::node! {
    struct User<'t> as c"struct user" {
        name: Str<'t>,
        shell: Option<Str<'t>>,
        counted: Option<Counted>,
    }
}

/// The bytes of a user's strings.
const ROOM: usize = "anna".len() + 1 + "/bin/sh".len() + 1;

fn pooled<'c>(ctx: &'c CtxRef, counts: &Counts) -> Node<'c, User<'c>> {
    ctx.pooled(2, ROOM).build::<User>(|t| User {
        name: t.strdup("anna").expect("no NUL"),
        shell: t.strdup("/bin/sh").ok(),
        counted: Some(counts.value()),
    })
}

fn check_user(user: &User<'_>) {
    assert_eq!((&*user.name, user.shell.as_deref()), (c"anna", Some(c"/bin/sh")));
    assert!(user.counted.as_ref().is_some_and(Counted::is_alive));
}

#[test]
fn a_pooled_node_and_its_fields_are_one_block() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut user = pooled(root, &counts);
        check_user(user.get());
        let at = user.as_ptr().addr();
        assert_eq!(
            (user.as_ctx().name(), user.as_ctx().size()),
            (c"struct user", size_of::<User>())
        );
        let size = size_of::<User>() + Ctx::pool_size(2, ROOM) + 16;
        assert!(lies_in(user.get().name.as_ptr().addr(), at, size));
        let shell = user.get().shell.as_ref().map(|shell| shell.as_ptr().addr());
        assert!(shell.is_some_and(|shell| lies_in(shell, at, size)));
        // There is no room for a long string, but it works.
        let long = "long".repeat(1000);
        user.with_mut(|t, user| user.shell = t.strdup(&long).ok());
        let shell = user.get().shell.as_ref().expect("a string");
        assert!(!lies_in(shell.as_ptr().addr(), at, size) && *shell == *long);
        // A pooled node is stolen and dropped as any other.
        let below = root.new_child();
        let user = user.steal(&below);
        assert_eq!((user.get().name.to_bytes(), below.total_blocks()), (&b"anna"[..], 5));
    });
    counts.assert_all_dropped(1);
}

#[test]
fn a_pooled_node_in_a_pool_and_out_of_it() {
    let counts = Counts::new();
    check_tree(|root| {
        let pool = root.new_pool(4096);
        let user = pooled(&pool, &counts);
        assert!(lies_in(user.as_ptr().addr(), address(&pool), 4096));
        let kept = pooled(&pool, &counts).keep();
        check_user(kept.get());
        mem::forget(pooled(&pool, &counts));
        let user = user.steal(root);
        drop(pool);
        assert_eq!(counts.dropped(), 2);
        check_user(user.get());
    });
    counts.assert_all_dropped(3);
}

#[test]
fn d4_a_closure_of_a_pooled_node_that_fails_leaves_nothing() {
    let counts = Counts::new();
    check_tree(|root| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            root.pooled(3, 100).build::<User>(|t| {
                TBox::keep(t.alloc(counts.value()));
                mem::forget(t.alloc_str("half-made"));
                panic!("in the closure")
            })
        }));
        assert!(panicked.is_err());
        let failed = root.pooled(3, 100).try_build_or::<User, Box<dyn std::error::Error>>(|t| {
            TBox::keep(t.alloc(counts.value()));
            Err(t.total_blocks().to_string().into())
        });
        assert_eq!(failed.err().map(|error| error.to_string()).as_deref(), Some("2"));
        let failed = root.pooled(1, 10).try_build::<User>(|t| {
            Ok(User { name: t.strdup("a\0b")?, shell: None, counted: Some(counts.value()) })
        });
        assert_eq!(failed.err(), Some(Error::InteriorNul { position: 1 }));
    });
    counts.assert_all_dropped(2);
}

#[test]
fn m2_a_pooled_node_that_is_too_large() {
    check_tree(|root| {
        let all = usize::MAX;
        for (objects, bytes, size) in
            [(all, 0, all), (0, all, all), (all, all, all), (all / 16 + 1, 0, all)]
        {
            let result = root.pooled(objects, bytes).try_build::<User>(|_| panic!("not called"));
            assert_eq!(result.err(), Some(Error::TooLarge { size }));
        }
        // One object more than C can count, where a `usize` can.
        let uncounted = 1_usize.checked_shl(32).unwrap_or(1 << 31);
        for (objects, bytes) in [(0, MAX_SIZE), (MAX_SIZE, 0), (uncounted, 0), (1 << 24, 0)] {
            let result = root.pooled(objects, bytes).try_build::<User>(|_| panic!("not called"));
            assert!(matches!(result.err(), Some(Error::TooLarge { .. })), "{objects} {bytes}");
            let build = || root.pooled(objects, bytes).build::<User>(|_| panic!("not called"));
            let payload = catch_unwind(AssertUnwindSafe(build)).map(|_| ()).expect_err("a panic");
            let message = payload.downcast_ref::<String>().expect("a formatted message");
            assert!(message.contains("limit of 268435455 bytes"), "{message}");
        }
        let nothing = root.pooled(0, 0).build::<User>(|t| User {
            name: t.strdup("more than there is room for").expect("no NUL"),
            shell: None,
            counted: None,
        });
        assert_eq!(nothing.get().name, "more than there is room for");
        // What libtalloc would still try, or would already refuse.
        let headers = 2 * (16 * size_of::<usize>() + 15) + size_of::<User>();
        for (bytes, fits) in [(MAX_SIZE - headers, true), (MAX_SIZE - headers + 1, false)] {
            let user = root.pooled(1, bytes).try_build::<User>(|t| {
                Ok(User { name: t.strdup("")?, shell: None, counted: None })
            });
            assert_eq!(user.is_ok(), fits);
            let is_too_large = matches!(user.err(), Some(Error::TooLarge { .. }));
            assert_eq!(is_too_large, !fits, "memory is not what is missing");
        }
    });
}

/// A simple generator of numbers below `limit`.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// An array whose bytes all depend on the number that it was made with.
struct Filled<'p>(u8, Option<TBox<'p, [u8]>>);

impl<'p> Filled<'p> {
    fn new(ctx: &'p CtxRef, mark: u8, size: usize) -> Self {
        Filled(mark, Some(ctx.alloc_slice_copy(&vec![mark; size])))
    }

    fn grow(&mut self, by: usize) {
        let array = self.1.as_mut().expect("not stolen");
        TBox::extend_from_slice(array, &vec![self.0; by]);
    }

    fn steal(mut self, to: &CtxRef) -> Filled<'_> {
        Filled(self.0, self.1.take().map(|array| TBox::steal(array, to)))
    }
}

impl Drop for Filled<'_> {
    fn drop(&mut self) {
        let mut bytes = self.1.iter().flat_map(|array| array.iter());
        assert!(bytes.all(|&byte| byte == self.0), "{} was overwritten", self.0);
    }
}

#[test]
fn objects_of_many_pools_never_overlap() {
    for seed in 0..20 {
        let mut random = Random(seed);
        check_tree(|root| {
            let mut stolen: Vec<Filled<'_>> = Vec::new();
            for _ in 0..20 {
                let mut pool = root.new_pool(random.below(6000));
                for _ in 0..random.below(5) {
                    {
                        let inner = pool.new_pool(random.below(2000));
                        let mut objects: Vec<Filled<'_>> = Vec::new();
                        for mark in 0..random.below(40) {
                            let size = random.below(200);
                            let ctx = if random.below(3) == 0 { &*inner } else { &*pool };
                            objects.push(Filled::new(ctx, mark as u8, size));
                            let index = random.below(objects.len());
                            match random.below(5) {
                                0 => objects[index].grow(random.below(600)),
                                1 => drop(objects.swap_remove(index)),
                                2 => {
                                    stolen.push(objects.swap_remove(index).steal(root));
                                }
                                _ => {}
                            }
                            if !stolen.is_empty() && random.below(4) == 0 {
                                let index = random.below(stolen.len());
                                match random.below(2) {
                                    0 => stolen[index].grow(random.below(300)),
                                    _ => drop(stolen.swap_remove(index)),
                                }
                            }
                        }
                    }
                    pool.free_children();
                }
            }
        });
    }
}
