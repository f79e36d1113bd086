//! Chooses the page: by whether somebody is signed in, and by the address.

use crate::address::{Address, Page, Section};
use crate::api::Api;
use crate::browser::{self, language::Language};
use crate::pages::{
    configuration, new_site, proofs, reads, registers, sign_in, site, sites, statistics, tokens,
    unknown, webhooks,
};
use crate::parts::frame::frame;
use crate::session::Session;
use consent_core::api::TokenGrants;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// The element of the page that the console fills.
const ROOT: &str = "app";

/// Fills the page, and follows its address from then on.
pub fn start() {
    Language::current().declare();
    let root = browser::document().and_then(|document| document.get_element_by_id(ROOT));
    let Some(root) = root else {
        return;
    };
    root.set_inner_html("");
    mount_to(root.unchecked_into(), console).forget();
}

fn console() -> AnyView {
    let session = Session::of_tab();
    let address = RwSignal::new(Address::parse(&browser::fragment()));
    let follow = Closure::<dyn Fn()>::new(move || {
        address.set(Address::parse(&browser::fragment()));
    });
    if let Some(window) = browser::window() {
        let listener = follow.as_ref().unchecked_ref();
        let _ = window.add_event_listener_with_callback("hashchange", listener);
    }
    // For as long as the page is.
    follow.forget();
    // Whoever goes to another page hears its heading, and goes on from there with the keyboard.
    Effect::new(move |before: Option<()>| {
        address.track();
        let _ = session.is_open();
        if before.is_some() {
            browser::focus("h1");
        }
    });
    // What the token allows, so that no page is offered that it does not open.
    Effect::new(move || {
        if session.is_open() {
            let api = Api::new(session);
            spawn_local(async move {
                if let Ok(grants) = api.get::<TokenGrants>("/v1/token").await {
                    session.learn(grants);
                }
            });
        }
    });
    (move || {
        let address = address.get();
        let page = if session.is_open() {
            page(session, &address)
        } else {
            sign_in::page(session)
        };
        frame(session, &address, page)
    })
    .into_any()
}

fn page(session: Session, address: &Address) -> AnyView {
    let api = Api::new(session);
    match &address.page {
        Page::Sites => sites::page(session, address),
        Page::NewSite => new_site::page(api),
        Page::Site(id, section) => match section {
            Section::Overview => site::overview::page(api, id),
            Section::Configuration => {
                configuration::page(api, id, address.query.get("new").is_some())
            }
            Section::Editions => site::editions::page(api, id, &address.query),
            Section::Install => site::install::page(api, id),
            Section::Statistics => statistics::page(api, id, &address.query),
            Section::Tokens => tokens::page(api, id),
            Section::Reads => reads::page(api, id, &address.query),
            Section::Requests => registers::requests::page(session, id, &address.query),
            Section::Incidents => registers::incidents::page(session, id, &address.query),
            Section::Webhooks => webhooks::page(api, id),
            Section::Departure => site::departure::page(api, id),
            Section::Proofs => proofs::search::page(api, id, &address.query),
            Section::Proof(receipt) => proofs::one::page(api, id, receipt, &address.query),
        },
        Page::Unknown => unknown::page(),
    }
}
