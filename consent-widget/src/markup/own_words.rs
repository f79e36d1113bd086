//! An owner's own words are on the banner and in the dialog, as text, and nothing that the law wants said goes for them. The place of
//! the banner is a matter of style alone.

use super::Rendered;
use super::tests::rendered;
use serde_json::{Value, json};

fn own(config: &mut Value) {
    config["words"] = json!({ "en": {
        "title": "Cookies here", "text": "We count visits, “only” that.", "accept": "I accept", "refuse": "I refuse",
        "choose": "Let me choose", "dialog_title": "You choose", "dialog_text": "One by one.", "save": "Keep this"
    } });
}

/// What is left of a text when these parts are taken out, each of which it must have.
fn without(mut text: String, parts: &[&str]) -> String {
    for part in parts {
        let (before, after) = text.split_once(part).expect(part);
        text = [before, after].concat();
    }
    text
}

#[test]
fn they_stand_where_ours_stood_or_beside_them_and_nothing_else_changes() {
    for law in ["CA-QC", "FR", "CA", "US-CA"] {
        let law = |config: &mut Value| config["jurisdiction"] = json!(law);
        let ours = rendered("en", law);
        let theirs = rendered("en", |config| {
            law(config);
            own(config);
        });
        let theirs_layer = without(
            theirs.first_layer.layer,
            &[
                "Cookies here",
                "<p>We count visits, “only” that.</p>",
                "I refuse",
                "I accept",
                "Let me choose",
            ],
        );
        let ours_layer = without(
            ours.first_layer.layer,
            &[
                "Your cookies, your choice",
                "Refuse all",
                "Accept all",
                "Customize",
            ],
        );
        assert_eq!(theirs_layer, ours_layer);
        let theirs_dialog = without(
            theirs.dialog,
            &[
                "You choose",
                "<p>One by one.</p>",
                "I refuse",
                "I accept",
                "Keep this",
            ],
        );
        let ours_dialog = without(
            ours.dialog,
            &[
                "Choose my cookies",
                "Refuse all",
                "Accept all",
                "Save my choice",
            ],
        );
        assert_eq!(theirs_dialog, ours_dialog);
        assert_eq!(theirs.declaration, ours.declaration);
    }
    // The other language has none.
    let (ours, theirs) = (rendered("fr-CA", |_| ()), rendered("fr-CA", own));
    assert_eq!(ours.first_layer.layer, theirs.first_layer.layer);
    assert_eq!(ours.dialog, theirs.dialog);
}

#[test]
fn a_place_adds_a_style_and_changes_nothing_else() {
    let at = |position: &'static str, law: &'static str| {
        rendered("en", move |config| {
            config["position"] = json!(position);
            config["jurisdiction"] = json!(law);
        })
    };
    for law in ["CA-QC", "US-CA"] {
        let ours = rendered("en", |config| config["jurisdiction"] = json!(law));
        for (position, rule) in [
            ("bottom", ""),
            ("corner", "inset-inline:auto 12px!important"),
            ("centre", "margin:auto!important;inset:12px!important"),
        ] {
            let Rendered {
                first_layer,
                dialog,
                declaration,
            } = at(position, law);
            assert_eq!(first_layer.layer, ours.first_layer.layer);
            assert_eq!(first_layer.placeholder, ours.first_layer.placeholder);
            assert_eq!(
                (dialog, declaration),
                (ours.dialog.clone(), ours.declaration.clone())
            );
            let added = first_layer.style.strip_prefix(&ours.first_layer.style);
            let added = added.expect("what is added stands last");
            assert_eq!(added.is_empty(), position == "bottom");
            assert!(added.contains(rule) && added.len() < 450, "{added}");
        }
    }
}
