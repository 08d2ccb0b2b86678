//! The form in which texts are compared: what is written differently and read alike becomes the same.
//!
//! Every character is folded by itself, without looking at its neighbours, so that a part of a text folds to a part of the folded text: that is
//! what makes a search for a part find the whole. Words that differ from place to place are [`super::synonyms`]' business.

use std::{
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
};

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text as it is compared.
pub(super) fn fold(text: &str) -> String {
    folded(text).map(|(_, folded)| folded).collect()
}

/// Each character that counts, as written (decomposed, in lower case) and folded.
pub(super) fn folded(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars()
        .flat_map(char::to_lowercase)
        .nfkd()
        // Full-width and lettered symbols show their capitals only now.
        .flat_map(char::to_lowercase)
        .filter(|c| !silent(*c))
        .map(|c| (c, simplified(c)))
}

/// Not heard when a text is read out: blanks, invisible characters, accents, and the dots between the parts of a name, of which there are many.
fn silent(c: char) -> bool {
    let dot = matches!(c, '.' | '·' | '‧' | '•' | '∙' | '⋅' | '・' | '●' | '⸱' | 'ꞏ');
    let invisible = matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    dot || invisible || c.is_whitespace() || c.is_control() || is_combining_mark(c)
}

static TO_SIMPLIFIED: LazyLock<OpenCC> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).expect("the dictionaries are built in"));

/// A character is converted once: the dictionaries are made for texts and take their time.
static KNOWN: LazyLock<RwLock<HashMap<char, char>>> = LazyLock::new(RwLock::default);

/// A traditional character or a variant of one as its simplified one.
fn simplified(c: char) -> char {
    if !is_han(c) {
        return c;
    }
    // A table of characters is whole after every insertion, also one after which somebody panicked.
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&c) {
        return *known;
    }
    let converted = TO_SIMPLIFIED.convert(c.encode_utf8(&mut [0; 4]));
    let mut converted = converted.chars();
    let simplified = match (converted.next(), converted.next()) {
        (Some(one), None) => one,
        _ => c,
    };
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(c, simplified);
    simplified
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_alike_is_the_same() {
        for (one, other) in [
            ("社區", "社区"),
            ("專案", "专案"),
            ("臺灣", "台湾"),
            ("ＡＢＣ１２", "abc12"),
            ("阿依古丽·买买提", "阿依古丽买买提"),
            ("阿依古丽•买买提", "阿依古丽・买买提"),
            ("阿依古麗．買買提", "阿依古丽‧买买提"),
            ("张　三", "张三"),
            ("Zoé", "ZOE"),
            ("㈱", "(株)"),
            ("\u{2f00}", "一"),
            ("ﬁne", "FINE"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("张三"), fold("张山"));
        assert_eq!(fold(" · \u{200b}"), "");
        assert_eq!(fold("100%_\\*\""), "100%_\\*\"");
    }

    proptest::proptest! {
        #[test]
        fn a_part_folds_to_a_part_and_folding_twice_changes_nothing(text in "\\PC{0,12}", more in "[一-龥·a-zA-Zé　]{0,8}") {
            let whole = format!("{text}{more}");
            assert_eq!(fold(&whole), fold(&text) + &fold(&more));
            assert_eq!(fold(&fold(&whole)), fold(&whole), "{whole:?}");
        }
    }
}
