//! Whatever goes wrong with a write of the directory, it is as before or as after, and never between.

use super::protocol::{EnforcedSite, HostClaim, Registration, Release, RenderedPart};
use super::store::DirectoryStore;
use crate::directory::protocol::Part;
use crate::storage::database::Database;
use crate::storage::faults::assert_whole_or_nothing;
use consent_core::api::hosts::SiteHost;
use consent_core::api::{Role, TokenGrant, TokenSummary};
use consent_core::calendar::Timestamp;
use consent_core::{NoticeHash, Sha256Digest};

fn registration(site: &str, notice: &str, hosts: &[&str]) -> Registration {
    let hash = NoticeHash::of(notice.as_bytes());
    let part = |part| RenderedPart {
        hash: hash.into(),
        language: "fr-CA".parse().unwrap(),
        part,
        body: format!("{notice} {}", Part::as_str(part)),
    };
    Registration {
        site: site.parse().unwrap(),
        shards: serde_json::from_str("2").unwrap(),
        hash,
        notice: notice.to_owned(),
        by_law: Vec::new(),
        parts: vec![
            part(Part::Loader),
            part(Part::Dialog),
            part(Part::Declaration),
        ],
        hosts: hosts.iter().map(|host| claim(host, true)).collect(),
    }
}

fn claim(host: &str, granted: bool) -> HostClaim {
    HostClaim {
        authority: host.to_owned(),
        granted,
    }
}

fn enforced(site: &str, revision: u64, hosts: &[&str]) -> EnforcedSite {
    EnforcedSite {
        site: site.parse().unwrap(),
        revision,
        authorities: hosts.iter().map(|&host| host.to_owned()).collect(),
        body: format!("revision {revision}"),
    }
}

fn open(database: &Database) -> DirectoryStore {
    DirectoryStore::open(database.clone()).unwrap()
}

/// A site whose choices are enforced on two hosts, and another's on one.
fn two_sites() -> Database {
    let database = Database::in_memory();
    let store = open(&database);
    let hosts = ["a.example", "b.example"];
    for (site, hosts) in [("relais", &hosts[..]), ("autre", &["c.example"])] {
        store
            .register(&registration(site, &format!("{site} 1"), hosts))
            .unwrap()
            .unwrap();
        store.enforce(&enforced(site, 1, hosts)).unwrap();
    }
    database
}

/// The same, with an edition that is not in force yet: of one host less, and one more.
fn registered() -> Database {
    let database = two_sites();
    let hosts = ["b.example", "d.example"];
    open(&database)
        .register(&registration("relais", "relais 2", &hosts))
        .unwrap()
        .unwrap();
    database
}

fn of_host(store: &DirectoryStore, host: &str) -> Option<String> {
    store.enforcement(host).unwrap()
}

#[test]
fn a_registration_is_kept_whole_or_not_at_all() {
    let next = registration("relais", "relais 2", &["b.example", "d.example"]);
    let register = |database: &Database| matches!(open(database).register(&next), Ok(Ok(())));
    assert_whole_or_nothing(two_sites, register, &[]);
    let first = |database: &Database| {
        let first = registration("nouveau", "nouveau 1", &["e.example"]);
        matches!(open(database).register(&first), Ok(Ok(())))
    };
    assert_whole_or_nothing(two_sites, first, &[]);
}

#[test]
fn hosts_are_enforced_all_at_once_or_as_before() {
    let next = enforced("relais", 2, &["b.example", "d.example"]);
    assert_whole_or_nothing(
        registered,
        |database| open(database).enforce(&next).is_ok(),
        &[],
    );
    let none = enforced("relais", 2, &[]);
    assert_whole_or_nothing(
        registered,
        |database| open(database).enforce(&none).is_ok(),
        &[],
    );
}

#[test]
fn the_names_of_sites_are_listed_in_order_page_by_page() {
    let store = open(&two_sites());
    let names = |among: Option<&[&str]>, after: Option<&str>, limit| -> Vec<String> {
        let among = among.map(|names| names.iter().map(|name| name.parse().unwrap()).collect());
        let after = after.map(|name| name.parse().unwrap());
        let sites = store.sites(among.as_ref(), after.as_ref(), limit);
        sites.unwrap().iter().map(ToString::to_string).collect()
    };
    assert_eq!(names(None, None, 10), ["autre", "relais"]);
    assert_eq!(names(None, None, 1), ["autre"]);
    assert_eq!(names(None, Some("autre"), 1), ["relais"]);
    assert_eq!(names(None, Some("b"), 9), ["relais"]);
    assert_eq!(names(Some(&["relais", "inconnu"]), None, 9), ["relais"]);
    assert!(names(Some(&["autre"]), Some("autre"), 9).is_empty());
    assert!(names(Some(&[]), None, 9).is_empty());
}

#[test]
fn what_is_registered_is_not_in_force() {
    let store = open(&registered());
    let hosts = ["a.example", "b.example", "c.example", "d.example"];
    let before = hosts.map(|host| of_host(&store, host));
    let expected = ["revision 1", "revision 1", "revision 1"].map(|body| Some(body.to_owned()));
    assert_eq!(before[..3], expected);
    assert_eq!(before[3], None);
    store
        .enforce(&enforced("relais", 2, &["b.example", "d.example"]))
        .unwrap();
    let after = hosts.map(|host| of_host(&store, host));
    assert_eq!(after[0], None);
    assert_eq!(after[1].as_deref(), Some("revision 2"));
    assert_eq!(after[2].as_deref(), Some("revision 1"));
    assert_eq!(after[3].as_deref(), Some("revision 2"));
}

#[test]
fn a_host_is_one_sites_from_its_registration_on() {
    let database = registered();
    let store = open(&database);
    let before = database.dump(&[]);
    let claim = registration("autre", "autre 2", &["c.example", "d.example"]);
    let taken = "d.example is enforced (`edge`) for another site of this server";
    assert_eq!(
        refused(&store, &claim),
        [("origins[1]".to_owned(), taken.to_owned())]
    );
    let mut more = registration("relais", "relais 3", &["c.example"]);
    more.shards = serde_json::from_str("3").unwrap();
    let fields: Vec<_> = refused(&store, &more)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["shards", "origins[0]"], "every error at once");
    assert_eq!(database.dump(&[]), before, "nothing of it is kept");
}

fn refused(store: &DirectoryStore, registration: &Registration) -> Vec<(String, String)> {
    let errors = store.register(registration).unwrap().unwrap_err();
    let parts = errors.into_iter().map(|error| (error.field, error.message));
    parts.collect()
}

#[test]
fn a_host_that_is_given_up_stays_its_sites_until_it_is_released() {
    let database = registered();
    let store = open(&database);
    let claim = registration("autre", "autre 2", &["c.example", "a.example"]);
    store
        .enforce(&enforced("relais", 2, &["b.example"]))
        .unwrap();
    assert_eq!(of_host(&store, "a.example"), None);
    assert_eq!(refused(&store, &claim).len(), 1);
    let relais = "relais".parse().unwrap();
    let host = |host: &str, enforced| SiteHost {
        host: host.to_owned(),
        enforced,
    };
    let own = [
        host("a.example", false),
        host("b.example", true),
        host("d.example", false),
    ];
    assert_eq!(store.hosts(&relais).unwrap(), own);
    let release = |site: &str, host| store.release(&site.parse().unwrap(), host).unwrap();
    assert_eq!(release("autre", "a.example"), Release::Unknown);
    assert_eq!(release("relais", "x.example"), Release::Unknown);
    assert_eq!(release("relais", "b.example"), Release::InUse);
    assert_eq!(release("relais", "a.example"), Release::Released);
    store.register(&claim).unwrap().unwrap();
    // It may come back into force without another claim, as long as nobody else has it.
    let back = Registration {
        hosts: vec![HostClaim {
            authority: "d.example".to_owned(),
            granted: false,
        }],
        ..registration("relais", "relais 3", &[])
    };
    store.register(&back).unwrap().unwrap();
}

#[test]
fn a_host_that_nobody_has_is_for_who_may_claim_it() {
    let database = two_sites();
    let store = open(&database);
    let mut claims = registration("nouveau", "nouveau 1", &["n.example"]);
    claims
        .hosts
        .extend(["x.example", "c.example"].map(|host| claim(host, false)));
    let errors = refused(&store, &claims);
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0].0, "origins[1]");
    assert!(
        errors[0]
            .1
            .starts_with("x.example is a host that this token may not have enforced"),
        "{errors:?}"
    );
    assert!(
        errors[1]
            .1
            .starts_with("c.example is enforced (`edge`) for another"),
        "{errors:?}"
    );
    assert_eq!(of_host(&store, "n.example"), None);
    claims.hosts.truncate(1);
    store.register(&claims).unwrap().unwrap();
}

#[test]
fn an_older_edition_that_comes_late_changes_nothing() {
    let database = registered();
    let store = open(&database);
    store
        .enforce(&enforced("relais", 2, &["b.example", "d.example"]))
        .unwrap();
    let before = database.dump(&[]);
    for late in [1, 2] {
        store
            .enforce(&enforced("relais", late, &["a.example"]))
            .unwrap();
        assert_eq!(database.dump(&[]), before, "{late}");
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000).unwrap()
}

/// A token for a site or, without one, for all of them.
fn token(id: &str, site: Option<&str>, expires_at: Option<Timestamp>) -> TokenSummary {
    TokenSummary {
        grant: TokenGrant {
            id: id.parse().unwrap(),
            name: None,
            role: Role::Auditor,
            sites: site.map(|site| [site.parse().unwrap()].into()),
            hosts: None,
            expires_at,
        },
        made_at: Some(at(1)),
        made_by: Vec::new(),
        revoked_at: None,
    }
}

fn sha256(id: &str) -> Sha256Digest {
    Sha256Digest::of(id.as_bytes())
}

#[test]
fn a_token_is_kept_or_revoked_whole_or_not_at_all() {
    let one = || {
        let database = Database::in_memory();
        let old = token("old", Some("relais"), None);
        assert!(
            open(&database)
                .keep_token(sha256("old"), &old, at(1))
                .unwrap()
        );
        database
    };
    let keep = |database: &Database| {
        let new = token("new", None, None);
        open(database)
            .keep_token(sha256("new"), &new, at(2))
            .is_ok()
    };
    assert_whole_or_nothing(one, keep, &[]);
    let revoke = |database: &Database| {
        let old = "old".parse().unwrap();
        open(database).revoke_token(&old, at(2)).is_ok()
    };
    assert_whole_or_nothing(one, revoke, &[]);
}

#[test]
fn a_token_that_opens_nothing_any_more_is_listed_for_400_days_and_counts_for_no_bound() {
    const DAY: i64 = 86_400;
    let store = open(&Database::in_memory());
    let keep = |id: &str, expires_at, now| {
        let token = token(id, Some("relais"), expires_at);
        store.keep_token(sha256(id), &token, now).unwrap()
    };
    for nth in 0..200 {
        assert!(keep(&format!("t{nth}"), Some(at(DAY)), at(1)));
    }
    assert!(!keep("one-too-many", None, at(2)));
    // They have expired.
    assert!(keep("next", None, at(DAY)));
    let ids = |now: Timestamp| {
        assert!(keep(&format!("at-{}", now.as_millis()), None, now));
        let all = store.tokens(Some(&"relais".parse().unwrap()), None, 1000);
        all.unwrap().len()
    };
    assert_eq!(ids(at(401 * DAY)), 200 + 2);
    assert_eq!(ids(at(401 * DAY + 1)), 3);
    assert!(store.token(sha256("t0")).unwrap().is_none());
    assert!(store.token(sha256("next")).unwrap().is_some());
}

#[test]
fn what_belongs_to_a_site_is_forgotten_whole_or_not_at_all_and_nothing_of_another() {
    let with_tokens = || {
        let database = two_sites();
        let store = open(&database);
        for (id, site) in [("one", "relais"), ("other", "autre")] {
            let token = token(id, Some(site), None);
            store.keep_token(sha256(id), &token, at(1)).unwrap();
        }
        let draft = registration("relais", "draft", &[]);
        store.keep_draft(&draft, at(1)).unwrap();
        database
    };
    let relais = "relais".parse().unwrap();
    let forget = |database: &Database| open(database).forget_site(&relais, at(2)).is_ok();
    assert_whole_or_nothing(with_tokens, forget, &[]);

    let database = with_tokens();
    assert!(forget(&database));
    let store = open(&database);
    let is_there = |notice: &str| {
        let hash = NoticeHash::of(notice.as_bytes()).into();
        let part = store.part(hash, &"fr-CA".parse().unwrap(), Part::Dialog);
        part.unwrap().is_some()
    };
    assert!(!is_there("relais 1") && !is_there("draft") && is_there("autre 1"));
    assert_eq!(store.hosts(&relais).unwrap(), vec![]);
    let is_live = |id: &str| {
        store
            .token(sha256(id))
            .unwrap()
            .unwrap()
            .revoked_at
            .is_none()
    };
    assert!(!is_live("one") && is_live("other"));
    // Receipts name it for ever.
    assert!(store.notice(NoticeHash::of(b"relais 1")).unwrap().is_some());
    assert!(store.shards(&relais).unwrap().is_some());
}

#[test]
fn a_draft_is_kept_whole_or_not_at_all_and_for_seven_days() {
    let draft = |site: &str, notice: &str| registration(site, notice, &[]);
    let drafts = || {
        let database = two_sites();
        let store = open(&database);
        for nth in 0..5 {
            store
                .keep_draft(&draft("relais", &format!("draft {nth}")), at(nth))
                .unwrap();
        }
        database
    };
    let sixth = |database: &Database| {
        let sixth = draft("relais", "draft 5");
        open(database).keep_draft(&sixth, at(10)).is_ok()
    };
    assert_whole_or_nothing(drafts, sixth, &[]);

    let store = open(&drafts());
    let is_there = |notice: &str| {
        let hash = NoticeHash::of(notice.as_bytes()).into();
        let part = store.part(hash, &"fr-CA".parse().unwrap(), Part::Dialog);
        part.unwrap().is_some()
    };
    assert!(is_there("draft 0") && is_there("relais 1"));
    store
        .keep_draft(&draft("relais", "draft 5"), at(10))
        .unwrap();
    assert!(!is_there("draft 0") && is_there("draft 1"));
    // What another site's draft rendered in the same way belongs to the newer one.
    store
        .keep_draft(&draft("autre", "draft 1"), at(11))
        .unwrap();
    store
        .keep_draft(&draft("relais", "draft 6"), at(12))
        .unwrap();
    assert!(is_there("draft 1") && is_there("draft 6"));
    store
        .keep_draft(&draft("relais", "draft 7"), at(12 + 7 * 86_400))
        .unwrap();
    assert!(!is_there("draft 1") && is_there("draft 6") && is_there("draft 7"));
    // What is published stays.
    assert!(is_there("relais 1") && is_there("autre 1"));
}
