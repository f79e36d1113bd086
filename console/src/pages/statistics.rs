//! How visitors answer: a chart for each purpose, which reads without colour, and every number in a table.

use crate::address::{Address, Query, Section};
use crate::api::{Api, load};
use crate::browser::{self, dates};
use crate::parts::chart::chart;
use crate::parts::fact::fact;
use crate::parts::field::{Field, value_of};
use crate::parts::frame::heading;
use crate::parts::states::{empty, loaded};
use crate::words::{Word, general, record, site as site_words, statistics as words};
use consent_core::api::SiteStats;
use consent_core::api::stats::{GrantedCount, PartCount, Step};
use consent_core::{Purpose, SiteId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The page. The parameters are those of the API: `from`, `to`, `by`.
pub fn page(api: Api, site: &SiteId, query: &Query) -> AnyView {
    let mut asked = Query::default();
    for name in ["from", "to", "by"] {
        asked.push(name, query.get(name).unwrap_or_default());
    }
    let path = format!("/v1/sites/{site}/stats?{asked}");
    let stats = load(async move { api.get::<SiteStats>(&path).await });
    let lead = Some(words::LEAD.t().to_owned());
    view! {
        {heading(site_words::STATISTICS.t(), lead, None)}
        {form(site, &asked)}
        {loaded(stats, |stats| show(&stats))}
    }
    .into_any()
}

fn form(site: &SiteId, query: &Query) -> AnyView {
    let site = site.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut address = Address::site(&site, Section::Statistics);
        for name in ["from", "to", "by"] {
            address
                .query
                .push(name, &value_of(&format!("stats-{name}")));
        }
        browser::go_to(&address);
    };
    let value = |name: &str| query.get(name).unwrap_or_default().to_owned();
    let steps = Step::ALL
        .map(|step| {
            let word = match step {
                Step::Day => words::DAY,
                Step::Week => words::WEEK,
                Step::Month => words::MONTH,
            };
            (step.as_str().to_owned(), word.t().to_owned())
        })
        .to_vec();
    view! {
        <form class="card compare" on:submit=submit aria-label=words::PERIOD.t()>
            <div class="row four">
                {Field::new("stats-from", words::FROM).text("date", value("from"), |_| {})}
                {Field::new("stats-to", words::TO).text("date", value("to"), |_| {})}
                {Field::new("stats-by", words::BY).choice(steps, &value("by"), |_| {})}
                <button class="button">{words::SHOW.t()}</button>
            </div>
        </form>
    }
    .into_any()
}

fn show(stats: &SiteStats) -> AnyView {
    if stats.total.choices == 0 {
        return view! {
            {empty(words::NONE, words::NONE_LEAD)}
            {others(stats)}
        }
        .into_any();
    }
    let charts = Purpose::OPTIONAL.map(|purpose| {
        let name = record::purpose(purpose).t();
        let bars: Vec<(String, Option<u8>)> = stats
            .periods
            .iter()
            .map(|period| {
                let counted = &period.counted;
                let share = share(granted(&counted.granted, purpose), counted.choices);
                (period.from.clone(), share)
            })
            .collect();
        let total = granted(&stats.total.granted, purpose);
        view! {
            <figure>
                <figcaption>
                    <strong>{name}</strong>
                    <span class="rate">{percent(share(total, stats.total.choices))}</span>
                </figcaption>
                {chart(words::CHART_OF.with(&[("purpose", name)]), &bars)}
            </figure>
        }
    });
    let rows = stats.periods.iter().map(|period| {
        let counted = &period.counted;
        row(period.from.clone(), counted.choices, &counted.granted)
    });
    let count = dates::number(stats.total.choices);
    let breakdown = &stats.breakdown;
    view! {
        <section class="card" aria-labelledby="rates">
            <h2 id="rates">{words::RATES.t()}</h2>
            <p class="soft">{words::RATES_NOTE.with(&[("n", &count)])}</p>
            <div class="charts">{charts.into_iter().collect::<Vec<_>>()}</div>
        </section>
        {table("periods", words::TABLE, words::BEGINS, rows.collect())}
        {part("language", words::BY_LANGUAGE, &breakdown.language, dates::language_name)}
        {part("gpc", words::BY_GPC, &breakdown.gpc, yes_or_no)}
        {part("notice", words::BY_NOTICE, &breakdown.notice, |hash| hash.chars().take(12).collect())}
        {others(stats)}
    }
    .into_any()
}

fn yes_or_no(value: &str) -> String {
    let word = if value == "true" {
        general::YES
    } else {
        general::NO
    };
    word.t().to_owned()
}

/// The records that say nothing of how people answer.
fn others(stats: &SiteStats) -> AnyView {
    let others = &stats.total.others;
    let counts = [
        (words::WITHDRAWALS, others.withdrawals),
        (words::SIGNALS, others.signals),
        (words::SCRIPTS, others.scripts),
        (words::IMPORTED, others.imported),
        (words::SYNTHETIC, others.synthetic),
    ];
    let facts = counts.map(|(word, count)| fact(word.t(), dates::number(count)));
    view! {
        <section class="card" aria-labelledby="others">
            <h2 id="others">{words::OTHERS.t()}</h2>
            <dl class="facts">{facts.into_iter().collect::<Vec<_>>()}</dl>
        </section>
    }
    .into_any()
}

fn part(id: &'static str, title: Word, parts: &[PartCount], name: fn(&str) -> String) -> AnyView {
    let rows = parts
        .iter()
        .map(|part| row(name(&part.value), part.choices, &part.granted));
    table(id, title, words::VALUE, rows.collect())
}

fn table(id: &'static str, title: Word, first: Word, rows: Vec<AnyView>) -> AnyView {
    let purposes = Purpose::OPTIONAL.map(|purpose| {
        view! {
            <th scope="col" role="columnheader">
                {record::purpose(purpose).t()}
            </th>
        }
    });
    view! {
        <section aria-labelledby=id>
            <div class="section-head">
                <h2 id=id>{title.t()}</h2>
            </div>
            // The roles are said: on a phone the rows are blocks, by style, and stay a table.
            <table class="records numbers" role="table">
                <caption class="visually-hidden">{title.t()}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">
                            {first.t()}
                        </th>
                        <th scope="col" role="columnheader">
                            {words::CHOICES.t()}
                        </th>
                        {purposes.into_iter().collect::<Vec<_>>()}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(name: String, choices: u64, counts: &GrantedCount) -> AnyView {
    let cells = Purpose::OPTIONAL.map(|purpose| {
        let count = granted(counts, purpose);
        view! {
            <td role="cell" data-label=record::purpose(purpose).t()>
                {percent(share(count, choices))} " "
                <span class="soft">{dates::number(count)}</span>
            </td>
        }
    });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                {name}
            </th>
            <td role="cell" data-label=words::CHOICES.t()>
                {dates::number(choices)}
            </td>
            {cells.into_iter().collect::<Vec<_>>()}
        </tr>
    }
    .into_any()
}

const fn granted(counts: &GrantedCount, purpose: Purpose) -> u64 {
    match purpose {
        Purpose::Necessary => 0,
        Purpose::Preferences => counts.preferences,
        Purpose::Statistics => counts.statistics,
        Purpose::Marketing => counts.marketing,
    }
}

/// A share in whole percents; none of nothing.
fn share(part: u64, whole: u64) -> Option<u8> {
    let percents = part.saturating_mul(200).saturating_add(whole) / whole.saturating_mul(2).max(1);
    (whole > 0).then(|| u8::try_from(percents).unwrap_or(100).min(100))
}

fn percent(share: Option<u8>) -> String {
    share.map_or_else(|| "–".to_owned(), dates::percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_and_nothing_has_none() {
        assert_eq!(share(1, 3), Some(33));
        assert_eq!(share(2, 3), Some(67));
        assert_eq!(share(0, 5), Some(0));
        assert_eq!(share(5, 5), Some(100));
        assert_eq!(share(0, 0), None);
    }
}
