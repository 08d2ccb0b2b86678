//! Tongxin's tables, one SeaORM entity a file, with its enums beside it.
//!
//! Ids are UUIDv7 made by the program, instants are UTC, civil dates are plain dates, money is whole fen and quantities
//! are thousandths of their unit. Rules that the database keeps are in the `migration` crate; rules that need more than one
//! row are the program's. This crate knows no GraphQL.

#![allow(
    clippy::disallowed_methods,
    reason = "SeaORM's derives implement `save` and `delete`, which open transactions; nobody calls them here"
)]

pub mod figures;
pub mod sealed;

pub mod account;
pub mod account_role;
pub mod account_role_grid;
pub mod account_role_shop;
pub mod activity;
pub mod activity_organiser;
pub mod activity_result;
pub mod aid_batch;
pub mod aid_claim;
pub mod aid_programme;
pub mod aid_programme_exclusion;
pub mod aid_programme_limit;
pub mod aid_record;
pub mod alliance_membership;
pub mod asset;
pub mod asset_tenure;
pub mod attachment;
pub mod attendance;
pub mod attendance_error;
pub mod audit_entry;
pub mod building;
pub mod calendar_day;
pub mod calendar_year;
pub mod campaign;
pub mod certificate;
pub mod certificate_line;
pub mod circumstance;
pub mod community;
pub mod consent;
pub mod contribution;
pub mod contribution_device;
pub mod contribution_item;
pub mod contributor;
pub mod data_key;
pub mod event;
pub mod facility;
pub mod grid;
pub mod head_count;
pub mod household;
pub mod household_membership;
pub mod idempotency_key;
pub mod index_rotation;
pub mod instalment;
pub mod life_closure;
pub mod life_event;
pub mod merchant;
pub mod milestone;
pub mod next_index;
pub mod pairing;
pub mod partner_unit;
pub mod partner_unit_alias;
pub mod party_membership;
pub mod password;
pub mod posting;
pub mod project;
pub mod project_participation;
pub mod project_participation_role;
pub mod request;
pub mod request_entry;
pub mod request_notice;
pub mod resident;
pub mod retired_master_key;
pub mod search_entry;
pub mod search_state;
pub mod session;
pub mod session_sign_up;
pub mod sign_in;
pub mod sign_in_throttle;
pub mod sponsorship;
pub mod staff_member;
pub mod sub_district;
pub mod team;
pub mod team_membership;
pub mod token;
pub mod visit;
pub mod volunteer;
