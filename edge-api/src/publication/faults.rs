//! Whatever goes wrong in a publication, what is in force is one edition, the answer says which, and
//! doing it again publishes it once: on the statements that the server runs, with every one of them,
//! every commit and every request failing in turn.

use super::sequence::{Parties, publish};
use crate::directory::protocol::{EnforcedSite, HostClaim, Registration};
use crate::directory::store::DirectoryStore;
use crate::edition::Edition;
use crate::http::error::{AfterFailure, ApiError};
use crate::log::{LogKeys, Store as _};
use crate::site::logs::Logs;
use crate::site::proofs::Proofs;
use crate::site::protocol::{EnforcedHosts, PublishedBy, StoredConfiguration};
use crate::site::published_editions;
use crate::site::publishing::{Editions, Followers, digest, follow};
use crate::site::schema::SCHEMA;
use crate::site::ticket::TicketKeys;
use crate::storage::database::Database;
use crate::storage::faults::Fault;
use consent_core::api::Publication;
use consent_core::entry::Event;
use consent_core::log_origin::Shard;
use consent_core::notice::BundleDigests;
use consent_core::text::Localized;
use consent_core::{LogEntry, Notice, NoticeHash, Sha256Digest, SiteConfig, SiteId, Timestamp};
use futures_util::FutureExt as _;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// A request between the server's objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Register,
    Admit(u8),
    PutInForce,
    Adopt(u8),
    Enforce,
    InForce,
}

const CALLS: [Call; 7] = [
    Call::Register,
    Call::Admit(1),
    Call::Admit(2),
    Call::PutInForce,
    Call::Adopt(1),
    Call::Adopt(2),
    Call::Enforce,
];

/// What befalls a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// It does not arrive.
    Lost,
    /// It is done, and its answer does not arrive.
    AnswerLost,
    /// The process is killed before it is done.
    KilledBefore,
    /// The process is killed when it is done.
    KilledAfter,
}

const CUTS: [Cut; 4] = [
    Cut::Lost,
    Cut::AnswerLost,
    Cut::KilledBefore,
    Cut::KilledAfter,
];

/// What a test has go wrong.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Request(Call, Cut),
    Directory(Fault),
    Shard(u8, Fault),
}

/// The disks of a server with one site: the directory's, and each shard's.
struct Disks {
    directory: Database,
    shards: Vec<Database>,
    cut: Cell<Option<(Call, Cut)>>,
    dead: Cell<bool>,
    calls: RefCell<Vec<Call>>,
}

const SHARDS: u8 = 3;

impl Disks {
    fn empty() -> Self {
        let shards = (0..SHARDS).map(|_| {
            let database = Database::in_memory();
            SCHEMA.migrate(&database).unwrap();
            database
        });
        let directory = Database::in_memory();
        DirectoryStore::open(directory.clone()).unwrap();
        Self {
            directory,
            shards: shards.collect(),
            cut: Cell::new(None),
            dead: Cell::new(false),
            calls: RefCell::default(),
        }
    }

    /// One with the first edition in force.
    fn published() -> Self {
        let disks = Self::empty();
        disks.publish(&edition(1)).unwrap();
        disks
    }

    fn directory(&self) -> DirectoryStore {
        DirectoryStore::open(self.directory.clone()).unwrap()
    }

    fn shard(&self, shard: Shard) -> Database {
        self.shards[usize::from(shard.0)].clone()
    }

    fn editions(&self, shard: u8) -> Editions {
        Editions::new(self.shards[usize::from(shard)].clone())
    }

    fn proofs(&self, edition: &Edition) -> Proofs {
        let database = self.shard(edition.shard);
        let site = edition.site.clone();
        let keys = LogKeys::of_test();
        let tickets = TicketKeys::new(&keys, &site).unwrap().into();
        let logs = Logs::new(database.clone(), keys, site.clone(), edition.shard);
        Proofs::new(database, logs, site, edition.shards, tickets)
    }

    /// Makes a request, unless something befalls it.
    fn call<T>(
        &self,
        call: Call,
        act: impl FnOnce() -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let cut = self.cut.get().filter(|(at, _)| *at == call);
        let cut = cut.map(|(_, cut)| cut);
        self.calls.borrow_mut().push(call);
        let failed = || Err(ApiError::Internal(format!("{call:?}: {cut:?}")));
        if cut == Some(Cut::KilledBefore) {
            self.dead.set(true);
        }
        if self.dead.get() || cut == Some(Cut::Lost) {
            return failed();
        }
        let result = act();
        if cut == Some(Cut::KilledAfter) {
            self.dead.set(true);
        }
        if cut.is_some() { failed() } else { result }
    }

    fn publish(&self, edition: &Edition) -> Result<Publication, ApiError> {
        let by = published_by(version_of(edition));
        let publishing = publish(self, registration(edition), edition, hosts(edition), by);
        publishing.now_or_never().unwrap()
    }

    /// Starts anew, and the first shard's alarm comes.
    fn restart(&self) -> Result<(), ApiError> {
        self.cut.set(None);
        self.dead.set(false);
        follow(&self.editions(0), self).now_or_never().unwrap()
    }

    /// Lets something go wrong, once.
    fn have(&self, trouble: Trouble) {
        match trouble {
            Trouble::Request(call, cut) => self.cut.set(Some((call, cut))),
            Trouble::Directory(fault) => self.directory.fail(fault),
            Trouble::Shard(shard, fault) => self.shards[usize::from(shard)].fail(fault),
        }
    }

    /// The number of the edition in force in a shard; 0 where there is none.
    fn in_force(&self, shard: u8) -> u8 {
        match self.editions(shard).in_force() {
            Ok(edition) => version_of(&edition),
            Err(ApiError::UnknownSite) => 0,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// The numbers of the editions that are enforced on the host of each.
    fn enforced(&self) -> Vec<u8> {
        let store = self.directory();
        let on = |version| store.enforcement(&host(version)).unwrap();
        (1..=2)
            .filter_map(on)
            .map(|body| body.parse().unwrap())
            .collect()
    }

    /// How often an edition's notice is in the log of a shard, whose root is the one signed.
    fn entries(&self, version: u8, shard: u8) -> usize {
        let edition = edition(version).for_proofs(Shard(shard));
        let logs = self.proofs(&edition).logs.all().unwrap();
        let entries = logs.iter().flat_map(|open| {
            let size = open.log.head().unwrap().size;
            open.log.store().entries(0, size).unwrap()
        });
        let published = |entry: &Vec<u8>| {
            let entry = LogEntry::from_bytes(entry).unwrap();
            matches!(entry.event, Event::Publish { notice, .. } if notice == edition.notice)
        };
        entries.filter(published).count()
    }

    /// What must hold whatever happens: nothing is in force that is not in the log, and what is
    /// enforced is one edition.
    fn assert_one_edition(&self, trouble: Trouble) {
        for shard in 0..SHARDS {
            for version in 1..=2 {
                assert!(self.entries(version, shard) <= 1, "{trouble:?}");
            }
            let version = self.in_force(shard);
            if version > 0 {
                assert_eq!(self.entries(version, shard), 1, "{trouble:?}");
            }
            assert!(
                version <= self.in_force(0),
                "{trouble:?}: the first decides"
            );
        }
        assert!(self.enforced().len() <= 1, "{trouble:?}");
        self.assert_publications(trouble);
    }

    /// The newest publication that is listed is the one in force, and its configuration is kept. Each is listed once,
    /// and by the first shard alone.
    fn assert_publications(&self, trouble: Trouble) {
        let database = &self.shards[0];
        let listed = published_editions::page(database, "").unwrap().editions;
        let texts = listed.iter().map(|edition| {
            let kept = published_editions::configuration(database, edition.configuration);
            kept.unwrap().unwrap().text
        });
        let versions: Vec<u8> = texts.map(|text| text.parse().unwrap()).collect();
        assert_eq!(
            versions.first().copied().unwrap_or_default(),
            self.in_force(0),
            "{trouble:?}"
        );
        assert!(
            versions.is_sorted_by(|newer, older| newer > older),
            "{trouble:?}"
        );
        for other in &self.shards[1..] {
            let listed = published_editions::page(other, "").unwrap().editions;
            assert!(listed.is_empty(), "{trouble:?}");
        }
    }

    /// Everybody has this edition, and nobody another.
    fn assert_all(&self, version: u8, trouble: Trouble) {
        self.assert_one_edition(trouble);
        for shard in 0..SHARDS {
            assert_eq!(self.in_force(shard), version, "{trouble:?}: shard {shard}");
        }
        let enforced = if version == 0 { vec![] } else { vec![version] };
        assert_eq!(self.enforced(), enforced, "{trouble:?}");
    }
}

impl Parties for Disks {
    async fn register(&self, registration: Registration) -> Result<(), ApiError> {
        self.call(Call::Register, || {
            let registered = self.directory().register(&registration)?;
            registered.map_err(ApiError::Contradiction)
        })
    }

    async fn admit(&self, edition: Edition) -> Result<(), ApiError> {
        let Shard(shard) = edition.shard;
        self.call(Call::Admit(shard), || {
            let proofs = self.proofs(&edition);
            self.editions(shard).admit(&proofs, &edition, now())
        })
    }

    async fn put_in_force(
        &self,
        edition: &Edition,
        hosts: EnforcedHosts,
        by: PublishedBy,
    ) -> Result<Publication, ApiError> {
        self.call(Call::PutInForce, || {
            let proofs = self.proofs(edition);
            self.editions(0)
                .put_in_force(&proofs, edition, &hosts, by, now())?;
            // As the object does: what cannot be told now is told by its alarm.
            let _ = follow(&self.editions(0), self).now_or_never().unwrap();
            Ok(publication(edition))
        })
    }

    async fn in_force(&self, _site: &SiteId) -> Result<Option<Sha256Digest>, ApiError> {
        self.call(Call::InForce, || match self.editions(0).digest() {
            Ok(digest) => Ok(Some(digest)),
            Err(ApiError::UnknownSite) => Ok(None),
            Err(other) => Err(other),
        })
    }
}

impl Followers for Disks {
    async fn adopt(&self, edition: Edition, revision: u64) -> Result<(), ApiError> {
        let Shard(shard) = edition.shard;
        self.call(Call::Adopt(shard), || {
            self.editions(shard).adopt(&edition, revision)
        })
    }

    async fn enforce(&self, enforced: EnforcedSite) -> Result<(), ApiError> {
        self.call(Call::Enforce, || Ok(self.directory().enforce(&enforced)?))
    }
}

fn now() -> Timestamp {
    "2026-11-28T20:00:00Z".parse().unwrap()
}

fn host(version: u8) -> String {
    format!("v{version}.example")
}

fn version_of(edition: &Edition) -> u8 {
    edition.terms.policy_version.to_string().parse().unwrap()
}

/// Who publishes it.
pub fn published_by(version: u8) -> PublishedBy {
    PublishedBy {
        grants: vec!["direction".parse().unwrap()],
        configuration: StoredConfiguration::new(version.to_string()),
    }
}

/// An edition of this policy version, whose choices are enforced on a host of its own.
pub fn edition(version: u8) -> Edition {
    let site: SiteId = "relais".parse().unwrap();
    let config = json!({
        "name": "Le Relais",
        "origins": [format!("https://{}", host(version))],
        "jurisdiction": "CA-QC",
        "languages": ["fr-CA", "en"],
        "controller": {
            "name": "Le Relais",
            "person_in_charge": "Camille Roy",
            "contact": "vie-privee@relais.example"
        },
        "policy": { "version": version.to_string(), "url": "/confidentialite" },
        "purposes": ["statistics"],
        "shards": SHARDS,
    });
    let config = SiteConfig::parse(config.to_string().as_bytes()).unwrap();
    let digest = Sha256Digest::of(b"the build");
    let bundle = BundleDigests {
        loader: digest,
        script: digest,
        wasm: digest,
    };
    let notice = Notice::new(site.clone(), config.clone(), bundle);
    Edition {
        site,
        shards: config.shards,
        shard: Shard::FIRST,
        notice: NoticeHash::of(&notice.to_bytes()),
        material: notice.material(),
        terms: notice.terms(),
        also: BTreeMap::new(),
        laws: BTreeMap::new(),
        origins: config.origins,
        cookie_domain: None,
        languages: notice.languages,
        loaders: Localized::new(),
        imports: false,
        left: None,
    }
}

fn registration(edition: &Edition) -> Registration {
    Registration {
        site: edition.site.clone(),
        shards: edition.shards,
        hash: edition.notice,
        notice: "{}".to_owned(),
        by_law: Vec::new(),
        parts: Vec::new(),
        hosts: hosts(edition)
            .authorities
            .into_iter()
            .map(|authority| HostClaim {
                authority,
                granted: true,
            })
            .collect(),
    }
}

fn hosts(edition: &Edition) -> EnforcedHosts {
    let version = version_of(edition);
    EnforcedHosts {
        authorities: vec![host(version)],
        body: version.to_string(),
    }
}

fn publication(edition: &Edition) -> Publication {
    Publication {
        site: edition.site.clone(),
        notice: edition.notice,
        published_at: None,
        unchanged: false,
        asks_anew: false,
        material_changes: Vec::new(),
        findings: Vec::new(),
        embed: String::new(),
        pinned: Localized::new(),
        inspector: String::new(),
        preview: Localized::new(),
        laws: BTreeMap::new(),
    }
}

/// Everything that can go wrong when this edition is published after what `prepare` leaves.
fn troubles(prepare: fn() -> Disks, version: u8) -> Vec<Trouble> {
    let disks = prepare();
    let databases = || std::iter::once(&disks.directory).chain(&disks.shards);
    let before: Vec<_> = databases().map(Database::counts).collect();
    disks.calls.borrow_mut().clear();
    disks.publish(&edition(version)).unwrap();
    assert_eq!(*disks.calls.borrow(), CALLS, "the order of a publication");
    let requests = CALLS
        .into_iter()
        .flat_map(|call| CUTS.into_iter().map(move |cut| Trouble::Request(call, cut)));
    let mut troubles: Vec<_> = requests.collect();
    for (at, (database, before)) in databases().zip(before).enumerate() {
        let after = database.counts();
        let statements = (1..=after.0 - before.0)
            .flat_map(|nth| [Fault::Refused(nth), Fault::WrittenAndRefused(nth)]);
        let commits = (1..=after.1 - before.1)
            .flat_map(|nth| [Fault::CommitRefused(nth), Fault::CommittedAndRefused(nth)]);
        let of = |fault| match u8::try_from(at).unwrap().checked_sub(1) {
            None => Trouble::Directory(fault),
            Some(shard) => Trouble::Shard(shard, fault),
        };
        troubles.extend(statements.chain(commits).map(of));
    }
    troubles
}

fn assert_survives(prepare: fn() -> Disks, old: u8, new: u8) {
    let troubles = troubles(prepare, new);
    assert!(troubles.len() > 60, "{}", troubles.len());
    for trouble in troubles {
        let disks = prepare();
        disks.have(trouble);
        let answer = disks.publish(&edition(new));
        disks.assert_one_edition(trouble);
        let in_force = disks.in_force(0);
        match &answer {
            Ok(_) => assert_eq!(in_force, new, "{trouble:?}"),
            Err(ApiError::PublicationFailed { after, .. }) => match after {
                AfterFailure::Before => disks.assert_all(old, trouble),
                AfterFailure::New => assert_eq!(in_force, new, "{trouble:?}"),
                AfterFailure::Unknown => assert!(disks.dead.get(), "{trouble:?}"),
            },
            Err(other) => panic!("{trouble:?}: {other:?}"),
        }
        // Whoever was not told yet is told by the alarm, and nothing else changes.
        let told = disks.restart().or_else(|_| disks.restart());
        match told {
            Ok(()) => disks.assert_all(in_force, trouble),
            Err(ApiError::UnknownSite) => assert_eq!(in_force, 0, "{trouble:?}"),
            Err(other) => panic!("{trouble:?}: {other:?}"),
        }
        disks.publish(&edition(new)).unwrap();
        disks.assert_all(new, trouble);
        for shard in 0..SHARDS {
            assert_eq!(disks.entries(new, shard), 1, "{trouble:?}: once");
        }
    }
}

#[test]
fn a_first_publication_is_in_force_everywhere_or_nowhere() {
    assert_survives(Disks::empty, 0, 1);
}

#[test]
fn a_new_edition_takes_the_place_of_the_old_everywhere_or_nowhere() {
    assert_survives(Disks::published, 1, 2);
}

#[test]
fn what_an_owner_can_mend_is_said_as_it_is_and_nothing_is_in_force() {
    let disks = Disks::published();
    let mut other = edition(2);
    other.shards = serde_json::from_str("2").unwrap();
    let refused = disks.publish(&other).unwrap_err();
    assert!(matches!(&refused, ApiError::Contradiction(errors) if errors[0].field == "shards"));
    disks.assert_all(1, Trouble::Request(Call::Register, Cut::Lost));
}

#[test]
fn an_edition_that_is_adopted_late_does_not_undo_a_later_one() {
    let disks = Disks::published();
    disks.publish(&edition(2)).unwrap();
    let late = edition(1).for_proofs(Shard(1));
    disks.editions(1).adopt(&late, 1).unwrap();
    assert_eq!(disks.in_force(1), 2);
}

#[test]
fn an_edition_has_the_digest_of_what_is_stored() {
    let disks = Disks::published();
    let stored = disks.editions(0).digest().unwrap();
    assert_eq!(stored, digest(&edition(1)).unwrap());
    assert_ne!(stored, digest(&edition(2)).unwrap());
}
