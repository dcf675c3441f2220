//! Cargo, and what the compiler says.

use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Place, Result};

/// An error, with the places that it is about: first those that it is said to be at.
pub(crate) struct Error {
    pub(crate) message: String,
    pub(crate) places: Vec<(String, Range<usize>)>,
}

/// What a build came to.
pub(crate) struct Built {
    pub(crate) errors: Vec<Error>,
    /// Test programs, with the folders of their packages.
    pub(crate) programs: Vec<(PathBuf, PathBuf)>,
}

/// Runs cargo in the tree.
pub(crate) fn cargo(place: &Place, args: &[&str]) -> Result<Built> {
    let output = Command::new("cargo")
        .args(args)
        .args(["--message-format=json", "--quiet"])
        .current_dir(&place.tree)
        .env("CARGO_TARGET_DIR", place.out.join("build"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .stderr(Stdio::inherit())
        .output()?;
    let mut built = Built { errors: Vec::new(), programs: Vec::new() };
    for line in String::from_utf8(output.stdout)?.lines().filter(|line| line.starts_with('{')) {
        let value: Value = serde_json::from_str(line)?;
        let message = &value["message"];
        if message["level"] == "error" && !message["spans"][0].is_null() {
            built.errors.push(error(message));
        }
        let program = value["executable"].as_str().filter(|_| value["profile"]["test"] == true);
        if let (Some(program), Some(manifest)) = (program, value["manifest_path"].as_str()) {
            let folder = PathBuf::from(manifest).parent().map(PathBuf::from).unwrap_or_default();
            built.programs.push((program.into(), folder));
        }
    }
    if !output.status.success() && built.errors.is_empty() {
        return Err(format!("cargo {}: {}", args.join(" "), output.status).into());
    }
    Ok(built)
}

fn error(message: &Value) -> Error {
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for span in message["spans"].as_array().into_iter().flatten() {
        let places = if span["is_primary"] == true { &mut first } else { &mut others };
        // A place within a macro is followed by those that call it.
        let mut span = span;
        while let Some(file) = span["file_name"].as_str() {
            let byte = |name: &str| span[name].as_u64().unwrap_or_default() as usize;
            places.push((file.to_owned(), byte("byte_start")..byte("byte_end")));
            span = &span["expansion"]["span"];
        }
    }
    first.append(&mut others);
    Error { message: message["rendered"].as_str().unwrap_or_default().to_owned(), places: first }
}
