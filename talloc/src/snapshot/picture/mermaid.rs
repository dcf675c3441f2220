//! [`Mermaid`]: a picture for Markdown.

use core::fmt::{self, Write};

use super::super::Snapshot;
use super::{Options, Picture, What, options};

/// A snapshot as a flowchart for Mermaid, by `Display`: see [`Snapshot::mermaid`].
#[derive(Debug, Clone)]
#[must_use = "a flowchart is only written when it is displayed"]
pub struct Mermaid<'s>(Options<'s>);

/// A picture for Mermaid.
impl Snapshot {
    /// The snapshot as a flowchart for Mermaid, which many sites and tools draw in
    /// a Markdown text when it stands in a block called `mermaid`.
    ///
    /// Siblings with the same name are one node. The 30 largest nodes are shown,
    /// the others as one node for each parent. Dashed arrows are references.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"server");
    /// let _port = ctx.alloc(80_u16);
    /// assert_eq!(
    ///     ctx.snapshot().mermaid().to_string(),
    ///     concat!(
    ///         "flowchart LR\n",
    ///         "  n0[\"server<br/>2 B in 2 blocks\"]\n",
    ///         "  n1[\"u16<br/>2 B in 1 block\"]\n",
    ///         "  n0 --> n1\n",
    ///     )
    /// );
    /// ```
    pub fn mermaid(&self) -> Mermaid<'_> {
        Mermaid(Options::new(self, 30))
    }
}

options!(Mermaid);

impl fmt::Display for Mermaid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let picture = Picture::new(&self.0, usize::MAX);
        writeln!(f, "flowchart LR")?;
        let mut dashed = false;
        for (index, node) in picture.nodes.iter().enumerate() {
            let (name, size) = picture.lines(node);
            let class = if matches!(node.what, What::Group(_)) { "" } else { ":::dashed" };
            dashed |= !class.is_empty();
            writeln!(f, "  n{index}[\"{}<br/>{}\"]{class}", Text(&name), Text(&size))?;
            if let Some(parent) = node.parent {
                writeln!(f, "  n{parent} --> n{index}")?;
            }
        }
        for (from, to) in &picture.references {
            writeln!(f, "  n{from} -.-> n{to}")?;
        }
        if dashed {
            writeln!(f, "  classDef dashed stroke-dasharray: 4 3")?;
        }
        Ok(())
    }
}

/// Text within quotes: what Mermaid, Markdown or HTML could take for its own is
/// written by its number.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        let mut chars = self.0.chars().peekable();
        // `1.`, `-` and `+` begin a list.
        let mut list = true;
        while let Some(c) = chars.next() {
            let inside_word = [before, chars.peek().copied()]
                .iter()
                .all(|neighbour| neighbour.is_some_and(char::is_alphanumeric));
            let special = match c {
                '_' => !inside_word,
                '.' | '-' | '+' => list,
                // `fa:` and the like begin an icon.
                ':' => inside_word,
                c => "\"#&<>;\\`*~%{}[]()|$=".contains(c),
            };
            if special {
                write!(f, "#{};", u32::from(c))?;
            } else {
                f.write_char(c)?;
            }
            list &= c.is_ascii_digit() || c == ' ';
            before = Some(c);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        for (text, written) in [
            ("ik_msg_t", "ik_msg_t"),
            ("_a_ __b__", "#95;a#95; #95;#95;b#95;#95;"),
            ("1. one", "1#46; one"),
            ("- one-two", "#45; one-two"),
            ("3.5", "3#46;5"),
            ("v3.5", "v3.5"),
            ("fa:fa-user a::b", "fa#58;fa-user a::b"),
            ("#quot; <b>", "#35;quot#59; #60;b#62;"),
        ] {
            assert_eq!(Text(text).to_string(), written);
        }
    }
}
