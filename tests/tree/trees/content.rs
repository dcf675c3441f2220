//! What a tree may consist of.

use core::ffi::CStr;
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use talloc::tree::{self, Array, Kept, SecretStr, Str, StrList};
use talloc::{Error, MAX_SIZE, Tree, TreeCtx};

use crate::support::{BLOCKS, Config, load};

/// Hands a tree to another thread and back.
fn away_and_back<F: tree::Movable>(tree: tree::Tree<F>) -> tree::Tree<F> {
    thread::spawn(move || tree).join().unwrap()
}

talloc::node! {
    struct Texts<'t> {
        formatted: Str<'t>,
        cut: Str<'t>,
        raw: Str<'t>,
        list: StrList<'t>,
        more: Array<'t, Str<'t>>,
        plain: &'t str,
        changed: &'t mut str,
        shared: &'t str,
        secret: SecretStr<'t>,
        none: Option<Str<'t>>,
    }
}

fn texts<'t>(t: &TreeCtx<'t>) -> Result<Texts<'t>, Error> {
    let plain: &str = t.alloc_str("größer\0");
    let changed = t.alloc_str("abc");
    changed.make_ascii_uppercase();
    Ok(Texts {
        formatted: talloc::format!(t, "{}-{:03}", "a", 7)?,
        cut: t.strndup("größer", 3)?,
        raw: t.strdup_c(c"\xff"),
        list: t.strdup_list(["x", "", "yy"])?,
        more: t.alloc_slice_from_iter(["m", "n"].map(|text| t.strdup(text).unwrap())),
        plain,
        changed,
        shared: &plain[..2],
        secret: t.strdup_secret("hunter2")?,
        none: None,
    })
}

#[test]
fn t5_texts() {
    let mut tree = away_and_back(Tree::<Texts>::try_build(texts).unwrap());
    tree.with_mut(|t, texts| {
        assert_eq!(texts.formatted, "a-007");
        texts.formatted.push_str(t, &"-long".repeat(300)).unwrap();
        texts.formatted.push_str(t, "").unwrap();
        let error = texts.formatted.push_str(t, "a\0").unwrap_err();
        assert_eq!(error, Error::InteriorNul { position: 1 });
        texts.more[1].set(t, "changed").unwrap();
        let more = t.strdup("o").unwrap();
        texts.more.push(t, more);
        texts.more.swap_remove(0).free(t);
        texts.secret.set(t, "correct horse").unwrap();
        texts.none = Some(t.strdup("some").unwrap());
        assert_eq!(t.strdup("\0").unwrap_err(), Error::InteriorNul { position: 0 });
        let error = t.format(format_args!("{}", "b\0")).unwrap_err();
        assert_eq!(error, Error::InteriorNul { position: 1 });
    });
    tree.with(|texts| {
        assert_eq!(texts.formatted.to_bytes().len(), 5 + 5 * 300);
        assert_eq!(texts.formatted.as_str()[..10], *"a-007-long");
        assert!(texts.cut == "gr" && texts.raw == *c"\xff");
        assert_eq!(texts.list.iter().collect::<Vec<_>>(), [c"x", c"", c"yy"]);
        assert_eq!(
            texts.more.iter().map(|text| text.to_bytes()).collect::<Vec<_>>(),
            [&b"o"[..], b"changed"]
        );
        assert_eq!((texts.plain, &*texts.changed, texts.shared), ("größer\0", "ABC", "gr"));
        assert_eq!(texts.secret.expose(), c"correct horse");
        assert_eq!(*texts.none.as_ref().unwrap(), *"some");
        assert_eq!(format!("{:?} {}", texts.secret, texts.raw), "SecretStr { .. } \u{fffd}");
    });
    let not_utf8 = catch_unwind(AssertUnwindSafe(|| tree.with(|texts| texts.raw.as_str().len())));
    let message = *not_utf8.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("not UTF-8"), "{message}");
    tree.with_mut(|t, texts| texts.none.take().unwrap().free(t));
    assert_eq!(tree.total_blocks(), 1 + 4 + 3 + 2 + 4);
}

talloc::node! {
    struct Secrets<'t> {
        list: Option<StrList<'t>>,
        secret: Option<SecretStr<'t>>,
    }
}

#[test]
fn t5_texts_for_c_that_are_freed_early() {
    let mut tree = Tree::<Secrets>::try_build(|t| {
        Ok(Secrets {
            list: Some(t.strdup_list(["x", "yy"])?),
            secret: Some(t.strdup_secret("hunter2")?),
        })
    })
    .unwrap();
    let (node, pointer) = (size_of::<Secrets<'_>>(), size_of::<usize>());
    let texts = "x".len() + 1 + "yy".len() + 1 + "hunter2".len() + 1;
    assert_eq!((tree.total_blocks(), tree.total_size()), (5, node + 3 * pointer + texts));
    tree.with_mut(|t, secrets| {
        let (list, secret) = (secrets.list.take().unwrap(), secrets.secret.take().unwrap());
        assert!(!list.is_empty() && t.strdup_list([""; 0]).unwrap().is_empty());
        // SAFETY: they live, and end with a NUL.
        let (first, text) =
            unsafe { (CStr::from_ptr(*list.as_ptr()), CStr::from_ptr(secret.as_ptr())) };
        assert_eq!((first, text), (c"x", c"hunter2"));
        list.free(t);
        secret.free(t);
    });
    // What is left is the list of no string.
    assert_eq!((tree.total_blocks(), tree.total_size()), (2, node + pointer));
}

talloc::node! {
    enum Value<'t> {
        Null,
        Text(Str<'t>),
        List(Array<'t, Kept<'t, Value<'static>>>),
        Both(Kept<'t, Value<'static>>, Kept<'t, Value<'static>>),
    }
}

impl Value<'_> {
    fn texts(&self) -> usize {
        match self {
            Value::Null => 0,
            Value::Text(text) => text.to_bytes().len(),
            Value::List(list) => list.iter().map(|value| value.get().texts()).sum(),
            Value::Both(one, two) => one.get().texts() + two.get().texts(),
        }
    }
}

fn value<'t>(t: &TreeCtx<'t>, depth: usize) -> Result<Value<'t>, Error> {
    Ok(match depth {
        0 => Value::Null,
        1 => Value::Text(t.strdup("text")?),
        _ if depth % 2 == 0 => {
            let mut list = Array::new();
            for _ in 0..3 {
                list.push(t, t.try_build::<Value>(|t| value(t, depth - 1))?);
            }
            Value::List(list)
        }
        _ => Value::Both(
            t.try_build::<Value>(|t| value(t, depth - 1))?,
            t.try_build::<Value>(|t| value(t, depth - 2))?,
        ),
    })
}

#[test]
fn t5_recursive_enums() {
    let mut tree = away_and_back(Tree::<Value>::try_build(|t| value(t, 5)).unwrap());
    assert_eq!(tree.with(|value| value.texts()), 4 * (3 * 4 + 4));
    let before = tree.total_blocks();
    tree.with_mut(|t, value| {
        let Value::Both(one, two) = value else { panic!("it is a pair") };
        std::mem::swap(one, two);
        one.with_mut(t, |t, one| {
            let old = std::mem::replace(one, Value::Text(t.strdup("new").unwrap()));
            if let Value::Both(one, two) = old {
                one.free(t);
                two.free(t);
            }
        });
    });
    assert!(tree.total_blocks() < before);
    assert_eq!(tree.with(|value| value.texts()), 4 * 3 * 4 + 3);
}

talloc::node! { struct Named<'t, T: Send + Default> { name: Str<'t>, value: T } }

#[test]
fn t5_plain_values_and_generics() {
    let mut tree = Tree::<Named<BTreeMap<String, HashSet<u8>>>>::build(|t| Named {
        name: t.strdup_c(c"map"),
        value: BTreeMap::default(),
    });
    tree.with_mut(|_, named| named.value.entry("a".into()).or_default().insert(1));
    let tree = away_and_back(tree);
    assert!(tree.with(|named| named.name == "map" && named.value["a"].contains(&1)));
    let locked = Tree::<Named<(Mutex<Vec<u8>>, AtomicU32)>>::build(|t| Named {
        name: t.strdup_c(c"locked"),
        value: Default::default(),
    });
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                locked.with(|locked| {
                    locked.value.0.lock().unwrap().push(1);
                    locked.value.1.fetch_add(1, Ordering::Relaxed);
                });
            });
        }
    });
    assert_eq!(locked.with(|l| (l.value.0.lock().unwrap().len(), l.name.is_empty())), (4, false));
    assert_eq!(locked.with(|locked| locked.value.1.load(Ordering::Relaxed)), 4);
}

#[test]
fn t5_a_pool_for_the_whole_tree() {
    for (objects, bytes) in [(0, 0), (2, 10), (20, 1000)] {
        let mut tree = tree::pooled(objects, bytes).try_build::<Config>(load).unwrap();
        for round in 1..20 {
            tree = away_and_back(tree);
            crate::support::change(&mut tree, round);
        }
        assert_eq!(tree.total_blocks(), BLOCKS);
        // Within another one that has a pool, too.
        talloc::node! { struct All<'t> { all: Array<'t, Kept<'t, Config<'static>>> } }
        let mut all = tree::pooled(4, 4000).build::<All>(|_| All { all: Array::new() });
        all.with_mut(|t, all| {
            let first = t.attach(tree);
            let second = t.attach(crate::support::config());
            let third = t.try_build::<Config>(load).unwrap();
            all.all.extend(t, [first, second, third]);
        });
        let mut all = away_and_back(all);
        all.with_mut(|t, all| all.all.remove(usize::from(objects > 0)).free(t));
        assert_eq!(all.total_blocks(), 2 + 2 * BLOCKS);
    }
    let error = tree::pooled(usize::MAX, 1).try_build::<Config>(load).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }));
}

#[test]
fn t5_names_are_those_of_nodes() {
    talloc::node! { struct Plain<'t> { text: Str<'t> } }
    talloc::node! { #[repr(C)] struct InC<'t> as c"struct in_c" { text: Str<'t> } }
    let mut plain = Tree::<Plain>::build(|t| Plain { text: t.strdup_c(c"a") });
    let mut in_c = Tree::<InC>::build(|t| InC { text: t.strdup_c(c"a") });
    assert!(plain.with(|plain| plain.text == "a") && in_c.with(|in_c| in_c.text == "a"));
    let name = String::from_utf8(plain.snapshot().root().unwrap().name().to_vec()).unwrap();
    assert!(name.ends_with("::Plain"), "{name}");
    assert_eq!(in_c.snapshot().root().unwrap().name(), b"struct in_c");
    let mut report = String::new();
    in_c.report_full(&mut report).unwrap();
    assert!(report.contains("\n    a  ") && report.contains("struct in_c"), "{report}");
}

#[test]
fn t5_what_is_too_large_is_an_error() {
    talloc::node! {
        struct Large {
            #[expect(dead_code, reason = "only the size counts")]
            bytes: [u8; MAX_SIZE + 1],
        }
    }
    let error = Tree::<Large>::try_build(|_| Err(Error::Null)).err();
    assert_eq!(error, Some(Error::TooLarge { size: MAX_SIZE + 1 }));
    let mut tree = crate::support::config();
    tree.with_mut(|t, config| {
        assert!(t.try_build::<Large>(|_| Err(Error::Null)).is_err());
        assert!(t.try_keep([0_u8; 10]).is_ok());
        assert!(t.try_on_free(|| ()).is_ok());
        let huge = "x".repeat(MAX_SIZE);
        assert!(matches!(t.try_strdup(&huge), Err(Error::TooLarge { .. })));
        assert!(matches!(t.try_alloc_str(&huge), Err(Error::TooLarge { .. })));
        assert!(matches!(t.try_strdup_secret(&huge), Err(Error::TooLarge { .. })));
        let more = [huge.as_bytes(), b"x"].concat();
        assert!(matches!(t.try_alloc_slice_copy(&more), Err(Error::TooLarge { .. })));
        assert!(matches!(config.address.set(t, &huge), Err(Error::TooLarge { .. })));
        assert!(matches!(config.address.push_str(t, &huge), Err(Error::TooLarge { .. })));
        assert_eq!(config.address, "::1");
    });
    assert_eq!(tree.total_blocks(), BLOCKS + 2);
}
