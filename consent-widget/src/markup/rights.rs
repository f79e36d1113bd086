//! A visitor's rights: all of them in the declaration, and one line in the dialog that leads to how they are used.

use super::{Page, service};
use consent_core::rights::StatedRights;
use leptos::prelude::*;

/// The rights that the law gives, how they are used, and within how long a request is answered.
pub(super) fn section(page: &Page) -> Option<AnyView> {
    let (texts, stated) = (page.texts.rights.as_ref()?, page.notice.rights.as_ref()?);
    let rights: Vec<_> = stated
        .rights
        .iter()
        .map(|it| view! { <li>{texts.get(it.right).to_string()}</li> })
        .collect();
    let within = page.wording.duration(page.language, stated.answer_within);
    let email = stated.email.as_ref().map(|email| {
        view! {
            <p>
                <a href=format!("mailto:{email}") dir="ltr">
                    {email.to_string()}
                </a>
            </p>
        }
    });
    let form = stated.url.as_ref().map(|url| {
        view! {
            <p>
                <a href=url.to_string()>{texts.exercise.to_string()}</a>
            </p>
        }
    });
    let address = stated.address.as_ref().map(|address| {
        view! {
            <p>
                <bdi>{address.to_string()}</bdi>
            </p>
        }
    });
    let whole = view! {
        <section>
            <h3>{texts.title.to_string()}</h3>
            <ul>{rights}</ul>
            {form}
            {email}
            {address}
            {within.map(|within| view! { <dl>{service::row(&texts.answer_within, &within)}</dl> })}
        </section>
    };
    Some(whole.into_any())
}

/// Where rights are used, on one line: the form, or the address for mail, or the postal address.
pub(super) fn line(page: &Page) -> Option<AnyView> {
    let (texts, stated) = (page.texts.rights.as_ref()?, page.notice.rights.as_ref()?);
    let way = if let Some(href) = link(stated) {
        view! { <a href=href>{texts.exercise.to_string()}</a> }.into_any()
    } else {
        let address = stated.address.as_ref()?.to_string();
        view! { <bdi>{address}</bdi> }.into_any()
    };
    Some(view! { <p>{format!("{} – ", texts.title)} {way}</p> }.into_any())
}

fn link(stated: &StatedRights) -> Option<String> {
    let form = stated.url.as_ref().map(ToString::to_string);
    let email = stated.email.as_ref().map(|email| format!("mailto:{email}"));
    form.or(email)
}
