//! Every publication, the comparison of any two, and the way back to an earlier one.

use super::go_back;
use super::overview::said;
use crate::address::{Address, Query, Section};
use crate::api::{Api, load};
use crate::browser::{self, dates};
use crate::parts::changes::changes;
use crate::parts::field::{Field, value_of};
use crate::parts::frame::heading;
use crate::parts::states::loaded;
use crate::words::site as words;
use consent_core::SiteId;
use consent_core::api::{EditionComparison, PublishedEdition, PublishedEditions};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The page. The parameters say what is compared (`a`, `b`) and before which number the list begins (`before`).
pub fn page(api: Api, site: &SiteId, query: &Query) -> AnyView {
    let mut listed = Query::default();
    listed.push("before", query.get("before").unwrap_or_default());
    let path = format!("/v1/sites/{site}/editions?{listed}");
    let editions = load(async move { api.get::<PublishedEditions>(&path).await });
    let compared = query.get("a").zip(query.get("b"));
    let comparison = compared.map(|(a, b)| comparison(api, site, a, b));
    let lead = Some(words::EDITIONS_LEAD.t().to_owned());
    let back = query.get("back").map(|number| {
        let said = words::GONE_BACK.with(&[("n", number)]);
        view! {
            <div class="note good" role="status">
                <p class="note-title">{said}</p>
            </div>
        }
    });
    let (site, query) = (site.clone(), query.clone());
    view! {
        {heading(words::EDITIONS.t(), lead, None)}
        {back}
        {comparison}
        {loaded(editions, move |editions| list(api, &site, &query, &editions))}
    }
    .into_any()
}

fn comparison(api: Api, site: &SiteId, a: &str, b: &str) -> AnyView {
    let query = Query(vec![
        ("a".to_owned(), a.to_owned()),
        ("b".to_owned(), b.to_owned()),
    ]);
    let path = format!("/v1/sites/{site}/compare?{query}");
    let answer = load(async move { api.get::<EditionComparison>(&path).await });
    view! {
        <section class="card" aria-labelledby="comparison">
            <h2 id="comparison">{words::COMPARISON.t()}</h2>
            {loaded(answer, |answer| changes(&answer.comparison))}
        </section>
    }
    .into_any()
}

fn list(api: Api, site: &SiteId, query: &Query, published: &PublishedEditions) -> AnyView {
    let editions = &published.editions;
    let entries: Vec<_> = editions
        .iter()
        .map(|edition| entry(api, site, edition))
        .collect();
    let next = published.next.map(|before| {
        let href = Address::site(site, Section::Editions).with("before", before);
        view! { <a class="button" href=href.href()>{words::OLDER.t()}</a> }
    });
    let newest = query.get("before").is_some().then(|| {
        let href = Address::site(site, Section::Editions).href();
        view! { <a class="button" href=href>{words::NEWEST.t()}</a> }
    });
    view! {
        {(editions.len() > 1).then(|| form(site, query, editions))}
        <ol class="timeline">{entries}</ol>
        <p class="pages">{newest} {next}</p>
    }
    .into_any()
}

/// Chooses two editions.
fn form(site: &SiteId, query: &Query, editions: &[PublishedEdition]) -> AnyView {
    let options: Vec<(String, String)> = editions.iter().map(option).collect();
    let chosen = |name: &str, at: usize| {
        let given = query.get(name).map(ToOwned::to_owned);
        given
            .or_else(|| options.get(at).map(|(hash, _)| hash.clone()))
            .unwrap_or_default()
    };
    let (a, b) = (chosen("a", 1), chosen("b", 0));
    let (site, keep) = (site.clone(), query.without("a").without("b"));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut address = Address::site(&site, Section::Editions);
        address.query = keep.clone();
        let address = address
            .with("a", value_of("compare-a"))
            .with("b", value_of("compare-b"));
        browser::go_to(&address);
    };
    view! {
        <form class="card compare" on:submit=submit>
            <fieldset>
                <legend>{words::COMPARE_LEGEND.t()}</legend>
                <div class="row">
                    {Field::new("compare-a", words::EARLIER).choice(options.clone(), &a, |_| {})}
                    {Field::new("compare-b", words::LATER).choice(options, &b, |_| {})}
                    <button class="button">{words::COMPARE.t()}</button>
                </div>
            </fieldset>
        </form>
    }
    .into_any()
}

fn option(edition: &PublishedEdition) -> (String, String) {
    let number = dates::number(edition.number);
    let name = words::EDITION.with(&[("n", &number)]);
    let text = format!("{name} · {}", dates::moment(edition.from));
    (edition.configuration.to_string(), text)
}

fn entry(api: Api, site: &SiteId, edition: &PublishedEdition) -> AnyView {
    let way_back = edition
        .to
        .is_some()
        .then(|| go_back::control(api, site.clone(), edition.clone()));
    view! {
        <li class:current=edition.to.is_none()>
            {said(edition)}
            {way_back}
        </li>
    }
    .into_any()
}
