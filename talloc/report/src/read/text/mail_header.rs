//! [`MailHeader`]: the headers of a mail and of its parts.

/// Where they are, and how they say that what follows is encoded.
#[derive(Debug)]
pub(crate) struct MailHeader {
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Headers can begin here.
    Gap,
    Inside,
    Text,
}

impl Default for MailHeader {
    fn default() -> Self {
        MailHeader { place: Place::Gap }
    }
}

const ENCODING: &[u8] = b"content-transfer-encoding:";

impl MailHeader {
    /// Reads a line: whether text is quoted-printable from here on, if it says so.
    pub(crate) fn read(&mut self, line: &[u8]) -> Option<bool> {
        self.place = match line.first() {
            None | Some(b'\r') => Place::Gap,
            Some(b'-') if line.starts_with(b"--") => Place::Inside,
            // A header goes on.
            Some(b' ' | b'\t') if self.is_inside() => Place::Inside,
            Some(byte) if byte.is_ascii_alphabetic() && self.place != Place::Text => {
                if is_header(line) { Place::Inside } else { Place::Text }
            }
            _ => Place::Text,
        };
        let value = line.get(ENCODING.len()..).filter(|_| self.is_inside())?;
        let is_encoding = line[..ENCODING.len()].eq_ignore_ascii_case(ENCODING);
        is_encoding.then(|| value.trim_ascii().eq_ignore_ascii_case(b"quoted-printable"))
    }

    /// Whether the last line is one of them.
    pub(crate) fn is_inside(&self) -> bool {
        self.place == Place::Inside
    }
}

/// A name without blanks, and a colon; or the line before the headers in a mailbox.
fn is_header(line: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let name = line.iter().take_while(|byte| is_name(byte)).count();
    line.get(name) == Some(&b':') || line.starts_with(b"From ")
}
