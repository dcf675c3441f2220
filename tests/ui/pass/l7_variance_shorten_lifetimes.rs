use talloc::{Array, BlobBuf, Ctx, Kept, Node, Str, StrList, TBox, TString};

talloc::node! { struct User<'t> { name: Str<'t> } }

struct All<'p, 'v> {
    ctx: Ctx<'p>,
    object: TBox<'p, &'v str>,
    string: TString<'p>,
    str: Str<'p>,
    list: StrList<'p>,
    array: Array<'p, &'v str>,
    blob: BlobBuf<'p>,
    node: Node<'p, User<'static>>,
    kept: Kept<'p, User<'static>>,
}

fn shorten<'short>(all: All<'static, 'static>, _: &'short ()) -> All<'short, 'short> {
    all
}

fn main() {
    let root = Ctx::new().leak();
    let user = || root.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let all = All {
        ctx: root.new_child(),
        object: root.alloc("a"),
        string: talloc::format!(root, "{}", 1),
        str: root.strdup("b").unwrap(),
        list: root.strdup_list(["c"]).unwrap(),
        array: root.alloc_slice_copy(&["d"]).into(),
        blob: root.alloc_blob(b"e"),
        node: user(),
        kept: user().keep(),
    };
    let local = ();
    let All { ctx, object, string, str, list, array, blob, node, kept } = shorten(all, &local);
    println!("{ctx:?} {object} {string} {str} {list:?} {array:?} {blob:?}");
    println!("{} {}", node.get().name, kept.get().name);
}
