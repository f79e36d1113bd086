//! Renews the visitor's cookie.
//!
//! Safari forgets after seven days what a script has written (Intelligent Tracking Prevention), and
//! the visitor would be asked again long before their choice ends. Where the consent server answers
//! on the site's own domain, it gets the cookie with each loader, and its `Set-Cookie` may last.
//! Elsewhere no cookie comes: it is `SameSite=Lax`.

use consent_core::StoredState;
use consent_core::calendar::Timestamp;
use consent_core::stored::{Asked, STORAGE_KEY};
use consent_core::text::Host;
use edge_gate::cookie_header::pairs;
use worker::Url;

/// The value of `Set-Cookie` that keeps the newest choice in force among `cookies`, the request's
/// `Cookie` header, until the choice's own end. No visit moves that end.
pub fn set_cookie(
    cookies: &str,
    now: Timestamp,
    asked: impl Asked,
    address: &Url,
    domain: Option<&Host>,
) -> Option<String> {
    let texts =
        pairs(cookies).filter_map(|cookie| cookie.strip_prefix(STORAGE_KEY)?.strip_prefix('='));
    // A click that waits for the widget is not overwritten by the choice before it.
    let (text, StoredState::Chosen(choice)) = StoredState::newest(texts, now, asked)? else {
        return None;
    };
    let seconds = (choice.expires_at.as_millis() - now.as_millis()) / 1000;
    let secure = if address.scheme() == "https" {
        "; Secure"
    } else {
        ""
    };
    let host = address.host_str().unwrap_or_default();
    let domain = domain
        .filter(|domain| domain.covers(host))
        .map_or_else(String::new, |domain| format!("; Domain={domain}"));
    Some(format!(
        "{STORAGE_KEY}={text}; Path=/; Max-Age={seconds}; SameSite=Lax{secure}{domain}"
    ))
}

/// The cookies among these that hold a choice, as the `Cookie` header has them.
pub fn own_cookies(cookies: &str) -> String {
    let own = pairs(cookies).filter(|cookie| cookie.starts_with(STORAGE_KEY));
    own.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::ident::MaterialDigest;
    use consent_core::{Decision, Purpose, StoredChoice};

    const MATERIAL: MaterialDigest = MaterialDigest::from_bytes([1; 6]);
    const NOW: &str = "2026-11-22T10:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn choice(decided_at: &str, granted: &[Purpose]) -> String {
        let decision = Decision::granting(granted);
        StoredChoice::new(decision, at(decided_at), 13, MATERIAL).to_string()
    }

    fn renewed(cookies: &str, address: &str, domain: Option<&str>) -> String {
        let address = address.parse().unwrap();
        let domain: Option<Host> = domain.map(|domain| domain.parse().unwrap());
        set_cookie(cookies, at(NOW), MATERIAL, &address, domain.as_ref()).unwrap_or_default()
    }

    const ADDRESS: &str = "https://consentement.relais.example/t/relais.js";

    #[test]
    fn a_choice_in_force_lasts_to_its_own_end() {
        let choice = choice("2026-11-15T10:00:00Z", &[]);
        let cookies = format!("a=b; consent_temoin={choice}; c=d");
        insta::assert_snapshot!(renewed(&cookies, ADDRESS, None), @"consent_temoin=c1.gddd.1794736800000.1828864800000.010101010101; Path=/; Max-Age=33523200; SameSite=Lax; Secure");
        insta::assert_snapshot!(renewed(&cookies, ADDRESS, Some("relais.example")), @"consent_temoin=c1.gddd.1794736800000.1828864800000.010101010101; Path=/; Max-Age=33523200; SameSite=Lax; Secure; Domain=relais.example");
        let here = "http://localhost:8787/t/relais.js";
        insta::assert_snapshot!(renewed(&cookies, here, Some("relais.example")), @"consent_temoin=c1.gddd.1794736800000.1828864800000.010101010101; Path=/; Max-Age=33523200; SameSite=Lax");
    }

    #[test]
    fn of_several_the_newest_is_kept() {
        let older = choice("2026-11-01T10:00:00Z", &[Purpose::Marketing]);
        let newer = choice("2026-11-02T10:00:00Z", &[]);
        for cookies in [
            format!("consent_temoin={older}; consent_temoin={newer}"),
            format!("consent_temoin={newer};consent_temoin={older}"),
        ] {
            let renewed = renewed(&cookies, ADDRESS, None);
            assert!(
                renewed.starts_with(&format!("consent_temoin={newer};")),
                "{renewed}"
            );
        }
    }

    #[test]
    fn nothing_overwrites_a_refusal() {
        let granted = choice("2026-11-15T10:00:00Z", &[Purpose::Marketing]);
        let clicked = format!(
            "p1.reject_all.t.1795341600000.{MATERIAL}.{}",
            "f".repeat(64)
        );
        let cookies = format!("consent_temoin={granted}; consent_temoin={clicked}");
        assert_eq!(renewed(&cookies, ADDRESS, None), "");
        let refused = choice("2026-11-21T10:00:00Z", &[]);
        let ahead = choice("2026-11-22T20:00:00Z", &[Purpose::Marketing]);
        let cookies = format!("consent_temoin={ahead}; consent_temoin={refused}");
        let kept = renewed(&cookies, ADDRESS, None);
        assert!(
            kept.starts_with(&format!("consent_temoin={refused};")),
            "{kept}"
        );
    }

    #[test]
    fn what_is_no_choice_in_force_is_left_alone() {
        let good = choice("2026-11-15T10:00:00Z", &[]);
        let other = StoredChoice::new(
            Decision::DENY_ALL,
            at(NOW),
            13,
            MaterialDigest::from_bytes([2; 6]),
        );
        for cookies in [
            String::new(),
            "consent_temoin".to_owned(),
            "consent_temoin=".to_owned(),
            format!("consent_temoin_wallet={good}"),
            format!("xconsent_temoin={good}"),
            format!("Consent_temoin={good}"),
            format!("consent_temoin=\"{good}\""),
            format!("consent_temoin={good}x"),
            format!("consent_temoin={good}.d\r\nx"),
            format!("consent_temoin={}", choice("2025-10-21T10:00:00Z", &[])),
            format!("consent_temoin={}", choice("2026-11-25T10:00:00Z", &[])),
            format!("consent_temoin={other}"),
            format!(
                "consent_temoin=p1.reject_all.t.1795379265120.{MATERIAL}.{}",
                "f".repeat(64)
            ),
        ] {
            assert_eq!(renewed(&cookies, ADDRESS, None), "", "{cookies}");
        }
    }
}
