//! Owner nodes: all that `struct foo *` can do in C.

mod enums;
mod families;
mod generics;
mod roots;
mod sharing;
mod structs;
mod traits;
