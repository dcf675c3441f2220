//! [`Mallinfo`]: lines that Samba adds to a report, and that say nothing of an object.

/// Whether such lines are being read.
#[derive(Debug, Default)]
pub(crate) struct Mallinfo {
    is_inside: bool,
}

impl Mallinfo {
    /// Whether the line is one of them.
    pub(crate) fn has(&mut self, text: &[u8]) -> bool {
        let text = text.trim_ascii_end();
        if text == b"mallinfo:" {
            self.is_inside = true;
        } else if self.is_inside {
            let mut parts = text.trim_ascii_start().split(|byte| *byte == b':');
            let is_word = |part: &[u8]| part.iter().all(u8::is_ascii_lowercase);
            let is_number = |part: &[u8]| {
                // Old reports count in `int`, which overflows.
                part.iter().all(|byte| matches!(byte, b' ' | b'-' | b'0'..=b'9'))
            };
            self.is_inside = parts.next().is_some_and(is_word)
                && parts.next().is_some_and(is_number)
                && parts.next().is_none();
        }
        self.is_inside
    }

    pub(crate) fn end(&mut self) {
        self.is_inside = false;
    }
}
