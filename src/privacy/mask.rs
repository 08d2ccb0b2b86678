//! What those see who may know that a value exists, but not the value (脱敏): one mask for each kind of value, and no other anywhere.
//!
//! A mask is for recognising what one knows already, not for finding out. So it keeps as little as its owner needs to say "that is mine",
//! hides how long the hidden part is where length tells something, and is the same on every path to the value.

use entity::resident::IdDocumentKind;

use crate::identifiers::phone::area_code_length;

/// The surname alone (姓名): 张三 is `张*`, 张小明 `张**`, 欧阳修 `欧阳*`.
///
/// Two asterisks at most, so that long names, which are rare, do not stand out. Names of several parts, whose first part is the given name
/// (买买提·艾力), keep its first character and are `买**·**` with the dot: which tells that it is such a name, as the character alone would.
/// Names in other scripts keep the first letter of each word, with three asterisks whatever its length: `J*** S***`.
pub fn name(name: &str) -> String {
    let name = name.trim();
    if name.chars().count() == 1 {
        return STAR.to_owned();
    }
    if name.chars().any(is_han) {
        han_name(name)
    } else {
        name.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
    }
}

/// Mobiles keep the first three digits (the network) and the last four, as bills and parcels in China do: `138****5678`. Landlines keep
/// area code and last two digits (`0532******88`), since eight digits with four shown are soon tried out. That there is an extension
/// is shown (`-***`), its digits are not. Takes the stored form of [`crate::identifiers::Phone`]; anything else is hidden altogether.
pub fn phone(phone: &str) -> String {
    let (number, extension) = phone.split_once('-').map_or((phone, ""), |(number, _)| (number, "-***"));
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return HIDDEN.to_owned();
    }
    let masked = match number.len() {
        11 if number.starts_with('1') => format!("{}****{}", &number[..3], &number[7..]),
        10..=12 if number.starts_with('0') => {
            let (area, local) = number.split_at(area_code_length(number));
            format!("{area}{}{}", STAR.repeat(local.len() - 2), &local[local.len() - 2..])
        }
        _ => return HIDDEN.to_owned(),
    };
    masked + extension
}

/// First and last character (证件号码): `1****************X` for a resident identity card, `E*******8` for a passport.
///
/// Public notices in China often keep the first six digits and the last four of a resident number, which hides the birth date alone. Beside
/// a birth date, which other fields show to many, that is the whole number. The first digit tells one of the great regions and the last
/// character nothing but itself, yet members of a household can tell their cards apart. Passports are shown as if they all had nine characters,
/// because length tells the issuing state. Numbers too short to be any are hidden altogether.
pub fn id_document(kind: IdDocumentKind, number: &str) -> String {
    let stars = match kind {
        IdDocumentKind::ResidentIdCard => 16,
        IdDocumentKind::Passport => 7,
        IdDocumentKind::None => return String::new(),
    };
    let mut chars = number.chars();
    match (chars.next(), chars.next_back()) {
        (Some(first), Some(last)) if chars.count() >= 3 => format!("{first}{}{last}", STAR.repeat(stars)),
        _ => HIDDEN.to_owned(),
    }
}

/// Nothing of it (房号): a room and its building are an address, and rooms are few.
pub fn room(_room: &str) -> &'static str {
    STAR
}

const STAR: &str = "*";
const HIDDEN: &str = "******";

/// Compound surnames (复姓) in use, in both scripts. A rare one that is missing shows one character less than it might; one that is a
/// simple surname with a given name would show one more, so those whose first half is a common surname (万俟, 钟离, 梁丘) stay out.
const COMPOUND_SURNAMES: [&str; 51] = [
    "欧阳", "歐陽", "上官", "司马", "司馬", "司徒", "司空", "诸葛", "諸葛", "皇甫", "慕容", "尉迟", "尉遲", "令狐",
    "东方", "東方", "东郭", "東郭", "公孙", "公孫", "公冶", "公羊", "轩辕", "軒轅", "夏侯", "端木", "宇文", "长孙",
    "長孫", "淳于", "呼延", "赫连", "赫連", "澹台", "澹臺", "濮阳", "濮陽", "申屠", "闻人", "聞人", "独孤", "獨孤",
    "拓跋", "西门", "西門", "鲜于", "鮮于", "太史", "闾丘", "亓官", "完颜",
];

fn han_name(name: &str) -> String {
    let parts: Vec<String> = name
        .split(is_dot)
        .map(|part| part.chars().filter(|c| !c.is_whitespace()).collect::<String>())
        .filter(|part| !part.is_empty())
        .collect();
    if parts.iter().map(|part| part.chars().count()).sum::<usize>() == 1 {
        return STAR.to_owned();
    }
    let mut masked = String::new();
    for (i, part) in parts.iter().enumerate() {
        let length = part.chars().count();
        let kept = match i {
            0 if parts.len() == 1
                && length > 2
                && COMPOUND_SURNAMES.iter().any(|surname| part.starts_with(surname)) =>
            {
                2
            }
            0 => 1,
            _ => 0,
        };
        if i > 0 {
            masked.push('·');
        }
        masked.extend(part.chars().take(kept));
        masked.push_str(&STAR.repeat((length - kept).clamp(1, 2)));
    }
    masked
}

fn word(word: &str) -> String {
    word.chars().take(1).chain("***".chars()).collect()
}

/// The dot between the parts of a name (间隔号) and what keyboards offer instead of it.
fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '．' | '.')
}

/// CJK ideographs with extensions, and 〇.
fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names() {
        for (full, masked) in [
            ("", ""),
            (" \u{3000}", ""),
            ("张", "*"),
            ("J", "*"),
            ("张三", "张*"),
            ("张小明", "张**"),
            (" 张 三 ", "张*"),
            ("张王小明", "张**"),
            ("欧阳", "欧*"),
            ("欧阳修", "欧阳*"),
            ("歐陽修", "歐陽*"),
            ("司马相如", "司马**"),
            ("万俟雪", "万**"),
            ("买买提·艾力", "买**·**"),
            ("买买提•艾力", "买**·**"),
            ("阿卜杜热合曼·买买提明", "阿**·**"),
            ("欧阳娜·艾", "欧**·*"),
            ("扎西次仁", "扎**"),
            ("·张", "*"),
            ("张·三", "张*·*"),
            ("𠮷田", "𠮷*"),
            ("李梅（小名）", "李**"),
            ("John Smith", "J*** S***"),
            ("  Anne-Marie   de la Tour ", "A*** d*** l*** T***"),
            ("Li", "L***"),
            ("김철수", "김***"),
            ("Иван Петров", "И*** П***"),
        ] {
            assert_eq!(name(full), masked, "{full}");
        }
    }

    #[test]
    fn phones() {
        for (full, masked) in [
            ("13812345678", "138****5678"),
            ("13812345678-1234", "138****5678-***"),
            ("053286888888", "0532******88"),
            ("053286888888-801", "0532******88-***"),
            ("08986888812", "0898*****12"),
            ("01068888812", "010******12"),
            ("02168888812", "021******12"),
            ("", "******"),
            ("12345", "******"),
            ("+8613812345678", "******"),
            ("１３８１２３４５６７８", "******"),
        ] {
            assert_eq!(phone(full), masked, "{full}");
        }
    }

    #[test]
    fn id_documents() {
        use IdDocumentKind::{None, Passport, ResidentIdCard};
        for (kind, full, masked) in [
            (ResidentIdCard, "11010519491231002X", "1****************X"),
            (ResidentIdCard, "110", "******"),
            (ResidentIdCard, "", "******"),
            (Passport, "E12345678", "E*******8"),
            (Passport, "AB1234567890123", "A*******3"),
            (Passport, "12345", "1*******5"),
            (Passport, "1234", "******"),
            (None, "E12345678", ""),
        ] {
            assert_eq!(id_document(kind, full), masked, "{kind:?} {full}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_text_most_of_it_is_hidden(text in "\\PC{0,40}") {
            let _ = phone(&text);
            let _ = id_document(IdDocumentKind::ResidentIdCard, &text);
            prop_assert!(text.trim().is_empty() || name(&text).contains('*'));
        }
    }
}
