// The destructor reads a variable that is gone by then: C would read a dead stack frame.
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
    let log;
    let title = String::from("session");
    log = Some(ctx.alloc(Log { title: &title }));
    println!("{}", log.is_some());
}
