//! Certificates of service (志愿服务记录证明): what the community states of a volunteer's service in a period, after the Ministry of Civil Affairs' rules (order no. 67
//! of 2020): number, issuing body, responsible person, what was done, hours, day; training apart. A certificate is made from the attendances on record and
//! never changes; whoever holds its code is told, without an account, what it states and whether the records still say so.

mod content;
pub mod edges;
pub mod mutations;
pub mod object;
pub mod queries;
mod scope;
pub mod verification;

pub(crate) use content::{Line, Period, Totals, lines};
pub use object::{Certificate, CertificateContent, ServiceOnRecord};
pub use queries::{CertificateFilter, CertificateOrder, CertificateQueries};
