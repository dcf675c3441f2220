//! [`parse_size`]: a number of bytes on the command line.

/// Reads `4096`, `4K` or `4KiB`, also with M, G and T: powers of 1024.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let power = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 1,
        "m" | "mib" => 2,
        "g" | "gib" => 3,
        "t" | "tib" => 4,
        _ => return Err("a size is a number with K, M, G or T, or without".to_owned()),
    };
    let number: u64 = number.parse().map_err(|error| format!("{error}"))?;
    number.checked_mul(1 << (10 * power)).ok_or_else(|| "too large a size".to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes() {
        for (text, bytes) in
            [("0", 0), ("17", 17), ("17B", 17), ("2k", 2048), ("3MiB", 3 << 20), ("1T", 1 << 40)]
        {
            assert_eq!(parse_size(text), Ok(bytes));
        }
        for text in ["", "K", "-1", "1.5M", "1 K", "1KB", "18446744073709551616", "99999999T"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
