//! [`FlameGraph`]: a picture of who has the bytes.

use core::fmt::{self, Write};

use inferno::flamegraph::color::{BasicPalette, Palette};
use inferno::flamegraph::{self, Direction, TextTruncateDirection};

use super::super::Snapshot;
use super::super::size::{Bytes, blocks, times};
use super::{Options, Picture, What, options};

/// A snapshot as a flame graph in SVG, by `Display`: see [`Snapshot::flame_graph`].
#[derive(Debug, Clone)]
#[must_use = "a flame graph is only drawn when it is displayed"]
pub struct FlameGraph<'s>(Options<'s>);

/// Levels that are shown: more would make a picture higher than screens.
const LEVELS: usize = 64;

/// How the script of the picture makes a label of a tool tip: without the numbers.
const LABEL: &str = r#".replace(/\([^(]*\)$/,"")"#;

/// The same without the word that most names of C begin with: narrow bars have
/// room for little more.
const SHORT_LABEL: &str = r#".replace(/\([^(]*\)$/,"").replace(/^struct\s/,"")"#;

/// A flame graph.
impl Snapshot {
    /// The snapshot as a flame graph: an SVG picture in which the width of each
    /// object is the bytes of itself and all below it, with its children under it.
    ///
    /// In a browser, a click magnifies an object, the tool tip has its numbers, and names can be
    /// searched. Bars are labelled without `struct `. Siblings with the same name are one. The
    /// 1,000 largest objects are shown in at most 64 levels. If there are no bytes at all, the
    /// width is the number of blocks. Needs the feature `flamegraph`.
    ///
    /// ```
    /// let ctx = talloc::Ctx::named(c"server");
    /// let _port = ctx.alloc(80_u16);
    /// let svg = ctx.snapshot().flame_graph().to_string();
    /// assert!(svg.starts_with("<?xml"));
    /// ```
    pub fn flame_graph(&self) -> FlameGraph<'_> {
        let mut options = Options::new(self, 1000);
        options.labels.max_chars = 200;
        FlameGraph(options)
    }
}

options!(FlameGraph);

impl fmt::Display for FlameGraph<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let snapshot = self.0.snapshot;
        let mut options = flamegraph::Options::default();
        options.title = match snapshot.root() {
            Some(root) => self.0.labels.of(root.name()),
            None => "(empty)".to_owned(),
        };
        options.subtitle = Some(format!(
            "{} in {}",
            Bytes(snapshot.total_size()),
            blocks(snapshot.total_blocks())
        ));
        let by_size = snapshot.total_size() > 0;
        options.count_name = if by_size { "bytes" } else { "blocks" }.to_owned();
        options.name_type = "Object:".to_owned();
        options.colors = Palette::Basic(BasicPalette::Aqua);
        // The same snapshot makes the same picture.
        options.deterministic = true;
        options.direction = Direction::Inverted;
        options.text_truncate_direction = TextTruncateDirection::Right;

        let picture = Picture::new(&self.0, LEVELS);
        let lines = stacks(&picture, by_size);
        let mut svg = Vec::new();
        flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), &mut svg)
            .map_err(|_| fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&svg).replace(LABEL, SHORT_LABEL))
    }
}

/// A line for each node: the names down to it, and what is its own.
fn stacks(picture: &Picture<'_>, by_size: bool) -> Vec<String> {
    let weights = picture.nodes.iter().map(|node| match &node.what {
        What::Group(group) => {
            let sums = picture.groups.sums(*group)[0];
            if by_size { sums.total_size } else { sums.total_blocks }
        }
        What::Rest(rest) => {
            if by_size {
                rest.size
            } else {
                rest.blocks
            }
        }
        What::Elsewhere(_) => 0,
    });
    let weights: Vec<u64> = weights.collect();
    let mut own = weights.clone();
    let mut stacks: Vec<String> = Vec::new();
    for (node, weight) in picture.nodes.iter().zip(weights) {
        let mut stack = String::new();
        if let Some(parent) = node.parent {
            own[parent] = own[parent].saturating_sub(weight);
            stack.push_str(&stacks[parent]);
            stack.push(';');
        }
        stack.push_str(&frame(picture, &node.what));
        stacks.push(stack);
    }
    let shift = overflow(&own);
    let mut lines: Vec<String> = Vec::new();
    for (stack, own) in stacks.iter().zip(own).filter(|(_, own)| *own >> shift > 0) {
        lines.push(format!("{stack} {}", own >> shift));
    }
    if lines.is_empty() {
        lines.push("(empty) 1".to_owned());
    }
    lines
}

/// By how many bits the weights are too large for inferno, which adds them up in a `usize`.
fn overflow(own: &[u64]) -> u32 {
    let sum: u128 = own.iter().map(|own| u128::from(*own)).sum();
    (u128::BITS - sum.leading_zeros()).saturating_sub(usize::BITS)
}

/// A name in the syntax of stacks, where `;` divides, and a space may be
/// followed by a number.
fn frame(picture: &Picture<'_>, what: &What) -> String {
    let text = match what {
        What::Group(group) => {
            let count = picture.groups.sums(*group)[0].count;
            let mut text = picture.labels.of(picture.groups.name(*group));
            text.push_str(&times(count));
            text
        }
        What::Rest(_) => "…".to_owned(),
        What::Elsewhere(_) => String::new(),
    };
    let mut frame = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ';' => frame.push_str("\\x3b"),
            ' ' => frame.push('\u{a0}'),
            c => {
                let _ = frame.write_char(c);
            }
        }
    }
    // inferno takes the end `_[k]` of a name, for any letter, as a remark of its own.
    if let [start @ .., b'_', b'[', _, b']'] = frame.as_bytes() {
        frame.replace_range(start.len()..start.len() + 1, "\\x5f");
    }
    frame
}
