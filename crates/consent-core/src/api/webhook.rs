//! Webhooks: what an owner has the server tell another program, and what came of it.
//!
//! Deliveries follow the Standard Webhooks specification 1.0.0 (standardwebhooks.com). `docs/webhooks.md` has the body of
//! each event.

use crate::calendar::Timestamp;
use crate::field::FieldError;
use crate::ident::{GrantId, Sha256Digest};
use crate::log_origin::LogOrigin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// What an endpoint can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum WebhookEvent {
    /// A configuration is in force that was not before.
    #[serde(rename = "site.published")]
    SitePublished,
    /// A visitor took back what they had granted.
    #[serde(rename = "consent.withdrawn")]
    ConsentWithdrawn,
    /// A consent was erased: at its holder's request, or at the end of its time.
    #[serde(rename = "consent.erased")]
    ConsentErased,
    /// The report of a scan, or another file, was entered in the log as evidence.
    #[serde(rename = "scan.findings")]
    ScanFindings,
    /// Somebody who watches the logs saw one that forked, or went back.
    #[serde(rename = "log.forked")]
    LogForked,
    /// A test that an owner asked for. Every endpoint takes it; none asks for it.
    #[serde(rename = "webhook.ping")]
    Ping,
}

impl WebhookEvent {
    /// Those that an endpoint can ask for.
    pub const ALL: [Self; 5] = [
        Self::SitePublished,
        Self::ConsentWithdrawn,
        Self::ConsentErased,
        Self::ScanFindings,
        Self::LogForked,
    ];

    /// Its name, which is the `type` of its body.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SitePublished => "site.published",
            Self::ConsentWithdrawn => "consent.withdrawn",
            Self::ConsentErased => "consent.erased",
            Self::ScanFindings => "scan.findings",
            Self::LogForked => "log.forked",
            Self::Ping => "webhook.ping",
        }
    }
}

/// The body of `POST /v1/sites/SITE/webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// What to call it.
    pub name: String,
    /// Where to send.
    pub url: String,
    /// What to tell of.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<WebhookEvent>"))]
    pub events: Vec<String>,
}

/// The body of `PATCH /v1/sites/SITE/webhooks/ID`. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    /// What to call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What to tell of.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<WebhookEvent>>"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Whether anything is sent. `true` also lets one go on that the server had disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What an owner may set of an endpoint, once it was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSettings {
    /// Its name, if it changes.
    pub name: Option<String>,
    /// Its address, if it changes.
    pub url: Option<String>,
    /// Its events, if they change.
    pub events: Option<BTreeSet<WebhookEvent>>,
    /// Whether it is enabled, if that changes.
    pub enabled: Option<bool>,
}

impl WebhookChange {
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 80;
    /// The longest address, in bytes.
    pub const LONGEST_URL: usize = 500;

    /// Checks all that needs no network and no setting: every field that is wrong, with what to write.
    pub fn check(self) -> Result<WebhookSettings, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = self.name.map(|name| name.trim().to_owned());
        if let Some(name) = &name {
            let length = name.chars().count();
            if !(1..=Self::LONGEST_NAME).contains(&length) || name.chars().any(char::is_control) {
                let why = format!(
                    "must have 1 to {} characters on one line",
                    Self::LONGEST_NAME
                );
                errors.push(FieldError::new("name", why));
            }
        }
        if let Some(url) = &self.url
            && let Some(why) = wrong_url(url)
        {
            errors.push(FieldError::new("url", why));
        }
        let events = self.events.map(|names| read_events(&names, &mut errors));
        if errors.is_empty() {
            Ok(WebhookSettings {
                name,
                url: self.url,
                events,
                enabled: self.enabled,
            })
        } else {
            Err(errors)
        }
    }
}

impl From<NewWebhook> for WebhookChange {
    fn from(new: NewWebhook) -> Self {
        Self {
            name: Some(new.name),
            url: Some(new.url),
            events: Some(new.events),
            enabled: None,
        }
    }
}

/// What is wrong with how an address is written.
fn wrong_url(url: &str) -> Option<String> {
    let longest = WebhookChange::LONGEST_URL;
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?']).next());
    match authority {
        _ if url.len() > longest => Some(format!("must have {longest} bytes at most")),
        None | Some("") => Some("must be a whole address: https://example.org/temoin".to_owned()),
        _ if !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains('\\') => Some(
            "must be in ASCII, without spaces: write what is not as %XX, and the host in Punycode"
                .to_owned(),
        ),
        _ if url.contains('#') => Some("must have no fragment (`#`): it is never sent".to_owned()),
        Some(authority) if authority.contains('@') => Some(
            "must have no name or password: whoever receives checks the signature instead"
                .to_owned(),
        ),
        Some(_) => None,
    }
}

/// Reads the names of events.
fn read_events(names: &[String], errors: &mut Vec<FieldError>) -> BTreeSet<WebhookEvent> {
    let all = WebhookEvent::ALL;
    let known = || all.map(WebhookEvent::as_str).join(", ");
    if names.is_empty() || names.len() > all.len() {
        let why = format!("must name 1 to {} of {}", all.len(), known());
        errors.push(FieldError::new("events", why));
        return BTreeSet::new();
    }
    let mut events = BTreeSet::new();
    for (at, name) in names.iter().enumerate() {
        if let Some(event) = all.into_iter().find(|event| event.as_str() == name) {
            events.insert(event);
        } else {
            let why = format!("must be one of {}", known());
            errors.push(FieldError::new(format!("events[{at}]"), why));
        }
    }
    events
}

/// Declares the name of a thing: a prefix, an underscore, and 32 hexadecimal digits.
macro_rules! prefixed {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// That with these bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(format!(concat!($prefix, "_{}"), hex::encode(bytes)))
            }

            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let digits = text.strip_prefix(concat!($prefix, "_"));
                let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                match digits {
                    Some(digits) if digits.len() == 32 && digits.bytes().all(digit) => {
                        Ok(Self(text.to_owned()))
                    }
                    _ => Err(concat!(
                        "must be ", $prefix, "_ and 32 lower-case hexadecimal digits"
                    )),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

prefixed!(
    /// Names an endpoint.
    WebhookId, "wh"
);
prefixed!(
    /// Names what is told: the `webhook-id` of each attempt, and of whatever is sent again.
    MessageId, "msg"
);

/// The answer to `GET /v1/sites/SITE/webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhooks {
    /// The endpoints of the site, oldest first.
    pub webhooks: Vec<Webhook>,
}

/// An endpoint. Nobody can learn its secret from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// What its maker calls it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What it is told of.
    pub events: BTreeSet<WebhookEvent>,
    /// When it was made.
    pub made_at: Timestamp,
    /// The grants of the token that made it.
    pub made_by: Vec<GrantId>,
    /// Until when the secret before this one signs too; absent where none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_until: Option<Timestamp>,
    /// Since when every attempt has failed; absent where the last went well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Why nothing is sent; absent where it is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
    /// How many deliveries wait for their next attempt.
    pub waiting: u64,
}

/// That nothing is sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: DisabledReason,
}

/// Why nothing is sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DisabledReason {
    /// An owner disabled it.
    Owner,
    /// It answered 410: it wants nothing more.
    Gone,
    /// Every attempt failed for five days.
    Failing,
}

/// The answer to `POST /v1/sites/SITE/webhooks` and `POST …/webhooks/ID/secret`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeWebhook {
    /// The secret that signs: `whsec_` and 32 bytes in Base64. It is shown this once.
    pub secret: String,
    /// The endpoint.
    #[serde(flatten)]
    pub webhook: Webhook,
}

/// The answer to `GET /v1/sites/SITE/webhooks/ID/deliveries`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deliveries {
    /// The deliveries, newest first.
    pub deliveries: Vec<Delivery>,
    /// The `before` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// What one endpoint is told of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivery {
    /// Its id: the `webhook-id` of each attempt.
    pub id: MessageId,
    /// What it tells.
    pub event: WebhookEvent,
    /// When that happened; of an erasure, the day.
    pub time: Timestamp,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// When it is attempted next; absent where it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<Timestamp>,
    /// Whether it can be sent again: its body is kept.
    pub can_resend: bool,
    /// The last twenty attempts, oldest first.
    pub attempts: Vec<Attempt>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// It waits for its first attempt, or its next.
    Waiting,
    /// The endpoint has taken it.
    Delivered,
    /// It was given up.
    Failed,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attempt {
    /// When it began.
    pub time: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The HTTP status that was answered; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it failed, in a few words; absent where it went well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The body of `POST /v1/sites/SITE/forks`: what somebody who watches the logs saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ForkReport {
    /// The log.
    pub log: LogOrigin,
    /// What was seen, in one to 500 characters.
    pub finding: String,
    /// SHA-256 of the evidence: of the file, say, with both checkpoints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Sha256Digest>,
}

/// The answer to `POST /v1/sites/SITE/forks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ForkNoted {
    /// The `webhook-id` under which the endpoints are told.
    pub id: MessageId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(change: WebhookChange) -> Vec<(String, String)> {
        let errors = change.check().unwrap_err().into_iter();
        errors.map(|error| (error.field, error.message)).collect()
    }

    #[test]
    fn the_name_of_an_event_is_the_same_in_json() {
        for event in WebhookEvent::ALL.into_iter().chain([WebhookEvent::Ping]) {
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let change = WebhookChange {
            name: Some(" \n".to_owned()),
            url: Some("ftp://a.example".to_owned()),
            events: Some(vec!["consent.given".to_owned(), "webhook.ping".to_owned()]),
            enabled: None,
        };
        let fields: Vec<_> = wrong(change).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name", "url", "events[0]", "events[1]"]);
    }

    #[test]
    fn how_an_address_is_written() {
        let checked = |url: &str| {
            let url = Some(url.to_owned());
            WebhookChange {
                url,
                ..WebhookChange::default()
            }
            .check()
        };
        for good in [
            "https://a.example",
            "https://a.example:8443/x/y?z=1@2",
            "http://127.0.0.1:9",
        ] {
            assert_eq!(checked(good).unwrap().url.as_deref(), Some(good));
        }
        let long = format!("https://a.example/{}", "x".repeat(500));
        for bad in [
            "",
            "a.example",
            "https://",
            "https:///x",
            "https://me:word@a.example/",
            "https://a.example/#x",
            "https://é.example/",
            "https://a.example/ b",
            "https://a.example\\@b.example/",
            &long,
        ] {
            let errors = checked(bad).unwrap_err();
            assert_eq!(errors[0].field, "url", "{bad}");
        }
    }

    #[test]
    fn an_id_says_what_it_names() {
        let id = MessageId::from_bytes([0xab; 16]);
        assert_eq!(id.as_str().parse::<MessageId>().as_ref(), Ok(&id));
        for bad in [
            "",
            "msg_",
            "wh_00",
            "msg_AB",
            &id.as_str().replace("msg", "wh"),
        ] {
            assert!(bad.parse::<MessageId>().is_err(), "{bad}");
        }
        let upper = id.as_str().to_uppercase();
        assert!(upper.parse::<MessageId>().is_err());
    }
}
