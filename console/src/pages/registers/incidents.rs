//! Incidents of confidentiality: what is known of each, and what its register lacks.

use super::parts::{Shown, history, put};
use crate::address::{Address, Query, Section};
use crate::api::{Api, Failure};
use crate::browser::dates;
use crate::parts::fact::fact;
use crate::parts::field::{Field, value_of};
use crate::parts::frame::heading;
use crate::parts::states::{empty, failed, loaded};
use crate::session::Session;
use crate::words::{registers as words, site as site_words};
use consent_core::SiteId;
use consent_core::api::Role;
use consent_core::register::{IncidentCase, IncidentContent, IncidentPage, RegisterEntry, Written};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The page; the parameter `before` is where it goes on.
pub fn page(session: Session, site: &SiteId, query: &Query) -> AnyView {
    let mut asked = Query::default();
    asked.push("before", query.get("before").unwrap_or_default());
    let shown =
        Shown::<IncidentPage>::open(Api::new(session), site, "incidents", format!("?{asked}"));
    let owned = site.clone();
    let writes = Signal::derive(move || session.has_role(Role::Owner, Some(&owned)));
    let here = Address::site(site, Section::Incidents);
    let lead = Some(words::INCIDENTS_LEAD.t().to_owned());
    view! {
        {heading(site_words::INCIDENTS.t(), lead, None)}
        {move || writes.get().then(|| form(shown))}
        <section aria-labelledby="cases">
            {shown.head(words::INCIDENT_LIST)}
            {loaded(
                shown.cases,
                move |page| {
                    if page.incidents.is_empty() {
                        return empty(words::NO_INCIDENT, words::NO_INCIDENT_LEAD);
                    }
                    let older = page.next.map(|next| {
                        let href = here.clone().with("before", next).href();
                        view! { <a class="button" href=href>{words::OLDER.t()}</a> }
                    });
                    let cases = page.incidents.iter().map(|case| entry(shown, writes, case));
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

fn form(shown: Shown<IncidentPage>) -> AnyView {
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut body = Map::new();
        for name in ["aware_on", "occurred", "information", "circumstances"] {
            put(&mut body, name, value_of(&format!("incident-{name}")));
        }
        body.insert("findings".to_owned(), findings("incident"));
        shown.write("", &Value::Object(body), failure);
    };
    view! {
        <form class="card" on:submit=submit aria-labelledby="make">
            <h2 id="make">{words::NEW_INCIDENT.t()}</h2>
            <div class="grid">
                {Field::new("incident-aware_on", words::AWARE)
                    .text("date", dates::today().to_string(), |_| {})}
                {Field::new("incident-occurred", words::OCCURRED)
                    .hint(words::OCCURRED_HINT)
                    .text("text", String::new(), |_| {})}
            </div>
            {Field::new("incident-information", words::INFORMATION)
                .hint(words::INFORMATION_HINT)
                .lines(2, String::new(), |_| {})}
            {Field::new("incident-circumstances", words::CIRCUMSTANCES)
                .lines(2, String::new(), |_| {})}
            {finding_fields("incident")}
            {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button main">{words::NEW_INCIDENT.t()}</button>
            </div>
        </form>
    }
    .into_any()
}

/// The fields of what is found out in time.
fn finding_fields(prefix: &str) -> AnyView {
    let id = |name: &str| format!("{prefix}-{name}");
    let risk = vec![
        (String::new(), words::UNKNOWN.t().to_owned()),
        ("true".to_owned(), words::SERIOUS.t().to_owned()),
        ("false".to_owned(), words::NOT_SERIOUS.t().to_owned()),
    ];
    view! {
        <details class="findings">
            <summary>{words::FOUND_NOW.t()}</summary>
            <div class="grid">
                {Field::new(id("persons"), words::PERSONS).text("number", String::new(), |_| {})}
                {Field::new(id("serious_risk"), words::RISK).choice(risk, "", |_| {})}
                {Field::new(id("authority_told_on"), words::AUTHORITY_TOLD)
                    .text("date", String::new(), |_| {})}
                {Field::new(id("persons_told_on"), words::PERSONS_TOLD)
                    .text("date", String::new(), |_| {})}
            </div>
            {Field::new(id("risk_reasons"), words::RISK_REASONS)
                .hint(words::RISK_HINT)
                .lines(2, String::new(), |_| {})}
            {Field::new(id("measures"), words::MEASURES).lines(2, String::new(), |_| {})}
            {Field::new(id("public_notice"), words::PUBLIC_NOTICE).lines(1, String::new(), |_| {})}
        </details>
    }
    .into_any()
}

/// What stands in these fields.
fn findings(prefix: &str) -> Value {
    let mut found = Map::new();
    let of = |name: &str| value_of(&format!("{prefix}-{name}"));
    for name in [
        "risk_reasons",
        "authority_told_on",
        "persons_told_on",
        "public_notice",
        "measures",
    ] {
        put(&mut found, name, of(name));
    }
    // A number, and a yes or no: JSON has them as they are written.
    for name in ["persons", "serious_risk"] {
        let text = of(name);
        if !text.is_empty() {
            let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            found.insert(name.to_owned(), value);
        }
    }
    Value::Object(found)
}

fn entry(shown: Shown<IncidentPage>, writes: Signal<bool>, case: &IncidentCase) -> AnyView {
    let number = case.number;
    let name = words::NUMBERED.with(&[("n", &dates::number(number.into()))]);
    let note = move || writes.get().then(|| note_form(shown, number));
    view! {
        <li class="case">
            <div>
                <p class="edition-head">
                    <strong>{name}</strong>
                    {case.content.as_ref().map(completeness)}
                </p>
                {case.content.as_ref().map(facts)}
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

/// Whether the register has what it must say.
fn completeness(content: &IncidentContent) -> AnyView {
    if content.missing.is_empty() {
        return view! { <span class="tag good">{words::COMPLETE.t()}</span> }.into_any();
    }
    let missing: Vec<_> = content
        .missing
        .iter()
        .map(|name| words::finding(name).t())
        .collect();
    view! {
        <span class="tag warn">{words::MISSING.t()}</span>
        <span class="soft">{missing.join(" · ")}</span>
    }
    .into_any()
}

fn facts(content: &IncidentContent) -> AnyView {
    let (incident, found) = (&content.incident, &content.incident.findings);
    let risk = found.serious_risk.map(|serious| {
        if serious {
            words::SERIOUS
        } else {
            words::NOT_SERIOUS
        }
    });
    let text =
        |text: &Option<consent_core::text::Text<2000>>| text.as_ref().map(ToString::to_string);
    let facts = [
        (words::AWARE, Some(dates::day(incident.aware_on))),
        (words::OCCURRED, Some(incident.occurred.to_string())),
        (words::INFORMATION, Some(incident.information.to_string())),
        (
            words::CIRCUMSTANCES,
            Some(incident.circumstances.to_string()),
        ),
        (
            words::PERSONS,
            found.persons.map(|count| dates::number(count.into())),
        ),
        (words::RISK, risk.map(|word| word.t().to_owned())),
        (words::RISK_REASONS, text(&found.risk_reasons)),
        (
            words::AUTHORITY_TOLD,
            found.authority_told_on.map(dates::day),
        ),
        (words::PERSONS_TOLD, found.persons_told_on.map(dates::day)),
        (words::PUBLIC_NOTICE, text(&found.public_notice)),
        (words::MEASURES, text(&found.measures)),
    ];
    let known = facts
        .into_iter()
        .filter_map(|(term, value)| Some(fact(term.t(), value?)));
    view! { <dl class="facts">{known.collect::<Vec<_>>()}</dl> }.into_any()
}

/// What an entry says.
fn said(entry: &RegisterEntry) -> Option<String> {
    Some(match &entry.disclosed.as_ref()?.text.written {
        Written::IncidentNote(note) => note.text.to_string(),
        _ => words::INCIDENT_NOTED.t().to_owned(),
    })
}

fn note_form(shown: Shown<IncidentPage>, number: u32) -> AnyView {
    let failure = RwSignal::new(None::<Failure>);
    let prefix = format!("note-{number}");
    let text = format!("{prefix}-text");
    let fields = finding_fields(&prefix);
    let field = Field::new(text.clone(), words::NOTE).lines(2, String::new(), |_| {});
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut body = Map::new();
        put(&mut body, "text", value_of(&text));
        body.insert("findings".to_owned(), findings(&prefix));
        shown.write(&format!("/{number}/notes"), &Value::Object(body), failure);
    };
    view! {
        <form on:submit=submit>
            {field} {fields} {move || failure.get().map(|failure| failed(&failure))}
            <div class="buttons">
                <button class="button small">{words::ADD_NOTE.t()}</button>
            </div>
        </form>
    }
    .into_any()
}
