//! A log as anyone can read and check it, over HTTP.

use super::server::Api;
use super::site::SITE;
use consent_core::api::{LogSummary, SiteLogs};
use consent_core::{ConsentReceipt, LogEntry};
use consent_log::{
    BundleId, Checkpoint, Edge, Hash, SignedNote, TileId, TileReader, TlogProof, VerifierKey,
    consistency_proof, decode_bundle, decode_tile, verify_consistency,
};

/// A log, read by whoever trusts nothing but its key.
pub struct Log<'a> {
    api: &'a Api,
    pub origin: String,
    pub key: VerifierKey,
}

impl<'a> Log<'a> {
    pub fn of_site(api: &'a Api) -> Self {
        let [log] = &logs(api).logs[..] else {
            panic!("one log");
        };
        Self::new(api, log)
    }

    pub fn new(api: &'a Api, log: &LogSummary) -> Self {
        Self {
            api,
            origin: log.origin.to_string(),
            key: log.key.parse().unwrap(),
        }
    }

    pub fn anchor(api: &'a Api) -> Self {
        let anchor = logs(api).anchor;
        Self {
            api,
            origin: anchor.origin.to_string(),
            key: anchor.key.parse().unwrap(),
        }
    }

    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let path = format!("/log/{}/{path}", self.origin);
        let (status, headers, bytes) = self.api.get_whole(&path, "identity");
        assert_eq!(status, 200, "{path}");
        assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
        bytes
    }

    pub fn note(&self) -> SignedNote {
        let text = String::from_utf8(self.bytes("checkpoint")).unwrap();
        text.parse().unwrap()
    }

    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::open(&self.note(), &self.key).unwrap()
    }

    /// Every entry, as the bundles have them.
    pub fn entries(&self, size: u64) -> Vec<Vec<u8>> {
        (0..size.div_ceil(256))
            .flat_map(|index| {
                let bundle = BundleId::for_size(index, size).unwrap();
                let bytes = self.bytes(&format!("tile/entries/{bundle}"));
                let entries = decode_bundle(&bytes).unwrap();
                entries.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Checks that the tree as it is now begins with one that was signed before.
    pub fn assert_continues(&self, before: &Checkpoint) {
        let now = self.checkpoint();
        let proof = consistency_proof(before.size, now.size, &mut Tiles(self)).unwrap();
        verify_consistency(before.size, before.root, now.size, now.root, &proof).unwrap();
    }

    /// Reads everything, and checks that it is the tree that was signed.
    pub fn verify(&self) -> Vec<LogEntry> {
        let Checkpoint { size, root, .. } = self.checkpoint();
        let entries = self.entries(size);
        let (mut edge, mut tiles) = (Edge::empty(), Vec::new());
        for entry in &entries {
            edge.push(Hash::leaf(entry), &mut tiles);
        }
        assert_eq!((edge.size(), edge.root()), (size, root));
        for tile in tiles {
            let path = format!("tile/{}", TileId::full(tile.level, tile.index));
            assert_eq!(decode_tile(&self.bytes(&path)).unwrap(), tile.hashes);
        }
        let entries = entries.iter().map(|entry| LogEntry::from_bytes(entry));
        entries.map(Result::unwrap).collect()
    }
}

/// The tiles of a log, over HTTP.
struct Tiles<'a>(&'a Log<'a>);

impl TileReader for Tiles<'_> {
    type Error = consent_log::TileError;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Self::Error> {
        decode_tile(&self.0.bytes(&format!("tile/{tile}")))
    }
}

pub fn logs(api: &Api) -> SiteLogs {
    let answer = api.get(&format!("/v1/sites/{SITE}/logs"), &[]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

/// Checks a receipt as `docs/proof-format.md` says, and that its checkpoint is of a log of this key.
pub fn verify(receipt: &ConsentReceipt, key: &VerifierKey) -> Checkpoint {
    let entry = receipt.claimed_entry().unwrap();
    let proof: TlogProof = receipt.evidence.proof.parse().unwrap();
    assert_eq!(proof.index, receipt.index);
    let checkpoint = proof.verify(Hash::leaf(&entry.to_bytes()), key).unwrap();
    assert_eq!(checkpoint.origin, receipt.log.as_str());
    checkpoint
}
