//! The filters of a search, as a form. Their names and values are those of `GET /v1/sites/SITE/consents`.

use crate::address::{Address, Query, Section};
use crate::browser;
use crate::parts::field::{Field, value_of};
use crate::words::{Word, proofs as words, record};
use consent_core::jurisdiction::Jurisdiction;
use consent_core::{Consent, ConsentStatus, Layer, Method, Purpose, SiteId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// A filter: its name in the API, what it is called, and the values to choose from; none where it is written.
struct Filter {
    name: &'static str,
    label: Word,
    values: Values,
}

enum Values {
    Day,
    Text,
    Known(Vec<(&'static str, Word)>),
}

/// Those that most searches begin with.
fn first() -> Vec<Filter> {
    vec![
        Filter {
            name: "from",
            label: words::FROM,
            values: Values::Day,
        },
        Filter {
            name: "to",
            label: words::TO,
            values: Values::Day,
        },
        Filter {
            name: "purpose",
            label: words::PURPOSE,
            values: known(&Purpose::OPTIONAL, Purpose::as_str, record::purpose),
        },
        Filter {
            name: "decision",
            label: words::DECISION,
            values: known(
                &[Consent::Granted, Consent::Denied],
                Consent::as_str,
                record::consent,
            ),
        },
        Filter {
            name: "status",
            label: words::STATUS,
            values: known(
                &ConsentStatus::OF_RECORDS,
                ConsentStatus::as_str,
                record::status,
            ),
        },
        Filter {
            name: "notice",
            label: words::NOTICE,
            values: Values::Text,
        },
    ]
}

/// The others.
fn more() -> Vec<Filter> {
    let yes_or_no = || {
        Values::Known(vec![
            ("true", crate::words::general::YES),
            ("false", crate::words::general::NO),
        ])
    };
    let filter = |name, label, values| Filter {
        name,
        label,
        values,
    };
    vec![
        filter(
            "method",
            words::METHOD,
            known(&Method::ALL, Method::as_str, record::method),
        ),
        filter(
            "layer",
            words::LAYER,
            known(&Layer::ALL, Layer::as_str, record::layer),
        ),
        filter("service", words::SERVICE, Values::Text),
        filter("language", words::LANGUAGE, Values::Text),
        filter(
            "jurisdiction",
            words::JURISDICTION,
            known(Jurisdiction::ALL, Jurisdiction::as_str, record::law),
        ),
        filter("gpc", words::GPC, yes_or_no()),
        filter("trusted", words::TRUSTED, yes_or_no()),
        filter("served", words::SERVED, yes_or_no()),
        filter("subject", words::SUBJECT, Values::Text),
    ]
}

fn known<T: Copy>(all: &[T], name: fn(T) -> &'static str, word: fn(T) -> Word) -> Values {
    Values::Known(
        all.iter()
            .map(|value| (name(*value), word(*value)))
            .collect(),
    )
}

/// The parameters of the address that are filters.
pub fn of(query: &Query) -> Query {
    let mut filters = Query::default();
    for Filter { name, .. } in first().into_iter().chain(more()) {
        if let Some(value) = query.get(name) {
            filters.push(name, value);
        }
    }
    filters
}

/// The form. Submitting it goes to the address of the search.
pub fn form(site: &SiteId, query: &Query) -> AnyView {
    let incomplete = RwSignal::new(false);
    let owned = site.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut address = Address::site(&owned, Section::Proofs);
        for Filter { name, .. } in first().into_iter().chain(more()) {
            address.query.push(name, value_of(&id_of(name)).trim());
        }
        let has = |name| address.query.get(name).is_some();
        let lacks_answer = (has("purpose") || has("service")) && !has("decision");
        incomplete.set(lacks_answer);
        if lacks_answer {
            browser::focus(&format!("#{}", id_of("decision")));
        } else {
            browser::go_to(&address);
        }
    };
    let errors = Signal::derive(move || {
        let said = incomplete.get().then(|| words::NEEDS_ANSWER.t().to_owned());
        said.into_iter().collect()
    });
    let some_more = more().iter().any(|filter| query.get(filter.name).is_some());
    let any = !query.0.is_empty();
    view! {
        <form class="card filters" on:submit=submit aria-labelledby="filters">
            <h2 id="filters">{words::FILTERS.t()}</h2>
            <div class="grid">
                {first().into_iter().map(|filter| control(filter, query, errors)).collect::<Vec<_>>()}
            </div>
            <details open=some_more>
                <summary>{words::MORE_FILTERS.t()}</summary>
                <div class="grid">
                    {more()
                        .into_iter()
                        .map(|filter| control(filter, query, errors))
                        .collect::<Vec<_>>()}
                </div>
            </details>
            <div class="buttons">
                <button class="button main">{words::SEARCH.t()}</button>
                {any
                    .then(|| {
                        view! {
                            <a
                                class="button quiet"
                                href=Address::site(site, Section::Proofs).href()
                            >
                                {words::CLEAR.t()}
                            </a>
                        }
                    })}
            </div>
        </form>
    }
    .into_any()
}

fn id_of(name: &str) -> String {
    format!("filter-{name}")
}

fn control(filter: Filter, query: &Query, errors: Signal<Vec<String>>) -> AnyView {
    let value = query.get(filter.name).unwrap_or_default().to_owned();
    let mut field = Field::new(id_of(filter.name), filter.label);
    if filter.name == "decision" {
        field = field.errors(errors);
    }
    match filter.values {
        Values::Day => {
            // A link may ask for an instant, which no field for days can show.
            let kind = if value.contains('T') { "text" } else { "date" };
            field.text(kind, value, |_| {})
        }
        Values::Text => field.text("text", value, |_| {}),
        Values::Known(values) => {
            let any = (String::new(), words::ANY.t().to_owned());
            let options = values
                .into_iter()
                .map(|(name, word)| (name.to_owned(), word.t().to_owned()));
            let options = std::iter::once(any).chain(options).collect();
            field.choice(options, &value, |_| {})
        }
    }
}
