//! `GET /t/SITE.js`

use crate::api::{Api, SITE, config};
use serde_json::json;

const PATH: &str = "/t/relais.js";

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
        let answer = api.get(path, &[]);
        answer.assert_problem(
            404,
            "unknown-site",
            "no site of that name is published here",
        );
    }
}
