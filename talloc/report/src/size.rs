//! [`parse_size`]: a number of bytes on the command line.

/// Reads `4096`, `27,657 B`, `4K`, `1.5KB` or `26.5 KiB`, also with M, G, T, P and E:
/// powers of 1024, as they are printed.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let (number, unit) = text.split_at(text.find(|c| !is_number(c)).unwrap_or(text.len()));
    let power = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        "p" | "pb" | "pib" => 5,
        "e" | "eb" | "eib" => 6,
        _ => return None,
    };
    let (whole, tenths) = match number.split_once('.') {
        // Half a byte is none.
        Some((whole, fraction)) if power > 0 => (whole, Some(fraction)),
        Some(_) => return None,
        None => (number, None),
    };
    let unit = 1_u128 << (10 * power);
    let whole = u128::from(parse_whole(whole)?) * unit;
    let part = tenths.map_or(Some(0), |fraction| parse_fraction(fraction, unit))?;
    u64::try_from(whole + part).ok()
}

/// Digits, with commas between the thousands or without.
fn parse_whole(text: &str) -> Option<u64> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let is_grouped = text.len() > first.len();
    if (is_grouped && first.len() > 3) || groups.any(|group| group.len() != 3) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

/// So much of the unit.
fn parse_fraction(digits: &str, unit: u128) -> Option<u128> {
    // More would be too many for the number.
    if digits.len() > 15 {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    Some(u128::from(value) * unit / 10_u128.pow(digits.len() as u32))
}

#[cfg(test)]
mod tests {
    use talloc::snapshot::Bytes;

    use super::parse_size;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("0", 0),
            ("17", 17),
            ("17B", 17),
            ("1,234,567 B", 1_234_567),
            ("2k", 2048),
            ("1KB", 1024),
            ("1 K", 1024),
            ("1.5K", 1536),
            ("26.5 KiB", 27_136),
            ("3MiB", 3 << 20),
            ("0.25 M", 1 << 18),
            ("1T", 1 << 40),
            ("15.9 EiB", 18_331_451_923_248_866_918),
        ] {
            assert_eq!(parse_size(text), Some(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_printed_can_be_read() {
        for bytes in [0, 1023, 1024, 27_136, 3 << 20, 5 << 30, 7 << 40, 9 << 50, 2 << 60] {
            assert_eq!(parse_size(&Bytes(bytes).to_string()), Some(bytes));
            assert_eq!(parse_size(&format!("{:#}", Bytes(bytes))), Some(bytes));
        }
    }

    #[test]
    fn no_sizes() {
        for text in [
            "",
            "K",
            "-1",
            "+1",
            "1.",
            ".5K",
            "1.5",
            "1.5 B",
            "1,5K",
            "1,23",
            "1234,567",
            "1.2.3K",
            "1.5,0K",
            "1 X",
            "K1",
            "18446744073709551616",
            "99999999T",
            "16 EiB",
        ] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }
}
