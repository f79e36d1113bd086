//! The question that a dossier answers: who asked, when, of which server, with which filters.

use super::words::{Words, fill};
use crate::source::filters::Filters;
use consent_core::calendar::Timestamp;
use consent_core::ident::GrantId;
use consent_core::{Sha256Digest, SiteId};
use serde_json::Value;

/// A question.
pub struct Question {
    /// The beginning of the SHA-256 of the token, if one was used.
    pub grant: Option<GrantId>,
    /// When it was asked, by this computer's clock.
    pub at: Timestamp,
    /// The server's address, or a folder.
    pub source: String,
    /// The site.
    pub site: SiteId,
    /// Which records.
    pub filters: Filters,
}

impl Question {
    /// A question; of the token only the beginning of its hash is kept.
    pub fn new(source: &str, site: &SiteId, filters: &Filters, token: Option<&str>) -> Self {
        let grant = token.map(|token| GrantId::of_token(Sha256Digest::of(token.as_bytes())));
        Self {
            grant,
            at: crate::command::now(),
            source: source.trim_end_matches('/').to_owned(),
            site: site.clone(),
            filters: filters.clone(),
        }
    }

    /// The exact address of the question: what the API answers with these very filters.
    pub fn address(&self) -> String {
        self.with(&self.filters)
    }

    /// The address that was asked of the server: everything of the period.
    pub fn requested(&self) -> String {
        self.with(&self.filters.only_time())
    }

    fn with(&self, filters: &Filters) -> String {
        let pairs = pairs(filters);
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        let (source, site, pairs) = (&self.source, &self.site, pairs.join("&"));
        format!("{source}/v1/sites/{site}/consents{mark}{pairs}")
    }

    /// The command of temoin that asks the same again.
    pub fn command(&self, command: &str) -> String {
        let pairs = pairs(&self.filters);
        let options = pairs.iter().fold(String::new(), |options, (name, value)| {
            options + &format!(" --{name} {value}")
        });
        format!(
            "temoin {command} {} --site {}{options}",
            self.source, self.site
        )
    }

    /// The filters in words, one a line; none if there are none.
    pub fn in_words(&self, words: Words) -> Vec<(String, String)> {
        let record = words.record;
        let filters = &self.filters;
        let mut lines = Vec::new();
        let mut say = |name: &str, value: String| lines.push((name.to_owned(), value));
        let own = words.question;
        if let Some(from) = filters.from {
            say(own.from, time(from));
        }
        if let Some(to) = filters.to {
            say(own.to, time(to));
        }
        if let Some(decision) = filters.decision {
            let about = match (&filters.service, filters.purpose) {
                (Some(service), _) => service.as_str(),
                (None, Some(purpose)) => record.purpose(purpose),
                (None, None) => own.any_purpose,
            };
            say(about, record.consent(decision).to_owned());
        }
        if let Some(status) = filters.status {
            say(record.status, record.status(status).to_owned());
        }
        if let Some(method) = filters.method {
            say(record.method, record.method(method).to_owned());
        }
        if let Some(layer) = filters.layer {
            say(record.layer, record.layer(layer).to_owned());
        }
        if let Some(notice) = filters.notice {
            say(record.notice, notice.to_string());
        }
        if let Some(tag) = &filters.language {
            say(record.language, tag.to_string());
        }
        if let Some(law) = filters.jurisdiction {
            say(record.jurisdiction, words.law(law).to_owned());
        }
        if let Some(sent) = filters.gpc {
            say(record.gpc, record.truth(sent).to_owned());
        }
        if let Some(trusted) = filters.trusted {
            say(record.trusted, record.truth(trusted).to_owned());
        }
        if let Some(served) = filters.served {
            let served = record.truth(served).to_owned();
            say(own.served, served);
        }
        if let Some(subject) = filters.subject {
            say(record.subject, subject.to_string());
        }
        lines
    }

    /// Who asked, in words.
    pub fn asker(&self, words: Words) -> String {
        match &self.grant {
            Some(grant) => fill(
                words.document.asked_by_grant,
                &[("grant", &grant.to_string())],
            ),
            None => words.document.asked_by_nobody.to_owned(),
        }
    }
}

/// The filters as the API and the command name them.
fn pairs(filters: &Filters) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::to_value(filters) else {
        return Vec::new();
    };
    members
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect()
}

/// An instant, as every table shows it: `2026-11-22 20:27:45 UTC`.
pub fn time(time: Timestamp) -> String {
    let text = time.to_string();
    let (day, clock) = text.split_once('T').unwrap_or((&text, ""));
    format!("{day} {} UTC", clock.get(..8).unwrap_or(clock))
}
