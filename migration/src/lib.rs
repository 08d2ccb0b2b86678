//! Tongxin's migrations, one purpose a file, oldest first.
//!
//! They name tables by strings and never import `entity`: an entity moves on, a landed migration does not. A new one expands first and
//! contracts only when no running node needs the old shape.

use async_trait::async_trait;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod kit;

mod m20261125_000001_keys;
mod m20261125_000002_places;
mod m20261125_000003_accounts;
mod m20261125_000004_residents;
mod m20261125_000005_partners;
mod m20261125_000006_staff;
mod m20261125_000007_projects;
mod m20261125_000008_contributions;
mod m20261125_000009_aid;
mod m20261125_000010_events;
mod m20261125_000011_volunteers;
mod m20261125_000012_facilities;
mod m20261125_000013_activities;
mod m20261125_000014_sponsorships;
mod m20261125_000015_search;
mod m20261125_000016_closed_grids;
mod m20261125_000017_life_events;
mod m20261125_000018_sign_in;
mod m20261125_000019_roles;
mod m20261125_000020_audit;
mod m20261125_000021_retired_keys;
mod m20261125_000022_consent;
mod m20261128_000023_trails;
mod m20261128_000024_staff_accounts;
mod m20261128_000026_ledger;
mod m20261128_000028_items;
mod m20261128_000030_search_statistics;
mod m20261130_000031_index_rotation;
mod m20261130_000035_programme_rules;
mod m20261130_000036_aid_batches;
mod m20261130_000045_sign_ups;
mod m20261130_000046_hours;
mod m20261130_000055_merchants;
mod m20261130_000056_requests;
mod m20261130_000057_calendar;
mod m20261130_000058_request_notices;
mod m20261201_000037_instalment_grants;
mod m20261201_000038_anonymous_sponsors;
mod m20261201_000047_certificates;
mod m20261201_000059_visits;
mod m20261201_000060_attachments;
mod m20261201_000061_unit_brief;
mod m20261201_000062_attendance_errors;
mod m20261201_000063_notice_consent;

pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261125_000001_keys::Migration),
            Box::new(m20261125_000002_places::Migration),
            Box::new(m20261125_000003_accounts::Migration),
            Box::new(m20261125_000004_residents::Migration),
            Box::new(m20261125_000005_partners::Migration),
            Box::new(m20261125_000006_staff::Migration),
            Box::new(m20261125_000007_projects::Migration),
            Box::new(m20261125_000008_contributions::Migration),
            Box::new(m20261125_000009_aid::Migration),
            Box::new(m20261125_000010_events::Migration),
            Box::new(m20261125_000011_volunteers::Migration),
            Box::new(m20261125_000012_facilities::Migration),
            Box::new(m20261125_000013_activities::Migration),
            Box::new(m20261125_000014_sponsorships::Migration),
            Box::new(m20261125_000015_search::Migration),
            Box::new(m20261125_000016_closed_grids::Migration),
            Box::new(m20261125_000017_life_events::Migration),
            Box::new(m20261125_000018_sign_in::Migration),
            Box::new(m20261125_000019_roles::Migration),
            Box::new(m20261125_000020_audit::Migration),
            Box::new(m20261125_000021_retired_keys::Migration),
            Box::new(m20261125_000022_consent::Migration),
            Box::new(m20261128_000023_trails::Migration),
            Box::new(m20261128_000024_staff_accounts::Migration),
            Box::new(m20261128_000026_ledger::Migration),
            Box::new(m20261128_000028_items::Migration),
            Box::new(m20261128_000030_search_statistics::Migration),
            Box::new(m20261130_000031_index_rotation::Migration),
            Box::new(m20261130_000035_programme_rules::Migration),
            Box::new(m20261130_000036_aid_batches::Migration),
            Box::new(m20261130_000045_sign_ups::Migration),
            Box::new(m20261130_000046_hours::Migration),
            Box::new(m20261130_000055_merchants::Migration),
            Box::new(m20261130_000056_requests::Migration),
            Box::new(m20261130_000057_calendar::Migration),
            Box::new(m20261130_000058_request_notices::Migration),
            Box::new(m20261201_000037_instalment_grants::Migration),
            Box::new(m20261201_000047_certificates::Migration),
            Box::new(m20261201_000059_visits::Migration),
            Box::new(m20261201_000060_attachments::Migration),
            Box::new(m20261201_000061_unit_brief::Migration),
            Box::new(m20261201_000038_anonymous_sponsors::Migration),
            Box::new(m20261201_000062_attendance_errors::Migration),
            Box::new(m20261201_000063_notice_consent::Migration),
        ]
    }
}
