//! How the edges of staff members and postings are loaded, and the edges that lead to them.

use entity::{posting, staff_member};
use sea_orm::{QueryOrder, Select};

use super::object::{Posting, StaffMember};
use crate::{
    communities::{Community, Grid},
    partners::PartnerUnit,
    privacy::person_keys,
    relay::Edge,
    volunteers,
};

pub fn of_staff_member(field: &str) -> Option<Edge<StaffMember>> {
    Some(match field {
        "community" => Edge::<StaffMember>::one::<Community>(|row| Some(row.community_id)),
        "phone" => person_keys::<StaffMember>(|row| row.data_key_id),
        "postings" => Edge::<StaffMember>::all::<Posting>(
            posting::Column::StaffMemberId,
            |row| Some(row.staff_member_id),
            |select, _| Ok(latest_first(select)),
        ),
        "volunteer" => volunteers::edges::of_staff(),
        _ => return None,
    })
}

pub fn of_posting(field: &str) -> Option<Edge<Posting>> {
    Some(match field {
        "staffMember" => Edge::<Posting>::one::<StaffMember>(|row| Some(row.staff_member_id)),
        "grid" => Edge::<Posting>::one::<Grid>(|row| row.grid_id),
        "secondedBy" => Edge::<Posting>::one::<PartnerUnit>(|row| row.seconded_by),
        _ => return None,
    })
}

fn latest_first(select: Select<posting::Entity>) -> Select<posting::Entity> {
    select.order_by_desc(posting::Column::StartedOn).order_by_desc(posting::Column::Id)
}

/// Staff of communities: `Community.staffMembers`.
pub(crate) fn of_communities() -> Edge<Community> {
    Edge::many::<StaffMember>(staff_member::Column::CommunityId)
}

/// Who is and was posted to grids: `Grid.postings`.
pub(crate) fn postings_of_grids() -> Edge<Grid> {
    Edge::<Grid>::all::<Posting>(posting::Column::GridId, |row| row.grid_id, |select, _| Ok(latest_first(select)))
}
