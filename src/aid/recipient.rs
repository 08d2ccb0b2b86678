//! Who received a grant, by name: for those who read personal data, and for the unit that paid, as long as the resident agreed to its being told.

use std::collections::HashMap;

use entity::{aid_record, resident};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};
use uuid::Uuid;

use super::{object::AidRecord, scope};
use crate::{
    access::{Resource, policy::Action},
    consents,
    relay::{Edge, Entity},
};

/// `AidRecord.recipientName`, in one statement. A consent is looked up each time, so that one that was withdrawn or is over hides the name at once.
pub(super) fn names() -> Edge<AidRecord> {
    Edge::values(|reading, records: &[AidRecord], _| {
        Box::pin(async move {
            use aid_record::Column;
            let keys = |readable: bool| {
                let wanted = records.iter().filter(move |record| record.seen().reads("recipientName") == readable);
                wanted.map(|record| record.seen().key()).collect::<Vec<_>>()
            };
            let mut told = Condition::any().add(Column::Id.is_in(keys(true)));
            for held in &reading.viewer.reach(Resource::AidRecord, Action::Read).0 {
                // What the unit sees for another reason, such as a second role, it did not pay for.
                if let Some(unit) = held.links.partner_unit {
                    let agreed = consents::residents_who_share_with(unit, held.links.today);
                    let paid =
                        Condition::all().add(scope::of_records(held)).add(Column::ResidentId.in_subquery(agreed));
                    told = told.add(paid.add(Column::Id.is_in(keys(false))));
                }
            }
            let named: Vec<(Uuid, String)> = aid_record::Entity::find()
                .join(JoinType::InnerJoin, aid_record::Relation::Resident.def())
                .filter(told)
                .select_only()
                .column(Column::Id)
                .column(resident::Column::FullName)
                .into_tuple()
                .all(reading.db())
                .await?;
            Ok(named.into_iter().collect::<HashMap<Uuid, String>>())
        })
    })
}
