//! What people enter about identity documents, and how it is kept.

use async_graphql::InputObject;
use entity::resident::{self, IdDocumentKind as StoredKind};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    object::{IdDocumentKind, Resident},
    rules::{self, DocumentNumber},
};
use crate::{
    access::Class,
    error::{Message, Result, UserError, UserErrorCode},
    privacy::{Column, DataKey, Keyring},
    relay::reading::read_in_full,
    say,
    write::{Faults, Tx},
};

/// A checked document with its kind; none where none was shown.
pub(super) type Document = Option<(StoredKind, DocumentNumber)>;

/// An identity document as it was shown (证件).
#[derive(InputObject, Clone, Debug)]
pub struct IdDocumentInput {
    /// What kind it is; the number is checked by it (类型).
    pub kind: IdDocumentKind,
    /// The number as printed; left out for NONE (号码).
    pub number: Option<String>,
}

impl IdDocumentInput {
    pub(super) fn checked(&self, faults: &mut Faults) -> Option<Document> {
        let kind = StoredKind::from(self.kind);
        match (kind, &self.number) {
            (StoredKind::None, None) => Some(None),
            (_, None) => {
                faults.note(
                    &["idDocument", "number"],
                    UserErrorCode::Required,
                    say!("Give the number of the document.", "请填写证件号码。"),
                );
                None
            }
            (kind, Some(number)) => {
                let checked = faults.take(&["idDocument", "number"], rules::id_document(kind, number))?;
                Some(Some((kind, checked)))
            }
        }
    }
}

/// Puts a document, or that there is none, into a row: sealed, with its index.
pub(super) fn set(
    row: &mut resident::ActiveModel,
    document: Option<&(StoredKind, DocumentNumber)>,
    key: &DataKey,
    keys: &Keyring,
) {
    row.id_document_kind = Set(document.map_or(StoredKind::None, |(kind, _)| *kind));
    let number = document.map(|(_, number)| number.number.as_str());
    row.id_document = Set(number.map(|number| key.seal(Column::ResidentIdDocument, number.as_bytes())));
    row.id_document_index = Set(number.map(|number| keys.index(Column::ResidentIdDocument, number)));
}

/// The document of a resident, as it was checked when it was put on file.
pub(super) fn on_file(resident: &resident::Model, key: &DataKey) -> Result<Option<DocumentNumber>> {
    let Some(sealed) = &resident.id_document else { return Ok(None) };
    let number = key.open_text(Column::ResidentIdDocument, sealed)?;
    Ok(rules::id_document(resident.id_document_kind, &number).ok())
}

/// One document is one person's in a community. The first is named to those who look people up by their documents: to others, a refusal would tell whose it is.
pub(super) async fn refuse_second(
    tx: &Tx<'_>,
    community: Uuid,
    (kind, number): &(StoredKind, DocumentNumber),
    own: Option<Uuid>,
    faults: &mut Faults,
) -> Result<(), DbErr> {
    use resident::Column as Stored;
    let index = tx.app.keys.index(Column::ResidentIdDocument, &number.number);
    let first: Option<Uuid> = resident::Entity::find()
        .filter(Stored::CommunityId.eq(community))
        .filter(Stored::IdDocumentKind.eq(*kind))
        .filter(Stored::IdDocumentIndex.eq(index))
        .select_only()
        .column(Stored::Id)
        .into_tuple()
        .one(tx.conn())
        .await?;
    let Some(first) = first.filter(|first| Some(*first) != own) else { return Ok(()) };
    let refusal = UserError::new(&["idDocument"], UserErrorCode::Duplicate, on_file_already());
    let theirs = read_in_full::<Resident>(tx.viewer, Class::Sealed);
    faults.add(tx.in_the_way_within::<Resident>(first, theirs, refusal).await?);
    Ok(())
}

/// What both that and the database's own constraint say, which two who register at once run into.
pub(crate) fn on_file_already() -> Message {
    say!(
        "A resident with this identity document is on file in the community already. Look the person up with the filter `idDocument`.",
        "本社区已登记有该证件的居民，请用 `idDocument` 筛选查找。"
    )
}
