//! Certificates of service (志愿服务记录证明): what the community states of a volunteer's service in a period, after the Ministry of Civil Affairs' rules (order no. 67
//! of 2020): number, issuing body, responsible person, what was done, hours, day; training apart. A certificate is made from the attendances on record and
//! never changes; whoever holds its code is told, without an account, what it states and whether the records still say so.

mod content;
pub mod edges;
mod fonts;
pub mod mutations;
pub mod object;
pub(crate) mod page;
pub(crate) mod pdf;
pub(crate) mod printed;
pub mod queries;
mod scope;
pub mod verification;

pub(crate) use content::{Line, Period, Totals, lines};
pub use fonts::Fonts;
pub use object::{Certificate, CertificateContent, ServiceOnRecord};
pub use queries::{CertificateFilter, CertificateOrder, CertificateQueries};

/// How certificates are printed.
#[derive(Clone, Debug, Default)]
pub struct Printing {
    /// The fonts of the PDF; without any there is none.
    pub fonts: Option<Fonts>,
    /// The address by which people reach this server: the square code says it.
    pub public_url: Option<String>,
}
