//! The look-ups: by address, cookie, storage key, snippet and term.

use service_catalogue::{
    Entry, by_address, by_cookie, by_id, by_snippet, by_storage_key, entries, search,
};

fn ids(found: Vec<&'static Entry>) -> Vec<&'static str> {
    found.into_iter().map(|entry| entry.id.as_str()).collect()
}

#[test]
fn an_address_has_the_service_that_is_loaded_from_it() {
    for (host, path, expected) in [
        ("js.stripe.com", "/v3/", &["stripe"][..]),
        ("www.google.com", "/recaptcha/api.js", &["recaptcha"]),
        ("www.google.com", "/maps/embed", &["google-maps"]),
        (
            "www.googletagmanager.com",
            "/gtm.js",
            &["google-tag-manager"],
        ),
        // One script for both.
        (
            "www.googletagmanager.com",
            "/gtag/js",
            &["google-ads", "google-analytics"],
        ),
        (
            "connect.facebook.net",
            "/en_US/fbevents.js",
            &["meta-pixel"],
        ),
        (
            "connect.facebook.net",
            "/en_US/sdk.js",
            &["facebook-plugins"],
        ),
        ("o123.ingest.sentry.io", "/api/1/envelope/", &["sentry"]),
        ("JS.Stripe.COM.", "/v3/", &["stripe"]),
    ] {
        assert_eq!(ids(by_address(host, path)), expected, "{host}{path}");
    }
}

#[test]
fn what_nobody_knows_has_none() {
    for (host, path) in [
        ("", ""),
        ("com", "/"),
        ("google.com", "/recaptcha"),
        ("www.google.com", "/"),
        ("www.google.com", "/search"),
        ("js.stripe.com.evil.example", "/v3"),
        ("evil-js.stripe.com.example", "/"),
        ("relais.example", "/js.stripe.com/v3"),
    ] {
        assert_eq!(ids(by_address(host, path)), [""; 0], "{host}{path}");
    }
    assert!(by_cookie("", None).is_empty() && by_cookie("panier", None).is_empty());
    assert!(by_storage_key("").is_empty() && by_storage_key("theme").is_empty());
    assert!(by_snippet("").is_empty() && by_snippet("<p>Bonjour</p>").is_empty());
    assert!(by_id("").is_none() && by_id("zzz").is_none());
}

#[test]
fn a_cookie_is_found_by_name_and_by_prefix() {
    for (name, expected) in [
        ("_ga", "google-analytics"),
        ("_ga_B1C2D3", "google-analytics"),
        ("_fbp", "meta-pixel"),
        ("_hjSessionUser_42", "hotjar"),
        ("__stripe_mid", "stripe"),
        ("_clck", "microsoft-clarity"),
        ("crisp-client%2Fsession%2F1", "crisp"),
        ("intercom-device-id-a1", "intercom"),
    ] {
        assert_eq!(
            ids(by_cookie(name, Some("relais.example"))),
            [expected],
            "{name}"
        );
    }
    // A longer prefix wins: AMP_MKTG_ is no cookie of another tool than AMP_.
    assert_eq!(ids(by_cookie("AMP_MKTG_1", None)), ["amplitude"]);
}

#[test]
fn a_cookie_at_a_domain_is_found_there_only() {
    let found = |host| ids(by_cookie("uid", host));
    assert_eq!(found(Some("track.adform.net")), ["adform"]);
    assert_eq!(found(Some("relais.example")), [""; 0]);
    assert_eq!(found(None), [""; 0]);
}

#[test]
fn what_is_too_short_tells_nothing() {
    // mp_*, _y and ph_* are of Mixpanel, Shopify and PostHog, and of many others.
    for name in ["mp_1", "_y", "ph_1", "sp"] {
        assert_eq!(
            ids(by_cookie(name, Some("relais.example"))),
            [""; 0],
            "{name}"
        );
    }
    assert_eq!(ids(by_storage_key("ph_1")), [""; 0]);
}

#[test]
fn a_storage_key_is_found() {
    assert_eq!(ids(by_storage_key("yt-remote-device-id")), ["youtube"]);
    assert_eq!(ids(by_storage_key("ABTastyData")), ["ab-tasty"]);
}

#[test]
fn a_pasted_snippet_is_known() {
    for (snippet, expected) in [
        (
            "<script async src=\"https://www.googletagmanager.com/gtag/js?id=G-1\"></script>",
            "google-analytics",
        ),
        (
            "<script>!function(f,b,e){…}; fbq('init', '1');</script>",
            "meta-pixel",
        ),
        (
            "<iframe src=\"https://player.vimeo.com/video/1\"></iframe>",
            "vimeo",
        ),
        ("var _paq = window._paq = window._paq || [];", "matomo"),
        (
            "<div class=\"h-captcha\" data-sitekey=\"x\"></div>",
            "hcaptcha",
        ),
    ] {
        assert!(ids(by_snippet(snippet)).contains(&expected), "{snippet}");
    }
}

#[test]
fn every_entry_is_found_by_each_thing_it_says() {
    for entry in entries() {
        let is = |found: Vec<&'static Entry>| found.iter().any(|one| one.id == entry.id);
        assert_eq!(by_id(entry.id.as_str()), Some(entry));
        for loaded in &entry.hosts {
            let found = by_address(loaded.address.host().as_str(), loaded.address.path());
            let shared = loaded.shared_with.as_ref();
            let shared = shared.is_some_and(|with| found.iter().any(|one| one.id == *with));
            assert!(is(found) || shared, "{} {}", entry.id, loaded.address);
        }
        for part in &entry.snippets {
            assert!(is(by_snippet(part)), "{} {part}", entry.id);
        }
        assert!(is(search(entry.name.as_str())), "{}", entry.id);
    }
}

#[test]
fn a_search_finds_names_recipients_hosts_and_cookies() {
    assert_eq!(ids(search("stripe_mid")), ["stripe"]);
    assert!(ids(search("META PLATFORMS")).contains(&"instagram-embed"));
    assert!(ids(search("clarity.ms")).contains(&"microsoft-clarity"));
    assert_eq!(ids(search("no such tool")), [""; 0]);
}
