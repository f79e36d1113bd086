//! Who read which records of a site.

use crate::address::{Address, Query, Section};
use crate::api::{Api, load};
use crate::browser::{self, dates};
use crate::parts::copy::snippet;
use crate::parts::frame::heading;
use crate::parts::states::{empty, loaded};
use crate::words::{reads as words, site as site_words};
use consent_core::SiteId;
use consent_core::api::Reads;
use consent_core::proof::KeptRead;
use leptos::prelude::*;

/// The page; the parameter `before` is where it goes on.
pub fn page(api: Api, site: &SiteId, query: &Query) -> AnyView {
    let before = query.get("before").map(str::to_owned);
    let mut asked = Query::default();
    asked.push("before", before.as_deref().unwrap_or_default());
    let path = format!("/v1/sites/{site}/reads?{asked}");
    let reads = load(async move { api.get::<Reads>(&path).await });
    let owned = site.clone();
    view! {
        {heading(site_words::READS.t(), Some(words::LEAD.t().to_owned()), None)}
        {loaded(reads, move |reads| show(&owned, &reads, before.is_none()))}
    }
    .into_any()
}

fn show(site: &SiteId, reads: &Reads, is_first: bool) -> AnyView {
    if reads.reads.is_empty() && is_first {
        return empty(words::NONE, words::NONE_LEAD);
    }
    let here = Address::site(site, Section::Reads);
    let newest = (!is_first).then(|| {
        view! { <a class="button" href=here.href()>{words::NEWEST.t()}</a> }
    });
    let older = reads.next.map(|next| {
        let href = here.clone().with("before", next).href();
        view! { <a class="button" href=href>{words::OLDER.t()}</a> }
    });
    let command = format!("temoin reads {} --site {site}", browser::origin());
    view! {
        <table class="records">
            <caption class="visually-hidden">{words::CAPTION.t()}</caption>
            <thead>
                <tr>
                    <th scope="col">{words::TIME.t()}</th>
                    <th scope="col">{words::BY.t()}</th>
                    <th scope="col">{words::WHAT.t()}</th>
                    <th scope="col">{words::FOUND.t()}</th>
                    <th scope="col">{words::ASKED.t()}</th>
                    <th scope="col" class="wide">
                        {words::ENTRY.t()}
                    </th>
                </tr>
            </thead>
            <tbody>{reads.reads.iter().map(row).collect::<Vec<_>>()}</tbody>
        </table>
        <p class="pages">{newest} {older}</p>
        <p>{words::CHECK.t()}</p>
        {snippet(words::COMMAND, command)}
    }
    .into_any()
}

fn row(read: &KeptRead) -> AnyView {
    let entry = view! { <td class="wide">{dates::number(read.index)}</td> };
    let Some(disclosed) = &read.disclosed else {
        return view! {
            <tr>
                <td>{dates::moment(read.time)}</td>
                <td colspan="4" class="soft">
                    {words::ERASED.t()}
                </td>
                {entry}
            </tr>
        }
        .into_any();
    };
    let text = &disclosed.read;
    let grants: Vec<_> = text.grants.iter().map(ToString::to_string).collect();
    let found = text
        .records
        .map_or_else(|| words::NOT_COUNTED.t().to_owned(), dates::number);
    let asked: Vec<_> = Query::parse(&text.query)
        .0
        .into_iter()
        .map(|(name, value)| view! { <li>{format!("{name}: {value}")}</li> })
        .collect();
    let asked = if asked.is_empty() {
        view! { <span class="soft">{words::EVERYTHING.t()}</span> }.into_any()
    } else {
        view! { <ul class="asked">{asked}</ul> }.into_any()
    };
    view! {
        <tr>
            <td>{dates::moment(read.time)}</td>
            <td>
                <code>{grants.join(", ")}</code>
            </td>
            <td>{words::request(text.request).t()}</td>
            <td>{found}</td>
            <td>{asked}</td>
            {entry}
        </tr>
    }
    .into_any()
}
