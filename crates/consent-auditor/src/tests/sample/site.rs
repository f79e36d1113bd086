//! The sample's site: its logs, the anchor, a witness, and what a server would serve of them.

use super::log::Log;
use super::{NOTICE, SITE, after, records_path};
use crate::source::Memory;
use consent_core::api::{AnchorSummary, ConsentPage, LogSummary, SiteLogs};
use consent_core::entry::ErasureReason;
use consent_core::{ConsentReceipt, NoticeHash};
use consent_log::{SignedNote, SignerKey};
use std::collections::BTreeMap;

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
        memory.set_page(&self.page());
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

impl Memory {
    /// Makes this the answer to a query for records.
    pub fn set_page(&mut self, page: &ConsentPage) {
        let json = serde_json::to_vec(page).unwrap();
        self.files.insert(records_path(), json);
    }
}
