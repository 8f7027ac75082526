//! Bytes written as letters for the way: base64 and quoted-printable, as mail, single-file pages and flat packages have them.

/// Base64, whatever stands between its letters; what ends too early is read as far as it goes.
pub(super) fn base64(source: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in source {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}

/// Quoted-printable; what is none stands as it is.
pub(super) fn quoted_printable(source: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len());
    let mut rest = source;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        if *byte != b'=' {
            out.push(*byte);
            continue;
        }
        let hex = |at: usize| behind.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        match (hex(0), hex(1), behind) {
            (Some(high), Some(low), _) => {
                out.push((high << 4 | low) as u8);
                rest = &behind[2..];
            }
            // A line that goes on.
            (.., [b'\r', b'\n', ..]) => rest = &behind[2..],
            (.., [b'\n' | b'\r', ..]) => rest = &behind[1..],
            _ => out.push(b'='),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_read_and_nothing_harms() {
        assert_eq!(base64(b"5Y2V\r\n5L2N"), "单位".as_bytes());
        assert_eq!(base64(b"YQ=="), b"a");
        assert_eq!(base64(b"Y!!"), b"");
        assert_eq!(quoted_printable(b"=E5=8D=95=E4=BD=\r\n=8D a=3Db="), "单位 a=b=".as_bytes());
        assert_eq!(quoted_printable(b"=zz=\n=4"), b"=zz=4");
    }
}
