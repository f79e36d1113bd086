//! The search of proofs: its filters, how many records pass them, and a page of them.

use super::{export, filters, results};
use crate::address::{Address, Query, Section};
use crate::api::{Api, Failure, Load, load};
use crate::parts::frame::heading;
use crate::parts::states::loaded;
use crate::words::{counted, proofs as words};
use consent_core::SiteId;
use consent_core::api::{ConsentCount, ConsentPage};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Records on one page: what a screen or two can show.
const PAGE: &str = "50";

/// The page. The parameters are the filters, and `cursor`.
pub fn page(api: Api, site: &SiteId, query: &Query) -> AnyView {
    let filters = filters::of(query);
    let mut asked = filters.clone();
    let cursor = query.get("cursor").map(ToOwned::to_owned);
    asked.push("cursor", cursor.as_deref().unwrap_or_default());
    asked.push("limit", PAGE);
    let path = format!("/v1/sites/{site}/consents?{asked}");
    let found = load(async move { api.get::<ConsentPage>(&path).await });
    let lead = Some(words::LEAD.t().to_owned());
    let form = filters::form(site, &filters);
    let count = count(api, site, &filters);
    let export = export::control(api, site, &filters);
    let (site, is_first) = (site.clone(), cursor.is_none());
    view! {
        {heading(crate::words::site::PROOFS.t(), lead, None)}
        {form}
        <section aria-labelledby="results">
            <div class="section-head">
                <h2 id="results">{words::RESULTS.t()}</h2>
                {count}
            </div>
            {loaded(
                found,
                move |page| {
                    let next = page.next.clone();
                    view! {
                        {results::table(&site, &page, &filters, is_first)}
                        {pages(&site, &filters, next, is_first)}
                    }
                        .into_any()
                },
            )}
        </section>
        {export}
    }
    .into_any()
}

fn pages(site: &SiteId, filters: &Query, next: Option<String>, is_first: bool) -> AnyView {
    let search = || {
        let mut address = Address::site(site, Section::Proofs);
        address.query = filters.clone();
        address
    };
    let first = (!is_first).then(|| {
        view! { <a class="button" href=search().href()>{words::FIRST_PAGE.t()}</a> }
    });
    let next = next.map(|cursor| {
        let href = search().with("cursor", cursor).href();
        view! { <a class="button" href=href>{words::NEXT_PAGE.t()}</a> }
    });
    view! { <p class="pages">{first} {next}</p> }.into_any()
}

/// How many records pass the filters. The server may count in parts: it is said, and whoever wants the rest asks.
fn count(api: Api, site: &SiteId, filters: &Query) -> AnyView {
    let total = RwSignal::new(Load::Waiting);
    let (site, filters) = (site.clone(), filters.clone());
    let go_on = move |so_far: ConsentCount| {
        let mut asked = filters.clone();
        asked.push("cursor", so_far.next.as_deref().unwrap_or_default());
        let path = format!("/v1/sites/{site}/consents/count?{asked}");
        spawn_local(async move {
            let counted: Result<ConsentCount, Failure> = api.get(&path).await;
            let sum = counted.map(|part| ConsentCount {
                records: so_far.records + part.records,
                erased: so_far.erased + part.erased,
                next: part.next,
            });
            let _ = total.try_set(sum.map_or_else(Load::Failed, Load::Ready));
        });
    };
    go_on(ConsentCount::default());
    let said = move || match total.get() {
        Load::Waiting => words::COUNTING.t().to_owned(),
        // The page itself says why.
        Load::Failed(_) => String::new(),
        Load::Ready(count) => in_words(&count),
    };
    let rest = move || match total.get() {
        Load::Ready(count) if count.next.is_some() => {
            let go_on = go_on.clone();
            let button = view! {
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| {
                        total.set(Load::Waiting);
                        go_on(count.clone());
                    }
                >
                    {words::GO_ON_COUNTING.t()}
                </button>
            };
            Some(button)
        }
        _ => None,
    };
    view! { <p class="count"><span role="status">{said}</span> " " {rest}</p> }.into_any()
}

fn in_words(count: &ConsentCount) -> String {
    let records = counted(count.records, words::COUNT_ONE, words::COUNT_MANY);
    let records = if count.next.is_some() {
        words::AT_LEAST.with(&[("n", &records)])
    } else {
        records
    };
    match count.erased {
        0 => records,
        erased => format!(
            "{records} · {}",
            counted(erased, words::ERASED_ONE, words::ERASED_MANY)
        ),
    }
}
