//! Renders the first layer, the preference dialog and the declaration as HTML, from Leptos components,
//! when a site is published. What happens in the page does not belong here: see the loader and `widget`.
//!
//! Nothing is hydrated. The loader and the widget find their elements by `data-action`, `data-slot`
//! and `name`.

mod declaration;
mod declaration_page;
mod dialog;
mod first_layer;
mod rights;
mod service;

pub use declaration_page::{PageContext, STYLE as DECLARATION_PAGE_STYLE, declaration_page};

use consent_core::loader::Markup;
use consent_core::locale::NoticeTexts;
use consent_core::service::{CountryCode, Lifetime, Service};
use consent_core::text::LanguageTag;
use consent_core::{Notice, Purpose};
use leptos::prelude::*;

/// Names countries and durations in a visitor's language. The caller has the tables.
pub trait Wording {
    /// `États-Unis` for `US`.
    fn country(&self, language: &LanguageTag, country: CountryCode) -> String;
    /// `13 mois` for `P13M`; `None` for a lifetime that is no duration.
    fn duration(&self, language: &LanguageTag, lifetime: Lifetime) -> Option<String>;
}

/// The styles that a page of this notice can get: the banner's in each language, which are few, then the dialog's.
pub fn styles(notice: &Notice) -> Vec<String> {
    let languages = notice.languages.iter();
    let mut styles: Vec<_> = languages
        .map(|language| first_layer::style(notice, language))
        .collect();
    styles.sort_unstable();
    styles.dedup();
    styles.push(dialog::STYLE.to_owned());
    styles
}

/// Everything rendered from a notice in one language.
pub struct Rendered {
    /// What the loader carries.
    pub first_layer: Markup,
    /// What the preference dialog shows.
    pub dialog: String,
    /// What the site uses, for its policy page.
    pub declaration: String,
}

/// Renders a notice in one of its languages; `None` if it is not in that language.
pub fn render(notice: &Notice, language: &LanguageTag, wording: &dyn Wording) -> Option<Rendered> {
    let page = Page {
        notice,
        language,
        texts: notice.texts.get(language)?,
        wording,
    };
    Some(Rendered {
        first_layer: first_layer::markup(&page),
        dialog: html(|| dialog::view(&page)),
        declaration: html(|| declaration::view(&page)),
    })
}

/// The notice in one language, from which every part is rendered.
struct Page<'a> {
    notice: &'a Notice,
    language: &'a LanguageTag,
    texts: &'a NoticeTexts,
    wording: &'a dyn Wording,
}

impl<'a> Page<'a> {
    /// The services that serve a purpose, without those that need no consent: they stand apart.
    fn services(&self, purpose: Purpose) -> impl Iterator<Item = &'a Service> {
        let services = self.notice.services.iter();
        services.filter(move |service| service.purpose == purpose && service.exempt.is_none())
    }
}

/// A button; the loader or the widget acts on its `data-action`.
fn button(action: &'static str, class: &'static str, label: &impl ToString) -> AnyView {
    let class = (!class.is_empty()).then_some(class);
    view! {
        <button type="button" class=class data-action=action>
            {label.to_string()}
        </button>
    }
    .into_any()
}

/// Renders a view as HTML, without the markers that Leptos adds for hydration.
fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    Owner::new_root(None)
        .with(|| view().into_view().to_html())
        .replace("<!>", "")
}

#[cfg(test)]
mod own_words;

#[cfg(test)]
mod stated;

#[cfg(test)]
mod unchanged;

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::notice::BundleDigests;
    use consent_core::{Sha256Digest, SiteConfig};
    use serde_json::{Value, json};

    /// Gives each country and duration as its code.
    pub(super) struct Codes;

    impl Wording for Codes {
        fn country(&self, _: &LanguageTag, country: CountryCode) -> String {
            country.to_string()
        }

        fn duration(&self, _: &LanguageTag, lifetime: Lifetime) -> Option<String> {
            (lifetime != Lifetime::Session).then(|| lifetime.to_string())
        }
    }

    pub(super) fn notice(change: impl FnOnce(&mut Value)) -> Notice {
        let mut config = json!({
            "name": "<b>Le Relais</b> & \"fils\"", "origins": ["https://relais.example"],
            "jurisdiction": "CA-QC", "languages": ["fr-CA", "en"],
            "controller": {"name": "R", "person_in_charge": "A <i>", "contact": "a@b.example"},
            "policy": {"version": "1", "url": "/politique"},
            "purposes": ["marketing", "statistics"],
            "services": [{
                "id": "youtube", "name": "YouTube <3", "purpose": "marketing",
                "recipient": "Google LLC", "country": "US", "safeguard": "assessment",
                "policy_url": "https://policies.google.com/privacy",
                "description": {"fr-CA": "Vidéos.", "en": "Videos."},
                "cookies": [{"name": "YSC", "lifetime": "session"}, {"name": "VISITOR_*", "lifetime": "P6M"}]
            }]
        });
        change(&mut config);
        let config = SiteConfig::parse(config.to_string().as_bytes()).unwrap();
        let digest = Sha256Digest::from_bytes([0; 32]);
        let bundle = BundleDigests {
            loader: digest,
            script: digest,
            wasm: digest,
        };
        Notice::new("relais".parse().unwrap(), config, bundle)
    }

    pub(super) fn rendered(language: &str, change: impl FnOnce(&mut Value)) -> Rendered {
        render(&notice(change), &language.parse().unwrap(), &Codes).unwrap()
    }

    #[test]
    fn what_an_owner_writes_is_text_not_markup() {
        let Rendered {
            first_layer,
            dialog,
            declaration,
        } = rendered("fr-CA", |_| ());
        for html in [&first_layer.layer, &dialog, &declaration] {
            assert!(!html.contains("<b>") && !html.contains("<i>"), "{html}");
        }
        assert!(
            first_layer
                .layer
                .contains("&lt;b&gt;Le Relais&lt;/b&gt; &amp;")
        );
        assert!(dialog.contains("YouTube &lt;3"), "{dialog}");
        assert!(declaration.contains("A &lt;i&gt;"), "{declaration}");
    }

    #[test]
    fn both_layers_say_what_is_on_before_an_answer() {
        let said = |law: &str, purposes: Value| {
            let rendered = rendered("en", |config| {
                config["jurisdiction"] = json!(law);
                config["services"][0]["purpose"] = purposes[0].clone();
                config["purposes"] = purposes;
            });
            let first = |html: &str| {
                let (_, text) = html.split_once("<p>").unwrap();
                let end = text.find(['<', '\u{201c}']).unwrap();
                text[..end].trim().to_owned()
            };
            [first(&rendered.first_layer.layer), first(&rendered.dialog)]
        };
        let both = || json!(["statistics", "marketing"]);
        let mixed = "On until you refuse: Statistics. Off until you agree: Marketing.";
        for text in said("CA", both()) {
            assert!(text.contains(mixed), "{text}");
        }
        // What a site does not ask for does not count.
        for (law, purposes) in [
            ("CA", json!(["statistics"])),
            ("US-CA", both()),
            ("US", both()),
        ] {
            let [banner, dialog] = said(law, purposes);
            assert!(
                banner.contains("and you can refuse them"),
                "{law}: {banner}"
            );
            assert!(
                dialog.starts_with("Each purpose is allowed until you refuse it."),
                "{law}: {dialog}"
            );
        }
        for (law, purposes) in [("CA", json!(["marketing"])), ("FR", both()), ("BR", both())] {
            let [banner, dialog] = said(law, purposes);
            assert!(
                banner.contains("Only if you agree, third parties (1)"),
                "{law}: {banner}"
            );
            assert!(
                dialog.starts_with("Each purpose is refused until you accept it."),
                "{law}: {dialog}"
            );
        }
    }

    #[test]
    fn only_a_notice_that_shows_them_has_the_texts_of_a_mixed_law() {
        let json = |law: &str| {
            let notice = notice(|config| config["jurisdiction"] = json!(law));
            serde_json::from_slice::<Value>(&notice.to_bytes()).unwrap()
        };
        let texts = |json: &Value| {
            let texts = &json["texts"]["en"];
            [
                &texts["banner"]["body_mixed"],
                &texts["dialog"]["intro_mixed"],
                &texts["dialog"]["intro_opt_out"],
            ]
            .map(Value::is_string)
        };
        let mixed = json("CA");
        assert_eq!(texts(&mixed), [true, true, false]);
        assert_eq!(mixed["model"], "opt-in");
        let models =
            json!({ "preferences": "opt-out", "statistics": "opt-out", "marketing": "opt-in" });
        assert_eq!(mixed["models"], models);
        for (law, model, expected) in [
            ("CA-QC", "opt-in", [false; 3]),
            ("DE", "opt-in", [false; 3]),
            ("US-CA", "opt-out", [false, false, true]),
        ] {
            let json = json(law);
            assert_eq!(texts(&json), expected, "{law}");
            assert_eq!(json["model"], model, "{law}");
            assert!(json.get("models").is_none(), "{law}");
        }
    }

    #[test]
    fn the_two_answers_are_of_one_kind_in_both_layers() {
        for language in ["fr-CA", "en"] {
            let rendered = rendered(language, |_| ());
            let button = r#"<button type="button" data-action="ACTION" class="temoin-answer">"#;
            for html in [&rendered.first_layer.layer, &rendered.dialog] {
                for action in ["reject_all", "accept_all"] {
                    assert!(html.contains(&button.replace("ACTION", action)), "{html}");
                }
            }
        }
    }

    #[test]
    fn it_names_the_purposes_asked_and_no_other() {
        let rendered = rendered("fr-CA", |_| ());
        assert!(
            rendered
                .first_layer
                .layer
                .contains("Statistiques · Marketing")
        );
        for html in [
            rendered.first_layer.layer,
            rendered.dialog,
            rendered.declaration,
        ] {
            assert!(!html.contains("Préférences"), "{html}");
        }
    }

    #[test]
    fn nothing_is_ticked_and_nothing_left_to_fill() {
        for language in ["fr-CA", "en"] {
            let rendered = rendered(language, |_| ());
            for html in [
                rendered.first_layer.layer,
                rendered.dialog,
                rendered.declaration,
            ] {
                let html = html.split("</style>").last().unwrap();
                for input in html.split("<input").skip(1) {
                    let (attributes, _) = input.split_once('>').unwrap();
                    assert!(!attributes.contains("checked"), "{attributes}");
                }
                assert!(!html.contains('{') && !html.contains("<!"), "{html}");
            }
        }
        assert!(render(&notice(|_| ()), &"fr-FR".parse().unwrap(), &Codes).is_none());
    }

    #[test]
    fn the_placeholder_has_its_slots_and_its_two_buttons() {
        let placeholder = rendered("fr-CA", |_| ()).first_layer.placeholder;
        for part in [
            r#"data-slot="service""#,
            r#"data-slot="purpose""#,
            r#"data-action="load""#,
            r#"data-action="always""#,
        ] {
            assert!(placeholder.contains(part), "{placeholder}");
        }
    }

    #[test]
    fn a_site_that_asks_nothing_has_no_banner_and_says_why() {
        let rendered = rendered("fr-CA", |config| {
            config["purposes"] = json!(["necessary"]);
            config["services"] = json!([]);
        });
        assert!(!rendered.first_layer.layer.contains("temoin-banner"));
        for html in [rendered.dialog, rendered.declaration] {
            assert!(
                html.contains("Il n’y a rien à accepter ni à refuser"),
                "{html}"
            );
            assert!(!html.contains("accept_all"), "{html}");
        }
    }

    #[test]
    fn a_service_states_its_recipient_country_safeguard_cookies_and_policy() {
        let rendered = rendered("en", |_| ());
        for html in [rendered.dialog, rendered.declaration] {
            for fact in [
                "Google LLC",
                "US",
                "privacy impact assessment",
                "VISITOR_*",
                "P6M",
                "for this visit",
                r#"href="https://policies.google.com/privacy""#,
            ] {
                assert!(html.contains(fact), "{fact}: {html}");
            }
        }
    }

    #[test]
    fn the_declaration_stands_in_a_page_of_its_own() {
        let notice = notice(|_| ());
        let languages = ["fr-CA", "en"].map(|tag| {
            (
                tag.parse().unwrap(),
                format!("<{tag}>"),
                format!("/d/relais/{tag}"),
            )
        });
        let context = PageContext {
            notice: &notice,
            notice_url: "/v1/notices/00",
            json_url: "/v1/sites/relais/declaration?language=en",
            published: Some(("2026-11-28T00:00:00Z".to_owned(), "28 November".to_owned())),
            languages: &languages,
        };
        let declaration = rendered("en", |_| ()).declaration;
        let page = declaration_page(&declaration, &"en".parse().unwrap(), &context).unwrap();
        for part in [
            r#"<!DOCTYPE html><html lang="en" dir="ltr"><head>"#,
            "<title>Cookies and similar tools – &lt;b&gt;Le Relais&lt;/b&gt; &amp;",
            r#"<a href="/d/relais/fr-CA" hreflang="fr-CA" lang="fr-CA">&lt;fr-CA&gt;</a>"#,
            r#"lang="en" aria-current="page">"#,
            r#"<time datetime="2026-11-28T00:00:00Z">28 November</time>"#,
            &format!("<style>{DECLARATION_PAGE_STYLE}</style>"),
            &declaration,
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        // A name is written from left to right, whatever the language.
        assert!(declaration.contains(r#"<code dir="ltr">VISITOR_*</code>"#));
        assert!(!page.contains("<script") && !page.contains("<!>"), "{page}");
        assert!(declaration_page("", &"fr-FR".parse().unwrap(), &context).is_none());
    }

    #[test]
    fn what_is_said_of_a_receipt_waits_in_the_dialog_with_room_for_facts() {
        let dialog = rendered("en", |_| ()).dialog;
        let (_, sentences) = dialog.split_once("<template>").unwrap();
        let (sentences, _) = sentences.split_once("</template>").unwrap();
        for sentence in [
            r#"<p data-word="log_failed">Your choice is not at place <bdi data-fill="place"></bdi> of the proof log <bdi data-fill="log"></bdi>.</p>"#,
            r#"<p data-word="unknown">Not verified</p>"#,
        ] {
            assert!(sentences.contains(sentence), "{sentences}");
        }
    }

    #[test]
    fn an_opt_out_law_has_its_link_and_says_that_the_signal_is_honoured() {
        let law = |law: &'static str| move |config: &mut Value| config["jurisdiction"] = law.into();
        let of = |language: &str, law| rendered(language, law).first_layer;
        let english = of("en", law("US-CA"));
        assert!(
            english.layer.contains(">Your Privacy Choices<svg "),
            "{}",
            english.layer
        );
        assert!(
            english
                .layer
                .contains("with the “Your Privacy Choices” button.")
        );
        let (before, _) = english
            .layer
            .split_once(">Opt-out request honoured</p>")
            .unwrap();
        let (_, attributes) = before.rsplit_once("<p ").unwrap();
        for attribute in ["class=\"temoin-honoured\"", "role=\"status\"", "hidden"] {
            assert!(attributes.contains(attribute), "{attributes}");
        }
        let french = of("fr-CA", law("US-CA")).layer;
        assert!(
            french.contains(">Vos choix de confidentialité<svg "),
            "{french}"
        );
        for law in [law("CA-QC"), law("FR")] {
            let Markup { layer, style, .. } = of("en", law);
            assert!(layer.contains(">Cookies</button>"), "{layer}");
            assert!(
                !layer.contains("svg")
                    && !layer.contains("honoured")
                    && !layer.contains("conflict")
            );
            assert!(!style.contains("honoured") && english.style.contains("honoured"));
        }
        // Where no marketing is asked for, the signal objects to nothing.
        let alone = rendered("en", |config: &mut Value| {
            config["jurisdiction"] = "US-CA".into();
            config["purposes"] = json!(["statistics"]);
            config["services"] = json!([]);
        });
        assert!(
            alone.first_layer.layer.contains("<svg ")
                && !alone.first_layer.layer.contains("honoured")
        );
    }

    #[test]
    fn every_style_is_important_and_in_the_layer() {
        let of = |law: &'static str, position: &'static str| {
            styles(&notice(|config| {
                config["jurisdiction"] = law.into();
                config["position"] = position.into();
                config["languages"] = json!(["fr-CA", "en", "ko", "ja", "zh-Hans"]);
                let description = config["services"][0]["description"]
                    .as_object_mut()
                    .unwrap();
                for language in ["ko", "ja", "zh-Hans"] {
                    description.insert(language.to_owned(), "…".into());
                }
            }))
        };
        let laws = ["FR", "US-CA"].into_iter();
        let all = laws.flat_map(|law| ["bottom", "corner", "centre"].map(|place| of(law, place)));
        let all: Vec<String> = all.flatten().collect();
        // Each with what these languages add to it and without, and the dialog's.
        assert_eq!(all.len(), 6 * 3);
        for style in all {
            assert!(style.starts_with("@layer temoin{"), "{style}");
            assert!(style.matches(';').count() > 20);
            for (_, rules) in style.split('}').filter_map(|part| part.rsplit_once('{')) {
                for rule in rules.split(';') {
                    // How the page's own element moves is the page's to say.
                    let is_pages = rule.starts_with("transition:");
                    assert_ne!(rule.ends_with("!important"), is_pages, "{rule}");
                }
            }
        }
    }
}
