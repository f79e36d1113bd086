//! Hands a choice over from one of a site's origins to another, by a signed and short-lived token that
//! stands for the visitor's receipt.
//!
//! A choice is taken over only in the browser that made it. Whoever makes up an answer gets a token as well; but the page
//! that shows a token must have been opened from a page of the origin that asked for it, as the browser says it
//! (`document.referrer`), and a token is good once, for one minute, for the one origin that it was made for.
//!
//! The token itself contains everything, and is signed with the site's key. That it was used is remembered in memory only,
//! for that minute.

use crate::storage::secret_key::SecretKey;
use consent_core::calendar::Timestamp;
use consent_core::{ReceiptId, SiteId};
use std::cell::RefCell;
use std::collections::HashMap;
use subtle::ConstantTimeEq as _;

/// The largest request that is read, in bytes.
pub const LARGEST_REQUEST_BYTES: usize = 1024;

/// How long a token lives, in seconds: as long as following a link takes.
const LIFETIME_SECONDS: i64 = 60;

/// How many used tokens are remembered at most, for a minute each. More in a minute are not taken over.
const MOST_USED: usize = 10_000;

/// From which of a site's origins to which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way<'a> {
    /// The origin of the page with the link.
    pub from: &'a str,
    /// The origin that it leads to.
    pub to: &'a str,
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

    /// `SITE.REPORT.EXPIRES_MS.MAC`. The way is signed, and not in it.
    pub fn token(&self, key: &SecretKey, way: Way<'_>) -> String {
        let Self {
            receipt,
            expires_at,
        } = self;
        let Way { from, to } = way;
        let millis = expires_at.as_millis();
        // The first line separates it from everything else that this key signs.
        let signed = format!("temoin hand-over v2\n{receipt}\n{millis}\n{from}\n{to}");
        let mac = hex::encode(key.mac(signed.as_bytes()));
        format!("{receipt}.{millis}.{mac}")
    }

    /// The receipt that a token names. The token may be false.
    pub fn receipt(token: &str) -> Option<ReceiptId> {
        let (site, rest) = token.split_once('.')?;
        let (report, _) = rest.split_once('.')?;
        format!("{site}.{report}").parse().ok()
    }

    /// Reads a token; `None` unless it was made for this site and this way with this key, byte for byte, and has not
    /// expired.
    pub fn read(
        token: &str,
        way: Way<'_>,
        site: &SiteId,
        key: &SecretKey,
        now: Timestamp,
    ) -> Option<Self> {
        let (said, _) = token.rsplit_once('.')?;
        let (receipt, millis) = said.rsplit_once('.')?;
        let hand_over = Self {
            receipt: receipt.parse().ok()?,
            expires_at: Timestamp::from_millis(millis.parse().ok()?).ok()?,
        };
        let given = hand_over.token(key, way);
        let genuine = bool::from(given.as_bytes().ct_eq(token.as_bytes()));
        (genuine && hand_over.receipt.site == *site && now < hand_over.expires_at)
            .then_some(hand_over)
    }
}

/// The tokens that were used and have not expired.
#[derive(Default)]
pub struct UsedTokens(RefCell<HashMap<String, Timestamp>>);

impl UsedTokens {
    /// Whether a genuine token is used for the first time; from then on it is not.
    pub fn first_use(&self, token: &str, hand_over: &HandOver, now: Timestamp) -> bool {
        let mut used = self.0.borrow_mut();
        if used.len() >= MOST_USED {
            used.retain(|_, expires_at| now < *expires_at);
        }
        used.len() < MOST_USED
            && used
                .insert(token.to_owned(), hand_over.expires_at)
                .is_none()
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

    const WAY: Way<'static> = Way {
        from: "https://relais.example",
        to: "https://boutique.relais.example",
    };

    fn given() -> (HandOver, String) {
        let hand_over = HandOver::new(RECEIPT.parse().unwrap(), at("2026-11-22T10:00:00Z"));
        let token = hand_over.token(&key(), WAY);
        (hand_over, token)
    }

    fn read(token: &str, site: &str, now: &str) -> Option<HandOver> {
        HandOver::read(token, WAY, &site.parse().unwrap(), &key(), at(now))
    }

    #[test]
    fn format_unchanged() {
        insta::assert_snapshot!(given().1, @"relais.000102030405060708090a0b0c0d0e0f.1795341660000.b03c1110f5432ccafba2aae66bc4c01f5468eb7d91f27c788b2bcf6a9b4578c3");
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
        assert_eq!(HandOver::read(&token, WAY, &site, &other, at(now)), None);
    }

    #[test]
    fn a_token_is_good_for_its_own_way_alone() {
        let (_, token) = given();
        let Way { from, to } = WAY;
        let other = "https://autre.relais.example";
        for way in [
            Way { from: to, to: from },
            Way { from, to: other },
            Way { from: other, to },
            Way { from, to: from },
            Way { from: "", to },
            Way {
                from: "https://relais.example\nhttps://boutique.relais.example",
                to: "",
            },
        ] {
            let site = "relais".parse().unwrap();
            let read = HandOver::read(&token, way, &site, &key(), at("2026-11-22T10:00:01Z"));
            assert_eq!(read, None, "{way:?}");
        }
    }

    #[test]
    fn a_token_is_good_once_and_what_is_remembered_has_a_bound() {
        let used = UsedTokens::default();
        let (hand_over, token) = given();
        let now = at("2026-11-22T10:00:01Z");
        assert!(used.first_use(&token, &hand_over, now));
        assert!(!used.first_use(&token, &hand_over, now));
        for other in 1..MOST_USED {
            assert!(used.first_use(&other.to_string(), &hand_over, now));
        }
        assert!(!used.first_use("one more", &hand_over, now));
        let later = at("2026-11-22T10:01:00Z");
        assert!(used.first_use("one more", &hand_over, later));
        assert_eq!(used.0.borrow().len(), 1);
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
