//! [`Pair`]: trees that are made by both libraries.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::{array, ptr};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use crate::Kind;
use crate::library::{BOTH, Destructor, Library};

const NAMES: [&CStr; 4] = [c"a", c"b%s", c"", c"a name of more than thirty characters"];
const HERE: *const c_char = c"here".as_ptr();

/// What a destructor does, besides that it is noted.
#[derive(Clone, Copy, Default)]
enum Wish {
    #[default]
    Agree,
    Refuse,
    RefuseOnce,
    MakeChild,
    /// Frees itself, which is refused.
    FreeSelf,
    LeaveAndRefuseOnce,
}

/// What one library has.
#[derive(Default)]
struct Side {
    /// The numbers of the live objects.
    numbers: BTreeMap<usize, usize>,
    wishes: BTreeMap<usize, Wish>,
    /// Calls of destructors, with what they returned.
    calls: Vec<(usize, c_int)>,
    messages: Vec<String>,
}

thread_local! {
    static SIDES: RefCell<[Side; 2]> = RefCell::default();
}

fn side<R>(which: usize, f: impl FnOnce(&mut Side) -> R) -> R {
    SIDES.with_borrow_mut(|sides| f(&mut sides[which]))
}

unsafe extern "C" fn destroy<const WHICH: usize>(object: *mut c_void) -> c_int {
    let (number, wish) = side(WHICH, |side| {
        let number = side.numbers[&object.addr()];
        (number, side.wishes.get(&number).copied().unwrap_or_default())
    });
    let library = BOTH[WHICH];
    let result = match wish {
        Wish::Agree => 0,
        Wish::Refuse | Wish::RefuseOnce => -1,
        // SAFETY: the object is live.
        Wish::MakeChild => unsafe { (library.named)(object, 3, c"late".as_ptr()) }.is_null().into(),
        // SAFETY: the object is live, and stays so.
        Wish::FreeSelf => unsafe { -1 - (library.free)(object, HERE) },
        Wish::LeaveAndRefuseOnce => {
            // SAFETY: the object is live.
            unsafe { (library.steal)(ptr::null(), object, HERE) };
            -1
        }
    };
    side(WHICH, |side| {
        side.calls.push((number, result));
        if result != -1 {
            side.numbers.remove(&object.addr());
            side.wishes.remove(&number);
        } else if matches!(wish, Wish::RefuseOnce | Wish::LeaveAndRefuseOnce) {
            side.wishes.insert(number, Wish::Agree);
        }
    });
    result
}

unsafe extern "C" fn hear<const WHICH: usize>(message: *const c_char) {
    // SAFETY: libtalloc gives it text with a NUL.
    let message = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    side(WHICH, |side| side.messages.push(message));
}

const DESTRUCTORS: [Destructor; 2] = [destroy::<0>, destroy::<1>];

/// One call of the function that walks get.
#[derive(Debug, PartialEq)]
struct Seen {
    /// None is what a destructor has made.
    number: Option<usize>,
    depth: c_int,
    is_reference: bool,
    name: String,
    numbers: [usize; 4],
    parent: Option<usize>,
}

struct Walk {
    which: usize,
    seen: Vec<Seen>,
}

unsafe extern "C" fn see(
    object: *const c_void,
    depth: c_int,
    _most: c_int,
    is_reference: c_int,
    walk: *mut c_void,
) {
    // SAFETY: `Pair::walk` gives it one.
    let walk = unsafe { &mut *walk.cast::<Walk>() };
    let library = BOTH[walk.which];
    // SAFETY: the object is live. Totals of what a walk is in are smaller, in both libraries.
    let seen = unsafe {
        Seen {
            number: number(walk.which, object),
            depth,
            is_reference: is_reference != 0,
            name: CStr::from_ptr((library.name)(object)).to_string_lossy().into_owned(),
            numbers: [
                (library.size)(object),
                (library.references)(object),
                (library.total_size)(object),
                (library.total_blocks)(object),
            ],
            parent: number(walk.which, (library.parent)(object)),
        }
    };
    walk.seen.push(seen);
}

fn number(which: usize, object: *const c_void) -> Option<usize> {
    side(which, |side| side.numbers.get(&object.addr()).copied())
}

pub(crate) struct Pair {
    /// The objects by their numbers, as each library knows them.
    objects: BTreeMap<usize, [*mut c_void; 2]>,
    next: usize,
    /// Those that have a limit of their own. libtalloc forgets whose it is when they move.
    limited: BTreeSet<usize>,
}

/// What both have returned, which must be the same.
fn same<T: PartialEq + Debug>([of_libtalloc, of_stand_in]: [T; 2]) -> T {
    assert_eq!(of_libtalloc, of_stand_in, "libtalloc on the left");
    of_libtalloc
}

impl Pair {
    pub(crate) fn new() -> Self {
        SIDES.take();
        // SAFETY: this is the only thread that uses either library for now, or others set the
        // same.
        unsafe {
            (BOTH[0].set_log_fn)(Some(hear::<0>));
            (BOTH[1].set_log_fn)(Some(hear::<1>));
        }
        Pair { objects: BTreeMap::new(), next: 0, limited: BTreeSet::new() }
    }

    /// One of the live objects, or none.
    fn pick(&self, a: u8) -> Option<usize> {
        let at = usize::from(a).checked_rem(self.objects.len())?;
        self.objects.keys().nth(at).copied()
    }

    fn pointers(&self, number: Option<usize>) -> [*mut c_void; 2] {
        number.map_or([ptr::null_mut(); 2], |number| self.objects[&number])
    }

    /// Notes what both have made, if they have.
    fn made(&mut self, objects: [*mut c_void; 2]) {
        if same(objects.map(|object| object.is_null())) {
            return;
        }
        self.next += 1;
        self.objects.insert(self.next, objects);
        for which in 0..2 {
            side(which, |side| side.numbers.insert(objects[which].addr(), self.next));
            // SAFETY: just made.
            unsafe { (BOTH[which].set_destructor)(objects[which], Some(DESTRUCTORS[which])) };
        }
    }

    /// Does the same with both libraries.
    fn both<R>(&self, f: impl Fn(&Library, usize) -> R) -> [R; 2] {
        array::from_fn(|which| f(BOTH[which], which))
    }

    fn is_below(&self, below: [*mut c_void; 2], above: [*mut c_void; 2]) -> bool {
        // SAFETY: null or live.
        same(self.both(|l, w| unsafe { (l.is_parent)(below[w], above[w]) != 0 }))
    }

    /// Carries out a step; `false` if there is nothing to do.
    pub(crate) fn step(&mut self, kind: Kind, [op, a, b, c]: [u8; 4]) -> bool {
        let (first, second) = (self.pick(a), self.pick(b));
        let (x, y) = (self.pointers(first), self.pointers(second));
        // One in eight is made without a parent.
        let parent = if c % 8 == 0 { [ptr::null_mut(); 2] } else { x };
        let (name, size) = (NAMES[usize::from(b % 4)].as_ptr(), usize::from(c) * 8);
        // SAFETY: the pointers are null or live, and names and texts are static.
        unsafe {
            match op % 24 {
                0..4 => self.made(self.both(|l, w| (l.named)(parent[w], size, name))),
                4 => self.made(self.both(|l, w| (l.alloc)(parent[w], size))),
                5 => self.made(self.both(|l, w| (l.zero)(parent[w], size, name))),
                6 => self.made(self.both(|l, w| (l.array)(parent[w], 1 << (c % 28), 16, name))),
                7 => self.made(self.both(|l, w| (l.memdup)(parent[w], name.cast(), 1, name))),
                8 => self.made(self.both(|l, w| (l.strdup)(parent[w], name).cast())),
                9 => {
                    let most = usize::from(c % 40);
                    self.made(self.both(|l, w| (l.strndup)(parent[w], name, most).cast()));
                }
                _ if first.is_none() => return false,
                10 | 11 | 14..=16 | 19 if kind == Kind::Limits => return false,
                20 if kind == Kind::Limits && [1, 2, 5].contains(&(c % 6)) => return false,
                10 | 11 if !self.is_below(y, x) => {
                    let to = if c % 8 == 0 { [ptr::null_mut(); 2] } else { y };
                    same(self.both(|l, w| (l.steal)(to[w], x[w], HERE) == x[w]));
                }
                12 => _ = same(self.both(|l, w| (l.free)(x[w], HERE))),
                13 => _ = self.both(|l, w| (l.free_children)(x[w])),
                14 | 15 if !self.is_below(x, y) => {
                    same(self.both(|l, w| (l.reference)(x[w], y[w], HERE) == y[w]));
                }
                16 => _ = same(self.both(|l, w| (l.unlink)(parent[w], y[w]))),
                17 | 18 if self.limited.contains(&first.expect("not none")) => return false,
                17 | 18 => self.resize(kind, first, parent, size * usize::from(b % 4), name),
                19 if !self.is_below(parent, y) => {
                    let old = self.both(|l, w| (l.parent)(y[w]));
                    let from = if b % 2 == 0 { old } else { x };
                    same(self.both(|l, w| (l.reparent)(from[w], parent[w], y[w]) == y[w]));
                }
                20 => {
                    let wish = [
                        Wish::Agree,
                        Wish::Refuse,
                        Wish::RefuseOnce,
                        Wish::MakeChild,
                        Wish::FreeSelf,
                        Wish::LeaveAndRefuseOnce,
                    ][usize::from(c % 6)];
                    let number = first.expect("not none");
                    (0..2).for_each(|which| {
                        side(which, |side| side.wishes.insert(number, wish));
                    });
                }
                21 => self.name(x, y, name, c),
                22 if kind == Kind::Limits => {
                    let most = usize::from(b) * usize::from(c) / 4;
                    same(self.both(|l, w| (l.set_memlimit)(x[w], most)));
                    self.limited.extend(first);
                }
                22 if kind == Kind::Pools && c % 2 == 0 => {
                    self.made(self.both(|l, w| (l.pool)(parent[w], size)));
                }
                22 if kind == Kind::Pools => {
                    self.made(self.both(|l, w| (l.pooled)(parent[w], 16, name, 2, size)));
                }
                23 => self.ask(x, name),
                _ => return false,
            }
        }
        true
    }

    fn resize(
        &mut self,
        kind: Kind,
        number: Option<usize>,
        parent: [*mut c_void; 2],
        size: usize,
        name: *const c_char,
    ) {
        let x = self.pointers(number);
        // SAFETY: the pointers are null or live, and the name is static, or the object has it.
        let moved = unsafe {
            let own = self.both(|l, w| (l.name)(x[w]));
            let is_static = NAMES.iter().any(|name| name.as_ptr() == own[0]);
            let name = if kind == Kind::Pools && is_static { own } else { [name; 2] };
            if kind == Kind::Pools && !is_static {
                return;
            }
            self.both(|l, w| (l.realloc)(parent[w], x[w], size, name[w]))
        };
        if same(moved.map(|object| object.is_null())) {
            return;
        }
        let number = number.expect("what is resized");
        self.objects.insert(number, moved);
        for which in 0..2 {
            side(which, |side| {
                side.numbers.remove(&x[which].addr());
                side.numbers.insert(moved[which].addr(), number);
            });
        }
    }

    /// Another name: one that is static, or that lies in a child.
    fn name(&mut self, x: [*mut c_void; 2], y: [*mut c_void; 2], name: *const c_char, c: u8) {
        // SAFETY: the pointers are live; a child that is a name goes with its parent, or the test
        // does not look at the name any more.
        unsafe {
            same(self.both(|l, w| (l.check_name)(y[w], name).is_null()));
            if c % 2 == 0 {
                self.both(|l, w| (l.set_name)(x[w], name));
                return;
            }
            let child = self.both(|l, w| (l.strdup)(x[w], name).cast::<c_void>());
            if !same(child.map(|child| child.is_null())) {
                self.both(|l, w| (l.set_name)(x[w], child[w].cast()));
                self.both(|l, w| (l.free_children)(x[w]));
                self.both(|l, w| (l.set_name)(x[w], name));
            }
        }
    }

    /// What is not compared after each step.
    fn ask(&self, x: [*mut c_void; 2], name: *const c_char) {
        // SAFETY: the pointers are live.
        unsafe {
            // References can make a loop, in which that search would not end.
            let parents = core::iter::successors(Some(x[0]), |x| Some((BOTH[0].parent)(*x)));
            if parents.take(1000).any(|parent| parent.is_null()) {
                same(self.both(|l, w| number(w, (l.parent_called)(x[w], name))));
            }
            same(self.both(|l, w| report(x[w], l.report)));
            same(self.both(|l, w| report(x[w], l.report_full)));
        }
    }

    /// Asserts that both have the same.
    pub(crate) fn compare(&mut self) {
        same([0, 1].map(|which| side(which, |side| std::mem::take(&mut side.messages))));
        same([0, 1].map(|which| side(which, |side| std::mem::take(&mut side.calls))));
        let live = same([0, 1].map(|which| {
            let mut live = side(which, |side| side.numbers.values().copied().collect::<Vec<_>>());
            live.sort_unstable();
            live
        }));
        self.objects.retain(|number, _| live.contains(number));
        for objects in self.objects.values() {
            // SAFETY: they are live.
            let parent = same(self.both(|l, w| number(w, unsafe { (l.parent)(objects[w]) })));
            if parent.is_some() {
                continue;
            }
            same(self.both(|_, which| {
                let mut walk = Walk { which, seen: Vec::new() };
                let data = (&raw mut walk).cast();
                // SAFETY: live, and `see` gets its walk.
                unsafe { (BOTH[which].walk)(objects[which], 0, -1, Some(see), data) };
                walk.seen
            }));
        }
    }

    /// Frees what is left, so that nothing is.
    pub(crate) fn finish(mut self) {
        (0..2).for_each(|which| side(which, |side| side.wishes.clear()));
        while !self.objects.is_empty() {
            let before = self.objects.len();
            self.for_each_left(|pair, objects| {
                // SAFETY: live.
                same(pair.both(|l, w| unsafe { (l.free)(objects[w], HERE) }));
            });
            if self.objects.len() == before {
                // What is left is held by references; with the last of these they go.
                self.for_each_left(|pair, objects| {
                    // SAFETY: live.
                    pair.both(|l, w| unsafe { (l.free_children)(objects[w]) });
                });
            }
            assert!(self.objects.len() < before, "{:?} cannot be freed", self.objects.keys());
        }
    }

    /// With all that are still live when it is their turn, the newest first.
    fn for_each_left(&mut self, f: impl Fn(&Self, [*mut c_void; 2])) {
        let numbers: Vec<usize> = self.objects.keys().rev().copied().collect();
        for number in numbers {
            if let Some(objects) = self.objects.get(&number) {
                f(self, *objects);
                self.compare();
            }
        }
    }
}

/// The text of a report, without addresses.
fn report(
    object: *const c_void,
    write: unsafe extern "C" fn(*const c_void, *mut talloc_sys::FILE),
) -> String {
    unsafe extern "C" {
        fn open_memstream(text: *mut *mut c_char, size: *mut usize) -> *mut talloc_sys::FILE;
        fn fclose(file: *mut talloc_sys::FILE) -> c_int;
        fn free(text: *mut c_void);
    }
    let (mut text, mut size) = (ptr::null_mut(), 0);
    // SAFETY: the places live until the stream is closed; the object is live.
    unsafe {
        let file = open_memstream(&raw mut text, &raw mut size);
        write(object, file);
        assert_eq!(fclose(file), 0);
        let copy = CStr::from_ptr(text).to_string_lossy().into_owned();
        free(text.cast());
        copy.lines()
            .map(|line| line.split(") 0x").next().unwrap_or_default().to_owned() + "\n")
            .collect()
    }
}
