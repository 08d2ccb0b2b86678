//! The audit stream (审计记录): who signed in, who was shown what in full, what was taken out and what was refused. Events tell what became of the records and
//! are followed by other systems; this tells how the records are used, is read by those who look into that, and never enters the feed.
//!
//! A slice calls [`note`] in the transaction of what it does, so that nothing is shown without its entry; for what is refused, and therefore has no transaction
//! of its own, there is [`note_apart`].

mod mutations;
mod note;
mod object;
mod queries;
mod reveal;

pub use entity::audit_entry::AuditKind;
pub use mutations::AuditMutations;
pub use note::{Entry, Origin, forbidden, note, note_apart, note_by_command};
pub use object::AuditEntry;
pub use queries::AuditQueries;
