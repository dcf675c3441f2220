//! [`JointNames`]: the names of two snapshots, numbered together.

use super::interner::Table;
use super::names::Names;
use super::{NONE, Snapshot};
use crate::error::{Error, OrRaise};

/// The names of one snapshot, or of two, numbered together: those of the first as there, then
/// those that it lacks.
pub(super) struct JointNames {
    /// The numbers of the names of the second.
    joint: Vec<u32>,
    len: usize,
}

impl JointNames {
    pub(super) fn new<const N: usize>(snapshots: [&Snapshot; N]) -> Self {
        const { assert!(N == 1 || N == 2, "with more, the later ones would share no names") };
        let first = &snapshots[0].names;
        match snapshots.get(1) {
            None => JointNames { joint: Vec::new(), len: first.len() },
            Some(second) => JointNames::of(first, &second.names),
        }
    }

    fn of(first: &Names, second: &Names) -> Self {
        let (mut joint, is_met) = follow(first, second);
        // The others can only be equal to one another.
        let mut table = Table::new();
        for id in (0..first.len() as u32).filter(|id| !is_met[*id as usize]) {
            table
                .try_reserve()
                .map_err(|_| Error::OutOfMemory { size: first.len() * 8 })
                .or_raise();
            table.add(table.hash(first.get(id)), id);
        }
        let mut len = first.len();
        for (id, joint) in (0..).zip(&mut joint).filter(|(_, joint)| **joint == NONE) {
            let name = second.get(id);
            *joint =
                table.find(table.hash(name), |id| first.get(id) == name).unwrap_or_else(|| {
                    len += 1;
                    len as u32 - 1
                });
        }
        JointNames { joint, len }
    }

    pub(super) fn get(&self, side: usize, id: u32) -> u32 {
        if side == 0 { id } else { self.joint[id as usize] }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// Finds most of the names that both have in one walk through them, since two snapshots of one
/// tree have them in the same order: for each name of the second its number in the first, or
/// [`NONE`]; and which of the first were met.
fn follow(first: &Names, second: &Names) -> (Vec<u32>, Vec<bool>) {
    let mut is_met = vec![false; first.len()];
    let mut next = 0;
    let joint = (0..second.len() as u32).map(|id| {
        if (next as usize) < first.len() && first.get(next) == second.get(id) {
            is_met[next as usize] = true;
            next += 1;
            next - 1
        } else {
            NONE
        }
    });
    (joint.collect(), is_met)
}
