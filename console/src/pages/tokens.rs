//! The tokens that open a site: made, listed, revoked.

use crate::api::{Api, Failure, Load};
use crate::browser::{self, dates};
use crate::parts::confirm::{Asked, confirmed};
use crate::parts::copy::snippet;
use crate::parts::field::{Field, value_of};
use crate::parts::frame::heading;
use crate::parts::states::{failed, loaded};
use crate::words::{site as site_words, tokens as words};
use consent_core::api::{MadeToken, Role, TokenSummary, Tokens};
use consent_core::{SiteId, Timestamp};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

/// The list, which can be asked for again.
#[derive(Clone, Copy)]
struct List {
    api: Api,
    tokens: RwSignal<Load<Tokens>>,
    failure: RwSignal<Option<Failure>>,
}

impl List {
    fn reload(self, site: SiteId) {
        spawn_local(async move {
            let loaded = self.api.get(&format!("/v1/sites/{site}/tokens")).await;
            let _ = self
                .tokens
                .try_set(loaded.map_or_else(Load::Failed, Load::Ready));
        });
    }
}

/// The page.
pub fn page(api: Api, site: &SiteId) -> AnyView {
    let list = List {
        api,
        tokens: RwSignal::new(Load::Waiting),
        failure: RwSignal::new(None),
    };
    list.reload(site.clone());
    let lead = Some(words::LEAD.t().to_owned());
    let owned = site.clone();
    view! {
        {heading(site_words::TOKENS.t(), lead, None)}
        {form(list, site)}
        <section aria-labelledby="tokens">
            <div class="section-head">
                <h2 id="tokens" tabindex="-1">
                    {words::LIST.t()}
                </h2>
            </div>
            {move || list.failure.get().map(|failure| failed(&failure))}
            {loaded(
                list.tokens,
                move |tokens| {
                    let entries = tokens.tokens.iter().map(|token| entry(list, &owned, token));
                    view! { <ul class="token-list">{entries.collect::<Vec<_>>()}</ul> }.into_any()
                },
            )}
        </section>
    }
    .into_any()
}

fn form(list: List, site: &SiteId) -> AnyView {
    let made = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let site = site.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut asked = json!({ "name": value_of("token-name"), "role": value_of("token-role") });
        let last_day = value_of("token-expires");
        if !last_day.is_empty() {
            asked["expires_at"] = format!("{last_day}T23:59:59.999Z").into();
        }
        let site = site.clone();
        failure.set(None);
        spawn_local(async move {
            let path = format!("/v1/sites/{site}/tokens");
            match list
                .api
                .send::<MadeToken>("POST", &path, &asked.to_string())
                .await
            {
                Ok(token) => {
                    let _ = made.try_set(Some(token.token));
                    list.reload(site);
                }
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                }
            }
        });
    };
    let roles = [Role::Auditor, Role::Owner, Role::Inspector]
        .map(|role| (role.as_str().to_owned(), words::role(role).t().to_owned()))
        .to_vec();
    view! {
        <form class="card" on:submit=submit aria-labelledby="make">
            <h2 id="make">{words::MAKE.t()}</h2>
            <div class="grid">
                {Field::new("token-name", words::NAME)
                    .hint(words::NAME_HINT)
                    .text("text", String::new(), |_| {})}
                {Field::new("token-role", words::ROLE).choice(roles, "auditor", |_| {})}
                {Field::new("token-expires", words::EXPIRES)
                    .hint(words::EXPIRES_HINT)
                    .text("date", String::new(), |_| {})}
            </div>
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button main">{words::MAKE.t()}</button>
            </div>
            <div role="status">
                {move || {
                    made.get()
                        .map(|token| {
                            view! {
                                <div class="note good">
                                    <p class="note-title">{words::MADE.t()}</p>
                                    <p>{words::MADE_LEAD.t()}</p>
                                    {snippet(words::TOKEN, token)}
                                </div>
                            }
                        })
                }}
            </div>
        </form>
    }
    .into_any()
}

fn entry(list: List, site: &SiteId, token: &TokenSummary) -> AnyView {
    let now = Timestamp::from_clock(js_sys::Date::now());
    let (tone, state) = match (token.revoked_at, token.is_live(now)) {
        (Some(_), _) => ("plain", words::REVOKED),
        (None, true) => ("good", words::LIVE),
        (None, false) => ("plain", words::EXPIRED),
    };
    let id = token.grant.id.to_string();
    let name = token
        .grant
        .name
        .as_ref()
        .map_or_else(|| id.clone(), |name| name.as_str().to_owned());
    let made = token.made_at.map_or_else(
        || words::OF_SERVER.t().to_owned(),
        |at| words::MADE_ON.with(&[("date", &dates::moment(at))]),
    );
    let until = token
        .grant
        .expires_at
        .map(|at| format!(" · {}", words::UNTIL.with(&[("date", &dates::moment(at))])));
    let everywhere = token
        .grant
        .sites
        .is_none()
        .then(|| format!(" · {}", words::ALL_SITES.t()));
    let can_revoke = token.made_at.is_some() && token.revoked_at.is_none();
    let revocation = can_revoke.then(|| revocation(list, site.clone(), id.clone(), &name));
    view! {
        <li>
            <div>
                <p class="edition-head">
                    <strong>{name}</strong>
                    <span class=format!("tag {tone}")>{state.t()}</span>
                </p>
                <p>{words::role(token.grant.role).t()}</p>
                <p class="soft">{made} {until} {everywhere} " · " <code>{id}</code></p>
            </div>
            {revocation}
        </li>
    }
    .into_any()
}

/// A button that asks once more before it revokes.
fn revocation(list: List, site: SiteId, id: String, name: &str) -> AnyView {
    let label = words::REVOKE_WHICH.with(&[("name", name)]);
    let revoke = move || {
        let (site, path) = (site.clone(), format!("/v1/sites/{site}/tokens/{id}"));
        list.failure.set(None);
        spawn_local(async move {
            if let Err(refused) = list.api.delete(&path).await {
                let _ = list.failure.try_set(Some(refused));
            }
            list.reload(site);
            browser::focus("#tokens");
        });
    };
    let asked = Asked {
        action: words::REVOKE,
        sure: words::REVOKE_SURE,
        confirm: words::REVOKE_DO,
    };
    view! { <div class="buttons">{confirmed(asked, label, revoke)}</div> }.into_any()
}
