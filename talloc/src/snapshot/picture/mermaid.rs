//! [`Mermaid`]: a picture for Markdown.

use core::fmt::{self, Write};

use super::super::Snapshot;
use super::{Options, Picture, What};

/// A snapshot as a flowchart for Mermaid, by `Display`: see [`Snapshot::mermaid`].
#[derive(Debug, Clone)]
#[must_use = "a flowchart is only written when it is displayed"]
pub struct Mermaid<'s>(Options<'s>);

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

impl Mermaid<'_> {
    /// Shows so many nodes; those that stand for the rest are not counted.
    pub fn max_nodes(mut self, nodes: usize) -> Self {
        self.0.max_nodes = nodes;
        self
    }

    /// Shows types with their modules, and names of up to 200 characters rather than 40.
    pub fn full_names(mut self) -> Self {
        self.0.full_names();
        self
    }
}

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
        for c in self.0.chars() {
            match c {
                '"' | '#' | '&' | '<' | '>' | ';' | '\\' | '`' | '*' | '_' | '~' | '%' | '{'
                | '}' | '[' | ']' | '(' | ')' | '|' | '$' => write!(f, "#{};", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
