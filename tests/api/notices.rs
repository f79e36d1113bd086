//! `GET /v1/notices/HASH`

use crate::support::{Api, SITE, UNKNOWN_NOTICE, config};
use consent_core::{Notice, NoticeHash, Sha256Digest};
use serde_json::json;

#[test]
fn the_bytes_answered_are_those_the_hash_names() {
    let (api, hash) = Api::with_site();
    let answer = api.get(&format!("/v1/notices/{hash}"), &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(NoticeHash::of(answer.text.as_bytes()).to_string(), hash);
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let notice: Notice = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(notice.site.as_str(), SITE);
    assert_eq!(notice.texts.len(), 2);
    assert_eq!(notice.to_bytes(), answer.text.as_bytes());
}

#[test]
fn the_notice_states_the_code_that_shows_it() {
    let (api, hash) = Api::with_site();
    let notice = api.get(&format!("/v1/notices/{hash}"), &[]).json();
    let folder = local_server::assets();
    let loader = std::fs::read(folder.join("loader-several.js")).unwrap();
    assert_eq!(
        notice["bundle"]["loader"],
        Sha256Digest::of(&loader).to_string()
    );
    for (part, ending) in [("script", "js"), ("wasm", "wasm")] {
        let digest = notice["bundle"][part].as_str().unwrap();
        let answer = std::fs::read(folder.join(format!("{}.{ending}", &digest[..16]))).unwrap();
        assert_eq!(Sha256Digest::of(&answer).to_string(), digest);
    }
}

#[test]
fn an_unknown_notice_is_refused() {
    let (api, _) = Api::with_site();
    for hash in [
        "0".repeat(64),
        "0".repeat(63),
        "Z".repeat(64),
        "x".to_owned(),
    ] {
        api.get(&format!("/v1/notices/{hash}"), &[])
            .assert_refused(UNKNOWN_NOTICE);
    }
}

#[test]
fn earlier_notices_stay() {
    let (api, first) = Api::with_site();
    let mut changed = config();
    changed["name"] = json!("Le Relais du Nord");
    let second = api.publish(SITE, &changed).json()["notice"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(first, second);
    for hash in [first, second] {
        assert_eq!(api.get(&format!("/v1/notices/{hash}"), &[]).status, 200);
    }
}
