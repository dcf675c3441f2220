//! The lines of an input, whatever they are packed in: see [`line_reader`].

pub(crate) mod decode;
pub(crate) mod escapes;
mod line_ends;
pub(crate) mod line_reader;
mod literal;
pub(crate) mod mail_header;
pub(crate) mod markup;
pub(crate) mod quoted;
mod started;
pub(crate) mod tabs;
