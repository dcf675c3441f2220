//! Adds people to a database, changes and finds them, and keeps one of them.

use std::error::Error as StdError;

use talloc::{Ctx, CtxRef, Node};
use talloc_examples::TempDir;

use crate::database::{Database, Message, copy_value, escape};
use crate::error::{Error, Status};

const ANNA: &str = "cn=anna,dc=example";
const OTTO: &str = "cn=otto,dc=example";

pub(crate) fn run() -> Result<(), Box<dyn StdError>> {
    let dir = TempDir::new("ldb")?;
    let root = Ctx::named(c"main");
    let kept = root.new_child_named(c"kept");
    let anna;
    {
        let db = Database::open(&root, &dir.path().join("people.ldb"))?;
        fill(&db)?;
        refuse(&db);
        list(&db, &root)?;
        anna = find(&db, &kept, "Anna (née Ott*)")?;
    }
    println!("the database is closed");
    let anna = anna.ok_or("she should have been found")?;
    println!("  kept: {}", describe(anna.get()));

    let photo = anna.get().value("photo").ok_or("she has no photo")?;
    let photo = copy_value(&root, photo)?;
    drop(anna);
    println!("  a photo of {} bytes, the first is {:#x}", photo.len(), photo[0]);

    drop((photo, kept));
    assert_eq!(root.total_blocks(), 1);
    println!("nothing is left");
    Ok(())
}

fn fill(db: &Database<'_>) -> Result<(), Error> {
    db.add(
        ANNA,
        &[
            (c"displayName", "Anna (née Ott*)".as_bytes()),
            (c"mail", b"anna@example.org"),
            (c"mail", b"a@example.org"),
            (c"photo", b"\x89PNG\0\x01"),
        ],
    )?;
    db.add(OTTO, &[(c"displayName", b"Otto"), (c"mail", b"otto@example.org")])?;
    db.modify(OTTO, &[(c"mail", b"otto@example.net")])
}

/// What ldb does not accept is an error with its text.
fn refuse(db: &Database<'_>) {
    println!("refused:");
    let values: &[_] = &[(c"mail", &b"x@example.org"[..])];
    for (name, expected) in
        [(ANNA, Status::EntryAlreadyExists), ("not a name", Status::InvalidDnSyntax)]
    {
        match db.add(name, values) {
            Err(error @ Error::Ldb { status, .. }) if status == expected => println!("  {error}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

fn list(db: &Database<'_>, ctx: &CtxRef) -> Result<(), Error> {
    let found = db.search(ctx, "(mail=*)", &["displayName", "mail"])?;
    println!("all with a mail address:");
    for message in found.get().messages() {
        println!("  {}", describe(message));
    }
    Ok(())
}

/// The record of a person, moved to `kept`.
fn find<'k>(
    db: &Database<'_>,
    kept: &'k CtxRef,
    name: &str,
) -> Result<Option<Node<'k, Message<'k>>>, Error> {
    let tmp = Ctx::new();
    let name = escape(&tmp, name.as_bytes())?;
    println!("looking for {}", &*name);
    let filter = format!("(displayName={})", &*name);
    let mut found = db.search(&tmp, &filter, &["displayName", "mail", "photo"])?;
    Ok(found.with_mut(|_, found| found.take_first().map(|message| message.steal(kept))))
}

fn describe(message: &Message<'_>) -> String {
    let name = message.name().map(|name| name.to_string()).unwrap_or_default();
    let shown = message.text("displayName").unwrap_or("nobody");
    let mails = message.values("mail").iter().map(|mail| String::from_utf8_lossy(mail));
    format!("{name}: {shown}, {}", mails.collect::<Vec<_>>().join(", "))
}
