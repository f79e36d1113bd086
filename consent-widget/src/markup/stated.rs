//! What a site states of its data is in the dialog and in the declaration, and nothing of it is in the first layer.

use super::Rendered;
use super::tests::{notice, rendered};
use serde_json::{Value, json};

fn practitioner(config: &mut Value) {
    config["jurisdiction"] = json!("FR");
    config["legal_bases"] = json!({ "necessary": "contract", "marketing": "consent" });
    config["rights"] = json!({ "url": "/droits", "email": "a@b.example", "address": "1, rue <X>" });
    let service = &mut config["services"][0];
    service["safeguard"] = json!("privacy_framework");
    service["safeguard_url"] = json!("https://www.dataprivacyframework.gov");
    service["retention"] = json!([
        { "data": "trackers", "keep": "P13M" }, { "data": "audience_data", "keep": "P25M" },
        { "data": "ip_addresses", "keep": "P12M" }, { "data": "logs", "keep": "P1M" },
        { "data": "other", "name": { "fr-CA": "dossiers <1>", "en": "files <1>" }, "keep": "P3Y" }
    ]);
}

fn processor(config: &mut Value) {
    config["customer"] = json!({
        "name": { "fr-CA": "votre école", "en": "your <school>" },
        "contact": { "fr-CA": "son secrétariat", "en": "its office" }
    });
}

#[track_caller]
fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn both_say_why_how_long_and_what_protects() {
    let Rendered {
        first_layer,
        dialog,
        declaration,
    } = rendered("en", practitioner);
    for html in [&dialog, &declaration] {
        has(
            html,
            &[
                "<dt>Legal basis</dt><dd><bdi>your consent</bdi></dd>",
                "<dt>Legal basis</dt><dd><bdi>performance of a contract</bdi></dd>",
                "<dt>Data kept</dt><dd><bdi>trackers (P13M) · audience data (P25M) · IP addresses (P12M) · logs (P1M) · files &lt;1&gt; (P3Y)</bdi></dd>",
                "<bdi>Data Privacy Framework (adequacy decision)</bdi>",
                r#"<a href="https://www.dataprivacyframework.gov" rel="noreferrer">Read the safeguard (YouTube &lt;3)</a>"#,
            ],
        );
    }
    for word in ["Legal basis", "Data kept", "Your rights"] {
        assert!(!first_layer.layer.contains(word), "{word}");
    }
}

#[test]
fn the_declaration_has_every_right_of_the_law_and_how_to_use_them() {
    let rights = |law: &'static str| {
        let html = rendered("en", |config| {
            practitioner(config);
            config["jurisdiction"] = json!(law);
            config["legal_bases"] = json!({});
            config["services"][0]["safeguard"] = json!("assessment");
        });
        let (_, rest) = html.declaration.split_once("<h3>Your rights</h3>").unwrap();
        rest.split_once("</section>").unwrap().0.to_owned()
    };
    let france = rights("FR");
    assert_eq!(france.matches("<li>").count(), 10, "{france}");
    has(
        &france,
        &[
            "<li>access to your data</li>",
            "<li>instructions for after your death</li>",
            r#"<a href="/droits">Use my rights</a>"#,
            r#"<a href="mailto:a@b.example" dir="ltr">a@b.example</a>"#,
            "<bdi>1, rue &lt;X&gt;</bdi>",
            "<dt>Answer within</dt><dd><bdi>P1M</bdi></dd>",
        ],
    );
    let quebec = rights("CA-QC");
    has(&quebec, &["de-indexing", "portability", "<bdi>P30D</bdi>"]);
    assert!(!quebec.contains("after your death"), "{quebec}");
    let california = rights("US-CA");
    has(
        &california,
        &[
            "opting out of sale",
            "no worse treatment",
            "<bdi>P45D</bdi>",
        ],
    );
}

#[test]
fn the_dialog_has_one_line_that_leads_to_how_rights_are_used() {
    let line = |rights: Value| {
        let dialog = rendered("en", |config| config["rights"] = rights).dialog;
        let (_, rest) = dialog.split_once("<p>Your rights – ").unwrap();
        rest.split_once("</p>").unwrap().0.trim().to_owned()
    };
    let all = json!({ "url": "/droits", "email": "a@b.example", "address": "1, rue X" });
    assert_eq!(line(all), r#"<a href="/droits">Use my rights</a>"#);
    let mail = json!({ "email": "a@b.example", "address": "1, rue X" });
    assert_eq!(
        line(mail),
        r#"<a href="mailto:a@b.example">Use my rights</a>"#
    );
    assert_eq!(
        line(json!({ "address": "1, rue X" })),
        "<bdi>1, rue X</bdi>"
    );
    assert!(!rendered("en", |_| ()).dialog.contains("Your rights"));
}

#[test]
fn a_processor_says_who_decides_and_who_answers() {
    let whole = rendered("en", |config| {
        processor(config);
        config["role"] = json!("processor");
        config["services"][0]["role"] = json!("controller");
    });
    has(
        &whole.declaration,
        &[
            "<p>R acts on behalf of your &lt;school&gt;, who decides why",
            "<dt>Responsible</dt><dd><bdi>your &lt;school&gt;</bdi></dd><dt>Contact</dt><dd><bdi>its office</bdi></dd><dt>Processor</dt><dd><bdi>R</bdi></dd>",
            // The one service that it uses for itself.
            "<dt>Responsible</dt><dd><bdi>R</bdi></dd>",
        ],
    );
    let part = rendered("en", |config| {
        processor(config);
        config["services"][0]["role"] = json!("processor");
    });
    has(
        &part.declaration,
        &[
            "<p>YouTube &lt;3 – R acts on behalf of",
            "<dt>Responsible</dt><dd><bdi>your &lt;school&gt; · its office</bdi></dd>",
            "<dt>Responsible</dt><dd><bdi>R</bdi></dd><dt>Person in charge</dt>",
        ],
    );
    has(
        &part.dialog,
        &["<bdi>your &lt;school&gt; · its office</bdi>"],
    );
}

#[test]
fn only_a_notice_that_states_something_has_the_words_for_it() {
    let groups = |change: fn(&mut Value)| {
        let notice: Value = serde_json::from_slice(&notice(change).to_bytes()).unwrap();
        let texts = &notice["texts"]["en"];
        let groups = [
            "retention",
            "legal_bases",
            "transfers",
            "processor",
            "rights",
        ];
        groups.map(|group| texts.get(group).is_some())
    };
    assert_eq!(groups(|_| ()), [false; 5]);
    assert_eq!(groups(practitioner), [true, true, true, false, true]);
    let customer = |config: &mut Value| {
        processor(config);
        config["role"] = json!("processor");
    };
    assert_eq!(groups(customer), [false, false, false, true, false]);
}
