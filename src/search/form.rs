//! A text as the index has it, a query as it is asked, and when one meets the other. Pure: the statements in [`super::find`] say the same in SQL.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use uuid::Uuid;

use super::{
    fold::fold,
    pinyin::{self, LETTERS},
    synonyms,
};
use crate::{
    error::{Error, Result},
    say,
};

/// The most characters of a query: those of the longest title.
const MOST: usize = 200;

/// Stand before what is spelled from the first syllable on, and from a later one.
pub(super) const FIRST: char = '^';
pub(super) const LATER: char = '|';

/// Stands before a reading among the tokens: not ASCII, so that both engines take it for a part of the word.
const READ: char = 'ˈ';

/// How many letters a token of a reading may have. A longer query is looked up by as many of its letters as fit, and compared in full.
const TOKEN_LENGTHS: [usize; 5] = [1, 2, 3, 4, 6];

/// A text in the forms that queries are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub text: String,
    /// How it is read, from the beginning.
    pub spelling: String,
    /// The initials of that.
    pub initials: String,
    /// Its first syllables as they are usually read, each after a mark.
    pub syllables: String,
    /// All readings: each stretch after a mark.
    pub reading: String,
    /// What the full-text index holds: characters, pairs of characters, beginnings of readings.
    pub tokens: BTreeSet<String>,
}

impl Form {
    /// A person's name is read as one.
    pub fn of(text: &str, person: bool) -> Self {
        let folded = fold(text);
        let mut tokens = characters(&folded);
        let (mut spelling, mut initials, mut reading) = (String::new(), String::new(), String::new());
        let spelled = pinyin::spelled(text, person);
        let syllables = spelled.syllables.iter().fold(String::new(), |all, one| all + &LATER.to_string() + one);
        for (place, stretch) in spelled.stretches.iter().enumerate() {
            let mark = if place == 0 { FIRST } else { LATER };
            if place == 0 {
                spelling.clone_from(&stretch.full[0]);
                initials.clone_from(&stretch.usual_initials);
            }
            for spelled in stretch.full.iter().chain(&stretch.initials) {
                reading.push(mark);
                reading.push_str(spelled);
                tokens.extend(beginnings(spelled).map(reading_word));
            }
        }
        Self { text: folded, spelling, initials, syllables, reading, tokens }
    }
}

/// Single characters and pairs of neighbours.
fn characters(folded: &str) -> BTreeSet<String> {
    let characters: Vec<char> = folded.chars().collect();
    let pairs = characters.windows(2).map(token);
    pairs.chain(characters.iter().map(|c| token(&[*c]))).collect()
}

/// Characters as a word that both engines take for one. Another text may come to the same word: a candidate is compared in any case.
fn token(characters: &[char]) -> String {
    let mut word = String::new();
    for c in characters {
        match c.is_ascii_alphanumeric() || !c.is_ascii() {
            true => word.push(*c),
            false => word += &format!("x{:02x}", u32::from(*c)),
        }
    }
    word
}

/// The beginning of a reading as a word that no text comes to: or whoever looks for the letters of a Latin name would be offered all who are read so.
fn reading_word(beginning: &str) -> String {
    format!("{READ}{beginning}")
}

fn beginnings(spelled: &str) -> impl Iterator<Item = &str> {
    TOKEN_LENGTHS.into_iter().filter_map(|length| spelled.get(..length))
}

/// The token of all entries of a kind in a community, so that the index leaves out the others by itself.
pub(super) fn place_token(kind: &str, community: Uuid) -> String {
    let bits = community.as_u128() ^ (community.as_u128() >> 64);
    format!("k{kind}{:016x}", bits as u64).replace('_', "")
}

/// How a record met a query, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matched {
    Exact,
    Prefix,
    Contains,
    Pinyin,
}

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The folded ways to say it, at least one.
    pub texts: Vec<String>,
    /// Its letters, if it could be pinyin or initials.
    pub letters: Option<String>,
}

impl Wanted {
    /// What is asked for; `argument` names the place in the error.
    pub fn parse(argument: &str, text: &str) -> Result<Self> {
        let length = text.chars().count();
        if length > MOST || text.contains('\0') {
            return Err(Error::bad_input(say!(
                "{argument}: a text to search for has at most {MOST} characters, and no U+0000; this one has {length}.",
                "{argument}：检索文本最多 {MOST} 个字符，且不得含 U+0000；此处为 {length} 个字符。"
            )));
        }
        let texts = synonyms::ways(text);
        if texts[0].is_empty() {
            return Err(Error::bad_input(say!(
                "{argument}: there is nothing to search for: blanks and dots between names do not count.",
                "{argument}：没有可检索的内容：空格与间隔号不计。"
            )));
        }
        Ok(Self { texts, letters: letters(text) })
    }

    /// How a folded text meets it as it is written.
    pub(super) fn meets_text(&self, folded: &str) -> Option<Matched> {
        let any = |holds: fn(&str, &str) -> bool| self.texts.iter().any(|way| holds(folded, way));
        if any(|text, way| text == way) {
            return Some(Matched::Exact);
        }
        if any(|text, way| text.starts_with(way)) {
            return Some(Matched::Prefix);
        }
        any(|text, way| text.contains(way)).then_some(Matched::Contains)
    }

    /// How a text meets it, if it does.
    pub fn meets(&self, form: &Form) -> Option<Matched> {
        if let Some(matched) = self.meets_text(&form.text) {
            return Some(matched);
        }
        let letters = self.letters.as_ref()?;
        let spelled = |mark: char| form.reading.contains(&format!("{mark}{letters}"));
        (spelled(FIRST) || spelled(LATER)).then_some(Matched::Pinyin)
    }

    /// The tokens that every text with one of the ways holds.
    pub(super) fn text_tokens(way: &str) -> Vec<String> {
        let one = way.chars().count() == 1;
        // A pair says more than its characters.
        let tokens = characters(way).into_iter();
        let pairs: Vec<char> = way.chars().collect();
        match one {
            true => tokens.collect(),
            false => pairs.windows(2).map(token).collect::<BTreeSet<_>>().into_iter().collect(),
        }
    }

    /// Is a reading asked for that is longer than any token? Then the tokens do not tell how rare it is.
    pub(super) fn is_longer_than_its_token(&self) -> bool {
        self.letters.as_ref().is_some_and(|letters| letters.len() > TOKEN_LENGTHS[TOKEN_LENGTHS.len() - 1])
    }

    /// The token that every text with this reading holds.
    pub(super) fn reading_token(letters: &str) -> Option<String> {
        beginnings(letters).last().map(reading_word)
    }
}

/// The query as letters: tones and what separates syllables fall away, ü is v.
fn letters(text: &str) -> Option<String> {
    let mut letters = String::new();
    for c in text.chars().flat_map(char::to_lowercase).nfkd().flat_map(char::to_lowercase) {
        match c {
            // The dots of ü, which decomposition set apart.
            '\u{308}' if letters.ends_with('u') => {
                letters.pop();
                letters.push('v');
            }
            'a'..='z' | '0'..='9' => letters.push(c),
            '\'' | '’' | '‘' | '`' | '-' => {}
            _ if is_combining_mark(c) || fold(c.encode_utf8(&mut [0; 4])).is_empty() => {}
            _ => return None,
        }
    }
    // As passports write ü.
    let letters = letters.replace("lyu", "lv").replace("nyu", "nv");
    (letters.bytes().any(|b| b.is_ascii_lowercase()) && letters.len() <= LETTERS).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(query: &str, text: &str, person: bool) -> Option<Matched> {
        Wanted::parse("text", query).unwrap().meets(&Form::of(text, person))
    }

    #[test]
    fn a_text_is_met_in_many_spellings() {
        use Matched::{Contains, Exact, Pinyin, Prefix};
        for (query, text, expected) in [
            ("张三", "张三", Exact),
            ("張三", "张三", Exact),
            ("张", "张三", Prefix),
            ("三", "张三", Contains),
            ("低保", "城市低保户慰问", Contains),
            ("zs", "张三", Pinyin),
            ("ZhangSan", "张三", Pinyin),
            ("zhang san", "张三", Pinyin),
            ("zhāng sān", "张三", Pinyin),
            ("zhangs", "张三", Pinyin),
            ("san", "张三", Pinyin),
            ("ｚｓ", "张三", Pinyin),
            ("lü bu", "吕布", Pinyin),
            ("lyubu", "吕布", Pinyin),
            ("xi'an", "西安", Pinyin),
            ("sf", "张三丰", Pinyin),
        ] {
            assert_eq!(met(query, text, true), Some(expected), "{query} {text}");
        }
        for (query, text) in [("hang", "张三"), ("三张", "张三"), ("s", "王五"), ("zsf", "张三"), ("a", "张三")]
        {
            assert_eq!(met(query, text, true), None, "{query} {text}");
        }
    }

    proptest::proptest! {
        /// What the index is asked for is in the index, or an entry would be missed.
        #[test]
        fn the_tokens_of_a_query_are_among_those_of_every_text_that_meets_it(text in "[张三丰单行长李aB1·% ]{1,9}", from in 0usize..9, length in 1usize..9) {
            let form = Form::of(&text, true);
            let part: String = text.chars().skip(from).take(length).collect();
            let stretch = form.reading.split([FIRST, LATER]).nth(1 + from);
            let spelled = stretch.map(|spelled| spelled[..spelled.len().min(length)].to_owned());
            // Figures alone are asked for as they are written.
            let spelled = spelled.filter(|spelled| spelled.bytes().any(|b| b.is_ascii_lowercase()));
            for query in [Some(part), spelled].into_iter().flatten() {
                let Ok(wanted) = Wanted::parse("text", &query) else { continue };
                assert!(wanted.meets(&form).is_some(), "{query:?} in {text:?}");
                let held = |tokens: Vec<String>| tokens.iter().all(|token| form.tokens.contains(token));
                let by_text = wanted.texts.iter().any(|way| form.text.contains(way) && held(Wanted::text_tokens(way)));
                let by_reading = wanted.letters.as_ref().is_some_and(|letters| held(Wanted::reading_token(letters).into_iter().collect()));
                assert!(by_text || by_reading, "{query:?} in {text:?}");
            }
        }

        #[test]
        fn any_text_can_be_asked_for(text in "\\PC{0,30}") {
            if let Ok(wanted) = Wanted::parse("text", &text) {
                assert_eq!(wanted.meets(&Form::of(&text, false)), Some(Matched::Exact));
            }
        }
    }
}
