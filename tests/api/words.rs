//! The owner's own words and the place of the banner: in the notice and the loader of every law, checked all at once, compared.

use crate::support::{Api, SITE, config};
use consent_core::Sha256Digest;
use serde_json::{Value, json};

fn worded() -> Value {
    let mut config = config();
    config["words"] = json!({
        "en": { "title": "Cookies here", "text": "We count visits.", "accept": "I accept", "refuse": "I refuse", "choose": "Let me choose",
            "dialog_title": "You choose", "dialog_text": "One by one.", "save": "Keep this" },
        "fr-CA": { "accept": "J’accepte", "refuse": "Je refuse" }
    });
    config
}

fn loader(api: &Api, query: &str) -> String {
    api.get(&format!("/t/{SITE}.js?{query}"), &[]).text
}

#[test]
fn own_words_are_in_the_notice_and_in_the_loader_of_every_law() {
    let mut config = worded();
    config["jurisdictions"] = json!(["CA-QC", "FR", "US-CA"]);
    let (api, _) = Api::publishing(&config);
    for place in ["FR", "US-CA", "CA-QC"] {
        let english = loader(&api, &format!("language=en&place={place}"));
        for text in [
            "Cookies here",
            "We count visits.",
            "I accept",
            "I refuse",
            "Let me choose",
        ] {
            assert!(english.contains(text), "{place}: {text}");
        }
        for text in [
            "Your cookies, your choice",
            "Refuse all",
            "Accept all",
            "Customize",
        ] {
            assert!(!english.contains(text), "{place}: {text}");
        }
        // What the law wants said stands beside them: who receives data, for what, for how long, and the policy.
        for text in [
            "third parties (1)",
            "13 months",
            "Purposes asked for:",
            "Statistics",
            "Privacy policy",
            "/confidentialite",
        ] {
            assert!(english.contains(text), "{place}: {text}");
        }
        assert!(loader(&api, &format!("language=fr-CA&place={place}")).contains("J’accepte"));
    }
}

#[test]
fn other_words_are_another_notice_and_ask_nobody_again() {
    let (api, before) = Api::with_site();
    let answer = api.publish(SITE, &worded()).json();
    assert_ne!(answer["notice"], before);
    assert_eq!(answer["asks_anew"], false);
    assert_eq!(answer["material_changes"], json!([]));
    assert_eq!(answer["findings"], json!([]));
    let notice = api
        .get(
            &format!("/v1/notices/{}", answer["notice"].as_str().unwrap()),
            &[],
        )
        .json();
    assert_eq!(
        notice["texts"]["en"]["banner"]["own_text"],
        "We count visits."
    );
    assert_eq!(notice["texts"]["en"]["dialog"]["save"], "Keep this");
    assert_eq!(
        notice["texts"]["fr-CA"]["banner"]["reject_all"],
        "Je refuse"
    );
    assert_eq!(
        notice["texts"]["fr-CA"]["banner"]["title"],
        "Vos témoins, votre choix"
    );
    let a = Sha256Digest::of(config().to_string().as_bytes());
    let said = api.get_as_owner(&format!("/v1/sites/{SITE}/compare?a={a}"));
    assert_eq!(said["asks_anew"], false);
    assert_eq!(said["changes"][0]["field"], "words");
    assert_eq!(said["changes"][0]["kind"], "added");
    // One language is left in our words.
    let mut english = worded();
    english["words"].as_object_mut().unwrap().remove("fr-CA");
    assert_eq!(
        api.publish(SITE, &english).json()["findings"],
        json!([{ "field": "words", "message": "has no words in fr-CA: visitors who read that read ours" }])
    );
}

#[test]
fn words_that_lead_are_refused_all_at_once_and_nothing_is_published() {
    let (api, before) = Api::with_site();
    let mut config = config();
    config["words"] = json!({
        "en": { "accept": "Got it", "refuse": "Not now", "text": "By continuing, you agree." },
        "fr-CA": { "accept": "J’accepte", "title": "Vos t\u{200b}émoins" },
        "de": { "title": "Cookies" }
    });
    config["position"] = json!("bottom");
    api.publish(SITE, &config).assert_contradiction(&[
        ("words.de", "is no language of the site: add de to `languages`, or leave these words out"),
        ("words.en.accept", "does not say plainly that the visitor accepts: write “Accept all”, or another text with “accept…”, “agree…”, “allow…”, “consent…”, and with no word of refusal"),
        ("words.en.accept", "says “got it”, which leads, presses or answers nothing: say what the button does, such as “Accept all”"),
        ("words.en.refuse", "says “not now”, which leads, presses or answers nothing: say what the button does, such as “Refuse all”"),
        ("words.en.text", "says “by continuing”, which presses, or takes for a yes what is none: only a press of a button answers"),
        ("words.fr-CA.title", "has a character that nobody sees (U+200B): leave it out"),
        ("words.fr-CA.refuse", "is missing beside `accept`: give both or neither, such as “Tout refuser”"),
    ]);
    config["words"] = json!({ "en": { "text": "x".repeat(301) }, "fr-CA": { "save": 3 } });
    config["position"] = json!("top");
    let refused = api.publish(SITE, &config);
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    let mut fields: Vec<_> = errors
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["position", "words.en.text", "words.fr-CA.save"]);
    assert_eq!(
        api.publish(SITE, &super::support::config()).json()["notice"],
        before
    );
}

#[test]
fn the_place_is_in_the_notice_and_only_its_style_is_in_the_loader() {
    let (api, before) = Api::with_site();
    let plain = loader(&api, "language=en");
    let mut config = config();
    // A default that is written down changes no notice, and so no loader.
    config["position"] = json!("bottom");
    assert_eq!(api.publish(SITE, &config).json()["notice"], before);
    for (position, rule) in [
        ("corner", "inset-inline:auto 12px"),
        ("centre", "margin:auto!important;inset:12px"),
    ] {
        config["position"] = json!(position);
        let answer = api.publish(SITE, &config).json();
        assert_eq!(answer["asks_anew"], false);
        assert_eq!(answer["findings"], json!([]));
        let notice = api
            .get(
                &format!("/v1/notices/{}", answer["notice"].as_str().unwrap()),
                &[],
            )
            .json();
        assert_eq!(notice["position"], position);
        let placed = loader(&api, "language=en");
        assert!(placed.contains(rule) && !plain.contains(rule), "{position}");
        assert!(placed.len() - plain.len() < 450, "{position}");
    }
}
