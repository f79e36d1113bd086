//! The keys of the logs: each derived from one secret, over the origin that it signs for.

use crate::http::error::ApiError;
use consent_core::{LogOrigin, ServerName};
use consent_log::SignerKey;
use hkdf::Hkdf;
use sha2::Sha256;
use worker::Env;

/// The environment variable that holds the secret: 64 hexadecimal digits.
const SECRET: &str = "TEMOIN_SECRET";
/// The environment variable that holds the server's name.
const NAME: &str = "TEMOIN_NAME";

/// The secret that every log's key is derived from. Whoever has it can sign for every log of this
/// server, but cannot change a checkpoint that was signed before and that others have kept.
pub struct MasterSecret([u8; 32]);

impl MasterSecret {
    fn parse(text: &str) -> Result<Self, ApiError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| {
            ApiError::Internal(format!(
                "{SECRET} must be 64 hexadecimal digits, kept secret"
            ))
        })?;
        Ok(Self(bytes))
    }

    /// The key that signs the checkpoints of one log: Ed25519 (RFC 8032), its seed by HKDF-SHA-256
    /// (RFC 5869) with the origin in the context.
    fn key(&self, origin: &LogOrigin) -> Result<SignerKey, ApiError> {
        let mut seed = [0; 32];
        let context = format!("temoin log key v1\n{origin}");
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(context.as_bytes(), &mut seed)
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        SignerKey::ed25519(origin.as_str(), &seed)
            .map_err(|error| ApiError::Internal(error.to_string()))
    }
}

/// The server's name and secret.
pub struct LogKeys {
    /// The server's name: every origin begins with it.
    pub server: ServerName,
    secret: MasterSecret,
}

impl LogKeys {
    /// Reads both from the environment.
    pub fn from_env(env: &Env) -> Result<Self, ApiError> {
        let read = |name: &str| {
            let value = env.var(name).map(|value| value.to_string());
            value.map_err(|error| ApiError::Internal(format!("{name} is not set: {error}")))
        };
        Ok(Self {
            server: read(NAME)?
                .parse()
                .map_err(|error| ApiError::Internal(format!("{NAME} {error}")))?,
            secret: MasterSecret::parse(&read(SECRET)?)?,
        })
    }

    /// Those of a test.
    #[cfg(test)]
    pub fn of_test() -> Self {
        Self {
            server: "temoin.example".parse().unwrap(),
            secret: MasterSecret([1; 32]),
        }
    }

    /// Fails unless this is the server of that name.
    pub fn require(&self, server: &ServerName) -> Result<(), ApiError> {
        if *server == self.server {
            Ok(())
        } else {
            Err(ApiError::UnknownLog)
        }
    }

    /// The key of one log.
    pub fn key(&self, origin: &LogOrigin) -> Result<SignerKey, ApiError> {
        self.secret.key(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_unchanged() {
        let secret = MasterSecret::parse(&"01".repeat(32)).unwrap();
        let key = |origin: &str| {
            let key = secret.key(&origin.parse().unwrap()).unwrap();
            key.verifier().to_string()
        };
        insta::assert_snapshot!(key("temoin.example/relais/2026q4/0"), @"temoin.example/relais/2026q4/0+db8f37d9+AVnI0B2xD3oeIDctg6Uvb8cwB5/q3H4I1nplAEuMIObx");
        insta::assert_snapshot!(key("temoin.example/relais/2027q1/0"), @"temoin.example/relais/2027q1/0+41ace5a1+Ae9NOFZcyg4REIId2ndY056uekObsD2uVagQlgZ9ptXM");
    }

    #[test]
    fn a_secret_that_is_none_is_named_and_not_told() {
        for bad in ["", "01", &"0g".repeat(32), &"01".repeat(33)] {
            let Err(error) = MasterSecret::parse(bad) else {
                panic!("{bad}");
            };
            assert!(error.to_string().contains("the server failed"));
        }
    }
}
