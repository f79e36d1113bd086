//! The webhooks of a site: added, tested, turned off and removed; what was sent to each, and sent again.

use crate::api::{Api, Failure, Load};
use crate::browser::{self, dates};
use crate::parts::confirm::{Asked, confirmed};
use crate::parts::copy::snippet;
use crate::parts::field::{Field, tick, value_of};
use crate::parts::frame::heading;
use crate::parts::states::{empty, failed, loaded};
use crate::words::{Word, counted, site as site_words, webhooks as words};
use consent_core::SiteId;
use consent_core::webhook::{
    Attempt, Deliveries, Delivery, DeliveryStatus, MadeWebhook, Webhook, WebhookEvent, Webhooks,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};

/// What the page shows, which can be asked for again.
#[derive(Clone, Copy)]
struct Shown {
    api: Api,
    site: StoredValue<SiteId>,
    webhooks: RwSignal<Load<Webhooks>>,
    /// The webhook whose deliveries are shown.
    opened: RwSignal<Option<Webhook>>,
    deliveries: RwSignal<Load<Deliveries>>,
    /// A secret that was made just now.
    secret: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
}

impl Shown {
    fn path(self) -> String {
        format!("/v1/sites/{}/webhooks", self.site.get_value())
    }

    fn reload(self) {
        let path = self.path();
        spawn_local(async move {
            let loaded = self.api.get(&path).await;
            let loaded = loaded.map_or_else(Load::Failed, Load::Ready);
            let _ = self.webhooks.try_set(loaded);
        });
    }

    fn open(self, webhook: Webhook) {
        let path = format!("{}/{}/deliveries", self.path(), webhook.id);
        let _ = self.opened.try_set(Some(webhook));
        spawn_local(async move {
            let loaded = self.api.get(&path).await;
            let loaded = loaded.map_or_else(Load::Failed, Load::Ready);
            let _ = self.deliveries.try_set(loaded);
        });
    }

    /// Asks for something, and shows what has become of the webhooks; a secret, if the answer has one.
    fn ask(
        self,
        method: &'static str,
        path: String,
        body: Value,
        then: impl FnOnce(Self) + 'static,
    ) {
        self.failure.set(None);
        spawn_local(async move {
            match self
                .api
                .send::<Value>(method, &path, &body.to_string())
                .await
            {
                Ok(answer) => {
                    if let Some(secret) = answer["secret"].as_str() {
                        let _ = self.secret.try_set(Some(secret.to_owned()));
                    }
                    self.reload();
                    then(self);
                }
                Err(refused) => {
                    let _ = self.failure.try_set(Some(refused));
                }
            }
        });
    }
}

/// The page.
pub fn page(api: Api, site: &SiteId) -> AnyView {
    let shown = Shown {
        api,
        site: StoredValue::new(site.clone()),
        webhooks: RwSignal::new(Load::Waiting),
        opened: RwSignal::new(None),
        deliveries: RwSignal::new(Load::Waiting),
        secret: RwSignal::new(None),
        failure: RwSignal::new(None),
    };
    shown.reload();
    let lead = Some(words::LEAD.t().to_owned());
    view! {
        {heading(site_words::WEBHOOKS.t(), lead, None)}
        {form(shown)}
        <section aria-labelledby="webhooks">
            <div class="section-head">
                <h2 id="webhooks" tabindex="-1">
                    {words::LIST.t()}
                </h2>
            </div>
            {move || shown.failure.get().map(|failure| failed(&failure))}
            {loaded(
                shown.webhooks,
                move |all| {
                    if all.webhooks.is_empty() {
                        return empty(words::NONE, words::NONE_LEAD);
                    }
                    let entries = all.webhooks.into_iter().map(|webhook| entry(shown, webhook));
                    view! { <ul class="token-list">{entries.collect::<Vec<_>>()}</ul> }.into_any()
                },
            )}
        </section>
        {move || shown.opened.get().map(|webhook| sent(shown, webhook))}
    }
    .into_any()
}

fn form(shown: Shown) -> AnyView {
    let failure = RwSignal::new(None::<Failure>);
    let chosen = RwSignal::new(vec![
        WebhookEvent::ConsentWithdrawn,
        WebhookEvent::ConsentErased,
    ]);
    let ticks = WebhookEvent::ALL.map(|event| {
        let id = format!("webhook-{}", event.as_str().replace('.', "-"));
        let checked = chosen.with_untracked(|chosen| chosen.contains(&event));
        tick(id, words::event(event).t().to_owned(), checked, move |on| {
            chosen.update(|chosen| {
                chosen.retain(|other| *other != event);
                if on {
                    chosen.push(event);
                }
            });
        })
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = json!({
            "name": value_of("webhook-name"),
            "url": value_of("webhook-url"),
            "events": chosen.get_untracked(),
        });
        failure.set(None);
        spawn_local(async move {
            let path = shown.path();
            let body = asked.to_string();
            match shown.api.send::<MadeWebhook>("POST", &path, &body).await {
                Ok(made) => {
                    let _ = shown.secret.try_set(Some(made.secret));
                    shown.reload();
                }
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                }
            }
        });
    };
    view! {
        <form class="card" on:submit=submit aria-labelledby="make">
            <h2 id="make">{words::MAKE.t()}</h2>
            <div class="grid">
                {Field::new("webhook-name", words::NAME).text("text", String::new(), |_| {})}
                {Field::new("webhook-url", words::URL)
                    .hint(words::URL_HINT)
                    .text("url", String::new(), |_| {})}
            </div>
            <fieldset>
                <legend>{words::EVENTS.t()}</legend>
                {ticks.into_iter().collect::<Vec<_>>()}
            </fieldset>
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button main">{words::MAKE.t()}</button>
            </div>
            <div role="status">
                {move || {
                    shown
                        .secret
                        .get()
                        .map(|secret| {
                            view! {
                                <div class="note good">
                                    <p class="note-title">{words::MADE.t()}</p>
                                    <p>{words::MADE_LEAD.t()}</p>
                                    {snippet(words::SECRET, secret)}
                                </div>
                            }
                        })
                }}
            </div>
        </form>
    }
    .into_any()
}

fn entry(shown: Shown, webhook: Webhook) -> AnyView {
    let (tone, state) = match (webhook.disabled, webhook.failing_since) {
        (Some(disabled), _) => ("plain", words::disabled(disabled.reason).t().to_owned()),
        (None, Some(since)) => {
            let since = words::FAILING.with(&[("date", &dates::moment(since))]);
            ("warn", since)
        }
        (None, None) => ("good", words::ON.t().to_owned()),
    };
    let events = webhook.events.iter();
    let events: Vec<_> = events.map(|event| words::event(*event).t()).collect();
    let waiting = (webhook.waiting > 0).then(|| {
        let waiting = counted(webhook.waiting, words::WAITING_ONE, words::WAITING_MANY);
        format!(" · {waiting}")
    });
    view! {
        <li>
            <div>
                <p class="edition-head">
                    <strong>{webhook.name.clone()}</strong>
                    <span class=format!("tag {tone}")>{state}</span>
                </p>
                <p>
                    <code>{webhook.url.clone()}</code>
                </p>
                <p class="soft">{events.join(" · ")} {waiting}</p>
            </div>
            {actions(shown, webhook)}
        </li>
    }
    .into_any()
}

/// A small button, whose name says for which of the list it is.
fn button(word: Word, name: &str, press: impl Fn() + 'static) -> AnyView {
    let label = words::WHICH.with(&[("action", word.t()), ("name", name)]);
    view! {
        <button type="button" class="button small" aria-label=label on:click=move |_| press()>
            {word.t()}
        </button>
    }
    .into_any()
}

fn actions(shown: Shown, webhook: Webhook) -> AnyView {
    let path = format!("{}/{}", shown.path(), webhook.id);
    let name = webhook.name.clone();
    let is_on = webhook.disabled.is_none();
    let test = is_on.then(|| {
        let (path, webhook) = (format!("{path}/test"), webhook.clone());
        button(words::TEST, &name, move || {
            let webhook = webhook.clone();
            shown.ask("POST", path.clone(), json!({}), move |shown| {
                shown.open(webhook);
            });
        })
    });
    let renew = {
        let path = format!("{path}/secret");
        button(words::RENEW, &name, move || {
            shown.ask("POST", path.clone(), json!({}), |_| browser::focus("#make"));
        })
    };
    let switch = {
        let path = path.clone();
        let word = if is_on { words::DISABLE } else { words::ENABLE };
        button(word, &name, move || {
            let change = json!({ "enabled": !is_on });
            shown.ask("PATCH", path.clone(), change, |_| {
                browser::focus("#webhooks");
            });
        })
    };
    let open = button(words::DELIVERIES, &name, move || {
        shown.open(webhook.clone());
    });
    view! { <div class="buttons">{test} {open} {renew} {switch} {removal(shown, path, &name)}</div> }
        .into_any()
}

/// A button that asks once more before it removes.
fn removal(shown: Shown, path: String, name: &str) -> AnyView {
    let label = words::WHICH.with(&[("action", words::REMOVE.t()), ("name", name)]);
    let remove = move || {
        let path = path.clone();
        shown.failure.set(None);
        spawn_local(async move {
            if let Err(refused) = shown.api.delete(&path).await {
                let _ = shown.failure.try_set(Some(refused));
            }
            let _ = shown.opened.try_set(None);
            shown.reload();
            browser::focus("#webhooks");
        });
    };
    let asked = Asked {
        action: words::REMOVE,
        sure: words::REMOVE_SURE,
        confirm: words::REMOVE_DO,
    };
    confirmed(asked, label, remove)
}

/// What was sent to one of them.
fn sent(shown: Shown, webhook: Webhook) -> AnyView {
    let title = words::SENT.with(&[("name", &webhook.name)]);
    let again = webhook.clone();
    view! {
        <section class="card" aria-labelledby="sent">
            <div class="section-head">
                <h2 id="sent">{title}</h2>
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| shown.open(again.clone())
                >
                    {words::REFRESH.t()}
                </button>
            </div>
            {loaded(
                shown.deliveries,
                move |all| {
                    if all.deliveries.is_empty() {
                        return empty(words::NOTHING_SENT, words::NOTHING_SENT_LEAD);
                    }
                    let entries = all.deliveries.iter().map(|one| delivery(shown, &webhook, one));
                    view! { <ul class="token-list">{entries.collect::<Vec<_>>()}</ul> }.into_any()
                },
            )}
        </section>
    }
    .into_any()
}

fn delivery(shown: Shown, webhook: &Webhook, delivery: &Delivery) -> AnyView {
    let tone = match delivery.status {
        DeliveryStatus::Waiting => "plain",
        DeliveryStatus::Delivered => "good",
        DeliveryStatus::Failed => "warn",
    };
    let next = delivery.next_attempt;
    let next = next.map(|at| words::NEXT.with(&[("date", &dates::moment(at))]));
    let attempts = delivery.attempts.iter().map(attempt).collect::<Vec<_>>();
    let name = words::event(delivery.event).t();
    let resend = (delivery.can_resend && webhook.disabled.is_none()).then(|| {
        let path = format!(
            "{}/{}/deliveries/{}/resend",
            shown.path(),
            webhook.id,
            delivery.id
        );
        let webhook = webhook.clone();
        button(words::RESEND, name, move || {
            let webhook = webhook.clone();
            shown.ask("POST", path.clone(), json!({}), move |shown| {
                shown.open(webhook);
            });
        })
    });
    view! {
        <li>
            <div>
                <p class="edition-head">
                    <strong>{name}</strong>
                    <span class=format!("tag {tone}")>{words::status(delivery.status).t()}</span>
                </p>
                <p class="soft">
                    {dates::moment(delivery.time)} " · " <code>{delivery.id.to_string()}</code>
                </p>
                <p>{next}</p>
                <ul>{attempts}</ul>
            </div>
            <div class="buttons">{resend}</div>
        </li>
    }
    .into_any()
}

fn attempt(attempt: &Attempt) -> AnyView {
    let took = dates::number(attempt.took_ms);
    let values = [("date", &*dates::moment(attempt.time)), ("ms", &*took)];
    let status = attempt.status.map(|status| {
        let status = words::ANSWERED.with(&[("status", &status.to_string())]);
        format!(" · {status}")
    });
    // The server's own words are English.
    let reason = attempt.reason.clone();
    let reason = reason.filter(|_| attempt.status.is_none());
    let reason = reason.map(|reason| view! { " · " <span lang="en">{reason}</span> });
    view! { <li>{words::ATTEMPT.with(&values)} {status} {reason}</li> }.into_any()
}
