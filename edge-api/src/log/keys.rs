//! The keys of the logs: each derived from a secret of the server, over the origin that it signs for.
//!
//! A log keeps the key that signed its first checkpoint: the id of that key is in each of its checkpoints (C2SP
//! signed-note, "Key IDs"), and says which of the server's secrets goes on with the log. A new log takes the newest.

use crate::http::error::ApiError;
use crate::setting;
use consent_core::{LogOrigin, ServerName};
use consent_log::{Signature, SignedNote, SignerKey};
use hkdf::Hkdf;
use sha2::Sha256;
use worker::Env;

/// The environment variable that holds the secret: 64 hexadecimal digits.
const SECRET: &str = "TEMOIN_SECRET";
/// The environment variable that holds the secrets before that one, separated by spaces; it may be absent.
pub const PREVIOUS: &str = "TEMOIN_SECRET_PREVIOUS";
/// The environment variable that holds the server's name.
const NAME: &str = "TEMOIN_NAME";

/// A secret that logs' keys are derived from. Whoever has it can sign for every log of this
/// server, but cannot change a checkpoint that was signed before and that others have kept.
pub struct MasterSecret([u8; 32]);

impl MasterSecret {
    fn parse(name: &str, text: &str) -> Result<Self, ApiError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| {
            ApiError::Internal(format!("{name} must be 64 hexadecimal digits, kept secret"))
        })?;
        Ok(Self(bytes))
    }

    /// A key for one use: HKDF-SHA-256 (RFC 5869) with the use in the context.
    fn derive(&self, context: &str) -> Result<[u8; 32], ApiError> {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(context.as_bytes(), &mut key)
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        Ok(key)
    }

    /// The key that signs the checkpoints of one log: Ed25519 (RFC 8032), its seed derived with the origin in the context.
    fn key(&self, origin: &LogOrigin) -> Result<SignerKey, ApiError> {
        let seed = self.derive(&format!("temoin log key v1\n{origin}"))?;
        SignerKey::ed25519(origin.as_str(), &seed)
            .map_err(|error| ApiError::Internal(error.to_string()))
    }
}

/// The server's name and secret.
pub struct LogKeys {
    /// The server's name: every origin begins with it.
    pub server: ServerName,
    /// That of new logs.
    newest: MasterSecret,
    /// Those of logs that were made before it was set.
    previous: Vec<MasterSecret>,
}

impl LogKeys {
    /// Reads both from the environment.
    pub fn from_env(env: &Env) -> Result<Self, ApiError> {
        let read = |name: &str| {
            setting::read(env, name).ok_or_else(|| ApiError::Internal(format!("{name} is not set")))
        };
        let previous = setting::read(env, PREVIOUS).unwrap_or_default();
        let previous = previous
            .split_ascii_whitespace()
            .map(|secret| MasterSecret::parse(PREVIOUS, secret));
        Ok(Self {
            server: read(NAME)?
                .parse()
                .map_err(|error| ApiError::Internal(format!("{NAME} {error}")))?,
            newest: MasterSecret::parse(SECRET, &read(SECRET)?)?,
            previous: previous.collect::<Result<_, _>>()?,
        })
    }

    /// Those of a test.
    #[cfg(test)]
    pub fn of_test() -> Self {
        Self {
            server: "temoin.example".parse().unwrap(),
            newest: MasterSecret([1; 32]),
            previous: Vec::new(),
        }
    }

    /// The keys for another use than a log's: that of the newest secret, then those of the secrets before it.
    pub fn derive(&self, context: &str) -> Result<Vec<[u8; 32]>, ApiError> {
        let secrets = std::iter::once(&self.newest).chain(&self.previous);
        secrets.map(|secret| secret.derive(context)).collect()
    }

    /// Fails unless this is the server of that name.
    pub fn require(&self, server: &ServerName) -> Result<(), ApiError> {
        if *server == self.server {
            Ok(())
        } else {
            Err(ApiError::UnknownLog)
        }
    }

    /// The key of one log: that of its last checkpoint, or the newest where it has none yet.
    ///
    /// # Errors
    ///
    /// [`ApiError::MissingKey`] if none of the server's secrets gives the key that signed the checkpoint: the log
    /// never gets another key.
    pub fn key(
        &self,
        origin: &LogOrigin,
        checkpoint: Option<&SignedNote>,
    ) -> Result<SignerKey, ApiError> {
        let Some(note) = checkpoint else {
            return self.newest.key(origin);
        };
        for secret in std::iter::once(&self.newest).chain(&self.previous) {
            let key = secret.key(origin)?;
            let verifier = key.verifier();
            let signed = |signature: &Signature| {
                signature.name == verifier.name() && signature.id == verifier.id()
            };
            if note.signatures.iter().any(signed) {
                return Ok(key);
            }
        }
        Err(ApiError::MissingKey(origin.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_log::{Checkpoint, Hash};

    #[test]
    fn keys_unchanged() {
        let secret = MasterSecret::parse(SECRET, &"01".repeat(32)).unwrap();
        let key = |origin: &str| {
            let key = secret.key(&origin.parse().unwrap()).unwrap();
            key.verifier().to_string()
        };
        insta::assert_snapshot!(key("temoin.example/relais/2026q4/0"), @"temoin.example/relais/2026q4/0+db8f37d9+AVnI0B2xD3oeIDctg6Uvb8cwB5/q3H4I1nplAEuMIObx");
        insta::assert_snapshot!(key("temoin.example/relais/2027q1/0"), @"temoin.example/relais/2027q1/0+41ace5a1+Ae9NOFZcyg4REIId2ndY056uekObsD2uVagQlgZ9ptXM");
    }

    #[test]
    fn a_log_keeps_the_key_of_its_checkpoint_and_a_new_one_gets_the_newest() {
        let origin: LogOrigin = "temoin.example/relais/2026q4/0".parse().unwrap();
        let of = |newest: u8, previous: &[u8]| LogKeys {
            newest: MasterSecret([newest; 32]),
            previous: previous
                .iter()
                .map(|byte| MasterSecret([*byte; 32]))
                .collect(),
            ..LogKeys::of_test()
        };
        let key = |keys: &LogKeys, note| {
            let key = keys.key(&origin, note);
            key.map(|key| key.verifier().to_string())
                .map_err(|error| error.to_string())
        };
        let first = of(1, &[]);
        let note = Checkpoint {
            origin: origin.to_string(),
            size: 0,
            root: Hash::empty_root(),
            extensions: Vec::new(),
        };
        let note = note.sign(&first.key(&origin, None).unwrap());
        let as_first = key(&first, None);
        for rotated in [of(2, &[1]), of(3, &[2, 1]), of(1, &[]), of(1, &[2])] {
            assert_eq!(key(&rotated, Some(&note)), as_first);
        }
        assert_ne!(key(&of(2, &[1]), None), as_first);
        for without in [of(2, &[]), of(2, &[3])] {
            let error = key(&without, Some(&note)).unwrap_err();
            assert!(
                error.contains(PREVIOUS) && error.contains(origin.as_str()),
                "{error}"
            );
        }
    }

    #[test]
    fn a_secret_that_is_none_is_named_and_not_told() {
        for bad in ["", "01", &"0g".repeat(32), &"01".repeat(33)] {
            let Err(error) = MasterSecret::parse(SECRET, bad) else {
                panic!("{bad}");
            };
            assert!(error.to_string().contains("the server failed"));
        }
    }
}
