//! Which grants a decision is about: one, several, or all of a batch that are open to it.

use async_graphql::ID;
use entity::aid_record::{self, AidStatus};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter};

use crate::{
    aid::{batch::AidBatch, object::AidRecord, rules::Step},
    error::{Message, Result, UserErrorCode},
    say,
    write::{Faults, Refused, Tx},
};

/// The most grants of one input.
const MOST: usize = 500;

/// Which grants a decision is about.
#[derive(Clone, Copy)]
pub(super) enum About<'a> {
    /// One, not changed since it was read.
    One(&'a ID, i32),
    /// Several of one community: all of them, or none.
    Several(&'a [ID]),
    /// All of a batch that are open to it.
    Batch(&'a ID),
}

impl About<'_> {
    /// Where the input names the grant in this place of the list.
    pub(super) fn path(self, place: usize) -> Vec<String> {
        match self {
            About::One(..) => vec!["id".to_owned()],
            About::Several(_) => vec!["ids".to_owned(), place.to_string()],
            About::Batch(_) => vec!["batchId".to_owned()],
        }
    }

    /// The grants of a batch that are open to a decision.
    async fn of_batch(
        tx: &Tx<'_>,
        (batch, step): (&ID, Step),
        faults: &mut Faults,
    ) -> Result<Option<Vec<aid_record::Model>>, Refused> {
        use aid_record::Column;
        let Some(batch) = tx.find::<AidBatch>(batch, &["batchId"], None, faults).await? else { return Ok(None) };
        let open = AidStatus::iter().filter(|status| step.effect_on(*status).is_some());
        let select = aid_record::Entity::find().filter(Column::BatchId.eq(batch.id)).filter(Column::Status.is_in(open));
        let grants = tx.subjects_of::<AidRecord>(select).await?;
        if grants.is_empty() {
            let message = say!("No grant of the batch is open to this.", "该批次中没有可作此处理的帮扶记录。");
            faults.note(&["batchId"], UserErrorCode::IllegalTransition, message);
            return Ok(None);
        }
        Ok(Some(grants))
    }

    pub(super) async fn locked(
        self,
        tx: &Tx<'_>,
        step: Step,
        faults: &mut Faults,
    ) -> Result<Option<Vec<aid_record::Model>>, Refused> {
        let grants = match self {
            About::One(id, expected) => {
                let found = tx.subject::<AidRecord>(id, &["id"], Some(expected), |row| row.version, faults).await?;
                found.map(|grant| vec![grant])
            }
            About::Several(ids) => tx.subjects::<AidRecord>(ids, "ids", (None, MOST), faults).await?,
            About::Batch(batch) => return Self::of_batch(tx, (batch, step), faults).await,
        };
        let elsewhere =
            |grants: &[aid_record::Model]| grants.iter().position(|grant| grant.community_id != grants[0].community_id);
        if let Some(place) = grants.as_deref().and_then(elsewhere) {
            let message = say!(
                "It belongs to another community than the first: decide about each community's grants by themselves.",
                "与首条不属同一社区：请按社区分别处理。"
            );
            note(&self.path(place), UserErrorCode::Invalid, message, faults);
            return Ok(None);
        }
        Ok(grants)
    }
}

pub(super) fn parts(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

pub(super) fn note(path: &[String], code: UserErrorCode, message: Message, faults: &mut Faults) {
    faults.note(&parts(path), code, message);
}
