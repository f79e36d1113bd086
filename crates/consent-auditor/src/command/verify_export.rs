//! `temoin verify-export`: checks a file of `GET /v1/sites/SITE/export` against the logs.
//!
//! Each line must fit its entry of the log, each must belong there by the filters that the file names, and over the
//! period and up to the checkpoints that it names every consent must have a line: a record, what shows that it does not
//! pass the filters, or its erasure.

use super::query::range::{Asked, LogRange};
use super::{CheckArguments, TargetArguments, print};
use crate::Verdict;
use crate::log::fetched::ServedLog;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::evidence;
use crate::report::finding::{Failure, Finding, Findings, split_finding};
use crate::report::progress::Progress;
use crate::report::{Check, Report, Section, counted};
use crate::source::export_file::{ExportFile, Line};
use crate::source::filters::{Filters, Period};
use crate::source::notices::Notices;
use crate::source::records::Disclosure;
use crate::source::target::{self, Target};
use anyhow::Result;
use clap::Args;
use consent_core::LogOrigin;
use consent_core::api::{ExportHead, ExportProof, SiteLogs};
use consent_core::proof::OtherRecord;
use std::collections::HashMap;
use std::path::PathBuf;

/// The command's arguments.
#[derive(Args)]
pub struct VerifyExport {
    /// The file, in NDJSON
    pub file: PathBuf,
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    check: CheckArguments,
}

impl VerifyExport {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let state = State::load_if_given(self.check.state.as_deref())?;
        let pins = Pins {
            given: &self.target.keys,
            state: &state,
        };
        let mut progress = Progress::new(self.check.progress);
        let report = self.check(pins, &mut progress)?;
        progress.clear();
        let evidence = evidence::write(&report, self.check.evidence.as_deref())?;
        if self.check.json {
            let mut more = serde_json::Map::new();
            more.insert("evidence".to_owned(), evidence.to_json());
            print(&format!("{}\n", report.to_json(more)))?;
        } else if report.holds() {
            print(&format!(
                "{report}Verified: everything that was checked holds.\n"
            ))?;
        } else {
            let wrong = counted(report.finding_count(), "finding");
            print(&format!(
                "{report}NOT verified: {wrong}. Evidence is in {evidence}\n"
            ))?;
        }
        Ok(Verdict::of(report.holds()))
    }

    fn check(&self, pins: Pins<'_>, progress: &mut Progress) -> Result<Report> {
        let mut report = Report::default();
        let mut section = Section::new(format!("export {}", self.file.display()));
        let opened = ExportFile::open(&self.file).and_then(|(file, head)| {
            let filters = read_filters(&file, &head)?;
            Ok((file, head, filters))
        });
        let (mut file, head, filters) = match split_finding(opened)? {
            Ok(opened) => opened,
            Err(finding) => {
                section.fail(finding);
                report.sections.push(section);
                return Ok(report);
            }
        };
        let token = self.target.token.clone();
        let site = self.target.site.as_ref().unwrap_or(&head.site);
        let target = Target::open(&self.target.source, Some(site), token)?;
        let logs = target.site()?;
        let notices = Notices::new(&*target.source);
        let prefixes: Vec<_> = (logs.logs.iter())
            .map(|log| target::prefix(&log.origin))
            .collect();
        let mut account = Account {
            filters: &filters,
            notices: &notices,
            live: target.source.is_live(),
            ranges: HashMap::new(),
            wrong: Findings::default(),
            said: 0,
        };
        let listing = open_logs(
            &target,
            logs,
            &prefixes,
            pins,
            &head,
            &mut account,
            &mut report,
        )?;
        let seen = format!(
            "{}, each in the export up to its checkpoint",
            counted(head.logs.len() as u64, "log")
        );
        section.conclude(Check::Listing, listing, seen);
        progress.begin();
        let ended = account.lines(&mut file, progress)?;
        match ended {
            Ok(()) => {
                let sums = file.sums();
                let seen = format!(
                    "begun {}: {}, {} erased, {} that the filters leave out; whole to its end mark",
                    head.made_at,
                    counted(sums.records, "record"),
                    sums.erased,
                    sums.others
                );
                section.pass(Check::Manifest, seen);
            }
            Err(finding) => section.fail(finding),
        }
        let mut seen = match filters.in_words() {
            none if none.is_empty() => "all that the site has".to_owned(),
            words => words,
        };
        if account.said > 0 {
            let said = counted(account.said, "record");
            seen = format!(
                "{seen}; of {said} only the server says whose it is, as it named one that was erased"
            );
        }
        section.conclude(Check::Records, account.wrong, seen);
        report.sections.insert(0, section);
        for range in account.ranges.into_values() {
            let (mut section, _) = range.conclude();
            if head.proof == ExportProof::Records {
                section.drop(
                    Check::Completeness,
                    "the export was asked for without a proof that nothing is missing",
                );
            }
            report.sections.push(section);
        }
        report.sections[1..].sort_by(|one, next| one.subject.cmp(&next.subject));
        Ok(report)
    }
}

/// The filters that the file names, in words that this program knows.
fn read_filters(file: &ExportFile, head: &ExportHead) -> Result<Filters, Failure> {
    let filters = serde_json::Value::Object(head.filters.clone());
    serde_json::from_value(filters).map_err(|error| {
        let what = "the filters of the export are not known here";
        let finding = Finding::new(Check::Manifest, file.place(), what);
        finding
            .expected("the filters of docs/proof-format.md", error)
            .into()
    })
}

/// Opens each log of the site up to the checkpoint that the file has of it. Returns what is wrong with its list of logs.
fn open_logs<'a>(
    target: &'a Target,
    logs: &'a SiteLogs,
    prefixes: &'a [String],
    pins: Pins<'_>,
    head: &ExportHead,
    account: &mut Account<'a, '_>,
    report: &mut Report,
) -> Result<Findings> {
    let mut wrong = Findings::default();
    let period = account.filters.period();
    let wanted = account.filters.of_entry();
    for exported in &head.logs {
        if !logs.logs.iter().any(|log| log.origin == exported.origin) {
            let what = "the export names a log that the site does not list";
            let finding = Finding::new(Check::Listing, exported.origin.as_str(), what);
            wrong.push(finding.expected("a listed log", &exported.origin));
        }
    }
    for (summary, prefix) in logs.logs.iter().zip(prefixes) {
        let log = ServedLog::new(&*target.source, prefix);
        let listed = Some((summary.origin.as_str(), summary.key.as_str()));
        let exported = head.logs.iter().find(|log| log.origin == summary.origin);
        let Some(exported) = exported else {
            // It may have come after the export.
            let until = period.until.min(head.made_at);
            let earlier = Period { until, ..period };
            let asked = Asked {
                period: earlier,
                up_to: None,
                wanted,
            };
            match LogRange::open(log, listed, pins, asked)? {
                Ok(range) if range.is_empty() => {}
                Ok(_) => {
                    let what = "the export leaves out a log that was there when it was begun";
                    let finding = Finding::new(Check::Listing, summary.origin.as_str(), what);
                    wrong.push(finding.expected("its checkpoint in the first line", "none"));
                }
                Err(section) => report.sections.push(section),
            }
            continue;
        };
        let up_to = Some((exported.checkpoint.as_bytes(), exported.size));
        let asked = Asked {
            period,
            up_to,
            wanted,
        };
        match LogRange::open(log, listed, pins, asked)? {
            Ok(range) => {
                account.ranges.insert(exported.origin.clone(), range);
            }
            Err(section) => report.sections.push(section),
        }
    }
    Ok(wrong)
}

/// What a file says, against the logs.
struct Account<'a, 'f> {
    filters: &'f Filters,
    notices: &'f Notices<'a>,
    live: bool,
    ranges: HashMap<LogOrigin, LogRange<'a>>,
    /// What is wrong with lines that the logs do not know, or that do not belong there.
    wrong: Findings,
    /// Records of whose visitor there is only the word of the server.
    said: u64,
}

impl Account<'_, '_> {
    /// Checks each line. A finding if the file does not end as it should.
    fn lines(
        &mut self,
        file: &mut ExportFile,
        progress: &mut Progress,
    ) -> Result<Result<(), Finding>> {
        loop {
            let line = match split_finding(file.next())? {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(Ok(())),
                Err(finding) => return Ok(Err(finding)),
            };
            let sums = file.sums();
            progress.update("lines", sums.records + sums.erased + sums.others, None);
            if let Err(finding) = split_finding(self.line(&file.place(), line))? {
                self.wrong.push(finding);
            }
        }
    }

    fn line(&mut self, source: &str, line: Line) -> Result<(), Failure> {
        let (origin, index) = match &line {
            Line::Record(disclosed) => (&disclosed.record.log, disclosed.record.index),
            Line::Erased(erased) => (&erased.log, erased.index),
            Line::Other(other) => (&other.log, other.index),
        };
        let Some(range) = self.ranges.get_mut(origin) else {
            let what = "this is of a log that the export does not name, or that could not be read";
            let finding = Finding::new(Check::Records, source, what);
            return Err(finding.expected("a log of the first line", origin).into());
        };
        if !range.has(index) {
            let what =
                "this is of an entry outside of the period and the checkpoints of the export";
            let finding = Finding::new(Check::Records, source, what);
            return Err(finding
                .expected("an entry between them", format!("index {index}"))
                .into());
        }
        match line {
            Line::Record(disclosed) => {
                let passes = self.filters.matches(&disclosed.record, self.notices)?;
                range.check(source, Disclosure::record(*disclosed), self.live)?;
                if !passes {
                    let what = "this record does not pass the filters of the export";
                    let finding = Finding::new(Check::Records, source, what);
                    return Err(finding
                        .expected(self.filters.in_words(), "another record")
                        .into());
                }
            }
            Line::Erased(erased) => {
                range.check(source, Disclosure::Erased(erased), self.live)?;
            }
            Line::Other(other) => {
                range.check_other(source, &other)?;
                self.other(source, &other)?;
            }
        }
        Ok(())
    }

    /// Whether the part that is opened shows that the record does not pass.
    fn other(&mut self, source: &str, other: &OtherRecord) -> Result<(), Failure> {
        self.said += u64::from(other.commitment().is_none());
        let decided = Filters {
            subject: None,
            ..self.filters.clone()
        };
        let shown = match (other.decision(), other.subject()) {
            (Some(record), _) => !decided.matches(&record, self.notices)?,
            (None, subject) => self.filters.subject.is_some() && subject != self.filters.subject,
        };
        if shown {
            return Ok(());
        }
        let what = "this is listed as left out, and what is shown of it passes the filters";
        let finding = Finding::new(Check::Records, source, what);
        Err(finding.expected("the record itself", "a part of it").into())
    }
}
