// The chunk may move when it grows, and the strings of a list go with it.
use talloc::{Array, Ctx};

fn array() {
    let ctx = Ctx::new();
    let mut numbers: Array<'_, u32> = ctx.alloc_slice_copy(&[1, 2, 3]).into();
    let first = &numbers[0];
    numbers.push(4);
    println!("{first}");
}

fn list() {
    let ctx = Ctx::new();
    let mut hosts = ctx.strdup_list(["alpha"]).unwrap();
    let first = &hosts[0];
    hosts.set(0, "beta").unwrap();
    println!("{first:?}");
}

fn removed() {
    let ctx = Ctx::new();
    let mut hosts = ctx.strdup_list(["alpha"]).unwrap();
    let first = hosts.remove(0);
    hosts.free();
    println!("{first:?}");
}

fn blob() {
    let ctx = Ctx::new();
    let mut bytes = ctx.alloc_blob(b"con");
    let lent = bytes.as_blob();
    bytes.extend_from_slice(&ctx, b"tent");
    println!("{lent:?}");
}

fn main() {
    array();
    list();
    removed();
    blob();
}
