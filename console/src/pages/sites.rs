//! The sites of the token.

use crate::address::{Address, Page, Section};
use crate::api::{Api, load};
use crate::browser::dates;
use crate::parts::fact::digest;
use crate::parts::frame::heading;
use crate::parts::states::{empty, loaded};
use crate::session::Session;
use crate::words::{departure, general};
use consent_core::api::{Role, SiteSummary, Sites};
use leptos::prelude::*;

/// The page.
pub fn page(session: Session, address: &Address) -> AnyView {
    let api = Api::new(session);
    let after = address.query.get("after").map(ToOwned::to_owned);
    let is_first = after.is_none();
    let sites = load(async move {
        let path = match after {
            Some(after) => format!("/v1/sites?after={after}"),
            None => "/v1/sites".to_owned(),
        };
        api.get::<Sites>(&path).await
    });
    let new = move || {
        session.has_role(Role::Owner, None).then(|| {
            view! {
                <a class="button main" href=Address::new(Page::NewSite).href()>
                    {general::NEW_SITE.t()}
                </a>
            }
        })
    };
    let lead = Some(general::SITES_LEAD.t().to_owned());
    view! {
        {heading(general::SITES.t(), lead, Some(new.into_any()))}
        {loaded(sites, move |sites| list(&sites, is_first))}
    }
    .into_any()
}

fn list(sites: &Sites, is_first: bool) -> AnyView {
    if sites.sites.is_empty() && is_first {
        return empty(general::NO_SITES, general::NO_SITES_LEAD);
    }
    let next = sites.next.as_ref().map(|after| {
        let href = Address::new(Page::Sites).with("after", after).href();
        view! { <a class="button" href=href>{general::MORE_SITES.t()}</a> }
    });
    let first = (!is_first).then(|| {
        view! { <a class="button" href="#/">{general::FIRST_SITES.t()}</a> }
    });
    view! {
        <ul class="site-list">{sites.sites.iter().map(entry).collect::<Vec<_>>()}</ul>
        <p class="pages">{first} {next}</p>
    }
    .into_any()
}

fn entry(summary: &SiteSummary) -> AnyView {
    let href = Address::site(&summary.site, Section::Overview).href();
    let said = match (&summary.in_force, &summary.problem) {
        (Some(in_force), _) => {
            let since = in_force.since.map_or_else(
                || general::IN_FORCE.t().to_owned(),
                |since| general::IN_FORCE_SINCE.with(&[("date", &dates::moment(since))]),
            );
            view! {
                <p class="soft">{since}</p>
                {in_force
                    .purge_at
                    .map(|at| {
                        let said = departure::LEAVING.with(&[("date", &dates::moment(at))]);
                        view! {
                            <p>
                                <span class="tag warn">{said}</span>
                            </p>
                        }
                    })}
                {digest(&in_force.notice.to_string())}
            }
            .into_any()
        }
        (None, problem) => {
            let detail = problem.as_ref().map(|problem| problem.detail.clone());
            view! {
                <p class="tag bad">{general::SITE_FAILS.t()}</p>
                <p class="soft" lang="en">
                    {detail}
                </p>
            }
            .into_any()
        }
    };
    view! {
        <li>
            <h2>
                <a href=href>{summary.site.to_string()}</a>
            </h2>
            {said}
        </li>
    }
    .into_any()
}
