//! `GET /w/NAME`, `GET /console/` and its files; addresses that are nothing, and methods.

use crate::edge::ask_host;
use crate::support::{Api, ORIGIN, manifest, secret};
use consent_core::Sha256Digest;

#[test]
fn a_file_is_named_by_its_content_and_kept_for_ever() {
    let api = Api::empty();
    let manifest = manifest();
    for (part, kind) in [
        ("script", "text/javascript; charset=utf-8"),
        ("wasm", "application/wasm"),
    ] {
        let path = format!("/w/{}", manifest[part]["name"].as_str().unwrap());
        let (status, headers, bytes) = api.get_whole(&path, "identity");
        assert_eq!(status, 200);
        assert_eq!(
            manifest[part]["digest"],
            Sha256Digest::of(&bytes).to_string()
        );
        let header = |name: &str| {
            headers
                .get(name)
                .map_or("", |value| value.to_str().unwrap())
        };
        assert_eq!(header("content-type"), kind);
        assert_eq!(
            header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(header("access-control-allow-origin"), "*");
        let (_, headers, sent) = api.get_whole(&path, "gzip, br");
        assert_eq!(headers.get("content-encoding").unwrap(), "br");
        assert!(
            sent.len() < bytes.len() / 2,
            "{} of {}",
            sent.len(),
            bytes.len()
        );
    }
}

#[test]
fn nothing_but_the_widget_is_served() {
    let api = Api::empty();
    for path in [
        "/w/manifest.json",
        "/w/loader.js",
        "/w/0000000000000000.js",
        "/w/0000000000000000.wasm.br",
        "/w/console.page",
        "/w/..%2f..%2fCargo.toml",
    ] {
        let answer = api.get(path, &[]);
        answer.assert_problem(
            404,
            "unknown-asset",
            "no file of that name belongs to this build of the widget or the console",
        );
    }
}

#[test]
fn an_address_that_is_nothing_says_so() {
    let api = Api::empty();
    for path in [
        "//",
        "/v1",
        "/v2/sites/a",
        "/favicon.ico",
        "/v1/sites/a/consents/1",
    ] {
        api.get(path, &[]).assert_problem(
            404,
            "not-found",
            "no resource has this address; the API's begin with /v1/",
        );
    }
}

#[test]
fn whoever_opens_the_servers_address_is_led_to_the_console() {
    let api = Api::empty();
    let url = api.server.url();
    let own = url.trim_start_matches("http://");
    assert_eq!(api.get("/console/", &[]).status, 200);
    for path in ["/", "/console"] {
        assert_eq!(ask_host(&api, own, &format!("GET {path}")), 302, "{path}");
        let found = api.get(path, &[]);
        let to = found.header("location");
        assert_eq!((found.status, to), (302, "/console/"), "{path}");
    }
    // Under another name it would look like whatever site the name was for.
    for path in ["/", "/console", "/console/"] {
        assert_eq!(ask_host(&api, "autre.example", &format!("GET {path}")), 404);
    }
}

#[test]
fn the_console_is_one_page_under_a_policy_that_allows_its_own_files_alone() {
    let api = Api::empty();
    let page = api.get("/console/", &[]);
    assert_eq!(page.status, 200);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("access-control-allow-origin", ""),
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
             img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    // A browser without scripts finds what there is to do without them.
    assert!(page.text.contains("<noscript>") && page.text.contains("PUT /v1/sites/SITE"));
    let named: Vec<&str> = page
        .text
        .split('"')
        .filter(|part| part.starts_with("/console/"))
        .collect();
    assert_eq!(named.len(), 3, "{named:?}");
    for path in named {
        let (status, headers, bytes) = api.get_whole(path, "identity");
        assert_eq!(status, 200, "{path}");
        let digest = Sha256Digest::of(&bytes).to_string();
        assert!(path.contains(&digest[..16]), "{path} is {digest}");
        assert_eq!(
            headers.get("cache-control").unwrap(),
            "public, max-age=31536000, immutable"
        );
    }
}

#[test]
fn the_console_has_no_other_address_and_answers_to_get_alone() {
    let api = Api::empty();
    api.get("/console/0000000000000000.js", &[]).assert_problem(
        404,
        "unknown-asset",
        "no file of that name belongs to this build of the widget or the console",
    );
    api.get("/console/sites/relais", &[]).assert_problem(
        404,
        "not-found",
        "no resource has this address; the API's begin with /v1/",
    );
    for path in ["/", "/console/", "/console/0000000000000000.js"] {
        let answer = api.options(path, &[("origin", ORIGIN)]);
        answer.assert_problem(405, "method-not-allowed", "this address answers to GET");
        assert_eq!(answer.header("allow"), "GET");
    }
}

#[test]
fn a_head_is_answered_like_a_get_without_the_body() {
    let (api, report, receipt) = Api::with_choice();
    let hash = report["notice"].as_str().unwrap();
    let file = manifest()["script"]["name"].clone();
    for path in [
        "/t/relais.js",
        &format!("/n/{hash}/en/dialog.html"),
        &format!("/w/{}", file.as_str().unwrap()),
        &format!("/v1/notices/{hash}"),
        &format!("/v1/receipts/{}", receipt["id"].as_str().unwrap()),
    ] {
        let headers = [("authorization", &*secret(&report))];
        let (got, head) = (api.get(path, &headers), api.head(path, &headers));
        assert_eq!((got.status, head.status), (200, 200), "{path}");
        assert_eq!(head.text, "", "{path}");
        for name in ["content-type", "cache-control", "vary"] {
            assert_eq!(head.header(name), got.header(name), "{path}, {name}");
        }
    }
}

#[test]
fn only_a_receipt_answers_a_browser_that_asks_first() {
    let (api, _) = Api::with_site();
    for (path, allowed) in [
        ("/t/relais.js", "GET"),
        ("/v1/sites/relais", "GET, PUT, DELETE"),
        ("/v1/sites/relais/reads", "GET"),
        ("/v1/sites/relais/consents", "GET, POST"),
        ("/v1/sites/relais/export", "GET"),
        ("/v1/sites/relais/handovers", "POST"),
        ("/v1/sites/relais/forks", "POST"),
        ("/v1/sites/relais/webhooks", "GET, POST"),
        ("/v1/sites/relais/requests", "GET, POST"),
        ("/v1/sites/relais/requests/table", "GET"),
        ("/v1/sites/relais/requests/1", "GET, DELETE"),
        ("/v1/sites/relais/requests/1/notes", "POST"),
        ("/v1/sites/relais/incidents", "GET, POST"),
        ("/v1/sites/relais/incidents/1", "GET"),
        ("/v1/sites/relais/incidents/1/notes", "POST"),
        (
            "/v1/sites/relais/webhooks/wh_00000000000000000000000000000000",
            "GET, PATCH, DELETE",
        ),
    ] {
        let answer = api.options(path, &[("origin", ORIGIN)]);
        let detail = format!("this address answers to {allowed}");
        answer.assert_problem(405, "method-not-allowed", &detail);
        assert_eq!(answer.header("allow"), allowed);
    }
}
