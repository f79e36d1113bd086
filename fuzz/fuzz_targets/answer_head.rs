//! The head of an answer of a site's server, one header for each line: whatever a browser may show as a page does not pass as it
//! is; policies only get closer; no header leads past the gate.

#![no_main]

use edge_gate::behind::Behind;
use edge_gate::media_type::{MediaType, one_of_many};
use edge_gate::plan::{Plan, Reading, ResponseHead};
use edge_gate::policy::{Allowance, nonce};
use edge_gate::{charset, headers, hop::Connection};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let [content_type, content_encoding, content_disposition, policy, address, accept] = [next(), next(), next(), next(), next(), next()];
    let kind = MediaType::of(content_type);
    if kind == MediaType::Html
        && let Some(one) = one_of_many(content_type)
    {
        assert_eq!(MediaType::of(&one), MediaType::Html, "{one}");
    }
    let _ = charset::of_header(content_type);
    let _ = charset::of_page(content_type, text.as_bytes());
    for destination in [None, Some("document"), Some("iframe"), Some("empty"), Some("image")] {
        let head = ResponseHead { status: 200, content_type, content_encoding, content_disposition, leads_on: false };
        let plan = Plan::of(Reading::of(destination, accept), head);
        if destination == Some("document") && kind != MediaType::Inert {
            assert_ne!(plan, Plan::Pass, "{content_type:?} {content_disposition:?}");
        }
    }
    let amended = Allowance::default().amend(policy);
    assert_eq!(Allowance::default().amend(&amended), amended, "once and for all");
    let _ = nonce(policy);
    let (server, own) = ("http://192.0.2.7:9000".parse().expect("an address"), "https://relais.example/a/".parse().expect("an address"));
    let behind = Behind { server: &server, own: &own };
    for outward in [behind.outward(address), behind.refresh(address)].into_iter().flatten() {
        assert!(behind.outward(&outward).is_none(), "{outward}");
    }
    let connection = Connection::read(address, "");
    assert!(connection.ends_here("connection"));
    let _ = (headers::cache_control(policy), headers::vary(policy), headers::etag(policy, "k"), headers::if_none_match(policy, "k"));
    let _ = headers::accept_encoding(accept);
});
