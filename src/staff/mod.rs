//! Who works for the community (工作人员): staff members, with or without an account of their own, and their dated postings (任职) as secretary, grid worker and
//! so on. Some are seconded by a partner unit (派出单位). Their telephone numbers are sealed like residents'.

pub mod edges;
pub mod mutations;
pub mod object;
pub mod queries;
mod scope;
pub mod work;

pub(crate) use mutations::{follow_grid, open_postings, refuse_without_post};
pub use object::{Posting, PostingRole, StaffMember};
pub use queries::{StaffMemberFilter, StaffMemberOrder};
