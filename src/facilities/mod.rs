//! What a community has (设施, 资产): facilities such as an activity room or a fire-water pool, and assets, one row a piece, such as a vehicle. On what
//! terms an asset is here, owned, lent or transferred (权属), is dated, one at a time: a vehicle that a unit lends and later hands over for good was lent
//! until that day. What is lent goes back; no aid ever takes from it.

mod asset;
mod asset_queries;
pub mod edges;
pub mod mutations;
mod object;
pub mod queries;
mod scope;
mod tenure;

pub use asset::{Asset, AssetKind};
pub use asset_queries::{AssetFilter, AssetOrder, AssetQueries};
pub use object::{Facility, FacilityKind};
pub use queries::{FacilityFilter, FacilityOrder, FacilityQueries};
pub use tenure::{AssetTenure, AssetTenureFilter, AssetTenureOrder, Tenure};
