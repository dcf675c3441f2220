//! [`Place`]: where an argument says that memory is to be read.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// What `live:` and `core:` before an argument say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// The text of reports.
    Text(&'a OsStr),
    /// A process by its number, as it was written.
    Live(&'a OsStr),
    Core(&'a OsStr),
}

impl<'a> Place<'a> {
    /// A file that is really called so can be written as `./live:1`.
    pub(crate) fn of(argument: &'a OsStr) -> Self {
        let bytes = argument.as_bytes();
        if let Some(pid) = bytes.strip_prefix(b"live:") {
            return Place::Live(OsStr::from_bytes(pid));
        }
        match bytes.strip_prefix(b"core:") {
            Some(path) => Place::Core(OsStr::from_bytes(path)),
            None => Place::Text(argument),
        }
    }

    /// The file that is read, if it is one.
    pub(crate) fn file(self) -> Option<&'a OsStr> {
        match self {
            Place::Text(path) | Place::Core(path) => Some(path),
            Place::Live(_) => None,
        }
    }
}

/// The number of a process.
pub(crate) fn parse_pid(text: &OsStr) -> Option<u32> {
    // As the kernel has them: no sign, and none has the number 0.
    let text = text.to_str().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok().filter(|pid| (1..=i32::MAX as u32).contains(pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        assert_eq!(Place::of("live:1".as_ref()), Place::Live("1".as_ref()));
        assert_eq!(Place::of("core:a b".as_ref()), Place::Core("a b".as_ref()));
        assert_eq!(Place::of("./core:a".as_ref()), Place::Text("./core:a".as_ref()));
    }

    #[test]
    fn numbers_of_processes() {
        assert_eq!(parse_pid("4711".as_ref()), Some(4711));
        for wrong in ["", "0", "+1", "-1", "1 ", "x", "2147483648", "99999999999"] {
            assert_eq!(parse_pid(wrong.as_ref()), None, "{wrong}");
        }
    }
}
