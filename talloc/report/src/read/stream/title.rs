//! [`Titles`]: what stands over a report.

use super::Title;

/// What the lines before the next report say of it.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    pub(crate) current: Title,
}

impl Titles {
    /// Whether this line is a title and nothing else.
    pub(crate) fn read(&mut self, text: &[u8]) -> bool {
        let text = text.trim_ascii();
        if text.is_empty() {
            return false;
        }
        if let Some(name) = text.strip_prefix(b"==> ").and_then(|text| text.strip_suffix(b" <==")) {
            self.set(name);
            return true;
        }
        if let Some(level) = level(text) {
            self.current.level = Some(level);
            return true;
        }
        self.current.level = None;
        let lower = text.to_ascii_lowercase();
        let names = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
        let is_process = names(b"pid") || names(b"process") || names(b"smbd");
        if is_process && text.len() <= 80 && text.iter().any(u8::is_ascii_digit) {
            self.set(text);
        }
        false
    }

    fn set(&mut self, text: &[u8]) {
        self.current.text = Some(String::from_utf8_lossy(text).into_owned());
    }

    /// The report has begun, or none follows.
    pub(crate) fn end(&mut self) {
        self.current = Title::default();
    }
}

/// FreeRADIUS counts the contexts above one: `Talloc context level 1:`.
fn level(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text.strip_prefix(b"Talloc context level ")?).ok()?;
    text.strip_suffix(':')?.parse().ok()
}
