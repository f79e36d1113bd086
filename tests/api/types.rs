//! `GET /t/temoin.d.ts`

use crate::support::{Api, UNKNOWN_SITE};

#[test]
fn the_types_of_the_script_api_are_published_beside_the_loader() {
    let api = Api::empty();
    let answer = api.get("/t/temoin.d.ts", &[]);
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("content-type", "text/plain; charset=utf-8"),
        ("cache-control", "public, max-age=86400"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let written = include_str!("../../consent-widget/loader/temoin.d.ts");
    assert_eq!(answer.text, written);
}

#[test]
fn no_site_can_take_their_address() {
    let api = Api::empty();
    api.get("/t/temoin.d.js", &[]).assert_refused(UNKNOWN_SITE);
    api.get("/t/other.d.ts", &[]).assert_refused(UNKNOWN_SITE);
}
