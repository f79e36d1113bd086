//! The export of the records that pass the filters: three forms, each a file that the browser saves.

use crate::address::Query;
use crate::api::{Api, Failure};
use crate::browser::{self, dates};
use crate::parts::copy::snippet;
use crate::parts::states::failed;
use crate::words::{Word, export as words};
use consent_core::SiteId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The forms: the name in the address, and what it is for.
const FORMS: [(&str, Word, Word); 3] = [
    ("ndjson", words::NDJSON, words::NDJSON_LEAD),
    ("csv", words::CSV, words::CSV_LEAD),
    ("jsonld", words::JSONLD, words::JSONLD_LEAD),
];

/// How far a download is.
#[derive(Clone)]
enum State {
    Idle,
    UnderWay(u64),
    Done(u64),
    Failed(Failure),
}

/// What can be opened to export.
pub fn control(api: Api, site: &SiteId, filters: &Query) -> AnyView {
    let state = RwSignal::new(State::Idle);
    let forms = FORMS.map(|form| {
        let (site, filters) = (site.clone(), filters.clone());
        let (name, title, lead) = form;
        let download = move |_| {
            let (site, mut asked) = (site.clone(), filters.clone());
            asked.push("format", name);
            state.set(State::UnderWay(0));
            spawn_local(async move {
                let path = format!("/v1/sites/{site}/export?{asked}");
                let so_far = move |bytes| {
                    let _ = state.try_set(State::UnderWay(bytes));
                };
                let came = api.file(&path, so_far).await;
                let ended = came.and_then(|file| {
                    let saved = browser::save(&file.blob, &file.name);
                    saved.ok_or(Failure::Unreadable).map(|()| file.size)
                });
                let _ = state.try_set(ended.map_or_else(State::Failed, State::Done));
            });
        };
        let label = format!("{}: {}", words::DOWNLOAD.t(), title.t());
        view! {
            <li>
                <div>
                    <p class="form-of-export">{title.t()}</p>
                    <p class="soft">{lead.t()}</p>
                </div>
                <button
                    type="button"
                    class="button small"
                    aria-label=label
                    disabled=move || matches!(state.get(), State::UnderWay(_))
                    on:click=download
                >
                    {words::DOWNLOAD.t()}
                </button>
            </li>
        }
    });
    let said = move || match state.get() {
        State::UnderWay(bytes) => words::UNDER_WAY.with(&[("size", &dates::bytes(bytes))]),
        State::Done(bytes) => words::DONE.with(&[("size", &dates::bytes(bytes))]),
        State::Idle | State::Failed(_) => String::new(),
    };
    let failure = move || match state.get() {
        State::Failed(failure) => Some(failed(&failure)),
        _ => None,
    };
    let command = format!(
        "temoin verify-export FILE.ndjson {} --site {site}",
        browser::origin()
    );
    view! {
        <details class="card export">
            <summary>{words::EXPORT.t()}</summary>
            <p>{words::LEAD.t()}</p>
            <ul class="token-list">{forms.into_iter().collect::<Vec<_>>()}</ul>
            <p role="status">{said}</p>
            {failure}
            <p>{words::VERIFY.t()}</p>
            {snippet(words::COMMAND, command)}
            <p class="soft">{words::TOO_LARGE.t()}</p>
        </details>
    }
    .into_any()
}
