//! Pictures of a snapshot, and what they have in common: which objects are shown.

mod dot;
#[cfg(feature = "flamegraph")]
mod flame_graph;
mod mermaid;

use core::cmp::Reverse;
use std::collections::BinaryHeap;

pub use self::dot::Dot;
#[cfg(feature = "flamegraph")]
pub use self::flame_graph::FlameGraph;
pub use self::mermaid::Mermaid;

use super::groups::{Groups, Merge};
use super::label::Labels;
use super::size::{Bytes, blocks, thousands, times};
use super::{NONE, Snapshot};

/// The options of all pictures.
#[derive(Debug, Clone, Copy)]
struct Options<'s> {
    snapshot: &'s Snapshot,
    max_nodes: usize,
    labels: Labels,
}

impl<'s> Options<'s> {
    fn new(snapshot: &'s Snapshot, max_nodes: usize) -> Self {
        Options { snapshot, max_nodes, labels: Labels { short: true, max_chars: 40 } }
    }

    fn full_names(&mut self) {
        self.labels = Labels { short: false, max_chars: 200 };
    }
}

/// The methods that set the options of a picture.
macro_rules! options {
    ($Picture:ident) => {
        impl $Picture<'_> {
            /// Shows so many nodes; those that stand for the rest are not counted.
            pub fn max_nodes(mut self, nodes: usize) -> Self {
                self.0.max_nodes = nodes;
                self
            }

            /// Shows types with their modules, and up to 200 characters of a name.
            pub fn full_names(mut self) -> Self {
                self.0.full_names();
                self
            }
        }
    };
}
use options;

/// What is in a picture, each node behind its parent.
struct Picture<'s> {
    groups: Groups<'s, 1>,
    nodes: Vec<Node>,
    /// From the node that has a reference to the node that it refers to.
    references: Vec<(usize, usize)>,
    labels: Labels,
}

struct Node {
    parent: Option<usize>,
    what: What,
}

/// What a node stands for.
enum What {
    /// Objects with the same path.
    Group(u32),
    /// The children that are too small to be shown.
    Rest(Rest),
    /// An object that is not in the picture, and to which the parent refers.
    Elsewhere(u32),
}

#[derive(Default)]
struct Rest {
    count: u64,
    size: u64,
    blocks: u64,
}

impl<'s> Picture<'s> {
    /// The largest objects. Each stands with its parents, which are larger.
    fn new(options: &Options<'s>, max_depth: usize) -> Self {
        let groups = Groups::new([options.snapshot], Merge::Equal, max_depth);
        let chosen = choose(&groups, options.max_nodes);
        let labels = options.labels;
        let mut picture = Picture { groups, nodes: Vec::new(), references: Vec::new(), labels };
        let node_of = picture.add_objects(&chosen);
        picture.add_references(&node_of, options.max_nodes);
        picture
    }

    /// Adds the chosen groups, larger siblings first, and one node for the rest
    /// of each. Returns the node of each group.
    fn add_objects(&mut self, chosen: &[bool]) -> Vec<Option<usize>> {
        let mut node_of = vec![None; self.groups.len()];
        let mut todo = vec![(None, self.groups.roots())];
        let mut stack: Vec<(Option<usize>, What)> = Vec::new();
        loop {
            // The children of the group that was added last go on top.
            if let Some((parent, children)) = todo.pop() {
                self.push_children(parent, children, chosen, &mut stack);
            }
            let Some((parent, what)) = stack.pop() else { return node_of };
            if let What::Group(group) = what {
                node_of[group as usize] = Some(self.nodes.len());
                todo.push((Some(self.nodes.len()), self.groups.children(group)));
            }
            self.nodes.push(Node { parent, what });
        }
    }

    fn push_children(
        &self,
        parent: Option<usize>,
        children: core::ops::Range<u32>,
        chosen: &[bool],
        stack: &mut Vec<(Option<usize>, What)>,
    ) {
        let objects = children.filter(|child| !self.groups.is_reference(*child));
        let (mut shown, left_out): (Vec<u32>, Vec<u32>) =
            objects.partition(|child| chosen[*child as usize]);
        // Without a sibling it would only repeat what its parent says.
        if !left_out.is_empty() && !shown.is_empty() {
            let rest = left_out.iter().fold(Rest::default(), |rest, child| {
                let sums = self.groups.sums(*child)[0];
                Rest {
                    count: rest.count + sums.count,
                    size: rest.size.saturating_add(sums.total_size),
                    blocks: rest.blocks.saturating_add(sums.total_blocks),
                }
            });
            stack.push((parent, What::Rest(rest)));
        }
        shown.sort_by_cached_key(|child| weight(&self.groups, *child));
        stack.extend(shown.into_iter().map(|child| (parent, What::Group(child))));
    }

    /// Adds what the nodes refer to: to another node, if it is in the picture.
    fn add_references(&mut self, node_of: &[Option<usize>], max_nodes: usize) {
        let snapshot = self.groups.snapshots[0];
        let mut group_of = Vec::new();
        if !snapshot.links.is_empty() {
            group_of = vec![NONE; snapshot.len()];
            for group in 0..self.groups.len() as u32 {
                for entry in self.groups.members(0, group) {
                    group_of[*entry as usize] = group;
                }
            }
        }
        let references: Vec<(u32, u32)> =
            self.groups.iter().filter(|(group, _)| self.groups.is_reference(*group)).collect();
        for (reference, parent) in references {
            let Some(from) = node_of.get(parent as usize).copied().flatten() else { continue };
            let mut targets: Vec<usize> = self
                .groups
                .members(0, reference)
                .iter()
                .filter_map(|entry| super::Entry::new(snapshot, *entry).target())
                .filter_map(|target| *node_of.get(*group_of.get(target.index())? as usize)?)
                .collect();
            targets.sort_unstable();
            targets.dedup();
            if targets.is_empty() && self.nodes.len() < max_nodes {
                targets.push(self.nodes.len());
                self.nodes.push(Node { parent: None, what: What::Elsewhere(reference) });
            }
            self.references.extend(targets.into_iter().map(|to| (from, to)));
        }
    }

    /// The lines of a node: the name and how many; the bytes and blocks.
    fn lines(&self, node: &Node) -> (String, String) {
        match &node.what {
            What::Group(group) => {
                let sums = self.groups.sums(*group)[0];
                let name = self.labels.of(self.groups.name(*group));
                let size = Bytes(sums.total_size);
                (
                    format!("{name}{}", times(sums.count)),
                    format!("{size} in {}", blocks(sums.total_blocks)),
                )
            }
            What::Rest(rest) => {
                let size = Bytes(rest.size);
                (
                    format!("… {} more", thousands(rest.count)),
                    format!("{size} in {}", blocks(rest.blocks)),
                )
            }
            What::Elsewhere(reference) => {
                let name = self.labels.of(self.groups.name(*reference));
                (format!("→ {name}"), "not shown here".to_owned())
            }
        }
    }

    /// The full path of a node.
    fn path(&self, node: &Node) -> Option<String> {
        match node.what {
            What::Group(group) => Some(format!("{:#}", self.groups.path(group))),
            What::Elsewhere(reference) => {
                Some(super::Escaped::new(self.groups.name(reference)).to_string())
            }
            What::Rest(_) => None,
        }
    }

    /// The part of all bytes that a node has with what is below it, from 0 to 1.
    fn share(&self, node: &Node) -> f64 {
        let size = match &node.what {
            What::Group(group) => self.groups.sums(*group)[0].total_size,
            What::Rest(rest) => rest.size,
            What::Elsewhere(_) => 0,
        };
        size as f64 / self.groups.snapshots[0].total_size().max(1) as f64
    }
}

/// What makes a group large.
fn weight(groups: &Groups<'_, 1>, group: u32) -> (u64, u64, Reverse<u32>) {
    let sums = groups.sums(group)[0];
    (sums.total_size, sums.total_blocks, Reverse(group))
}

/// Chooses the largest groups, from the roots downwards; no references.
fn choose(groups: &Groups<'_, 1>, max_nodes: usize) -> Vec<bool> {
    let mut chosen = vec![false; groups.len()];
    let mut heap = BinaryHeap::new();
    let objects = |range: core::ops::Range<u32>| {
        let objects = range.filter(|group| !groups.is_reference(*group));
        objects.map(|group| (weight(groups, group), group))
    };
    heap.extend(objects(groups.roots()));
    for _ in 0..max_nodes {
        let Some((_, group)) = heap.pop() else { break };
        chosen[group as usize] = true;
        heap.extend(objects(groups.children(group)));
    }
    chosen
}
