//! Trees that go to C and come from C.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::{Arc, Mutex};
use std::thread;

use talloc::tree::{Array, Kept, Str, StrList};
use talloc::{Error, Tree, TreeCtx};
use talloc_tests::c;

use crate::support::{Alive, Config, Value, config};

talloc::node! {
    #[repr(C)]
    #[derive(Debug)]
    struct User<'t> as c"struct user" {
        name: Str<'t>,
        /// An array, whose length C asks libtalloc for.
        groups: &'t u32,
        hosts: Option<StrList<'t>>,
        friend_of: Option<Kept<'t, User<'static>>>,
        id: i32,
    }
}

/// A tree by C.
fn user_of_c() -> *mut User<'static> {
    // Whoever uses libtalloc first is the crate.
    drop(talloc::Ctx::new());
    // SAFETY: a root.
    unsafe { c::tt_user_new(ptr::null(), c"anna".as_ptr()) }.cast()
}

#[test]
fn t5_a_tree_from_c() {
    // SAFETY: new, and nobody else knows it.
    let mut user = unsafe { Tree::<User>::from_raw(user_of_c()) }.unwrap();
    // SAFETY: as above.
    let friend = unsafe { Tree::<User>::from_raw(user_of_c()) }.unwrap();
    user.with_mut(|t, user| {
        assert_eq!(user.name, "anna");
        user.name.push_str(t, &"-and-more".repeat(10)).unwrap();
        let hosts = t.strdup_list(["alpha"]).unwrap();
        user.hosts.replace(hosts).unwrap().free(t);
        user.id += *user.groups as i32;
        let friend = t.attach(friend);
        assert!(user.friend_of.replace(friend).is_none());
    });
    let raw = thread::spawn(move || user.into_raw() as usize).join().unwrap() as *mut c_void;
    let mut text = [0; 200];
    // SAFETY: live; the other thread has ended.
    unsafe {
        let size = c::tt_user_describe(raw, text.as_mut_ptr().cast::<c_char>(), text.len());
        assert!(size > 0);
    }
    let text = CStr::from_bytes_until_nul(&text).unwrap().to_str().unwrap();
    assert!(text.contains("anna-and-more-and-more"), "{text}");
    // SAFETY: as it was; nobody else uses it.
    let user = unsafe { Tree::<User>::from_raw(raw.cast()) }.unwrap();
    assert_eq!(user.with(|user| user.friend_of.as_ref().unwrap().get().id), 7);
}

#[test]
fn t5_what_is_no_such_tree() {
    // SAFETY: null.
    let error = unsafe { Tree::<User>::from_raw(ptr::null_mut()) }.unwrap_err();
    assert_eq!(error, Error::Null);
    let raw = config().into_raw();
    // SAFETY: live, and ours.
    let error = unsafe { Tree::<User>::from_raw(raw.cast()) }.unwrap_err();
    assert!(matches!(error, Error::WrongType { .. }));
    // SAFETY: it comes from `into_raw`.
    drop(unsafe { Tree::<Config>::from_raw(raw) }.unwrap());
}

#[test]
fn t5_values_of_rust_go_to_c_and_come_back() {
    talloc::node! { struct Job<'t> { value: Value, kept: &'t mut Value } }
    let alive = Alive::default();
    let job = Tree::<Job>::build(|t| Job { value: alive.value(), kept: t.keep(alive.value()) });
    let raw = job.into_raw() as usize;
    let back = thread::spawn(move || {
        // SAFETY: it comes from `into_raw`, and nobody else has it.
        unsafe { Tree::<Job>::from_raw(raw as *mut Job<'_>) }.unwrap()
    });
    let back = back.join().unwrap();
    assert_eq!(back.with(|job| job.value.read() + job.kept.read()), 14);
    let raw = back.into_raw();
    assert_eq!(alive.count(), 2);
    // SAFETY: live, and C frees it.
    assert_eq!(unsafe { c::tt_free(raw.cast()) }, 0);
    assert_eq!(alive.count(), 0);
}

#[test]
fn t5_c_that_refuses_the_free() {
    let user = user_of_c();
    // SAFETY: live; the destructor does not look at it, on any thread.
    unsafe { c::tt_set_refusing(user.cast(), 1) };
    // SAFETY: nobody else knows it, and the struct has no drop glue.
    let user = unsafe { Tree::<User>::from_raw(user) }.unwrap();
    let refused = user.free().unwrap_err();
    assert_eq!(*refused.error(), Error::Refused);
    let user = refused.into_inner();
    assert!(user.with(|user| user.name == "anna"));
    user.free().unwrap();
}

#[test]
fn t5_c_that_allocates_in_a_tree() {
    talloc::node! {
        struct Loaded<'t> {
            text: Str<'t>,
            list: StrList<'t>,
            bytes: Array<'t, u8>,
            user: Kept<'t, User<'static>>,
        }
    }
    fn load<'t>(t: &TreeCtx<'t>) -> Result<Loaded<'t>, Error> {
        // SAFETY: what is made of it is left below the node as C would leave it, or becomes
        // a field at once.
        let ctx = unsafe { t.as_ctx() };
        let list = ctx.strdup_list(["a", "b"])?.into_raw();
        // SAFETY: live.
        unsafe {
            let text = talloc_sys::talloc_strdup(ctx.as_ptr(), c"text".as_ptr());
            let bytes = talloc_sys::talloc_strdup(ctx.as_ptr(), c"bytes".as_ptr());
            let user = c::tt_user_new(ctx.as_ptr(), c"bob".as_ptr());
            assert_eq!(Str::from_raw(t, ptr::null_mut()).unwrap_err(), Error::Null);
            Ok(Loaded {
                text: Str::from_raw(t, text)?,
                list: StrList::from_raw(t, list)?,
                bytes: Array::from_raw(t, bytes.cast())?,
                user: Kept::from_raw(t, user.cast())?,
            })
        }
    }
    let mut loaded = Tree::<Loaded>::try_build(load).unwrap();
    loaded.with_mut(|t, loaded| {
        loaded.text.push_str(t, " that is longer than it was").unwrap();
        // What was the name of the chunk.
        loaded.bytes.fill(b'x');
        loaded.bytes.extend(t, [b'y'; 100]);
        loaded.user.with_mut(t, |t, user| user.name.set(t, "carl").unwrap());
    });
    let mut loaded = thread::spawn(move || loaded).join().unwrap();
    let mut report = String::new();
    loaded.report_full(&mut report).unwrap();
    loaded.with(|loaded| {
        assert_eq!(loaded.list.len(), 2);
        assert_eq!((loaded.bytes.len(), loaded.bytes[5]), (106, 0x78));
        assert!(loaded.text == "text that is longer than it was");
        assert!(loaded.user.get().name == "carl");
    });
}

/// What Samba's `loadparm_context` is to Rust: opaque, made and used by C.
mod samba {
    use super::*;

    talloc::node! {
        #[repr(C)]
        pub(super) struct LoadParm as c"struct user" {
            _opaque: [u8; 0],
        }
    }

    /// Shared by all threads of the process, without `unsafe impl`.
    #[derive(Clone)]
    pub(super) struct Lp(Arc<Mutex<Tree<LoadParm>>>);

    impl Lp {
        pub(super) fn new() -> Result<Self, Error> {
            let made = user_of_c().cast::<LoadParm>();
            // SAFETY: a new root with what C has put below; nobody else knows it, C's
            // functions use nothing else, and it is used under the lock only.
            let tree = unsafe { Tree::<LoadParm>::from_raw(made) }?;
            Ok(Lp(Arc::new(Mutex::new(tree))))
        }

        pub(super) fn describe(&self) -> String {
            let mut text = [0; 200];
            self.0.lock().unwrap().with_mut(|t, _| {
                // SAFETY: live; C reads it.
                unsafe {
                    let ctx = t.as_ctx().as_ptr();
                    c::tt_user_describe(ctx, text.as_mut_ptr().cast::<c_char>(), text.len());
                }
            });
            CStr::from_bytes_until_nul(&text).unwrap().to_string_lossy().into_owned()
        }

        pub(super) fn set(&self, text: &CStr) {
            self.0.lock().unwrap().with_mut(|t, _| {
                // SAFETY: live; C leaves a string below it.
                unsafe { talloc_sys::talloc_strdup(t.as_ctx().as_ptr(), text.as_ptr()) };
            });
        }

        pub(super) fn blocks(&self) -> usize {
            self.0.lock().unwrap().total_blocks()
        }
    }
}

#[test]
fn t5_samba_shares_its_parameters() {
    let lp = samba::Lp::new().unwrap();
    let blocks = lp.blocks();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let lp = lp.clone();
            thread::spawn(move || {
                for _ in 0..100 {
                    lp.set(c"value");
                    assert!(lp.describe().contains("anna"));
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(lp.blocks(), blocks + 400);
}

talloc::node! {
    #[repr(C)]
    struct Job<'t> as c"struct job" {
        text: Str<'t>,
        answer: Option<Str<'t>>,
    }
}

#[test]
fn t5_a_thread_of_c_runs_a_job_and_hands_it_back() {
    let mut job = Tree::<Job>::build(|t| Job { text: t.strdup_c(c"job"), answer: None });
    for _ in 0..3 {
        let raw = job.into_raw();
        // SAFETY: C has the job to itself, and its thread has ended when the call returns.
        let done = unsafe { c::tt_run_job(raw.cast()) };
        // SAFETY: the same tree, with one string more below it.
        job = unsafe { Tree::<Job>::from_raw(done.cast()) }.expect("a job");
        assert!(job.with(|job| job.answer.as_ref().is_some_and(|answer| *answer == "job, done")));
        let on_another_thread = thread::spawn(move || {
            job.with_mut(|t, job| job.text.set(t, "job")).expect("no NUL");
            job
        });
        job = on_another_thread.join().expect("no panic");
    }
    assert_eq!(job.total_blocks(), 3);
}
