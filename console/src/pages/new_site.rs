//! A site from nothing: its name, then its configuration.

use crate::address::{Address, Page, Section};
use crate::api::{Api, Failure};
use crate::browser;
use crate::parts::field::Field;
use crate::parts::frame::heading;
use crate::parts::states::failed;
use crate::words::{Word, general};
use consent_core::SiteId;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page.
pub fn page(api: Api) -> AnyView {
    let name = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Word>);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        let Ok(site) = name.get_untracked().trim().parse::<SiteId>() else {
            wrong.set(Some(general::SITE_ID_WRONG));
            browser::focus("#site-id");
            return;
        };
        wrong.set(None);
        spawn_local(async move {
            // A site that is there already is changed, not made.
            match api.text(&format!("/v1/sites/{site}")).await {
                Err(refused) if refused.kind() == "unknown-site" => {
                    browser::go_to(&Address::site(&site, Section::Configuration).with("new", 1));
                }
                Ok(_) => {
                    let _ = wrong.try_set(Some(general::SITE_ID_TAKEN));
                    browser::focus("#site-id");
                }
                Err(other) => {
                    let _ = failure.try_set(Some(other));
                }
            }
        });
    };
    let errors = Signal::derive(move || {
        let wrong = wrong.get();
        wrong.map(|word| word.t().to_owned()).into_iter().collect()
    });
    let field = Field::new("site-id", general::SITE_ID)
        .hint(general::SITE_ID_HINT)
        .errors(errors);
    let lead = Some(general::NEW_SITE_LEAD.t().to_owned());
    view! {
        {heading(general::NEW_SITE.t(), lead, None)}
        <form class="card narrow" on:submit=submit novalidate>
            {field.text("text", String::new(), move |value| name.set(value))}
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button main">{general::CONTINUE.t()}</button>
                <a class="button quiet" href=Address::new(Page::Sites).href()>
                    {general::CANCEL.t()}
                </a>
            </div>
        </form>
    }
    .into_any()
}
