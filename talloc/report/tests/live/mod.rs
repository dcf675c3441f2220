//! Processes and core files, against libtalloc's own report of the same process.

mod alone;
mod compare;
mod core_file;
mod details;
mod errors;
mod hostile;
mod program;
mod same;
mod sparse;
mod stop;
mod watch;
