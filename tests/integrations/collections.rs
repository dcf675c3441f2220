//! M5: collections whose memory is talloc's, and what turns them into arrays
//! for C. M2, M6: sizes and exhausted memory.

use std::alloc::Layout;
use std::collections::HashMap as StdMap;
use std::mem;
use std::ptr::NonNull;

use allocator_api2::alloc::Allocator;
use allocator_api2::boxed::Box;
use allocator_api2::vec::Vec;
use hashbrown::{DefaultHashBuilder, HashMap};
use talloc::{Array, Ctx, CtxRef, Error, MAX_SIZE, TBox};
use talloc_tests::{
    Counted, Counts, ZstCounts, c, check_tree, check_tree_mut, parent, reference, set_memlimit,
    unlink,
};

fn vec_in<const N: usize, T>(ctx: &CtxRef, values: [T; N]) -> Vec<T, &CtxRef> {
    let mut vec = Vec::new_in(ctx);
    vec.extend(values);
    vec
}

/// The words of a text and the lines they are in.
fn index<'c>(
    ctx: &'c CtxRef,
    text: &str,
) -> HashMap<TBox<'c, str>, Vec<u32, &'c CtxRef>, DefaultHashBuilder, &'c CtxRef> {
    let mut index = HashMap::new_in(ctx);
    for (line, number) in text.lines().zip(1..) {
        for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if !index.contains_key(word) {
                index.insert(ctx.alloc_str(word), Vec::new_in(ctx));
            }
            let lines: &mut Vec<u32, _> = index.get_mut(word).expect("a word that is there");
            lines.push(number);
        }
    }
    index
}

fn std_index(text: &str) -> StdMap<&str, std::vec::Vec<u32>> {
    let mut index: StdMap<_, std::vec::Vec<u32>> = StdMap::new();
    for (line, number) in text.lines().zip(1..) {
        for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            index.entry(word).or_default().push(number);
        }
    }
    index
}

#[test]
fn an_index_of_a_text_is_what_std_makes_of_it() {
    let text = concat!(
        include_str!("../../README.md"),
        include_str!("../../docs/ownership.md"),
        include_str!("../../docs/SAFETY.md")
    );
    let expected = std_index(text);
    check_tree(|root| {
        let ctx = root.new_child_named(c"index");
        let index = index(&ctx, text);
        assert_eq!(index.len(), expected.len());
        for (word, lines) in &expected {
            assert_eq!(index[*word].as_slice(), lines.as_slice(), "{word}");
        }
        // Each word and its lines, the table, and the context itself.
        assert_eq!(ctx.total_blocks(), 2 * expected.len() + 2);
        drop(index);
        assert_eq!(ctx.total_blocks(), 1);
    });
}

#[test]
fn an_index_that_is_not_dropped_goes_with_its_context() {
    check_tree(|root| {
        let ctx = root.new_child();
        mem::forget(index(&ctx, "one two\nthree two"));
        assert!(ctx.total_blocks() > 4);
        drop(ctx);
    });
}

#[test]
fn m5_a_vector_grows_and_shrinks_and_has_the_alignment_of_its_elements() {
    check_tree(|root| {
        let mut vec: Vec<u128, &CtxRef> = Vec::new_in(root);
        assert_eq!(root.total_blocks(), 1, "an empty vector has no chunk");
        for i in 0..1000_u128 {
            vec.push(i);
            assert_eq!(vec.as_ptr().addr() % align_of::<u128>(), 0);
        }
        assert_eq!(root.total_blocks(), 2);
        vec.truncate(3);
        vec.shrink_to_fit();
        let three = Layout::array::<u128>(3).expect("a layout");
        assert_eq!(root.total_size(), in_chunk(three));
        vec.clear();
        vec.shrink_to_fit();
        assert_eq!(root.total_blocks(), 1);
        vec.push(7);
        assert_eq!(*vec, [7]);
    });
}

#[test]
fn m5_boxes_and_unsized_boxes() {
    let counts = Counts::new();
    check_tree(|root| {
        let ctx: &CtxRef = root;
        let value = Box::new_in(counts.sized::<1000>(), ctx);
        assert!(value.is_alive());
        let values: Box<[Counted], &CtxRef> =
            vec_in(ctx, [counts.value(), counts.value()]).into_boxed_slice();
        assert_eq!(root.total_blocks(), 3);
        assert!(values.iter().all(Counted::is_alive));
        let unit = Box::new_in((), ctx);
        assert_eq!((root.total_blocks(), *unit), (3, ()));
    });
    counts.assert_all_dropped(3);
}

#[test]
fn m5_blocks_are_named_and_below_the_context() {
    check_tree(|root| {
        let vec = vec_in(root, [1_u8, 2]);
        // SAFETY: the vector's block is a chunk that lives as long as it.
        let block = unsafe { CtxRef::from_ptr(vec.as_ptr().cast()) }.expect("not null");
        assert_eq!(block.name(), c"collection");
        assert_eq!(parent(block), root.as_ptr());
        assert_eq!(block.size(), vec.capacity());
    });
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a layout")
}

#[test]
fn m5_every_size_and_alignment_grows_and_shrinks_into_every_other() {
    let sizes = [0, 1, 15, 16, 100, 3000];
    let aligns = [1, 4, 16, 64];
    let layouts: std::vec::Vec<Layout> =
        sizes.iter().flat_map(|&size| aligns.map(|align| layout(size, align))).collect();
    check_tree(|root| {
        let ctx: &CtxRef = root;
        for &old in &layouts {
            for &new in &layouts {
                for zeroed in [false, true] {
                    let block = ctx.allocate_zeroed(old).expect("memory");
                    assert_eq!(block.len(), old.size());
                    let block: NonNull<u8> = block.cast();
                    assert_eq!(block.addr().get() % old.align(), 0);
                    assert_eq!(root.total_blocks(), 1 + usize::from(old.size() > 0));
                    // SAFETY: the block has so many bytes.
                    unsafe { block.write_bytes(0xa5, old.size()) };
                    let grow = new.size() >= old.size();
                    // SAFETY: the block is allocated, the layout is its own, and
                    // the new one is larger or smaller, as the method wants.
                    let resized = unsafe {
                        match (grow, zeroed) {
                            (true, true) => ctx.grow_zeroed(block, old, new),
                            (true, false) => ctx.grow(block, old, new),
                            (false, _) => ctx.shrink(block, old, new),
                        }
                    };
                    let resized = resized.expect("memory");
                    assert_eq!(resized.len(), new.size());
                    let resized: NonNull<u8> = resized.cast();
                    assert_eq!(resized.addr().get() % new.align(), 0);
                    assert_eq!(root.total_size(), in_chunk(new));
                    let kept = old.size().min(new.size());
                    // SAFETY: the first bytes were written, or are kept.
                    let bytes = unsafe { std::slice::from_raw_parts(resized.as_ptr(), kept) };
                    assert!(bytes.iter().all(|&byte| byte == 0xa5));
                    if grow && zeroed {
                        // SAFETY: all bytes of the block were set.
                        let all =
                            unsafe { std::slice::from_raw_parts(resized.as_ptr(), new.size()) };
                        assert!(all[kept..].iter().all(|&byte| byte == 0));
                    }
                    // SAFETY: allocated with this layout.
                    unsafe { ctx.deallocate(resized, new) };
                    assert_eq!(root.total_blocks(), 1);
                }
            }
        }
    });
}

#[test]
fn m2_sizes_over_the_limit_are_errors() {
    check_tree(|root| {
        let ctx: &CtxRef = root;
        let mut vec: Vec<u8, &CtxRef> = Vec::new_in(ctx);
        assert!(vec.try_reserve_exact(MAX_SIZE + 1).is_err());
        assert!(vec.try_reserve(usize::MAX).is_err());
        vec.push(1);
        assert!(vec.try_reserve_exact(MAX_SIZE).is_err());
        assert_eq!(*vec, [1]);
        let mut wide: Vec<Wide, &CtxRef> = Vec::new_in(ctx);
        assert!(wide.try_reserve_exact(MAX_SIZE / 32).is_err());
    });
}

#[repr(align(32))]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wide(u8);

/// What hashbrown's tables are on 32 bits, where libtalloc gives 8 bytes.
#[test]
fn m5_collections_of_what_is_aligned_further_than_chunks() {
    check_tree(|root| {
        let ctx: &CtxRef = root;
        let mut wide = Vec::new_in(ctx);
        for i in 0..1000 {
            wide.push(Wide(i as u8));
            assert_eq!(wide.as_ptr().addr() % 32, 0);
        }
        wide.truncate(100);
        wide.shrink_to_fit();
        assert!(wide.iter().enumerate().all(|(i, value)| value.0 == i as u8));
        // Smaller, where there is no memory for another block.
        let child = root.new_child();
        let mut limited = vec_in(&child, [Wide(1); 100]);
        set_memlimit(&child, 1);
        limited.truncate(7);
        limited.shrink_to_fit();
        assert_eq!(*limited, [Wide(1); 7]);
        assert!(limited.try_reserve(1000).is_err());
        drop(limited);
        assert_eq!(child.total_blocks(), 1);
        // Not as a block that begins at another place of a chunk.
        set_memlimit(&child, 0);
        let wide = (&*child).allocate(layout(100, 64)).expect("memory").cast::<u8>();
        set_memlimit(&child, 1);
        // SAFETY: the block is allocated with this layout, and the new ones are smaller.
        unsafe {
            assert!((&*child).shrink(wide, layout(100, 64), layout(50, 8)).is_err());
            assert!((&*child).shrink(wide, layout(100, 64), layout(50, 128)).is_err());
            let shrunk =
                (&*child).shrink(wide, layout(100, 64), layout(50, 32)).expect("as it was");
            assert_eq!((shrunk.cast(), shrunk.len()), (wide, 50));
            (&*child).deallocate(wide, layout(50, 32));
        }
        assert_eq!(child.total_blocks(), 1);
        let mut map = HashMap::new_in(ctx);
        map.extend((0..100).map(|i| (i, Wide(i as u8))));
        assert!((0..100).all(|i| map[&i] == Wide(i as u8)));
        let boxed = Box::new_in(Wide(3), ctx);
        assert_eq!(&raw const *boxed as usize % 32, 0);
    });
}

/// The bytes of a chunk with such a block.
fn in_chunk(layout: Layout) -> usize {
    let most = if cfg!(target_pointer_width = "64") { 16 } else { 8 };
    let more = if layout.align() > most && layout.size() > 0 { layout.align() } else { 0 };
    layout.size() + more
}

#[test]
fn m6_exhausted_memory_is_an_error_and_nothing_is_lost() {
    check_tree_mut(|root| {
        let ctx = root.new_child();
        let mut vec = vec_in(&ctx, [1_u32, 2, 3]);
        set_memlimit(&ctx, 1);
        assert!(vec.try_reserve(1000).is_err());
        assert_eq!(*vec, [1, 2, 3]);
        vec.truncate(2);
        let vec = match TBox::try_from_vec(Vec::<u64, &CtxRef>::new_in(&ctx)) {
            Ok(_) => panic!("there is no memory for a chunk"),
            Err(rejected) => {
                assert_eq!(*rejected.error(), Error::OutOfMemory { size: 0 });
                assert!(rejected.into_inner().is_empty());
                vec
            }
        };
        set_memlimit(&ctx, 0);
        assert_eq!(*TBox::from_vec(vec), [1, 2]);
    });
}

#[test]
fn m5_a_block_that_c_references_does_not_grow_and_is_not_freed() {
    check_tree(|root| {
        let (ctx, holder) = (root.new_child(), root.new_child());
        let mut vec: Vec<u32, &CtxRef> = Vec::with_capacity_in(4, &ctx);
        vec.extend([1, 2, 3]);
        // SAFETY: the block lives until the holder is gone.
        let block = unsafe { CtxRef::from_ptr(vec.as_ptr().cast()) }.expect("not null");
        reference(&holder, block);
        assert!(vec.try_reserve(100).is_err());
        // It is not made smaller either, but that is no error.
        vec.shrink_to_fit();
        assert_eq!((vec.capacity(), block.size()), (3, 16));
        let vec = TBox::try_from_vec(vec).expect_err("referenced");
        assert_eq!(*vec.error(), Error::Referenced);
        let vec = vec.into_inner();
        assert_eq!(*vec, [1, 2, 3]);
        drop(vec);
        assert_eq!(block.size(), 16, "left to its parent");
        assert_eq!(parent(block), ctx.as_ptr());
        unlink(&holder, block);
        drop(ctx);
    });
}

#[test]
fn m5_a_vector_in_a_context_that_never_goes() {
    let root: &'static CtxRef = Ctx::named(c"test").leak();
    let pinned = Box::pin_in(std::marker::PhantomPinned, root);
    let numbers: &'static mut [u32] = Vec::leak(vec_in(root, [1, 2]));
    numbers[0] = 3;
    // A kept value may use it, whenever it is dropped.
    let other = Ctx::new();
    TBox::keep(other.alloc(vec_in(root, [String::from("kept")])));
    assert_eq!(root.total_blocks(), 3);
    drop((pinned, other));
    assert_eq!(root.total_blocks(), 2);
    // SAFETY: nothing borrows from the root any more.
    drop(unsafe { Ctx::from_raw(root.as_ptr()) });
}

talloc::node! {
    struct Journal<'t> {
        lines: Vec<talloc::Str<'t>, &'t CtxRef>,
        owner: Counted,
    }
}

#[test]
fn a_collection_is_a_field_of_a_node() {
    let counts = Counts::new();
    check_tree(|root| {
        for by_c in [false, true] {
            let mut journal =
                root.build::<Journal>(|t| Journal { lines: Vec::new_in(t), owner: counts.value() });
            for line in ["first", "second", "third"] {
                journal
                    .with_mut(|t, journal| t.strdup(line).map(|line| journal.lines.push(line)))
                    .expect("no NUL");
            }
            assert_eq!(journal.get().lines[2], "third");
            assert!(journal.get().owner.is_alive());
            // The node, three lines, and the vector's block.
            assert_eq!(root.total_blocks(), 6);
            let elsewhere = root.new_child();
            let journal = journal.steal(&elsewhere);
            assert_eq!(journal.get().lines[0], "first");
            if by_c {
                // SAFETY: C is the owner now.
                assert_eq!(unsafe { c::tt_free(journal.into_raw().cast()) }, 0);
            }
        }
    });
    counts.assert_all_dropped(2);
}

#[test]
fn a_vector_becomes_an_array_that_c_can_measure() {
    let counts = Counts::new();
    check_tree(|root| {
        let ctx: &CtxRef = root;
        for (len, room) in [(0, 0), (0, 100), (1, 1), (3, 4), (3, 5000)] {
            let mut vec: Vec<u16, &CtxRef> = Vec::with_capacity_in(room, ctx);
            vec.extend(0..len);
            let array = TBox::from_vec(vec);
            assert_eq!(array.len(), usize::from(len));
            assert!(array.iter().copied().eq(0..len));
            assert_eq!(TBox::as_ctx(&array).size(), array.len() * 2);
            assert_eq!(TBox::as_ctx(&array).name(), c"[u16]");
            assert_eq!(root.total_blocks(), 2);
            let raw = Array::from(array).into_raw();
            // SAFETY: an array of this name, given up just now.
            let back = unsafe { TBox::from_raw_slice(raw) }.expect("an array");
            assert_eq!(back.len(), usize::from(len));
        }
        let mut vec = Vec::with_capacity_in(10, ctx);
        vec.extend((0..3).map(|_| counts.value()));
        let array: TBox<'_, [Counted]> = vec.into();
        assert!(array.iter().all(Counted::is_alive));
        assert_eq!(counts.dropped(), 0);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn an_array_becomes_a_vector_in_any_context() {
    let counts = Counts::new();
    check_tree(|root| {
        let (short, long) = (root.new_child(), root.new_child());
        let array = short.alloc_slice_fill_with(3, |_| counts.value());
        let address = array.as_ptr();
        let mut vec = TBox::into_vec(array, &long);
        assert_eq!(vec.as_ptr(), address);
        drop(short);
        vec.extend((0..100).map(|_| counts.value()));
        assert!(vec.iter().all(Counted::is_alive));
        // SAFETY: the vector's block is a chunk that lives as long as it.
        let block = unsafe { CtxRef::from_ptr(vec.as_ptr().cast()) }.expect("not null");
        assert_eq!((parent(block), block.name()), (long.as_ptr(), c"collection"));
        // And the other way round: into a context that goes earlier.
        let array = TBox::from_vec(vec);
        let passing = root.new_child();
        let mut vec = TBox::into_vec(array, &passing);
        vec.truncate(50);
        let array = TBox::steal(TBox::from_vec(vec), &long);
        drop(passing);
        assert!(array.iter().all(Counted::is_alive));

        let empty = TBox::into_vec(root.alloc_slice_copy::<u8>(&[]), &long);
        assert_eq!((empty.len(), empty.capacity()), (0, 0));
    });
    counts.assert_all_dropped(103);
}

#[test]
fn d6_zero_sized_elements_with_drop_go_both_ways() {
    let counts = ZstCounts::new();
    check_tree(|root| {
        let array = root.alloc_slice_fill_with(5, |_| counts.value());
        let mut vec = TBox::into_vec(array, root);
        assert_eq!(root.total_blocks(), 1);
        vec.push(counts.value());
        drop(vec.pop());
        assert_eq!((vec.len(), counts.dropped()), (5, 1));
        let array = TBox::from_vec(vec);
        assert_eq!((array.len(), TBox::as_ctx(&array).size()), (5, 0));
        assert_eq!(counts.dropped(), 1);
    });
    counts.assert_all_dropped(6);
}

#[test]
fn d7_an_array_whose_free_c_refuses_becomes_a_vector_all_the_same() {
    check_tree(|root| {
        let ctx = root.new_child();
        let array = root.alloc_slice_copy::<u8>(&[]);
        talloc_tests::set_refusing(TBox::as_ctx(&array), 1);
        assert!(TBox::into_vec(array, &ctx).is_empty());
        // The empty chunk stays with its parent.
        assert_eq!(root.total_blocks(), 3);
        let vec = TBox::into_vec(ctx.alloc_slice_copy(&[1, 2]), &ctx);
        // SAFETY: the vector's block is a chunk.
        let block = unsafe { CtxRef::from_ptr(vec.as_ptr().cast()) }.expect("not null");
        talloc_tests::set_refusing(block, 1);
        drop(vec);
        assert_eq!(ctx.total_blocks(), 2);
        drop(ctx);
        // SAFETY: a root of this test; nothing borrows from it.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
}
