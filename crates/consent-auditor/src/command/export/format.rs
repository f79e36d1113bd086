//! The formats of exported records.

use crate::source::records::Disclosure;
use anyhow::{Context as _, Result};
use clap::ValueEnum;
use consent_core::proof::{DisclosedRecord, table};
use consent_core::{Notice, NoticeHash, jsonld};
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
            csv.write_record(table::row(&disclosed.record))?;
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

/// Starts a CSV (RFC 4180), with the byte order mark by which spreadsheets recognize UTF-8.
fn begin_csv<W: std::io::Write>(mut file: W) -> Result<csv::Writer<W>> {
    file.write_all(table::BYTE_ORDER_MARK.as_bytes())?;
    let mut builder = csv::WriterBuilder::new();
    let mut csv = builder.terminator(csv::Terminator::CRLF).from_writer(file);
    csv.write_record(table::COLUMNS)?;
    Ok(csv)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::sample::Site;
    use consent_core::ConsentRecord;

    fn written(records: impl Iterator<Item = ConsentRecord>) -> String {
        let mut csv = begin_csv(Vec::new()).unwrap();
        for record in records {
            csv.write_record(table::row(&record)).unwrap();
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
