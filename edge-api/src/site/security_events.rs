//! What was done with tokens on a site, and what was tried: rows of the site's first object.

use crate::http::error::ApiError;
use crate::http::refusals;
use crate::site::query;
use crate::storage::database::{Database, Transaction, instant, integer, millis};
use consent_core::api::security_event::{SecurityEvent, SecurityEventKind, SecurityEvents};
use consent_core::calendar::Timestamp;
use serde::Deserialize;

/// Events answered at once.
const PAGE: usize = 100;

/// For how long refusals are kept, in seconds: 400 days. Everything else stays.
const REFUSALS_KEPT: i64 = 400 * 86_400;

#[derive(Deserialize)]
struct Row {
    number: u64,
    time: i64,
    event: String,
}

impl Row {
    fn read(&self) -> Result<SecurityEvent, ApiError> {
        Ok(SecurityEvent {
            number: self.number,
            time: instant(self.time)?,
            what: serde_json::from_str(&self.event)?,
        })
    }
}

/// The newest event whose column `about` has this text.
fn newest(database: &Database, about: &str) -> Result<Option<SecurityEvent>, ApiError> {
    let query = "SELECT number, time, event FROM security_event WHERE about = ?
         ORDER BY number DESC LIMIT 1";
    let row: Option<Row> = database.one(query, vec![about.into()])?;
    row.as_ref().map(Row::read).transpose()
}

fn insert(
    transaction: &Transaction<'_>,
    about: &str,
    what: &SecurityEventKind,
    now: Timestamp,
) -> Result<(), ApiError> {
    transaction.run(
        "INSERT INTO security_event (time, about, event) VALUES (?, ?, ?)",
        vec![
            millis(now),
            about.into(),
            serde_json::to_string(what)?.into(),
        ],
    )?;
    Ok(())
}

/// What `about` has for a publication.
const PUBLISHED: &str = "published";

/// Notes a publication, unless the one before was the same; `published` is one, in which nothing says yet what changed.
pub fn published(
    transaction: &Transaction<'_>,
    mut published: SecurityEventKind,
    now: Timestamp,
) -> Result<(), ApiError> {
    let before = newest(transaction, PUBLISHED)?;
    if let SecurityEventKind::Published {
        grants,
        notice,
        configuration,
        origins,
        hosts,
        changed,
    } = &mut published
    {
        let mut differs = |name: &str, same: bool| {
            if !same {
                changed.push(name.to_owned());
            }
        };
        if let Some(SecurityEventKind::Published {
            grants: by,
            notice: notice_before,
            configuration: configuration_before,
            origins: origins_before,
            hosts: hosts_before,
            ..
        }) = before.map(|event| event.what)
        {
            differs("notice", *notice == notice_before);
            differs("configuration", *configuration == configuration_before);
            differs("origins", *origins == origins_before);
            differs("hosts", *hosts == hosts_before);
            if changed.is_empty() && *grants == by {
                return Ok(());
            }
        } else {
            for name in ["notice", "configuration", "origins"] {
                differs(name, false);
            }
            differs("hosts", hosts.is_empty());
        }
    }
    insert(transaction, PUBLISHED, &published, now)
}

/// Notes that the owner has left: whatever is published afterwards differs from it.
pub fn left(
    transaction: &Transaction<'_>,
    event: &SecurityEventKind,
    now: Timestamp,
) -> Result<(), ApiError> {
    insert(transaction, PUBLISHED, event, now)
}

/// Notes an event that is no publication. Refusals of one kind within an hour are one event.
pub fn note(
    database: &Database,
    event: &SecurityEventKind,
    now: Timestamp,
) -> Result<(), ApiError> {
    database.transaction(|transaction| {
        let SecurityEventKind::TokenRefused {
            request,
            reason,
            times,
            last,
        } = *event
        else {
            return insert(transaction, "noted", event, now);
        };
        let hour = refusals::hour(now);
        let about = format!("refused {request:?} {reason:?} {hour}");
        if let Some(SecurityEvent {
            number,
            what: SecurityEventKind::TokenRefused { times: before, .. },
            ..
        }) = newest(transaction, &about)?
        {
            let counted = SecurityEventKind::TokenRefused {
                request,
                reason,
                times: before.saturating_add(times),
                last,
            };
            transaction.run(
                "UPDATE security_event SET event = ? WHERE number = ?",
                vec![serde_json::to_string(&counted)?.into(), integer(number)],
            )?;
            return Ok(());
        }
        transaction.run(
            "DELETE FROM security_event WHERE about GLOB 'refused *' AND time < ?",
            vec![millis(now.saturating_add_seconds(-REFUSALS_KEPT))],
        )?;
        insert(transaction, &about, event, now)
    })
}

/// Notes an event, unless one about the same was noted before.
pub fn note_once(
    transaction: &Transaction<'_>,
    about: &str,
    event: &SecurityEventKind,
    now: Timestamp,
) -> Result<(), ApiError> {
    match newest(transaction, about)? {
        Some(_) => Ok(()),
        None => insert(transaction, about, event, now),
    }
}

/// `GET /v1/sites/SITE/events`: the newest first, those with a number below `before`.
pub fn page(database: &Database, asked: &str) -> Result<SecurityEvents, ApiError> {
    let before = query::before(asked).map_err(ApiError::Malformed)?;
    let rows: Vec<Row> = database.all(
        "SELECT number, time, event FROM security_event WHERE number < ? ORDER BY number DESC LIMIT ?",
        vec![
            integer(before.unwrap_or(u64::MAX)),
            integer(PAGE as u64 + 1),
        ],
    )?;
    let more = rows.len() > PAGE;
    let events = rows.iter().take(PAGE).map(Row::read);
    let events: Vec<_> = events.collect::<Result<_, _>>()?;
    let next = events.last().filter(|_| more).map(|event| event.number);
    Ok(SecurityEvents { events, next })
}
