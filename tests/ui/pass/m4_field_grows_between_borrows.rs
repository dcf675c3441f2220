use talloc::{Array, Ctx};

fn array() {
    let ctx = Ctx::new();
    let mut numbers: Array<'_, u32> = ctx.alloc_slice_copy(&[1, 2, 3]).into();
    let first = numbers[0];
    numbers.push(4);
    println!("{first} {}", &numbers[0]);
}

fn list() {
    let ctx = Ctx::new();
    let mut hosts = ctx.strdup_list(["alpha"]).unwrap();
    hosts.set(0, "beta").unwrap();
    let first = &hosts[0];
    println!("{first:?}");
}

fn removed() {
    let ctx = Ctx::new();
    let mut hosts = ctx.strdup_list(["alpha"]).unwrap();
    let first = hosts.remove(0).steal(&ctx);
    hosts.free();
    println!("{first:?}");
}

fn blob() {
    let ctx = Ctx::new();
    let mut bytes = ctx.alloc_blob(b"con");
    bytes.extend_from_slice(&ctx, b"tent");
    let lent = bytes.as_blob();
    println!("{lent:?}");
}

fn main() {
    array();
    list();
    removed();
    blob();
}
