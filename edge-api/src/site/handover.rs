//! Hands a choice over from one of a site's origins to another, by a signed and short-lived token that
//! stands for the visitor's receipt.
//!
//! Nothing is stored: the token contains everything, and is signed with the site's key.

use crate::storage::secret_key::SecretKey;
use consent_core::calendar::Timestamp;
use consent_core::{ConsentId, ReceiptId, SiteId};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// The largest request that is read, in bytes.
pub const LARGEST_REQUEST_BYTES: usize = 1024;

/// How long a token lives, in seconds: as long as following a link takes.
const LIFETIME_SECONDS: i64 = 60;

/// The body of `POST /v1/sites/SITE/handovers`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The choice to hand over.
    pub receipt: ReceiptId,
    /// The secret of its holder.
    pub consent_id: ConsentId,
}

/// The answer to it.
#[derive(Serialize)]
pub struct HandoverToken {
    /// What the other origin's page sends: [`HandOver::token`].
    pub token: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The answer to `GET /v1/sites/SITE/handovers/TOKEN`.
#[derive(Serialize)]
pub struct RedeemedHandover {
    /// The text of a [`consent_core::StoredChoice`].
    pub choice: String,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The choice that is handed over.
    pub receipt: ReceiptId,
    /// When the token expires.
    pub expires_at: Timestamp,
}

impl HandOver {
    /// Hands over this choice from now on.
    pub fn new(receipt: ReceiptId, now: Timestamp) -> Self {
        Self {
            receipt,
            expires_at: now.saturating_add_seconds(LIFETIME_SECONDS),
        }
    }

    /// `SITE.REPORT.EXPIRES_MS.MAC`
    pub fn token(&self, key: &SecretKey) -> String {
        let Self {
            receipt,
            expires_at,
        } = self;
        let millis = expires_at.as_millis();
        // The first line separates it from everything else that this key signs.
        let mac = key.mac(format!("temoin hand-over v1\n{receipt}\n{millis}").as_bytes());
        format!("{receipt}.{millis}.{}", hex::encode(mac))
    }

    /// The receipt that a token names. The token may be false.
    pub fn receipt(token: &str) -> Option<ReceiptId> {
        let (site, rest) = token.split_once('.')?;
        let (report, _) = rest.split_once('.')?;
        format!("{site}.{report}").parse().ok()
    }

    /// Reads a token; `None` unless it was made for this site with this key, byte for byte, and has not
    /// expired.
    pub fn read(token: &str, site: &SiteId, key: &SecretKey, now: Timestamp) -> Option<Self> {
        let (said, _) = token.rsplit_once('.')?;
        let (receipt, millis) = said.rsplit_once('.')?;
        let hand_over = Self {
            receipt: receipt.parse().ok()?,
            expires_at: Timestamp::from_millis(millis.parse().ok()?).ok()?,
        };
        let given = hand_over.token(key);
        let genuine = bool::from(given.as_bytes().ct_eq(token.as_bytes()));
        (genuine && hand_over.receipt.site == *site && now < hand_over.expires_at)
            .then_some(hand_over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIPT: &str = "relais.000102030405060708090a0b0c0d0e0f";

    fn key() -> SecretKey {
        SecretKey::new(vec![7; 32])
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn given() -> (HandOver, String) {
        let hand_over = HandOver::new(RECEIPT.parse().unwrap(), at("2026-11-22T10:00:00Z"));
        let token = hand_over.token(&key());
        (hand_over, token)
    }

    fn read(token: &str, site: &str, now: &str) -> Option<HandOver> {
        HandOver::read(token, &site.parse().unwrap(), &key(), at(now))
    }

    #[test]
    fn format_unchanged() {
        insta::assert_snapshot!(given().1, @"relais.000102030405060708090a0b0c0d0e0f.1795341660000.6ae3addf808a3c0cb9bdcdb052ed72a7c8d2c0a0aac5dbdf8d01be39cba4d731");
    }

    #[test]
    fn a_token_names_its_receipt() {
        let (hand_over, token) = given();
        assert_eq!(HandOver::receipt(&token), Some(hand_over.receipt));
        for none in ["", "relais", "relais.00", "relais.00.1"] {
            assert_eq!(HandOver::receipt(none), None, "{none}");
        }
    }

    #[test]
    fn a_token_is_good_for_a_minute() {
        let (hand_over, token) = given();
        for now in ["2026-11-22T10:00:00Z", "2026-11-22T10:00:59.999Z"] {
            assert_eq!(
                read(&token, "relais", now).as_ref(),
                Some(&hand_over),
                "{now}"
            );
        }
        assert_eq!(read(&token, "relais", "2026-11-22T10:01:00Z"), None);
    }

    #[test]
    fn a_token_of_another_site_or_key_is_none() {
        let (_, token) = given();
        let now = "2026-11-22T10:00:01Z";
        assert_eq!(read(&token, "autre", now), None);
        let other = SecretKey::new(vec![8; 32]);
        let site = "relais".parse().unwrap();
        assert_eq!(HandOver::read(&token, &site, &other, at(now)), None);
    }

    #[test]
    fn a_token_has_one_spelling() {
        let (_, token) = given();
        let now = "2026-11-22T10:00:01Z";
        let (said, mac) = token.rsplit_once('.').unwrap();
        let (receipt, millis) = said.rsplit_once('.').unwrap();
        for other in [
            String::new(),
            "...".to_owned(),
            said.to_owned(),
            format!("{said}."),
            format!("{token}."),
            format!("{token} "),
            format!("{token}0"),
            token[..token.len() - 1].to_owned(),
            format!("{said}.{}", mac.to_uppercase()),
            format!("{said}.{}", "0".repeat(64)),
            format!("{receipt}.0{millis}.{mac}"),
            format!("{receipt}.+{millis}.{mac}"),
            format!("{receipt}.-{millis}.{mac}"),
            format!("{receipt}.{}.{mac}", "9".repeat(30)),
            format!("{receipt}.{}.{mac}", millis.parse::<i64>().unwrap() + 1),
            format!("{}.{millis}.{mac}", RECEIPT.replace("0f", "10")),
        ] {
            assert_eq!(read(&other, "relais", now), None, "{other}");
        }
    }
}
