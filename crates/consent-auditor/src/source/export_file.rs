//! A file that `GET /v1/sites/SITE/export` answered, read line by line: only one of them is in memory.

use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use anyhow::{Context as _, Result};
use consent_core::Sha256Digest;
use consent_core::api::{ExportEnd, ExportHead, ExportStart, ExportSums, OtherLine};
use consent_core::proof::{DisclosedRecord, ErasedRecord, OtherRecord};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

/// The longest line that is read, in bytes: that of a record is a thousandth of it.
const LONGEST_LINE: u64 = 16 << 20;

/// The file.
pub struct ExportFile {
    shown: String,
    reader: BufReader<File>,
    hash: Sha256,
    line: u64,
    sums: ExportSums,
}

/// What a line has.
#[derive(Debug)]
pub enum Line {
    /// A record that passes the filters.
    Record(Box<DisclosedRecord>),
    /// What is left of one that was erased.
    Erased(ErasedRecord),
    /// What shows that one does not pass.
    Other(Box<OtherRecord>),
}

impl ExportFile {
    /// Opens it, and reads what it is of.
    pub fn open(path: &Path) -> Result<(Self, ExportHead), Failure> {
        let shown = path.display().to_string();
        let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
        let mut export = Self {
            shown,
            reader: BufReader::new(file),
            hash: Sha256::new(),
            line: 0,
            sums: ExportSums::default(),
        };
        let first = export.read()?.unwrap_or_default();
        let start: ExportStart = serde_json::from_slice(&first)
            .map_err(|error| export.wrong("this does not begin as an export", error))?;
        if start.export.format != ExportHead::FORMAT {
            let what = "this is an export of another format";
            let finding = Finding::new(Check::Manifest, export.place(), what);
            let finding = finding.expected(ExportHead::FORMAT, &start.export.format);
            return Err(finding.into());
        }
        export.hash.update(&first);
        Ok((export, start.export))
    }

    /// The line that was read last, in words.
    pub fn place(&self) -> String {
        format!("line {} of {}", self.line, self.shown)
    }

    /// How many lines of each kind were read.
    pub const fn sums(&self) -> ExportSums {
        self.sums
    }

    /// The next line; nothing after the end mark, which must be there, be right, and come last.
    pub fn next(&mut self) -> Result<Option<Line>, Failure> {
        let Some(bytes) = self.read()? else {
            let finding = Finding::new(Check::Manifest, &self.shown, "the export was cut");
            let expected = "a last line {\"end\":…}";
            return Err(finding.expected(expected, "none").into());
        };
        if bytes.starts_with(b"{\"end\":") {
            self.end(&bytes)?;
            return Ok(None);
        }
        let line = self.parse(&bytes)?;
        self.hash.update(&bytes);
        match line {
            Line::Record(_) => self.sums.records += 1,
            Line::Erased(_) => self.sums.erased += 1,
            Line::Other(_) => self.sums.others += 1,
        }
        Ok(Some(line))
    }

    fn parse(&self, bytes: &[u8]) -> Result<Line, Failure> {
        if bytes.starts_with(b"{\"other\":") {
            let line = serde_json::from_slice(bytes).map(|line: OtherLine| line.other);
            let wrong = |error| self.wrong("this shows nothing of a record", error);
            return Ok(Line::Other(Box::new(line.map_err(wrong)?)));
        }
        if let Ok(erased) = serde_json::from_slice(bytes) {
            return Ok(Line::Erased(erased));
        }
        let record = serde_json::from_slice(bytes);
        let wrong = |error| self.wrong("this is not a record", error);
        Ok(Line::Record(Box::new(record.map_err(wrong)?)))
    }

    fn end(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let end: ExportEnd = serde_json::from_slice(bytes)
            .map_err(|error| self.wrong("this is not the end of an export", error))?;
        let hash = std::mem::take(&mut self.hash);
        let found = ExportSums {
            sha256: Some(Sha256Digest::from_bytes(hash.finalize().into())),
            ..self.sums
        };
        let in_words = |sums: &ExportSums| {
            let sha256 = sums
                .sha256
                .map_or_else(String::new, |hash| hash.to_string());
            let (records, erased, others) = (sums.records, sums.erased, sums.others);
            format!("{records} records, {erased} erased, {others} others, SHA-256 {sha256}")
        };
        if end.end != found {
            let what = "the lines before are not those that the end mark names";
            let finding = Finding::new(Check::Manifest, self.place(), what);
            let finding = finding.expected(in_words(&end.end), in_words(&found));
            return Err(finding.into());
        }
        if self.read()?.is_some() {
            let what = "there is something after the end mark";
            return Err(Finding::new(Check::Manifest, self.place(), what).into());
        }
        Ok(())
    }

    /// Reads a line with its newline; nothing at the end of the file.
    fn read(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut bytes = Vec::new();
        let read = (&mut self.reader).take(LONGEST_LINE);
        let read = { read }.read_until(b'\n', &mut bytes);
        read.with_context(|| format!("{} cannot be read", self.shown))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        if bytes.ends_with(b"}\n") {
            return Ok(Some(bytes));
        }
        Err(self.wrong("this line is cut, or is no JSON", "no } at its end"))
    }

    fn wrong(&self, what: &str, found: impl std::fmt::Display) -> Failure {
        let finding = Finding::new(Check::Manifest, self.place(), what);
        let expected = "a line as the server writes it (docs/proof-format.md)";
        finding.expected(expected, found).into()
    }
}
