//! What a role is to be, as an input says it, and what is wrong with that.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{account_role::Role as Kind, community, staff_member};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::{
    access::{
        granting::{Link, NewRole},
        object::Role,
        policy::Action,
    },
    communities::{Grid, open_grid},
    error::UserErrorCode,
    merchants::Merchant,
    partners::PartnerUnit,
    residents::Resident,
    say,
    scalars::Date,
    staff::StaffMember,
    volunteers::Volunteer,
    write::{Faults, Tx, not_found},
};

/// The most grids, and the most shops, that a role names.
const GRIDS: usize = 50;

/// A role, whom it is about, and how long it is held (角色内容).
#[derive(InputObject, Clone, Debug)]
pub struct RoleTerms {
    /// The role; `docs/roles.md` says who gives which. OPERATOR is given by the command line alone (角色).
    pub role: Role,
    /// The unit that a PARTNER speaks for; not for the other roles (共建单位).
    pub partner_unit_id: Option<ID>,
    /// The resident who a RESIDENT is, and a MERCHANT may be; not for the other roles (居民).
    pub resident_id: Option<ID>,
    /// The volunteer who a VOLUNTEER is; not for the other roles (志愿者).
    pub volunteer_id: Option<ID>,
    /// The grids that STAFF are limited to, at most 50; left out for the whole community (网格).
    pub grid_ids: Option<Vec<ID>>,
    /// The shops that a MERCHANT speaks for, at most 50; not for the other roles (商户).
    pub merchant_ids: Option<Vec<ID>>,
    /// Whose account it is, of STAFF and SECRETARY: kept in the staff member's file, so that open work is found by it (工作人员).
    pub staff_member_id: Option<ID>,
    /// The first day, today or later where the community is; today when left out (起始日).
    pub starts_on: Option<Date>,
    /// The last day; left out for no end (终止日).
    pub ends_on: Option<Date>,
}

/// What was found of them.
pub struct Found {
    pub role: Kind,
    pub new: NewRole,
    /// Locked.
    pub staff_member: Option<staff_member::Model>,
}

impl RoleTerms {
    pub(in crate::access) async fn read(
        &self,
        tx: &Tx<'_>,
        community: &community::Model,
        faults: &mut Faults,
    ) -> Result<Option<Found>, DbErr> {
        let role = Kind::from(self.role);
        let (within, before) = (Some(community.id), faults.len());
        if !tx.viewer.appoints(role, community.id) {
            faults.note(&["role"], UserErrorCode::Invalid, not_yours_to_give(role));
        }
        let named = |given: &Option<ID>| given.is_some();
        for (link, given, field) in [
            (Link::PartnerUnit, named(&self.partner_unit_id), "partnerUnitId"),
            (Link::Resident, named(&self.resident_id), "residentId"),
            (Link::Volunteer, named(&self.volunteer_id), "volunteerId"),
            (Link::Grids, self.grid_ids.as_ref().is_some_and(|grids| !grids.is_empty()), "gridIds"),
            (Link::Shops, self.merchant_ids.as_ref().is_some_and(|shops| !shops.is_empty()), "merchantIds"),
            (Link::StaffMember, named(&self.staff_member_id), "staffMemberId"),
        ] {
            if let Some((code, message)) = link.misfit(role, given) {
                faults.note(&[field], code, message);
            }
        }
        let (unit, resident, volunteer) =
            (self.partner_unit_id.as_ref(), self.resident_id.as_ref(), self.volunteer_id.as_ref());
        let unit = tx.find_optional::<PartnerUnit>(unit, &["partnerUnitId"], within, faults).await?.flatten();
        let resident = tx.find_optional::<Resident>(resident, &["residentId"], within, faults).await?.flatten();
        let volunteer = tx.find_optional::<Volunteer>(volunteer, &["volunteerId"], within, faults).await?.flatten();
        let new = NewRole {
            community: within,
            partner_unit: unit.map(|row| row.id),
            resident: resident.map(|row| row.id),
            volunteer: volunteer.map(|row| row.id),
            grids: self.grids(tx, community.id, faults).await?,
            shops: self.shops(tx, community.id, faults).await?,
            starts_on: None,
            ends_on: self.ends_on.map(|day| day.0),
        };
        let staff_member = self.staff_member(tx, community.id, faults).await?;
        let starts_on = self.days(tx.today_in(community), faults);
        Ok((faults.len() == before).then_some(Found { role, new: NewRole { starts_on, ..new }, staff_member }))
    }

    async fn grids(&self, tx: &Tx<'_>, community: Uuid, faults: &mut Faults) -> Result<Vec<Uuid>, DbErr> {
        let given = self.grid_ids.as_deref().unwrap_or_default();
        if given.len() > GRIDS {
            let length = given.len();
            let message = say!(
                "{length} grids are too many for one role; at most {GRIDS}.",
                "一个角色最多限定 {GRIDS} 个网格，现为 {length} 个。"
            );
            faults.note(&["gridIds"], UserErrorCode::OutOfRange, message);
            return Ok(Vec::new());
        }
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        for (place, grid) in given.iter().enumerate() {
            let place = place.to_string();
            let path = ["gridIds", place.as_str()];
            if faults.key::<Grid>(grid, &path, &mut seen).is_some() {
                found.extend(open_grid(tx, grid, &path, Some(community), faults).await?.map(|grid| grid.id));
            }
        }
        Ok(found)
    }

    async fn shops(&self, tx: &Tx<'_>, community: Uuid, faults: &mut Faults) -> Result<Vec<Uuid>, DbErr> {
        let given = self.merchant_ids.as_deref().unwrap_or_default();
        if given.len() > GRIDS {
            let length = given.len();
            let message = say!(
                "{length} shops are too many for one role; at most {GRIDS}.",
                "一个角色最多代表 {GRIDS} 家商户，现为 {length} 家。"
            );
            faults.note(&["merchantIds"], UserErrorCode::OutOfRange, message);
            return Ok(Vec::new());
        }
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        for (place, shop) in given.iter().enumerate() {
            let place = place.to_string();
            let path = ["merchantIds", place.as_str()];
            if faults.key::<Merchant>(shop, &path, &mut seen).is_some() {
                found.extend(tx.find::<Merchant>(shop, &path, Some(community), faults).await?.map(|row| row.id));
            }
        }
        Ok(found)
    }

    async fn staff_member(
        &self,
        tx: &Tx<'_>,
        community: Uuid,
        faults: &mut Faults,
    ) -> Result<Option<staff_member::Model>, DbErr> {
        let (Some(given), path) = (&self.staff_member_id, ["staffMemberId"]) else { return Ok(None) };
        let Some(found) = tx.find::<StaffMember>(given, &path, Some(community), faults).await? else { return Ok(None) };
        let locked = tx.lock::<StaffMember>(found.id, Action::Read).await?;
        if locked.is_none() {
            not_found(&path, faults);
        }
        Ok(locked)
    }

    /// The first day, if both fit.
    fn days(&self, today: NaiveDate, faults: &mut Faults) -> Option<NaiveDate> {
        let starts_on = self.starts_on.map_or(today, |day| day.0);
        if starts_on < today {
            let message = say!("A role begins today ({today}) or later.", "角色的起始日不能早于今天（{today}）。");
            faults.note(&["startsOn"], UserErrorCode::OutOfRange, message);
        }
        if self.ends_on.is_some_and(|day| day.0 < starts_on) {
            let message =
                say!("The last day lies before the first ({starts_on}).", "终止日早于起始日（{starts_on}）。");
            faults.note(&["endsOn"], UserErrorCode::OutOfRange, message);
        }
        Some(starts_on)
    }
}

/// Why somebody may not give this role, or end it.
pub(super) fn not_yours_to_give(role: Kind) -> crate::error::Message {
    match role {
        Kind::Operator => say!(
            "Operators are made where the program runs, with `tongxin account`.",
            "平台运维角色只能在服务器上用 `tongxin account` 管理。"
        ),
        Kind::Secretary => say!(
            "A secretary's role is given and ended by an operator of the platform.",
            "社区书记角色由平台运维授予和终止。"
        ),
        _ => say!("Your role does not decide about this one.", "您的角色无权管理该角色。"),
    }
}
