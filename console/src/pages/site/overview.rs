//! What is in force, in short.

use crate::address::{Address, Section};
use crate::api::{Api, Failure, load};
use crate::browser::dates;
use crate::parts::fact::{fact, whole};
use crate::parts::frame::heading;
use crate::parts::states::loaded;
use crate::words::{departure, record, site as words};
use consent_core::api::{PublishedEdition, PublishedEditions};
use consent_core::field::parse_json;
use consent_core::{SiteConfig, SiteId};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone)]
struct Overview {
    config: SiteConfig,
    editions: Vec<PublishedEdition>,
}

/// The editions that the page lists.
const SHOWN: usize = 3;

/// The page.
pub fn page(api: Api, site: &SiteId) -> AnyView {
    let overview = load(read(api, site.clone()));
    let edit = view! {
        <a class="button" href=Address::site(site, Section::Configuration).href()>
            {words::EDIT.t()}
        </a>
    };
    let owned = site.clone();
    view! {
        {heading(site.to_string(), None, Some(edit.into_any()))}
        {loaded(overview, move |overview| show(&owned, &overview))}
        <p class="soft">
            <a href=Address::site(site, Section::Departure).href()>{departure::TITLE.t()}</a>
        </p>
    }
    .into_any()
}

async fn read(api: Api, site: SiteId) -> Result<Overview, Failure> {
    let editions: PublishedEditions = api.get(&format!("/v1/sites/{site}/editions")).await?;
    let text = api.text(&format!("/v1/sites/{site}")).await?;
    let config = parse_json(text.trim_start_matches('\u{feff}').as_bytes());
    Ok(Overview {
        config: config.map_err(|_| Failure::Unreadable)?,
        editions: editions.editions,
    })
}

fn show(site: &SiteId, Overview { config, editions }: &Overview) -> AnyView {
    let current = editions.first();
    let purposes = match config.asked().as_slice() {
        [] => words::NO_PURPOSE.t().to_owned(),
        asked => list(asked.iter().map(|purpose| record::purpose(*purpose).t())),
    };
    let languages: Vec<String> = config
        .languages
        .iter()
        .map(|tag| dates::language_name(tag.as_str()))
        .collect();
    let services = config.services.iter().map(|service| service.name.as_str());
    view! {
        <section class="card" aria-labelledby="in-force">
            <h2 id="in-force">{config.name.to_string()}</h2>
            <dl class="facts">
                {current
                    .map(|edition| {
                        fact(words::PUBLISHED_ON.t(), dates::moment(edition.from))
                    })} {fact(words::LAW.t(), record::law(config.jurisdiction).t())}
                {fact(words::PURPOSES.t(), purposes)}
                {fact(words::LANGUAGES.t(), list(languages.iter().map(|name| &**name)))}
                {fact(words::SERVICES.t(), list(services))}
                {fact(words::CONTROLLER.t(), config.controller.name.to_string())}
                {fact(
                    words::POLICY.t(),
                    words::VERSION.with(&[("version", config.policy.version.as_str())]),
                )}
                {fact(
                    words::DECLARATION.t(),
                    view! { <a href=format!("/d/{site}")>{format!("/d/{site}")}</a> },
                )}
            </dl>
            {current
                .map(|edition| {
                    view! {
                        <div class="name-of-notice">
                            <p class="small-caps">{words::NOTICE.t()}</p>
                            {whole(edition.notice.to_string())}
                            <p class="soft">{words::NOTICE_HINT.t()}</p>
                        </div>
                    }
                })}
        </section>
        <section aria-labelledby="latest">
            <div class="section-head">
                <h2 id="latest">{words::LATEST_EDITIONS.t()}</h2>
                <a href=Address::site(site, Section::Editions).href()>{words::ALL_EDITIONS.t()}</a>
            </div>
            <ol class="timeline">
                {editions.iter().take(SHOWN).map(entry).collect::<Vec<_>>()}
            </ol>
        </section>
    }
    .into_any()
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<&str> = items.collect();
    if items.is_empty() {
        "–".to_owned()
    } else {
        items.join(", ")
    }
}

/// One publication: when, by whom, and whether it asked visitors again.
pub fn entry(edition: &PublishedEdition) -> AnyView {
    view! { <li>{said(edition)}</li> }.into_any()
}

/// What is said of a publication.
pub fn said(edition: &PublishedEdition) -> AnyView {
    let from = dates::moment(edition.from);
    let when = match edition.to {
        Some(to) => words::FROM_TO.with(&[("from", &from), ("to", &dates::moment(to))]),
        None => words::FROM_NOW.with(&[("from", &from)]),
    };
    let asked = match (edition.number, edition.asks_anew) {
        (_, true) => words::ASKED_ANEW,
        (1, false) => words::FIRST,
        (_, false) => words::ASKED_NOBODY,
    };
    let grants: Vec<String> = edition.grants.iter().map(ToString::to_string).collect();
    let number = dates::number(edition.number);
    view! {
        <p class="edition-head">
            <strong>{words::EDITION.with(&[("n", &number)])}</strong>
            {edition
                .to
                .is_none()
                .then(|| view! { <span class="tag good">{words::IN_FORCE_NOW.t()}</span> })}
        </p>
        <p>{when}</p>
        <p class="soft">
            {asked.t()} " · " {words::BY.t()} " " <code>{grants.join(", ")}</code>
        </p>
    }
    .into_any()
}
