//! Loader tickets: the server gives one with each loader, and a report that names it says when its page's loader was served.
//!
//! A ticket is the same to everyone for a minute, so that caches go on serving what they have; it says nothing of a visitor.
//! It is no secret: any program can fetch one. A report without one is taken too, and its record says so.

use crate::http::error::ApiError;
use crate::http::response;
use crate::log::LogKeys;
use crate::storage::secret_key::SecretKey;
use consent_core::api::ticket::CurrentTicket;
use consent_core::calendar::Timestamp;
use consent_core::{LoaderTicket, SiteId};
use subtle::ConstantTimeEq as _;
use worker::{Headers, Response};

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;
/// How far the clocks of two of the server's machines may be apart, in milliseconds.
const CLOCKS_APART_MS: i64 = 60_000;
/// `Cache-Control` of the answer with a ticket alone: as long as it is the newest.
const CACHE_A_MINUTE: &str = "public, max-age=60";

/// What makes the tickets of a site: the newest key, then those of the secrets before it.
pub struct TicketKeys(Vec<SecretKey>);

impl TicketKeys {
    /// Those of a site. Every object and every isolate of the server derives the same.
    pub fn new(keys: &LogKeys, site: &SiteId) -> Result<Self, ApiError> {
        let context = format!("temoin loader ticket v1\n{}/{site}", keys.server);
        let derived = keys.derive(&context)?;
        let derived = derived.into_iter().map(|key| SecretKey::new(key.to_vec()));
        Ok(Self(derived.collect()))
    }

    /// The ticket of this minute. Nothing without a key, or outside the minutes that a ticket can hold.
    pub fn issue(&self, now: Timestamp) -> Option<LoaderTicket> {
        let minute = u32::try_from(now.as_millis() / MINUTE_MS).ok()?;
        Some(ticket(self.0.first()?, minute))
    }

    /// When the loader was served that a ticket came with, to the minute; nothing if it is none of this site's.
    pub fn served_at(&self, of: LoaderTicket, now: Timestamp) -> Option<Timestamp> {
        let minute = u32::from_be_bytes(*of.as_bytes().first_chunk()?);
        let is_ours = |key: &SecretKey| {
            let expected = ticket(key, minute);
            bool::from(expected.as_bytes().ct_eq(of.as_bytes()))
        };
        let at = i64::from(minute).checked_mul(MINUTE_MS)?;
        let is_past = at <= now.as_millis().saturating_add(CLOCKS_APART_MS);
        if is_past && self.0.iter().any(is_ours) {
            Timestamp::from_millis(at).ok()
        } else {
            None
        }
    }
}

/// The ticket of a minute: HMAC-SHA-256, truncated to 12 bytes (RFC 2104, section 5).
fn ticket(key: &SecretKey, minute: u32) -> LoaderTicket {
    let minute = minute.to_be_bytes();
    let mac = key.mac(&[&b"temoin loader ticket v1\n"[..], &minute].concat());
    let mut bytes = [0; 16];
    let (time, code) = bytes.split_at_mut(4);
    time.copy_from_slice(&minute);
    for (byte, of_mac) in code.iter_mut().zip(mac) {
        *byte = of_mac;
    }
    LoaderTicket::from_bytes(bytes)
}

/// Gives the ticket with a loader: a page reads it as a metric of the script (Server Timing, "The Server-Timing Header
/// Field"), also from another origin (Resource Timing, "Timing-Allow-Origin"), and no cache needs to be passed by.
pub fn give(headers: &Headers, ticket: LoaderTicket) -> worker::Result<()> {
    headers.set("server-timing", &format!("temoin;desc=\"{ticket}\""))?;
    headers.set("timing-allow-origin", "*")
}

/// `GET /v1/sites/SITE/ticket`: for loaders that the server did not serve to this visitor, because they stand in a page or
/// are kept for ever by their hash.
pub fn serve(ticket: Option<LoaderTicket>) -> Result<Response, ApiError> {
    let mut response = Response::from_json(&CurrentTicket { ticket })?;
    response::share(response.headers_mut(), "application/json", CACHE_A_MINUTE)?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> TicketKeys {
        let keys = bytes.iter().map(|byte| SecretKey::new(vec![*byte; 32]));
        TicketKeys(keys.collect())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_ticket_is_the_same_for_a_minute_and_says_which() {
        let keys = keys(&[1]);
        let first = keys.issue(at("2026-11-28T20:27:00Z")).unwrap();
        assert_eq!(keys.issue(at("2026-11-28T20:27:59.999Z")), Some(first));
        assert_ne!(keys.issue(at("2026-11-28T20:28:00Z")), Some(first));
        let served = keys.served_at(first, at("2026-11-30T10:00:00Z"));
        assert_eq!(served, Some(at("2026-11-28T20:27:00Z")));
    }

    #[test]
    fn what_this_server_did_not_make_for_this_site_is_no_ticket() {
        let now = at("2026-11-28T20:27:10Z");
        let of_test = LogKeys::of_test();
        let of_site = |site: &str| TicketKeys::new(&of_test, &site.parse().unwrap()).unwrap();
        let (own, other) = (of_site("relais"), of_site("autre"));
        let ticket = own.issue(now).unwrap();
        assert!(own.served_at(ticket, now).is_some());
        assert_eq!(other.served_at(ticket, now), None);
        for place in 0..16 {
            let mut bytes = *ticket.as_bytes();
            bytes[place] ^= 1;
            let changed = LoaderTicket::from_bytes(bytes);
            assert_eq!(own.served_at(changed, now), None, "byte {place}");
        }
        let zero = LoaderTicket::from_bytes([0; 16]);
        assert_eq!(own.served_at(zero, now), None);
        assert_eq!(keys(&[]).issue(now), None);
    }

    #[test]
    fn a_ticket_of_the_future_is_none_but_clocks_may_be_apart() {
        let keys = keys(&[1]);
        let now = at("2026-11-28T20:27:10Z");
        let in_seconds = |seconds| keys.issue(now.saturating_add_seconds(seconds)).unwrap();
        assert!(keys.served_at(in_seconds(60), now).is_some());
        assert_eq!(keys.served_at(in_seconds(120), now), None);
    }

    #[test]
    fn a_ticket_holds_after_the_secret_was_changed_as_long_as_the_server_knows_the_old_one() {
        let now = at("2026-11-28T20:27:10Z");
        let before = keys(&[1]).issue(now).unwrap();
        assert!(keys(&[2, 1]).served_at(before, now).is_some());
        assert_eq!(keys(&[2]).served_at(before, now), None);
        let newest = keys(&[2]).issue(now);
        assert_eq!(keys(&[2, 1]).issue(now), newest);
    }
}
