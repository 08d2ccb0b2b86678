//! Words that differ from place to place: whoever looks for 社区 finds 社群, and the other way round.
//!
//! What is stored stays as it is, and so do its entries in the index: the query is asked in several ways. OpenCC knows Taiwan's words for most things;
//! what it does not know, or takes for something else (社群 is an online community, too), is in the table here.

use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};

use super::fold::fold;

/// The most ways in which one query is asked.
const WAYS: usize = 4;

/// Words for the same thing, simplified.
const SAME: &[&[&str]] = &[
    &["社区", "社群"],
    &["项目", "专案"],
    &["志愿者", "志工", "义工"],
    &["幼儿园", "幼稚园"],
    &["残疾人", "身障者", "残障人士"],
    &["公交车", "公车"],
    &["出租车", "计程车"],
    &["自行车", "脚踏车", "单车"],
    &["摩托车", "机车"],
    &["普通话", "国语"],
    &["信息", "资讯"],
    &["软件", "软体"],
    &["网络", "网路"],
    &["视频", "影片"],
    &["打印", "列印"],
];

static TO_TAIWAN: LazyLock<OpenCC> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::S2twp).expect("the dictionaries are built in"));
static FROM_TAIWAN: LazyLock<OpenCC> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::Tw2sp).expect("the dictionaries are built in"));

/// The ways to say what was asked for, folded; as it was said comes first.
pub(super) fn ways(query: &str) -> Vec<String> {
    let mut ways = vec![fold(query)];
    let add = |way: String, ways: &mut Vec<String>| {
        if ways.len() < WAYS && !way.is_empty() && !ways.contains(&way) {
            ways.push(way);
        }
    };
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        for group in SAME {
            for word in group.iter().filter(|word| way.contains(**word)) {
                group.iter().for_each(|other| add(way.replace(word, other), &mut ways));
            }
        }
        next += 1;
    }
    if ways[0].chars().any(super::fold::is_han) {
        add(fold(&TO_TAIWAN.convert(&ways[0])), &mut ways);
        add(fold(&FROM_TAIWAN.convert(query)), &mut ways);
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_asked_in_the_words_of_other_places() {
        for (one, other) in
            [("社区", "社群"), ("社區食堂", "社群食堂"), ("项目", "專案"), ("軟體", "软件"), ("激光", "雷射")]
        {
            assert!(ways(one).contains(&fold(other)), "{one}: {:?}", ways(one));
            assert!(ways(other).contains(&fold(one)), "{other}: {:?}", ways(other));
        }
        assert_eq!(ways("张三"), ["张三"]);
        assert_eq!(ways("ABC"), ["abc"]);
        assert!(ways("社区项目信息软件网络").len() <= WAYS);
    }
}
