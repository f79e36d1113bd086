//! `GET /t/SITE.js`

use crate::support::{Answer, Api, SITE, UNKNOWN_SITE, config, fields, now};
use consent_core::calendar::Timestamp;
use consent_core::ident::MaterialDigest;
use consent_core::{Decision, Method, NoticeHash, Pending, StoredChoice};
use serde_json::json;

const PATH: &str = "/t/relais.js";

/// What a cache may do with a loader that is for everyone.
const PUBLIC: &str = "public, max-age=300, stale-while-revalidate=86400";

#[test]
fn the_loader_is_composed_for_the_visitors_language() {
    let (api, _) = Api::with_site();
    for (accepted, language, words) in [
        ("fr-CA,fr;q=0.9", "fr-CA", "Tout refuser"),
        ("en-GB", "en", "Refuse all"),
        ("de", "fr-CA", "Tout refuser"),
    ] {
        let answer = api.get(PATH, &[("accept-language", accepted)]);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-language"), language);
        assert_eq!(
            answer.header("content-type"),
            "text/javascript; charset=utf-8"
        );
        assert!(answer.header("vary").contains("Accept-Language"));
        assert!(answer.text.contains(words), "{accepted}");
    }
    let english = api.get(PATH, &[("accept-language", "en")]).text;
    assert!(
        !english.contains("Tout refuser"),
        "only the language shown is sent"
    );
}

#[test]
fn it_names_files_that_exist() {
    let (api, hash) = Api::with_site();
    let loader = api.get(PATH, &[]).text;
    assert!(loader.contains(&hash));
    let files: Vec<&str> = loader
        .split('"')
        .filter(|text| text.starts_with("/w/"))
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    for file in files {
        assert_eq!(api.get_whole(file, "identity").0, 200, "{file}");
    }
}

#[test]
fn it_comes_compressed_to_whoever_takes_it_so() {
    let (api, _) = Api::with_site();
    for path in [PATH, "/t/relais.js?inline"] {
        let (_, headers, plain) = api.get_whole(path, "identity");
        assert_eq!(headers.get("content-encoding"), None);
        let (_, headers, sent) = api.get_whole(path, "gzip, br");
        assert_eq!(headers.get("content-encoding").unwrap(), "br");
        let mut read = Vec::new();
        brotli::BrotliDecompress(&mut &*sent, &mut read).unwrap();
        assert_eq!(read, plain);
    }
}

#[test]
fn a_cached_loader_is_confirmed_without_being_sent_again() {
    let (api, _) = Api::with_site();
    let etag = api.get(PATH, &[]).header("etag").to_owned();
    let again = api.get(PATH, &[("if-none-match", &etag)]);
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let english = api.get(PATH, &[("if-none-match", &etag), ("accept-language", "en")]);
    assert_eq!(english.status, 200, "another language is another loader");
    let mut changed = config();
    changed["policy"]["version"] = json!("2");
    api.publish(SITE, &changed);
    assert_eq!(api.get(PATH, &[("if-none-match", &etag)]).status, 200);
}

#[test]
fn a_setting_that_visitors_are_not_shown_reaches_caches_too() {
    let api = Api::empty();
    let mut changed = config();
    changed["origins"] = json!(["https://relais.example"]);
    api.publish(SITE, &changed);
    let etag = api.get(PATH, &[]).header("etag").to_owned();
    changed["cookie_domain"] = json!("relais.example");
    api.publish(SITE, &changed);
    let again = api.get(PATH, &[("if-none-match", &etag)]);
    assert_eq!(again.status, 200);
    assert!(again.text.contains(r#""domain":"relais.example""#));
}

#[test]
fn the_address_can_name_the_language() {
    let (api, _) = Api::with_site();
    let french = [("accept-language", "fr-CA")];
    let answer = api.get(&format!("{PATH}?language=en&v=3"), &french);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-language"), "en");
    assert_eq!(
        answer.text,
        api.get(PATH, &[("accept-language", "en")]).text
    );
}

#[test]
fn a_wrong_nonce_is_named() {
    let (api, _) = Api::with_site();
    let answer = api.get(&format!("{PATH}?nonce=%22"), &[]);
    let said = "must be base64 of at most 128 characters";
    answer.assert_problem(400, "malformed", said);
    assert_eq!(answer.json()["errors"], fields(&[("nonce", said)]));
}

#[test]
fn a_language_that_the_site_does_not_have_gives_the_nearest_or_the_visitors_and_never_no_loader() {
    let (api, _) = Api::with_site();
    for (asked, expected) in [
        ("fr-FR", "fr-CA"),
        ("FR", "fr-CA"),
        ("en-GB", "en"),
        ("en_US", "en"),
        ("de", "en"),
        ("x", "en"),
        ("", "en"),
        ("%00%C3%A9", "en"),
    ] {
        for form in ["", "&inline"] {
            let path = format!("{PATH}?language={asked}{form}");
            let answer = api.get(&path, &[("accept-language", "en")]);
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.header("content-language"), expected, "{path}");
        }
    }
}

#[test]
fn inline_the_loader_comes_as_an_element_to_paste() {
    let (api, _) = Api::with_site();
    let script = api.get(&format!("{PATH}?language=en"), &[]);
    let path = format!("{PATH}?inline&language=en");
    let inline = api.get(&path, &[]);
    assert_eq!(
        inline.text,
        format!(r#"<script data-temoin="inline">{}</script>"#, script.text)
    );
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("content-language", "en"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("access-control-allow-origin", "*"),
        ("cache-control", PUBLIC),
    ] {
        assert_eq!(inline.header(name), value, "{name}");
    }
    let etag = inline.header("etag");
    assert_ne!(etag, script.header("etag"));
    assert_eq!(api.get(&path, &[("if-none-match", etag)]).status, 304);
}

#[test]
fn a_nonce_is_for_one_page_and_no_cache() {
    let (api, _) = Api::with_site();
    let etag = api
        .get(&format!("{PATH}?inline"), &[])
        .header("etag")
        .to_owned();
    let answer = api.get(
        &format!("{PATH}?inline&nonce=aB+/9_-="),
        &[("if-none-match", &etag)],
    );
    assert_eq!(answer.status, 200);
    let start = r#"<script data-temoin="inline" nonce="aB+/9_-=">"#;
    assert!(answer.text.starts_with(start), "{}", &answer.text[..100]);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("etag"), "");
}

/// A site's loader, asked for with these cookies.
fn with_cookies(api: &Api, cookies: &str) -> Answer {
    let answer = api.get(PATH, &[("cookie", cookies)]);
    assert_eq!(answer.status, 200);
    answer
}

/// The choice of a visitor who has refused everything, made at this time for thirteen months.
fn refused(decided_at: Timestamp, material: MaterialDigest) -> String {
    StoredChoice::new(Decision::DENY_ALL, decided_at, 13, material).to_string()
}

/// A server with one site, and the question that its notice asks.
fn with_question() -> (Api, MaterialDigest) {
    let (api, hash) = Api::with_site();
    let material = api.notice(&hash).material().digest();
    (api, material)
}

#[test]
fn a_choice_in_force_is_renewed_to_its_own_end() {
    let (api, material) = with_question();
    let decided_at = now().saturating_add_seconds(-40 * 86_400);
    let choice = refused(decided_at, material);
    let answer = with_cookies(&api, &format!("a=b; consent_temoin={choice}"));
    let cookie = answer.header("set-cookie");
    let seconds = cookie
        .strip_prefix(&format!("consent_temoin={choice}; Path=/; Max-Age="))
        .and_then(|rest| rest.strip_suffix("; SameSite=Lax"))
        .unwrap_or_else(|| panic!("{cookie}"));
    let left = (decided_at.add_months(13).as_millis() - now().as_millis()) / 1000;
    let seconds: i64 = seconds.parse().unwrap();
    assert!((left..left + 60).contains(&seconds), "{seconds}, {left}");
}

#[test]
fn a_loader_that_renews_a_choice_is_for_its_visitor_alone() {
    let (api, material) = with_question();
    let cookie = format!("consent_temoin={}", refused(now(), material));
    let answer = with_cookies(&api, &cookie);
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert!(answer.header("vary").contains("Cookie"));
    assert_eq!(answer.text, api.get(PATH, &[]).text);
    let etag = answer.header("etag");
    let again = api.get(PATH, &[("cookie", &cookie), ("if-none-match", etag)]);
    assert_eq!((again.status, &*again.text), (304, ""));
    assert!(again.header("set-cookie").starts_with(&cookie));
    assert_eq!(again.header("cache-control"), "private, no-cache");
}

#[test]
fn what_is_no_choice_in_force_is_not_renewed() {
    let (api, material) = with_question();
    let good = refused(now(), material);
    let long_ago = now().saturating_add_seconds(-400 * 86_400);
    let in_two_days = now().saturating_add_seconds(2 * 86_400);
    let pending = Pending {
        method: Method::RejectAll,
        trusted: true,
        clicked_at: now(),
        material,
        notice: NoticeHash::of(b"any"),
    };
    for cookies in [
        "a=b".to_owned(),
        "consent_temoin=".to_owned(),
        format!("consent_temoin={good}x"),
        format!("consent_temoin={}", &good[1..]),
        format!("consent_temoin_wallet={good}"),
        format!("consent_temoin={}", refused(long_ago, material)),
        format!("consent_temoin={}", refused(in_two_days, material)),
        format!(
            "consent_temoin={}",
            refused(now(), MaterialDigest::from_bytes([0; 6]))
        ),
        format!("consent_temoin={pending}"),
    ] {
        let answer = with_cookies(&api, &cookies);
        assert_eq!(answer.header("set-cookie"), "", "{cookies}");
        assert_eq!(answer.header("cache-control"), PUBLIC, "{cookies}");
        assert!(!answer.header("vary").contains("Cookie"), "{cookies}");
    }
    assert_eq!(api.get(PATH, &[]).header("set-cookie"), "");
}

#[test]
fn a_choice_that_a_new_edition_asks_anew_is_not_renewed() {
    let (api, material) = with_question();
    let cookie = format!("consent_temoin={}", refused(now(), material));
    assert!(
        with_cookies(&api, &cookie)
            .headers
            .contains_key("set-cookie")
    );
    let mut changed = config();
    changed["policy"]["version"] = json!("2");
    api.publish(SITE, &changed);
    assert_eq!(with_cookies(&api, &cookie).header("set-cookie"), "");
}

#[test]
fn a_fragment_for_a_pages_server_renews_nothing() {
    let (api, material) = with_question();
    let cookie = format!("consent_temoin={}", refused(now(), material));
    let answer = api.get(&format!("{PATH}?inline"), &[("cookie", &cookie)]);
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(answer.header("cache-control"), PUBLIC);
}

#[test]
fn below_the_sites_domain_the_choice_is_renewed_for_all_of_it() {
    let api = Api::empty();
    let mut on_a_domain = config();
    on_a_domain["origins"] = json!(["https://www.relais.example"]);
    on_a_domain["cookie_domain"] = json!("relais.example");
    let publication = api.publish(SITE, &on_a_domain).json();
    let notice = api.notice(publication["notice"].as_str().unwrap());
    let choice = refused(now(), notice.material().digest());
    let cookie = format!("consent_temoin={choice}");
    for (host, ending) in [
        ("consentement.relais.example", "; Domain=relais.example"),
        ("relais.example.evil.example", "; SameSite=Lax"),
    ] {
        let answer = api.get(PATH, &[("host", host), ("cookie", &cookie)]);
        let renewed = answer.header("set-cookie");
        assert!(renewed.ends_with(ending), "{host}: {renewed}");
    }
}

#[test]
fn what_an_owner_writes_cannot_leave_its_place() {
    let api = Api::empty();
    let mut hostile = config();
    hostile["name"] = json!("</script><script>alert(1)</script>__TEMOIN_SITE__");
    assert_eq!(api.publish(SITE, &hostile).status, 201);
    let loader = api.get(PATH, &[]).text;
    assert!(!loader.contains("</script"), "{loader}");
    assert!(loader.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn an_unknown_site_is_refused() {
    let (api, _) = Api::with_site();
    for path in ["/t/other.js", "/t/relais", "/t/Relais.js"] {
        api.get(path, &[]).assert_refused(UNKNOWN_SITE);
    }
}
