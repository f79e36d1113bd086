//! Reviews a draft against what is in force, and publishes it.

use super::draft::Draft;
use super::verdict::findings;
use crate::address::{Address, Section};
use crate::api::{Api, Failure};
use crate::browser;
use crate::parts::changes::{changes, verdict};
use crate::parts::states::failed;
use crate::words::{configuration as words, general};
use consent_core::SiteId;
use consent_core::api::Publication;
use consent_core::site::compare::{Comparable, compare};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The heading of the review, which gets the focus.
pub const HEADING: &str = "review";

/// What is shown before a draft is published.
pub struct Review {
    /// The site.
    pub site: SiteId,
    /// The draft.
    pub draft: Draft,
    /// The configuration in force; none of a site that is not published yet.
    pub in_force: RwSignal<Option<String>>,
    /// What publishing would answer.
    pub dry_run: Publication,
}

/// The review; `close` takes it away.
pub fn review(api: Api, review: Review, close: impl Fn() + Copy + 'static) -> AnyView {
    let Review {
        site,
        draft,
        in_force,
        dry_run,
    } = review;
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let text = draft.text.get_untracked();
    let before = in_force.get_untracked();
    let is_first = before.is_none();
    let compared = compared(&site, before.as_deref(), &text, dry_run.asks_anew);
    let publish = move |_| {
        let (site, text) = (site.clone(), text.clone());
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let path = format!("/v1/sites/{site}");
            match api.send::<Publication>("PUT", &path, &text).await {
                Ok(_) if is_first => browser::go_to(&Address::site(&site, Section::Install)),
                Ok(_) => {
                    let _ = in_force.try_set(Some(text));
                    browser::go_to(&Address::site(&site, Section::Editions));
                }
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    view! {
        <section class="card review" aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">
                {words::PUBLISH_TITLE.t()}
            </h2>
            {compared}
            {findings(&dry_run.findings)}
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button
                    type="button"
                    class="button main"
                    disabled=move || busy.get()
                    on:click=publish
                >
                    {move || {
                        if busy.get() { words::PUBLISHING.t() } else { words::PUBLISH.t() }
                    }}
                </button>
                <button type="button" class="button quiet" on:click=move |_| close()>
                    {general::CANCEL.t()}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// What differs, in words; whether visitors are asked again is the server's word.
fn compared(site: &SiteId, before: Option<&str>, text: &str, asks_anew: bool) -> AnyView {
    let Some(before) = before else {
        return view! { <p>{words::FIRST_LEAD.t()}</p> }.into_any();
    };
    let read = |text: &str| Comparable::read(site.clone(), text.as_bytes());
    match (read(before), read(text)) {
        (Ok(before), Ok(after)) => {
            let mut comparison = compare(&before, &after);
            comparison.asks_anew = asks_anew;
            view! {
                <p>{words::PUBLISH_LEAD.t()}</p>
                {changes(&comparison)}
            }
            .into_any()
        }
        _ => view! {
            <p>{words::UNCOMPARED.t()}</p>
            {verdict(asks_anew)}
        }
        .into_any(),
    }
}
