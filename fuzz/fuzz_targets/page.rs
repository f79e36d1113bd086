//! A page, however it is cut: the same comes of it; it is held once and for all; and where nothing must wait
//! every byte passes.

#![no_main]

use edge_gate::{Inserted, Page, Rewriter, Rules, Visitor, policy::Allowance};
use encoding_rs::UTF_8;
use libfuzzer_sys::fuzz_target;
use std::rc::Rc;

fn page(purpose: &str) -> Rc<Page> {
    let rules: Rules = serde_json::from_value(serde_json::json!({
        "model": "opt-in", "asked": ["marketing"], "material": "0123456789ab", "domain": null,
        "unknown_cookies": "pass",
        "services": [{
            "id": "youtube", "purpose": purpose, "open": false,
            // In the one every host is a necessary service's, as far as a name can say so.
            "hosts": ["youtube.com", "com", "example", "org", "net"], "cookies": []
        }]
    }))
    .expect("the rules are good");
    Rc::new(Page {
        rules: Rc::new(rules),
        visitor: Visitor::REFUSED,
        address: "https://relais.example/a/".parse().expect("the address is good"),
    })
}

fn run(mut rewriter: Rewriter, chunks: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in chunks {
        rewriter.write(chunk, &mut out);
    }
    rewriter.end(&mut out);
    out
}

fn document(chunks: &[&[u8]]) -> Vec<u8> {
    let inserted = Inserted {
        site: "relais".parse().expect("the name is good"),
        element: "<script>LOADER</script>".to_owned(),
        allowance: Allowance::default(),
    };
    run(Rewriter::document(page("marketing"), UTF_8, inserted), chunks)
}

fuzz_target!(|input: (u16, &[u8])| {
    let (at, html) = input;
    let (before, after) = html.split_at(usize::from(at) % (html.len() + 1));
    let whole = document(&[html]);
    assert_eq!(document(&[before, after]), whole);
    let held = run(Rewriter::fragment(page("marketing"), UTF_8), &[html]);
    let again = run(Rewriter::fragment(page("marketing"), UTF_8), &[&held]);
    assert_eq!(again, held, "what is held is held");
    // Nobody the site has not named can be asked for, and nothing must wait: nothing changes.
    let names_strangers = |bytes: &[u8]| bytes.windows(2).any(|two| two == b"//" || two == b"\\\\" || two == b"/\\" || two == b"\\/");
    if !names_strangers(html) && !html.contains(&b':') && !html.contains(&b'&') && !html.contains(&b'\t') && !html.contains(&b'\n') && !html.contains(&b'\r') {
        assert_eq!(run(Rewriter::fragment(page("necessary"), UTF_8), &[html]), html);
    }
});
