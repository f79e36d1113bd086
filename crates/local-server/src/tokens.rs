//! Tokens for a server on this machine.

use anyhow::Result;
use sha2::{Digest as _, Sha256};

/// A token for each role, on every site. The server only ever sees their digests.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Publishes sites.
    pub owner: String,
    /// Queries proofs.
    pub auditor: String,
    /// Inspects pages.
    pub inspector: String,
    /// Runs the server: makes tokens.
    pub administrator: String,
}

impl Tokens {
    /// New random tokens.
    pub fn random() -> Result<Self> {
        Ok(Self {
            owner: random("owner")?,
            auditor: random("auditor")?,
            inspector: random("inspector")?,
            administrator: random("administrator")?,
        })
    }

    /// The value of the server's `TEMOIN_TOKENS`.
    pub(crate) fn to_environment(&self) -> String {
        let grant = |role: &str, token: &str| {
            let digest = hex::encode(Sha256::digest(token));
            serde_json::json!({ "role": role, "sha256": digest })
        };
        serde_json::json!([
            grant("owner", &self.owner),
            grant("auditor", &self.auditor),
            grant("inspector", &self.inspector),
            grant("administrator", &self.administrator)
        ])
        .to_string()
    }
}

fn random(role: &str) -> Result<String> {
    Ok(format!("temoin_{role}_{}", random_hex::<20>()?))
}

/// Random bytes, in hexadecimal.
pub(crate) fn random_hex<const BYTES: usize>() -> Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
    Ok(hex::encode(bytes))
}
