//! [`Dot`]: a picture for Graphviz.

use core::fmt;

use super::super::Snapshot;
use super::{Options, Picture, What, options};

/// A snapshot as a graph for Graphviz, by `Display`: see [`Snapshot::dot`].
#[derive(Debug, Clone)]
#[must_use = "a graph is only written when it is displayed"]
pub struct Dot<'s>(Options<'s>);

/// A picture for Graphviz.
impl Snapshot {
    /// The snapshot as a graph in the DOT language of Graphviz.
    ///
    /// Siblings with the same name are one node. The 50 largest nodes are shown,
    /// the others as one node for each parent. The more of all bytes a node has, the
    /// darker it is; dashed arrows are references. Types are shown without their
    /// modules; the tool tip is the full path.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"server");
    /// let _port = ctx.alloc(80_u16);
    /// let snapshot = ctx.snapshot();
    /// # let file = std::env::temp_dir().join(format!("talloc-doc-{}.dot", std::process::id()));
    /// std::fs::write(&file, snapshot.dot().max_nodes(30).to_string())?;
    /// // dot -Tsvg FILE -o server.svg
    /// # std::fs::remove_file(&file)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn dot(&self) -> Dot<'_> {
        Dot(Options::new(self, 50))
    }
}

options!(Dot);

impl fmt::Display for Dot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let picture = Picture::new(&self.0, usize::MAX);
        writeln!(f, "digraph talloc {{")?;
        writeln!(f, "  rankdir=LR; ranksep=0.4; nodesep=0.15;")?;
        writeln!(
            f,
            "  node [shape=box, style=\"filled,rounded\", fillcolor=white, color=gray40, \
             fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, height=0.3];"
        )?;
        writeln!(f, "  edge [color=gray40, arrowsize=0.6];")?;
        for (index, node) in picture.nodes.iter().enumerate() {
            let (name, size) = picture.lines(node);
            write!(f, "  n{index} [label={}", Quoted(&[&name, &size]))?;
            if let Some(path) = picture.path(node) {
                write!(f, ", tooltip={}", Quoted(&[&path]))?;
            }
            match node.what {
                // From white to a light orange, on which black text can be read.
                What::Group(_) => {
                    write!(f, ", fillcolor=\"0.09 {:.2} 1.0\"", picture.share(node) * 0.7)?;
                }
                What::Rest(_) | What::Elsewhere(_) => {
                    f.write_str(", style=\"rounded,dashed\", fontcolor=gray30")?;
                }
            }
            writeln!(f, "];")?;
            if let Some(parent) = node.parent {
                writeln!(f, "  n{parent} -> n{index};")?;
            }
        }
        for (from, to) in &picture.references {
            // A node of the tree stays where the tree puts it.
            let is_free = matches!(picture.nodes[*to].what, What::Elsewhere(_));
            writeln!(
                f,
                "  n{from} -> n{to} [style=dashed, color=blue, tooltip=reference, \
                 constraint={is_free}];"
            )?;
        }
        writeln!(f, "}}")
    }
}

/// Lines as a quoted string.
struct Quoted<'a>(&'a [&'a str]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for (index, line) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\\n")?;
            }
            // `&` begins an HTML entity, also in a plain string.
            let line = line.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
            f.write_str(&line)?;
        }
        f.write_str("\"")
    }
}
