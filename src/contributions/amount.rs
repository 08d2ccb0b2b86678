//! What people enter about amounts and about who gave them.

use async_graphql::{ID, InputObject};
use entity::figures::AidKind;
use sea_orm::DbErr;
use uuid::Uuid;

use super::rules;
use crate::{
    error::UserErrorCode,
    figures::{Figure, Precision, fen_from_yuan, milli_from_decimal, positive, stated},
    partners::PartnerUnit,
    relay::id,
    say,
    scalars::Decimal,
    write::{Faults, Tx},
};

/// The most contributors of one contribution.
const CONTRIBUTORS: usize = 100;

/// How much it is: counted, valued, or both; each as sure as it is known (数量与金额).
#[derive(InputObject, Clone, Debug)]
pub struct AmountInput {
    /// How many, more than 0, at most three decimals; never for CASH (数量).
    pub quantity: Option<Decimal>,
    /// How sure the quantity is; EXACT when one is given without this, UNKNOWN when none is (数量精确度).
    pub quantity_precision: Option<Precision>,
    /// What it is worth in yuan, more than 0, at most two decimals (金额, 元).
    pub yuan: Option<Decimal>,
    /// How sure the value is; EXACT when one is given without this, UNKNOWN when none is (金额精确度).
    pub value_precision: Option<Precision>,
}

impl AmountInput {
    /// The quantity, if anything was said of it; the outer option is for [`Faults::all`].
    pub(super) fn quantity(&self, kind: AidKind, path: &[&str], faults: &mut Faults) -> Option<Option<Figure>> {
        if self.quantity.is_none() && self.quantity_precision.is_none() {
            return Some(None);
        }
        let number = self.quantity.map(|quantity| quantity.0);
        let read = |quantity| milli_from_decimal(quantity).and_then(positive);
        let checked = stated(number, self.quantity_precision.map(Into::into), read)
            .and_then(|quantity| rules::quantity_of(kind, quantity));
        faults.take(&[path, &["quantity"]].concat(), checked).map(Some)
    }

    /// As [`AmountInput::quantity`], of the value.
    pub(super) fn value(&self, path: &[&str], faults: &mut Faults) -> Option<Option<Figure>> {
        if self.yuan.is_none() && self.value_precision.is_none() {
            return Some(None);
        }
        let number = self.yuan.map(|yuan| yuan.0);
        let read = |yuan| fen_from_yuan(yuan).and_then(positive);
        let checked = stated(number, self.value_precision.map(Into::into), read);
        faults.take(&[path, &["yuan"]].concat(), checked).map(Some)
    }
}

/// A unit behind a contribution (投入单位).
#[derive(InputObject, Clone, Debug)]
pub struct ContributorInput {
    /// The unit, once a contribution (单位).
    pub partner_unit_id: ID,
    /// Its part in yuan; left out where the split is unknown (金额, 元).
    pub amount: Option<Decimal>,
}

impl ContributorInput {
    pub(super) fn fen(&self, index: &str, faults: &mut Faults) -> Option<Option<i64>> {
        let Some(amount) = self.amount else { return Some(None) };
        faults.take(&["contributors", index, "amount"], fen_from_yuan(amount.0).and_then(positive)).map(Some)
    }
}

/// Units with their parts: at least one, each once.
pub(super) async fn contributors(
    tx: &Tx<'_>,
    given: &[ContributorInput],
    faults: &mut Faults,
) -> Result<Option<Vec<(Uuid, Option<i64>)>>, DbErr> {
    if !within_bounds(given, faults) {
        return Ok(None);
    }
    let mut parts = Vec::with_capacity(given.len());
    for (index, contributor) in given.iter().enumerate() {
        let index = index.to_string();
        let path = ["contributors", &index, "partnerUnitId"];
        let unit = tx.find::<PartnerUnit>(&contributor.partner_unit_id, &path, None, faults).await?;
        let fen = contributor.fen(&index, faults);
        let (Some(unit), Some(fen)) = (unit, fen) else { continue };
        if parts.iter().any(|(known, _)| *known == unit.id) {
            named_twice(&path, faults);
        }
        parts.push((unit.id, fen));
    }
    Ok((parts.len() == given.len()).then_some(parts))
}

/// New parts for contributors that are on record.
pub(super) fn amended(
    known: &[entity::contributor::Model],
    given: &[ContributorInput],
    faults: &mut Faults,
) -> Option<Vec<Option<i64>>> {
    let mut parts: Vec<Option<i64>> = known.iter().map(|contributor| contributor.amount_fen).collect();
    let mut named = vec![false; known.len()];
    let mut good = within_bounds(given, faults);
    for (index, contributor) in given.iter().enumerate() {
        let index = index.to_string();
        let path = ["contributors", &index, "partnerUnitId"];
        let unit = id::decode("partner_unit", &contributor.partner_unit_id);
        let unit = faults.take(&path, unit.map_err(|message| (UserErrorCode::Invalid, message)));
        let fen = contributor.fen(&index, faults);
        good &= unit.is_some() && fen.is_some();
        let Some(unit) = unit else { continue };
        let Some(place) = known.iter().position(|known| known.partner_unit_id == unit) else {
            faults.note(
                &path,
                UserErrorCode::NotFound,
                say!("The unit is not among the contributors on record.", "该单位不在已登记的投入单位之中。"),
            );
            good = false;
            continue;
        };
        if std::mem::replace(&mut named[place], true) {
            named_twice(&path, faults);
        }
        parts[place] = fen.flatten();
    }
    good.then_some(parts)
}

fn within_bounds(given: &[ContributorInput], faults: &mut Faults) -> bool {
    if given.is_empty() {
        faults.note(
            &["contributors"],
            UserErrorCode::Required,
            say!("Say which unit contributed.", "请填写投入单位。"),
        );
    }
    if given.len() > CONTRIBUTORS {
        faults.note(
            &["contributors"],
            UserErrorCode::OutOfRange,
            say!("At most {CONTRIBUTORS} contributors fit.", "投入单位最多 {CONTRIBUTORS} 个。"),
        );
    }
    (1..=CONTRIBUTORS).contains(&given.len())
}

fn named_twice(path: &[&str], faults: &mut Faults) {
    faults.note(
        path,
        UserErrorCode::Duplicate,
        say!("A unit is named twice among the contributors.", "同一单位在投入方中出现两次。"),
    );
}
