//! Attachments (附件): photos and documents. A file comes in by `POST /uploads` and is its sender's alone; the mutation that names it makes it part of a
//! request or a visit, and from then on whoever reads the words of that reads the file too. What is not used within a day goes.

mod arriving;
mod bucket;
mod expire;
mod keep;
mod link;
pub mod object;
mod picture;
mod store;

pub use arriving::{Arrived, Arriving, Stopped, no_disk};
pub use bucket::Bucket;
pub use expire::{keep, sweep};
pub use keep::{keep_file, may_upload, readable, refuse_hoard};
pub(crate) use link::{Owner, attach, given};
pub use object::Attachment;
pub use picture::not_kept;
pub use store::{Found, Place, Store};

/// The longest file, in bytes.
pub const LIMIT: usize = 10 * 1024 * 1024;
