//! What the nodes of this module can do because their structs can.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::node::{Family, by_content};
use crate::tree::{Kept, Tree};

by_content! { Tree<F> Kept<'_, F> }
