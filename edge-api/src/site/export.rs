//! `GET /v1/sites/SITE/export`: every record that passes the filters, as a file.
//!
//! The objects are asked for one piece after another ([`super::proofs`]), each when the client has taken the one before:
//! of a million records, only one piece is ever in memory, and between two of them an object keeps whatever consents have
//! come. What a client gets goes up to the checkpoints that the first line names, whatever comes meanwhile. Where a piece
//! cannot be had, the answer breaks off: a client sees a broken transfer, and the file has no end mark.

use crate::clock::now;
use crate::directory;
use crate::http::auth::Permission;
use crate::http::csv::rows;
use crate::http::error::ApiError;
use crate::http::query::{Query, Repeated};
use crate::http::response;
use crate::site::client;
use crate::site::protocol::PieceRequest;
use crate::site::query::{ConsentQuery, Cursor, Paging};
use crate::site::search::{keep_read, part, read, read_back};
use crate::site::store::LogNumber;
use consent_core::api::{
    ExportEnd, ExportHead, ExportProof, ExportStart, ExportSums, ExportedLog, OtherLine,
};
use consent_core::field::FieldError;
use consent_core::log_origin::{Shard, Shards};
use consent_core::proof::read::ReadRequest;
use consent_core::proof::{DisclosedRecord, ErasedRecord, jsonld, table};
use consent_core::{Notice, NoticeHash, Sha256Digest, SiteId};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use worker::{Delay, Env, Request, Response, console_error};

/// Notices that are kept in memory while records are written as JSON-LD, at most.
const MOST_NOTICES: usize = 16;

/// How long an export pauses between two pieces, at most, while visitors report.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// JSON, one record on a line, with the salts: the form that can be verified.
    NdJson,
    /// For a spreadsheet.
    Csv,
    /// In the words of the Data Privacy Vocabulary.
    JsonLd,
}

impl Format {
    const ALL: [Self; 3] = [Self::NdJson, Self::Csv, Self::JsonLd];

    const fn as_str(self) -> &'static str {
        match self {
            Self::NdJson => "ndjson",
            Self::Csv => "csv",
            Self::JsonLd => "jsonld",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::NdJson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLd => "application/ld+json",
        }
    }
}

/// What is asked for beside the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Options {
    format: Format,
    proof: ExportProof,
}

impl Options {
    /// Reads `format` and `proof`; what else there is are filters.
    fn parse(query: &Query<'_>) -> Result<Self, Vec<FieldError>> {
        let (mut format, mut proof) = (Format::NdJson, None);
        let mut errors = query
            .read(Repeated::Last, |name, value| {
                match name {
                    "format" => {
                        let found = Format::ALL.into_iter().find(|one| one.as_str() == value);
                        format = found.ok_or("must be one of ndjson, csv, jsonld")?;
                    }
                    "proof" => {
                        let mut all = ExportProof::ALL.into_iter();
                        let found = all.find(|one| one.as_str() == value);
                        proof = Some(found.ok_or("must be one of complete, records")?);
                    }
                    _ => {}
                }
                Ok(())
            })
            .err()
            .unwrap_or_default();
        if proof == Some(ExportProof::Complete) && format != Format::NdJson {
            let why = "complete needs format=ndjson: the other forms have no salts, so they prove nothing";
            errors.push(FieldError::new("proof", why));
        }
        let of_format = match format {
            Format::NdJson => ExportProof::Complete,
            Format::Csv | Format::JsonLd => ExportProof::Records,
        };
        if errors.is_empty() {
            let proof = proof.unwrap_or(of_format);
            Ok(Self { format, proof })
        } else {
            Err(errors)
        }
    }
}

/// `GET /v1/sites/SITE/export`
pub async fn serve(
    env: &Env,
    site: &SiteId,
    permission: &Permission,
    request: &Request,
) -> Result<Response, ApiError> {
    let text = request.url()?.query().unwrap_or_default().to_owned();
    let options = Options::parse(&Query::parse(&text));
    let read = read(env, site, request, Paging::Export).await;
    let (options, (text, query, shards)) = match (options, read) {
        (Ok(options), Ok(read)) => (options, read),
        (Err(mut errors), Err(ApiError::Malformed(more))) => {
            errors.extend(more);
            return Err(ApiError::Malformed(errors));
        }
        (Err(errors), Ok(_)) => return Err(ApiError::Malformed(errors)),
        (_, Err(error)) => return Err(error),
    };
    let export = Export::begin(env, site, text.clone(), &query, options, shards).await?;
    // How many it will have, nobody knows yet.
    keep_read(env, site, permission, ReadRequest::Export, text, None).await?;
    let name = export.file_name();
    let mut response = Response::from_stream(export.stream())?;
    let headers = response.headers_mut();
    headers.set("content-type", options.format.media_type())?;
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.set("content-disposition", &disposition)?;
    response::keep_from_caches(headers)?;
    Ok(response)
}

/// An export under way.
struct Export {
    env: Env,
    site: SiteId,
    /// The query of the address.
    text: String,
    options: Options,
    shards: Shards,
    /// The logs of each shard, with their sizes when it was begun.
    sizes: HashMap<Shard, Vec<(LogNumber, u64)>>,
    head: Rc<ExportHead>,
    /// How many entries the logs of each shard had at its last piece.
    entries: HashMap<Shard, u64>,
    writer: Writer,
    sums: ExportSums,
    stage: Stage,
}

/// What comes next.
enum Stage {
    Head,
    Piece(Cursor),
    End,
    Done,
}

impl Export {
    /// Fixes up to where it goes.
    async fn begin(
        env: &Env,
        site: &SiteId,
        text: String,
        query: &ConsentQuery,
        options: Options,
        shards: Shards,
    ) -> Result<Self, ApiError> {
        let (mut sizes, mut logs) = (HashMap::new(), Vec::new());
        let made_at = now();
        for shard in shards.iter() {
            let of_shard = client::checkpoints(env, site, shard).await?;
            let of_shard = of_shard.into_iter().map(|one| {
                let up_to = (one.number, one.log.size);
                logs.push(one.log);
                up_to
            });
            sizes.insert(shard, of_shard.collect());
        }
        let head = Rc::new(ExportHead {
            format: ExportHead::FORMAT.to_owned(),
            site: site.clone(),
            made_at,
            filters: query.filters(),
            proof: options.proof,
            logs,
        });
        Ok(Self {
            env: env.clone(),
            site: site.clone(),
            text,
            options,
            shards,
            sizes,
            entries: HashMap::new(),
            writer: Writer {
                format: options.format,
                hash: Sha256::new(),
                first: true,
                notices: HashMap::new(),
            },
            head,
            sums: ExportSums::default(),
            stage: Stage::Head,
        })
    }

    /// The name under which browsers save it.
    fn file_name(&self) -> String {
        let day: String = self.head.made_at.to_string().chars().take(10).collect();
        let ending = self.options.format.as_str();
        format!("{}-consents-{day}.{ending}", self.site)
    }

    /// Its bytes, each piece when it is asked for.
    fn stream(self) -> impl Stream<Item = Result<Vec<u8>, worker::Error>> {
        stream::try_unfold(self, |mut export| async move {
            match export.next().await {
                Ok(bytes) => Ok(bytes.map(|bytes| (bytes, export))),
                Err(error) => {
                    console_error!("an export of {} broke off: {}", export.site, error.to_log());
                    Err(worker::Error::RustError("the export broke off".to_owned()))
                }
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, ApiError> {
        loop {
            match self.stage {
                Stage::Head => {
                    self.stage = Stage::Piece(Cursor::START);
                    let head = Rc::clone(&self.head);
                    return self.writer.start(&head).map(Some);
                }
                Stage::Piece(start) => {
                    let bytes = self.piece(start).await?;
                    // Nothing would tell the client that there is more to come.
                    if !bytes.is_empty() {
                        return Ok(Some(bytes));
                    }
                }
                Stage::End => {
                    self.stage = Stage::Done;
                    let head = Rc::clone(&self.head);
                    return self.writer.end(&head, self.sums).map(Some);
                }
                Stage::Done => return Ok(None),
            }
        }
    }

    async fn piece(&mut self, start: Cursor) -> Result<Vec<u8>, ApiError> {
        let asked = PieceRequest {
            query: part(&self.text, start, None),
            others: self.options.proof == ExportProof::Complete,
            sizes: self.sizes.get(&start.shard).cloned().unwrap_or_default(),
        };
        let asked_at = now();
        let piece = client::export_piece(&self.env, &self.site, start.shard, asked).await?;
        self.stage = match piece.next.as_deref().map(read_back).transpose()? {
            // The site's objects go on in order, so that this ends.
            Some(next) if next > start && self.shards.contains(next.shard) => Stage::Piece(next),
            Some(_) => return Err(ApiError::Internal("a piece does not go on".to_owned())),
            None => Stage::End,
        };
        let waits = Duration::from_millis(
            u64::try_from(now().as_millis() - asked_at.as_millis()).unwrap_or(0),
        );
        if self
            .entries
            .insert(start.shard, piece.entries)
            .is_some_and(|before| before < piece.entries)
        {
            // Visitors report meanwhile: theirs are nine parts in ten of the object's time.
            Delay::from((waits * 9).min(LONGEST_PAUSE)).await;
        }
        self.sums.records += piece.records;
        self.sums.erased += piece.erased;
        self.sums.others += piece.others;
        self.writer.lines(&self.env, piece.lines).await
    }
}

/// A line that an object gave, where it is not passed on as it is.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Record(Box<DisclosedRecord>),
    Erased(ErasedRecord),
    Other(#[expect(dead_code, reason = "only told from the others")] Box<OtherLine>),
}

/// Writes an export in its form.
struct Writer {
    format: Format,
    /// Of all bytes so far.
    hash: Sha256,
    /// Whether no record was written yet.
    first: bool,
    notices: HashMap<NoticeHash, Rc<Notice>>,
}

impl Writer {
    fn start(&mut self, head: &ExportHead) -> Result<Vec<u8>, ApiError> {
        let bytes = match self.format {
            Format::NdJson => line(&ExportStart {
                export: head.clone(),
            })?,
            Format::Csv => {
                let mut bytes = table::BYTE_ORDER_MARK.as_bytes().to_vec();
                let columns = table::COLUMNS.into_iter().chain(["erased_at", "reason"]);
                bytes.extend(rows([columns.map(str::to_owned).collect()])?);
                bytes
            }
            Format::JsonLd => {
                let mut members = json!({
                    "@context": jsonld::context(),
                    "@type": "temoin:Export",
                    "dct:conformsTo": "ISO/IEC TS 27560:2023",
                    "dct:created": { "@type": "xsd:dateTime", "@value": head.made_at },
                    "temoin:format": head.format,
                    "temoin:site": head.site,
                    "temoin:filters": { "@type": "@json", "@value": head.filters },
                    "temoin:checkpoint": head.logs.iter().map(checkpoint).collect::<Vec<_>>(),
                })
                .to_string();
                // The records come before the end of this object.
                members.pop();
                format!("{members},\n\"@graph\":[").into_bytes()
            }
        };
        self.hash.update(&bytes);
        Ok(bytes)
    }

    async fn lines(&mut self, env: &Env, lines: String) -> Result<Vec<u8>, ApiError> {
        let bytes = match self.format {
            Format::NdJson => lines.into_bytes(),
            Format::Csv => {
                let mut cells = Vec::new();
                for line in lines.lines() {
                    cells.push(match serde_json::from_str(line)? {
                        Line::Record(disclosed) => {
                            let row = table::row(&disclosed.record).into_iter();
                            row.chain([String::new(), String::new()]).collect()
                        }
                        Line::Erased(erased) => erased_row(&erased),
                        Line::Other(_) => continue,
                    });
                }
                rows(cells)?
            }
            Format::JsonLd => {
                let mut text = String::new();
                for line in lines.lines() {
                    let node = match serde_json::from_str(line)? {
                        Line::Record(disclosed) => {
                            let record = &disclosed.record;
                            jsonld::node(record, &*self.notice(env, record.notice).await?)
                        }
                        Line::Erased(erased) => jsonld::erased(&erased),
                        Line::Other(_) => continue,
                    };
                    text.push_str(if self.first { "\n" } else { ",\n" });
                    text.push_str(&node.to_string());
                    self.first = false;
                }
                text.into_bytes()
            }
        };
        self.hash.update(&bytes);
        Ok(bytes)
    }

    fn end(&mut self, head: &ExportHead, sums: ExportSums) -> Result<Vec<u8>, ApiError> {
        let before = std::mem::take(&mut self.hash);
        let end = ExportSums {
            sha256: Some(Sha256Digest::from_bytes(before.finalize().into())),
            ..sums
        };
        match self.format {
            Format::NdJson => line(&ExportEnd { end }),
            Format::Csv => {
                let mut cells: Vec<_> = head.logs.iter().map(checkpoint_row).collect();
                cells.push(end_row(end));
                rows(cells)
            }
            Format::JsonLd => {
                Ok(format!("\n],\n\"temoin:end\":{}}}\n", end_node(end)).into_bytes())
            }
        }
    }

    async fn notice(&mut self, env: &Env, hash: NoticeHash) -> Result<Rc<Notice>, ApiError> {
        if let Some(known) = self.notices.get(&hash) {
            return Ok(Rc::clone(known));
        }
        let text = directory::client::notice(env, hash).await?;
        let notice: Rc<Notice> = Rc::new(serde_json::from_str(&text)?);
        if self.notices.len() >= MOST_NOTICES {
            self.notices.clear();
        }
        self.notices.insert(hash, Rc::clone(&notice));
        Ok(notice)
    }
}

/// JSON on a line.
fn line(value: &impl serde::Serialize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A row that has these cells, by the names of their columns, and no others.
fn row_of(cells: &[(&str, String)]) -> Vec<String> {
    let columns = table::COLUMNS.into_iter().chain(["erased_at", "reason"]);
    let cell = |column| {
        let found = cells.iter().find(|(name, _)| *name == column);
        found.map_or_else(String::new, |(_, cell)| table::defuse(cell.clone()))
    };
    columns.map(cell).collect()
}

fn erased_row(erased: &ErasedRecord) -> Vec<String> {
    row_of(&[
        ("time", erased.time.to_string()),
        ("status", "erased".to_owned()),
        ("log", erased.log.to_string()),
        ("index", erased.index.to_string()),
        ("erased_at", erased.erased_at.to_string()),
        ("reason", erased.reason.as_str().to_owned()),
    ])
}

/// Up to where the rows go.
fn checkpoint_row(log: &ExportedLog) -> Vec<String> {
    row_of(&[
        (
            "receipt",
            "# up to this many entries of this log".to_owned(),
        ),
        ("log", log.origin.to_string()),
        ("index", log.size.to_string()),
    ])
}

/// The last row. A file without it was cut.
fn end_row(sums: ExportSums) -> Vec<String> {
    let sha256 = sums
        .sha256
        .map_or_else(String::new, |hash| hash.to_string());
    let text = format!(
        "# end: {} records, {} erased; SHA-256 before the rows with #: {sha256}",
        sums.records, sums.erased
    );
    row_of(&[("receipt", text)])
}

fn checkpoint(log: &ExportedLog) -> Value {
    json!({
        "temoin:log": log.origin,
        "temoin:key": log.key,
        "temoin:size": log.size,
        "temoin:note": log.checkpoint
    })
}

/// The last member of a document in JSON-LD. A file without it was cut, and is no JSON.
fn end_node(sums: ExportSums) -> Value {
    json!({
        "temoin:records": sums.records,
        "temoin:erased": sums.erased,
        "temoin:sha256": sums.sha256
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(query: &str) -> Result<Options, String> {
        Options::parse(&Query::parse(query)).map_err(|errors| {
            let texts = errors
                .iter()
                .map(|one| format!("{}: {}", one.field, one.message));
            texts.collect::<Vec<_>>().join("; ")
        })
    }

    #[test]
    fn a_proof_that_nothing_is_missing_is_in_ndjson_alone() {
        let read = |text| options(text).map(|one| (one.format.as_str(), one.proof.as_str()));
        assert_eq!(read(""), Ok(("ndjson", "complete")));
        assert_eq!(read("proof=records"), Ok(("ndjson", "records")));
        assert_eq!(read("format=csv&gpc=true"), Ok(("csv", "records")));
        insta::assert_snapshot!(read("format=xls&proof=some").unwrap_err(), @"format: must be one of ndjson, csv, jsonld; proof: must be one of complete, records");
        insta::assert_snapshot!(read("format=jsonld&proof=complete").unwrap_err(), @"proof: complete needs format=ndjson: the other forms have no salts, so they prove nothing");
    }

    #[test]
    fn rows_are_quoted_as_rfc_4180_says_and_end_in_crlf() {
        let cells = row_of(&[
            ("receipt", "a \"b\", c".to_owned()),
            ("method", "=1".to_owned()),
        ]);
        let text = String::from_utf8(rows([cells]).unwrap()).unwrap();
        assert!(text.starts_with("\"a \"\"b\"\", c\",,"), "{text}");
        assert!(text.contains(",'=1,"), "{text}");
        assert!(text.ends_with("\r\n"), "{text:?}");
        assert_eq!(text.matches(',').count(), table::COLUMNS.len() + 1 + 1);
    }
}
