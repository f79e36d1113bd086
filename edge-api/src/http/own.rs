//! The server's own origins: where visitors, owners and auditors reach it.
//!
//! The operator says them (`TEMOIN_ORIGINS`). A request does not: behind a proxy its scheme is another one, and anyone
//! can send a `Host`. What is published names the first of them, and no site's pages ever pass through one of them.

use crate::http::error::ApiError;
use crate::setting;
use consent_core::text::Origin;
use worker::Env;

/// The environment variable that lists them, separated by spaces; the first is the one that tags name.
const ORIGINS: &str = "TEMOIN_ORIGINS";

/// The server's own origins, at least one.
pub struct OwnOrigins {
    first: Origin,
    others: Vec<Origin>,
}

impl OwnOrigins {
    /// Reads the setting. Without it nothing can be published.
    pub fn from_env(env: &Env) -> Result<Self, ApiError> {
        let text = setting::read(env, ORIGINS);
        Self::parse(&text.unwrap_or_default()).map_err(|why| ApiError::Setting {
            name: ORIGINS,
            why: format!(
                "{why}; set it to where this server is reached: https://consent.example.org"
            ),
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let origins = text.split_whitespace().map(|origin| {
            let parsed: Result<Origin, _> = origin.parse();
            parsed.map_err(|error| format!("{origin} {error}"))
        });
        let mut origins = origins.collect::<Result<Vec<_>, _>>()?.into_iter();
        let first = origins.next().ok_or("is not set")?;
        let others = origins.collect();
        Ok(Self { first, others })
    }

    /// The one that tags name.
    pub const fn first(&self) -> &Origin {
        &self.first
    }

    /// Whether a host, with its port if it is not the scheme's own, is the server itself.
    pub fn has(&self, authority: &str) -> bool {
        let mut all = std::iter::once(&self.first).chain(&self.others);
        all.any(|origin| origin.authority() == authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_lists_origins() {
        let own = OwnOrigins::parse(" https://a.example  http://127.0.0.1:8787\n").unwrap();
        assert_eq!(own.first().as_str(), "https://a.example");
        for mine in ["a.example", "127.0.0.1:8787"] {
            assert!(own.has(mine), "{mine}");
        }
        for other in ["", "b.a.example", "127.0.0.1", "a.example:8443"] {
            assert!(!own.has(other), "{other}");
        }
        for wrong in [
            "",
            " ",
            "a.example",
            "https://a.example/",
            "http://a.example",
        ] {
            assert!(OwnOrigins::parse(wrong).is_err(), "{wrong}");
        }
    }
}
