//! As much of Rust's grammar as is needed to find a function's body, and to put it on one line.

/// What a piece of source is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    Text,
    Other,
}

/// The offset of the brace that opens the body of the function that `function` is.
pub(crate) fn body(function: &str) -> Option<usize> {
    let (mut depth, mut found, mut at) = (0, None, 0);
    while at < function.len() {
        let (kind, end) = piece(function, at);
        if kind == Kind::Other {
            match function.as_bytes()[at] {
                b'{' if depth == 0 => (depth, found) = (1, Some(at)),
                b'{' | b'(' | b'[' => depth += 1,
                b'}' | b')' | b']' => depth -= 1,
                _ => {}
            }
        }
        at = end;
    }
    found
}

/// The same code on one line, so that the lines after it keep their numbers.
pub(crate) fn one_line(code: &str) -> String {
    let (mut line, mut at) = (String::new(), 0);
    while at < code.len() {
        let (kind, end) = piece(code, at);
        let piece = &code[at..end];
        match kind {
            Kind::Comment => line.push(' '),
            Kind::Text if piece.contains('\n') && !piece.starts_with('r') => {
                let mut lines = piece.split('\n');
                line.push_str(lines.next().unwrap_or_default());
                for next in lines {
                    if line.ends_with('\\') {
                        line.pop();
                        line.push_str(next.trim_start());
                    } else {
                        line.push_str("\\n");
                        line.push_str(next);
                    }
                }
            }
            Kind::Other if piece == "\n" => line.push(' '),
            _ => line.push_str(piece),
        }
        at = end;
    }
    line
}

/// The kind of what begins at `at`, and its end.
fn piece(code: &str, at: usize) -> (Kind, usize) {
    let rest = &code[at..];
    let follows = |text: &str| rest[1..].find(text).map_or(code.len(), |end| at + 1 + end);
    if rest.starts_with("//") {
        return (Kind::Comment, follows("\n"));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, follows("*/") + 2);
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let in_name = at > 0 && is_name(code.as_bytes()[at - 1]);
    if let Some(raw) = rest.strip_prefix('r').filter(|_| !in_name) {
        let marks = raw.len() - raw.trim_start_matches('#').len();
        if raw[marks..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(marks));
            let length = raw[marks + 1..].find(&end).unwrap_or(0);
            return (Kind::Text, at + 1 + marks + 1 + length + end.len());
        }
    }
    match rest.as_bytes()[0] {
        b'"' => (Kind::Text, at + quoted(rest, b'"')),
        b'\'' if is_character(rest) => (Kind::Text, at + quoted(rest, b'\'')),
        _ => (Kind::Other, at + rest.chars().next().map_or(1, char::len_utf8)),
    }
}

/// Whether this quote does not begin the name of a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest[1..].chars();
    let first = chars.next();
    first == Some('\\') || chars.next() == Some('\'')
}

/// The length of the literal that begins with the quote.
fn quoted(rest: &str, quote: u8) -> usize {
    let (bytes, mut end) = (rest.as_bytes(), 1);
    while end < bytes.len() && bytes[end] != quote {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    end + 1
}

#[cfg(test)]
mod tests {
    use super::{body, one_line};

    #[test]
    fn the_body_is_the_last_block() {
        let function =
            "fn f<'a>(a: [u8; { 1 + 1 }], b: &'a str) -> char { if a { '}' } else { '}' } }";
        assert_eq!(body(function).map(|at| &function[at..at + 6]), Some("{ if a"));
        let function = "fn f() /* { */ -> &'static str {\n    // {\n    r#\"{\"#\n}";
        assert_eq!(body(function).map(|at| &function[at + 1..at + 2]), Some("\n"));
        assert_eq!(body("fn f();"), None);
    }

    #[test]
    fn texts_stay_what_they_are() {
        assert_eq!(one_line("a // b\n  \"c // d\""), "a     \"c // d\"");
        assert_eq!(one_line("\"a\\\n   b\nc\\n\""), "\"ab\\nc\\n\"");
        assert_eq!(one_line("'\"' /* ' */ 'a: '\\''"), "'\"'   'a: '\\''");
    }
}
