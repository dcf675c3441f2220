//! A client that writes to a server, both in one loop.

use std::error::Error as StdError;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use talloc::Ctx;

use crate::error::Error;
use crate::events::{Events, Loop, Turn, WeakEvent, backends};
use crate::lookup::lookup;
use crate::shout;

const TICK: Duration = Duration::from_millis(1);
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) fn run() -> Result<(), Box<dyn StdError>> {
    let root = Ctx::named(c"main");
    let names = backends(&root)?;
    for name in &names {
        println!("tevent can wait by {}", name.to_string_lossy());
    }
    names.free();

    println!("a client and a server");
    let events = Loop::new(&root)?;
    let (client, server) = UnixStream::pair()?;
    let timeout = events.timer(TIMEOUT, |turn| turn.stop())?.keep();
    serve(&events, server, timeout)?;
    tick(&events, client, 3)?;
    events.run()?;

    println!("a request of C, and one of Rust that C calls");
    let requests = Ctx::named(c"requests");
    lookup(&events, &requests, c"anna", |_, done| {
        let tries = done.state().map_or(0, |state| state.tries);
        println!(
            "  {tries} tries, then {:?}",
            done.recv(&Ctx::new()).map(|answer| answer.to_string())
        );
    })?;
    events.run()?;
    let (loud, _length) = shout::by_c(&root, c"hello")?;
    println!("  {loud}");
    loud.free();
    assert!(shout::given_up_by_c(&root));

    println!("a closure that panics");
    let witness = Witness;
    let pending = events.timer(TIMEOUT, move |_| drop(witness))?;
    events.timer(TICK, |_| panic!("nobody expected this"))?.keep();
    match events.run() {
        Err(error @ Error::Panicked(_)) => println!("  {error}"),
        other => panic!("the loop went on: {other:?}"),
    }

    println!("the loop is dropped");
    pending.keep();
    drop(events);
    assert_eq!(root.total_blocks(), 1);
    println!("nothing is left");
    Ok(())
}

/// Writes a line at each tick, and closes the stream after the last.
fn tick(events: &Events, mut client: UnixStream, left: u32) -> Result<(), Error> {
    if left == 0 {
        return Ok(());
    }
    let next = move |turn: &Turn<'_>| {
        client.write_all(format!("{left} to go\n").as_bytes()).expect("the server listens");
        tick(turn, client, left - 1).expect("there is memory for a timer");
    };
    events.timer(TICK, next)?.keep();
    Ok(())
}

/// Prints what comes, and at the end frees its own event and that of the timeout.
fn serve(events: &Events, server: UnixStream, timeout: WeakEvent) -> Result<(), Error> {
    let read = move |turn: &Turn<'_>, mut stream: &UnixStream| {
        let mut bytes = [0; 64];
        let count = stream.read(&mut bytes).expect("the stream can be read");
        if count == 0 {
            println!("  the client is gone");
            turn.this().free();
            timeout.free();
        } else {
            print!("  {}", String::from_utf8_lossy(&bytes[..count]));
        }
    };
    events.readable(server, read)?.keep();
    Ok(())
}

/// Says when it is dropped.
struct Witness;

impl Drop for Witness {
    fn drop(&mut self) {
        println!("  a closure that waited is dropped");
    }
}
