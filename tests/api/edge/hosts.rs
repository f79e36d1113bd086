//! Whose a host is, and whose an address on it.

use super::origin::{answer, ask};
use super::{HTML, PAGE, behind, behind_with};
use crate::support::{SITE, config};
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
    let behind = behind(own);
    let loader = behind.get(&format!("/t/{SITE}.js"), "");
    assert!(loader.text().contains(&behind.notice));
    let file = loader
        .text()
        .split('"')
        .find(|text| text.starts_with("/w/"))
        .unwrap()
        .to_owned();
    assert_eq!(behind.get(&file, "").status, 200);
    assert_eq!(
        behind.get(&format!("/v1/sites/{SITE}/logs"), "").status,
        200
    );
    for path in LOOK_LIKE_THE_APIS {
        assert_eq!(behind.get(path, "").text(), "own", "{path}");
    }
    assert_eq!(behind.api.get("/v1/health", &[]).status, 200);
}

#[test]
fn it_is_off_until_it_is_said_and_off_again_when_it_is_not() {
    let behind = behind(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    assert_eq!(behind.get("/", "").status, 200);
    let other = ask(&behind.api.server.url(), "autre.localhost", "GET /", "", "");
    assert_eq!(other.status, 404);
    let again = behind.api.publish("autre", &{
        let mut config = config();
        config["origins"] = json!(["https://autre.example", format!("http://{}", behind.host)]);
        config["edge"] = json!({ "origin_server": "https://pages.autre.example" });
        config
    });
    again.assert_contradiction(&[(
        "origins[1]",
        &format!(
            "{} is enforced (`edge`) for another site of this server",
            behind.host
        ),
    )]);
    let mut off = config();
    off["origins"] = json!([format!("http://{}", behind.host)]);
    off["services"][0]["hosts"] = json!(["mesure.example"]);
    let published = behind.api.publish(SITE, &off).json();
    assert_eq!(
        published["asks_anew"], false,
        "a setting of the owner's asks nobody anew"
    );
    // What this isolate was told holds for some seconds.
    let started = std::time::Instant::now();
    while behind.get("/", "").status != 404 {
        assert!(started.elapsed().as_secs() < 10);
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn a_server_that_leads_nowhere_or_back_is_said_to() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let behind = behind_with(vec![], |config| {
        config["edge"]["origin_server"] = json!(format!("http://{closed}"));
    });
    let got = behind.get("/", "");
    assert_eq!(
        (got.status, got.header("content-type")),
        (502, "application/problem+json".to_owned())
    );
    let got = behind.get("/", "x-temoin-edge: 1\r\n");
    assert_eq!(got.status, 508);
}
