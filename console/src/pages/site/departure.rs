//! The owner leaves the server: what becomes of the site, and the name of the site written to confirm it.

use crate::api::{Api, Failure, Load};
use crate::browser::{self, dates};
use crate::parts::field::{Field, value_of};
use crate::parts::frame::heading;
use crate::parts::states::{failed, loaded, note};
use crate::words::departure as words;
use consent_core::api::Departure;
use consent_core::{SiteId, Timestamp};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page.
pub fn page(api: Api, site: &SiteId) -> AnyView {
    let departure = RwSignal::new(Load::Waiting);
    let path = format!("/v1/sites/{site}");
    spawn_local(async move {
        // Without `confirm`, it only says what leaving would do.
        let asked = api.send::<Departure>("DELETE", &path, "").await;
        let _ = departure.try_set(asked.map_or_else(Load::Failed, Load::Ready));
    });
    view! {
        {heading(words::TITLE.t(), None, None)}
        {loaded(departure, move |known| show(api, departure, &known))}
    }
    .into_any()
}

fn show(api: Api, departure: RwSignal<Load<Departure>>, known: &Departure) -> AnyView {
    if let Some(at) = known.purge_at {
        return left(at);
    }
    let days = dates::number(known.purge_after_days.into());
    let days = [("n", &*days)];
    let form = match &known.confirm {
        Some(confirm) if known.hosts.is_empty() => {
            form(api, departure, known.site.clone(), confirm.clone())
        }
        _ => note(
            "warn",
            words::HOSTS.t().to_owned(),
            words::HOSTS_LEAD.with(&[("list", &known.hosts.join(", "))]),
        ),
    };
    view! {
        <p class="lead">{words::LEAD.with(&days)}</p>
        <section aria-labelledby="before">
            <h2 id="before">{words::BEFORE.t()}</h2>
            <ul class="explained">
                <li>{words::BEFORE_TAG.t()}</li>
                <li>{words::BEFORE_EXPORT.t()}</li>
            </ul>
        </section>
        <section aria-labelledby="what">
            <h2 id="what">{words::WHAT.t()}</h2>
            <ul class="explained">
                <li>{words::AT_ONCE.t()}</li>
                <li>{words::LATER.with(&days)}</li>
                <li>{words::STAYS.t()}</li>
            </ul>
            <p>{words::UNDO.t()}</p>
        </section>
        {form}
    }
    .into_any()
}

/// That the owner has left, and until when that can be undone.
fn left(purge_at: Timestamp) -> AnyView {
    note(
        "warn",
        words::LEFT.t().to_owned(),
        words::LEFT_LEAD.with(&[("date", &dates::moment(purge_at))]),
    )
}

fn form(api: Api, departure: RwSignal<Load<Departure>>, site: SiteId, confirm: String) -> AnyView {
    let errors = RwSignal::new(Vec::<String>::new());
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        if value_of("leave-name") != site.as_str() {
            errors.set(vec![words::NAME_WRONG.with(&[("name", site.as_str())])]);
            browser::focus("#leave-name");
            return;
        }
        errors.set(Vec::new());
        let path = format!("/v1/sites/{site}?confirm={confirm}");
        spawn_local(async move {
            match api.send::<Departure>("DELETE", &path, "").await {
                Ok(left) => {
                    let _ = departure.try_set(Load::Ready(left));
                    browser::focus("h1");
                }
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                }
            }
        });
    };
    view! {
        <form class="card" on:submit=submit>
            {Field::new("leave-name", words::TYPE_NAME)
                .errors(errors.into())
                .text("text", String::new(), |_| {})}
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button main">{words::TITLE.t()}</button>
            </div>
        </form>
    }
    .into_any()
}
