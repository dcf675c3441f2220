//! The rows of `docs/c-api.md`.

use talloc_tests::source::{is_name, path, read};

/// The section of functions that are not libtalloc's.
const SAMBA: &str = "## Samba's own";

/// Code in the Rust column that is no item of the crate: of the standard library, a keyword, a
/// feature, or what [`crate::rows`] cannot look up.
const NOT_OURS: [&str; 16] = [
    "DEP_TALLOC_VERSION",
    "Drop",
    "Option::take",
    "allocator-api2",
    "as c\"…\"",
    "fmt::Write",
    "is_empty",
    "log",
    "main",
    "str",
    "talloc-sys",
    "talloc::process",
    "unsafe",
    "unwrap",
    "write!",
    "zeroize",
];

pub(crate) struct Row {
    /// C's names: functions, macros, and the functions behind macros.
    pub(crate) names: Vec<String>,
    /// The Rust column.
    pub(crate) form: String,
    /// Whether the names are of Samba's libraries and not of `talloc.h`.
    pub(crate) is_samba: bool,
}

/// An item as a row names it: `new_child`, `Ctx::new`, `talloc::process::set_log_fn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The type or module, if one is named.
    pub(crate) parent: Option<String>,
    pub(crate) name: String,
    /// Whether all items of this name are meant: "`steal` of each handle".
    pub(crate) of_each: bool,
}

pub(crate) fn rows() -> Vec<Row> {
    let mut is_samba = false;
    let mut rows = Vec::new();
    for line in read(&path("docs/c-api.md")).lines() {
        if line.starts_with("## ") {
            is_samba = line == SAMBA;
        }
        if !line.starts_with("| `") {
            continue;
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [names, form] = cells[..] else { panic!("two columns: {line}") };
        let names = names.split('`').filter(|name| is_name(name)).map(str::to_owned).collect();
        rows.push(Row { names, form: form.to_owned(), is_samba });
    }
    assert!(is_samba, "docs/c-api.md ends with {SAMBA}");
    rows
}

impl Row {
    /// There is no Rust form, and nothing calls it.
    pub(crate) fn says_no(&self) -> bool {
        self.form.starts_with("no:")
    }

    /// The crate calls it, and offers nothing that does only this.
    pub(crate) fn is_inside_only(&self) -> bool {
        self.form.starts_with("inside only:")
    }

    /// Something in the crate stands for it.
    pub(crate) fn has_form(&self) -> bool {
        !self.says_no() && !self.is_inside_only() && !self.form.starts_with("the variable")
    }

    /// C's names without those of the functions behind macros, which nobody searches for.
    pub(crate) fn public_names(&self) -> impl Iterator<Item = &String> {
        self.names.iter().filter(|name| !name.starts_with('_'))
    }

    /// The items of the crate that the Rust column names. In "`b` of `A` and `B`" these are
    /// `A::b` and `B::b`.
    pub(crate) fn items(&self) -> Vec<Named> {
        let parts: Vec<&str> = self.form.split('`').collect();
        let mut items: Vec<Named> = Vec::new();
        // The name before " of ", as long as its owners are listed.
        let mut owned: Option<Named> = None;
        for (at, code) in parts.iter().enumerate().skip(1).step_by(2) {
            let Some(item) = ours(code) else { continue };
            owned = match parts[at - 1].trim() {
                "of" if at > 1 => items.pop(),
                "," | "and" => owned,
                _ => None,
            };
            items.push(match &owned {
                Some(owned) => Named { parent: Some(item.name), ..owned.clone() },
                None => {
                    let of_each = parts[at + 1].starts_with(" of each");
                    Named { of_each, ..item }
                }
            });
        }
        items
    }
}

fn ours(code: &str) -> Option<Named> {
    let is_c = code == "talloc" || code.starts_with("talloc_");
    if is_c || NOT_OURS.contains(&code) {
        return None;
    }
    // `alloc_slice_zeroed::<u8>`, `talloc::format!`.
    let path = code.split("::<").next().unwrap_or_default().trim_end_matches('!');
    // Types of others, such as `Vec<T, &CtxRef>`.
    if path.contains('<') {
        return None;
    }
    let mut segments = path.rsplit("::").map(str::to_owned);
    let name = segments.next()?;
    assert!(is_name(&name), "docs/c-api.md: `{code}` is no item of the crate: add it to NOT_OURS");
    Some(Named { parent: segments.next(), name, of_each: false })
}

#[test]
fn rows_are_read() {
    let row = |form: &str| Row { names: Vec::new(), form: form.to_owned(), is_samba: false };
    let read = |form: &str| -> Vec<String> {
        let items = row(form).items().into_iter();
        items.map(|item| item.parent.unwrap_or_default() + "." + &item.name).collect()
    };
    assert_eq!(read("`alloc`, `Ctx::new`; see `talloc_new`"), [".alloc", "Ctx.new"]);
    assert_eq!(read("`a::<u8>` and `talloc::format!`, or `Vec<T>`"), [".a", "talloc.format"]);
    assert_eq!(read("`set` of `A`, `B` and `C`; `D`"), ["A.set", "B.set", "C.set", ".D"]);
    assert!(row("`steal` of each handle").items()[0].of_each);
    assert_eq!(read("`talloc::process::log`, `x` of the same"), ["process.log", ".x"]);
}
