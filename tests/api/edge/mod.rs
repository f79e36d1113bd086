//! A site's pages behind the server: `edge` in the configuration, and a server of the site's own.

mod by_place;
mod closed;
mod cookies;
mod headers;
mod hosts;
mod origin;
mod pages;
mod passes;
mod privacy_signal;
mod way;

use crate::support::{Api, SITE, config, now};
use consent_core::{Decision, Purpose, StoredChoice};
use origin::{Got, Origin, ask};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const HTML: &str = "content-type: text/html; charset=utf-8\r\n";
const PAGE: &str = "<!doctype html><html><head><title>Été</title>\
    <script src=\"https://mesure.example/m.js\"></script></head>\
    <body><img src=\"https://stranger.example/p.gif\"><script src=\"/own.js\"></script></body></html>";
const HELD: &str = r#"<script data-category="statistics" data-service="mesure" data-src="https://mesure.example/m.js" type="text/plain"></script></head><body><img data-category="marketing" data-src="https://stranger.example/p.gif"><script src="/own.js"></script></body></html>"#;

/// The server, a site whose pages pass through it, and the site's own server.
struct EdgeSite {
    api: Api,
    origin: Origin,
    host: String,
    notice: String,
}

fn edge_site(answers: Vec<(&'static str, Vec<u8>)>) -> EdgeSite {
    edge_site_with(answers, |_| ())
}

fn edge_site_with(
    answers: Vec<(&'static str, Vec<u8>)>,
    change: impl FnOnce(&mut Value),
) -> EdgeSite {
    let api = Api::empty();
    let origin = Origin::start(BTreeMap::from_iter(answers));
    let port = api.server.url().rsplit(':').next().unwrap().to_owned();
    let host = format!("relais.localhost:{port}");
    let mut config = config();
    config["origins"] = json!([format!("http://{host}")]);
    config["services"][0]["hosts"] = json!(["mesure.example"]);
    config["edge"] = json!({ "origin_server": origin.url });
    change(&mut config);
    let published = api.publish(SITE, &config);
    assert_eq!(published.status, 201, "{}", published.text);
    let notice = published.json()["notice"].as_str().unwrap().to_owned();
    EdgeSite {
        api,
        origin,
        host,
        notice,
    }
}

impl EdgeSite {
    fn ask(&self, line: &str, headers: &str, body: &str) -> Got {
        ask(&self.api.server.url(), &self.host, line, headers, body)
    }

    fn get(&self, path: &str, headers: &str) -> Got {
        self.ask(&format!("GET {path}"), headers, "")
    }

    /// The cookie of a visitor who has agreed to these purposes.
    fn choice(&self, granted: &[Purpose]) -> String {
        let material = self.api.notice(&self.notice).material().digest();
        let choice = StoredChoice::new(Decision::granting(granted), now(), 13, material);
        format!("consent_temoin={choice}")
    }
}

/// The page without its loader, which must be first in the head and whole.
#[track_caller]
fn without_loader(page: &str) -> String {
    let (before, rest) = page.split_once("<head>").unwrap();
    let rest = rest
        .strip_prefix("<script data-temoin=\"inline\"")
        .unwrap_or_else(|| panic!("{}", &rest[..200]));
    let (loader, rest) = rest.split_once("</script>").unwrap();
    assert!(
        loader.is_ascii() && loader.contains(r#""server":"""#),
        "{}",
        &loader[..200]
    );
    format!("{before}<head>{rest}")
}

fn brotli(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::BrotliCompress(
        &mut &*text,
        &mut out,
        &brotli::enc::BrotliEncoderParams::default(),
    )
    .unwrap();
    out
}

/// The status that a host is answered with.
pub fn ask_host(api: &Api, host: &str, line: &str) -> u16 {
    ask(&api.server.url(), host, line, "", "").status
}
