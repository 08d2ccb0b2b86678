//! What a single grant's input says, looked up and checked; and what a batch checks alike.

use entity::{aid_programme::AidPeriod, contribution, project::ProjectStatus};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{record::RecordAidInput, source};
use crate::{
    aid::{
        grant,
        recipients::{Homes, Keys, Recipients},
        rules::Rules,
    },
    error::{UserError, UserErrorCode},
    figures::{Figure, Precision, fen_from_yuan, milli_from_decimal},
    households::{Household, lived_in},
    projects::Project,
    residents::Resident,
    say,
    write::{Faults, Refused, Tx},
};

/// The most characters of an event's name.
const OCCASION: usize = 60;

impl RecordAidInput {
    /// The resident or the household, held until the grant is on file, and who lives with them.
    pub(super) async fn recipient(
        &self,
        tx: &Tx<'_>,
        within: Option<Uuid>,
        rules: Option<&Rules>,
        faults: &mut Faults,
    ) -> Result<Option<(Recipients, Homes)>, DbErr> {
        let keys = match (&self.resident_id, &self.household_id) {
            (Some(resident), None) => {
                let found = tx.find::<Resident>(resident, &["residentId"], within, faults).await?;
                found.map(|found| Keys::Persons(vec![found.id]))
            }
            (None, Some(household)) => {
                let found = tx.find::<Household>(household, &["householdId"], within, faults).await?;
                found.map(|found| Keys::Households(vec![found.id]))
            }
            (None, None) => {
                faults.note(
                    &["residentId"],
                    UserErrorCode::Required,
                    say!("Say who receives it: a resident or a household.", "请填写发放对象：居民或户。"),
                );
                None
            }
            (Some(_), Some(_)) => {
                faults.note(
                    &["householdId"],
                    UserErrorCode::Invalid,
                    say!(
                        "A grant goes to a resident or to a household as a whole: leave one of the two out.",
                        "帮扶对象为居民或整户，两者只填其一。"
                    ),
                );
                None
            }
        };
        let Some(keys) = keys else { return Ok(None) };
        let (recipients, homes) = Recipients::held(tx, keys, rules, self.given_on.0).await?;
        if let Recipients::Households(rows) = &recipients
            && let Some(row) = rows.first()
            && !lived_in(tx, row.id, self.given_on.0).await?
        {
            let message =
                say!("Nobody lives in this household, and nobody did on that day.", "该户现无成员，且该日亦无成员。");
            faults.note(&["householdId"], UserErrorCode::NotEligible, message);
            return Ok(None);
        }
        Ok(Some((recipients, homes)))
    }

    pub(super) fn named(&self) -> source::Named<'_> {
        source::Named {
            item_id: self.item_id.as_ref(),
            serial_number: self.serial_number.as_deref(),
            quantity: self.quantity.map(|quantity| quantity.0),
        }
    }

    /// How many and how much, each by itself.
    pub(super) fn figures(&self, faults: &mut Faults) -> (Option<Figure>, Option<Figure>) {
        let precision = |given: Option<Precision>| given.map(Into::into);
        let device = self.serial_number.is_some();
        let given = self.quantity.map(|given| given.0).or(device.then_some(rust_decimal::Decimal::ONE));
        let quantity = grant::figure(given, precision(self.quantity_precision), milli_from_decimal);
        let value = grant::figure(self.value.map(|given| given.0), precision(self.value_precision), fen_from_yuan);
        let quantity = faults.take(&["quantity"], quantity);
        (quantity, faults.take(&["value"], value))
    }

    /// What is given must be what was contributed, where it was contributed to.
    pub(super) fn agrees_with(&self, contribution: &contribution::Model, project: Option<Uuid>, faults: &mut Faults) {
        if self.kind.is_some_and(|kind| contribution.kind != kind.into()) {
            faults.note(
                &["kind"],
                UserErrorCode::Invalid,
                say!(
                    "The contribution is of another kind. Leave `kind` out, or name another contribution.",
                    "与资源投入的类型不符：请去掉 `kind`，或改选其他资源投入。"
                ),
            );
        }
        if let (Some(wanted), Some(own)) = (project, contribution.project_id)
            && wanted != own
        {
            faults.note(
                &["projectId"],
                UserErrorCode::Invalid,
                say!(
                    "The contribution was made to another project. Leave `projectId` out, or name another contribution.",
                    "该资源投入属于另一共建项目：请去掉 `projectId`，或改选其他资源投入。"
                ),
            );
        }
    }
}

/// Nothing is promised out of a project that was called off; held, so that nobody calls it off meanwhile.
pub(super) async fn not_cancelled(tx: &Tx<'_>, project: Uuid) -> Result<(), Refused> {
    let held = tx.hold::<Project>(project).await?;
    if held.is_none_or(|project| project.status != ProjectStatus::Cancelled) {
        return Ok(());
    }
    let message = say!("The project was cancelled: nothing is given for it.", "该共建项目已取消，不能再登记帮扶。");
    Err(UserError::new(&["projectId"], UserErrorCode::Invalid, message).into())
}

/// The event that a grant is for: said exactly where its programme aids once an event.
pub(super) fn occasion(
    given: Option<&str>,
    once_per: Option<AidPeriod>,
    faults: &mut Faults,
) -> Option<Option<String>> {
    let given = faults.optional_text(&["occasion"], given, OCCASION)?;
    match (&given, once_per) {
        (None, Some(AidPeriod::Event)) => {
            let message =
                say!("The programme aids once an event: name the event.", "该帮扶项目按事件发放，请填写事件名称。");
            faults.note(&["occasion"], UserErrorCode::Required, message);
            None
        }
        (Some(_), None | Some(AidPeriod::Ever | AidPeriod::Year | AidPeriod::Month)) => {
            let message = say!(
                "Only under a programme that aids once an event is an event named.",
                "仅按事件发放的帮扶项目须填写事件名称。"
            );
            faults.note(&["occasion"], UserErrorCode::Invalid, message);
            None
        }
        _ => Some(given),
    }
}
