//! Merchants (九小商户): the small businesses of a community, by the nine small trades, with their licence, their owner, and the time that they spend in the
//! merchants' alliance (商户联盟). What troubles a merchant is a request like any other; there is no second ticket system.

mod alliance;
pub mod edges;
pub mod mutations;
pub mod object;
pub mod queries;
pub(crate) mod scope;

pub use alliance::AllianceMembership;
pub use mutations::licence_taken;
pub use object::{Merchant, Trade};
pub use queries::{MerchantFilter, MerchantOrder, MerchantQueries};
