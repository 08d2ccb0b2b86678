//! What a resident's data must be. Pure: no database, no GraphQL.

use chrono::NaiveDate;
use entity::{
    circumstance::CircumstanceKind,
    resident::{self, IdDocumentKind, LifeStatus, Sex},
};

use crate::{
    error::{Message, UserErrorCode},
    identifiers::{PassportNumber, Phone, ResidentId},
    relay::id,
    say,
};

pub type Checked<T> = Result<T, (UserErrorCode, Message)>;

/// A document's number as it is stored, and what the number itself says of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentNumber {
    pub number: String,
    pub birth_date: Option<NaiveDate>,
    pub sex: Option<Sex>,
}

/// Checked by the kind that was stated, never by what it looks like: some numbers pass several checks.
pub fn id_document(kind: IdDocumentKind, number: &str) -> Checked<DocumentNumber> {
    match kind {
        IdDocumentKind::ResidentIdCard => {
            let id = ResidentId::parse(number)?;
            Ok(DocumentNumber {
                number: id.as_str().to_owned(),
                birth_date: Some(id.birth_date()),
                sex: Some(id.sex()),
            })
        }
        IdDocumentKind::Passport => {
            let number = PassportNumber::parse(number)?.as_str().to_owned();
            Ok(DocumentNumber { number, birth_date: None, sex: None })
        }
        IdDocumentKind::None => Err((
            UserErrorCode::Invalid,
            say!(
                "A number needs the kind of document that it is of; leave both out where none was shown.",
                "填写号码须注明证件类型；未出示证件时两项都不填。"
            ),
        )),
    }
}

/// What is recorded of a person is recorded of the one record that stands for them.
pub fn refuse_merged(resident: &resident::Model) -> Checked<()> {
    let Some(survivor) = resident.merged_into else { return Ok(()) };
    let survivor = id::encode("resident", survivor);
    Err((
        UserErrorCode::Invalid,
        say!(
            "This record was a duplicate and was merged into `{survivor}`; use that one.",
            "该记录系重复登记，已并入 `{survivor}`，请使用后者。"
        ),
    ))
}

pub fn phone(text: &str) -> Checked<String> {
    Ok(Phone::parse(text)?.as_str().to_owned())
}

/// A birth date that can be: not in the future, not more than 130 years ago.
pub fn birth_date(date: NaiveDate, today: NaiveDate) -> Checked<NaiveDate> {
    let age = today.years_since(date);
    if age.is_some_and(|years| years <= 130) {
        return Ok(date);
    }
    Err((
        UserErrorCode::OutOfRange,
        say!("A birth date lies in the past, at most 130 years ago.", "出生日期应在今天之前，且不超过 130 年。"),
    ))
}

/// What the document says must agree with what was stated; what was not stated is taken from the document.
pub fn agree<T: PartialEq + Copy>(stated: Option<T>, documented: Option<T>) -> Checked<Option<T>> {
    match (stated, documented) {
        (Some(stated), Some(documented)) if stated != documented => Err((
            UserErrorCode::Invalid,
            say!(
                "The identity card says otherwise. Correct the number or this value.",
                "与身份证号码所示不符，请更正号码或此项。"
            ),
        )),
        (stated, documented) => Ok(stated.or(documented)),
    }
}

/// Is a circumstance of this kind sensitive personal information (PIPL article 28), so that the resident must have consented or the law must oblige?
pub fn is_sensitive(kind: CircumstanceKind) -> bool {
    match kind {
        // Medical health.
        CircumstanceKind::Disability => true,
        // What a family has to live on, and that it has not enough: leaking it harms their dignity.
        CircumstanceKind::LowIncome | CircumstanceKind::SpecialHardship => true,
        // A child's hardship, often an illness or what became of the parents.
        CircumstanceKind::ChildInDifficulty => true,
        // It may be an illness; only the source says.
        CircumstanceKind::Other => true,
        // Tells who would not be missed at once, and is seen from the stairs: personal, kept by the community's own rounds.
        CircumstanceKind::LivingAlone => false,
        // Known to the neighbours, and no harm in it.
        CircumstanceKind::Pupil | CircumstanceKind::Veteran => false,
        // Kept by the branch, whose members agreed to it when they joined.
        CircumstanceKind::PartyMember => false,
    }
}

/// The last day of a span does not come before its first.
pub fn span(started_on: NaiveDate, ended_on: Option<NaiveDate>) -> Checked<()> {
    if ended_on.is_none_or(|ended_on| ended_on >= started_on) {
        return Ok(());
    }
    Err((
        UserErrorCode::OutOfRange,
        say!("The end comes before the start ({started_on}).", "终止日早于起始日（{started_on}）。"),
    ))
}

/// What is recorded of somebody who left ended by then.
pub fn while_there(resident: &resident::Model, ended_on: Option<NaiveDate>) -> Checked<()> {
    let left_on = resident.life_status_on.filter(|_| resident.life_status != LifeStatus::LivingHere);
    match left_on {
        Some(left_on) if ended_on.is_none_or(|ended_on| ended_on > left_on) => Err((
            UserErrorCode::OutOfRange,
            say!(
                "The resident moved out or died on {left_on}: this ended by that day; say when.",
                "该居民已于 {left_on} 迁出或去世，终止日不应晚于该日，请填写。"
            ),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_birth_date_is_neither_in_the_future_nor_unbelievably_long_ago() {
        let today = day("2026-11-25");
        assert!(birth_date(today, today).is_ok());
        assert!(birth_date(day("2026-11-26"), today).is_err());
        assert!(birth_date(day("1896-11-25"), today).is_ok());
        assert!(birth_date(day("1895-11-24"), today).is_err());
    }

    #[test]
    fn a_stated_value_must_agree_with_the_document() {
        assert_eq!(agree(Some(1), None).unwrap(), Some(1));
        assert_eq!(agree(None, Some(2)).unwrap(), Some(2));
        assert_eq!(agree(Some(2), Some(2)).unwrap(), Some(2));
        assert!(agree(Some(1), Some(2)).is_err());
        assert_eq!(agree::<i32>(None, None).unwrap(), None);
    }

    #[test]
    fn a_number_without_a_kind_of_document_is_refused() {
        assert!(id_document(IdDocumentKind::None, "11010519491231002X").is_err());
    }

    #[test]
    fn an_identity_card_tells_birth_date_and_sex() {
        let document = id_document(IdDocumentKind::ResidentIdCard, "11010519491231002x").unwrap();
        assert_eq!(document.number, "11010519491231002X");
        assert_eq!(document.birth_date, Some(day("1949-12-31")));
        assert_eq!(document.sex, Some(Sex::Female));
    }

    #[test]
    fn a_span_ends_no_earlier_than_it_starts() {
        assert!(span(day("2022-01-02"), Some(day("2022-01-02"))).is_ok());
        assert!(span(day("2022-01-02"), None).is_ok());
        assert!(span(day("2022-01-02"), Some(day("2022-01-01"))).is_err());
    }
}
