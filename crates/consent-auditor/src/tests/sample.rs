//! A small honest site for tests: two logs with consents and erasures, the anchor, a witness.

use crate::audit::{Audit, Audited, Prefixes, Receipts, RecordsFrom};
use crate::check::witnesses::Demand;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::progress::Progress;
use crate::report::{Outcome, Section};
use crate::source::filters::Filters;
use crate::source::{Directory, Memory};
use consent_core::calendar::Timestamp;
use consent_core::commitment::Texts;
use consent_core::entry::{Erasure, ErasureReason, Event};
use consent_core::ident::SubjectTag;
use consent_core::notice::BundleDigests;
use consent_core::receipt::{
    AnchorSummary, ConsentPage, DisclosedRecord, ErasedRecord, Evidence, LogSummary, SiteLogs,
};
use consent_core::record::JurisdictionFrom;
use consent_core::{
    ConsentReceipt, ConsentRecord, ConsentStatus, Decision, Layer, LogEntry, Method, Notice,
    NoticeHash, Purpose, ReceiptId, ReportId, Seed, ServiceAnswers, Sha256Digest, SiteConfig,
    SiteId,
};
use consent_log::{
    Checkpoint, Edge, Hash, SignedNote, SignerKey, TileId, TileReader, TlogProof, VerifierKey,
    encode_bundle, encode_tile, inclusion_proof, right_edge,
};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The site.
pub const SITE: &str = "relais";
/// What its visitors were shown.
pub static NOTICE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let config = include_bytes!("../../../../demo-site/sites/atelier.json");
    let config = SiteConfig::parse(config).unwrap();
    let digest = Sha256Digest::of(b"");
    let bundle = BundleDigests {
        loader: digest,
        script: digest,
        wasm: digest,
    };
    Notice::new(site(), config, bundle).to_bytes()
});
/// When the first entry was written.
pub const START: &str = "2026-11-22T20:00:00.000Z";

/// An instant, in milliseconds after the first entry.
pub fn after(millis: i64) -> Timestamp {
    let start: Timestamp = START.parse().unwrap();
    Timestamp::from_millis(start.as_millis() + millis).unwrap()
}

/// A log that is written to.
#[derive(Clone)]
pub struct Log {
    pub key: SignerKey,
    pub entries: Vec<Vec<u8>>,
    pub records: BTreeMap<u64, DisclosedRecord>,
    pub erased: Vec<ErasedRecord>,
}

impl Log {
    pub fn new(origin: &str) -> Self {
        let seed: [u8; 32] = Sha256Digest::of(origin.as_bytes()).as_bytes().to_owned();
        Self {
            key: SignerKey::ed25519(origin, &seed).unwrap(),
            entries: Vec::new(),
            records: BTreeMap::new(),
            erased: Vec::new(),
        }
    }

    pub fn origin(&self) -> String {
        self.key.verifier().name().to_owned()
    }

    /// The place and the time of the next entry.
    fn next(&self) -> (u64, Timestamp) {
        let place = self.entries.len() as u64;
        (place, after(i64::try_from(place).unwrap() * 10))
    }

    pub fn push(&mut self, time: Timestamp, event: Event) {
        self.entries
            .push(LogEntry { time, event }.to_bytes().to_vec());
    }

    pub fn publish(&mut self, notice: NoticeHash) {
        let (_, time) = self.next();
        self.push(time, Event::Publish(notice));
    }

    pub fn consent(&mut self) {
        let (place, time) = self.next();
        let told = self.record(place, time);
        self.entries.push(told.claimed_entry().to_bytes().to_vec());
        self.records.insert(place, told);
    }

    pub fn record(&self, place: u64, time: Timestamp) -> DisclosedRecord {
        let digest = *Sha256Digest::of(&place.to_be_bytes()).as_bytes();
        let id: [u8; 16] = digest[..16].try_into().unwrap();
        let (method, status, decision) = match place % 3 {
            0 => (
                Method::RejectAll,
                ConsentStatus::Refused,
                Decision::DENY_ALL,
            ),
            1 => (
                Method::Withdraw,
                ConsentStatus::Withdrawn,
                Decision::DENY_ALL,
            ),
            _ => (
                Method::Save,
                ConsentStatus::Given,
                Decision::granting(&[Purpose::Statistics]),
            ),
        };
        let record = ConsentRecord {
            schema: 1,
            receipt: ReceiptId {
                site: SITE.parse().unwrap(),
                report: ReportId::from_bytes(id),
            },
            log: self.origin().parse().unwrap(),
            index: place,
            time,
            valid_until: time.add_months(13),
            subject: SubjectTag::from_bytes(id),
            status,
            decision,
            services: ServiceAnswers::NONE,
            method,
            chosen_at: None,
            layer: Layer::Banner,
            trusted: true,
            notice: NoticeHash::of(&NOTICE),
            policy_version: "1".to_owned().try_into().unwrap(),
            language: "fr-CA".parse().unwrap(),
            jurisdiction: consent_core::jurisdiction::Jurisdiction::Quebec,
            jurisdiction_from: JurisdictionFrom::Site,
            gpc: false,
            previous: None,
        };
        DisclosedRecord {
            record,
            salts: Seed::from_bytes(digest).salts(),
        }
    }

    pub fn erase(&mut self, first: u64, last: u64, reason: ErasureReason) {
        let (_, time) = self.next();
        let erasure = Erasure {
            first,
            last,
            reason,
        };
        self.push(time, Event::Erase(erasure));
        for index in first..=last {
            if let Some(told) = self.records.remove(&index) {
                self.erased.push(ErasedRecord {
                    log: told.record.log,
                    index,
                    time: told.record.time,
                    erased_at: time,
                    reason,
                });
            }
        }
    }

    /// The first `size` entries, as a tree.
    pub fn tree(&self, size: usize) -> Tree {
        let mut tree = Tree::default();
        for entry in &self.entries[..size] {
            tree.push(Hash::leaf(entry));
        }
        tree
    }

    pub fn checkpoint(&self, size: usize) -> SignedNote {
        let tree = self.tree(size);
        Checkpoint::new(&self.origin(), size as u64, tree.edge.root()).sign(&self.key)
    }

    /// Puts the log's files below `prefix`.
    pub fn write(&self, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        let size = self.entries.len();
        let mut put = |file: String, bytes: Vec<u8>| {
            files.insert(format!("{prefix}{file}"), bytes);
        };
        put(
            "vkey".into(),
            format!("{}\n", self.key.verifier()).into_bytes(),
        );
        put(
            "checkpoint".into(),
            self.checkpoint(size).to_string().into_bytes(),
        );
        for (number, chunk) in self.entries.chunks(256).enumerate() {
            let bundle = consent_log::BundleId::for_size(number as u64, size as u64).unwrap();
            let bytes = encode_bundle(chunk.iter().map(Vec::as_slice)).unwrap();
            put(format!("tile/entries/{bundle}"), bytes);
        }
        let mut tree = self.tree(size);
        for tile in right_edge(size as u64) {
            put(
                format!("tile/{tile}"),
                encode_tile(&TileReader::tile(&mut tree, tile).unwrap()),
            );
        }
        for (id, hashes) in &tree.full {
            put(format!("tile/{id}"), encode_tile(hashes));
        }
    }

    /// The receipt of a consent, in the tree of `size` entries.
    pub fn receipt(&self, place: u64, size: usize) -> ConsentReceipt {
        let told = &self.records[&place];
        let texts = Texts::of(&told.record);
        told.record.receipt(Evidence {
            subject_salt: told.salts.subject.to_string(),
            subject: texts.subject,
            decision_salt: told.salts.decision.to_string(),
            decision: texts.decision,
            key: self.key.verifier().to_string(),
            proof: self.proof(place, size).to_string(),
            anchor_key: None,
            anchor_proof: None,
        })
    }

    pub fn proof(&self, index: u64, size: usize) -> TlogProof {
        let hashes = inclusion_proof(index, size as u64, &mut self.tree(size)).unwrap();
        TlogProof {
            extra: None,
            index,
            hashes,
            checkpoint: self.checkpoint(size),
        }
    }
}

/// A tree whose tiles are all kept.
#[derive(Default)]
pub struct Tree {
    pub edge: Edge,
    pub full: BTreeMap<TileId, Vec<Hash>>,
}

impl Tree {
    fn push(&mut self, leaf: Hash) {
        let mut completed = Vec::new();
        self.edge.push(leaf, &mut completed);
        for tile in completed {
            self.full
                .insert(TileId::full(tile.level, tile.index), tile.hashes);
        }
    }
}

impl TileReader for Tree {
    type Error = Infallible;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Infallible> {
        let full = TileId::full(tile.level, tile.index);
        let mut hashes = match self.full.get(&full) {
            Some(hashes) => hashes.clone(),
            None => self.edge.tile(tile).unwrap(),
        };
        hashes.truncate(tile.width.into());
        Ok(hashes)
    }
}

/// The site, its logs, the anchor.
#[derive(Clone)]
pub struct Site {
    pub logs: Vec<Log>,
    pub anchor: Log,
    pub witness: SignerKey,
}

impl Site {
    /// One log of 300 entries and one of 40, both anchored at their newest checkpoints.
    pub fn small() -> Self {
        let mut first = Log::new("temoin.example/relais/2026q3/0");
        first.publish(NoticeHash::of(&NOTICE));
        (0..30).for_each(|_| first.consent());
        first.erase(7, 7, ErasureReason::Holder);
        (0..8).for_each(|_| first.consent());
        let mut second = Log::new("temoin.example/relais/2026q4/0");
        second.publish(NoticeHash::of(&NOTICE));
        (0..290).for_each(|_| second.consent());
        second.erase(20, 29, ErasureReason::Retention);
        second.erase(200, 200, ErasureReason::Holder);
        (0..7).for_each(|_| second.consent());
        let mut site = Self {
            logs: vec![first, second],
            anchor: Log::new("temoin.example/anchor"),
            witness: SignerKey::cosigner("witness.example", &[9; 32]).unwrap(),
        };
        site.submit(0, 20);
        site.submit(1, 150);
        site.submit(0, 40);
        site.submit(1, 300);
        site
    }

    /// Puts a checkpoint of a log into the anchor.
    pub fn submit(&mut self, log: usize, size: usize) {
        let note = self.logs[log].checkpoint(size).to_string();
        self.anchor.entries.push(note.into_bytes());
    }

    pub fn listing(&self) -> SiteLogs {
        let logs = self.logs.iter().map(|log| LogSummary {
            origin: log.origin().parse().unwrap(),
            key: log.key.verifier().to_string(),
            size: log.entries.len() as u64,
            open: true,
            erased_at: None,
        });
        SiteLogs {
            site: SITE.parse().unwrap(),
            logs: logs.collect(),
            anchor: AnchorSummary {
                origin: self.anchor.origin().parse().unwrap(),
                key: self.anchor.key.verifier().to_string(),
                witnesses: vec![self.witness.verifier().to_string()],
            },
        }
    }

    pub fn page(&self) -> ConsentPage {
        let logs = self.logs.iter();
        ConsentPage {
            records: logs
                .clone()
                .flat_map(|log| log.records.values().cloned())
                .collect(),
            erased: logs.flat_map(|log| log.erased.clone()).collect(),
            next: None,
        }
    }

    /// The checkpoint of the anchor, cosigned some seconds after the first entry.
    pub fn cosigned(&self, seconds: u64) -> SignedNote {
        let mut note = self.anchor.checkpoint(self.anchor.entries.len());
        let start = u64::try_from(after(0).as_millis() / 1000).unwrap();
        note.signatures
            .push(self.witness.cosign(&note.text, start + seconds));
        note
    }

    /// All files, as a server has them.
    pub fn files(&self) -> Memory {
        let mut files = BTreeMap::new();
        for log in self.logs.iter().chain([&self.anchor]) {
            log.write(&format!("log/{}/", log.origin()), &mut files);
        }
        let anchor = format!("log/{}/checkpoint", self.anchor.origin());
        files.insert(anchor, self.cosigned(60).to_string().into_bytes());
        files.insert(
            format!("v1/notices/{}", NoticeHash::of(&NOTICE)),
            NOTICE.clone(),
        );
        let mut memory = Memory { files };
        memory.tell(&self.page());
        memory
    }

    /// A receipt that is anchored in the anchor's entry `place`, a checkpoint of `size` entries.
    pub fn anchored(&self, log: usize, index: u64, size: usize, place: u64) -> ConsentReceipt {
        let mut receipt = self.logs[log].receipt(index, size);
        let mut proof = self.anchor.proof(place, self.anchor.entries.len());
        proof.checkpoint = self.cosigned(60);
        receipt.evidence.anchor_key = Some(self.anchor.key.verifier().to_string());
        receipt.evidence.anchor_proof = Some(proof.to_string());
        receipt
    }
}

/// A folder for a test, which goes away with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("temoin-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The same as an argument of a command.
    pub fn arg(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// All of a site, as an export has it but for its manifest.
    pub fn hold(&self, name: &str, site: &Site) -> String {
        for (file, bytes) in &site.files().files {
            if !file.starts_with("v1/sites/") {
                self.put(&format!("{name}/{}", Directory::place(file)), bytes);
            }
        }
        self.put(
            &format!("{name}/logs.json"),
            serde_json::to_vec(&site.listing()).unwrap(),
        );
        let page = site.page();
        let lines = |values: Vec<String>| {
            values
                .into_iter()
                .map(|line| line + "\n")
                .collect::<String>()
        };
        let json = |told: &DisclosedRecord| serde_json::to_string(told).unwrap();
        let records = lines(page.records.iter().map(json).collect());
        self.put(&format!("{name}/records.ndjson"), records);
        let json = |told: &ErasedRecord| serde_json::to_string(told).unwrap();
        let erased = lines(page.erased.iter().map(json).collect());
        self.put(&format!("{name}/erased.ndjson"), erased);
        self.arg(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Every file below a folder.
pub fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(all_files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The path of the first page of records.
pub fn records_path() -> String {
    format!("v1/sites/{SITE}/consents?limit=1000")
}

impl Memory {
    /// Makes this the answer to a query for records.
    pub fn tell(&mut self, page: &ConsentPage) {
        let json = serde_json::to_vec(page).unwrap();
        self.files.insert(records_path(), json);
    }
}

/// What an auditor holds a site to.
pub struct Auditor {
    pub state: State,
    pub keys: Vec<VerifierKey>,
    pub witnesses: Vec<VerifierKey>,
    pub demand: Demand,
    pub filters: Filters,
    pub receipts: Vec<ConsentReceipt>,
}

impl Default for Auditor {
    fn default() -> Self {
        Self {
            state: State::default(),
            keys: Vec::new(),
            witnesses: Vec::new(),
            demand: Demand {
                quorum: 1,
                fresh: Some(Duration::from_hours(1)),
                now: after(120_000),
            },
            filters: Filters::default(),
            receipts: Vec::new(),
        }
    }
}

impl Auditor {
    pub fn audit(&self, files: &Memory, listing: &SiteLogs) -> Audited {
        let mut receipts = Receipts::default();
        for (number, receipt) in self.receipts.iter().enumerate() {
            let json = serde_json::to_vec(receipt).unwrap();
            receipts.take(&format!("receipt {number}"), &json, &self.keys);
        }
        let audit = Audit {
            source: files,
            pins: Pins {
                given: &self.keys,
                state: &self.state,
            },
            witnesses: &self.witnesses,
            demand: self.demand,
            opaque: false,
            records: RecordsFrom::Server,
            filters: self.filters.clone(),
            receipts,
            manifest: None,
        };
        let mut progress = Progress::hidden();
        let prefixes = Prefixes::of(listing);
        audit
            .site(listing, &prefixes, &mut progress, &mut |_| Ok(()))
            .unwrap()
    }

    /// What an audit finds: `check: place: what` of each finding.
    pub fn finds(&self, files: &Memory, listing: &SiteLogs) -> Vec<String> {
        let report = self.audit(files, listing).report;
        let findings = report.sections.iter().flat_map(Section::findings);
        let told = findings
            .map(|finding| format!("{}: {}: {}", finding.check, finding.place, finding.what));
        told.collect()
    }
}

/// A site's id.
pub fn site() -> SiteId {
    SITE.parse().unwrap()
}

/// Whether a report has a check with that outcome.
pub fn has(audited: &Audited, check: crate::report::Check, outcome: Outcome) -> bool {
    let lines = audited
        .report
        .sections
        .iter()
        .flat_map(|section| &section.checks);
    lines
        .filter(|line| line.check == check)
        .any(|line| line.outcome == outcome)
}
