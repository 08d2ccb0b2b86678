//! Duplicates: they go with another request from now on.

use async_graphql::{ID, InputObject};
use entity::{
    request::{self, Column},
    request_entry,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::{REASON, step::refuse_closed_to};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload,
    requests::{
        entry::{self, Said},
        object::Request,
        rules::{self, Step},
    },
    say,
    write::{Change, Detail, Faults, Refused, Told, Tx, Verb},
};

/// The most duplicates of one go.
const MOST: usize = 50;

/// Requests that are duplicates of another one (并案).
#[derive(InputObject, Clone, Debug)]
pub struct MergeRequestsInput {
    /// The one that goes on; one that is still to be answered (主诉求).
    pub id: ID,
    /// The version of it that you read (预期版本).
    pub expected_version: i32,
    /// Its duplicates, at most 50, of the same community and still to be answered (重复诉求).
    pub duplicate_ids: Vec<ID>,
    /// Why they are duplicates, at most 500 characters (原因).
    pub reason: String,
}

payload! { MergeRequestsPayload { request: Request as "request" } }

impl Change for MergeRequestsInput {
    type Payload = MergeRequestsPayload;
    const VERB: Verb = Verb { name: "mergeRequests", resource: Resource::Request, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let found = tx.find::<Request>(&self.id, &["id"], None, &mut faults).await?;
        let within = found.as_ref().map(|row| row.community_id);
        // The first among them, so that all are locked in the order of their ids and two merges never wait for each other.
        let mut ids = self.duplicate_ids.clone();
        ids.extend(found.is_some().then(|| self.id.clone()));
        if self.duplicate_ids.contains(&self.id) {
            let message = say!("A request is not its own duplicate.", "诉求不能与自身并案。");
            faults.note(&["duplicateIds"], UserErrorCode::Invalid, message);
            ids.pop();
        }
        if self.duplicate_ids.is_empty() {
            faults.note(&["duplicateIds"], UserErrorCode::Required, say!("Name at least one.", "请至少填写一项。"));
        }
        let locked = tx.subjects::<Request>(&ids, "duplicateIds", (within, MOST + 1), &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let (found, mut locked, reason) = faults.all((found, locked, reason))?;
        let mut faults = Faults::default();
        // As it is now that it is locked.
        let first = locked.pop().filter(|row| row.id == found.id);
        let first = match first {
            Some(first) => first,
            None => return Err(Refused::Stopped(crate::error::Error::internal("the first request was not locked"))),
        };
        if first.version != self.expected_version {
            let expected =
                tx.subject::<Request>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults);
            expected.await?;
        }
        if !rules::is_open(first.status) {
            let message = say!(
                "Duplicates go with a request that is still to be answered; this one is not.",
                "只能并入尚待答复的诉求。"
            );
            faults.note(&["id"], UserErrorCode::IllegalTransition, message);
        }
        for (place, row) in locked.iter().enumerate() {
            refuse_closed_to(Step::Merge, row, &["duplicateIds", &place.to_string()], &mut faults);
        }
        faults.none()?;

        let keys: Vec<Uuid> = locked.iter().map(|row| row.id).collect();
        let (to, kind) = (request::RequestStatus::Merged, Step::Merge.kind());
        request::Entity::update_many()
            .set(request::ActiveModel {
                status: Set(to),
                merged_into: Set(Some(first.id)),
                assignee_id: Set(None),
                assignee_grid_id: Set(None),
                assignee_unit_id: Set(None),
                unit_brief: Set(None),
                ..Default::default()
            })
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.is_in(keys.iter().copied()))
            .exec(tx.conn())
            .await?;
        // Those that went with one of them go along: nobody has to follow a chain.
        request::Entity::update_many()
            .set(request::ActiveModel { merged_into: Set(Some(first.id)), ..Default::default() })
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::MergedInto.is_in(keys.iter().copied()))
            .exec(tx.conn())
            .await?;
        let said = || Said::because(Some(reason.clone()));
        let entries =
            locked.iter().map(|row| entry::row(tx, (row.community_id, row.id), kind, (to, row.round), said()));
        request_entry::Entity::insert_many(entries).exec_without_returning(tx.conn()).await?;
        tx.update(request::ActiveModel { id: Set(first.id), version: Set(first.version + 1), ..Default::default() })
            .await?;
        entry::append(tx, (first.community_id, first.id), kind, (first.status, first.round), said()).await?;

        let change = json!({ "after": { "status": to, "mergedIntoId": first.id } });
        let fields = ["status", "mergedInto", "assignee"];
        let mut told: Vec<Told<'_>> =
            keys.iter().map(|key| Told::of::<Request>(*key, &fields, Detail::Open(change.clone()))).collect();
        let taken = Detail::Open(json!({ "duplicateIds": keys }));
        told.push(Told::of::<Request>(first.id, &["entries"], taken));
        tx.events(first.community_id, told).await?;
        Ok(first.id)
    }
}
