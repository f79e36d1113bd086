//! Whose a host is, and whose an address on it.

use super::origin::{answer, ask};
use super::{HTML, PAGE, ask_host, edge_site, edge_site_with};
use crate::support::{Api, Clock, SITE, config, wait_for};
use consent_core::Sha256Digest;
use serde_json::{Value, json};

/// Addresses of a site that look like the API's.
const LOOK_LIKE_THE_APIS: [&str; 6] = [
    "/t/shirt.js",
    "/v1/health",
    "/v1/sites/other/logs",
    "/w/app.js",
    "/log/in",
    "/n/1",
];

#[test]
fn the_api_answers_on_the_sites_own_host_and_takes_no_address_of_the_sites() {
    let own: Vec<(&str, Vec<u8>)> = LOOK_LIKE_THE_APIS
        .into_iter()
        .map(|path| {
            (
                path,
                answer("200 OK", "content-type: text/plain\r\n", b"own"),
            )
        })
        .collect();
    let edge = edge_site(own);
    let loader = edge.get(&format!("/t/{SITE}.js"), "");
    assert!(loader.text().contains(&edge.notice));
    let file = loader
        .text()
        .split('"')
        .find(|text| text.starts_with("/w/"))
        .unwrap()
        .to_owned();
    assert_eq!(edge.get(&file, "").status, 200);
    assert_eq!(edge.get(&format!("/v1/sites/{SITE}/logs"), "").status, 200);
    for path in LOOK_LIKE_THE_APIS {
        assert_eq!(edge.get(path, "").text(), "own", "{path}");
    }
    assert_eq!(edge.api.get("/v1/health", &[]).status, 200);
}

#[test]
fn it_is_off_until_it_is_said_and_off_again_when_it_is_not() {
    let mut edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let clock = Clock::of(&mut edge.api);
    assert_eq!(edge.get("/", "").status, 200);
    let other = ask(&edge.api.server.url(), "autre.localhost", "GET /", "", "");
    assert_eq!(other.status, 404);
    let again = edge.api.publish("autre", &{
        let mut config = config();
        config["origins"] = json!(["https://autre.example", format!("http://{}", edge.host)]);
        config["edge"] = json!({ "origin_server": "https://pages.autre.example" });
        config
    });
    again.assert_contradiction(&[(
        "origins[1]",
        &format!(
            "{} is enforced (`edge`) for another site of this server",
            edge.host
        ),
    )]);
    let mut off = config();
    off["origins"] = json!([format!("http://{}", edge.host)]);
    off["services"][0]["hosts"] = json!(["mesure.example"]);
    let published = edge.api.publish(SITE, &off).json();
    assert_eq!(
        published["asks_anew"], false,
        "a setting of the owner's asks nobody anew"
    );
    // What this isolate was told holds for some seconds.
    clock.set_ahead(10_000);
    wait_for("it is off", || edge.get("/", "").status == 404);
}

#[test]
fn a_server_that_leads_nowhere_or_back_is_said_to() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let edge = edge_site_with(vec![], |config| {
        config["edge"]["origin_server"] = json!(format!("http://{closed}"));
    });
    let got = edge.get("/", "");
    assert_eq!(
        (got.status, got.header("content-type")),
        (502, "application/problem+json".to_owned())
    );
    let got = edge.get("/", "x-temoin-edge: 1\r\n");
    assert_eq!(got.status, 508);
}

/// Starts the server anew with other settings.
fn with_settings(api: &mut Api, settings: &[(&str, String)]) {
    let settings = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.into()));
    api.server.set_environment(settings.collect());
    api.crash();
}

fn through_the_edge(origin: &str) -> Value {
    let mut config = config();
    config["origins"] = json!([origin]);
    config["edge"] = json!({ "origin_server": "https://pages.example.org" });
    config
}

#[test]
fn the_servers_own_names_are_no_sites() {
    let mut api = Api::empty();
    let own = api.server.url();
    let refused = |origin: &str, named: &str| {
        let why = "is this consent server itself, whose pages cannot pass through it (`edge`): leave it out";
        let answer = api.publish("attacker", &through_the_edge(origin));
        answer.assert_contradiction(&[("origins[0]", &format!("{named} {why}"))]);
        let dry = api.dry_run("attacker", &through_the_edge(origin));
        assert_eq!(dry.json()["errors"], answer.json()["errors"]);
    };
    refused(&own, &own);
    let mut back = through_the_edge("https://shop.example");
    back["edge"]["origin_server"] = json!(own);
    api.publish("attacker", &back).assert_contradiction(&[(
        "edge.origin_server",
        &format!("{own} is this consent server itself: name the server where the pages are"),
    )]);
    // Without the edge, the server's own name may show a banner.
    let mut without = config();
    without["origins"] = json!([own]);
    assert_eq!(api.publish(SITE, &without).status, 201);

    let port = own.rsplit(':').next().unwrap().to_owned();
    let public = "https://consent.example https://temoin.example:8443";
    with_settings(&mut api, &[("TEMOIN_ORIGINS", public.to_owned())]);
    for origin in public.split(' ') {
        let refused = api.publish("attacker", &through_the_edge(origin));
        assert_eq!(
            (
                refused.status,
                refused.json()["errors"][0]["field"].as_str()
            ),
            (422, Some("origins[0]"))
        );
    }
    // A name that became the server's own answers the API, whatever was enforced on it before.
    let host = format!("relais.localhost:{port}");
    let was_sites = through_the_edge(&format!("http://{host}"));
    assert_eq!(api.publish("autre", &was_sites).status, 201);
    assert_ne!(ask_host(&api, &host, "GET /v1/health"), 200);
    with_settings(&mut api, &[("TEMOIN_ORIGINS", format!("http://{host}"))]);
    assert_eq!(ask_host(&api, &host, "GET /v1/health"), 200);
    assert_eq!(ask_host(&api, &host, "GET /page"), 404);
}

#[test]
fn tags_name_the_server_as_the_operator_says_and_not_as_a_request_does() {
    let mut api = Api::empty();
    let setting = |value: &str| [("TEMOIN_ORIGINS", value.to_owned())];
    with_settings(
        &mut api,
        &setting("https://consent.example http://127.0.0.1:1"),
    );
    let headers = format!(
        "authorization: {}\r\nx-forwarded-host: evil.example\r\nx-forwarded-proto: https\r\n",
        api.owner()
    );
    let line = format!("PUT /v1/sites/{SITE}");
    let got = ask(
        &api.server.url(),
        "evil.example",
        &line,
        &headers,
        &config().to_string(),
    );
    assert_eq!(got.status, 201);
    let answer = got.text();
    assert!(answer.contains("https://consent.example/t/"), "{answer}");
    assert!(
        !answer.contains("evil.example") && !answer.contains("127.0.0.1"),
        "{answer}"
    );

    for (wrong, why) in [
        ("", "is not set"),
        (
            "consent.example",
            "consent.example must begin with https://",
        ),
    ] {
        with_settings(&mut api, &setting(wrong));
        let refused = api.publish(SITE, &config());
        let problem = refused.json();
        assert_eq!(
            (refused.status, &problem["type"]),
            (500, &json!("urn:temoin:problem:setting"))
        );
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.starts_with(&format!("the server's setting TEMOIN_ORIGINS {why}")),
            "{detail}"
        );
        // What is published goes on.
        assert_eq!(api.get(&format!("/t/{SITE}.js"), &[]).status, 200);
    }
}

#[test]
fn an_owner_claims_the_hosts_of_its_token_and_keeps_them_until_it_releases_them() {
    let mut api = Api::empty();
    let grant = |token: &str, site: &str, hosts: Value| {
        let mut grant = json!({ "role": "owner", "sites": [site], "sha256": Sha256Digest::of(token.as_bytes()) });
        if !hosts.is_null() {
            grant["hosts"] = hosts;
        }
        grant
    };
    let tokens = json!([
        grant(
            "shop",
            "shop",
            json!(["www.shop.example", "*.shops.example"])
        ),
        grant("attacker", "attacker", Value::Null),
        grant("rival", "rival", json!(["www.shop.example"])),
    ]);
    with_settings(&mut api, &[("TEMOIN_TOKENS", tokens.to_string())]);
    let publish = |token: &str, config: &Value, query: &str| {
        let authorization = format!("Bearer {token}");
        let path = format!("/v1/sites/{token}{query}");
        api.put(
            &path,
            &[("authorization", &authorization)],
            config.to_string().as_bytes(),
        )
    };
    let www = through_the_edge("https://www.shop.example");
    let not_granted = "www.shop.example is a host that this token may not have enforced (`edge`): have the operator of \
                       this server add it to the token's `hosts`";
    for query in ["?dry_run", ""] {
        publish("attacker", &www, query).assert_contradiction(&[("origins[0]", not_granted)]);
    }
    assert_eq!(publish("shop", &www, "").status, 201);
    // Another host is no other notice.
    let moved = publish("shop", &through_the_edge("https://a.shops.example"), "");
    assert_eq!(moved.status, 200, "{}", moved.text);
    // The shop has given the first one up, and it is still the shop's.
    let taken = "www.shop.example is enforced (`edge`) for another site of this server";
    publish("rival", &www, "").assert_contradiction(&[("origins[0]", taken)]);

    let hosts = |token: &str, site: &str| {
        let authorization = format!("Bearer {token}");
        api.get(
            &format!("/v1/sites/{site}/hosts"),
            &[("authorization", &authorization)],
        )
    };
    let release = |token: &str, site: &str, host: &str| {
        let authorization = format!("Bearer {token}");
        api.delete(
            &format!("/v1/sites/{site}/hosts/{host}"),
            &[("authorization", &authorization)],
        )
    };
    assert_eq!(
        hosts("shop", "shop").json(),
        json!({ "hosts": [
            { "host": "a.shops.example", "enforced": true },
            { "host": "www.shop.example", "enforced": false },
        ] })
    );
    assert_eq!(hosts("rival", "shop").status, 403);
    assert_eq!(release("rival", "shop", "www.shop.example").status, 403);
    assert_eq!(release("rival", "rival", "www.shop.example").status, 404);
    assert_eq!(release("shop", "shop", "a.shops.example").status, 409);
    assert_eq!(release("shop", "shop", "www.shop.example").status, 204);
    assert_eq!(release("shop", "shop", "www.shop.example").status, 404);
    // The shop's events say who gave what up, and that somebody else tried.
    let events = api.get("/v1/sites/shop/events", &[("authorization", "Bearer shop")]);
    let events = events.json()["events"].as_array().unwrap().clone();
    let of = |kind: &str| -> Vec<_> {
        let events = events.iter();
        events.filter(|event| event["kind"] == kind).collect()
    };
    let released = of("host_released");
    assert_eq!(released.len(), 1);
    assert_eq!(released[0]["host"], "www.shop.example");
    let grant = Sha256Digest::of(b"shop").to_string();
    assert_eq!(released[0]["grants"], json!([&grant[..12]]));
    let refused = of("token_refused");
    assert!(
        refused
            .iter()
            .all(|event| event["request"] == "hosts" && event["reason"] == "not_allowed"),
        "{refused:?}"
    );
    assert!(!refused.is_empty());
    let published = of("published");
    assert_eq!(
        published[0]["changed"],
        json!(["configuration", "origins", "hosts"])
    );
    assert_eq!(publish("rival", &www, "").status, 201);
}

#[test]
fn a_token_on_a_path_of_the_api_never_reaches_a_sites_server() {
    let edge = edge_site(vec![("/v1/orders", answer("200 OK", "", b"theirs"))]);
    let secret = "authorization: Bearer secret\r\n";
    for line in [
        "GET /v1/sites/other/consents",
        "DELETE /v1/sites/other/consents",
        "PUT /v1/sites/other",
        "GET /v1/receipts/other.00000000000000000000000000000000",
        "GET /v1/health",
    ] {
        edge.ask(line, secret, "");
        let asked = edge.origin.last();
        assert_eq!(asked.line, line);
        assert_eq!(asked.headers.get("authorization"), None, "{line}");
    }
    for line in ["GET /", "POST /", "GET /v1/else"] {
        edge.ask(line, secret, "");
        let asked = edge.origin.last();
        assert_eq!(asked.headers["authorization"], "Bearer secret", "{line}");
    }
    // What is the site's own address is the site's own affair.
    assert_eq!(edge.ask("GET /v1/orders", secret, "").text(), "theirs");
    assert_eq!(edge.origin.last().headers["authorization"], "Bearer secret");
}

#[test]
fn a_sites_server_is_on_the_public_internet_unless_the_operator_says_otherwise() {
    let mut edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    assert_eq!(edge.get("/", "").status, 200);
    let own = edge.api.server.url();
    with_settings(
        &mut edge.api,
        &[
            ("TEMOIN_PRIVATE_ORIGINS", String::new()),
            ("TEMOIN_ORIGINS", own),
        ],
    );
    // By its name or address: an error of the field.
    for private in [
        "http://127.0.0.1:9",
        "https://169.254.169.254",
        "https://10.0.0.1:22",
        "https://0x7f000001",
        "http://pages.localhost:9",
        "https://pages.internal",
    ] {
        let mut config = through_the_edge("https://autre.example");
        config["edge"]["origin_server"] = json!(private);
        let why = "is not on the public internet: name a public server, or have the operator of this one allow private \
                   addresses";
        let refused = edge.api.publish("autre", &config);
        refused.assert_contradiction(&[("edge.origin_server", &format!("{private} {why}"))]);
    }
    // By what it resolves to, or from before: the network of the runtime lets nothing through.
    assert_eq!(edge.get("/", "").status, 502);
}
