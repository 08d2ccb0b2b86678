//! The rules of aid. Pure: no database, no GraphQL. How a grant moves on, and who may be given one.

mod eligibility;
mod reasons;
mod steps;

pub use eligibility::{Candidate, Ceiling, Exclusion, Finding, Person, Rule, Rules, Standing, judge};
pub use steps::{Effect, Step, illegal};
