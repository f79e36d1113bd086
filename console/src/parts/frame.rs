//! The frame around every page: brand, language, sign-out, and within a site its parts.

use crate::address::{Address, Page, Section};
use crate::browser::{self, language::Language};
use crate::session::Session;
use crate::words::{Word, general, site};
use consent_core::SiteId;
use consent_core::api::Role;
use leptos::prelude::*;

/// The frame around a page. It has the landmarks; the page has the heading.
pub fn frame(session: Session, address: &Address, page: AnyView) -> AnyView {
    let nav = match &address.page {
        Page::Site(site, section) if session.is_open() => Some(site_nav(session, site, section)),
        _ => None,
    };
    let class = if nav.is_some() {
        "frame in-site"
    } else {
        "frame"
    };
    view! {
        <header class="top">
            <button type="button" class="skip" on:click=|_| browser::focus("main")>
                {general::SKIP.t()}
            </button>
            <a class="brand" href="#/">
                {mark()}
                <span>{general::BRAND.t()} <small>{general::CONSOLE.t()}</small></span>
            </a>
            <div class="top-end">
                {languages(address)}
                {session
                    .is_open()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                on:click=move |_| {
                                    session.close();
                                    browser::go_to(&Address::new(Page::Sites));
                                }
                            >
                                {general::SIGN_OUT.t()}
                            </button>
                        }
                    })}
            </div>
        </header>
        <div class=class>{nav} <main tabindex="-1">{page}</main></div>
    }
    .into_any()
}

/// The mark: a leaf and its neighbour under their root.
pub fn mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="8" />
            <path d="M16 10.5 10 21.5M16 10.5l6 11" />
            <circle cx="16" cy="9.5" r="3" />
            <circle cx="9.5" cy="22" r="3" />
            <circle cx="22.5" cy="22" r="3" />
        </svg>
    }
    .into_any()
}

/// The other language, at the same address. The page is loaded anew: its texts are of one language.
fn languages(address: &Address) -> AnyView {
    let links = Language::ALL.map(|language| {
        let href = format!("?lang={}{}", language.tag(), address.href());
        let current = (language == Language::current()).then_some("true");
        view! {
            <li>
                <a href=href lang=language.tag() hreflang=language.tag() aria-current=current>
                    {language.name()}
                </a>
            </li>
        }
    });
    view! {
        <nav aria-label=general::LANGUAGE.t()>
            <ul class="languages">{links.into_iter().collect::<Vec<_>>()}</ul>
        </nav>
    }
    .into_any()
}

/// The parts of a site that the token opens.
fn site_nav(session: Session, site: &SiteId, current: &Section) -> AnyView {
    let any: &[Role] = &[Role::Owner, Role::Auditor];
    let entries: [(Word, Section, &[Role]); 11] = [
        (site::OVERVIEW, Section::Overview, any),
        (site::CONFIGURATION, Section::Configuration, any),
        (site::EDITIONS, Section::Editions, any),
        (site::INSTALL, Section::Install, &[Role::Owner]),
        (site::STATISTICS, Section::Statistics, any),
        (site::PROOFS, Section::Proofs, &[Role::Auditor]),
        (site::READS, Section::Reads, any),
        (site::REQUESTS, Section::Requests, any),
        (site::INCIDENTS, Section::Incidents, any),
        (site::TOKENS, Section::Tokens, &[Role::Owner]),
        (site::WEBHOOKS, Section::Webhooks, &[Role::Owner]),
    ];
    let (id, current) = (site.clone(), current.clone());
    let links = move || {
        let opened = entries.iter().filter(|(_, section, roles)| {
            let mut roles = roles.iter();
            *section == current || roles.any(|role| session.has_role(*role, Some(&id)))
        });
        let link = |(word, section, _): &(Word, Section, &[Role])| {
            let is_current = match &current {
                Section::Proof(_) => *section == Section::Proofs,
                Section::Departure => *section == Section::Overview,
                other => section == other,
            };
            let current = is_current.then_some("page");
            let href = Address::site(&id, section.clone()).href();
            let name = word.t();
            view! { <li><a href=href aria-current=current>{name}</a></li> }
        };
        opened.map(link).collect::<Vec<_>>()
    };
    view! {
        <nav class="side" aria-label=site::SITE_NAV.t()>
            <p class="side-site">
                <a href="#/">{general::SITES.t()}</a>
                <strong>{site.to_string()}</strong>
            </p>
            <ul>{links}</ul>
        </nav>
    }
    .into_any()
}

/// The heading of a page, and what the page is for. It gets the focus when the page is opened.
pub fn heading(
    title: impl Into<String>,
    lead: Option<String>,
    actions: Option<AnyView>,
) -> AnyView {
    let title = title.into();
    if let Some(document) = browser::document() {
        document.set_title(&format!("{title} · {}", general::BRAND.t()));
    }
    view! {
        <div class="heading">
            <div>
                <h1 tabindex="-1">{title}</h1>
                {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            </div>
            {actions.map(|actions| view! { <div class="actions">{actions}</div> })}
        </div>
    }
    .into_any()
}
