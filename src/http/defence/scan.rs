//! The lexical pre-scan: one pass over the text, without recursion, before a parser that recurses may see it. It knows just enough of the
//! grammar (names, numbers, strings, block strings, comments) to count what is outside of text and comments. Where text and parser could
//! disagree on where a string ends, it refuses.

/// What a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub tokens: u64,
    /// The most brackets of any kind open at once.
    pub nesting: u64,
    pub aliases: u64,
    pub directives: u64,
}

/// A string without an end begins at this byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfinished(pub usize);

pub fn scan(text: &str) -> Result<Count, Unfinished> {
    let bytes = text.as_bytes();
    let mut count = Count::default();
    let mut open: u64 = 0;
    let mut parentheses: u64 = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += run(&bytes[at..], |b| b != b'\n' && b != b'\r');
                continue;
            }
            b'"' => string(&bytes[at..]).ok_or(Unfinished(at))?,
            b'{' | b'[' | b'(' => {
                open += 1;
                parentheses += u64::from(byte == b'(');
                count.nesting = count.nesting.max(open);
                1
            }
            // A closer that closes nothing is the parser's to refuse: it gets no deeper by it.
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                parentheses = parentheses.saturating_sub(u64::from(byte == b')'));
                1
            }
            // Outside of parentheses (arguments, definitions of variables) a colon has nothing to follow but an alias.
            b':' => {
                count.aliases += u64::from(parentheses == 0);
                1
            }
            b'@' => {
                count.directives += 1;
                1
            }
            b'_' | b'A'..=b'Z' | b'a'..=b'z' => run(&bytes[at..], |b| b == b'_' || b.is_ascii_alphanumeric()),
            b'-' | b'0'..=b'9' => number(&bytes[at..]),
            b'.' if bytes[at..].starts_with(b"...") => 3,
            // Punctuation, the byte order mark, or a character that the language does not know: the parser will say.
            _ => 1 + run(&bytes[at + 1..], |b| (0x80..0xC0).contains(&b)),
        };
        count.tokens += 1;
        at += length;
    }
    Ok(count)
}

/// How many of the first bytes are alike.
fn run(bytes: &[u8], alike: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&b| !alike(b)).unwrap_or(bytes.len())
}

/// A sign goes on with a number only after its `e`: the parser takes `1-1` for two numbers.
fn number(bytes: &[u8]) -> usize {
    let goes_on = |(before, b): (&u8, &u8)| {
        b.is_ascii_alphanumeric()
            || *b == b'.'
            || *b == b'_'
            || (matches!(b, b'+' | b'-') && matches!(before, b'e' | b'E'))
    };
    1 + bytes.iter().zip(&bytes[1..]).take_while(|pair| goes_on(*pair)).count()
}

/// The length of the string that begins here, if it ends.
fn string(bytes: &[u8]) -> Option<usize> {
    const BLOCK: &[u8] = br#"""""#;
    let mut at = 1;
    if bytes.starts_with(BLOCK) {
        at = 3;
        loop {
            let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
            if rest.starts_with(BLOCK) {
                return Some(at + 3);
            }
            at += if rest.starts_with(br#"\""""#) { 4 } else { 1 };
        }
    }
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'"', _) => return Some(at + 1),
            (b'\n' | b'\r', _) | (b'\\', Some(b'\n' | b'\r')) => return None,
            (b'\\', _) => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_document_is_counted() {
        let count =
            scan(r#"query A($a: Int = 1, $f: F = {x: [1]}) @live { one: first(a: $a) @skip(if: true) { id } }"#)
                .unwrap();
        assert_eq!(count, Count { tokens: 45, nesting: 3, aliases: 1, directives: 2 });
    }

    #[test]
    fn brackets_in_strings_block_strings_and_comments_do_not_count() {
        for text in [
            r#"{ f(a: "[[[[{{{{((((") }"#,
            r#"{ f(a: "\"[[[[\\") }"#,
            r##"{ f(a: """[[[[ "" \""" {{{{ # " """) }"##,
            "{ f(a: 1) # \"[[[[{{{{\n }",
            "{ f(a: 1) # [[[[\r }",
            r#"{ f(a: """""") }"#,
        ] {
            assert_eq!(scan(text).map(|c| c.nesting), Ok(2), "{text}");
        }
    }

    #[test]
    fn a_string_without_an_end_is_refused() {
        assert_eq!(scan(r#"{ f(a: "abc) }"#), Err(Unfinished(7)));
        assert_eq!(scan("{ f(a: \"abc\n\") }"), Err(Unfinished(7)));
        assert_eq!(scan("\"\\\n\""), Err(Unfinished(0)));
        assert_eq!(scan(r#"""""""#), Err(Unfinished(0)));
        assert_eq!(scan(r#"""" \""" [[[["#), Err(Unfinished(0)));
        assert_eq!(scan(r#""\"#), Err(Unfinished(0)));
    }

    #[test]
    fn numbers_without_space_between_them_are_counted_apart() {
        assert_eq!(scan("1-1-1e-5-2.5").unwrap().tokens, 4);
        assert_eq!(scan("[1,2 3]").unwrap().tokens, 5);
    }

    #[test]
    fn arguments_and_objects_are_not_aliases() {
        assert_eq!(scan("{ a(x: {y: 1, z: [{w: 2}]}) b: c { d: e } }").unwrap().aliases, 2);
    }

    /// Brackets only, counted the slow way: for each place, look back.
    fn naive_nesting(text: &str) -> u64 {
        let depth_at = |end: usize| {
            text.as_bytes()[..end].iter().fold(0u64, |depth, b| match b {
                b'{' | b'[' | b'(' => depth + 1,
                b'}' | b']' | b')' => depth.saturating_sub(1),
                _ => depth,
            })
        };
        (0..=text.len()).map(depth_at).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn any_text_is_scanned_without_a_panic(text in any::<String>()) {
            let _ = scan(&text);
        }

        #[test]
        fn any_mixture_of_signs_is_scanned_without_a_panic(text in r#"[\[\](){}:@#"\\.\-e1a \n\r$!é\u{feff}]{0,200}"#) {
            if let Ok(count) = scan(&text) {
                prop_assert!(count.tokens <= text.len() as u64);
            }
        }

        #[test]
        fn nesting_is_what_a_naive_count_says(text in r"[\[\](){} a1:@]{0,80}") {
            prop_assert_eq!(scan(&text).unwrap().nesting, naive_nesting(&text));
        }

        #[test]
        fn whatever_stands_in_a_string_counts_as_one_token(inside in r"[\[\](){}# a1:@]{0,80}") {
            let count = scan(&format!("\"{inside}\"")).unwrap();
            prop_assert_eq!(count, Count { tokens: 1, ..Count::default() });
            let count = scan(&format!("\"\"\"{inside}\n\"{inside} \"\"\"")).unwrap();
            prop_assert_eq!(count, Count { tokens: 1, ..Count::default() });
        }
    }
}
