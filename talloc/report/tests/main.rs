//! The program `talloc-report`, with the text that libtalloc prints.

mod command_line;
mod doubtful;
mod dumps;
mod forms;
mod guide;
mod hostile;
#[cfg(target_os = "linux")]
mod large;
mod osmocom;
mod random;
mod samples;
mod smbd;
mod strings;
mod support;
