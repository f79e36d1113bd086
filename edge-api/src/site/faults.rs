//! Whatever goes wrong with what a site's object writes, it is as before or as after: an entry of a log
//! and what follows from it are never apart.

use crate::http::error::ApiError;
use crate::log::LogKeys;
use crate::publication::faults::{edition, published_by};
use crate::site::departure;
use crate::site::logs::Logs;
use crate::site::proofs::Proofs;
use crate::site::protocol::EnforcedHosts;
use crate::site::publishing::Editions;
use crate::site::reads;
use crate::site::registers::query::{CaseQuery, Wanted};
use crate::site::registers::store as registers;
use crate::site::schema::SCHEMA;
use crate::site::ticket::TicketKeys;
use crate::storage::database::Database;
use crate::storage::faults::{assert_whole_or_nothing, every_fault};
use consent_core::calendar::Date;
use consent_core::ident::Salt;
use consent_core::proof::{DisclosedRead, ReadRequest, ReadText};
use consent_core::register::{
    DisclosedRegisterText, NewRequest, Outcome, Register, RegisterText, RequestKind, RequestNote,
    Written,
};
use consent_core::{
    ConsentId, ConsentReport, Decision, Layer, Method, ReceiptId, ReportId, ServiceAnswers,
    Timestamp,
};

fn now() -> Timestamp {
    "2026-11-28T20:00:00Z".parse().unwrap()
}

fn proofs(database: &Database) -> Proofs {
    let edition = edition(1);
    let keys = LogKeys::of_test();
    let tickets = TicketKeys::new(&keys, &edition.site).unwrap().into();
    let logs = Logs::new(database.clone(), keys, edition.site.clone(), edition.shard);
    Proofs::new(
        database.clone(),
        logs,
        edition.site,
        edition.shards,
        tickets,
    )
}

fn published() -> Database {
    let database = Database::in_memory();
    SCHEMA.migrate(&database).unwrap();
    Editions::new(database.clone())
        .put_in_force(
            &proofs(&database),
            &edition(1),
            &EnforcedHosts::default(),
            published_by(1),
            now(),
        )
        .unwrap();
    database
}

const SECRET: ConsentId = ConsentId::from_bytes([2; 16]);

fn report() -> ConsentReport {
    ConsentReport {
        id: ReportId::from_bytes([1; 16]),
        consent_id: SECRET,
        notice: edition(1).notice,
        language: "fr-CA".parse().unwrap(),
        decision: Decision::DENY_ALL,
        services: ServiceAnswers::NONE,
        method: Method::RejectAll,
        chosen_at: None,
        layer: Layer::Banner,
        trusted: true,
        gpc: false,
        previous: None,
        ticket: None,
        told: None,
    }
}

fn keep(database: &Database) -> bool {
    proofs(database)
        .keep(vec![report()], now())
        .remove(0)
        .is_ok()
}

fn with_consent() -> Database {
    let database = published();
    assert!(keep(&database));
    database
}

fn erase(database: &Database) -> bool {
    let proofs = proofs(database);
    let id = ReceiptId {
        site: edition(1).site,
        report: report().id,
    };
    // Asked again, what was erased meanwhile is.
    match proofs.authorize(&id, SECRET) {
        Ok(held) => proofs.erase(&held, now()).is_ok(),
        Err(ApiError::Erased) => true,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_search_in_parts_finds_each_record_once_and_counts_it() {
    use crate::http::query::Query;
    use crate::site::query::{ConsentQuery, Paging};
    let database = published();
    let reports = (0..20).map(|nth| ConsentReport {
        id: ReportId::from_bytes([nth; 16]),
        layer: if nth % 5 == 0 {
            Layer::None
        } else {
            Layer::Banner
        },
        ..report()
    });
    let kept = proofs(&database).keep(reports.collect(), now());
    assert!(kept.iter().all(Result::is_ok));
    // What another object of the site has is not asked for here.
    let in_this = |next: Option<String>| next.filter(|next| next.starts_with('p'));
    for (filter, expected) in [("", 20), ("&layer=none", 4), ("&method=api", 0)] {
        for looked_at in [1, 3, 7, 21, 22, 100] {
            let mut proofs = proofs(&database);
            proofs.looked_at = looked_at;
            let read = |cursor: &str, paging| {
                let text = format!("cursor={cursor}{filter}");
                ConsentQuery::parse(&Query::parse(&text), paging).unwrap()
            };
            let (mut found, mut cursor, mut parts) = (Vec::new(), "p0-0".to_owned(), 0);
            loop {
                let page = proofs.page(&read(&cursor, Paging::Pages)).unwrap();
                let records = page.records.iter();
                found.extend(records.map(|disclosed| disclosed.record.index));
                parts += 1;
                match in_this(page.next) {
                    Some(next) => cursor = next,
                    None => break,
                }
            }
            assert_eq!(found.len(), expected, "{filter} {looked_at}");
            assert!(found.is_sorted_by(|one, next| one < next));
            // The notice's publication is an entry too.
            assert_eq!(parts, 21_u64.div_ceil(looked_at), "{looked_at}");

            let (mut count, mut cursor) = (0, "p0-0".to_owned());
            loop {
                let part = proofs.count(&read(&cursor, Paging::Count)).unwrap();
                count += part.records;
                match in_this(part.next) {
                    Some(next) => cursor = next,
                    None => break,
                }
            }
            assert_eq!(count, expected as u64, "{filter} {looked_at}");
        }
    }
}

/// Keeps a thousand reports, of which one is unlike all others.
fn with_a_thousand() -> Database {
    let database = published();
    let reports = (0..1000_u16).map(|nth| {
        let [high, low] = nth.to_be_bytes();
        let mut id = [0; 16];
        (id[14], id[15]) = (high, low);
        ConsentReport {
            id: ReportId::from_bytes(id),
            layer: if nth == 600 {
                Layer::Placeholder
            } else {
                Layer::Banner
            },
            language: if nth == 600 { "en" } else { "fr-CA" }.parse().unwrap(),
            ..report()
        }
    });
    for kept in proofs(&database).keep(reports.collect(), now()) {
        kept.unwrap();
    }
    database
}

/// What a filter finds in parts of 300 entries, and in how many parts.
fn search(database: &Database, filter: &str) -> (Vec<u64>, usize) {
    use crate::http::query::Query;
    use crate::site::query::{ConsentQuery, Paging};
    let mut proofs = proofs(database);
    proofs.looked_at = 300;
    let (mut found, mut parts, mut cursor) = (Vec::new(), 0, "p0-0".to_owned());
    loop {
        let text = format!("limit=1000&cursor={cursor}&{filter}");
        let query = ConsentQuery::parse(&Query::parse(&text), Paging::Pages).unwrap();
        let page = proofs.page(&query).unwrap();
        let records = page.records.iter();
        found.extend(records.map(|disclosed| disclosed.record.index));
        parts += 1;
        match page.next.filter(|next| next.starts_with('p')) {
            Some(next) => cursor = next,
            None => return (found, parts),
        }
    }
}

#[test]
fn a_search_skips_the_blocks_in_which_nothing_passes_and_finds_the_same() {
    let database = with_a_thousand();
    let subject = {
        let proofs = proofs(&database);
        let key = proofs.logs.all().unwrap().remove(0);
        key.subject_key().unwrap().subject_tag(SECRET)
    };
    let notice = edition(1).notice;
    let (none, one, all): (Vec<u64>, _, Vec<u64>) = (vec![], vec![601], (1..=1000).collect());
    let but_one: Vec<u64> = all.iter().copied().filter(|index| *index != 601).collect();
    let filters = [
        ("method=api".to_owned(), &none),
        ("layer=placeholder".to_owned(), &one),
        ("layer=banner".to_owned(), &but_one),
        ("language=en".to_owned(), &one),
        ("language=en-GB".to_owned(), &none),
        ("status=given".to_owned(), &none),
        ("status=refused".to_owned(), &all),
        ("decision=granted".to_owned(), &none),
        ("purpose=necessary&decision=denied".to_owned(), &none),
        (
            "purpose=marketing&decision=denied&language=en".to_owned(),
            &one,
        ),
        ("service=nothing&decision=granted".to_owned(), &none),
        ("gpc=true".to_owned(), &none),
        ("gpc=false&trusted=true".to_owned(), &all),
        ("trusted=false".to_owned(), &none),
        ("served=false".to_owned(), &all),
        ("served=true".to_owned(), &none),
        ("jurisdiction=FR".to_owned(), &none),
        (format!("notice={notice}&layer=placeholder"), &one),
        (format!("notice={}", "0".repeat(64)), &none),
        (format!("subject={subject}&layer=placeholder"), &one),
        ("subject=00000000000000000000000000000000".to_owned(), &none),
    ];
    for (filter, expected) in &filters {
        let first = search(&database, filter);
        assert_eq!(&first.0, *expected, "{filter}");
        let again = search(&database, filter);
        assert_eq!(again.0, first.0, "{filter}");
        // Three full blocks of four: what is left is the last one.
        let parts = match expected.len() {
            0 | 1 => 1..=2,
            _ => 4..=4,
        };
        assert!(parts.contains(&again.1), "{filter}: {} parts", again.1);
    }
    // The first search has no summaries yet, but of the block in which its part before has ended.
    assert_eq!(search(&with_a_thousand(), "method=api").1, 3);
}

#[test]
fn an_erasure_leaves_nothing_of_what_was_erased_in_a_summary() {
    let database = with_a_thousand();
    assert_eq!(search(&database, "layer=placeholder").0, [601]);
    let mentions = |database: &Database| {
        let lines = database.dump(&[]);
        lines
            .iter()
            .any(|line| line.starts_with("summary ") && line.contains(",en,"))
    };
    assert!(mentions(&database));
    let proofs = proofs(&database);
    let mut id = [0; 16];
    (id[14], id[15]) = (2, 88);
    let id = ReceiptId {
        site: edition(1).site,
        report: ReportId::from_bytes(id),
    };
    let held = proofs.authorize(&id, SECRET).unwrap();
    proofs.erase(&held, now()).unwrap();
    assert!(!mentions(&database));
    for _ in 0..2 {
        assert_eq!(search(&database, "layer=placeholder").0, [0; 0]);
        assert_eq!(search(&database, "layer=banner").0.len(), 999);
    }
    assert!(!mentions(&database));
}

#[test]
fn summaries_are_made_whole_or_not_at_all() {
    let database = with_a_thousand();
    let look = |database: &Database| {
        use crate::http::query::Query;
        use crate::site::query::{ConsentQuery, Paging};
        let query = ConsentQuery::parse(&Query::parse("method=api"), Paging::Count).unwrap();
        proofs(database).count(&query).is_ok()
    };
    assert_whole_or_nothing(|| database.duplicate(), look, &[]);
}

#[test]
fn an_erasure_and_its_entry_are_one() {
    let database = with_consent();
    assert_whole_or_nothing(|| database.duplicate(), erase, &[]);
}

/// A site one of whose endpoints wants every event.
fn with_webhook() -> Database {
    use crate::site::webhooks::endpoints::{self, New};
    use consent_core::webhook::{WebhookEvent, WebhookId, WebhookSettings};
    let database = published();
    let settings = WebhookSettings {
        name: Some("Registre".to_owned()),
        url: Some("https://hooks.example/x".to_owned()),
        events: Some(WebhookEvent::ALL.into()),
        enabled: None,
    };
    let new = New {
        id: &WebhookId::from_bytes([1; 16]),
        settings: &settings,
        secret: &[7; 32],
    };
    endpoints::make(&database, &new, &[], now()).unwrap();
    database
}

/// How many deliveries wait.
fn waiting(database: &Database) -> u64 {
    crate::site::webhooks::endpoints::all(database).unwrap()[0]
        .webhook
        .waiting
}

#[test]
fn what_happens_and_what_webhooks_are_told_of_it_are_one() {
    let withdrawal = || ConsentReport {
        method: Method::Withdraw,
        layer: Layer::Dialog,
        ..report()
    };
    let withdraw = |database: &Database| {
        proofs(database)
            .keep(vec![withdrawal()], now())
            .remove(0)
            .is_ok()
    };
    let database = with_webhook();
    // The id of what is told is random, as are the seed of a record and what is signed.
    for fault in every_fault(|| database.duplicate(), withdraw) {
        let database = database.duplicate();
        database.fail(fault);
        assert!(!withdraw(&database), "{fault:?}");
        assert!(withdraw(&database), "{fault:?}");
        assert_eq!(waiting(&database), 1, "{fault:?}");
        for fault in every_fault(|| database.duplicate(), erase) {
            let database = database.duplicate();
            database.fail(fault);
            assert!(!erase(&database), "{fault:?}");
            assert!(erase(&database), "{fault:?}");
            assert_eq!(waiting(&database), 1, "the erasure alone, {fault:?}");
        }
    }
    let evidence = consent_core::EvidenceHash::from_bytes([9; 32]);
    let enter = |database: &Database| {
        proofs(database)
            .enter(evidence, edition(1).notice, now())
            .is_ok()
    };
    let publish = |database: &Database| {
        Editions::new(database.clone())
            .put_in_force(
                &proofs(database),
                &edition(2),
                &EnforcedHosts::default(),
                published_by(2),
                now(),
            )
            .is_ok()
    };
    let end = |database: &Database| {
        let later = now().add_months(60);
        proofs(database).enforce_retention(later).is_ok()
    };
    let with_consent = || {
        let database = database.duplicate();
        assert!(keep(&database));
        database
    };
    assert_told_once(&database, enter);
    assert_told_once(&database, publish);
    assert_told_once(&with_consent(), end);
}

/// Whatever befalls it, it is told once.
fn assert_told_once(database: &Database, act: impl Fn(&Database) -> bool) {
    for fault in every_fault(|| database.duplicate(), &act) {
        let database = database.duplicate();
        database.fail(fault);
        assert!(!act(&database), "{fault:?}");
        assert!(act(&database), "{fault:?}");
        assert_eq!(waiting(&database), 1, "{fault:?}");
    }
}

#[test]
fn the_end_of_a_quarter_its_entry_and_its_key_are_one() {
    let database = with_consent();
    let later = now().add_months(60);
    let retire = |database: &Database| proofs(database).enforce_retention(later).is_ok();
    assert_whole_or_nothing(|| database.duplicate(), retire, &[]);
}

fn read() -> DisclosedRead {
    DisclosedRead {
        read: ReadText {
            site: edition(1).site,
            grants: vec!["auditor".parse().unwrap()],
            request: ReadRequest::Page,
            query: "status=refused".to_owned(),
            records: Some(1),
            erased: Some(0),
        },
        salt: Salt::from_bytes([5; 32]),
    }
}

#[test]
fn a_read_and_its_entry_are_one_and_kept_once() {
    let database = with_consent();
    let keep = |database: &Database| proofs(database).keep_read(&read(), now()).is_ok();
    assert_whole_or_nothing(|| database.duplicate(), keep, &[]);
    assert!(keep(&database) && keep(&database));
    let logs = proofs(&database).logs;
    let told = reads::page(&database, &logs, "").unwrap().reads;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].index, told[0].disclosed.as_ref()),
        (2, Some(&read()))
    );
}

/// A request, as an owner notes it.
fn requested() -> Written {
    Written::Request(NewRequest {
        kind: RequestKind::Access,
        received_on: Date::of(now()),
        who: "Camille".to_owned().try_into().unwrap(),
        about: None,
        receipt: None,
    })
}

/// Writes in the register of requests, as the object does.
fn write(database: &Database, case: u32, written: Written, salt: u8) -> Result<u32, ApiError> {
    let salt = Salt::from_bytes([salt; 32]);
    proofs(database).write_register(&salt, now(), |_| {
        let text = RegisterText {
            site: edition(1).site,
            grants: vec!["owner".parse().unwrap()],
            case,
            written,
        };
        Ok(DisclosedRegisterText { text, salt })
    })
}

#[test]
fn what_is_written_in_a_register_and_its_entry_are_one_and_kept_once() {
    let database = with_consent();
    let open = |database: &Database| write(database, 1, requested(), 5).is_ok();
    assert_whole_or_nothing(|| database.duplicate(), open, &[]);
    assert!(open(&database) && open(&database));
    let logs = proofs(&database).logs;
    let case = registers::request(&database, &logs, 1).unwrap();
    assert_eq!(case.entries.len(), 1);
    assert_eq!(case.entries[0].index, 2);
    let due = |wanted: Wanted, days: i32| {
        let asked = CaseQuery {
            wanted: Some(wanted),
            before: None,
        };
        let today = Date::of(now()).add_days(days);
        registers::numbers(&database, Register::Requests, asked, today, 9)
            .unwrap()
            .0
    };
    assert_eq!(due(Wanted::Open, 0), [1]);
    assert_eq!(
        (due(Wanted::Late, 30), due(Wanted::Late, 31)),
        (vec![], vec![1])
    );
    let note = Written::RequestNote(RequestNote {
        text: "Copy sent".to_owned().try_into().unwrap(),
        outcome: Some(Outcome::Answered),
        due_on: None,
    });
    let end = |database: &Database| write(database, 1, note.clone(), 6).is_ok();
    assert_whole_or_nothing(|| database.duplicate(), end, &[]);
    assert!(end(&database));
    assert_eq!(
        (due(Wanted::Open, 0), due(Wanted::Closed, 0)),
        (vec![], vec![1])
    );
}

#[test]
fn a_departure_is_whole_or_nothing_and_so_is_its_end() {
    let database = with_consent();
    assert!(proofs(&database).keep_read(&read(), now()).is_ok());
    assert!(write(&database, 1, requested(), 5).is_ok());
    let leave = |database: &Database| {
        departure::leave(database, vec!["owner".parse().unwrap()], now()).is_ok()
    };
    assert_whole_or_nothing(|| database.duplicate(), leave, &["key"]);
    assert!(leave(&database));
    let early = now().saturating_add_seconds(30 * 86_400 - 1);
    let end = now().saturating_add_seconds(30 * 86_400);
    let before = database.dump(&[]);
    departure::purge(&database, &proofs(&database), early).unwrap();
    assert_eq!(database.dump(&[]), before);
    // In the same quarter, whose log gets another key, and in a later one.
    for at in [end, end.add_months(6)] {
        let purge = |database: &Database| departure::purge(database, &proofs(database), at).is_ok();
        assert_whole_or_nothing(|| database.duplicate(), purge, &["subject_key"]);
    }
}

#[test]
fn a_report_is_kept_once_whatever_befalls_its_commit() {
    let database = published();
    let prepare = || database.duplicate();
    for fault in every_fault(prepare, keep) {
        let database = prepare();
        database.fail(fault);
        let proofs = proofs(&database);
        assert!(
            proofs.keep(vec![report()], now()).remove(0).is_err(),
            "{fault:?}"
        );
        // By the same object, and by one that has started anew.
        let again = proofs.keep(vec![report()], now()).remove(0).unwrap();
        assert_eq!(again.receipt.index, 1, "{fault:?}");
        assert!(keep(&database), "{fault:?}");
        let open = proofs.logs.all().unwrap().remove(0);
        assert_eq!(open.log.head().unwrap().size, 2, "{fault:?}");
    }
}

/// What an append may cost: one transaction of the log's end, its rows and, for every 256th, a tile.
#[test]
fn an_append_is_two_statements_in_one_transaction() {
    let database = with_consent();
    let before = database.counts();
    let mut next = report();
    next.id = ReportId::from_bytes([3; 16]);
    let kept = proofs(&database).keep(vec![next], now()).remove(0);
    assert!(kept.unwrap().new);
    let after = database.counts();
    assert_eq!((after.0 - before.0, after.1 - before.1), (2, 1));
}
