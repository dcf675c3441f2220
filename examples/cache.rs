//! An index of a text file in a pool, and a cache of answers that the clients share.
//!
//! `cargo run --example cache -- [FILE [WORD…]]`, by default the README and a
//! few words of it. Shows pools, collections in a context, and shared values.
#![forbid(unsafe_code)]

use std::error::Error;
use std::{env, fs};

use allocator_api2::vec::Vec as TVec;
use hashbrown::{DefaultHashBuilder, HashMap};
use talloc::{Ctx, CtxRef, Shared};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
const WORDS: [&str; 7] = ["talloc", "free", "parent", "talloc", "context", "rust", "free"];

/// Where a word stands. Several clients own it together.
struct Answer {
    word: String,
    lines: Vec<usize>,
}

/// The lines of each word: table and line numbers are objects below the pool.
type Index<'p, 't> = HashMap<&'t str, TVec<usize, &'p CtxRef>, DefaultHashBuilder, &'p CtxRef>;

fn index<'p, 't>(pool: &'p CtxRef, text: &'t str) -> Index<'p, 't> {
    let mut index = HashMap::new_in(pool);
    for (number, line) in (1..).zip(text.lines()) {
        for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let lines = index.entry(word).or_insert_with(|| TVec::new_in(pool));
            if lines.last() != Some(&number) {
                lines.push(number);
            }
        }
    }
    index
}

/// The newest answers, the newest last.
struct Cache<'c> {
    ctx: &'c CtxRef,
    answers: TVec<Shared<'c, Answer>, &'c CtxRef>,
    hits: usize,
}

impl<'c> Cache<'c> {
    const SIZE: usize = 3;

    /// An answer with a share for `client`, which keeps it when the cache drops its own.
    fn ask<'a>(
        &mut self,
        index: &Index<'_, '_>,
        word: &str,
        client: &'a CtxRef,
    ) -> Shared<'a, Answer> {
        let found = match self.answers.iter().position(|answer| answer.word == word) {
            Some(place) => {
                self.hits += 1;
                self.answers.remove(place)
            }
            None => {
                let lines = index.get(word).map(|lines| lines.to_vec()).unwrap_or_default();
                self.ctx.alloc_shared(Answer { word: word.to_owned(), lines })
            }
        };
        if self.answers.len() == Self::SIZE {
            drop(self.answers.remove(0));
        }
        self.answers.push(found);
        Shared::clone_in(&self.answers[self.answers.len() - 1], client)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| README.to_owned());
    let words: Vec<String> = arguments.collect();
    let words = if words.is_empty() { WORDS.map(str::to_owned).to_vec() } else { words };
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;

    let root = Ctx::named(c"server");
    let clients = root.new_child_named(c"clients");
    let mut answers = Vec::new();
    {
        let pool = root.new_pool(1 << 20);
        let index = index(&pool, &text);
        println!("{} words in {} objects of the pool", index.len(), pool.total_blocks() - 1);

        let cache_ctx = root.new_child_named(c"cache");
        let mut cache = Cache { ctx: &cache_ctx, answers: TVec::new_in(&*cache_ctx), hits: 0 };
        for word in &words {
            answers.push(cache.ask(&index, word, &clients));
        }
        println!("{} questions, {} found in the cache", words.len(), cache.hits);
        println!("the last answer has {} owners", Shared::owners(&answers[answers.len() - 1]));
    }
    // Index, pool and cache are gone. The clients' shares keep the answers.
    for answer in &answers {
        let shown = &answer.lines[..answer.lines.len().min(8)];
        println!("{:<10} {:>3} lines {shown:?}", answer.word, answer.lines.len());
    }
    drop(answers);
    drop(clients);
    assert_eq!(root.total_blocks(), 1);
    println!("nothing is left");
    Ok(())
}
