//! What makes content, for libtalloc and the model alike.

use core::any::type_name;

use super::tree::{Chunk, Id, Tree};
use super::values::{Log, Value};

/// The model, and the values that count.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) tree: Tree,
    pub(crate) log: Log,
    next: u64,
}

impl World {
    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A new value in a chunk.
    pub(crate) fn value(&mut self, id: Id) -> Value {
        let number = self.number();
        self.tree[id].values.push(number);
        self.log.pen().value(number)
    }

    /// A new value, and the chunk in which it shall be alone.
    pub(crate) fn boxed(&mut self) -> (Value, Chunk) {
        let number = self.number();
        let chunk = Chunk {
            bytes: number.to_ne_bytes().into(),
            values: vec![number],
            ..Chunk::new(name_of::<Value>(), size_of::<Value>())
        };
        (self.log.pen().value(number), chunk)
    }
}

/// What an object of a type is called: lifetimes are no part of it.
pub(crate) fn name_of<T: ?Sized>() -> String {
    type_name::<T>().replace("<'_>", "").replace("'_, ", "")
}

const WORDS: [&str; 12] = [
    "a",
    "",
    "two words",
    "%s%n%d",
    "line\nline",
    "ä€𝄞",
    "struct user",
    "contains      1 bytes in   1 blocks (ref 0) 0x0",
    "b",
    "a rather long text, which is longer than sixty-four bytes, so that it moves when it grows",
    ".reference",
    "c",
];

/// A text.
pub(crate) fn words(how: u8) -> &'static str {
    WORDS[usize::from(how) % WORDS.len()]
}

/// Up to three texts.
pub(crate) fn texts(how: u8) -> Vec<&'static str> {
    (0..how % 4).map(|number| words(how / 4 + number)).collect()
}

/// Up to five numbers, or many.
pub(crate) fn numbers(how: u8) -> Vec<u32> {
    let count = if how == 255 { 500 } else { u32::from(how) % 6 };
    (0..count).map(|number| number * 1000 + u32::from(how)).collect()
}

/// Up to six bytes, or many.
pub(crate) fn bytes(how: u8) -> Vec<u8> {
    let count = if how == 255 { 2000 } else { usize::from(how) % 7 };
    vec![how; count]
}
