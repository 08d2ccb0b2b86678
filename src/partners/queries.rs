//! Queries of partner units and pairings, and what lists of units are filtered and ordered by.

use async_graphql::{Context, ID, InputObject, Object};
use entity::{partner_unit, partner_unit_alias};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{
    object::{PartnerUnit, PartnerUnitKindFilter},
    pairing::Pairing,
    rules, scope,
};
use crate::{
    access::{Resource, policy::Action},
    error::{Error, Result},
    orders,
    relay::{
        Listed, Reading, Selection,
        filter::{Asking, Filter, TextFilter, combine, never},
        id,
    },
    roots, say,
    search::{self, SearchKind},
};

/// Which credit code is wanted; it must be given whole (统一社会信用代码条件).
#[derive(InputObject, Clone, Debug, Default)]
pub struct CreditCodeFilter {
    /// Exactly this code, in any way of writing it (等于).
    pub eq: Option<String>,
}

/// Which partner units are wanted; all parts given must hold (共建单位筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct PartnerUnitFilter {
    /// Working with this community: paired with it now or before, in its projects, contributing, seconding staff, lending or giving
    /// things, sponsoring residents, or employing volunteers (合作社区).
    pub community_id: Option<ID>,
    /// By name or by an alias (名称或别名).
    pub name: Option<TextFilter>,
    /// Whose name or alias is found by this text, as `search` finds it: any script, pinyin, initials (检索).
    pub search: Option<String>,
    /// By what kind of organisation they are (单位性质).
    pub kind: Option<PartnerUnitKindFilter>,
    /// By credit code (统一社会信用代码).
    pub credit_code: Option<CreditCodeFilter>,
    /// All of these (且).
    pub and: Option<Vec<PartnerUnitFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<PartnerUnitFilter>>,
    /// Not this (非).
    pub not: Option<Box<PartnerUnitFilter>>,
}

impl Filter for PartnerUnitFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all();
        if let Some(community) = &self.community_id {
            let community = id::argument("filter.communityId", "community", community)?;
            // Whom other communities work with is not the viewer's to know, not even among units that both work with.
            let known = asking.viewer.reach(Resource::PartnerUnit, Action::Read).covers(community);
            own = own.add(if known { scope::working_with(community) } else { never() });
        }
        if let Some(name) = &self.name {
            let so_called = partner_unit_alias::Entity::find()
                .select_only()
                .column(partner_unit_alias::Column::PartnerUnitId)
                .filter(name.condition(partner_unit_alias::Column::Alias)?);
            let named = Condition::any()
                .add(name.condition(partner_unit::Column::Name)?)
                .add(partner_unit::Column::Id.in_subquery(so_called.into_query()));
            own = own.add(named);
        }
        if let Some(text) = &self.search {
            own = own.add(search::found_by(asking, SearchKind::PartnerUnit, partner_unit::Column::Id, text)?);
        }
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(partner_unit::Column::Kind));
        }
        if let Some(code) = self.credit_code.as_ref().and_then(|code| code.eq.as_ref()) {
            own = own.add(partner_unit::Column::CreditCode.eq(whole_code("filter.creditCode.eq", code)?));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

/// A code to look a unit up by; `argument` names the place in the error.
fn whole_code(argument: &str, code: &str) -> Result<String> {
    rules::whole_code(code).map_err(|(_, message)| {
        let (en, zh) = (message.en, message.zh);
        Error::bad_input(say!("{argument}: {en}", "{argument}：{zh}"))
    })
}

orders! {
    /// What partner units are ordered by; ties are settled by id (共建单位排序).
    pub enum PartnerUnitOrder of partner_unit {
        /// By name, code point by code point (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// Longest on file first (登记时间升序).
        RegisteredAtAsc => RegisteredAt asc,
        /// Newest on file first (登记时间降序).
        RegisteredAtDesc => RegisteredAt desc,
    }
}

impl Listed for PartnerUnit {
    type Filter = PartnerUnitFilter;
    type Order = PartnerUnitOrder;
}

roots! {
    PartnerQueries;
    /// One partner unit; null if there is none or it is not within your reach (共建单位).
    partner_unit,
    /// Partner units that the communities within your reach work with, in the order of registration unless you say otherwise (共建单位列表).
    partner_units: PartnerUnit;
    /// One pairing; null if there is none or it is not within your reach (结对).
    pairing,
    /// Pairings within your reach, in the order of recording unless you say otherwise (结对列表).
    pairings: Pairing;
}

#[derive(Default)]
pub struct DirectoryQueries;

#[Object]
impl DirectoryQueries {
    /// Any unit of the directory by its whole credit code, also one that your community does not work with yet; null if there is none (按代码查单位).
    async fn partner_unit_by_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole credit code (统一社会信用代码).")] credit_code: String,
    ) -> Result<Option<PartnerUnit>> {
        let reading = Reading::new(ctx)?;
        let code = whole_code("creditCode", &credit_code)?;
        // This is how a community meets a unit; who pairs nobody looks among those within reach.
        let all = match reading.viewer.reach(Resource::Pairing, Action::Record).is_empty() {
            true => reading.select::<PartnerUnit>(),
            false => partner_unit::Entity::find(),
        };
        let select = all.filter(partner_unit::Column::CreditCode.eq(code));
        Ok(reading.all(select, &Selection::under(ctx)).await?.pop())
    }
}
