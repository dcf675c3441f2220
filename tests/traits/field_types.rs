//! Which field type has which trait: a line for each, or why not. A type that is added to
//! `talloc::field` or `talloc::tree` gets its line, and a row in the table of the module's
//! documentation.

use std::collections::BTreeSet;

use serde::Serialize;
use talloc::{Adopt, AsCtx, DeserializeIn, NoDrop, SecretStr, field, tree};
use talloc_tests::source::{path, read};

talloc::node! { #[derive(Serialize)] struct Leaf { number: u32 } }

/// Where a table has a type, or why it has none.
enum Row {
    Documented,
    Not(&'static str),
}

struct FieldType {
    name: &'static str,
    row: Row,
}

/// The type has the trait (`yes`), or it lacks it for the reason given.
macro_rules! check {
    ($type:ty, yes, $($bound:tt)*) => {
        const _: () = {
            const fn has<T: ?Sized + $($bound)*>() {}
            has::<$type>();
        };
    };
    ($type:ty, $why:tt, $($bound:tt)*) => {
        const _: &str = $why;
        const _: () = {
            // With the bound there are two ways to fill in `_`.
            trait Ambiguous<A> {
                const ONE: () = ();
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            struct Second;
            impl<T: ?Sized + $($bound)*> Ambiguous<Second> for T {}
            <$type as Ambiguous<_>>::ONE
        };
    };
}

macro_rules! row {
    (yes) => {
        Row::Documented
    };
    ($why:tt) => {
        Row::Not($why)
    };
}

/// Lines of a module: a type, and in the order of the traits below `yes` or why not; at last
/// whether it is in the module's table.
macro_rules! field_types {
    ($LIST:ident, $deserialize:path;
     $($name:literal $type:ty: $adopt:tt $as_ctx:tt $no_drop:tt $serialize:tt $from:tt $row:tt;)*
    ) => {
        $(
            check!($type, $adopt, Adopt<'static>);
            check!($type, $as_ctx, AsCtx);
            check!($type, $no_drop, NoDrop);
            check!($type, $serialize, Serialize);
            check!($type, $from, $deserialize);
        )*
        const $LIST: &[FieldType] = &[$(FieldType { name: $name, row: row!($row) }),*];
    };
}

const NOT_A_FIELD: &str = "it stands in no struct";
const BORROWS: &str = "it borrows what others own";
const NO_CHUNK: &str = "what it borrows may be no chunk";
const MAY_BE_EMPTY: &str = "an empty one has no chunk";
const TWO_WORDS: &str = "it comes as a pointer and a length: `from_raw` takes both";
const UNKNOWN_LENGTH: &str = "it does not know how many there are";
const SECRET: &str = "nothing may show it, write it or allocate below it";
const NOT_WIPED: &str = "it is taken over by `from_raw`, which sees to the wipe";
const BUILT: &str = "a node is built in a closure, which reads its fields";
const BY_TREE_CTX: &str = "in a tree, `from_raw` takes the `TreeCtx`";
const CTX_OF_TREE: &str = "in a tree, only the `TreeCtx` leads to what allocates";
const TREES_ARRAY: &str = "elements of an array of a tree need no such promise";
const WHOLE: &str = "it is a whole tree or the way to one, and no field";

field_types! {
    FIELD, DeserializeIn<'static, 'static>;
    // Adopt AsCtx NoDrop Serialize DeserializeIn, and the row.
    "Array" field::Array<'static, u8>: yes yes yes yes yes yes;
    "Blob" field::Blob<'static>: BORROWS NO_CHUNK yes BORROWS BORROWS yes;
    "BlobBuf" field::BlobBuf<'static>: TWO_WORDS MAY_BE_EMPTY yes yes yes yes;
    "CStrRef" field::CStrRef<'static>: BORROWS NO_CHUNK yes BORROWS BORROWS yes;
    "Items" field::Items<'static, u8>: BORROWS NO_CHUNK yes UNKNOWN_LENGTH BORROWS yes;
    "Kept" field::Kept<'static, Leaf>: yes yes yes yes BUILT yes;
    "Str" field::Str<'static>: yes yes yes yes yes yes;
    "StrList" field::StrList<'static>: yes yes yes yes yes yes;
    "StrListRef" field::StrListRef<'static>: BORROWS NO_CHUNK yes BORROWS BORROWS yes;
    "SecretStr" SecretStr<'static>: NOT_WIPED SECRET yes SECRET yes yes;
    "ArrayIntoIter" field::ArrayIntoIter<'static, u8>:
        NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD;
    "StrListIter" field::StrListIter<'static>:
        NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD NOT_A_FIELD;
}

field_types! {
    TREE, tree::DeserializeIn<'static, 'static>;
    "Array" tree::Array<'static, u8>: BY_TREE_CTX CTX_OF_TREE TREES_ARRAY yes yes yes;
    "Kept" tree::Kept<'static, Leaf>: BY_TREE_CTX CTX_OF_TREE TREES_ARRAY yes BUILT yes;
    "SecretStr" tree::SecretStr<'static>: BY_TREE_CTX SECRET TREES_ARRAY SECRET yes yes;
    "Str" tree::Str<'static>: BY_TREE_CTX CTX_OF_TREE TREES_ARRAY yes yes yes;
    "StrList" tree::StrList<'static>: BY_TREE_CTX CTX_OF_TREE TREES_ARRAY yes yes yes;
    "Opened" tree::Opened<'static, Leaf>: WHOLE WHOLE WHOLE WHOLE WHOLE WHOLE;
    "Pooled" tree::Pooled: WHOLE WHOLE WHOLE WHOLE WHOLE WHOLE;
    "Seed" tree::Seed<'static, 'static, u8>: WHOLE WHOLE WHOLE WHOLE WHOLE WHOLE;
    "Tree" tree::Tree<Leaf>: WHOLE WHOLE WHOLE yes BUILT WHOLE;
    "TreeCtx" tree::TreeCtx<'static>: WHOLE WHOLE WHOLE WHOLE WHOLE WHOLE;
}

/// What the modules offer that is no type.
const OTHERS: [&str; 4] = ["NoDrop", "DeserializeIn", "Movable", "pooled"];
/// A field type that `talloc::field` does not offer: its table says what for.
const ELSEWHERE: [&str; 1] = ["SecretStr"];

/// The names in the `pub use` of a module.
fn offered(source: &str) -> BTreeSet<&str> {
    let uses = source.split("\npub use ").skip(1);
    uses.flat_map(|text| {
        let path = text.split(';').next().expect("a path");
        let (_, names) = path.rsplit_once("::").expect("a name");
        names.trim_matches(['{', '}']).split(',').map(str::trim).filter(|name| !name.is_empty())
    })
    .collect()
}

/// Whether a row of a table in the documentation links to the type, or names it.
fn has_row(source: &str, name: &str) -> bool {
    let rows = source.lines().filter(|line| line.starts_with("//! |"));
    rows.map(|row| row.split('|').nth(2).unwrap_or_default())
        .any(|rust| rust.contains(&format!("({name})")) || rust.contains(&format!("`{name}<")))
}

fn check(module: &str, types: &[FieldType]) {
    let source = read(&path("talloc/src").join(module));
    let listed: BTreeSet<&str> = types.iter().map(|field| field.name).collect();
    let offered = offered(&source);
    for name in &offered {
        assert!(
            listed.contains(name) || OTHERS.contains(name),
            "talloc/src/{module} offers `{name}`: say in tests/traits/field_types.rs which of \
             `Adopt`, `AsCtx`, `NoDrop` and serde's traits it has, or why not, and add it to the \
             table in the documentation of the module"
        );
    }
    for FieldType { name, row } in types {
        let known = offered.contains(name) || ELSEWHERE.contains(name);
        assert!(known, "talloc/src/{module} offers no `{name}`: remove its line here");
        match (row, has_row(&source, name)) {
            (Row::Documented, false) => panic!("no table in talloc/src/{module} has `{name}`"),
            (Row::Not(why), true) => {
                panic!("`{name}` is in a table of talloc/src/{module}: {why}?")
            }
            _ => {}
        }
    }
}

#[test]
fn each_field_type_is_in_the_tables() {
    check("node/field/mod.rs", FIELD);
}

#[test]
fn each_type_of_a_tree_is_in_the_tables() {
    check("tree/mod.rs", TREE);
}
