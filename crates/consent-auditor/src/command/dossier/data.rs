//! The data in the file, from which the verifier in it recomputes everything: see `consent-widget/loader/dossier/data.ts`,
//! which reads it. The committed texts are not in it: the verifier reads those that the page shows.

use super::gather::{Gathered, LogOfAnswer};
use super::tree::{Anchored, Noted};
use super::words::Words;
use consent_core::commitment::SubjectOpening;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::proof::DisclosedRecord;
use consent_core::{Consent, ConsentStatus, Layer, Method};
use consent_log::Hash;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Everything, as JSON.
#[derive(Serialize)]
pub struct Data {
    words: Value,
    values: Value,
    checkpoints: Vec<Checkpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<String>,
    witnesses: Vec<String>,
    hashes: Vec<String>,
    records: Vec<Record>,
    noted: Vec<Entry>,
    notices: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Checkpoint {
    log: String,
    key: String,
    note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor_proof: Option<String>,
}

#[derive(Serialize)]
struct Place {
    checkpoint: usize,
    index: u64,
    path: Vec<usize>,
}

#[derive(Serialize)]
struct Record {
    #[serde(flatten)]
    place: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_salt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_hash: Option<String>,
    decision_salt: String,
}

#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    place: Place,
    entry: String,
}

/// Hashes, each once: paths to the root share most of theirs.
#[derive(Default)]
struct Pool {
    hashes: Vec<String>,
    known: HashMap<Hash, usize>,
}

impl Pool {
    fn number(&mut self, hash: Hash) -> usize {
        let hashes = &mut self.hashes;
        *self.known.entry(hash).or_insert_with(|| {
            hashes.push(hash.to_string());
            hashes.len() - 1
        })
    }
}

impl Data {
    /// The data of a dossier. `noted` are the entries that the page shows, in the order of their numbers there.
    pub fn of(gathered: &Gathered, noted: &[&Noted], words: Words) -> Self {
        let mut pool = Pool::default();
        let mut checkpoints = Vec::new();
        let mut numbers = HashMap::new();
        let anchor = gathered.anchor.as_ref();
        let anchor_key = anchor.map(|anchor| anchor.key.to_string());
        for log in &gathered.logs {
            if let Some(Anchored { signed, proof }) = &log.anchored {
                numbers.insert((&*log.origin, true), checkpoints.len());
                checkpoints.push(Checkpoint {
                    anchor_key: anchor_key.clone(),
                    anchor_proof: Some(proof.to_string()),
                    ..Checkpoint::of(log, signed.note.to_string())
                });
            }
            numbers.insert((&*log.origin, false), checkpoints.len());
            checkpoints.push(Checkpoint::of(log, log.newest.note.to_string()));
        }
        let logs: HashMap<_, _> = gathered
            .logs
            .iter()
            .map(|log| (&*log.origin, log))
            .collect();
        let mut place = |origin: &str, index: u64| {
            let log = logs.get(origin)?;
            let proved = log.proved.get(&index)?;
            let path = proved.path.iter().map(|hash| pool.number(*hash)).collect();
            Some(Place {
                checkpoint: *numbers.get(&(&*log.origin, proved.anchored))?,
                index,
                path,
            })
        };
        let records = gathered.answer.records.iter();
        let records = records.filter_map(|one| {
            let place = place(one.record.log.as_str(), one.record.index)?;
            Some(Record::of(one, place))
        });
        let records = records.collect();
        let noted = noted.iter().filter_map(|one| {
            Some(Entry {
                place: place(&one.log, one.index)?,
                entry: hex::encode(&one.bytes),
            })
        });
        let noted = noted.collect();
        let notices = gathered.notices.iter();
        let notices = notices.filter_map(|one| Some((one.hash.to_string(), one.bytes.clone()?)));
        Self {
            words: verifier_words(words),
            values: values(words),
            checkpoints,
            anchor: anchor_key,
            witnesses: anchor.map_or_else(Vec::new, |anchor| anchor.witnesses.clone()),
            notices: notices.collect(),
            records,
            noted,
            hashes: pool.hashes,
        }
    }

    /// The JSON, written so that it can stand in a script element (HTML, "Restrictions for contents of script elements").
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string(self)?.replace('<', "\\u003c"))
    }
}

impl Checkpoint {
    fn of(log: &LogOfAnswer, note: String) -> Self {
        Self {
            log: log.origin.clone(),
            key: log.key.to_string(),
            note,
            anchor_key: None,
            anchor_proof: None,
        }
    }
}

impl Record {
    fn of(one: &DisclosedRecord, place: Place) -> Self {
        let (subject_salt, subject_hash) = match one.salts.subject {
            SubjectOpening::Salt(salt) => (Some(salt.to_string()), None),
            SubjectOpening::Hash(hash) => (None, Some(hash.to_string())),
        };
        Self {
            place,
            subject_salt,
            subject_hash,
            decision_salt: one.salts.decision.to_string(),
        }
    }
}

fn verifier_words(words: Words) -> Value {
    let proof = words.proof;
    json!({
        "progress": proof.progress, "holds": proof.holds, "partial": proof.partial, "broken": proof.broken,
        "outcomes": {
            "passed": proof.passed, "failed": proof.failed, "unknown": proof.unknown, "pending": proof.pending,
        },
        "steps": {
            "shown": proof.step_shown, "texts": proof.step_texts, "log": proof.step_log,
            "signature": proof.step_signature, "anchor": proof.step_anchor, "witnesses": proof.step_witnesses,
        },
        "later": proof.anchored_later, "colon": words.document.colon,
    })
}

/// What can stand in each field of a record, in words, by what the committed text has there.
fn values(words: Words) -> Value {
    let record = words.record;
    let table = |pairs: Vec<(String, &'static str)>| -> Value {
        pairs
            .into_iter()
            .map(|(value, words)| (value, Value::from(words)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let statuses =
        ConsentStatus::OF_RECORDS.map(|one| (one.as_str().to_owned(), record.status(one)));
    let methods = Method::ALL.map(|one| (one.as_str().to_owned(), record.method(one)));
    let layers = Layer::ALL.map(|one| (one.as_str().to_owned(), record.layer(one)));
    let answers = [Consent::Granted, Consent::Denied];
    let answers = answers.map(|one| (one.as_str().to_owned(), record.consent(one)));
    let truths = [true, false].map(|one| (one.to_string(), record.truth(one)));
    let laws = Jurisdiction::ALL
        .iter()
        .map(|law| (law.as_str().to_owned(), words.law(*law)));
    let document = words.document;
    json!({
        "status": table(statuses.into()), "method": table(methods.into()), "layer": table(layers.into()),
        "answer": table(answers.into()), "trusted": table(truths.clone().into()), "gpc": table(truths.into()),
        "jurisdiction": table(laws.collect()), "jurisdiction_from": { "site": record.from_site, "place": record.from_place },
        "reason": { "1": document.reason_holder, "2": document.reason_retention, "3": document.reason_departure },
    })
}
