//! A hand-over token, and the way it is used on, a line each: only what this key signed, for this site, this way and this minute,
//! is read, and it has one spelling.

#![no_main]

use consent_core::SiteId;
use consent_core::calendar::Timestamp;
use edge_api::fuzz::{HandOver, SecretKey, Way};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (token, from, to) = (next(), next(), next());
    let way = Way { from, to };
    let key = SecretKey::new(vec![7; 32]);
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
    let site: SiteId = "relais".parse().expect("a name");
    if let Some(read) = HandOver::read(token, way, &site, &key, now) {
        assert_eq!(read.token(&key, way), token);
        assert!(read.receipt.site == site && now < read.expires_at);
    }
    let Some(receipt) = HandOver::receipt(token) else {
        return;
    };
    assert!(token.starts_with(&format!("{receipt}.")), "{token}");
    let own = receipt.site.clone();
    let given = HandOver::new(receipt, now);
    let genuine = given.token(&key, way);
    assert_eq!(HandOver::read(&genuine, way, &own, &key, now).as_ref(), Some(&given));
    assert_eq!(HandOver::read(&genuine, way, &own, &key, given.expires_at), None);
    assert_eq!(HandOver::read(&genuine, way, &own, &SecretKey::new(vec![8; 32]), now), None);
    if from != to {
        assert_eq!(HandOver::read(&genuine, Way { from: to, to: from }, &own, &key, now), None);
    }
});
