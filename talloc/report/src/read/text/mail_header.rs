//! [`MailHeader`]: the headers of a mail and of its parts.

use memchr::memmem::find;

use crate::read::line::ROOT;

/// Where they are, and how they say that what follows is encoded.
#[derive(Debug, Default)]
pub(crate) struct MailHeader {
    place: Place,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Headers can begin here: of the mail, or behind the line before a part.
    #[default]
    Start,
    Inside,
    Text,
    /// Behind an empty line of the text.
    Gap,
}

const ENCODING: &[u8] = b"content-transfer-encoding:";

impl MailHeader {
    /// Reads a line: whether text is quoted-printable from here on, if it says so.
    pub(crate) fn read(&mut self, line: &[u8]) -> Option<bool> {
        let was_inside = self.is_inside();
        self.place = match (self.place, line.first()) {
            (Place::Start, None | Some(b'\r')) => Place::Start,
            (_, None | Some(b'\r')) => Place::Gap,
            (_, Some(b'-')) if line.starts_with(b"--") => Place::Start,
            // A header goes on.
            (Place::Inside, Some(b' ' | b'\t')) => Place::Inside,
            (Place::Start | Place::Inside, _) if is_header(line) => Place::Inside,
            // In a mailbox.
            (Place::Start | Place::Gap, _) if line.starts_with(b"From ") => Place::Inside,
            _ => Place::Text,
        };
        if !self.is_inside() {
            return None;
        }
        let (name, value) = line.split_at(line.len().min(ENCODING.len()));
        if name.eq_ignore_ascii_case(ENCODING) {
            return Some(value.trim_ascii().eq_ignore_ascii_case(b"quoted-printable"));
        }
        // Without such a header, text is what it is.
        (!was_inside).then_some(false)
    }

    /// Whether the last line is one of them.
    pub(crate) fn is_inside(&self) -> bool {
        self.place == Place::Inside
    }
}

/// A name without blanks, and a colon.
fn is_header(line: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let name = line.iter().take_while(|byte| is_name(byte)).count();
    name > 0 && line.get(name) == Some(&b':') && find(line, ROOT).is_none()
}
