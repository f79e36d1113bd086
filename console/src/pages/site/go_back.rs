//! Goes back to an earlier edition: what that would change, then the publication.

use crate::address::{Address, Section};
use crate::api::{Api, Failure, Load, load};
use crate::browser::{self, dates};
use crate::parts::changes::{changes, verdict};
use crate::parts::states::{failed, loaded};
use crate::words::{general, site as words};
use consent_core::SiteId;
use consent_core::api::{EditionComparison, Publication, PublishedEdition, PublishedEditions};
use consent_core::site::compare::Comparison;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What going back would do.
#[derive(Clone)]
struct Preview {
    comparison: Comparison,
    asks_anew: bool,
}

/// The button, and what it opens.
pub fn control(api: Api, site: SiteId, edition: PublishedEdition) -> AnyView {
    let open = RwSignal::new(false);
    let number = dates::number(edition.number);
    let id = format!("back-{}", edition.number);
    let panel_id = id.clone();
    view! {
        <p class="actions">
            <button
                type="button"
                id=id.clone()
                class="button small"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| {
                    open.update(|open| *open = !*open);
                }
            >
                {words::GO_BACK.t()}
                <span class="visually-hidden">
                    {format!(" ({})", words::EDITION.with(&[("n", &number)]))}
                </span>
            </button>
        </p>
        {move || {
            open.get().then(|| panel(api, site.clone(), &edition, open, panel_id.clone()))
        }}
    }
    .into_any()
}

fn panel(
    api: Api,
    site: SiteId,
    edition: &PublishedEdition,
    open: RwSignal<bool>,
    button: String,
) -> AnyView {
    let number = dates::number(edition.number);
    let (hash, back) = (edition.configuration.to_string(), edition.number);
    let preview = load(preview(api, site.clone(), hash.clone()));
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let publish = move |_| {
        let (site, hash) = (site.clone(), hash.clone());
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let path = format!("/v1/sites/{site}/editions/{hash}/publish");
            match api.send::<Publication>("POST", &path, "").await {
                Ok(_) => {
                    let done = Address::site(&site, Section::Editions).with("back", back);
                    browser::go_to(&done);
                }
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    let cancel = move |_| {
        open.set(false);
        browser::focus(&format!("#{button}"));
    };
    let values = [("n", &*number)];
    let (title, act) = (
        words::GO_BACK_TITLE.with(&values),
        words::GO_BACK_DO.with(&values),
    );
    view! {
        <div class="panel" role="group" aria-label=title.clone()>
            <h2>{title.clone()}</h2>
            <p>{words::GO_BACK_LEAD.t()}</p>
            {loaded(preview, |preview| show(&preview))}
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button
                    type="button"
                    class="button main"
                    disabled=move || {
                        busy.get() || !preview.with(|preview| matches!(preview, Load::Ready(_)))
                    }
                    on:click=publish
                >
                    {act}
                </button>
                <button type="button" class="button quiet" on:click=cancel>
                    {general::CANCEL.t()}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Asks the server what the publication would answer, and what would differ from what is in force.
async fn preview(api: Api, site: SiteId, hash: String) -> Result<Preview, Failure> {
    let path = format!("/v1/sites/{site}/editions/{hash}/publish?dry_run");
    let publication: Publication = api.send("POST", &path, "").await?;
    let editions: PublishedEditions = api.get(&format!("/v1/sites/{site}/editions")).await?;
    let current = editions.editions.first().ok_or(Failure::Unreadable)?;
    let path = format!(
        "/v1/sites/{site}/compare?a={}&b={hash}",
        current.configuration
    );
    let compared: EditionComparison = api.get(&path).await?;
    Ok(Preview {
        comparison: compared.comparison,
        asks_anew: publication.asks_anew,
    })
}

fn show(preview: &Preview) -> AnyView {
    // The server's answer to the dry run is what counts; the comparison says why.
    let differs = preview.comparison.asks_anew != preview.asks_anew;
    view! {
        {changes(&preview.comparison)}
        {(differs && !preview.comparison.changes.is_empty()).then(|| verdict(preview.asks_anew))}
    }
    .into_any()
}
