//! Cookies, both ways.

use super::origin::answer;
use super::{HELD, HTML, PAGE, edge_site, edge_site_with, without_loader};
use crate::support::now;
use consent_core::{Decision, Purpose, StoredChoice};

#[test]
fn the_choice_is_kept_to_its_own_end_by_the_page_itself() {
    let edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let choice = edge.choice(&[]);
    let set = edge
        .get("/", &format!("cookie: {choice}\r\n"))
        .header("set-cookie");
    let rest = set
        .strip_prefix(&format!("{choice}; Path=/; Max-Age="))
        .unwrap_or_else(|| panic!("{set}"));
    let seconds: i64 = rest.split(';').next().unwrap().parse().unwrap();
    let whole = (now().add_months(13).as_millis() - now().as_millis()) / 1000;
    assert!((whole - 60..=whole).contains(&seconds), "{seconds}");
    assert_eq!(edge.get("/", "").header("set-cookie"), "");
}

#[test]
fn cookies_of_what_is_denied_go_neither_way() {
    let set = "set-cookie: _m=1; Path=/\r\nset-cookie: session=2; HttpOnly\r\nset-cookie: _m=; Max-Age=0\r\n";
    let edge = edge_site(vec![
        (
            "/",
            answer("200 OK", &format!("{HTML}{set}"), PAGE.as_bytes()),
        ),
        (
            "/data",
            answer(
                "200 OK",
                &format!("content-type: application/json\r\n{set}"),
                b"{}",
            ),
        ),
    ]);
    for path in ["/", "/data"] {
        let got = edge.get(path, "cookie: a=1; _m=5; session=3\r\n");
        // A page, which is made for this visitor alone, also deletes what the browser has.
        let deleted = if path == "/" {
            " & _m=; Max-Age=0; Path=/ & _m=; Max-Age=0; Path=/; Domain=relais.localhost"
        } else {
            ""
        };
        assert_eq!(
            got.header("set-cookie"),
            format!("session=2; HttpOnly & _m=; Max-Age=0{deleted}"),
            "{path}"
        );
        assert_eq!(edge.origin.last().headers["cookie"], "a=1; session=3");
        let agreed = edge.choice(&[Purpose::Statistics]);
        let got = edge.get(path, &format!("cookie: {agreed}; _m=5\r\n"));
        assert!(
            got.header("set-cookie")
                .starts_with("_m=1; Path=/ & session=2"),
            "{path}"
        );
        assert_eq!(
            edge.origin.last().headers["cookie"],
            format!("{agreed}; _m=5")
        );
    }
    edge.get("/data", "cookie: _m=5\r\n");
    assert!(!edge.origin.last().headers.contains_key("cookie"));
}

#[test]
fn a_cookie_is_deleted_as_browsers_read_it() {
    let headers = format!(
        "{HTML}set-cookie: _m_a=; Expires=Fri, 27 Nov 2020 10:00:00 GMT\r\n\
        set-cookie: _m_b=; expires=Friday, 27-Nov-20 10:00:00 GMT; Max-Age=soon\r\n\
        set-cookie: _m_c=1; Max-Age=60; Expires=Fri, 27 Nov 2020 10:00:00 GMT\r\n\
        set-cookie: _m_d=1; Expires=Fri, 27 Nov 2020 10:00:00 GMT; Expires=Fri, 27 Nov 2099 10:00:00 GMT\r\n\
        set-cookie: _m=1; Max-Age=0\r\n"
    );
    let edge = edge_site_with(vec![("/", answer("200 OK", &headers, b""))], |config| {
        config["services"][0]["cookies"] =
            serde_json::json!([{ "name": "_m*", "lifetime": "P30D" }]);
    });
    assert_eq!(
        edge.get("/", "").header("set-cookie"),
        "_m_a=; Expires=Fri, 27 Nov 2020 10:00:00 GMT & \
        _m_b=; expires=Friday, 27-Nov-20 10:00:00 GMT; Max-Age=soon & _m=1; Max-Age=0"
    );
}

#[test]
fn what_grants_and_comes_from_the_future_overrides_no_refusal() {
    let edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let refused = edge.choice(&[]);
    let material = edge.api.notice(&edge.notice).material().digest();
    let ahead = now().saturating_add_seconds(23 * 3600);
    let granted = Decision::granting(&[Purpose::Statistics, Purpose::Marketing]);
    let ahead = StoredChoice::new(granted, ahead, 13, material);
    for cookies in [
        format!("{refused}; consent_temoin={ahead}"),
        format!("consent_temoin={ahead}; {refused}"),
    ] {
        let got = edge.get("/", &format!("cookie: {cookies}\r\n"));
        assert!(without_loader(&got.text()).ends_with(HELD), "{cookies}");
        assert!(got.header("set-cookie").starts_with(&refused), "{cookies}");
    }
}

#[test]
fn a_request_with_too_many_cookies_is_answered_and_only_what_was_read_goes_on() {
    let edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let many: Vec<String> = (0..3_000).map(|n| format!("n{n}=")).collect();
    let got = edge.get("/", &format!("cookie: {}\r\n", many.join("; ")));
    assert!(without_loader(&got.text()).ends_with(HELD));
    assert_eq!(
        edge.origin.last().headers["cookie"],
        many[..1_000].join("; ")
    );
}
