//! Whatever goes wrong with a write of the directory, it is as before or as after, and never between.

use super::protocol::{EnforcedSite, Registration, RenderedPart};
use super::store::DirectoryStore;
use crate::directory::protocol::Part;
use crate::storage::database::Database;
use crate::storage::faults::assert_whole_or_nothing;
use consent_core::NoticeHash;

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
        parts: vec![
            part(Part::Loader),
            part(Part::Dialog),
            part(Part::Declaration),
        ],
        authorities: hosts.iter().map(|&host| host.to_owned()).collect(),
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
    let refused = store.register(&claim).unwrap().unwrap_err();
    assert_eq!(refused.field, "origins[1]");
    assert_eq!(
        refused.message,
        "d.example is enforced (`edge`) for another site of this server"
    );
    let mut more = registration("relais", "relais 3", &[]);
    more.shards = serde_json::from_str("3").unwrap();
    assert_eq!(store.register(&more).unwrap().unwrap_err().field, "shards");
    assert_eq!(database.dump(&[]), before, "nothing of it is kept");
    // The edition in force gives one up.
    store
        .enforce(&enforced("relais", 2, &["b.example"]))
        .unwrap();
    store.register(&claim).unwrap().unwrap();
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
