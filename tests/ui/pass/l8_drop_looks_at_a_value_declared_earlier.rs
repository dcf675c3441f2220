use talloc::Ctx;

struct Log<'a> {
    title: &'a String,
}

impl Drop for Log<'_> {
    fn drop(&mut self) {
        println!("{} closed", self.title);
    }
}

fn main() {
    let ctx = Ctx::new();
    let title = String::from("session");
    let log = Some(ctx.alloc(Log { title: &title }));
    println!("{}", log.is_some());
}
