//! The formats of exported records.

use crate::source::records::Disclosure;
use anyhow::{Context as _, Result};
use clap::ValueEnum;
use consent_core::proof::DisclosedRecord;
use consent_core::{Consent, ConsentRecord, Notice, NoticeHash, Purpose, jsonld};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// A format of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object on each line, with the salts
    Ndjson,
    /// For a spreadsheet, with a column for each purpose
    Csv,
    /// With the terms of ISO/IEC TS 27560 and the W3C Data Privacy Vocabulary
    Jsonld,
}

/// The files that records are written to.
pub struct Writers {
    folder: PathBuf,
    ndjson: Option<BufWriter<File>>,
    erased: BufWriter<File>,
    csv: Option<csv::Writer<BufWriter<File>>>,
    jsonld: Option<JsonLd>,
}

struct JsonLd {
    file: BufWriter<File>,
    notices: HashMap<NoticeHash, Notice>,
    empty: bool,
}

impl Writers {
    /// Creates the files of these formats.
    pub fn new(folder: &Path, formats: &[Format]) -> Result<Self> {
        let create = |name: &str| {
            let path = folder.join(name);
            let file = File::create(&path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            anyhow::Ok(BufWriter::new(file))
        };
        let wanted = |format| formats.contains(&format);
        let mut writers = Self {
            folder: folder.to_owned(),
            erased: create("erased.ndjson")?,
            ndjson: None,
            csv: None,
            jsonld: None,
        };
        if wanted(Format::Ndjson) {
            writers.ndjson = Some(create("records.ndjson")?);
        }
        if wanted(Format::Csv) {
            writers.csv = Some(begin_csv(create("records.csv")?)?);
        }
        if wanted(Format::Jsonld) {
            writers.jsonld = Some(JsonLd {
                file: create("records.jsonld")?,
                notices: HashMap::new(),
                empty: true,
            });
        }
        Ok(writers)
    }

    /// Writes one disclosure.
    pub fn write(&mut self, disclosure: &Disclosure) -> Result<()> {
        let disclosed = match disclosure {
            Disclosure::Record(claim) => &claim.disclosed,
            Disclosure::Erased(erased) => {
                serde_json::to_writer(&mut self.erased, erased)?;
                return Ok(self.erased.write_all(b"\n")?);
            }
        };
        if let Some(ndjson) = &mut self.ndjson {
            serde_json::to_writer(&mut *ndjson, disclosed)?;
            ndjson.write_all(b"\n")?;
        }
        if let Some(csv) = &mut self.csv {
            csv.write_record(row(&disclosed.record).map(defuse))?;
        }
        if let Some(jsonld) = &mut self.jsonld {
            jsonld.write(disclosed, &self.folder)?;
        }
        Ok(())
    }

    /// Completes the files.
    pub fn finish(self) -> Result<()> {
        if let Some(mut ndjson) = self.ndjson {
            ndjson.flush()?;
        }
        if let Some(mut csv) = self.csv {
            csv.flush()?;
        }
        if let Some(mut jsonld) = self.jsonld {
            jsonld
                .file
                .write_all(if jsonld.empty { b"[]\n" } else { b"\n]\n" })?;
            jsonld.file.flush()?;
        }
        let mut erased = self.erased;
        Ok(erased.flush()?)
    }
}

impl JsonLd {
    fn write(&mut self, disclosed: &DisclosedRecord, folder: &Path) -> Result<()> {
        let hash = disclosed.record.notice;
        let notice = match self.notices.entry(hash) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => {
                let path = folder.join(format!("notices/{hash}.json"));
                let read = || anyhow::Ok(serde_json::from_slice(&std::fs::read(&path)?)?);
                vacant.insert(read().with_context(|| {
                    format!("JSON-LD needs the notice {hash}, which cannot be read from the export")
                })?)
            }
        };
        self.file
            .write_all(if self.empty { b"[\n" } else { b",\n" })?;
        self.empty = false;
        serde_json::to_writer(&mut self.file, &jsonld::record(&disclosed.record, notice))?;
        Ok(())
    }
}

/// The columns of the CSV.
const COLUMNS: [&str; 23] = [
    "receipt",
    "time",
    "valid_until",
    "status",
    "necessary",
    "preferences",
    "statistics",
    "marketing",
    "services",
    "method",
    "chosen_at",
    "layer",
    "trusted",
    "language",
    "jurisdiction",
    "gpc",
    "policy_version",
    "notice",
    "subject",
    "previous",
    "log",
    "index",
    "served_at",
];

/// Starts a CSV (RFC 4180), with the byte order mark by which spreadsheets recognize UTF-8.
fn begin_csv<W: std::io::Write>(mut file: W) -> Result<csv::Writer<W>> {
    file.write_all("\u{feff}".as_bytes())?;
    let mut builder = csv::WriterBuilder::new();
    let mut csv = builder.terminator(csv::Terminator::CRLF).from_writer(file);
    csv.write_record(COLUMNS)?;
    Ok(csv)
}

fn row(record: &ConsentRecord) -> [String; 23] {
    let decided = |purpose| record.decision.get(purpose).as_str().to_owned();
    let [necessary, preferences, statistics, marketing] = Purpose::ALL.map(decided);
    let services: Vec<_> = record
        .services
        .iter()
        .map(|(service, consent): (_, Consent)| format!("{service} {}", consent.as_str()))
        .collect();
    [
        record.receipt.to_string(),
        record.time.to_string(),
        record.valid_until.to_string(),
        record.status.as_str().to_owned(),
        necessary,
        preferences,
        statistics,
        marketing,
        services.join(", "),
        record.method.as_str().to_owned(),
        record
            .chosen_at
            .map(|time| time.to_string())
            .unwrap_or_default(),
        record.layer.as_str().to_owned(),
        record.trusted.to_string(),
        record.language.to_string(),
        text_of(&record.jurisdiction),
        record.gpc.to_string(),
        text_of(&record.policy_version),
        record.notice.to_string(),
        record.subject.to_string(),
        record
            .previous
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        record.log.to_string(),
        record.index.to_string(),
        record
            .served_at
            .map(|time| time.to_string())
            .unwrap_or_default(),
    ]
}

/// The text of a value that is a string in JSON.
fn text_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Puts a quote before what a spreadsheet would run as a formula.
fn defuse(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::sample::Site;

    fn written(records: impl Iterator<Item = ConsentRecord>) -> String {
        let mut csv = begin_csv(Vec::new()).unwrap();
        for record in records {
            csv.write_record(row(&record).map(defuse)).unwrap();
        }
        String::from_utf8(csv.into_inner().unwrap()).unwrap()
    }

    #[test]
    fn a_spreadsheet_opens_it_and_runs_none_of_it() {
        let site = Site::small();
        let mut record = site.logs[0].records[&2].record.clone();
        record.policy_version = "=HYPERLINK(\"x\"), 2".to_owned().try_into().unwrap();
        let csv = written([record].into_iter());
        let lines: Vec<_> = csv.split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}receipt,time,"));
        assert!(
            lines[1].contains(r#","'=HYPERLINK(""x""), 2","#),
            "{}",
            lines[1]
        );
        assert!(lines[1].contains(",granted,denied,granted,denied,"));
        assert_eq!(lines[2..], [""]);
        for cell in ["=1", "+1", "-1", "@a", "\ta", "\ra"] {
            assert_eq!(defuse(cell.to_owned()), format!("'{cell}"));
        }
        assert_eq!(defuse("a=1".to_owned()), "a=1");
    }

    #[test]
    fn every_row_reads_back_with_as_many_cells_as_there_are_columns() {
        let site = Site::small();
        let records = site.logs[1]
            .records
            .values()
            .map(|told| told.record.clone());
        let csv = written(records);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        assert_eq!(reader.records().map(Result::unwrap).count(), 286);
    }
}
