//! Names of nobody in particular: common surnames with characters that parents like, put together by chance.

use entity::resident::Sex;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

/// By how common they are; see [`surname`].
const SURNAMES: [&str; 64] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪",
    "田", "任", "姜", "范", "方", "石", "姚",
];
const COMPOUND_SURNAMES: [&str; 6] = ["欧阳", "司马", "上官", "诸葛", "东方", "夏侯"];

const OF_ANYBODY: [&str; 40] = [
    "文", "晓", "志", "玉", "春", "新", "建", "海", "永", "子", "思", "景", "雨", "明", "庆", "世", "家", "和", "安",
    "乐", "清", "云", "君", "一", "可", "嘉", "书", "佳", "宁", "若", "启", "学", "德", "振", "秀", "长", "树", "连",
    "洪", "天",
];
const OF_MEN: [&str; 36] = [
    "强", "伟", "军", "勇", "杰", "涛", "超", "刚", "平", "辉", "鹏", "斌", "波", "宇", "浩", "凯", "林", "峰", "龙",
    "山", "成", "国", "生", "亮", "东", "民", "航", "轩", "博", "泽", "松", "柱", "贵", "福", "祥", "义",
];
const OF_WOMEN: [&str; 36] = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "燕", "玲", "桂", "英", "兰", "红", "梅", "萍", "珍", "华", "莹",
    "雪", "倩", "颖", "婷", "慧", "琳", "洁", "蓉", "琴", "凤", "香", "月", "萱", "彤", "怡", "涵", "瑶",
];

/// Given names of people whose names have several parts, joined by the dot.
const AFAR_MEN: [&str; 12] = [
    "艾力",
    "买买提",
    "吐尔逊",
    "阿卜杜拉",
    "玉素甫",
    "卡德尔",
    "亚森",
    "热合曼",
    "艾尔肯",
    "库尔班",
    "塔依尔",
    "居马",
];
const AFAR_WOMEN: [&str; 12] = [
    "阿依努尔",
    "古丽娜尔",
    "热依汗",
    "米日古丽",
    "阿依古丽",
    "帕提古丽",
    "祖丽菲亚",
    "迪丽娜",
    "海丽且",
    "茹仙",
    "买尔丹",
    "努尔比亚",
];

const ABROAD: [[&str; 8]; 3] = [
    ["Anton", "Jonas", "Pavel", "Martin", "Erik", "Tomas", "Viktor", "Adrian"],
    ["Marta", "Helena", "Ingrid", "Lucia", "Vera", "Clara", "Nadia", "Elin"],
    ["Novak", "Lindqvist", "Marek", "Castellan", "Brandt", "Oliveira", "Petrescu", "Halvorsen"],
];

/// How the names of a household are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tradition {
    /// Surname and given name.
    Han(&'static str),
    /// Given name and father's name: 阿依努尔·艾力.
    Afar,
}

pub(super) fn tradition(rng: &mut StdRng) -> Tradition {
    if rng.random_ratio(1, 80) { Tradition::Afar } else { Tradition::Han(surname(rng)) }
}

pub(super) fn surname(rng: &mut StdRng) -> &'static str {
    if rng.random_ratio(1, 150) {
        return pick(rng, &COMPOUND_SURNAMES);
    }
    // Squared, so that the first surnames are many times as common as the last.
    let place = rng.random::<f64>().powi(2) * SURNAMES.len() as f64;
    SURNAMES[(place as usize).min(SURNAMES.len() - 1)]
}

/// A full name of one of a household.
pub(super) fn full(rng: &mut StdRng, tradition: Tradition, sex: Sex) -> String {
    let (own, afar) = if sex == Sex::Male { (&OF_MEN, &AFAR_MEN) } else { (&OF_WOMEN, &AFAR_WOMEN) };
    match tradition {
        Tradition::Afar => format!("{}·{}", pick(rng, afar), pick(rng, &AFAR_MEN)),
        Tradition::Han(surname) if rng.random_ratio(1, 5) => format!("{surname}{}", pick(rng, own)),
        Tradition::Han(surname) => format!("{surname}{}{}", pick(rng, &OF_ANYBODY), pick(rng, own)),
    }
}

/// A full name of somebody with a foreign passport.
pub(super) fn foreign(rng: &mut StdRng, sex: Sex) -> String {
    let given = if sex == Sex::Male { &ABROAD[0] } else { &ABROAD[1] };
    format!("{} {}", pick(rng, given), pick(rng, &ABROAD[2]))
}

pub(super) fn pick(rng: &mut StdRng, from: &[&'static str]) -> &'static str {
    from.choose(rng).expect("the lists are not empty")
}
