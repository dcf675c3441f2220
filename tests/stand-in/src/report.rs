//! The walk over a subtree, and reports.

use core::ffi::{c_int, c_void};

use talloc_sys::FILE;

use crate::chunk::Chunk;
use crate::{limit, stdio};

pub(crate) type Step = unsafe extern "C" fn(*const c_void, c_int, c_int, c_int, *mut c_void);

/// What a walk does: the depth, whether it came by a reference, and the chunk.
type Visit<'a> = &'a mut dyn FnMut(Chunk, c_int, bool);

impl Chunk {
    pub(crate) fn walk(self, depth: c_int, most: c_int, visit: Visit<'_>) {
        if self.is_busy() {
            return;
        }
        visit(self, depth, false);
        if most >= 0 && depth >= most {
            return;
        }
        self.set_is_busy(true);
        for child in self.children() {
            match child.as_reference() {
                Some(reference) => visit(reference.to, depth + 1, true),
                None => child.walk(depth + 1, most, visit),
            }
        }
        self.set_is_busy(false);
    }

    pub(crate) fn report(self, most: c_int, file: *mut FILE) {
        self.walk(0, most, &mut |chunk, depth, is_reference| {
            let (bytes, blocks) = (chunk.total_size(), chunk.total_blocks());
            let indent = depth as usize * 4;
            let name = chunk.shown().to_bytes();
            if is_reference {
                stdio::write(file, format!("{:indent$}reference to: ", "").as_bytes());
                stdio::write(file, name);
                stdio::write(file, b"\n");
                return;
            }
            if let Some((most, now)) = limit::of(chunk) {
                stdio::write(file, format!("{:indent$}", "").as_bytes());
                stdio::write(file, name);
                let pad = 30_usize.saturating_sub(name.len());
                let rest = format!(
                    "{:pad$} is a memlimit context (max_size = {most} bytes, cur_size = {now} \
                     bytes)\n",
                    ""
                );
                stdio::write(file, rest.as_bytes());
            }
            if depth == 0 {
                let full = if most < 0 { "full " } else { "" };
                stdio::write(file, format!("{full}talloc report on '").as_bytes());
                stdio::write(file, name);
                let rest = format!("' (total {bytes:6} bytes in {blocks:3} blocks)\n");
                stdio::write(file, rest.as_bytes());
            } else {
                stdio::write(file, format!("{:indent$}", "").as_bytes());
                stdio::write(file, name);
                let (pad, count) =
                    (30_usize.saturating_sub(name.len()), chunk.references().count());
                let address = chunk.object();
                let rest = format!(
                    "{:pad$} contains {bytes:6} bytes in {blocks:3} blocks (ref {count}) \
                     {address:p}\n",
                    ""
                );
                stdio::write(file, rest.as_bytes());
            }
        });
    }

    pub(crate) fn total_size(self) -> usize {
        self.sum(&|chunk| if chunk.is_reference() { 0 } else { chunk.size() })
    }

    pub(crate) fn total_blocks(self) -> usize {
        self.sum(&|_| 1)
    }
}
