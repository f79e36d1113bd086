//! A log of the sample: it is written to, and its files, receipts and proofs are made.

use super::{NOTICE, SITE, after};
use consent_core::calendar::Timestamp;
use consent_core::entry::{Erasure, ErasureReason, Event};
use consent_core::ident::{Salt, SubjectTag};
use consent_core::jurisdiction::JurisdictionFrom;
use consent_core::proof::{
    DisclosedRead, DisclosedRecord, ErasedRecord, KeptRead, ReadRequest, ReadText,
};
use consent_core::receipt::Evidence;
use consent_core::signals::Tool;
use consent_core::{
    ConsentReceipt, ConsentRecord, ConsentStatus, Decision, Layer, LogEntry, Method, NoticeHash,
    Purpose, ReceiptId, ReportId, Seed, ServiceAnswers, Sha256Digest,
};
use consent_log::{
    Checkpoint, Edge, Hash, SignedNote, SignerKey, TileId, TileReader, TlogProof, encode_bundle,
    encode_tile, inclusion_proof, right_edge,
};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// A log that is written to.
#[derive(Clone)]
pub struct Log {
    pub key: SignerKey,
    pub entries: Vec<Vec<u8>>,
    pub records: BTreeMap<u64, DisclosedRecord>,
    pub erased: Vec<ErasedRecord>,
    /// What the server tells of reads, oldest first.
    pub reads: Vec<KeptRead>,
}

impl Log {
    pub fn new(origin: &str) -> Self {
        let seed: [u8; 32] = Sha256Digest::of(origin.as_bytes()).as_bytes().to_owned();
        Self {
            key: SignerKey::ed25519(origin, &seed).unwrap(),
            entries: Vec::new(),
            records: BTreeMap::new(),
            erased: Vec::new(),
            reads: Vec::new(),
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
        self.push(
            time,
            Event::Publish {
                notice,
                configuration: None,
            },
        );
    }

    pub fn consent(&mut self) {
        let (place, time) = self.next();
        let disclosed = self.record(place, time);
        self.entries
            .push(disclosed.claimed_entry().to_bytes().to_vec());
        self.records.insert(place, disclosed);
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
            schema: ConsentRecord::SCHEMA,
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
            served_at: (place.is_multiple_of(2))
                .then_some(Timestamp::from_millis(time.as_millis() / 60_000 * 60_000).unwrap()),
            told: place
                .is_multiple_of(3)
                .then_some([Tool::Google, Tool::Matomo].into_iter().collect()),
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
            if let Some(disclosed) = self.records.remove(&index) {
                self.erased.push(ErasedRecord {
                    log: disclosed.record.log,
                    index,
                    time: disclosed.record.time,
                    erased_at: time,
                    reason,
                });
            }
        }
    }

    /// Somebody reads records.
    pub fn read(&mut self, query: &str) {
        let (index, time) = self.next();
        let read = ReadText {
            site: SITE.parse().unwrap(),
            grants: vec!["cabinet".parse().unwrap()],
            request: ReadRequest::Page,
            query: query.to_owned(),
            records: Some(1),
            erased: Some(0),
        };
        let salt = Salt::from_bytes(*Sha256Digest::of(query.as_bytes()).as_bytes());
        let kept = KeptRead {
            log: self.origin().parse().unwrap(),
            index,
            time,
            disclosed: Some(DisclosedRead { read, salt }),
        };
        let entry = kept.claimed_entry().unwrap();
        self.entries.push(entry.to_bytes().to_vec());
        self.reads.push(kept);
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
        let disclosed = &self.records[&place];
        let key = self.key.verifier().to_string();
        let proof = self.proof(place, size).to_string();
        disclosed
            .record
            .receipt(Evidence::new(disclosed, key, proof))
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
