//! The plan of a batch in figures, and on file.

use std::collections::HashMap;

use entity::{
    aid_batch,
    aid_record::{self, AidStatus},
    figures::Precision,
    household, resident,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::planning::{Plan, Row};
use crate::{
    aid::{batch::AidBatch, claims, object::AidRecord, recipients::Recipients, rules::Candidate},
    error::UserErrorCode,
    figures::{Figure, share_evenly},
    residents::People,
    say,
    write::{Detail, Faults, Refused, Told, Tx},
};

/// Grants of one statement: some forty values each, of the 32,766 that SQLite takes.
const ROWS: usize = 500;

impl Plan {
    /// Says how much each receives: the parts make up the whole.
    pub(super) fn share_out(
        &mut self,
        (milli, fen): (Option<i64>, Option<i64>),
        shared: bool,
        bounded: Option<(i64, &HashMap<Uuid, Candidate>)>,
    ) -> Result<(), Refused> {
        let enough = match shared {
            true => None,
            false => self.part.enough_for(&self.contribution, (milli, fen), self.over.is_some()),
        };
        let open = self.rows.iter_mut().filter(|row| row.left_out.is_none());
        for row in open.skip(enough.unwrap_or(usize::MAX)) {
            row.left_out = Some(Vec::new());
        }
        let number = self.rows.iter().filter(|row| row.left_out.is_none()).count();
        let total = |each: Option<i64>| each.map(|each| each.saturating_mul(i64::try_from(number).unwrap_or(i64::MAX)));
        let counted = match (shared, milli) {
            // Whole things are not cut up.
            (true, Some(whole)) if whole % 1_000 == 0 => {
                Some(share_evenly(whole / 1_000, number).into_iter().map(|part| part * 1_000).collect())
            }
            (true, whole) => whole.map(|whole| share_evenly(whole, number)),
            (false, each) => each.map(|each| vec![each; number]),
        };
        let all = if shared { milli } else { total(milli) };
        let valued: Option<Vec<i64>> = match (shared, fen) {
            (true, Some(whole)) => Some(share_evenly(whole, number)),
            (false, Some(each)) => Some(vec![each; number]),
            // What an item is worth is shared among those who have it.
            (_, None) => {
                let whole = self.part.share(all.map_or(Figure::UNKNOWN, Figure::exact)).amount;
                whole.map(|whole| share_evenly(whole, number))
            }
        };
        let mut faults = Faults::default();
        for (field, parts) in [("quantity", &counted), ("value", &valued)] {
            let parts: &Option<Vec<i64>> = parts;
            if parts.iter().flatten().any(|part| *part < 1) {
                let message = say!(
                    "It is too little for {number} recipients to have a part each.",
                    "不足以分给 {number} 个对象。"
                );
                faults.note(&[field], UserErrorCode::OutOfRange, message);
            }
        }
        let open = self.rows.iter_mut().filter(|row| row.left_out.is_none());
        for (place, row) in open.enumerate() {
            row.milli = counted.as_ref().and_then(|parts: &Vec<i64>| parts.get(place).copied());
            row.fen = valued.as_ref().and_then(|parts| parts.get(place).copied());
            if let Some((most, known)) = bounded
                && let Some(had) = known.get(&row.recipient)
                && had.fen.saturating_add(row.fen.unwrap_or(0)) > most
            {
                let message = say!(
                    "Shared out among {number}, somebody would have more than the programme's ceiling.",
                    "分给 {number} 个对象后，有人超过该帮扶项目的金额上限。"
                );
                faults.note(&["value"], UserErrorCode::OutOfRange, message);
                break;
            }
        }
        faults.none()
    }

    pub(super) async fn carry_out(self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let id = tx.new_id();
        let grants: Vec<aid_record::Model> = self.grants(tx, id);
        tx.insert(aid_batch::ActiveModel {
            id: Set(id),
            community_id: Set(self.community.id),
            programme_id: Set(self.programme.as_ref().map(|programme| programme.id)),
            contribution_id: Set(self.contribution.id),
            given_on: Set(self.given_on),
            planned: Set(i32::try_from(grants.len()).unwrap_or(i32::MAX)),
            recorded_by: Set(tx.viewer.account_id),
            recorded_at: Set(tx.now()),
        })
        .await?;
        for some in grants.chunks(ROWS) {
            let rows = some.iter().map(|grant| grant.clone().into_active_model().reset_all());
            aid_record::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
        }
        if let Some(programme) = &self.programme {
            claims::claim(tx, programme, &grants, &self.homes).await?;
        }
        // Last, since whoever takes from the same contribution waits from here on.
        self.take(tx).await?;
        self.tell(tx, id, &grants).await?;
        Ok(id)
    }

    fn grants(&self, tx: &Tx<'_>, batch: Uuid) -> Vec<aid_record::Model> {
        let rows: HashMap<Uuid, &Row> =
            self.rows.iter().filter(|row| row.left_out.is_none()).map(|row| (row.recipient, row)).collect();
        let precision = |amount: Option<i64>| if amount.is_some() { Precision::Exact } else { Precision::Unknown };
        let grant =
            |row: &Row, resident: Option<&resident::Model>, home: Option<&household::Model>| aid_record::Model {
                id: tx.new_id(),
                community_id: self.community.id,
                scope: self.recipients.scope(),
                resident_id: resident.map(|resident| resident.id),
                household_id: resident.and_then(|resident| resident.household_id).or(home.map(|home| home.id)),
                programme_id: self.programme.as_ref().map(|programme| programme.id),
                contribution_id: Some(self.contribution.id),
                project_id: self.project,
                kind: self.contribution.kind,
                status: AidStatus::Planned,
                status_reason: None,
                quantity_milli: row.milli,
                unit: self.part.unit().to_owned(),
                quantity_precision: precision(row.milli),
                value_fen: row.fen,
                value_precision: precision(row.fen),
                given_on: self.given_on,
                note: self.note.clone(),
                recorded_by: tx.viewer.account_id,
                recorded_at: tx.now(),
                approved_by: None,
                approved_at: None,
                delivered_at: None,
                version: 1,
                reverses_id: None,
                delivered_by: None,
                signed_by: None,
                signed_by_name: None,
                item_id: self.part.item_id(),
                device_id: None,
                occasion: self.occasion.clone(),
                batch_id: Some(batch),
                instalment_id: None,
            };
        match &self.recipients {
            Recipients::Persons(people) => {
                people.iter().filter_map(|own| Some(grant(rows.get(&own.id)?, Some(own), None))).collect()
            }
            Recipients::Households(homes) => {
                homes.iter().filter_map(|own| Some(grant(rows.get(&own.id)?, None, Some(own)))).collect()
            }
        }
    }

    /// Each grant has its event, as if it had been alone; and the batch has one.
    async fn tell(self, tx: &Tx<'_>, batch: Uuid, grants: &[aid_record::Model]) -> Result<(), Refused> {
        let people = match self.recipients {
            Recipients::Persons(rows) => People::new(tx, rows).await?,
            Recipients::Households(_) => People::default(),
        };
        let fields = ["scope", "contributionId", "programmeId", "projectId", "quantity", "value", "givenOn", "note"];
        let told = grants.iter().map(|grant| {
            let value = json!({ "after": {
                "batchId": batch,
                "contributionId": grant.contribution_id,
                "itemId": grant.item_id,
                "programmeId": grant.programme_id,
                "quantityMilli": grant.quantity_milli,
                "valueFen": grant.value_fen,
                "givenOn": grant.given_on,
                "note": grant.note,
                "occasion": grant.occasion,
                "overAllocationReason": self.over,
            } });
            Told::of::<AidRecord>(grant.id, &fields, people.detail_of(grant.resident_id, value))
        });
        tx.events(self.community.id, told.collect()).await?;
        let about = json!({ "after": {
            "programmeId": self.programme.as_ref().map(|programme| programme.id),
            "contributionId": self.contribution.id,
            "givenOn": self.given_on,
            "planned": grants.len(),
        } });
        let fields = ["programmeId", "contributionId", "givenOn", "planned"];
        tx.event::<AidBatch>(batch, Some(self.community.id), &fields, Detail::Open(about)).await?;
        Ok(())
    }
}
