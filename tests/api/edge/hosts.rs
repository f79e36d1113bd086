//! Whose a host is, and whose an address on it.

use super::origin::{answer, ask};
use super::{HTML, PAGE, edge_site, edge_site_with};
use crate::support::{Clock, SITE, config, wait_for};
use serde_json::json;

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
