//! [`Index`]: which of many processes may have written a line, without a look at each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::prefix::{Prefix, kinds};

/// The prefixes of processes, by what does not change in them.
#[derive(Debug, Default)]
pub(crate) struct Index {
    shapes: HashMap<Vec<u8>, Shape>,
    /// The shapes with the same kinds of parts, by the number of these.
    kinds: BTreeMap<usize, HashMap<Vec<u8>, Vec<Vec<u8>>>>,
    keys: HashMap<usize, Keys>,
}

/// Prefixes with the same kinds of parts.
#[derive(Debug)]
struct Shape {
    /// A process that has it.
    example: usize,
    /// By the parts that a mask has: all of them, and those that are fixed.
    by: HashMap<Vec<bool>, HashMap<Vec<u8>, BTreeSet<usize>>>,
    /// By the words alone.
    loose: HashMap<Vec<u8>, BTreeSet<usize>>,
}

/// Where a process is found.
#[derive(Debug)]
struct Keys {
    shape: Vec<u8>,
    parts: [(Vec<bool>, Vec<u8>); 2],
    words: Vec<u8>,
}

/// A part of a prefix that may tell processes apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) is_word: bool,
    /// It names the process, as far as is known.
    pub(crate) is_fixed: bool,
}

/// Of more processes that nothing tells apart, the last ones are looked at.
const MOST: usize = 64;

/// Of more shapes with the same kinds of parts, the last ones are looked at: lines of the others
/// are told to be of no known process.
const SHAPES: usize = 16;

impl Index {
    /// How many processes it has.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Adds a process, or moves it to where its prefix is now.
    pub(crate) fn put(&mut self, process: usize, prefix: &Prefix) {
        self.remove(process);
        if prefix.is_empty() {
            return;
        }
        let keys = Keys::new(prefix);
        let new = || Shape { example: process, by: HashMap::new(), loose: HashMap::new() };
        let known = &mut self.kinds;
        let shape = self.shapes.entry(keys.shape.clone()).or_insert_with(|| {
            let kinds = prefix.kinds();
            let same = known.entry(kinds.len()).or_default().entry(kinds).or_default();
            same.push(keys.shape.clone());
            new()
        });
        for (mask, key) in &keys.parts {
            let by = shape.by.entry(mask.clone()).or_default();
            by.entry(key.clone()).or_default().insert(process);
        }
        shape.loose.entry(keys.words.clone()).or_default().insert(process);
        self.keys.insert(process, keys);
    }

    pub(crate) fn remove(&mut self, process: usize) {
        let Some(keys) = self.keys.remove(&process) else { return };
        let Some(shape) = self.shapes.get_mut(&keys.shape) else { return };
        for (mask, key) in &keys.parts {
            if let Some(by) = shape.by.get_mut(mask) {
                remove(by, key, process);
            }
        }
        remove(&mut shape.loose, &keys.words, process);
    }

    /// The processes whose prefix the line may have, in their order: those with just its numbers,
    /// or else with its fixed ones. If there are none, two of all that are left are enough to say
    /// that it is not known which it is.
    pub(crate) fn candidates<'p>(
        &self,
        line: &[u8],
        prefix: impl Fn(usize) -> &'p Prefix,
    ) -> Vec<usize> {
        let (mut found, mut loose) = (BTreeSet::new(), BTreeSet::new());
        let most = self.kinds.last_key_value().map_or(0, |(most, _)| *most);
        let kinds = kinds(line, most);
        let same = self.kinds.iter().filter_map(|(len, by)| by.get(kinds.get(..*len)?));
        // They differ in their blanks and in what their words and numbers are.
        let shapes = same.flat_map(|same| same.iter().rev().take(SHAPES));
        for shape in shapes.filter_map(|shape| self.shapes.get(shape)) {
            let Some(parts) = prefix(shape.example).parts(line) else { continue };
            let exact = vec![true; parts.len()];
            let all = |mask: &[bool]| shape.by.get(mask)?.get(&key(&parts, mask));
            match all(&exact) {
                Some(processes) => found.extend(processes),
                None => {
                    let others = shape.by.keys().filter_map(|mask| all(mask));
                    found.extend(others.flat_map(|processes| processes.iter().rev().take(MOST)));
                }
            }
            let words: Vec<bool> = parts.iter().map(|part| part.is_word).collect();
            if let Some(processes) = shape.loose.get(&key(&parts, &words)) {
                loose.extend(processes.iter().take(2));
            }
        }
        let found = if found.is_empty() { loose } else { found };
        found.into_iter().collect()
    }
}

fn remove(by: &mut HashMap<Vec<u8>, BTreeSet<usize>>, key: &[u8], process: usize) {
    if let Some(processes) = by.get_mut(key) {
        processes.remove(&process);
        if processes.is_empty() {
            by.remove(key);
        }
    }
}

impl Keys {
    fn new(prefix: &Prefix) -> Self {
        let parts = prefix.own_parts();
        let mask = |is: fn(&Part<'_>) -> bool| parts.iter().map(is).collect::<Vec<bool>>();
        let masks = [mask(|_| true), mask(|part| part.is_word || part.is_fixed)];
        let words = key(&parts, &mask(|part| part.is_word));
        let parts = masks.map(|mask| {
            let key = key(&parts, &mask);
            (mask, key)
        });
        Keys { shape: prefix.shape(), parts, words }
    }
}

/// The parts that the mask has: letters and digits, with something else between them.
fn key(parts: &[Part<'_>], mask: &[bool]) -> Vec<u8> {
    let mut key = Vec::new();
    for (part, _) in parts.iter().zip(mask).filter(|(_, is_in)| **is_in) {
        key.extend_from_slice(part.text);
        key.push(0);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_looked_up_by_what_does_not_change() {
        let line = |at: usize, pid: usize| format!("{at} Nov  9 23:59:50 smbd[{pid}]:     x");
        let mut prefixes: Vec<Prefix> = (0..100)
            .map(|pid| Prefix::new(line(pid, 100 + pid).strip_suffix('x').unwrap().as_bytes()))
            .collect();
        let mut index = Index::default();
        for (process, prefix) in prefixes.iter().enumerate() {
            index.put(process, prefix);
        }
        let find = |index: &Index, prefixes: &[Prefix], text: &str| {
            index.candidates(text.as_bytes(), |process| &prefixes[process])
        };
        assert_eq!(find(&index, &prefixes, &line(7, 107)), [7]);
        assert_eq!(find(&index, &prefixes, &line(200, 107)), [7]);
        // The counter and another name.
        assert_eq!(find(&index, &prefixes, &line(200, 300)), [0, 1]);
        assert_eq!(find(&index, &prefixes, "Nov  9 23:59:50 nmbd[107]: "), [0; 0]);
        assert!(prefixes[7].learn(line(200, 107).as_bytes()));
        assert!(!prefixes[7].learn(line(200, 107).as_bytes()));
        index.put(7, &prefixes[7]);
        assert_eq!(find(&index, &prefixes, &line(200, 107)), [7]);
        index.remove(7);
        assert_eq!((index.len(), find(&index, &prefixes, &line(200, 107))), (99, vec![0, 1]));
    }
}
