//! Who and what was there in a period: paired units, teams, facilities, vehicles on loan.

use entity::{
    asset::{self, AssetKind},
    asset_tenure::{self, Tenure},
    facility, pairing, team, team_membership, volunteer,
};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func},
};

use super::{
    look::{Look, MOST_ROWS, bounded},
    object::TeamTotal,
};
use crate::{error::Result, volunteers::TeamMembership};

impl Look<'_> {
    /// Units that are paired with the community, each once however often it was paired.
    pub(super) async fn partner_units(&self) -> Result<i64> {
        use pairing::Column;
        let running = self.pairings().filter(self.period.touches(Column::StartedOn, Column::EndedOn));
        self.number(running, Column::PartnerUnitId).await
    }

    pub(super) async fn facilities_in_use(&self) -> Result<i64> {
        use facility::Column;
        let in_use = self.facilities().filter(self.period.touches(Column::StartedOn, Column::EndedOn));
        self.number(in_use.filter(Column::VoidedAt.is_null()), Column::Id).await
    }

    /// Vehicles that somebody else's kindness put here, whatever became of them later.
    pub(super) async fn vehicles_on_loan(&self) -> Result<i64> {
        use asset_tenure::Column;
        let vehicles = self.assets().filter(asset::Column::Kind.eq(AssetKind::Vehicle));
        let vehicles = vehicles.filter(asset::Column::VoidedAt.is_null()).select_only().column(asset::Column::Id);
        let lent = self.tenures().filter(Column::Tenure.eq(Tenure::Lent));
        let lent = lent.filter(self.period.touches(Column::StartedOn, Column::EndedOn));
        self.number(lent.filter(Column::AssetId.in_subquery(vehicles.into_query())), Column::AssetId).await
    }

    /// Teams and their members: persons, so that whoever left and came back, or enrolled again, counts once.
    pub(super) async fn team_totals(&self) -> Result<Vec<TeamTotal>> {
        use team_membership::Column;
        let of = |column: volunteer::Column| Expr::col(("who", column));
        let person = Func::coalesce([
            of(volunteer::Column::ResidentId),
            of(volunteer::Column::StaffMemberId),
            of(volunteer::Column::Id),
        ]);
        let volunteers = self.volunteers().select_only().columns([
            volunteer::Column::Id,
            volunteer::Column::ResidentId,
            volunteer::Column::StaffMemberId,
        ]);
        let mut members = self
            .team_memberships()
            .filter(self.period.touches(Column::StartedOn, Column::EndedOn))
            .select_only()
            .column_as(Column::TeamId, "team_id")
            .expr_as(Expr::expr(person).count_distinct(), "members")
            .group_by(Column::TeamId);
        let same = of(volunteer::Column::Id).equals((team_membership::Entity, Column::VolunteerId));
        QuerySelect::query(&mut members).join_subquery(JoinType::InnerJoin, volunteers.into_query(), "who", same);

        let mut select = self
            .teams()
            .filter(self.period.touches(team::Column::StartedOn, team::Column::EndedOn))
            .select_only()
            .column(team::Column::Name)
            .expr_as(Expr::col(("joined", "members")), "members")
            .order_by_asc(team::Column::StartedOn)
            .order_by_asc(team::Column::Id)
            .limit(MOST_ROWS as u64 + 1);
        let same = Expr::col(("joined", "team_id")).equals((team::Entity, team::Column::Id));
        QuerySelect::query(&mut select).join_subquery(JoinType::LeftJoin, members.into_query(), "joined", same);
        let rows: Vec<(String, Option<i64>)> = select.into_tuple().all(self.db()).await?;
        let total = |(name, members): (String, Option<i64>)| {
            let members = self.told::<TeamMembership>(members.unwrap_or(0));
            TeamTotal { name, members, suppressed: members.is_none() }
        };
        bounded("teams", rows.into_iter().map(total).collect())
    }

    /// How many different ones a column names.
    async fn number<E: EntityTrait>(&self, select: Select<E>, column: E::Column) -> Result<i64> {
        let number = Expr::col(column.as_column_ref()).count_distinct();
        let found: Option<i64> = select.select_only().expr_as(number, "number").into_tuple().one(self.db()).await?;
        Ok(found.unwrap_or(0))
    }
}
