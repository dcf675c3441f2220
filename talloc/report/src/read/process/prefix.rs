//! [`Prefix`]: what a log writes before each line, though parts of it change.

use super::index::Part;

/// What stood before the first line of a report, and so stands before the others.
///
/// Times, counters and levels may change, also in their length. What names the process stays.
#[derive(Debug, Default)]
pub(crate) struct Prefix {
    tokens: Vec<Token>,
    /// Lines have been read: what is the same in all of them is known.
    is_known: bool,
    /// As the first line had it.
    text: Vec<u8>,
}

/// A longer one is none.
const MAX: usize = 256;

/// A part of a prefix.
#[derive(Debug)]
enum Token {
    /// Digits that are part of a time: any others will do.
    Time,
    /// Other digits: a process, a thread, or a counter.
    Number {
        value: Vec<u8>,
        is_fixed: bool,
    },
    /// Letters. Names of months and levels may be followed by others.
    Word {
        text: Vec<u8>,
        is_free: bool,
    },
    /// Between other tokens: columns are filled up with it.
    Blank,
    /// Before the report's own indentation.
    LastBlank(usize),
    Other(u8),
}

/// How a line has the prefix.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Its length in this line.
    pub(crate) len: usize,
    /// The numbers, times aside, that are not those of the line before.
    pub(crate) changed: usize,
    /// One of them was thought to name the process.
    pub(crate) is_loose: bool,
    /// One of them is less than before: no counter does that.
    pub(crate) is_back: bool,
}

/// Words that change from line to line, in lower case.
const FREE: [&str; 38] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon",
    "tue", "wed", "thu", "fri", "sat", "sun", "emerg", "alert", "crit", "critical", "err", "error",
    "warn", "warning", "notice", "info", "debug", "trace", "fatal", "verbose", "am", "pm", "log",
    "print", "panic",
];

fn is_free(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    // `E` and `I` of glog and logcat.
    FREE.iter().any(|free| free.as_bytes() == lower)
        || (word.len() == 1 && b"EWIDVNF".contains(&word[0]))
}

impl Prefix {
    /// Blanks alone are no prefix: they say how deep a line is.
    pub(crate) fn new(text: &[u8]) -> Self {
        if text.len() > MAX || text.iter().all(|byte| is_blank(*byte)) {
            return Prefix::default();
        }
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let end = at + run(&text[at..]);
            tokens.push(match text[at] {
                byte if is_blank(byte) && end == text.len() => Token::LastBlank(end - at),
                byte if is_blank(byte) => Token::Blank,
                b'0'..=b'9' if is_time(text, at, end) => Token::Time,
                b'0'..=b'9' => Token::Number {
                    value: text[at..end].to_vec(),
                    is_fixed: names_process(text, at, end),
                },
                byte if byte.is_ascii_alphabetic() => {
                    let word = &text[at..end];
                    Token::Word { text: word.to_vec(), is_free: is_free(word) }
                }
                byte => Token::Other(byte),
            });
            at = end;
        }
        Prefix { tokens, is_known: false, text: text.to_vec() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether more than the first line was seen.
    pub(crate) fn is_known(&self) -> bool {
        self.is_known
    }

    /// What does not change: who writes.
    pub(crate) fn label(&self) -> String {
        let text = String::from_utf8_lossy(&self.text);
        // The last word with a name in it, as `smbd[4711]`, or what has no time.
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_name =
            |word: &&&str| word.contains('[') && word.contains(|c: char| c.is_ascii_digit());
        let word = words.iter().rev().find(is_name).or(words.last()).copied().unwrap_or_default();
        word.trim_end_matches([':', '|', '>', ' ']).to_owned()
    }

    /// Whether the line begins with it, and how.
    pub(crate) fn find(&self, line: &[u8]) -> Option<Match> {
        let mut found = Match { len: 0, changed: 0, is_loose: false, is_back: false };
        found.len = self.walk(line, |token, now| match token {
            Token::Word { text, is_free: false } => (now == text).then_some(()),
            Token::Number { value, is_fixed } => found.compare(value, now, *is_fixed),
            _ => Some(()),
        })?;
        Some(found)
    }

    /// What a line with such a prefix has for its words and numbers.
    pub(crate) fn parts<'l>(&self, line: &'l [u8]) -> Option<Vec<Part<'l>>> {
        let mut parts = Vec::new();
        self.walk(line, |token, text| {
            parts.extend(token.part(text));
            Some(())
        })?;
        Some(parts)
    }

    /// Its own words and numbers.
    pub(crate) fn own_parts(&self) -> Vec<Part<'_>> {
        let own = self.tokens.iter().filter_map(|token| match token {
            Token::Word { text: own, .. } | Token::Number { value: own, .. } => token.part(own),
            _ => None,
        });
        own.collect()
    }

    /// What those have in common that differ in their words and numbers only.
    pub(crate) fn shape(&self) -> Vec<u8> {
        let mut shape = Vec::new();
        for token in &self.tokens {
            match token {
                Token::Time => shape.push(b'T'),
                Token::Number { .. } => shape.push(b'N'),
                Token::Word { is_free: true, .. } => shape.push(b'F'),
                Token::Word { .. } => shape.push(b'W'),
                Token::Blank => shape.push(b' '),
                Token::LastBlank(len) => {
                    let filled = filled_up(&self.tokens, 0);
                    shape.extend_from_slice(format!("{filled:?} {len}").as_bytes());
                }
                Token::Other(byte) => shape.extend_from_slice(&[b'O', *byte]),
            }
        }
        shape
    }

    /// What its parts are, blanks aside.
    pub(crate) fn kinds(&self) -> Vec<u8> {
        let kind = |token: &Token| match token {
            Token::Time | Token::Number { .. } => Some(DIGITS),
            Token::Word { .. } => Some(LETTERS),
            Token::Other(byte) => Some(*byte),
            Token::Blank | Token::LastBlank(_) => None,
        };
        self.tokens.iter().filter_map(kind).collect()
    }

    /// The length of the prefix in a line, if that has the same kinds of parts, and `is_fine`
    /// accepts each.
    fn walk<'l>(
        &self,
        line: &'l [u8],
        mut is_fine: impl FnMut(&Token, &'l [u8]) -> Option<()>,
    ) -> Option<usize> {
        let mut at = 0;
        // The length of the word before.
        let mut word = 0;
        for token in &self.tokens {
            let rest = line.get(at..)?;
            let len = match token {
                Token::Blank => rest.iter().take_while(|byte| is_blank(**byte)).count(),
                Token::LastBlank(len) => {
                    let len = filled_up(&self.tokens, word).unwrap_or(*len);
                    rest.get(..len)?.iter().all(|byte| is_blank(*byte)).then_some(len)?
                }
                Token::Other(byte) => (rest.first() == Some(byte)).then_some(1)?,
                Token::Word { text, is_free: true } => {
                    let word = rest.get(..run(rest))?;
                    (word == text || is_free(word)).then_some(word.len())?
                }
                Token::Word { .. } => {
                    let is_word = rest.first().is_some_and(u8::is_ascii_alphabetic);
                    is_word.then(|| run(rest))?
                }
                Token::Time | Token::Number { .. } => {
                    let is_number = rest.first().is_some_and(u8::is_ascii_digit);
                    is_number.then(|| run(rest))?
                }
            };
            is_fine(token, &rest[..len])?;
            at += len;
            word = len;
        }
        Some(at)
    }

    /// The line was taken as one with the prefix: what it changes is no name of a process.
    /// Returns whether something is known now that was not.
    pub(crate) fn learn(&mut self, line: &[u8]) -> bool {
        let is_first = !self.is_known;
        let mut is_changed = is_first;
        let mut at = 0;
        for token in &mut self.tokens {
            let rest = line.get(at..).unwrap_or_default();
            at += match token {
                Token::Blank => rest.iter().take_while(|byte| is_blank(**byte)).count(),
                Token::LastBlank(len) => *len,
                Token::Number { value, is_fixed } => {
                    let digits = &rest[..run(rest)];
                    let is_same = value.as_slice() == digits;
                    *is_fixed = is_same && (*is_fixed || is_first);
                    if !is_same {
                        is_changed = true;
                        *value = digits.to_vec();
                    }
                    digits.len()
                }
                _ => run(rest),
            };
        }
        self.is_known = true;
        is_changed
    }
}

impl Token {
    /// It as a part that may tell processes apart, with this text.
    fn part<'l>(&self, text: &'l [u8]) -> Option<Part<'l>> {
        match self {
            Token::Word { is_free: false, .. } => {
                Some(Part { text, is_word: true, is_fixed: true })
            }
            Token::Number { is_fixed, .. } => {
                Some(Part { text, is_word: false, is_fixed: *is_fixed })
            }
            _ => None,
        }
    }
}

impl Match {
    /// `None` if the number names another process.
    fn compare(&mut self, before: &[u8], now: &[u8], is_fixed: bool) -> Option<()> {
        if before == now {
            return Some(());
        }
        self.changed += 1;
        self.is_loose |= is_fixed;
        let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<f64>().ok();
        self.is_back |= number(now)? < number(before)?;
        Some(())
    }
}

/// The kinds of the parts that a line starts with, blanks aside, up to so many: those of a prefix
/// that it may have are the first of them.
pub(crate) fn kinds(line: &[u8], most: usize) -> Vec<u8> {
    let (mut kinds, mut at) = (Vec::new(), 0);
    while let Some(byte) = line.get(at).filter(|_| kinds.len() < most) {
        match byte {
            byte if is_blank(*byte) => {}
            byte if byte.is_ascii_digit() => kinds.push(DIGITS),
            byte if byte.is_ascii_alphabetic() => kinds.push(LETTERS),
            byte => kinds.push(*byte),
        }
        at += run(&line[at..]);
    }
    kinds
}

/// Stand for parts of a prefix.
const DIGITS: u8 = b'0';
const LETTERS: u8 = b'a';

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The length of the token at the start: blanks, letters, or digits, with a fraction if they
/// have one; one byte of all else.
fn run(text: &[u8]) -> usize {
    let count = |is: fn(&u8) -> bool| text.iter().take_while(|byte| is(byte)).count();
    match text.first() {
        None => 0,
        Some(byte) if is_blank(*byte) => count(|byte| is_blank(*byte)),
        Some(byte) if byte.is_ascii_alphabetic() => count(u8::is_ascii_alphabetic),
        Some(byte) if byte.is_ascii_digit() => {
            let whole = count(u8::is_ascii_digit);
            let fraction = text.get(whole + 1..).unwrap_or_default();
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let has_point = matches!(text.get(whole), Some(b'.' | b','));
            if has_point && digits > 0 { whole + 1 + digits } else { whole }
        }
        Some(_) => 1,
    }
}

/// How many blanks fill up a level that ends the prefix, if it has this length.
fn filled_up(tokens: &[Token], word: usize) -> Option<usize> {
    match tokens {
        [.., Token::Word { text, is_free: true }, Token::LastBlank(blanks @ 2..)] => {
            (text.len() + blanks).checked_sub(word).filter(|blanks| *blanks > 0)
        }
        _ => None,
    }
}

/// Digits beside a colon, dash or slash with more digits behind it, a number with a fraction, a
/// day behind the name of its month, and the year of a date.
fn is_time(text: &[u8], start: usize, end: usize) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let divides = |at: Option<usize>| {
        at.and_then(|at| text.get(at)).is_some_and(|byte| b":-/T".contains(byte))
    };
    let before = divides(start.checked_sub(1)) && digit(start.checked_sub(2));
    let after = divides(Some(end)) && digit(Some(end + 1));
    let has_fraction = text[start..end].iter().any(|byte| matches!(byte, b'.' | b','));
    let words = text[..start].trim_ascii_end();
    let word = words.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let follows_word = word >= 3 && words.len() < start && is_free(&words[words.len() - word..]);
    before || after || has_fraction || follows_word
}

/// `smbd[4711]`, `pid=4711`.
fn names_process(text: &[u8], start: usize, end: usize) -> bool {
    let (before, after) = (&text[..start], text.get(end).copied());
    let name = before.strip_suffix(b"[").and_then(|before| before.last());
    let in_brackets = name.is_some_and(u8::is_ascii_alphanumeric) && after == Some(b']');
    let lower = before.to_ascii_lowercase();
    in_brackets || lower.ends_with(b"pid=") || lower.ends_with(b"pid ") || lower.ends_with(b"pid:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn len(prefix: &str, line: &str) -> Option<usize> {
        Prefix::new(prefix.as_bytes()).find(line.as_bytes()).map(|found| found.len)
    }

    #[test]
    fn times_and_counters_change_their_length() {
        for (prefix, line) in [
            ("12:59:08 smbd[7]: ", "13:00:01 smbd[7]: "),
            ("Nov  9 23:59:50 files smbd[4711]: ", "Nov 10 00:00:03 files smbd[4711]: "),
            ("Nov 30 23:59:50 files smbd[4711]: ", "Dec  1 00:00:03 files smbd[4711]: "),
            ("2026-11-25T20:37:00.1Z stderr F ", "2026-11-25T20:37:01Z stderr F "),
            ("2026-11-25T20:37:00Z stderr F ", "2026-11-25T20:37:01.123456789Z stderr F "),
            ("9: ", "10: "),
            ("[    9.999999] ", "[  100.000001] "),
            ("2026-11-25 INFO app: ", "2026-11-25 WARNING app: "),
            ("I1125 20:37:00.000001 4711 a.cc:12] ", "W1125 20:37:00.1 4711 a.cc:340] "),
            ("INFO    ", "WARNING "),
            ("> ", "> "),
        ] {
            assert_eq!(len(prefix, &format!("{line}    name")), Some(line.len()), "{line}");
        }
    }

    #[test]
    fn other_processes_have_another() {
        assert_eq!(len("12:59:08 smbd[7]: ", "13:00:01 nmbd[7]:     name"), None);
        assert_eq!(len("12:59:08 smbd[7]: ", "13:00"), None);
        let found = Prefix::new(b"smbd[7]: ").find(b"smbd[8]:     name").unwrap();
        assert!(found.is_loose);
        let mut prefix = Prefix::new(b"4711: ");
        assert!(!prefix.find(b"4712: x").unwrap().is_loose);
        prefix.learn(b"4711: x");
        assert!(prefix.find(b"4712: x").unwrap().is_loose);
        assert!(prefix.find(b"4710: x").unwrap().is_back);
    }

    #[test]
    fn blanks_are_depth() {
        assert!(Prefix::new(b"    ").is_empty() && Prefix::new(b"\t").is_empty());
        assert_eq!(len("", "    name"), Some(0));
    }
}
