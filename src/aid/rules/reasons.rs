//! What each rule asks for, or what would change it, in words.

use chrono::NaiveDate;
use entity::{aid_programme::AidPeriod, circumstance::CircumstanceKind};

use super::eligibility::{Candidate, Rules, Standing, age as years};
use crate::{error::Message, figures::yuan_from_fen, say};

pub(super) fn presence(candidate: &Candidate, on: NaiveDate) -> Message {
    let here = || say!("Aid can be given to them on {on}.", "{on} 可以发放。");
    candidate.gone.clone().unwrap_or_else(here)
}

pub(super) fn opening(rules: &Rules, on: NaiveDate) -> Message {
    match (rules.opens_on, rules.closes_on) {
        (Some(first), Some(last)) => {
            say!(
                "The programme is open from {first} to {last}; the day is {on}.",
                "项目开放期为 {first} 至 {last}，所填日期为 {on}。"
            )
        }
        (Some(first), None) => {
            say!("The programme is open from {first}; the day is {on}.", "项目自 {first} 起开放，所填日期为 {on}。")
        }
        (None, Some(last)) => {
            say!("The programme is open until {last}; the day is {on}.", "项目开放至 {last}，所填日期为 {on}。")
        }
        (None, None) => say!("The programme is always open.", "项目长期开放。"),
    }
}

pub(super) fn circumstances(rules: &Rules, on: NaiveDate) -> Message {
    let (mut en, mut zh) = (Vec::new(), Vec::new());
    for (kind_en, kind_zh) in rules.circumstances.iter().map(|kind| term(*kind)) {
        en.push(kind_en);
        zh.push(kind_zh);
    }
    let (en, zh) = (en.join(", "), zh.join("、"));
    say!(
        "One of these must be on record for {on}: {en}. What held on that day can still be recorded with `recordCircumstance`.",
        "{on} 当日须有以下情况之一：{zh}。当日已有而未登记的，可用 `recordCircumstance` 补登。"
    )
}

pub(super) fn age(rules: &Rules, candidate: &Candidate, on: NaiveDate) -> Message {
    let (en, zh) = match rules.age {
        (Some(from), Some(to)) => (format!("{from} to {to}"), format!("{from} 至 {to}")),
        (Some(from), None) => (format!("{from} or more"), format!("满 {from}")),
        (None, Some(to)) => (format!("{to} or less"), format!("不超过 {to}")),
        (None, None) => (String::new(), String::new()),
    };
    let known: Vec<String> =
        candidate.people.iter().filter_map(|person| years(person, on)).map(|age| age.to_string()).collect();
    if known.is_empty() {
        return say!(
            "An age of {en} years on {on} is asked for, and no birth date is on file: add it with `amendResident`.",
            "{on} 当日年龄须{zh}周岁，但未登记出生日期：请用 `amendResident` 补登。"
        );
    }
    let known = known.join(", ");
    say!("An age of {en} years on {on} is asked for; on file: {known}.", "{on} 当日年龄须{zh}周岁；在册为 {known}。")
}

pub(super) fn grids(met: bool) -> Message {
    match met {
        true => say!("They live in a grid of the programme.", "居住于项目所限网格内。"),
        false => say!(
            "They live in none of the programme's grids now; `AidProgramme.grids` lists them.",
            "现不居住于项目所限网格内，网格见 `AidProgramme.grids`。"
        ),
    }
}

pub(super) fn times(rules: &Rules, candidate: &Candidate) -> Message {
    let (most, had) = (rules.ceiling.times.unwrap_or_default(), candidate.times);
    let (en, zh) = per(rules.ceiling.per);
    say!("At most {most} times {en}; so far {had}.", "{zh}最多 {most} 次，已有 {had} 次。")
}

pub(super) fn value(rules: &Rules, candidate: &Candidate) -> Message {
    let (most, had) = (rules.ceiling.fen.unwrap_or_default(), candidate.fen);
    let (en, zh) = per(rules.ceiling.per);
    let (left, most, had) = (yuan_from_fen((most - had).max(0)), yuan_from_fen(most), yuan_from_fen(had));
    say!(
        "At most {most} yuan {en}; so far {had}, and {left} are left.",
        "{zh}最多 {most} 元，已有 {had} 元，尚余 {left} 元。"
    )
}

pub(super) fn period(once_per: AidPeriod, on: NaiveDate, met: bool) -> Message {
    let (en, zh) = match once_per {
        AidPeriod::Ever => ("once and never again", "仅一次"),
        AidPeriod::Year => ("once a calendar year", "每年一次"),
        AidPeriod::Month => ("once a calendar month", "每月一次"),
        AidPeriod::Event => ("once for each event", "每次事件一次"),
    };
    match met {
        true => say!("The programme aids {en}, and nothing stands for {on}.", "项目{zh}，{on} 所在周期尚未受助。"),
        false => say!(
            "The programme aids {en}, and a grant stands already: cancel, return or reverse it, or wait for the next period.",
            "项目{zh}，已有有效帮扶：须先取消、退回或冲正，或待下一周期。"
        ),
    }
}

pub(super) fn exclusions(standing: Option<Standing>) -> Message {
    match standing {
        None => say!("Nothing stands under a programme that excludes this one.", "未在互斥项目中受助。"),
        Some(Standing { other: None, .. }) => say!(
            "They are aided under a programme that excludes this one; find the grant by `details.aidRecordId`.",
            "已在互斥项目中受助，见 `details.aidRecordId`。"
        ),
        Some(Standing { other: Some(_), .. }) => say!(
            "Somebody of their household is aided under a programme that excludes this one; find the grant by `details.aidRecordId`.",
            "其家庭成员已在互斥项目中受助，见 `details.aidRecordId`。"
        ),
    }
}

fn per(period: AidPeriod) -> (&'static str, &'static str) {
    match period {
        AidPeriod::Year => ("a calendar year", "每年"),
        AidPeriod::Month => ("a calendar month", "每月"),
        AidPeriod::Ever | AidPeriod::Event => ("in all", "累计"),
    }
}

fn term(kind: CircumstanceKind) -> (&'static str, &'static str) {
    match kind {
        CircumstanceKind::LowIncome => ("LOW_INCOME", "低保"),
        CircumstanceKind::SpecialHardship => ("SPECIAL_HARDSHIP", "特困"),
        CircumstanceKind::Disability => ("DISABILITY", "残疾"),
        CircumstanceKind::LivingAlone => ("LIVING_ALONE", "独居"),
        CircumstanceKind::ChildInDifficulty => ("CHILD_IN_DIFFICULTY", "困境儿童"),
        CircumstanceKind::Pupil => ("PUPIL", "学生"),
        CircumstanceKind::Veteran => ("VETERAN", "退役军人"),
        CircumstanceKind::PartyMember => ("PARTY_MEMBER", "党员"),
        CircumstanceKind::Other => ("OTHER", "其他"),
    }
}
