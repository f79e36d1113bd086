//! A store in memory that fails on demand, and what a log must hold to whatever happens to it.

use super::*;
use crate::storage::error::StoreError;
use consent_log::{FullTile, SignerKey, verify_consistency};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What can go wrong with a commit. Each is something that a disk, a network or a second writer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Nothing was written, and it says so.
    Refused,
    /// Everything was written, and it says that nothing was.
    WrittenAndRefused,
    /// The rows and tiles were written, the end of the log was not.
    Torn,
    /// Another writer has appended meanwhile.
    SecondWriter,
}

const FAULTS: [Fault; 4] = [
    Fault::Refused,
    Fault::WrittenAndRefused,
    Fault::Torn,
    Fault::SecondWriter,
];

/// What is on the disk: it outlives every log that is opened on it.
#[derive(Default)]
struct Disk {
    head: Option<Head>,
    entries: BTreeMap<u64, Vec<u8>>,
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
    next_fault: Option<Fault>,
}

#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Disk>>);

impl Row for Vec<u8> {
    fn entry(&self) -> Vec<u8> {
        self.clone()
    }
}

impl Disk {
    fn write(&mut self, before: u64, rows: &[Vec<u8>], tiles: &[FullTile]) {
        for (place, row) in (before..).zip(rows) {
            self.entries.insert(place, row.clone());
        }
        for tile in tiles {
            self.tiles
                .insert((tile.level, tile.index), tile.hashes.clone());
        }
    }
}

impl Store for Memory {
    type Row = Vec<u8>;

    fn head(&self) -> Result<Option<Head>, StoreError> {
        Ok(self.0.borrow().head.clone())
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        Ok(self.0.borrow().tiles.get(&(level, index)).cloned())
    }

    fn entries(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let disk = self.0.borrow();
        Ok(disk
            .entries
            .range(from..to)
            .map(|(_, entry)| entry.clone())
            .collect())
    }

    fn commit(&self, commit: &Commit<Vec<u8>>) -> Result<(), StoreError> {
        let fault = self.0.borrow_mut().next_fault.take();
        if fault == Some(Fault::SecondWriter) {
            log(self).append(&[b"another".to_vec()], at(5)).unwrap();
        }
        let mut disk = self.0.borrow_mut();
        let failed = || Err(StoreError::statement("commit", format!("{fault:?}")));
        if disk.head.as_ref().map_or(0, |head| head.size) != commit.before {
            return failed();
        }
        if fault == Some(Fault::Refused) {
            return failed();
        }
        disk.write(commit.before, commit.rows, commit.tiles);
        if fault == Some(Fault::Torn) {
            return failed();
        }
        disk.head = Some(commit.head.clone());
        if fault == Some(Fault::WrittenAndRefused) {
            return failed();
        }
        Ok(())
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn log(disk: &Memory) -> Log<Memory> {
    let key = SignerKey::ed25519("temoin.example/log", &[1; 32]).unwrap();
    Log::new(disk.clone(), "temoin.example/log".parse().unwrap(), key)
}

fn rows(from: u64, count: u64) -> Vec<Vec<u8>> {
    (from..from + count)
        .map(|n| n.to_be_bytes().to_vec())
        .collect()
}

/// Everything that anyone could ask of a log is right, by what is signed alone.
fn verify(log: &Log<Memory>) -> Checkpoint {
    let note = log.head().unwrap().checkpoint.clone();
    let signed = Checkpoint::open(&note, &log.key.verifier()).unwrap();
    assert_eq!(signed.size, log.head().unwrap().size);
    let entries = log.store.entries(0, signed.size).unwrap();
    let (mut edge, mut tiles) = (Edge::empty(), Vec::new());
    for (place, entry) in (0..).zip(&entries) {
        edge.push(Hash::leaf(entry), &mut tiles);
        if place % 61 == 0 || place + 1 == signed.size {
            let proof = log.proof(place).unwrap();
            proof
                .verify(Hash::leaf(entry), &log.key.verifier())
                .unwrap();
        }
    }
    assert_eq!((edge.size(), edge.root()), (signed.size, signed.root));
    for tile in tiles {
        let id = TileId::full(tile.level, tile.index);
        assert_eq!(log.tile(id).unwrap().unwrap(), tile.hashes);
    }
    signed
}

fn grows(before: &Checkpoint, log: &Log<Memory>) -> Checkpoint {
    let after = verify(log);
    let proof = log.consistency_between(before.size, after.size).unwrap();
    verify_consistency(before.size, before.root, after.size, after.root, &proof).unwrap();
    after
}

#[test]
fn a_log_grows_over_tiles_and_restarts() {
    let disk = Memory::default();
    let mut before = verify(&log(&disk));
    assert_eq!(before.size, 0);
    for (round, count) in (0..).zip([1, 254, 1, 1, 255, 300, 1, 800]) {
        let first = log(&disk);
        first.append(&rows(before.size, count), at(round)).unwrap();
        before = grows(&before, &first);
        assert_eq!(verify(&log(&disk)), before, "opened again, it is the same");
    }
}

#[test]
fn after_every_fault_at_every_size_the_log_goes_on_and_has_forgotten_nothing_signed() {
    for fault in FAULTS {
        for size in [0, 1, 255, 256, 257, 511, 512] {
            let disk = Memory::default();
            let log_before = log(&disk);
            if size > 0 {
                log_before.append(&rows(0, size), at(1)).unwrap();
            }
            let before = verify(&log_before);
            disk.0.borrow_mut().next_fault = Some(fault);
            let failed = log_before.append(&rows(1000, 3), at(2));
            assert!(failed.is_err(), "{fault:?} at {size}");
            let now = match fault {
                Fault::Refused | Fault::Torn => size,
                Fault::WrittenAndRefused => size + 3,
                Fault::SecondWriter => size + 1,
            };
            // The same log, and one opened anew, as after a crash.
            for again in [&log_before, &log(&disk)] {
                assert_eq!(grows(&before, again).size, now, "{fault:?} at {size}");
            }
            log_before.append(&rows(2000, 2), at(3)).unwrap();
            assert_eq!(grows(&before, &log_before).size, now + 2);
            assert_eq!(verify(&log(&disk)).size, now + 2);
        }
    }
}

#[test]
fn a_log_whose_entries_are_not_those_signed_serves_and_takes_nothing() {
    let disk = Memory::default();
    log(&disk).append(&rows(0, 300), at(1)).unwrap();
    for place in [256, 299] {
        let entry = disk
            .0
            .borrow_mut()
            .entries
            .insert(place, b"forged".to_vec());
        let refused = log(&disk).append(&rows(300, 1), at(2)).unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("do not give the root that was signed")
        );
        assert!(log(&disk).proof(0).is_err());
        disk.0.borrow_mut().entries.insert(place, entry.unwrap());
    }
    disk.0.borrow_mut().entries.remove(&280);
    assert!(
        log(&disk).append(&rows(300, 1), at(2)).is_err(),
        "nor one with a gap"
    );
}

#[test]
fn a_log_whose_checkpoint_another_key_signed_is_not_continued() {
    let disk = Memory::default();
    log(&disk).append(&rows(0, 3), at(1)).unwrap();
    let other = SignerKey::ed25519("temoin.example/log", &[2; 32]).unwrap();
    let other = Log::new(disk.clone(), "temoin.example/log".parse().unwrap(), other);
    assert!(other.append(&rows(3, 1), at(2)).is_err());
    assert_eq!(verify(&log(&disk)).size, 3);
}

#[test]
fn nothing_past_the_end_is_served_even_if_it_was_written() {
    let disk = Memory::default();
    let log = log(&disk);
    log.append(&rows(0, 255), at(1)).unwrap();
    disk.0.borrow_mut().next_fault = Some(Fault::Torn);
    assert!(log.append(&rows(255, 10), at(2)).is_err());
    assert_eq!(log.tile(TileId::full(0, 0)).unwrap(), None);
    assert_eq!(log.bundle("000".parse().unwrap()).unwrap(), None);
    assert!(log.bundle("000.p/255".parse().unwrap()).unwrap().is_some());
}
