//! What carries the name of a C function has its row, which names it.

use talloc_tests::source::{Item, items};

use crate::table::{Named, Row, rows};

/// Aliases that are no names of C: words that Rust has for something like it.
const WORDS: [&str; 2] = ["get_mut", "reset"];

/// Whether the Rust column names the item, its namesake of another type, or a method of the
/// type that the item is.
fn is_named(item: &Item, named: &[Named]) -> bool {
    named.iter().any(|named| {
        [&*item.name, item.plain_name()].contains(&&*named.name)
            || item.is_type && named.parent.as_ref() == Some(&item.name)
    })
}

fn wrong(item: &Item, alias: &str, rows: &[Row]) -> Option<String> {
    let (shown, file) = (item.shown(), &item.file);
    let at = format!("{shown} in talloc/src/{file} has the alias {alias}");
    if !item.is_public {
        return Some(format!("{at}, but is not public: nobody finds it"));
    }
    let Some(row) = rows.iter().find(|row| row.names.iter().any(|name| name == alias)) else {
        return Some(format!("{at}, which is in no row of docs/c-api.md"));
    };
    let (form, named) = (&row.form, row.items());
    (!row.has_form() || !is_named(item, &named)).then(|| {
        format!("{at}, but the row in docs/c-api.md does not name it: write `{shown}` there. It says: {form}")
    })
}

#[test]
fn what_has_an_alias_is_named_in_its_row() {
    let rows = rows();
    let items = items();
    let mut aliases = 0;
    let mut all = Vec::new();
    for item in &items {
        for alias in &item.aliases {
            if !WORDS.contains(&&**alias) {
                aliases += 1;
                all.extend(wrong(item, alias, &rows));
            }
        }
    }
    assert!(aliases > 200, "only {aliases} aliases are read");
    assert!(all.is_empty(), "{} things:\n{}", all.len(), all.join("\n"));
}
