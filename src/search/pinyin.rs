//! Pinyin (拼音) of a text, from each of its syllables on: in full, and by initials.

use std::collections::BTreeSet;

use ::pinyin::ToPinyin;

use super::{fold, readings};

/// The most letters of a reading that are kept from one syllable on; a longer query is not looked up by pinyin.
pub(super) const LETTERS: usize = 32;
/// The same of initials.
pub(super) const INITIALS: usize = 8;
/// The most syllables that are kept one by one, and the most letters of one: the longest of pinyin, and the beginning of a Latin word.
const SYLLABLES: usize = 40;
pub(super) const SYLLABLE: usize = 6;
/// The most ways to read one stretch; characters beyond that are read as usual.
const WAYS: usize = 8;

/// The readings of one character, the likeliest first; of Latin letters and digits, the whole run.
type Syllable = Vec<String>;

/// What a stretch that begins at one syllable is called.
pub(super) struct Stretch {
    /// The likeliest first.
    pub full: Vec<String>,
    /// Those that are not the beginning of a reading in full.
    pub initials: Vec<String>,
    /// The likeliest initials, whatever they are.
    pub usual_initials: String,
}

/// How a text is read.
pub(super) struct Spelled {
    /// From each syllable on, each cut off.
    pub stretches: Vec<Stretch>,
    /// The first syllables, as they are usually read.
    pub syllables: Vec<String>,
}

/// Nothing of a text without Chinese characters, which is found as it is written. A person's name begins with a surname.
pub(super) fn spelled(text: &str, person: bool) -> Spelled {
    let syllables = syllables(text, person);
    Spelled {
        stretches: (0..syllables.len()).map(|from| stretch(&syllables[from..])).collect(),
        syllables: syllables
            .iter()
            .take(SYLLABLES)
            .map(|readings| readings[0].chars().take(SYLLABLE).collect())
            .collect(),
    }
}

fn syllables(text: &str, person: bool) -> Vec<Syllable> {
    let characters: Vec<(char, char)> = fold::folded(text).collect();
    if !characters.iter().any(|(_, c)| fold::is_han(*c)) {
        return Vec::new();
    }
    let surname = match person {
        true => readings::of_surname(&characters.iter().take(4).map(|(_, c)| *c).collect::<Vec<_>>()),
        false => Vec::new(),
    };
    let mut syllables: Vec<Syllable> = Vec::new();
    let mut run = String::new();
    for (place, (written, folded)) in characters.into_iter().enumerate() {
        if folded.is_ascii_alphanumeric() {
            run.push(folded);
            continue;
        }
        if !run.is_empty() {
            syllables.push(vec![std::mem::take(&mut run)]);
        }
        let mut syllable: Syllable = surname.get(place).map(|reading| (*reading).to_owned()).into_iter().collect();
        // As it was written: of 乾, the simplified 干 is read otherwise.
        let usual = written.to_pinyin().or_else(|| folded.to_pinyin()).map(|pinyin| pinyin.plain().replace('ü', "v"));
        let also = readings::of(folded).iter().map(|reading| (*reading).to_owned());
        for reading in usual.into_iter().chain(also) {
            if !syllable.contains(&reading) {
                syllable.push(reading);
            }
        }
        // Brackets, marks and characters without a reading are skipped.
        if !syllable.is_empty() {
            syllables.push(syllable);
        }
    }
    if !run.is_empty() {
        syllables.push(vec![run]);
    }
    syllables
}

fn stretch(syllables: &[Syllable]) -> Stretch {
    let mut ways = vec![(String::new(), String::new())];
    for syllable in syllables {
        if ways.iter().all(|(full, initials)| full.len() >= LETTERS && initials.len() >= INITIALS) {
            break;
        }
        let readings = if ways.len() * syllable.len() <= WAYS { &syllable[..] } else { &syllable[..1] };
        ways = readings
            .iter()
            .flat_map(|reading| {
                ways.iter()
                    .map(move |(full, initials)| (format!("{full}{reading}"), format!("{initials}{}", &reading[..1])))
            })
            .collect();
    }
    let cut = |text: &String, most: usize| text[..text.len().min(most)].to_owned();
    let full: Vec<String> = distinct(ways.iter().map(|(full, _)| cut(full, LETTERS)));
    let all = distinct(ways.iter().map(|(_, initials)| cut(initials, INITIALS)));
    let usual_initials = all.first().cloned().unwrap_or_default();
    let initials = all.into_iter().filter(|initials| !full.iter().any(|full| full.starts_with(initials))).collect();
    Stretch { full, initials, usual_initials }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.filter(|text| seen.insert(text.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> (Vec<String>, Vec<String>) {
        let mut stretches = spelled(text, true).stretches;
        let first = stretches.swap_remove(0);
        (first.full, first.initials)
    }

    #[test]
    fn a_name_is_spelled_from_each_syllable_on() {
        let all: Vec<_> = spelled("张三丰", true).stretches.into_iter().map(|s| (s.full, s.initials)).collect();
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            all,
            [
                (texts(&["zhangsanfeng"]), texts(&["zsf"])),
                (texts(&["sanfeng"]), texts(&["sf"])),
                (texts(&["feng"]), texts(&[])),
            ]
        );
    }

    #[test]
    fn a_surname_is_read_as_one_at_the_start_of_a_persons_name() {
        for (name, spelled) in [
            ("单雄信", "shanxiongxin"),
            ("解缙", "xiejin"),
            ("仇英", "qiuying"),
            ("曾巩", "zenggong"),
            ("查良", "zhaliang"),
            ("朴正", "piaozheng"),
            ("区寄", "ouji"),
            ("單雄信", "shanxiongxin"),
            ("尉迟恭", "yuchigong"),
            ("万俟咏", "moqiyong"),
            ("吕布", "lvbu"),
            ("李乾", "liqian"),
        ] {
            assert_eq!(first(name).0[0], spelled, "{name}");
        }
        assert!(first("单雄信").0.contains(&"danxiongxin".to_owned()), "the usual reading too");
        assert!(spelled("银行", false).stretches[0].full.contains(&"yinhang".to_owned()));
        assert!(spelled("Anton Novak", true).stretches.is_empty());
        assert_eq!(spelled("3号楼", false).stretches[0].full[0], "3haolou");
    }

    #[test]
    fn a_long_text_is_cut_off_and_read_in_few_ways() {
        let long = "行重长乐单解仇曾查朴区盖".repeat(16);
        for stretch in spelled(&long, false).stretches {
            assert!(stretch.full.len() <= WAYS && stretch.full.iter().all(|full| full.len() <= LETTERS));
            assert!(stretch.initials.iter().all(|initials| initials.len() <= INITIALS));
        }
    }
}
