//! Cookies, both ways.

use super::origin::answer;
use super::{HTML, PAGE, edge_site};
use crate::support::now;
use consent_core::Purpose;

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
        assert_eq!(
            got.header("set-cookie"),
            "session=2; HttpOnly & _m=; Max-Age=0",
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
