//! Cursors carry the place in a list: the values that the list is ordered by. They are encrypted, since those values may be personal, and
//! bound to the list's kind, filter and order, so that a cursor of one list means nothing in another.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Keyring;

impl Keyring {
    /// The same place gives the same cursor (the nonce is derived from it), so that `endCursor` equals the last edge's.
    pub fn seal_cursor(&self, bound_to: &[u8], place: &[u8]) -> String {
        let digest = self.cursor.digest(&[b"cursor nonce", bound_to, place]);
        let nonce = digest.first_chunk().expect("a digest is longer than a nonce");
        URL_SAFE_NO_PAD.encode(self.cursor.encrypt(*nonce, bound_to, place))
    }

    /// The place, if this is a cursor of ours for this very list.
    pub fn open_cursor(&self, bound_to: &[u8], cursor: &str) -> Option<Vec<u8>> {
        // Longer than any cursor that we make, even of a long title; do not decode a megabyte.
        self.open_token(bound_to, cursor, 4096)
    }

    /// As [`Keyring::open_cursor`], of what says more than a place, in so many characters at most.
    pub fn open_token(&self, bound_to: &[u8], token: &str, most: usize) -> Option<Vec<u8>> {
        if token.len() > most {
            return None;
        }
        self.cursor.decrypt(bound_to, &URL_SAFE_NO_PAD.decode(token).ok()?)
    }
}
