//! What a row names is there, is public, and is found by C's name.

use talloc_tests::source::{Item, items};

use crate::table::{Named, Row, rows};

/// The items that are meant: all of that name, if they are those "of each" handle. Otherwise
/// the one of the type or module, or of `CtxRef`; where there are several, one with the alias.
fn meant<'i>(named: &Named, row: &Row, items: &'i [Item]) -> Vec<&'i Item> {
    let mut all: Vec<&Item> =
        items.iter().filter(|item| item.is_public && item.name == named.name).collect();
    if named.of_each {
        return all;
    }
    if let Some(parent) = &named.parent {
        all.retain(|item| item.is_in(parent));
    } else if all.iter().any(|item| item.is_in("CtxRef")) {
        all.retain(|item| item.is_in("CtxRef"));
    }
    let one = all.iter().find(|item| has_alias_of(item, row)).or(all.first());
    one.copied().into_iter().collect()
}

fn has_alias_of(item: &Item, row: &Row) -> bool {
    item.aliases.iter().any(|alias| row.names.contains(alias))
}

#[test]
fn every_row_has_a_rust_form_or_a_reason() {
    for Row { names, form, .. } in rows() {
        assert!(form.len() > 5, "docs/c-api.md, {names:?}: nothing said");
    }
}

#[test]
fn what_a_row_names_exists_and_has_the_alias() {
    let items = items();
    let mut all = Vec::new();
    for row in rows() {
        let names = row.names.join(" ");
        let mut carried = String::new();
        for named in row.items() {
            let meant = meant(&named, &row, &items);
            if meant.is_empty() {
                all.push(format!("docs/c-api.md, {names}: the crate has no public {named:?}"));
            }
            if !row.has_form() {
                continue;
            }
            for item in meant {
                carried.extend(item.aliases.iter().map(|alias| format!(" {alias} ")));
                if !has_alias_of(item, &row) {
                    let (shown, file) = (item.shown(), &item.file);
                    all.push(format!(
                        "docs/c-api.md, {names}: {shown} in talloc/src/{file} lacks \
                         #[doc(alias = \"{}\")]",
                        row.names[0]
                    ));
                }
            }
        }
        if row.has_form() {
            all.extend(
                row.public_names().filter(|name| !carried.contains(&format!(" {name} "))).map(
                    |name| format!("docs/c-api.md, {names}: no item there has the alias {name}"),
                ),
            );
        }
    }
    assert!(all.is_empty(), "{} things:\n{}", all.len(), all.join("\n"));
}
