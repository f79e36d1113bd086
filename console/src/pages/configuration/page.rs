//! The page: the draft by form or as text, what the server says of it, and the review before it is published.

use super::document;
use super::draft::Draft;
use super::form::form;
use super::preview::{self, preview};
use super::publish::{self, Review, review};
use super::verdict;
use crate::api::{Api, Failure, load};
use crate::browser::{self, language::Language};
use crate::parts::field::Field;
use crate::parts::frame::heading;
use crate::parts::states::{failed, loaded, note};
use crate::words::{configuration as words, site};
use consent_core::api::Publication;
use consent_core::{SiteId, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

/// How the draft is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Form,
    Text,
}

/// What the server said last.
#[derive(Clone)]
enum Said {
    Nothing,
    Asking,
    Sound(Publication),
    Review(Publication),
    Draft(Publication),
    Wrong,
    Failed(Failure),
}

/// The page; `is_new` for a site that is not published yet.
pub fn page(api: Api, id: &SiteId, is_new: bool) -> AnyView {
    let (site_id, path) = (id.clone(), format!("/v1/sites/{id}"));
    let lead = if is_new { words::NEW_LEAD } else { words::LEAD };
    let lead = Some(lead.t().to_owned());
    let in_force = load(async move {
        match api.text(&path).await {
            Ok(text) => Ok(Some(text)),
            Err(refused)
                if ["unknown-site", "configuration-not-kept"].contains(&refused.kind()) =>
            {
                Ok(None)
            }
            Err(other) => Err(other),
        }
    });
    view! {
        {heading(site::CONFIGURATION.t(), lead, None)}
        {loaded(
            in_force,
            move |text| {
                let begin = text.clone().unwrap_or_else(beginning);
                editor(api, &site_id, Draft::new(begin), RwSignal::new(text))
            },
        )}
    }
    .into_any()
}

/// What a site from nothing begins with.
fn beginning() -> String {
    let today = Timestamp::from_clock(js_sys::Date::now()).to_string();
    let today: String = today.chars().take(10).collect();
    let language = match Language::current() {
        Language::English => "en",
        Language::French => "fr-CA",
    };
    document::pretty(&json!({
        "name": "",
        "origins": [],
        "jurisdiction": "CA-QC",
        "languages": [language],
        "controller": { "name": "", "person_in_charge": "", "contact": "" },
        "policy": { "version": today, "url": "" },
        "purposes": ["preferences", "statistics", "marketing"],
        "services": [],
    }))
}

fn editor(api: Api, site: &SiteId, draft: Draft, in_force: RwSignal<Option<String>>) -> AnyView {
    let shown = RwSignal::new(View::Form);
    let said = RwSignal::new(Said::Nothing);
    // What was said is of another text from the first change on.
    Effect::new(move |before: Option<()>| {
        draft.text.track();
        if before.is_some() && !matches!(said.get_untracked(), Said::Asking | Said::Wrong) {
            said.set(Said::Nothing);
        }
    });
    let path = format!("/v1/sites/{site}");
    let ask = move |how: &str, then: fn(Publication) -> Said| {
        let path = format!("{path}?{how}");
        said.set(Said::Asking);
        spawn_local(async move {
            let text = draft.text.get_untracked();
            let answer = match api.send::<Publication>("PUT", &path, &text).await {
                Ok(publication) => {
                    draft.errors.set(Vec::new());
                    then(publication)
                }
                Err(Failure::Refused(problem)) if !problem.errors.is_empty() => {
                    draft.errors.set(problem.errors);
                    Said::Wrong
                }
                Err(other) => Said::Failed(other),
            };
            let next = match answer {
                Said::Review(_) => Some(publish::HEADING),
                Said::Draft(_) => Some(preview::HEADING),
                Said::Wrong => Some(verdict::ERRORS),
                _ => None,
            };
            let _ = said.try_set(answer);
            if let Some(id) = next {
                // Once it is in the page.
                spawn_local(async move {
                    browser::focus(&format!("#{id}"));
                });
            }
        });
    };
    let check = {
        let ask = ask.clone();
        move |_| ask("dry_run", Said::Sound)
    };
    let show = {
        let ask = ask.clone();
        move |_| ask("draft", Said::Draft)
    };
    let site = site.clone();
    let is_asking = move || said.with(|said| matches!(said, Said::Asking));
    view! {
        {switch(draft, shown)}
        {move || match shown.get() {
            View::Form => view! { <div class="form">{form(draft)}</div> }.into_any(),
            View::Text => text(draft),
        }}
        <div class="bar">
            <button type="button" class="button" disabled=is_asking on:click=check>
                {move || if is_asking() { words::CHECKING.t() } else { words::CHECK.t() }}
            </button>
            <button type="button" class="button" disabled=is_asking on:click=show>
                {words::SHOW_BANNER.t()}
            </button>
            <button
                type="button"
                id="review-button"
                class="button main"
                disabled=is_asking
                on:click=move |_| ask("dry_run", Said::Review)
            >
                {words::REVIEW.t()}
            </button>
            <p class="soft" role="status">
                {move || {
                    let is_changed = in_force
                        .with(|in_force| {
                            draft.text.with(|text| in_force.as_ref() != Some(text))
                        });
                    is_changed.then(|| words::UNSAVED.t())
                }}
            </p>
        </div>
        <div aria-live="polite">
            {move || answer(api, &site, draft, in_force, said)}
        </div>
    }
    .into_any()
}

/// What the server said last, and what follows from it.
fn answer(
    api: Api,
    site: &SiteId,
    draft: Draft,
    in_force: RwSignal<Option<String>>,
    said: RwSignal<Said>,
) -> AnyView {
    match said.get() {
        Said::Nothing | Said::Asking => ().into_any(),
        Said::Sound(publication) => sound(&publication),
        Said::Draft(publication) => {
            let document = draft.document().unwrap_or_default();
            preview(
                &publication.preview,
                &document::text(&document, "languages[0]"),
            )
        }
        Said::Wrong => draft.errors.with(|errors| verdict::errors(errors)),
        Said::Failed(failure) => failed(&failure),
        Said::Review(dry_run) => {
            let what = Review {
                site: site.clone(),
                draft,
                in_force,
                dry_run,
            };
            let close = move || {
                said.set(Said::Nothing);
                browser::focus("#review-button");
            };
            review(api, what, close)
        }
    }
}

fn sound(publication: &Publication) -> AnyView {
    view! {
        {note("good", words::SOUND.t().to_owned(), words::SOUND_LEAD.t().to_owned())}
        {verdict::findings(&publication.findings)}
    }
    .into_any()
}

/// Chooses between the form and the text.
fn switch(draft: Draft, shown: RwSignal<View>) -> AnyView {
    let refused = RwSignal::new(false);
    let button = move |view: View, word: crate::words::Word| {
        let choose = move |_| {
            let cannot = view == View::Form && draft.document().is_none();
            refused.set(cannot);
            if !cannot {
                shown.set(view);
            }
        };
        view! {
            <button
                type="button"
                aria-pressed=move || (shown.get() == view).to_string()
                on:click=choose
            >
                {word.t()}
            </button>
        }
    };
    view! {
        <div class="switch" role="group" aria-label=words::VIEW.t()>
            {button(View::Form, words::AS_FORM)}
            {button(View::Text, words::AS_TEXT)}
        </div>
        <div role="alert">
            {move || {
                refused
                    .get()
                    .then(|| view! { <div class="note bad"><p>{words::NOT_JSON.t()}</p></div> })
            }}
        </div>
    }
    .into_any()
}

fn text(draft: Draft) -> AnyView {
    let value = draft.text.get_untracked();
    view! {
        <div class="card text-editor">
            {Field::new("configuration-text", words::TEXT)
                .hint(words::TEXT_HINT)
                .lines(24, value, move |value| draft.text.set(value))}
        </div>
    }
    .into_any()
}
