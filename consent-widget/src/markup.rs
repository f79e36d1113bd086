//! The first layer, rendered at the edge.

use consent_core::Notice;
use consent_core::loader::Markup;
use consent_core::locale::{BannerTexts, PlaceholderTexts};
use consent_core::text::LanguageTag;
use leptos::prelude::*;

const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/first-layer.css"));

/// The first layer of a notice in one of its languages, or `None` if it is not in that language.
pub fn first_layer(notice: &Notice, language: &LanguageTag) -> Option<Markup> {
    let texts = notice.texts.get(language)?;
    let body = notice.fill(&texts.banner.body);
    let purposes = notice
        .purposes
        .iter()
        .map(|&purpose| texts.purposes.get(purpose).name.to_string())
        .collect::<Vec<_>>()
        .join(" · ");
    let policy_url = notice.policy.url.to_string();
    let reopen = notice
        .reopen_button
        .then(|| texts.banner.reopen.to_string());
    Some(Markup {
        layer: render(|| {
            view! {
                <Banner texts=texts.banner.clone() body purposes policy_url />
                {reopen.map(|label| view! { <Reopen label /> })}
                <p class="temoin-status" role="status"></p>
            }
        }),
        placeholder: render(|| view! { <Placeholder texts=texts.placeholder.clone() /> }),
        style: STYLE.to_owned(),
    })
}

/// Renders a static view. The markers that Leptos leaves for hydration are taken out: nothing is
/// hydrated, the loader and the widget find their elements by `data-action`.
fn render<V: IntoView>(view: impl FnOnce() -> V) -> String {
    Owner::new_root(None)
        .with(|| view().into_view().to_html())
        .replace("<!>", "")
}

/// The banner: not modal, the page stays usable behind it. The two answers are of one kind: same
/// element, same class, same place.
#[component]
fn Banner(texts: BannerTexts, body: String, purposes: String, policy_url: String) -> impl IntoView {
    view! {
        <section class="temoin-banner" aria-labelledby="temoin-title" hidden>
            <h2 id="temoin-title">{texts.title.to_string()}</h2>
            <p>{body}</p>
            <p>
                <strong>{texts.purposes.to_string()}</strong>
                " "
                {purposes}
                " "
                <a href=policy_url>{texts.policy.to_string()}</a>
            </p>
            <div class="temoin-actions">
                <button type="button" class="temoin-answer" data-action="reject_all">
                    {texts.reject_all.to_string()}
                </button>
                <button type="button" class="temoin-answer" data-action="accept_all">
                    {texts.accept_all.to_string()}
                </button>
                <button type="button" class="temoin-more" data-action="customize">
                    {texts.customize.to_string()}
                </button>
            </div>
        </section>
    }
}

/// The small permanent button that opens the dialog again.
#[component]
fn Reopen(label: String) -> impl IntoView {
    view! {
        <button type="button" class="temoin-reopen" data-temoin="open" hidden>
            {label}
        </button>
    }
}

/// What stands in for a blocked frame. The loader puts the frame's title and the purpose's name
/// in the two slots.
#[component]
fn Placeholder(texts: PlaceholderTexts) -> impl IntoView {
    let text = texts.text.to_string();
    view! {
        <p>{slots(&text)}</p>
        <button type="button" class="temoin-answer">{texts.load.to_string()}</button>
    }
}

/// Cuts a text at `{service}` and `{purpose}` and puts an element with that `data-slot` there.
fn slots(text: &str) -> Vec<AnyView> {
    let mut views = Vec::new();
    let mut rest = text;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        views.push(before.to_owned().into_any());
        views.push(view! { <span data-slot=name.to_owned()></span> }.into_any());
        rest = after;
    }
    views.push(rest.to_owned().into_any());
    views
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::notice::BundleDigests;
    use consent_core::{NoticeHash, SiteConfig};

    fn notice() -> Notice {
        let config = SiteConfig::parse(
            br#"{
                "name": "<b>Le Relais</b> & \"fils\"", "origins": ["https://relais.example"],
                "jurisdiction": "CA-QC", "languages": ["fr-CA", "en"],
                "controller": {"name": "R", "person_in_charge": "A", "contact": "a@b.example"},
                "policy": {"version": "1", "url": "/politique"},
                "purposes": ["marketing", "statistics"]
            }"#,
        )
        .unwrap();
        let digest = NoticeHash::from_bytes([0; 32]);
        let bundle = BundleDigests {
            loader: digest,
            script: digest,
            wasm: digest,
        };
        Notice::new("relais".parse().unwrap(), config, bundle)
    }

    fn layer(language: &str) -> String {
        first_layer(&notice(), &language.parse().unwrap())
            .unwrap()
            .layer
    }

    #[test]
    fn what_an_owner_writes_is_text_not_markup() {
        let html = layer("fr-CA");
        assert!(
            html.contains("&lt;b&gt;Le Relais&lt;/b&gt; &amp;"),
            "{html}"
        );
        assert!(!html.contains("<b>"));
    }

    #[test]
    fn the_two_answers_are_of_one_kind() {
        for language in ["fr-CA", "en"] {
            let html = layer(language);
            let button = r#"<button type="button" data-action="ACTION" class="temoin-answer">"#;
            for action in ["reject_all", "accept_all"] {
                assert!(html.contains(&button.replace("ACTION", action)), "{html}");
            }
        }
    }

    #[test]
    fn it_names_the_purposes_asked_and_no_other() {
        let html = layer("fr-CA");
        assert!(html.contains("Statistiques · Marketing"), "{html}");
        assert!(!html.contains("Préférences"));
    }

    #[test]
    fn nothing_is_ticked_and_nothing_left_to_fill() {
        for language in ["fr-CA", "en"] {
            let html = layer(language);
            assert!(
                !html.contains("checked") && !html.contains('{') && !html.contains("<!"),
                "{html}"
            );
        }
        assert!(first_layer(&notice(), &"fr-FR".parse().unwrap()).is_none());
    }

    #[test]
    fn the_placeholder_has_its_two_slots() {
        let markup = first_layer(&notice(), &"fr-CA".parse().unwrap()).unwrap();
        assert!(
            markup.placeholder.contains(r#"data-slot="service""#),
            "{}",
            markup.placeholder
        );
        assert!(markup.placeholder.contains(r#"data-slot="purpose""#));
    }

    #[test]
    fn every_style_is_important_and_in_the_layer() {
        assert!(STYLE.starts_with("@layer temoin{"), "{STYLE}");
        let declarations = STYLE.matches(';').count();
        assert!(declarations > 20);
        for rule in STYLE
            .split(['{', '}', ';'])
            .filter(|part| part.contains(':') && !part.contains(['#', '@']))
        {
            assert!(rule.contains("!important"), "{rule}");
        }
    }
}
