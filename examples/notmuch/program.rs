//! Writes messages, makes a mail store of them, and asks it.

use std::error::Error as StdError;
use std::fs;
use std::path::Path;

use talloc::Ctx;
use talloc_examples::TempDir;

use crate::database::Database;
use crate::error::{Error, Status};
use crate::message::Message;

const MAILS: [(&str, &str, &str); 3] = [
    ("anna", "2026-01-01", "A tree"),
    ("otto", "2026-01-02", "Re: A tree"),
    ("anna", "2026-01-03", "A forest"),
];

pub(crate) fn run() -> Result<(), Box<dyn StdError>> {
    let dir = TempDir::new("notmuch")?;
    let root = Ctx::named(c"main");
    let tags;
    {
        let database = Database::create(dir.path())?;
        for (number, mail) in MAILS.iter().enumerate() {
            let file = dir.path().join(format!("{number}.eml"));
            write(&file, number, mail)?;
            let mut message = database.index(&file)?;
            message.add_tag(c"inbox")?;
            if mail.0 == "otto" {
                message.add_tag(c"answer")?;
            }
        }
        println!("{} messages of anna", database.query(c"from:anna")?.count()?);

        // Each message outlives the query that has found it.
        let found = database.query(c"tag:inbox")?.oldest_first().messages()?;
        let mut found = found.collect::<Result<Vec<Message<'_>>, _>>()?;
        for message in &mut found {
            show(message)?;
        }
        println!("a database and {} messages are:", found.len());
        count_types(&database);

        found[0].remove_tag(c"inbox")?;
        println!("{} are left", database.query(c"tag:inbox")?.count()?);
        tags = found[1].tag_list(&root)?;
        refuse(&database, dir.path());
        drop(found);
        database.close()?;
    }
    let words: Vec<_> = tags.iter().map(|tag| tag.to_string_lossy()).collect();
    println!("the mail store is closed\n  kept: {}", words.join(" "));

    let database = Database::open(dir.path())?;
    let mut message = database.find(c"1@example.org")?.ok_or("it should be there")?;
    match message.add_tag(c"late") {
        Err(error @ Error::Notmuch { status: Status::ReadOnlyDatabase, .. }) => println!("{error}"),
        other => panic!("opened to read: {other:?}"),
    }

    tags.free();
    assert_eq!(root.total_blocks(), 1);
    println!("nothing is left");
    Ok(())
}

fn write(file: &Path, number: usize, mail: &(&str, &str, &str)) -> std::io::Result<()> {
    let (from, date, subject) = mail;
    let text = format!(
        "From: {from}@example.org\nTo: all@example.org\nSubject: {subject}\n\
         Message-ID: <{number}@example.org>\nDate: {date} 10:00 +0000\n\nText\n"
    );
    fs::write(file, text)
}

fn show(message: &mut Message<'_>) -> Result<(), Error> {
    let id = message.id().unwrap_or_default().to_string();
    print!("  {id}: {},", message.subject().unwrap_or_default());
    let mut tags = message.tags()?;
    while let Some(tag) = tags.next_tag() {
        print!(" {tag}");
    }
    println!();
    Ok(())
}

/// libnotmuch's objects are chunks of talloc, which a snapshot shows.
fn count_types(database: &Database) {
    let snapshot = database.as_ctx().snapshot();
    for name in ["notmuch_database_t", "notmuch_message_t", "notmuch_query_t"] {
        println!("  {} {name}", snapshot.find(name).count());
    }
}

fn refuse(database: &Database, folder: &Path) {
    println!("refused:");
    let wrong = database.query(c"date:yesterday..nonsense").and_then(|query| query.count());
    match wrong {
        Err(Error::Notmuch { status: Status::XapianException, .. }) => println!("  a query"),
        other => panic!("a query: {other:?}"),
    }
    match database.index(folder) {
        Err(Error::NotAFile(_)) => println!("  a folder"),
        other => panic!("a folder: {other:?}"),
    }
    match Database::create(folder) {
        Err(error @ Error::Notmuch { status: Status::DatabaseExists, .. }) => println!("  {error}"),
        other => panic!("a second one: {other:?}"),
    }
}
