//! Whatever goes wrong with what is written of webhooks, it is as before or as after: what happens and what is told of it
//! are never apart.

use super::deliveries::{self, After, EndpointNumber};
use super::endpoints::{self, New};
use super::events::Told;
use super::outbox::Outbox;
use super::wanted::{self, Wanted};
use crate::http::error::ApiError;
use crate::site::schema::SCHEMA;
use crate::storage::database::Database;
use crate::storage::faults::assert_whole_or_nothing;
use consent_core::log_origin::Shard;
use consent_core::webhook::{
    Attempt, DeliveryStatus, DisabledReason, MessageId, WebhookEvent, WebhookId, WebhookSettings,
};
use consent_core::{ReceiptId, Timestamp};

fn now() -> Timestamp {
    "2026-11-30T20:00:00Z".parse().unwrap()
}

fn id() -> WebhookId {
    WebhookId::from_bytes([1; 16])
}

const NUMBER: EndpointNumber = EndpointNumber(1);

fn settings() -> WebhookSettings {
    WebhookSettings {
        name: Some("Registre".to_owned()),
        url: Some("https://hooks.example/x".to_owned()),
        events: Some(WebhookEvent::ALL.into()),
        enabled: None,
    }
}

fn empty() -> Database {
    let database = Database::in_memory();
    SCHEMA.migrate(&database).unwrap();
    database
}

fn make(database: &Database, id: &WebhookId) -> Result<(), ApiError> {
    let settings = settings();
    let new = New {
        id,
        settings: &settings,
        secret: &[7; 32],
    };
    endpoints::make(database, &new, &[], now()).map(|_| ())
}

fn with_endpoint() -> Database {
    let database = empty();
    make(&database, &id()).unwrap();
    database
}

fn receipt(nth: u8) -> ReceiptId {
    format!("relais.{}", hex::encode([nth; 16]))
        .parse()
        .unwrap()
}

fn told(nth: u8) -> Told {
    Told {
        id: MessageId::from_bytes([nth; 16]),
        event: WebhookEvent::ConsentWithdrawn,
        time: now(),
        body: format!(
            r#"{{"data":{{"receipt":"{0}","previous":"{0}"}}}}"#,
            receipt(nth)
        ),
        receipt: Some(receipt(nth)),
        previous: Some(receipt(nth + 100)),
    }
}

fn put(database: &Database, shard: Shard, told: &Told) -> bool {
    let outbox = Outbox::new(database.clone(), shard);
    let put = database
        .transaction(|transaction| outbox.put(transaction, told.event, now(), || Ok(told.clone())));
    put.is_ok()
}

fn with_delivery() -> Database {
    let database = with_endpoint();
    assert!(put(&database, Shard::FIRST, &told(1)));
    database
}

fn attempt(reason: Option<&str>) -> Attempt {
    Attempt {
        time: now(),
        took_ms: 1,
        status: Some(500),
        reason: reason.map(str::to_owned),
    }
}

#[test]
fn each_change_of_an_endpoint_and_its_event_are_one() {
    assert_whole_or_nothing(empty, |database| make(database, &id()).is_ok(), &[]);
    let off = WebhookSettings {
        enabled: Some(false),
        ..WebhookSettings::default()
    };
    let change = |database: &Database| endpoints::change(database, &id(), &off, &[], now()).is_ok();
    assert_whole_or_nothing(with_delivery, change, &[]);
    let renew = |database: &Database| {
        endpoints::renew_secret(database, &id(), &[8; 32], &[], now()).is_ok()
    };
    assert_whole_or_nothing(with_endpoint, renew, &[]);
    let remove = |database: &Database| match endpoints::remove(database, &id(), &[], now()) {
        Ok(()) | Err(ApiError::UnknownWebhook) => true,
        Err(_) => false,
    };
    assert_whole_or_nothing(with_delivery, remove, &[]);
}

#[test]
fn what_is_told_is_queued_once_whatever_befalls_it() {
    let queue = |database: &Database| put(database, Shard::FIRST, &told(1));
    assert_whole_or_nothing(with_endpoint, queue, &[]);
    let other = || {
        let database = empty();
        wanted::heed(&database, Wanted::of(&WebhookEvent::ALL), 1).unwrap();
        database
    };
    let second = Shard(1);
    let keep = |database: &Database| put(database, second, &told(1));
    assert_whole_or_nothing(other, keep, &[]);
    let kept = || {
        let database = other();
        assert!(put(&database, second, &told(1)));
        database
    };
    let hand_over = |database: &Database| {
        let outbox = Outbox::new(database.clone(), second);
        match outbox.outgoing().unwrap() {
            Some((last, told)) => outbox.taken(last, &told).is_ok(),
            None => true,
        }
    };
    assert_whole_or_nothing(kept, hand_over, &[]);
    let heed = |database: &Database| wanted::heed(database, Wanted::default(), 2).is_ok();
    assert_whole_or_nothing(other, heed, &[]);
    let known = |database: &Database| wanted::told(database, 1).is_ok();
    assert_whole_or_nothing(with_endpoint, known, &[]);
}

/// Settles the delivery that is due, as an alarm does.
fn settle(database: &Database, after: After, is_gone: bool) -> bool {
    let Some(due) = deliveries::next_due(database, NUMBER, now()).unwrap() else {
        return true;
    };
    let settled: Result<(), ApiError> = database.transaction(|transaction| {
        if after == After::Delivered {
            deliveries::settle(transaction, &due, attempt(None), after)?;
            return Ok(endpoints::went_well(transaction, NUMBER)?);
        }
        deliveries::settle(transaction, &due, attempt(Some("it answered 500")), after)?;
        let endpoint = endpoints::ready(transaction, NUMBER, now())?.unwrap();
        endpoints::went_wrong(transaction, &endpoint, is_gone, now())
    });
    settled.is_ok()
}

#[test]
fn an_attempt_and_what_follows_from_it_are_one() {
    let later = After::Again(now().saturating_add_seconds(5));
    for (after, is_gone) in [
        (After::Delivered, false),
        (later, false),
        (later, true),
        (After::GivenUp, false),
    ] {
        let settle = |database: &Database| settle(database, after, is_gone);
        assert_whole_or_nothing(with_delivery, settle, &[]);
    }
    let database = with_delivery();
    assert!(settle(&database, later, true));
    let endpoint = endpoints::one(&database, &id()).unwrap().webhook;
    assert_eq!(endpoint.disabled.unwrap().reason, DisabledReason::Gone);
    assert!(
        !wanted::read(&database)
            .unwrap()
            .wanted()
            .unwrap()
            .has(WebhookEvent::LogForked)
    );
    let page = deliveries::page(&database, NUMBER, "").unwrap();
    assert_eq!(page.deliveries[0].status, DeliveryStatus::Failed);
    assert_eq!(page.deliveries[0].next_attempt, None);
}

#[test]
fn what_names_an_erased_receipt_is_taken_out_whole() {
    let prepare = || {
        let database = with_endpoint();
        for nth in 1..=3 {
            assert!(put(&database, Shard::FIRST, &told(nth)));
        }
        database
    };
    let forget = |database: &Database| {
        let forgotten: Result<(), ApiError> = database.transaction(|transaction| {
            Ok(deliveries::forget(
                transaction,
                &[receipt(1), receipt(102)],
            )?)
        });
        forgotten.is_ok()
    };
    assert_whole_or_nothing(prepare, forget, &[]);
    let database = prepare();
    assert!(forget(&database));
    let left = deliveries::page(&database, NUMBER, "").unwrap().deliveries;
    assert_eq!(left.len(), 2);
    let rows = database.dump(&[]).join("\n");
    assert!(!rows.contains(&receipt(1).to_string()));
    assert!(!rows.contains(&receipt(102).to_string()));
    assert!(rows.contains(&receipt(103).to_string()));
}

#[test]
fn a_list_stays_within_its_bounds() {
    let database = with_endpoint();
    for nth in 0..1003_u32 {
        let mut one = told(1);
        let mut id = [0; 16];
        id[..4].copy_from_slice(&nth.to_be_bytes());
        one.id = MessageId::from_bytes(id);
        assert!(put(&database, Shard::FIRST, &one));
    }
    deliveries::prune(&database, NUMBER, now()).unwrap();
    assert_eq!(
        endpoints::one(&database, &id()).unwrap().webhook.waiting,
        1000
    );
    let month = now().saturating_add_seconds(31 * 86_400);
    deliveries::prune(&database, NUMBER, month).unwrap();
    // What waits stays: it is attempted, or given up, first.
    assert_eq!(
        endpoints::one(&database, &id()).unwrap().webhook.waiting,
        1000
    );
    let count = database.counts();
    deliveries::prune(&database, NUMBER, month).unwrap();
    assert_eq!(
        database.counts(),
        count,
        "nothing is written where nothing is to be"
    );
}

#[test]
fn a_site_has_five_endpoints_at_most() {
    let database = empty();
    for nth in 1..=5 {
        make(&database, &WebhookId::from_bytes([nth; 16])).unwrap();
    }
    let sixth = make(&database, &WebhookId::from_bytes([6; 16]));
    assert!(matches!(sixth, Err(ApiError::TooManyWebhooks)));
    // One that is made again is no sixth.
    make(&database, &WebhookId::from_bytes([5; 16])).unwrap();
}

#[test]
fn what_nobody_wants_is_not_put_and_costs_one_read() {
    let database = empty();
    let outbox = Outbox::new(database.clone(), Shard::FIRST);
    let before = database.counts();
    for _ in 0..3 {
        let put: Result<(), ApiError> = database.transaction(|transaction| {
            outbox.put(transaction, WebhookEvent::ConsentErased, now(), || {
                panic!("nobody wants it")
            })
        });
        put.unwrap();
    }
    assert_eq!(database.counts().0, before.0, "no statement that writes");
}
