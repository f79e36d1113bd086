//! Visitors' requests: what came, until when it is due, and what was done.

use super::parts::{Shown, history, put};
use crate::address::{Address, Query, Section};
use crate::api::{Api, Failure};
use crate::browser::dates;
use crate::parts::confirm::{Asked, confirmed};
use crate::parts::field::{Field, value_of};
use crate::parts::frame::heading;
use crate::parts::states::{empty, failed, loaded};
use crate::session::Session;
use crate::words::{registers as words, site as site_words};
use consent_core::SiteId;
use consent_core::api::Role;
use consent_core::register::{
    Outcome, RegisterEntry, RequestCase, RequestContent, RequestKind, RequestPage, RequestStatus,
    Written,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The page; the parameter `status` is which are shown, `before` where it goes on.
pub fn page(session: Session, site: &SiteId, query: &Query) -> AnyView {
    let status = query.get("status").unwrap_or_default().to_owned();
    let mut asked = Query::default();
    asked.push("status", &status);
    asked.push("before", query.get("before").unwrap_or_default());
    let shown =
        Shown::<RequestPage>::open(Api::new(session), site, "requests", format!("?{asked}"));
    let owned = site.clone();
    let writes = Signal::derive(move || session.has_role(Role::Owner, Some(&owned)));
    let here = Address::site(site, Section::Requests);
    let lead = Some(words::REQUESTS_LEAD.t().to_owned());
    view! {
        {heading(site_words::REQUESTS.t(), lead, None)}
        {move || writes.get().then(|| form(shown))}
        <section aria-labelledby="cases">
            {shown.head(words::REQUEST_LIST)} {filters(&here, &status)}
            {loaded(
                shown.cases,
                move |page| {
                    if page.requests.is_empty() {
                        return empty(words::NO_REQUEST, words::NO_REQUEST_LEAD);
                    }
                    let older = page.next.map(|next| {
                        let href = here.clone().with("status", &status).with("before", next).href();
                        view! { <a class="button" href=href>{words::OLDER.t()}</a> }
                    });
                    let cases = page.requests.iter().map(|case| entry(shown, writes, case));
                    view! {
                        <ul class="token-list">{cases.collect::<Vec<_>>()}</ul>
                        <p class="pages">{older}</p>
                    }
                        .into_any()
                },
            )}
        </section>
    }
    .into_any()
}

fn filters(here: &Address, status: &str) -> AnyView {
    let known = [
        ("", words::ALL),
        ("open", words::OPEN),
        ("late", words::LATE),
        ("closed", words::CLOSED),
    ];
    let links = known.map(|(name, word)| {
        let address = if name.is_empty() {
            here.clone()
        } else {
            here.clone().with("status", name)
        };
        let current = (name == status).then_some("true");
        view! {
            <li>
                <a class="button small" href=address.href() aria-current=current>
                    {word.t()}
                </a>
            </li>
        }
    });
    view! {
        <nav class="case-filters" aria-label=words::SHOW.t()>
            <ul class="buttons">{links.into_iter().collect::<Vec<_>>()}</ul>
        </nav>
    }
    .into_any()
}

fn form(shown: Shown<RequestPage>) -> AnyView {
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut body = Map::new();
        for name in ["kind", "received_on", "who", "about"] {
            put(&mut body, name, value_of(&format!("request-{name}")));
        }
        shown.write("", &Value::Object(body), failure);
    };
    let kinds = RequestKind::ALL
        .map(|kind| (kind.as_str().to_owned(), words::kind(kind).t().to_owned()))
        .to_vec();
    view! {
        <form class="card" on:submit=submit aria-labelledby="make">
            <h2 id="make">{words::NEW_REQUEST.t()}</h2>
            <div class="grid">
                {Field::new("request-kind", words::KIND).choice(kinds, "access", |_| {})}
                {Field::new("request-received_on", words::RECEIVED)
                    .text("date", dates::today().to_string(), |_| {})}
                {Field::new("request-who", words::WHO).text("text", String::new(), |_| {})}
            </div>
            {Field::new("request-about", words::ABOUT).lines(2, String::new(), |_| {})}
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button main">{words::NEW_REQUEST.t()}</button>
            </div>
        </form>
    }
    .into_any()
}

fn entry(shown: Shown<RequestPage>, writes: Signal<bool>, case: &RequestCase) -> AnyView {
    let number = words::NUMBERED.with(&[("n", &dates::number(case.number.into()))]);
    let head = case.content.as_ref().map_or_else(
        || view! { <span class="tag plain">{words::ERASED.t()}</span> }.into_any(),
        standing,
    );
    let who = case.content.as_ref().map(|content| {
        let received = words::CAME.with(&[("date", &dates::day(content.request.received_on))]);
        let about = content.request.about.as_ref().map(ToString::to_string);
        view! {
            <p>{content.request.who.to_string()} <span class="soft">" · " {received}</span></p>
            <p class="soft">{about}</p>
        }
    });
    let number_of = case.number;
    let content = case.content.clone();
    let note = move || {
        let content = content.clone().filter(|_| writes.get())?;
        Some(note_form(shown, number_of, content.status))
    };
    view! {
        <li class="case">
            <div>
                <p class="edition-head">
                    <strong>{number}</strong>
                    {head}
                </p>
                {who}
                <details>
                    <summary>{words::HISTORY.t()}</summary>
                    {history(&case.entries, said)}
                    {note}
                </details>
            </div>
        </li>
    }
    .into_any()
}

/// The right, and where the request stands.
fn standing(content: &RequestContent) -> AnyView {
    let is_late = content.due_on < dates::today();
    let (tone, word) = match content.status {
        RequestStatus::Open if is_late => ("warn", words::LATE),
        RequestStatus::Open => ("plain", words::OPEN),
        closed => ("good", words::status(closed)),
    };
    let when = content.closed_at.map_or_else(
        || words::DUE.with(&[("date", &dates::day(content.due_on))]),
        |at| words::CLOSED_ON.with(&[("date", &dates::moment(at))]),
    );
    view! {
        <strong>{words::kind(content.request.kind).t()}</strong>
        <span class=format!("tag {tone}")>{word.t()}</span>
        <span class="soft">{when}</span>
    }
    .into_any()
}

/// What an entry says.
fn said(entry: &RegisterEntry) -> Option<String> {
    Some(match &entry.disclosed.as_ref()?.text.written {
        Written::RequestNote(note) => {
            let outcome = note
                .outcome
                .map(|one| format!("{}. ", words::outcome(one).t()));
            let due = note.due_on;
            let due =
                due.map(|day| format!(" ({})", words::DUE.with(&[("date", &dates::day(day))])));
            format!(
                "{}{}{}",
                outcome.unwrap_or_default(),
                note.text,
                due.unwrap_or_default()
            )
        }
        _ => words::REQUEST_NOTED.t().to_owned(),
    })
}

fn note_form(shown: Shown<RequestPage>, number: u32, status: RequestStatus) -> AnyView {
    let failure = RwSignal::new(None::<Failure>);
    let id = move |name: &str| format!("note-{number}-{name}");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut body = Map::new();
        for name in ["text", "outcome", "due_on"] {
            put(&mut body, name, value_of(&id(name)));
        }
        shown.write(&format!("/{number}/notes"), &Value::Object(body), failure);
    };
    let is_open = status == RequestStatus::Open;
    let ends = [
        (Outcome::Answered, "answered"),
        (Outcome::Refused, "refused"),
        (Outcome::Dropped, "dropped"),
        (Outcome::Reopened, "reopened"),
    ];
    let outcomes = ends
        .into_iter()
        .filter(|(outcome, _)| (*outcome == Outcome::Reopened) != is_open)
        .map(|(outcome, name)| (name.to_owned(), words::outcome(outcome).t().to_owned()));
    let none = (String::new(), words::NO_OUTCOME.t().to_owned());
    let outcomes: Vec<_> = std::iter::once(none)
        .filter(|_| is_open)
        .chain(outcomes)
        .collect();
    let later = is_open.then(|| {
        Field::new(id("due_on"), words::LATER)
            .hint(words::LATER_HINT)
            .text("date", String::new(), |_| {})
    });
    let erase = (!is_open).then(|| {
        let asked = Asked {
            action: words::ERASE,
            sure: words::ERASE_SURE,
            confirm: words::ERASE_DO,
        };
        let which = words::NUMBERED.with(&[("n", &dates::number(number.into()))]);
        let label = format!("{}: {which}", words::ERASE.t());
        confirmed(asked, label, move || shown.erase(number))
    });
    view! {
        <form on:submit=submit>
            {Field::new(id("text"), words::NOTE).lines(2, String::new(), |_| {})}
            <div class="grid">
                {Field::new(id("outcome"), words::OUTCOME).choice(outcomes, "", |_| {})} {later}
            </div>
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button small">{words::ADD_NOTE.t()}</button>
                {erase}
            </div>
        </form>
    }
    .into_any()
}
