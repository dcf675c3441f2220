//! [`Decoder`]: the text of an input that is compressed, or not in UTF-8.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::read::ReadError;

/// What an input starts with that cannot be read: its name, and the bytes.
const REFUSED: [(&str, &[u8]); 7] = [
    ("compressed by bzip2", b"BZh"),
    ("compressed by xz", b"\xfd7zXZ\0"),
    ("compressed by zstd", b"\x28\xb5\x2f\xfd"),
    ("compressed by lz4", b"\x04\x22\x4d\x18"),
    ("a ZIP file", b"PK\x03\x04"),
    ("in UTF-32", b"\xff\xfe\0\0"),
    ("in UTF-32", b"\0\0\xfe\xff"),
];

const ELF: &[u8] = b"\x7fELF";
const GZIP: &[u8] = b"\x1f\x8b";
const UTF8: &[u8] = b"\xef\xbb\xbf";

/// How much is decoded at once.
const BUFFER: usize = 64 << 10;

/// The text of `R`, decoded.
pub(crate) enum Decoder<R: BufRead> {
    Plain(R),
    Wide(BufReader<Utf16<R>>),
    Gzip(BufReader<MultiGzDecoder<R>>),
    WideGzip(BufReader<Utf16<BufReader<MultiGzDecoder<R>>>>),
}

impl<R: BufRead> Decoder<R> {
    pub(crate) fn new(mut input: R) -> Result<Self, ReadError> {
        let start = input.fill_buf().map_err(ReadError::Open)?;
        if start.starts_with(GZIP) {
            let mut input = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input));
            let order = order(&mut input)?;
            return Ok(match order {
                Some(order) => Decoder::WideGzip(BufReader::new(Utf16::new(input, order))),
                None => Decoder::Gzip(input),
            });
        }
        Ok(match order(&mut input)? {
            Some(order) => Decoder::Wide(BufReader::new(Utf16::new(input, order))),
            None => Decoder::Plain(input),
        })
    }

    fn inner(&mut self) -> &mut dyn BufRead {
        match self {
            Decoder::Plain(input) => input,
            Decoder::Wide(input) => input,
            Decoder::Gzip(input) => input,
            Decoder::WideGzip(input) => input,
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner().read(buf)
    }
}

impl<R: BufRead> BufRead for Decoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner().fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner().consume(amount);
    }
}

/// The order of bytes in UTF-16.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

/// Whether the text is in UTF-16; passes over the mark of UTF-8.
fn order(input: &mut impl BufRead) -> Result<Option<Order>, ReadError> {
    let start = input.fill_buf().map_err(ReadError::Open)?;
    if start.starts_with(ELF) {
        return Err(ReadError::Elf);
    }
    if let Some((name, _)) = REFUSED.iter().find(|(_, magic)| start.starts_with(magic)) {
        return Err(ReadError::Format(name));
    }
    Ok(match start {
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        // Without a mark: of the first characters, each has a zero byte.
        [1..=255, 0, 1..=255, 0, ..] => Some(Order::Little),
        [0, 1..=255, 0, 1..=255, ..] => Some(Order::Big),
        start if start.starts_with(UTF8) => {
            input.consume(UTF8.len());
            None
        }
        _ => None,
    })
}

/// UTF-16 as UTF-8.
pub(crate) struct Utf16<R> {
    input: R,
    order: Order,
    /// What was decoded and not read yet.
    ready: Vec<u8>,
    at: usize,
    /// The first half of a pair.
    high: Option<u16>,
}

impl<R: BufRead> Utf16<R> {
    fn new(input: R, order: Order) -> Self {
        Utf16 { input, order, ready: Vec::new(), at: 0, high: None }
    }

    /// The next unit; half a one at the end is none.
    fn unit(&mut self) -> io::Result<Option<u16>> {
        let mut bytes = [0; 2];
        match self.input.read_exact(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
            Ok(()) => Ok(Some(match self.order {
                Order::Little => u16::from_le_bytes(bytes),
                Order::Big => u16::from_be_bytes(bytes),
            })),
        }
    }

    fn push(&mut self, c: char) {
        // The mark at the start.
        if c != '\u{feff}' {
            self.ready.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn decode(&mut self) -> io::Result<()> {
        self.at = 0;
        self.ready.clear();
        while self.ready.len() < BUFFER {
            let Some(unit) = self.unit()? else { break };
            let before = self.high.take();
            let is_high = (0xd800..0xdc00).contains(&unit);
            self.high = is_high.then_some(unit);
            let now = (!is_high).then_some(unit);
            for decoded in char::decode_utf16(before.into_iter().chain(now)) {
                self.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.decode()?;
        }
        let len = buf.len().min(self.ready.len() - self.at);
        buf[..len].copy_from_slice(&self.ready[self.at..self.at + len]);
        self.at += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Decoder, ReadError};

    fn decode(bytes: &[u8]) -> String {
        let mut text = String::new();
        Decoder::new(bytes).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn utf_16_in_both_orders() {
        let text = "full ä🦀\r\nx".repeat(20_000);
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        assert!(decode(&little) == text && decode(&big) == text);
        assert!(decode(&[&[0xff, 0xfe][..], &little].concat()) == text);
        assert!(decode(&[&[0xfe, 0xff][..], &big].concat()) == text);
        assert_eq!(decode(&[b'a', 0, b'b', 0, b'c']), "ab");
    }

    #[test]
    fn all_else_stays_or_is_refused() {
        assert_eq!(decode(b""), "");
        assert_eq!(decode(b"\xef\xbb\xbffull"), "full");
        assert!(matches!(Decoder::new(&b"BZh91"[..]), Err(ReadError::Format(_))));
        assert!(matches!(Decoder::new(&b"\x7fELF\x02"[..]), Err(ReadError::Elf)));
    }
}
