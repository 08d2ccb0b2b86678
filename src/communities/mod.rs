//! Where people live: a community (社区), the unit of access, belongs to a sub-district (街道) and is divided into grids (网格) and buildings (楼栋).

pub mod edges;
pub mod mutations;
pub mod object;
pub mod place_mutations;
pub mod place_queries;
pub mod places;
pub mod queries;
pub mod redraw;
pub(crate) mod scope;
mod today;

pub use object::{Community, SubDistrict};
pub use places::{Building, Grid};
pub(crate) use redraw::open_grid;
pub(crate) use today::{today_at, today_in};
