//! Which records are asked for: a period, and the other filters.

use crate::report::finding::Failure;
use crate::source::notices::Notices;
use clap::Args;
use consent_core::calendar::Timestamp;
use consent_core::entry::{Answer, Event, NoticePrefix};
use consent_core::ident::SubjectTag;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::text::LanguageTag;
use consent_core::{
    Consent, ConsentRecord, ConsentStatus, Layer, LogEntry, Method, NoticeHash, Purpose, ServiceId,
};
use serde::{Deserialize, Serialize};

/// A half-open interval of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first instant of it.
    pub from: Timestamp,
    /// The first one after it.
    pub until: Timestamp,
}

impl Period {
    /// All of time.
    pub const ALL: Self = Self {
        from: Timestamp::MIN,
        until: Timestamp::MAX,
    };

    /// Whether an instant is in it.
    pub fn covers(&self, time: Timestamp) -> bool {
        self.from <= time && (time < self.until || self.until == Timestamp::MAX)
    }
}

/// Filters of what everybody can see of a consent in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    answer: Option<Answer>,
    notice: Option<NoticePrefix>,
}

impl EntryFilter {
    /// Whether an entry is a consent that passes them.
    pub fn matches(&self, entry: &LogEntry) -> bool {
        let Event::Consent { answer, notice, .. } = entry.event else {
            return false;
        };
        self.answer.is_none_or(|wanted| wanted == answer)
            && self.notice.is_none_or(|wanted| wanted == notice)
    }
}

/// The filters of a query.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filters {
    /// From this day (2026-11-22, UTC) or instant (2026-11-22T20:27:45Z) on
    #[arg(long, value_name = "WHEN", value_parser = parse_from)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Up to and with this day, or before this instant
    #[arg(long, value_name = "WHEN", value_parser = parse_to)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// The purpose that --decision is about: necessary, preferences, statistics, marketing
    #[arg(long, value_parser = purpose, requires = "decision")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// The service that --decision is about: it follows its purpose, unless it was answered apart
    #[arg(
        long,
        value_name = "ID",
        requires = "decision",
        conflicts_with = "purpose"
    )]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// granted or denied; without --purpose or --service, for any optional purpose
    #[arg(long, value_parser = decision)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Consent>,
    /// How it was answered: `accept_all`, `reject_all`, save, withdraw, gpc, api, imported
    #[arg(long, value_parser = method)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// The hash of the notice that was answered
    #[arg(long, value_name = "HASH")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeHash>,
    /// given, refused or withdrawn
    #[arg(long, value_parser = status)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ConsentStatus>,
    /// Where it was answered: banner, dialog, placeholder, none
    #[arg(long, value_parser = layer)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<Layer>,
    /// The language it was asked in, such as fr-CA
    #[arg(long, value_name = "TAG")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
    /// The law under which it was asked, such as CA-QC
    #[arg(long, value_name = "CODE", value_parser = jurisdiction)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Jurisdiction>,
    /// Whether the browser sent Global Privacy Control: true or false
    #[arg(long, value_name = "BOOL")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpc: Option<bool>,
    /// Whether the browser vouched for the click: true or false
    #[arg(long, value_name = "BOOL")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted: Option<bool>,
    /// Whether the report followed a loader that the server had served: true or false; records of format 1 say neither
    #[arg(long, value_name = "BOOL")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<bool>,
    /// The visitor, as one log of the site knows them: 32 hexadecimal digits
    #[arg(long, value_name = "TAG")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectTag>,
}

impl Filters {
    /// The period that is asked for.
    pub fn period(&self) -> Period {
        Period {
            from: self.from.unwrap_or(Timestamp::MIN),
            until: self.to.unwrap_or(Timestamp::MAX),
        }
    }

    /// Whether there are filters besides the period.
    pub fn beyond_time(&self) -> bool {
        *self != self.only_time()
    }

    /// Only the filters by time.
    #[must_use]
    pub fn only_time(&self) -> Self {
        Self {
            from: self.from,
            to: self.to,
            ..Self::default()
        }
    }

    /// What can be told of a consent by its entry in the log alone.
    pub fn of_entry(&self) -> EntryFilter {
        EntryFilter {
            answer: self.status.map(|status| match status {
                ConsentStatus::Given => Answer::Grant,
                ConsentStatus::Refused => Answer::Refuse,
                ConsentStatus::Withdrawn | ConsentStatus::Expired => Answer::Withdraw,
            }),
            notice: self.notice.map(NoticePrefix::from),
        }
    }

    /// Whether a record passes the filters. For what it says of a service its notice may have to be read.
    pub fn matches(&self, record: &ConsentRecord, notices: &Notices<'_>) -> Result<bool, Failure> {
        Ok(self.matches_without_service(record) && self.matches_service(record, notices)?)
    }

    fn matches_service(
        &self,
        record: &ConsentRecord,
        notices: &Notices<'_>,
    ) -> Result<bool, Failure> {
        let (Some(service), Some(decision)) = (&self.service, self.decision) else {
            return Ok(self.service.is_none());
        };
        if let Some(apart) = record.services.get(service.as_str()) {
            return Ok(apart == decision);
        }
        let without = notices.unless_apart(record.notice, record.decision, service)?;
        Ok(without == Some(decision))
    }

    fn matches_without_service(&self, record: &ConsentRecord) -> bool {
        let decided = self.decision.is_none_or(|decision| match self.purpose {
            Some(purpose) => record.decision.get(purpose) == decision,
            None => self.service.is_some() || record.decision.any_optional(decision),
        });
        decided
            && self.period().covers(record.time)
            && self.method.is_none_or(|method| record.method == method)
            && self.notice.is_none_or(|notice| record.notice == notice)
            && self.status.is_none_or(|status| record.status == status)
            && self.layer.is_none_or(|layer| record.layer == layer)
            && self
                .language
                .as_ref()
                .is_none_or(|tag| record.language == *tag)
            && self
                .jurisdiction
                .is_none_or(|law| record.jurisdiction == law)
            && self.gpc.is_none_or(|sent| record.gpc == sent)
            && self.trusted.is_none_or(|trusted| record.trusted == trusted)
            && self
                .served
                .is_none_or(|served| record.schema > 1 && record.served_at.is_some() == served)
            && self.subject.is_none_or(|subject| record.subject == subject)
    }

    /// The filters in words; empty if there are none.
    pub fn in_words(&self) -> String {
        let mut words = Vec::new();
        words.extend(self.from.map(|from| format!("from {from}")));
        words.extend(self.to.map(|to| format!("before {to}")));
        words.extend(self.decision.map(|decision| {
            let about = match (&self.service, self.purpose) {
                (Some(service), _) => service.to_string(),
                (None, Some(purpose)) => purpose.to_string(),
                (None, None) => "something".to_owned(),
            };
            format!("{about} {}", decision.as_str())
        }));
        words.extend(self.method.map(|method| format!("by {}", method.as_str())));
        words.extend(self.notice.map(|notice| format!("under notice {notice}")));
        words.extend(self.status.map(|status| status.as_str().to_owned()));
        words.extend(
            self.layer
                .map(|layer| format!("on layer {}", layer.as_str())),
        );
        words.extend(self.language.as_ref().map(|tag| format!("in {tag}")));
        words.extend(
            self.jurisdiction
                .map(|law| format!("under the law of {}", law.as_str())),
        );
        words.extend(self.gpc.map(|sent| with("Global Privacy Control", sent)));
        words.extend(
            self.trusted
                .map(|trusted| with("a click that the browser vouched for", trusted)),
        );
        words.extend(
            self.served
                .map(|served| with("a loader that was served", served)),
        );
        words.extend(self.subject.map(|subject| format!("of visitor {subject}")));
        words.join(", ")
    }
}

fn with(what: &str, there: bool) -> String {
    format!("{} {what}", if there { "with" } else { "without" })
}

fn parse_from(text: &str) -> Result<Timestamp, String> {
    parse_instant(text, Some)
}

fn parse_to(text: &str) -> Result<Timestamp, String> {
    // `--to` includes the whole day.
    parse_instant(text, |day| day.tomorrow().ok())
}

/// Parses an instant with its offset (RFC 3339), or a whole day in UTC, as the server does.
fn parse_instant(
    text: &str,
    day: impl Fn(jiff::civil::Date) -> Option<jiff::civil::Date>,
) -> Result<Timestamp, String> {
    let instant = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let date = day(text.parse::<jiff::civil::Date>().ok()?)?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    });
    instant
        .and_then(|instant| Timestamp::from_millis(instant.as_millisecond()).ok())
        .ok_or_else(|| "must be a day, 2026-11-22, or an instant, 2026-11-22T20:27:45Z".to_owned())
}

fn purpose(text: &str) -> Result<Purpose, String> {
    parse_name(text, &Purpose::ALL, Purpose::as_str)
}

fn decision(text: &str) -> Result<Consent, String> {
    parse_name(text, &[Consent::Granted, Consent::Denied], Consent::as_str)
}

fn method(text: &str) -> Result<Method, String> {
    parse_name(text, &Method::ALL, Method::as_str)
}

fn layer(text: &str) -> Result<Layer, String> {
    parse_name(text, &Layer::ALL, Layer::as_str)
}

fn status(text: &str) -> Result<ConsentStatus, String> {
    parse_name(text, &ConsentStatus::OF_RECORDS, ConsentStatus::as_str)
}

fn jurisdiction(text: &str) -> Result<Jurisdiction, String> {
    parse_name(text, Jurisdiction::ALL, Jurisdiction::as_str)
}

fn parse_name<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|one| name(*one) == text);
    found.ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        format!("must be one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_whole_on_both_sides() {
        let text = |time: Result<Timestamp, String>| time.unwrap().to_string();
        assert_eq!(text(parse_from("2026-11-22")), "2026-11-22T00:00:00.000Z");
        assert_eq!(text(parse_to("2026-11-22")), "2026-11-23T00:00:00.000Z");
        assert_eq!(
            text(parse_to("2026-11-22T10:00:00-05:00")),
            "2026-11-22T15:00:00.000Z"
        );
        assert!(parse_from("yesterday").is_err());
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        insta::assert_snapshot!(method("click").unwrap_err(), @"must be one of accept_all, reject_all, save, withdraw, gpc, api, imported");
    }
}
