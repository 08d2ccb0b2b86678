//! The only list of slices: what the schema is made of, and its limits.

pub mod cost;
mod described;
mod node;

use std::sync::Arc;

use async_graphql::{EmptySubscription, MergedObject, SchemaBuilder};

pub use described::Described;
pub(crate) use node::fetch;
pub use node::{CLASSED, Node, TYPES};

use crate::{
    access::{
        account_mutations::AccountMutations,
        disabling::DisablingMutations,
        mutations::AccessMutations,
        object::AccessQueries,
        roles::{RoleMutations, queries::RoleQueries},
        tokens::{TokenMutations, TokenQueries},
    },
    activities::{ActivityQueries, mutations::ActivityMutations},
    aid::{eligibility::EligibilityQueries, mutations::AidMutations, queries::AidQueries},
    audit::{AuditMutations, AuditQueries},
    certificates::{CertificateQueries, mutations::CertificateMutations, verification::VerificationQueries},
    communities::{
        mutations::CommunityMutations, place_mutations::PlaceMutations, place_queries::PlaceQueries,
        queries::CommunityQueries, redraw::RedrawMutations,
    },
    consents::{mutations::ConsentMutations, queries::ConsentQueries},
    context::App,
    contributions::{mutations::ContributionMutations, queries::ContributionQueries},
    events::EventQueries,
    facilities::{AssetQueries, FacilityQueries, mutations::FacilityMutations},
    households::{mutations::HouseholdMutations, queries::HouseholdQueries},
    merchants::{MerchantQueries, mutations::MerchantMutations},
    partners::{
        mutations::PartnerMutations,
        queries::{DirectoryQueries, PartnerQueries},
    },
    projects::{mutations::ProjectMutations, queries::ProjectQueries},
    reports::queries::ReportQueries,
    requests::{RequestQueries, RequestWorkQueries, mutations::RequestMutations, tracking::TrackingQueries},
    residents::{
        circumstance_mutations::CircumstanceMutations, life::LifeMutations, mutations::ResidentMutations,
        queries::ResidentQueries,
    },
    search::queries::SearchQueries,
    sponsorships::{due::DueQueries, mutations::SponsorshipMutations, queries::SponsorshipQueries},
    staff::{mutations::StaffMutations, queries::StaffQueries, work::WorkQueries},
    visits::{NotVisitedQueries, VisitMutations, VisitQueries},
    volunteers::{mutations::VolunteerMutations, queries::VolunteerQueries},
};

/// What can be asked (查询).
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    AccessQueries,
    TokenQueries,
    RoleQueries,
    node::NodeQueries,
    CommunityQueries,
    PlaceQueries,
    HouseholdQueries,
    ResidentQueries,
    ConsentQueries,
    StaffQueries,
    WorkQueries,
    PartnerQueries,
    DirectoryQueries,
    ProjectQueries,
    ContributionQueries,
    AidQueries,
    EligibilityQueries,
    FacilityQueries,
    AssetQueries,
    SponsorshipQueries,
    DueQueries,
    VolunteerQueries,
    ActivityQueries,
    CertificateQueries,
    VerificationQueries,
    MerchantQueries,
    RequestQueries,
    RequestWorkQueries,
    TrackingQueries,
    VisitQueries,
    NotVisitedQueries,
    EventQueries,
    AuditQueries,
    SearchQueries,
    ReportQueries,
);

/// What can be changed (变更). Each takes one `input` and answers with the object or with the reasons why not.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    AccessMutations,
    TokenMutations,
    RoleMutations,
    AccountMutations,
    DisablingMutations,
    AuditMutations,
    CommunityMutations,
    PlaceMutations,
    RedrawMutations,
    HouseholdMutations,
    ResidentMutations,
    CircumstanceMutations,
    LifeMutations,
    ConsentMutations,
    StaffMutations,
    PartnerMutations,
    ProjectMutations,
    ContributionMutations,
    AidMutations,
    FacilityMutations,
    SponsorshipMutations,
    VolunteerMutations,
    ActivityMutations,
    CertificateMutations,
    MerchantMutations,
    RequestMutations,
    VisitMutations,
);

pub type Schema = async_graphql::Schema<Described<Query>, Described<Mutation>, EmptySubscription>;

fn builder() -> SchemaBuilder<Described<Query>, Described<Mutation>, EmptySubscription> {
    // Depth, cost and size are counted before this, by `http::defence`, with fragments expanded once.
    Schema::build(Described::default(), Described::default(), EmptySubscription)
}

pub fn build(app: Arc<App>) -> Schema {
    builder().data(app).finish()
}

/// As [`build`], for a server that does not tell what there is to ask: without introspection, and without guesses at what a misspelt name may have meant.
pub fn build_reticent(app: Arc<App>) -> Schema {
    builder().data(app).disable_introspection().disable_suggestions().finish()
}

/// The schema as text, as `schema.graphql` has it.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    let mut sdl = builder().finish().sdl_with_options(options);
    while sdl.contains("\n\n\n") {
        sdl = sdl.replace("\n\n\n", "\n\n");
    }
    sdl.trim().to_owned() + "\n"
}
