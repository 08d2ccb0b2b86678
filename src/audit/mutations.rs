//! `revealIdDocument` and `revealPhone`.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::reveal::{Wanted, reveal};
use crate::{
    context::Ask,
    error::{Result, UserError},
    privacy::Column,
    relay::{Entity, id},
    residents::{Resident, object::IdDocumentKind},
    staff::StaffMember,
    write::Refused,
};

/// Whose identity document is to be shown in full, and why (查看证件).
#[derive(InputObject)]
pub struct RevealIdDocumentInput {
    /// The resident (居民).
    pub resident_id: ID,
    /// Why you need to see it, at most 500 characters; kept with your name (查看理由).
    pub reason: String,
}

/// An identity document in full (证件原文).
#[derive(SimpleObject)]
pub struct RevealedIdDocument {
    /// What kind it is (类型).
    kind: IdDocumentKind,
    /// The whole number (号码).
    number: String,
}

/// What came of it (结果).
#[derive(SimpleObject)]
pub struct RevealIdDocumentPayload {
    /// The document; null where none is on file, and when it was refused (证件).
    id_document: Option<RevealedIdDocument>,
    /// Why it was refused: no such resident, no reason, RATE_LIMITED (业务错误).
    user_errors: Vec<UserError>,
}

/// Whose telephone number is to be shown in full, and why (查看电话).
#[derive(InputObject)]
pub struct RevealPhoneInput {
    /// A resident or a staff member (居民或工作人员).
    pub id: ID,
    /// Why you need to see it, at most 500 characters; kept with your name (查看理由).
    pub reason: String,
}

/// What came of it (结果).
#[derive(SimpleObject)]
pub struct RevealPhonePayload {
    /// The number; null where none is on file, and when it was refused (电话).
    phone: Option<String>,
    /// Why it was refused: no such person, no reason, RATE_LIMITED (业务错误).
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct AuditMutations;

#[Object]
impl AuditMutations {
    /// Shows a resident's identity document in full and puts on record that you saw it, when and why; at most 30 values an hour (查看证件原文).
    async fn reveal_id_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and why (对象与理由).")] input: RevealIdDocumentInput,
    ) -> Result<RevealIdDocumentPayload> {
        let wanted = Wanted {
            mutation: "revealIdDocument",
            path: "residentId",
            person: id::decode(Resident::PREFIX, &input.resident_id).ok(),
            reason: &input.reason,
            field: "idDocument",
            column: Column::ResidentIdDocument,
        };
        let found = reveal::<Resident>(ctx.app(), ctx.viewer()?, ctx.caller().into(), &wanted, |row| {
            (row.data_key_id, row.id_document.as_ref())
        });
        let (shown, user_errors) = settled(found.await)?;
        let id_document = shown.map(|(row, number)| RevealedIdDocument { kind: row.id_document_kind.into(), number });
        Ok(RevealIdDocumentPayload { id_document, user_errors })
    }

    /// Shows the telephone number of a resident or a staff member in full and puts on record that you saw it, when and why; at most 30 values an hour (查看电话原文).
    async fn reveal_phone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and why (对象与理由).")] input: RevealPhoneInput,
    ) -> Result<RevealPhonePayload> {
        let (app, viewer, origin) = (ctx.app(), ctx.viewer()?, ctx.caller().into());
        let wanted = |person, column| Wanted {
            mutation: "revealPhone",
            path: "id",
            person,
            reason: &input.reason,
            field: "phone",
            column,
        };
        let of_staff = id::decode(StaffMember::PREFIX, &input.id).ok();
        let found = match of_staff {
            Some(_) => {
                let wanted = wanted(of_staff, Column::StaffPhone);
                let found =
                    reveal::<StaffMember>(app, viewer, origin, &wanted, |row| (row.data_key_id, row.phone.as_ref()));
                found.await.map(|shown| shown.map(|(_, phone)| phone))
            }
            None => {
                let wanted = wanted(id::decode(Resident::PREFIX, &input.id).ok(), Column::ResidentPhone);
                let found =
                    reveal::<Resident>(app, viewer, origin, &wanted, |row| (row.data_key_id, row.phone.as_ref()));
                found.await.map(|shown| shown.map(|(_, phone)| phone))
            }
        };
        let (phone, user_errors) = settled(found)?;
        Ok(RevealPhonePayload { phone, user_errors })
    }
}

/// The value, or the refusals for the payload.
fn settled<T>(outcome: Result<Option<T>, Refused>) -> Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(value) => Ok((value, Vec::new())),
        Err(Refused::Listed(errors)) => Ok((None, errors)),
        Err(Refused::Stopped(error)) => Err(error),
        Err(Refused::Rehearsed(_)) => Err(crate::error::Error::internal("nothing here is rehearsed")),
        Err(Refused::Database(error)) => Err(error.into()),
    }
}
