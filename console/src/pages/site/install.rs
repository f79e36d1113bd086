//! What an owner pastes into their pages.

use crate::api::{Api, Failure, load};
use crate::browser::{dates, origin};
use crate::parts::copy::snippet;
use crate::parts::frame::heading;
use crate::parts::states::loaded;
use crate::words::{Word, site as words};
use consent_core::SiteId;
use consent_core::api::{Publication, PublishedEditions};
use leptos::prelude::*;

/// The policies of `docs/content-security-policy.md`, with `{host}` in the place of the consent server.
const POLICIES: [(Word, &str); 3] = [
    (
        words::CSP_NONCE,
        "Content-Security-Policy: default-src 'none';\n  script-src 'nonce-NONCE' 'wasm-unsafe-eval';\n  \
         style-src 'nonce-NONCE';\n  connect-src {host}",
    ),
    (
        words::CSP_DYNAMIC,
        "Content-Security-Policy: default-src 'none';\n  script-src 'nonce-NONCE' 'strict-dynamic' \
         'wasm-unsafe-eval';\n  style-src 'nonce-NONCE';\n  connect-src {host}",
    ),
    (
        words::CSP_TRUSTED,
        "Content-Security-Policy: default-src 'none';\n  script-src 'nonce-NONCE' 'wasm-unsafe-eval';\n  \
         style-src 'nonce-NONCE';\n  connect-src {host};\n  require-trusted-types-for 'script';\n  trusted-types temoin",
    ),
];

/// What must wait, marked: a script and a frame.
const MARKED: &str = "<script type=\"text/plain\" data-category=\"statistics\" data-src=\"/analytics.js\"></script>\n\
    <iframe data-category=\"marketing\" data-src=\"https://videos.example/1\" title=\"Our film\"></iframe>";

/// The page.
pub fn page(api: Api, site: &SiteId) -> AnyView {
    let publication = load(read(api, site.clone()));
    let lead = Some(words::INSTALL_LEAD.t().to_owned());
    view! {
        {heading(words::INSTALL.t(), lead, None)}
        {loaded(publication, |publication| show(&publication))}
    }
    .into_any()
}

/// What publishing the edition in force again would answer: it has the tags.
async fn read(api: Api, site: SiteId) -> Result<Publication, Failure> {
    let editions: PublishedEditions = api.get(&format!("/v1/sites/{site}/editions")).await?;
    let current = editions.editions.first().ok_or(Failure::Unreadable)?;
    let path = format!(
        "/v1/sites/{site}/editions/{}/publish?dry_run",
        current.configuration
    );
    api.send("POST", &path, "").await
}

fn show(publication: &Publication) -> AnyView {
    let pinned = publication.pinned.iter().map(|(language, tag)| {
        view! {
            <h3>{dates::language_name(language.as_str())}</h3>
            {snippet(words::PINNED, tag.clone())}
        }
    });
    let policies = POLICIES.iter().map(|(name, policy)| {
        let policy = policy.replace("{host}", &origin());
        view! {
            <h3>{name.t()}</h3>
            {snippet(*name, policy)}
        }
    });
    let reopen = format!(
        "<button type=\"button\" data-temoin=\"open\">{}</button>",
        words::MY_COOKIES.t()
    );
    let section = |id: &'static str, title: Word, lead: Word, inside: AnyView| {
        view! {
            <section class="card" aria-labelledby=id>
                <h2 id=id>{title.t()}</h2>
                <p>{lead.t()}</p>
                {inside}
            </section>
        }
    };
    let tag = snippet(words::TAG, publication.embed.clone());
    let marked = snippet(words::WAITING, MARKED.to_owned());
    let pinned = pinned.collect::<Vec<_>>().into_any();
    let policies = policies.collect::<Vec<_>>().into_any();
    view! {
        {section("the-tag", words::TAG, words::TAG_LEAD, tag)}
        {section("waiting", words::WAITING, words::WAITING_LEAD, marked)}
        {section("reopen", words::REOPEN, words::REOPEN_LEAD, snippet(words::REOPEN, reopen))}
        {section("pinned", words::PINNED, words::PINNED_LEAD, pinned)}
        {section("csp", words::CSP, words::CSP_LEAD, policies)}
    }
    .into_any()
}
