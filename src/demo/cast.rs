//! Who the demo's accounts are: the unit, the people and the grid that their roles are about.

use entity::{account_role::Role, aid_programme::AidScope, aid_record, grid, resident, team_membership};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};
use uuid::Uuid;

use super::{
    fill::{ACCOUNTS, COMMUNITY},
    places::Place,
};
use crate::{
    access::granting::{self, NewRole},
    context::App,
    error::{Error, Result},
};

/// Gives each account its role. Only now: the people whom some of them are were not there when the first records named their authors.
pub(super) async fn appoint(
    tx: &DatabaseTransaction,
    app: &App,
    (main, elsewhere): (&Place, &Place),
    (bank, shop): (Uuid, Uuid),
    accounts: &[Uuid],
) -> Result<()> {
    for (account, (name, role, community)) in accounts.iter().zip(ACCOUNTS) {
        let place = community.map(|code| if code == COMMUNITY { main.community_id } else { elsewhere.community_id });
        let mut new = NewRole::plain(place);
        match role {
            Role::Partner => new.partner_unit = Some(bank),
            Role::Merchant => new.shops = vec![shop],
            Role::Resident => new.resident = Some(aided(tx, main.community_id).await?),
            Role::Volunteer => new.volunteer = Some(in_a_team(tx, main.community_id).await?),
            Role::Staff if name == "grid-staff" => new.grids = vec![first_grid(tx, main.community_id).await?],
            _ => {}
        }
        granting::insert(tx, app, *account, role, &new).await?;
    }
    Ok(())
}

/// The first resident with a home who was aided: there is something to be seen.
async fn aided(tx: &DatabaseTransaction, community: Uuid) -> Result<Uuid> {
    let found = aid_record::Entity::find()
        .select_only()
        .column(aid_record::Column::ResidentId)
        .join(JoinType::InnerJoin, aid_record::Relation::Resident.def())
        .filter(aid_record::Column::CommunityId.eq(community))
        .filter(aid_record::Column::Scope.eq(AidScope::Person))
        .filter(resident::Column::HouseholdId.is_not_null())
        .order_by_asc(aid_record::Column::Id)
        .into_tuple::<Uuid>()
        .one(tx)
        .await?;
    found.ok_or_else(|| Error::internal("the demo aids nobody"))
}

async fn in_a_team(tx: &DatabaseTransaction, community: Uuid) -> Result<Uuid> {
    let found = team_membership::Entity::find()
        .filter(team_membership::Column::CommunityId.eq(community))
        .filter(team_membership::Column::EndedOn.is_null())
        .order_by_asc(team_membership::Column::Id)
        .one(tx)
        .await?;
    found.map(|row| row.volunteer_id).ok_or_else(|| Error::internal("the demo has no team"))
}

async fn first_grid(tx: &DatabaseTransaction, community: Uuid) -> Result<Uuid> {
    let select = grid::Entity::find().filter(grid::Column::CommunityId.eq(community));
    let found = select.order_by_asc(grid::Column::Name).one(tx).await?;
    found.map(|row| row.id).ok_or_else(|| Error::internal("the demo has no grid"))
}
