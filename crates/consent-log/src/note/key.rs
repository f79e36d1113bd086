//! Keys that sign notes and check them.

use super::{NoteError, Signature, is_key_name};
use crate::canonical::{base64, excerpt, to_base64};
use crate::cosignature::{self, MAX_TIME};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// The text of a note: type 1.
    Ed25519,
    /// A checkpoint and the time at which it was seen (C2SP tlog-cosignature): type 4.
    Cosigner,
}

impl KeyKind {
    /// Its number in keys and in what a key's id is made of.
    pub const fn type_byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosigner => 4,
        }
    }

    fn from_type_byte(byte: u8) -> Result<Self, NoteError> {
        match byte {
            1 => Ok(Self::Ed25519),
            4 => Ok(Self::Cosigner),
            found => Err(NoteError::KeyKind { found }),
        }
    }
}

/// The first four bytes of `SHA-256(name | newline | type | key)`.
fn key_id(name: &str, kind: KeyKind, key: &[u8; 32]) -> u32 {
    let mut hasher = Sha256::new();
    hasher.update(name);
    hasher.update([b'\n', kind.type_byte()]);
    hasher.update(key);
    let digest: [u8; 32] = hasher.finalize().into();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

fn check_name(name: &str) -> Result<(), NoteError> {
    if is_key_name(name) {
        Ok(())
    } else {
        Err(NoteError::Name {
            found: excerpt(name),
        })
    }
}

/// Checks signatures. As text it is `NAME+ID+KEY`: the id in hexadecimal, the key in base64 after a
/// byte for its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    kind: KeyKind,
    key: VerifyingKey,
}

impl VerifierKey {
    /// The key of a log, or of anyone who signs notes.
    pub fn ed25519(name: &str, key: [u8; 32]) -> Result<Self, NoteError> {
        Self::new(name, KeyKind::Ed25519, key)
    }

    /// The key of a witness, or of any other cosigner.
    pub fn cosigner(name: &str, key: [u8; 32]) -> Result<Self, NoteError> {
        Self::new(name, KeyKind::Cosigner, key)
    }

    fn new(name: &str, kind: KeyKind, bytes: [u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NoteError::Key)?;
        // Under a key of small order one signature holds for many texts.
        if key.is_weak() {
            return Err(NoteError::Key);
        }
        Ok(Self {
            name: name.to_owned(),
            id: key_id(name, kind, &bytes),
            kind,
            key,
        })
    }

    /// Whose key it is: a log's origin, a witness's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What tells it apart from other keys of that name; not what makes it safe.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What it signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public key.
    pub fn key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Checks what a signature in this key's name has after the id; a cosigner's gives a time.
    pub(super) fn verify(&self, text: &str, signature: &[u8]) -> Result<Option<u64>, NoteError> {
        let bad = || NoteError::BadSignature {
            name: self.name.clone(),
        };
        let (message, signature, time) = match self.kind {
            KeyKind::Ed25519 => (Cow::Borrowed(text), signature, None),
            KeyKind::Cosigner => {
                let (time, signature) = cosignature::split(signature).ok_or_else(bad)?;
                let message = cosignature::message(text, time);
                (Cow::Owned(message), signature, Some(time))
            }
        };
        let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| bad())?;
        self.key
            .verify_strict(message.as_bytes(), &signature)
            .map_err(|_| bad())?;
        Ok(time)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.kind.type_byte()];
        key.extend_from_slice(self.key());
        write!(f, "{}+{:08x}+{}", self.name, self.id, to_base64(&key))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let spelling = || NoteError::VerifierKey {
            found: excerpt(text),
        };
        // Base64 may have a plus too.
        let [name, id, key] = text
            .splitn(3, '+')
            .collect::<Vec<_>>()
            .try_into()
            .map_err(|_| spelling())?;
        let found = read_id(id).ok_or_else(spelling)?;
        let key = base64(key).ok_or_else(spelling)?;
        let (kind, key) = key.split_first().ok_or_else(spelling)?;
        let kind = KeyKind::from_type_byte(*kind)?;
        let key = key
            .try_into()
            .map_err(|_| NoteError::KeyLength { found: key.len() })?;
        let key = Self::new(name, kind, key)?;
        if key.id == found {
            Ok(key)
        } else {
            Err(NoteError::KeyId {
                expected: key.id,
                found,
            })
        }
    }
}

fn read_id(text: &str) -> Option<u32> {
    let lower_case_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == 8 && text.bytes().all(lower_case_hex) {
        u32::from_str_radix(text, 16).ok()
    } else {
        None
    }
}

/// Signs. The secret is wiped from memory with the key, and never written anywhere.
#[derive(Clone)]
pub struct SignerKey {
    secret: SigningKey,
    verifier: VerifierKey,
}

impl SignerKey {
    /// The key of a log, from the 32 secret bytes that Ed25519 calls the seed.
    pub fn ed25519(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Self::new(name, KeyKind::Ed25519, seed)
    }

    /// The key of a cosigner, from its seed.
    pub fn cosigner(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Self::new(name, KeyKind::Cosigner, seed)
    }

    fn new(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let secret = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, kind, secret.verifying_key().to_bytes())?;
        Ok(Self { secret, verifier })
    }

    /// What checks its signatures: those of [`sign`](Self::sign) for a key made by
    /// [`ed25519`](Self::ed25519), of [`cosign`](Self::cosign) for one made by
    /// [`cosigner`](Self::cosigner).
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    /// Signs the text of a note.
    pub fn sign(&self, text: &str) -> Signature {
        let signature = self.secret.sign(text.as_bytes());
        self.signature(KeyKind::Ed25519, signature.to_bytes().to_vec())
    }

    /// Says that at that time, in seconds since 1970, this was the newest checkpoint seen of the
    /// log. The body is the whole text of the checkpoint's note.
    pub fn cosign(&self, checkpoint_body: &str, time_seconds: u64) -> Signature {
        // The format has no later time.
        let time = time_seconds.min(MAX_TIME);
        let message = cosignature::message(checkpoint_body, time);
        let signature = self.secret.sign(message.as_bytes());
        self.signature(
            KeyKind::Cosigner,
            cosignature::join(time, &signature.to_bytes()),
        )
    }

    fn signature(&self, kind: KeyKind, bytes: Vec<u8>) -> Signature {
        let name = self.verifier.name.clone();
        let id = if kind == self.verifier.kind {
            self.verifier.id
        } else {
            key_id(&name, kind, self.verifier.key())
        };
        Signature { name, id, bytes }
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::SignedNote;
    use proptest::prelude::*;

    const NAME: &str = "log.example/demo";
    const TEXT: &str = "a text\n";

    fn log() -> SignerKey {
        SignerKey::ed25519(NAME, &[1; 32]).unwrap()
    }

    fn witness() -> SignerKey {
        SignerKey::cosigner("witness.example/w", &[2; 32]).unwrap()
    }

    fn note(signatures: impl Into<Vec<Signature>>) -> SignedNote {
        SignedNote {
            text: TEXT.to_owned(),
            signatures: signatures.into(),
        }
    }

    fn not_signed(key: &VerifierKey) -> Result<Option<u64>, NoteError> {
        Err(NoteError::NotSigned {
            name: key.name().to_owned(),
        })
    }

    fn bad_signature(key: &VerifierKey) -> Result<Option<u64>, NoteError> {
        Err(NoteError::BadSignature {
            name: key.name().to_owned(),
        })
    }

    fn verified(note: &SignedNote, key: &VerifierKey) -> Result<Option<u64>, NoteError> {
        note.verified_by(key).map(|verified| verified.time)
    }

    #[test]
    fn a_key_checks_what_it_signed() {
        let key = log().verifier();
        assert_eq!(verified(&note([log().sign(TEXT)]), &key), Ok(None));
        let witness_key = witness().verifier();
        let cosigned = note([log().sign(TEXT), witness().cosign(TEXT, 1_800_000_000)]);
        assert_eq!(verified(&cosigned, &key), Ok(None));
        assert_eq!(verified(&cosigned, &witness_key), Ok(Some(1_800_000_000)));
    }

    #[test]
    fn signatures_of_others_are_passed_over() {
        let key = log().verifier();
        let signature = log().sign(TEXT);
        let other_name = Signature {
            name: "other.example".to_owned(),
            ..signature.clone()
        };
        let other_id = Signature {
            id: signature.id ^ 1,
            ..signature.clone()
        };
        assert_eq!(
            verified(&note([other_name.clone(), other_id.clone()]), &key),
            not_signed(&key)
        );
        assert_eq!(
            verified(&note([other_name, other_id, signature]), &key),
            Ok(None)
        );
        assert_eq!(verified(&note([]), &key), not_signed(&key));
        // The same key and name, for another purpose.
        assert_eq!(
            verified(&note([log().cosign(TEXT, 1)]), &key),
            not_signed(&key)
        );
        assert_eq!(
            verified(&note([witness().sign(TEXT)]), &witness().verifier()),
            not_signed(&witness().verifier())
        );
    }

    #[test]
    fn a_signature_of_another_text_does_not_hold() {
        for (signer, signature) in [
            (log(), log().sign("another text\n")),
            (witness(), witness().cosign("another text\n", 1)),
        ] {
            let key = signer.verifier();
            assert_eq!(verified(&note([signature]), &key), bad_signature(&key));
        }
    }

    #[test]
    fn a_signature_with_any_bit_wrong_does_not_hold() {
        for (key, signature) in [
            (log().verifier(), log().sign(TEXT)),
            (witness().verifier(), witness().cosign(TEXT, 1_800_000_000)),
        ] {
            for bit in 0..signature.bytes.len() * 8 {
                let mut wrong = signature.clone();
                wrong.bytes[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(verified(&note([wrong]), &key), bad_signature(&key), "{bit}");
            }
            for length in [1, 7, 8, 63, 65, 71, 73, 128] {
                let mut wrong = signature.clone();
                if length != wrong.bytes.len() {
                    wrong.bytes.resize(length, 0);
                    assert_eq!(verified(&note([wrong]), &key), bad_signature(&key));
                }
            }
        }
    }

    #[test]
    fn a_bad_signature_is_not_made_good_by_another() {
        let key = log().verifier();
        let (good, bad) = (log().sign(TEXT), log().sign("another text\n"));
        assert_eq!(
            verified(&note([good.clone(), good.clone()]), &key),
            Ok(None)
        );
        assert_eq!(
            verified(&note([good.clone(), bad.clone()]), &key),
            bad_signature(&key)
        );
        assert_eq!(verified(&note([bad, good]), &key), bad_signature(&key));
    }

    #[test]
    fn the_newest_cosignature_counts() {
        let key = witness().verifier();
        let times = [5, 9, 7].map(|time| witness().cosign(TEXT, time));
        assert_eq!(verified(&note(times), &key), Ok(Some(9)));
    }

    #[test]
    fn a_cosignature_has_no_later_time_than_the_format() {
        let key = witness().verifier();
        let latest = witness().cosign(TEXT, u64::MAX);
        assert_eq!(verified(&note([latest]), &key), Ok(Some(MAX_TIME)));
        // One that a cosigner of its own making has signed nevertheless.
        let message = cosignature::message(TEXT, MAX_TIME + 1);
        let signature = witness().secret.sign(message.as_bytes());
        let beyond = Signature {
            bytes: cosignature::join(MAX_TIME + 1, &signature.to_bytes()),
            ..witness().cosign(TEXT, 0)
        };
        assert_eq!(verified(&note([beyond]), &key), bad_signature(&key));
    }

    #[test]
    fn a_name_has_no_space_and_no_plus() {
        for name in [
            "",
            " ",
            "a b",
            "a+b",
            "a\u{a0}b",
            "a\u{3000}",
            "a\n",
            "a\u{1}",
            "\u{85}",
        ] {
            let error = Err(NoteError::Name {
                found: name.to_owned(),
            });
            assert_eq!(SignerKey::ed25519(name, &[1; 32]).map(drop), error);
            assert_eq!(
                VerifierKey::cosigner(name, *log().verifier().key()).map(drop),
                error
            );
        }
        assert!(SignerKey::ed25519("é\u{2014}=/:", &[1; 32]).is_ok());
    }

    #[test]
    fn a_key_under_which_anything_holds_is_refused() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        // The points of order 1 and 4, and no point at all.
        for key in [neutral, [0; 32], {
            let mut no_point = [0; 32];
            no_point[0] = 2;
            no_point
        }] {
            assert_eq!(VerifierKey::ed25519(NAME, key), Err(NoteError::Key));
        }
    }

    #[test]
    fn a_verifier_key_has_one_spelling() {
        let good = log().verifier().to_string();
        assert_eq!(good.parse(), Ok(log().verifier()));
        let [name, id, key] = good.splitn(3, '+').collect::<Vec<_>>().try_into().unwrap();
        for bad in [
            String::new(),
            name.to_owned(),
            format!("{name}+{id}"),
            format!("{name}+{id}+"),
            format!("{name}+{id}+{key}="),
            format!("{name}+{id}+{key}\n"),
            format!("{name}+{id}+ {key}"),
            format!("{name}+{}+{key}", id.to_uppercase()),
            format!("{name}+0{id}+{key}"),
            format!("{name}+{}+{key}", &id[1..]),
            format!("{name}++{id}+{key}"),
        ] {
            let error = bad.parse::<VerifierKey>().unwrap_err();
            assert!(
                matches!(error, NoteError::VerifierKey { .. }),
                "{bad}: {error}"
            );
        }
        let error = |text: &str| text.parse::<VerifierKey>().unwrap_err().to_string();
        insta::assert_snapshot!(
            error("nothing"),
            @r#"a verifier key is NAME+ID+KEY, the id in 8 lower-case hexadecimal digits, the key in padded base64; found "nothing""#
        );
        insta::assert_snapshot!(
            error(&format!("+{id}+{key}")),
            @r#"a key's name has at least a character, no space, no `+`; found """#
        );
        insta::assert_snapshot!(
            error(&format!("{name}+00000000+{key}")),
            @"the id of the key is db07a3b9; found 00000000"
        );
        insta::assert_snapshot!(
            error(&format!("other.example+{id}+{key}")),
            @"the id of the key is 5863ac62; found db07a3b9"
        );
        insta::assert_snapshot!(
            error(&format!("{name}+{id}+{}", to_base64(&[1; 34]))),
            @"an Ed25519 key is 32 bytes; found 33"
        );
        insta::assert_snapshot!(
            error(&format!("{name}+{id}+{}", to_base64(&[2; 33]))),
            @"a key's type is 1 (Ed25519) or 4 (cosignature/v1); found 2"
        );
    }

    #[test]
    fn the_secret_shows_nowhere() {
        let shown = format!("{:?}", log());
        assert_eq!(shown, format!("SignerKey({})", log().verifier()));
        assert!(!shown.contains(&to_base64(&[1; 32])));
    }

    #[test]
    fn the_secret_is_wiped() {
        const fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<SigningKey>();
    }

    proptest! {
        #[test]
        fn a_verifier_key_reads_back(seed: [u8; 32], name in "[^\\p{Z}\\p{Cc}+]{1,20}", cosigner: bool) {
            let signer = if cosigner {
                SignerKey::cosigner(&name, &seed)
            } else {
                SignerKey::ed25519(&name, &seed)
            };
            let key = signer.unwrap().verifier();
            prop_assert_eq!(key.to_string().parse(), Ok(key.clone()));
            prop_assert_eq!(key.kind() == KeyKind::Cosigner, cosigner);
        }
    }
}
