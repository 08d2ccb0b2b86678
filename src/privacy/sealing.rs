//! Sealing and opening single values: XChaCha20-Poly1305 with a random nonce, bound to the column that the value lives in.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use entity::sealed::{BlindIndex, Sealed};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

use crate::error::{Error, Result};

const NONCE: usize = 24;

/// What a sealed value is bound to: a value copied into another column does not open there. Not bound to the row, since a merge moves values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    ResidentIdDocument,
    ResidentPhone,
    StaffPhone,
    VisitNote,
    EventPayload,
    AuditReason,
    DataKey,
}

impl Column {
    fn label(self) -> &'static [u8] {
        match self {
            Column::ResidentIdDocument => b"resident.id_document",
            Column::ResidentPhone => b"resident.phone",
            Column::StaffPhone => b"staff_member.phone",
            Column::VisitNote => b"visit.note",
            Column::EventPayload => b"event.payload",
            Column::AuditReason => b"audit_entry.reason",
            Column::DataKey => b"data_key.wrapped",
        }
    }
}

/// 256 bits that open something. Wiped from memory when dropped, absent from `Debug`.
pub struct DataKey(SecretBox<[u8; 32]>);

impl DataKey {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        Self::from_bytes(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    pub fn seal(&self, column: Column, plain: &[u8]) -> Sealed {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).expect("the operating system gives random bytes");
        Sealed::from_bytes(self.encrypt(nonce, column.label(), plain))
    }

    pub fn open(&self, column: Column, sealed: &Sealed) -> Result<Vec<u8>> {
        self.decrypt(column.label(), sealed.as_bytes())
            .ok_or_else(|| Error::internal(format!("a sealed value of {column:?} does not open with its key")))
    }

    pub fn open_text(&self, column: Column, sealed: &Sealed) -> Result<String> {
        String::from_utf8(self.open(column, sealed)?).map_err(Error::internal)
    }

    /// The nonce in front of the ciphertext.
    pub(super) fn encrypt(&self, nonce: [u8; NONCE], bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        let cipher = XChaCha20Poly1305::new(self.bytes().into());
        let payload = Payload { msg: plain, aad: bound_to };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).expect("the text is far below the cipher's limit");
        [nonce.as_slice(), &sealed].concat()
    }

    pub(super) fn decrypt(&self, bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let cipher = XChaCha20Poly1305::new(self.bytes().into());
        cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound_to }).ok()
    }

    /// A keyed digest of `parts`, each preceded by its length, so that no two lists of parts run together.
    pub fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac =
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.bytes()).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    pub fn index(&self, column: Column, normalised: &str) -> BlindIndex {
        BlindIndex::from_bytes(self.digest(&[column.label(), normalised.as_bytes()]).to_vec())
    }
}
