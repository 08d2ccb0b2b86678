//! What people call a file: for them to read, and no path.

use super::bad;
use crate::{http::answer::Refusal, say};

/// The longest name of a file.
const NAME: usize = 100;

/// The name in `?fileName=`.
pub(super) fn file_name(query: &str) -> Result<Option<String>, Refusal> {
    let broken = || bad(say!("fileName: it is not UTF-8.", "fileName：不是 UTF-8 编码。"));
    let mut given = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("fileName", value)) => given = Some(decoded(value).ok_or_else(broken)?),
            _ => return Err(bad(say!("Only `fileName` may be given.", "仅可填写 `fileName`。"))),
        }
    }
    let Some(name) = given.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()) else { return Ok(None) };
    let strange =
        |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if name.chars().count() > NAME || name.starts_with('.') || name.chars().any(strange) {
        return Err(bad(say!(
            "fileName: a name of at most {NAME} characters, without slashes, colons or control characters, that does not begin with a dot.",
            "fileName：最多 {NAME} 个字符，不含斜杠、冒号和控制字符，不以点开头。"
        )));
    }
    Ok(Some(name))
}

/// Percent-decoded.
fn decoded(text: &str) -> Option<String> {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let digits = text.get(at + 1..at + 3)?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            out.push(if *byte == b'+' { b' ' } else { *byte });
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_for_people_and_no_path() {
        let name = |query: &str| file_name(query).ok();
        assert_eq!(name(""), Some(None));
        assert_eq!(name("fileName=%E7%81%AF+1.jpg"), Some(Some("灯 1.jpg".to_owned())));
        for tricky in [
            "..%2F..%2Fetc%2Fpasswd",
            "..",
            ".htaccess",
            "a%00.png",
            "C%3A%5Cwindows",
            "a%2Fb.png",
            "a%0D%0Ab.png",
            "%FF",
            "%zz",
            "%E2%80%AEgnp.exe",
        ] {
            assert_eq!(name(&format!("fileName={tricky}")), None, "{tricky}");
        }
        assert_eq!(name("path=x"), None);
        assert_eq!(name(&format!("fileName={}", "a".repeat(101))), None);
    }
}
