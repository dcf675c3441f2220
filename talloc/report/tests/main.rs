//! The program `talloc-report`, with the text that libtalloc prints, and with the memory of programs.

mod blanks;
mod command_line;
mod doubtful;
mod dumps;
mod forms;
mod guide;
mod hostile;
#[cfg(target_os = "linux")]
mod large;
#[cfg(target_os = "linux")]
mod live;
mod names;
mod osmocom;
mod quoted;
mod random;
mod samples;
mod smbd;
mod strings;
mod support;
mod wrapped;
