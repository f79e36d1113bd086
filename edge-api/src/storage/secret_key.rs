//! The random keys of a site's object, and what they make.

use super::error::StoreError;
use consent_core::ConsentId;
use consent_core::ident::SubjectTag;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// So many random bytes: of a key, a salt, an id.
pub fn random_bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], StoreError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::NoRandomness(error.to_string()))?;
    Ok(bytes)
}

/// Random bytes that are never told. A log's own key knows its visitors again, and is destroyed with
/// the proofs; a site's signs hand-overs.
pub struct SecretKey(Vec<u8>);

impl SecretKey {
    /// The key from where it is kept.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes of a new key.
    pub fn random() -> Result<Vec<u8>, StoreError> {
        Ok(random_bytes::<32>()?.to_vec())
    }

    /// The visitor who has this secret, as the log of this key knows them: the first 16 bytes.
    pub fn subject_tag(&self, secret: ConsentId) -> SubjectTag {
        let mut tag = [0; 16];
        tag.copy_from_slice(&self.mac(secret.as_bytes())[..16]);
        SubjectTag::from_bytes(tag)
    }

    /// HMAC-SHA-256 (RFC 2104). What is signed besides secrets must be longer than their 16 bytes,
    /// so that nothing signed is ever a subject tag.
    ///
    /// # Panics
    ///
    /// Never: HMAC takes a key of any length.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_the_beginning_of_the_mac() {
        // RFC 4231, test case 2.
        let key = SecretKey::new(b"Jefe".to_vec());
        let mac = key.mac(b"what do ya want for nothing?");
        assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        let secret = ConsentId::from_bytes(*b"sixteen bytes it");
        let mac = key.mac(secret.as_bytes());
        assert_eq!(key.subject_tag(secret).as_bytes()[..], mac[..16]);
    }
}
