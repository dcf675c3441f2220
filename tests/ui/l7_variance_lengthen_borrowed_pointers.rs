// A shorter borrow passed off as a longer one, in each of C's borrowed pointers.
use talloc::{Blob, CStrRef, Items};

fn text<'a>(text: CStrRef<'a>) -> CStrRef<'static> {
    text
}

fn bytes<'a>(bytes: Blob<'a>) -> Blob<'static> {
    bytes
}

fn items<'a>(items: Items<'a, u32>) -> Items<'static, u32> {
    items
}

fn elements<'a>(items: Items<'a, &'a str>) -> Items<'a, &'static str> {
    items
}

fn main() {
    let line = std::ffi::CString::new("line").unwrap();
    println!("{}", text(line.as_c_str().into()));
    println!("{:?} {:?}", bytes(Blob::EMPTY), items(Items::from(&[1][..])));
    println!("{:?}", elements(Items::from(&["a"][..])));
}
