// What the programs `daily_…` want, as it is written.
use talloc::tree::Str as TreeStr;
use talloc::*;

node! { struct Item<'t> { name: Str<'t>, ports: Array<'t, u16> } }
node! { struct Content<'t> { items: Vec<TBox<'t, String>> } }
node! { struct Job<'t> { name: TreeStr<'t> } }

struct App {
    content: Node<'static, Content<'static>>,
}

impl App {
    fn add(&mut self, text: &str) {
        self.content.with_mut(|t, content| content.items.push(t.alloc(text.to_owned())));
    }
}

fn item<'c>(ctx: &'c CtxRef, name: &str) -> Result<Node<'c, Item<'c>>, Error> {
    ctx.try_build(|t| Ok(Item { name: t.strdup(name)?, ports: Array::new_in(t) }))
}

fn connect(host: &str) -> usize {
    host.len()
}

fn main() -> Result<(), Error> {
    let mut app = App { content: root(|_| Content { items: Vec::new() }) };
    app.add("x");

    let (server, client) = (Ctx::new(), Ctx::new());
    let shared = item(&server, &std::format!("item {}", 1))?.share(&server);
    let theirs = shared.clone_in(&client);
    drop(shared);
    drop(server);
    connect(theirs.get().name.as_str());

    let mut other = client.try_build::<Item>(|t| {
        Ok(Item { name: t.strdup("other")?, ports: Array::new_in(t) })
    })?;
    other.with_mut(|_, item| {
        item.ports.try_push(80)?;
        Ok::<_, Error>(())
    })?;
    let kept = [other].map(|item| item.keep());
    kept.map(Kept::free);

    let job = Tree::<Job>::build(|t| Job { name: t.strdup_c(c"scan") });
    job.with(|job| assert_eq!(job.name, "scan"));
    Ok(())
}
