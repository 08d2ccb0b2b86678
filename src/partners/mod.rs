//! Partner units (共建单位) and pairing agreements (结对). The directory of units belongs to no community, since one bank may be paired with many; what a unit
//! does in a community (pairings, participations, contributions, seconded staff) belongs to that community. A community sees of the directory the units
//! that it works with. Any other it can meet only knowing whom it looks for: by the whole credit code, or by the id that registering it gave; from the
//! first record that names the unit on, the community works with it.

pub mod edges;
pub mod mutations;
pub mod object;
pub mod pairing;
pub mod queries;
pub(crate) mod rules;
mod scope;

pub(crate) use mutations::{in_the_directory_already, paired_already};
pub use object::{PartnerUnit, PartnerUnitAlias, PartnerUnitKind};
pub use pairing::{Pairing, PairingFilter, PairingOrder};
pub use queries::{PartnerUnitFilter, PartnerUnitOrder};
