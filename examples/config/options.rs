//! The command line.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use talloc::CtxRef;

use crate::error::{Code, Res, err};
use crate::views::{Kind, Picture, Views};

const USAGE: &str = "usage: config [--tree] [--diff] [--picture FILE] CONFIG [REQUESTS]   \
    (FILE is .svg, .dot or .mmd; REQUESTS is a file, or - for standard input)";

pub(crate) struct Options<'a> {
    pub(crate) views: Views<'a>,
    pub(crate) config: &'a Path,
    pub(crate) requests: Option<&'a Path>,
}

impl<'a> Options<'a> {
    pub(crate) fn parse<'e>(errors: &'e CtxRef, arguments: &'a [OsString]) -> Res<'e, Self> {
        let usage = || err(errors, Code::Usage, format_args!("{USAGE}"));
        let mut views = Views::default();
        let mut files: Vec<&OsStr> = Vec::new();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--tree") => views.tree = true,
                Some("--diff") => views.diff = true,
                Some("--picture") => {
                    let file = Path::new(arguments.next().ok_or_else(usage)?);
                    let kind = Kind::of(file).ok_or_else(usage)?;
                    views.picture = Some(Picture { file, kind });
                }
                Some(option) if option.starts_with("--") => return Err(usage()),
                _ => files.push(argument),
            }
        }
        let (config, requests) = match *files {
            [config] => (config, None),
            [config, requests] => (config, Some(Path::new(requests))),
            _ => return Err(usage()),
        };
        Ok(Options { views, config: Path::new(config), requests })
    }
}
