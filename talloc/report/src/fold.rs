//! [`fold`]: names without their numbers.

use std::borrow::Cow;

/// What stands for a number.
const NUMBER: &[u8] = b"N";

/// So many digits behind a letter are a number, fewer are part of a word: `utf8`, `sha256`.
const IN_WORD: usize = 4;

/// So many hexadecimal digits are one number, if one of them is a digit.
const HEX: usize = 8;

/// Files whose lines are no numbers to fold: libtalloc names objects by them.
const SOURCES: [&[u8]; 6] = [b".c", b".h", b".cc", b".cpp", b".rs", b".y"];

/// The name with `N` for each number and address, so that `mid 1001` and `mid 1002` are one.
///
/// The number of a line behind the name of a source file stays, and so do digits that are part
/// of a word.
pub(crate) fn fold(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.iter().any(u8::is_ascii_digit) {
        return name.into();
    }
    let mut folded = Vec::with_capacity(name.len());
    let mut at = 0;
    while at < name.len() {
        match number(name, at) {
            Some(len) => {
                folded.extend_from_slice(NUMBER);
                at += len;
            }
            None => {
                folded.push(name[at]);
                at += 1;
            }
        }
    }
    folded.into()
}

/// The length of the number that starts here.
fn number(name: &[u8], at: usize) -> Option<usize> {
    let (before, rest) = name.split_at(at);
    let last = before.last().copied().unwrap_or(b' ');
    let count = |text: &[u8], is: fn(&u8) -> bool| text.iter().take_while(|byte| is(byte)).count();
    let starts_word = !last.is_ascii_alphanumeric();
    if let Some(address) = rest.strip_prefix(b"0x").filter(|_| starts_word) {
        let digits = count(address, u8::is_ascii_hexdigit);
        if digits > 0 {
            return Some(2 + digits);
        }
    }
    if let Some(len) = uuid(rest).filter(|_| starts_word) {
        return Some(len);
    }
    let hex = count(rest, u8::is_ascii_hexdigit);
    let ends_word = rest.get(hex).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if starts_word && ends_word && hex >= HEX && rest[..hex].iter().any(u8::is_ascii_digit) {
        return Some(hex);
    }
    let digits = count(rest, u8::is_ascii_digit);
    let is_line =
        last == b':' && SOURCES.iter().any(|source| before[..before.len() - 1].ends_with(source));
    let is_number = if last.is_ascii_alphabetic() { digits >= IN_WORD } else { digits > 0 };
    (is_number && !last.is_ascii_digit() && !is_line).then_some(digits)
}

/// `9f86d081-884c-4d63-a1b2-0242ac120002`
fn uuid(text: &[u8]) -> Option<usize> {
    const PARTS: [usize; 5] = [8, 4, 4, 4, 12];
    let len = PARTS.iter().sum::<usize>() + PARTS.len() - 1;
    let mut parts = text.get(..len)?.split(|byte| *byte == b'-');
    let is_part = |len: usize| {
        parts.next().is_some_and(|part| part.len() == len && part.iter().all(u8::is_ascii_hexdigit))
    };
    PARTS.into_iter().all(is_part).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn numbers_and_addresses() {
        for (name, folded) in [
            ("smb2_req mid 1001", "smb2_req mid N"),
            ("conn4711", "connN"),
            ("ipv4:192.0.2.17:445", "ipv4:N.N.N.N:N"),
            ("session 0x55d0c1a2 of 3", "session N of N"),
            ("9f86d081-884c-4d63-a1b2-0242ac120002", "N"),
            ("[u8; 100]", "[u8; N]"),
            ("struct netr_SamInfo3", "struct netr_SamInfo3"),
            ("uint8_t", "uint8_t"),
            ("sha256", "sha256"),
            ("../../lib/util/str.c:147", "../../lib/util/str.c:147"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&fold(name.as_bytes())), folded, "{name}");
        }
    }
}
