//! Computes the figures of a report that are selected, and no others.

use async_graphql::ID;

use super::{
    activities::Parts,
    look::{Look, community},
    object::{Figures, ImpactReport},
    period::Period,
};
use crate::{
    activities::Attendance,
    error::Result,
    figures::Money,
    relay::{Asked, Reading},
    requests,
};

const REPORT: &str = "ImpactReport";

pub(super) async fn report(reading: &Reading<'_>, asked: &Asked<'_>, of: &ID, period: Period) -> Result<ImpactReport> {
    let (key, community) = community(reading, asked, of, REPORT).await?;
    let figures = figures(&Look { reading, community: key, period }, asked).await?;
    Ok(ImpactReport { community, period, figures })
}

async fn figures(look: &Look<'_>, asked: &Asked<'_>) -> Result<Figures> {
    let selects = |field: &str| asked.selection.selects(asked.env, REPORT, field);
    let mut figures = Figures::default();
    if selects("partnerUnits") {
        figures.partner_units = Some(look.partner_units().await?);
    }
    if selects("cashContributed") || selects("goodsValue") {
        let (cash, goods) = look.values_received().await?;
        (figures.cash, figures.goods_value) = (Some(Money::new(cash)), Some(Money::new(goods)));
    }
    if selects("sponsorshipPerYear") {
        figures.sponsorship_per_year = Some(Money::new(look.sponsored_per_year().await?));
    }
    if selects("sponsorshipPaid") {
        figures.sponsorship_paid = Some(Money::new(look.sponsorship_paid().await?));
    }
    if selects("quotas") {
        figures.quotas = Some(look.quotas().await?);
    }
    if selects("goods") {
        figures.goods = Some(look.goods().await?);
    }
    if selects("teams") {
        figures.teams = Some(look.team_totals().await?);
    }
    if selects("activities") || selects("months") {
        let of = asked.selection.child(asked.env, REPORT, "activities");
        let part = |field: &str| of.selects(asked.env, "ActivityTotal", field);
        // A kind may have results alone: whether it is listed must not depend on what is selected of it.
        // Nor must what is hidden of it.
        let people = part("people") || !look.names::<Attendance>();
        let parts = Parts { people, results: selects("activities") };
        let (activities, months) = look.activities_and_months(&parts).await?;
        (figures.activities, figures.months) = (Some(activities), Some(months));
    }
    if selects("beneficiaryResidents") || selects("beneficiaryHouseholds") {
        figures.beneficiaries = Some(look.beneficiaries().await?);
    }
    if selects("facilities") {
        figures.facilities = Some(look.facilities_in_use().await?);
    }
    if selects("requests") {
        let days = (look.period.from, look.period.to);
        figures.requests = Some(requests::work::totals(look.reading, look.community, days).await?);
    }
    if selects("vehiclesOnLoan") {
        figures.vehicles = Some(look.vehicles_on_loan().await?);
    }
    Ok(figures)
}
