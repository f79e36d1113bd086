//! SHA-256 as RFC 6962, section 2.1 uses it: a leaf cannot pass for a node.

use crate::canonical;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The hash of a leaf, of a node, or of a whole tree.
///
/// As text it is padded base64, which is how every C2SP format writes it; its `Debug` is
/// hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// The text is not a hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 44 characters of padded base64; found {found:?}")]
pub struct HashError {
    /// What stood there, cut when long.
    pub found: String,
}

impl Hash {
    /// Its length in bytes.
    pub const LENGTH: usize = 32;

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The root of a tree without leaves: SHA-256 of nothing.
    pub fn empty_root() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of an entry: `SHA-256(0x00 | entry)`.
    pub fn leaf(entry: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update([0]);
        hasher.update(entry);
        Self(hasher.finalize().into())
    }

    /// The hash of a node over its two children: `SHA-256(0x01 | left | right)`.
    pub fn node(left: Self, right: Self) -> Self {
        let mut bytes = [1; 1 + 2 * Self::LENGTH];
        bytes[1..=Self::LENGTH].copy_from_slice(&left.0);
        bytes[1 + Self::LENGTH..].copy_from_slice(&right.0);
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Base64Display::new(&self.0, &STANDARD).fmt(f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        canonical::base64(text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| HashError {
                found: canonical::excerpt(text),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hash_is_that_of_rfc_6962() {
        insta::assert_snapshot!(
            format!("{:?}", Hash::empty_root()),
            @"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        // The hashes of the first two leaves of the RFC's vectors, and of the node over them.
        let (left, right) = (Hash::leaf(b""), Hash::leaf(b"\0"));
        insta::assert_snapshot!(
            format!("{left:?}"),
            @"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        insta::assert_snapshot!(
            format!("{right:?}"),
            @"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
        );
        insta::assert_snapshot!(
            format!("{:?}", Hash::node(left, right)),
            @"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
    }

    #[test]
    fn a_leaf_cannot_pass_for_a_node() {
        let (left, right) = (Hash::leaf(b"left"), Hash::leaf(b"right"));
        let entry = [left.as_bytes().as_slice(), right.as_bytes()].concat();
        assert_ne!(Hash::leaf(&entry), Hash::node(left, right));
        assert_ne!(Hash::node(left, right), Hash::node(right, left));
    }

    #[test]
    fn only_44_characters_of_padded_base64_are_a_hash() {
        let good = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(good.parse(), Ok(Hash::empty_root()));
        for bad in [
            "",
            "=",
            // No padding, bits left over, the URL alphabet, a byte less, a byte more, white space.
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            " 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ] {
            assert!(bad.parse::<Hash>().is_err(), "{bad:?}");
        }
        insta::assert_snapshot!(
            "47DE".parse::<Hash>().unwrap_err(),
            @r#"a hash is 44 characters of padded base64; found "47DE""#
        );
    }

    proptest! {
        #[test]
        fn a_hash_reads_back(bytes: [u8; 32]) {
            let hash = Hash::from_bytes(bytes);
            prop_assert_eq!(hash.to_string().parse(), Ok(hash));
            prop_assert_eq!(format!("{hash:?}"), hex::encode(bytes));
        }
    }
}
