//! A configuration that nobody changes publishes the notice that it published: the hashes of the demo sites' notices, with
//! everything that is rendered from them. Whoever changes a text or an element on purpose renews them, and every site's notice
//! has another hash from then on. What two of the sites state of their data is left out, and the words and the place of another's banner: they came later. The code that shows it is left out: its digests change with each build.

use super::tests::Codes;
use super::{Rendered, render};
use consent_core::notice::{BundleDigests, ShownDigests};
use consent_core::{Notice, NoticeHash, Sha256Digest, SiteConfig};
use serde_json::Value;

/// What a configuration can state since the hashes were pinned. Without it, a notice has the bytes that it had.
const STATED_SINCE: [&str; 10] = [
    "legal_bases",
    "role",
    "customer",
    "rights",
    "words",
    "position",
    "legal_basis",
    "retention",
    "safeguard_url",
    "role",
];

fn without_what_is_stated_since(config: &mut Value) {
    let (site, services) = STATED_SINCE.split_at(6);
    for name in site {
        config.as_object_mut().unwrap().remove(*name);
    }
    for service in config["services"].as_array_mut().unwrap() {
        for name in services {
            service.as_object_mut().unwrap().remove(*name);
        }
        // What protects the data of the shop's visitors from abroad, since it has their laws.
        if service["country"] == "CA" && service["safeguard"] == "adequacy" {
            service.as_object_mut().unwrap().remove("safeguard");
        }
    }
}

fn notice_hash(site: &str) -> NoticeHash {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-site/sites");
    let json = std::fs::read(format!("{folder}/{site}.json")).unwrap();
    let mut config: Value = serde_json::from_slice(&json).unwrap();
    without_what_is_stated_since(&mut config);
    let config = SiteConfig::parse(config.to_string().as_bytes()).unwrap();
    let digest = Sha256Digest::from_bytes([0; 32]);
    let bundle = BundleDigests {
        loader: digest,
        script: digest,
        wasm: digest,
    };
    let mut notice = Notice::new(site.parse().unwrap(), config, bundle);
    notice.shown = notice
        .languages
        .iter()
        .map(|language| {
            let Rendered {
                first_layer,
                dialog,
                declaration,
            } = render(&notice, language, &Codes).unwrap();
            let shown = ShownDigests {
                layer: Sha256Digest::of(first_layer.layer.as_bytes()),
                dialog: Sha256Digest::of(dialog.as_bytes()),
                declaration: Sha256Digest::of(declaration.as_bytes()),
            };
            (language.clone(), shown)
        })
        .collect();
    NoticeHash::of(&notice.to_bytes())
}

#[test]
fn the_demo_sites_publish_the_notices_that_they_published() {
    for (site, hash) in [
        (
            "atelier",
            "13e38a040a63e73d144739e1779dd6204c3d57266fdf6d3f5ba23048efc40491",
        ),
        (
            "bench",
            "9fafb83d6efc45aee7bb0b5bd2b86b5b9323bb37c9c1f6213b483a1e5e6bc7da",
        ),
        (
            "boutique",
            "e8a1dcf84689587954481f6d9f959086b7d8e46f29e5ffdc471ee5f2de94655b",
        ),
        (
            "communautaire",
            "866aade730ef07761335c1ba9bb7f741cdc49d9e08a23cef39aa540e4e0a2a2e",
        ),
        (
            "formation",
            "fcd9d800ef050d2d860a08abdf9a3032d1a0ff7fb39f6337774e8106a787b10e",
        ),
        (
            "garderie",
            "a21bd9d70558a7763fb7ee7a3f404721a89b64ca85b4b3e2e4dc2bf2eced0ae8",
        ),
    ] {
        assert_eq!(notice_hash(site).to_string(), hash, "{site}");
    }
}
