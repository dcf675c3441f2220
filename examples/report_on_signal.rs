//! On SIGUSR1, each thread reports all its roots: what `kill -USR1` asks of a service.
//!
//! A signal may come in the middle of anything, and no thread may look at the trees of another. So
//! the signal only sets a flag for each thread, and each thread looks at its own between two jobs. This
//! program sends the signal to itself.
#![forbid(unsafe_code)]

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use signal_hook::consts::SIGUSR1;
use signal_hook::{SigId, flag, low_level};
use talloc::Ctx;

type Error = Box<dyn StdError + Send + Sync>;

/// Where a thread is done with one thing and has not begun the next.
struct SafePoint {
    asked: Arc<AtomicBool>,
    registered: SigId,
}

impl SafePoint {
    fn new() -> io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        let registered = flag::register(SIGUSR1, Arc::clone(&asked))?;
        Ok(SafePoint { asked, registered })
    }

    /// The report of this thread, if a signal has asked for one since the last time.
    fn report(&self) -> Option<Result<String, talloc::Error>> {
        self.asked.swap(false, Ordering::Relaxed).then(talloc::report_full)
    }
}

impl Drop for SafePoint {
    fn drop(&mut self) {
        low_level::unregister(self.registered);
    }
}

/// A thread that keeps the words that it gets. For each it answers, with a report if it was asked for
/// one; a service would write that to its log. (A thread that waits for long does so with a
/// timeout, for the sake of those who have asked.)
struct Worker {
    words: Sender<&'static str>,
    answers: Receiver<Option<String>>,
    thread: JoinHandle<Result<(), Error>>,
}

impl Worker {
    fn start(name: &str) -> io::Result<Self> {
        let (words, for_thread) = channel();
        let (answer, answers) = channel();
        let thread = thread::Builder::new().name(name.to_owned());
        let thread = thread.spawn(move || work(&for_thread, &answer))?;
        Ok(Worker { words, answers, thread })
    }

    fn tell(&self, word: &'static str) -> Result<Option<String>, Error> {
        self.words.send(word)?;
        Ok(self.answers.recv()?)
    }

    fn end(self) -> Result<(), Error> {
        drop(self.words);
        self.thread.join().expect("no panic")
    }
}

fn work(words: &Receiver<&str>, answer: &Sender<Option<String>>) -> Result<(), Error> {
    let point = SafePoint::new()?;
    let mut server = Ctx::named(c"words of a worker");
    for word in words {
        match word {
            "" => server.free_children(),
            word => _ = server.strdup(word)?.leak(),
        }
        answer.send(point.report().transpose()?)?;
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    // Before the first root: what was made earlier is in no report.
    talloc::enable_leak_report();
    let point = SafePoint::new()?;
    let configuration = Ctx::named(c"configuration");
    let _port = configuration.alloc(445_u16);

    let (first, second) = (Worker::start("first")?, Worker::start("second")?);
    for word in ["one", "tree", "for", "everything"] {
        assert_eq!(first.tell(word)?, None);
    }
    assert_eq!(second.tell("alone")?, None);

    low_level::raise(SIGUSR1)?;
    print!("{}", point.report().expect("it was asked for")?);
    for (worker, word) in [(&first, ""), (&second, "at last")] {
        print!("{}", worker.tell(word)?.expect("it was asked for"));
        assert_eq!(worker.tell("more")?, None);
    }

    first.end()?;
    second.end()
}
