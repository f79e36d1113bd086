//! What both registers are made of: the list that can be asked for again, what is sent, and the history of a case.

use crate::api::{Api, Failure, Load};
use crate::browser::{self, dates};
use crate::parts::states::failed;
use crate::words::{Word, registers as words};
use consent_core::SiteId;
use consent_core::register::RegisterEntry;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A register, which can be asked for again.
pub struct Shown<Page: 'static> {
    pub api: Api,
    /// `/v1/sites/SITE/requests` or `/v1/sites/SITE/incidents`.
    path: StoredValue<String>,
    query: StoredValue<String>,
    pub cases: RwSignal<Load<Page>>,
    pub failure: RwSignal<Option<Failure>>,
}

impl<Page> Clone for Shown<Page> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Page> Copy for Shown<Page> {}

impl<Page: DeserializeOwned + Send + Sync + 'static> Shown<Page> {
    /// The register of that name, of which `query` asks for a part.
    pub fn open(api: Api, site: &SiteId, name: &str, query: String) -> Self {
        let shown = Self {
            api,
            path: StoredValue::new(format!("/v1/sites/{site}/{name}")),
            query: StoredValue::new(query),
            cases: RwSignal::new(Load::Waiting),
            failure: RwSignal::new(None),
        };
        shown.reload();
        shown
    }

    /// The address of something in it.
    pub fn path(self, tail: &str) -> String {
        self.path.with_value(|path| format!("{path}{tail}"))
    }

    fn reload(self) {
        let path = self.query.with_value(|query| self.path(query));
        spawn_local(async move {
            let loaded = self.api.get(&path).await;
            let _ = self
                .cases
                .try_set(loaded.map_or_else(Load::Failed, Load::Ready));
        });
    }

    /// Writes in it, and shows it anew.
    pub fn write(self, tail: &str, body: &Value, failure: RwSignal<Option<Failure>>) {
        let (path, body) = (self.path(tail), body.to_string());
        failure.set(None);
        spawn_local(async move {
            match self.api.send::<Value>("POST", &path, &body).await {
                Ok(_) => {
                    self.reload();
                    browser::focus("#cases");
                }
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                }
            }
        });
    }

    /// Erases what a case says.
    pub fn erase(self, number: u32) {
        let path = self.path(&format!("/{number}"));
        self.failure.set(None);
        spawn_local(async move {
            if let Err(refused) = self.api.delete(&path).await {
                let _ = self.failure.try_set(Some(refused));
            }
            self.reload();
            browser::focus("#cases");
        });
    }

    /// The heading of the list, with the register as a table.
    pub fn head(self, title: Word) -> AnyView {
        let download = move |_| {
            let path = self.path("/table");
            spawn_local(async move {
                let came = self.api.file(&path, |_| {}).await;
                let saved = came.and_then(|file| {
                    browser::save(&file.blob, &file.name).ok_or(Failure::Unreadable)
                });
                if let Err(refused) = saved {
                    let _ = self.failure.try_set(Some(refused));
                }
            });
        };
        view! {
            <div class="section-head">
                <h2 id="cases" tabindex="-1">
                    {title.t()}
                </h2>
                <button type="button" class="button small" on:click=download>
                    {words::TABLE.t()}
                </button>
            </div>
            {move || self.failure.get().map(|failure| failed(&failure))}
        }
        .into_any()
    }
}

/// A text that was written, unless it is empty.
pub fn put(into: &mut Map<String, Value>, name: &str, text: String) {
    if !text.trim().is_empty() {
        into.insert(name.to_owned(), text.into());
    }
}

/// What was written of a case: when, by whom, and where the log has it.
pub fn history(
    entries: &[RegisterEntry],
    said: impl Fn(&RegisterEntry) -> Option<String>,
) -> AnyView {
    let entries = entries.iter().map(|entry| {
        let disclosed = entry.disclosed.as_ref();
        let by = disclosed.map(|one| {
            let grants: Vec<_> = one.text.grants.iter().map(ToString::to_string).collect();
            view! {
                " · "
                <code>{grants.join(", ")}</code>
            }
        });
        let place = words::ENTRY.with(&[("n", &dates::number(entry.index))]);
        let said = said(entry).unwrap_or_else(|| words::ERASED.t().to_owned());
        view! {
            <li>
                <p class="soft">{dates::moment(entry.time)} {by} " · " {place}</p>
                <p>{said}</p>
            </li>
        }
    });
    view! { <ol class="timeline">{entries.collect::<Vec<_>>()}</ol> }.into_any()
}
