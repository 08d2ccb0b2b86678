//! What people enter about identity documents, and how it is kept.

use async_graphql::InputObject;
use entity::resident::{self, IdDocumentKind as StoredKind};
use sea_orm::ActiveValue::Set;

use super::{
    object::IdDocumentKind,
    rules::{self, DocumentNumber},
};
use crate::{
    error::{Result, UserErrorCode},
    privacy::{Column, DataKey, Keyring},
    say,
    write::Faults,
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
