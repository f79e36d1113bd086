//! Several laws at the edge: the visitor's place decides what waits, and which loader is in the page.

use super::origin::answer;
use super::{EdgeSite, HTML, PAGE, edge_site_with};
use consent_core::{Decision, NoticeHash, Purpose, StoredChoice};
use serde_json::json;

/// A site under the law of Québec whose visitors in California, Canada and France have theirs.
fn site() -> EdgeSite {
    let answers = vec![
        ("/", answer("200 OK", HTML, PAGE.as_bytes())),
        (
            "/.well-known/gpc.json",
            answer("404 Not Found", "content-type: text/plain\r\n", b"none"),
        ),
    ];
    edge_site_with(answers, |config| {
        config["jurisdictions"] = json!(["US-CA", "CA", "FR"]);
    })
}

/// Which purposes' things wait in the page that a visitor gets.
fn waiting(edge: &EdgeSite, place: &str, more: &str) -> (bool, bool) {
    let page = edge
        .get("/", &format!("x-visitor-place: {place}\r\n{more}"))
        .text();
    (
        page.contains("<script data-category=\"statistics\""),
        page.contains("<img data-category=\"marketing\""),
    )
}

#[test]
fn what_waits_before_an_answer_is_what_the_law_of_the_place_holds_back() {
    let edge = site();
    for (place, statistics, marketing) in [
        ("CA-QC", true, true),
        ("FR", true, true),
        ("CA-ON", false, true),
        ("US-CA", false, false),
        // No law of the site's: its own.
        ("US-TX", true, true),
        ("", true, true),
        ("XX", true, true),
    ] {
        assert_eq!(
            waiting(&edge, place, ""),
            (statistics, marketing),
            "{place}"
        );
    }
    // The signal is an objection where the law has it.
    assert_eq!(waiting(&edge, "US-CA", "sec-gpc: 1\r\n"), (false, true));
    assert_eq!(waiting(&edge, "CA-ON", "sec-gpc: 1\r\n"), (false, true));
}

#[test]
fn the_page_has_the_loader_of_that_law_and_no_cache_gives_it_to_another() {
    let edge = site();
    let of =
        |place: &str, more: &str| edge.get("/", &format!("x-visitor-place: {place}\r\n{more}"));
    let california = of("US-CA", "");
    assert!(california.text().contains(r#""law":"US-CA""#));
    assert!(of("FR-75", "").text().contains(r#""law":"FR""#));
    assert!(of("JP", "").text().contains(r#""law":"CA-QC""#));
    assert!(
        california.header("cache-control").contains("private"),
        "{}",
        california.header("cache-control")
    );
    let support = |place: &str| {
        edge.get(
            "/.well-known/gpc.json",
            &format!("x-visitor-place: {place}\r\n"),
        )
        .status
    };
    assert_eq!((support("US-CA"), support("FR")), (200, 404));
}

#[test]
fn an_answer_under_one_law_is_one_under_another_where_it_would_have_been_given_there() {
    let edge = site();
    let choice = |law: &str, granted: &[Purpose]| {
        let editions = edge.api.get_as_owner("/v1/sites/relais/editions");
        let notice = if law == "CA-QC" {
            edge.notice.clone()
        } else {
            editions["editions"][0]["laws"][law]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert!(notice.parse::<NoticeHash>().is_ok());
        let material = edge.api.notice(&notice).material().digest();
        let choice = StoredChoice::new(
            Decision::granting(granted),
            crate::support::now(),
            13,
            material,
        );
        format!("cookie: consent_temoin={choice}\r\n")
    };
    let all = [Purpose::Statistics, Purpose::Marketing];
    for (answered, granted, place, waits) in [
        ("FR", &all[..], "FR", (false, false)),
        ("FR", &all, "CA-QC", (false, false)),
        ("FR", &all, "US-CA", (false, false)),
        ("US-CA", &all, "US-CA", (false, false)),
        ("US-CA", &all, "FR", (true, true)),
        ("US-CA", &all, "CA-ON", (false, true)),
        ("CA", &all, "FR", (true, true)),
        ("FR", &[], "US-CA", (true, true)),
        ("US-CA", &[], "CA-ON", (true, true)),
    ] {
        let cookie = choice(answered, granted);
        assert_eq!(
            waiting(&edge, place, &cookie),
            waits,
            "{answered} {granted:?} {place}"
        );
    }
}
