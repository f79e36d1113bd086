//! The proofs of a site: reports become records, records become receipts, and end.

use crate::http::error::ApiError;
use crate::site::consents::{self, Consents, LocatedConsent, Passes};
use crate::site::ledger::{self, Earlier, Entry, Outcome};
use crate::site::logs::{Logs, OpenLog};
use crate::site::protocol::{ExportPiece, LogCheckpoint};
use crate::site::query::{BlockCondition, ConsentQuery, Cursor};
use crate::site::reads;
use crate::site::registers::store as registers;
use crate::site::store::{LogNumber, SiteRow};
use crate::site::summaries;
use crate::site::terms::{KnownNotice, Terms};
use crate::site::ticket::TicketKeys;
use crate::site::webhooks::events::{Entered, Told};
use crate::site::webhooks::outbox::Outbox;
use crate::storage::database::{Database, Transaction};
use crate::storage::secret_key::random_bytes;
use consent_core::api::{ConsentCount, ConsentPage, ExportedLog, LogSummary, OtherLine};
use consent_core::calendar::Timestamp;
use consent_core::entry::{ConfigurationPrefix, Erasure, ErasureReason, Event, LogEntry};
use consent_core::ident::Salt;
use consent_core::log_origin::Shards;
use consent_core::proof::{DisclosedRead, DisclosedRecord, EvidenceReceipt, OtherRecord};
use consent_core::receipt::Evidence;
use consent_core::record::Placement;
use consent_core::register::DisclosedRegisterText;
use consent_core::webhook::WebhookEvent;
use consent_core::{
    ConsentId, ConsentReceipt, ConsentReport, EvidenceHash, NoticeHash, ReceiptId, ReportId, Seed,
    SiteId,
};
use std::collections::HashMap;
use std::rc::Rc;

/// Records of one visitor that are read at once from a log: more than anyone makes in a quarter of a year.
const MOST_OF_ONE: usize = 1000;

/// Entries that an object looks at for one request of an auditor: what it takes, no consent waits longer.
const LOOKED_AT: u64 = 16_384;

/// Consents that one piece of an export has, at most: a report that comes meanwhile waits for one piece.
const EXPORTED_AT_ONCE: usize = 200;

/// All of them, in the object's database.
pub struct Proofs {
    /// The terms of the site's notices.
    pub terms: Terms,
    /// The logs.
    pub logs: Logs,
    /// What webhooks are to be told.
    pub outbox: Outbox,
    database: Database,
    site: SiteId,
    shards: Shards,
    tickets: Rc<TicketKeys>,
    /// See [`LOOKED_AT`].
    pub(super) looked_at: u64,
}

/// What came of a report.
pub struct StoredReport {
    /// Its receipt.
    pub receipt: ConsentReceipt,
    /// Whether it was kept just now.
    pub new: bool,
}

/// What is about to be appended.
struct Pending {
    rows: Vec<SiteRow>,
    records: HashMap<ReportId, Box<DisclosedRecord>>,
    publishes: Vec<NoticeHash>,
    /// The place of the next row.
    next: u64,
    time: Timestamp,
}

impl Proofs {
    /// Those of a site.
    pub fn new(
        database: Database,
        logs: Logs,
        site: SiteId,
        shards: Shards,
        tickets: Rc<TicketKeys>,
    ) -> Self {
        Self {
            shards,
            tickets,
            looked_at: LOOKED_AT,
            terms: Terms::new(database.clone()),
            outbox: Outbox::new(database.clone(), logs.shard()),
            logs,
            database,
            site,
        }
    }

    /// Keeps reports, all in one commit, and answers each in its order. Nothing waits in here, so
    /// nothing comes between reading and writing; and the runtime holds the answers back until the
    /// write is durable.
    pub fn keep(
        &self,
        reports: Vec<ConsentReport>,
        now: Timestamp,
    ) -> Vec<Result<StoredReport, ApiError>> {
        let count = reports.len();
        self.try_keep(reports, now).unwrap_or_else(|error| {
            // What is in memory may be ahead of what is written.
            self.logs.forget();
            let failed = || {
                Err(match &error {
                    ApiError::MissingKey(origin) => ApiError::MissingKey(origin.clone()),
                    other => ApiError::Internal(other.to_log()),
                })
            };
            std::iter::repeat_with(failed).take(count).collect()
        })
    }

    fn try_keep(
        &self,
        reports: Vec<ConsentReport>,
        now: Timestamp,
    ) -> Result<Vec<Result<StoredReport, ApiError>>, ApiError> {
        let open = self.logs.current(now)?;
        let ids: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
        let named = reports.iter().filter_map(|report| report.previous.as_ref());
        let named = named
            .map(|receipt| receipt.report)
            .chain(ids.iter().copied());
        let erased = self.consents().erased(&named.collect::<Vec<_>>())?;
        let mut earlier: HashMap<ReportId, LocatedConsent> =
            self.consents().find(&ids)?.into_iter().collect();
        let mut pending = Pending::new(&open, now)?;
        let outcomes: Vec<_> = reports
            .into_iter()
            .map(|mut report| {
                if erased.contains(&report.id) {
                    return Err(ApiError::Erased);
                }
                // No record names one that was erased.
                report
                    .previous
                    .take_if(|previous| erased.contains(&previous.report));
                let earlier = earlier.remove(&report.id);
                self.evaluate_report(&open, &mut pending, earlier, report)
            })
            .collect();
        let told = self.withdrawals(&pending)?;
        if told.is_empty() {
            pending.write(&open)?;
        } else {
            self.database.transaction(|transaction| {
                pending.write(&open)?;
                told.iter()
                    .try_for_each(|told| self.outbox.put_told(transaction, told, now))
            })?;
        }
        let receipts = outcomes.into_iter().map(|outcome| {
            let (log, record, new) = outcome?;
            let log = self.logs.get(log)?;
            let receipt = receipt(&log, &record)?;
            Ok(StoredReport { receipt, new })
        });
        Ok(receipts.collect())
    }

    fn evaluate_report(
        &self,
        open: &OpenLog,
        pending: &mut Pending,
        earlier: Option<LocatedConsent>,
        report: ConsentReport,
    ) -> Result<(LogNumber, Box<DisclosedRecord>, bool), ApiError> {
        let found = self.terms.of_notice(report.notice)?;
        let KnownNotice {
            hash: notice,
            terms,
            ..
        } = &*found;
        // What is kept already was checked when it came, by the rules of then: it still gets its receipt.
        if earlier.is_none() {
            report.check(terms).map_err(ApiError::Contradiction)?;
        }
        let subject = open.subject_key()?.subject_tag(report.consent_id);
        let mut log = open.number;
        // The same report twice in one commit is kept once, as ever.
        let earlier = match (earlier, pending.records.get(&report.id)) {
            (Some(placed), _) => {
                log = placed.log;
                let key = self.logs.get(log)?;
                let key = key.subject_key().ok();
                Some(Earlier {
                    entry: placed.entry,
                    subject: key.map(|key| key.subject_tag(report.consent_id)),
                })
            }
            (None, Some(record)) => Some(Earlier {
                entry: Entry::Present(record.clone()),
                subject: Some(subject),
            }),
            (None, None) => None,
        };
        let known = open.published.borrow().contains(notice) || pending.publishes.contains(notice);
        let placement = Placement {
            site: self.site.clone(),
            log: open.log.origin().clone(),
            index: pending.next + u64::from(!known),
            time: pending.time,
            subject,
            served_at: report
                .ticket
                .and_then(|ticket| self.tickets.served_at(ticket, pending.time)),
        };
        match ledger::append(placement, earlier, report, terms) {
            Outcome::Append(record) => {
                if !known {
                    pending.publish(*notice, None);
                }
                let seed = Seed::from_bytes(random_bytes()?);
                let disclosed = Box::new(DisclosedRecord {
                    record: (*record).clone(),
                    salts: seed.salts(),
                });
                pending
                    .records
                    .insert(record.receipt.report, disclosed.clone());
                pending.push(SiteRow::consent(record, seed, &found));
                Ok((log, disclosed, true))
            }
            Outcome::Known(record) => Ok((log, record, false)),
            Outcome::Conflict => Err(ApiError::Conflict),
            Outcome::Erased => Err(ApiError::Erased),
        }
    }

    /// What webhooks are to be told of records that take something back. Where none wants to know, no record is looked at.
    fn withdrawals(&self, pending: &Pending) -> Result<Vec<Told>, ApiError> {
        if !self.outbox.wants(WebhookEvent::ConsentWithdrawn)? {
            return Ok(Vec::new());
        }
        let mut told = Vec::new();
        for disclosed in pending.records.values() {
            let record = &disclosed.record;
            let before = match &record.previous {
                Some(previous) => self.consents().find(&[previous.report])?.pop(),
                None => None,
            };
            let before = before.and_then(|(_, placed)| placed.entry.present().ok());
            let terms = &self.terms.of_notice(record.notice)?.terms;
            let before = before.as_ref().map(|before| &before.record);
            told.extend(Told::withdrawn(record, terms, before)?);
        }
        Ok(told)
    }

    /// Those of these events that name no record that was erased meanwhile.
    pub fn still_true(&self, told: Vec<Told>) -> Result<Vec<Told>, ApiError> {
        let named = told.iter().flat_map(|told| [&told.receipt, &told.previous]);
        let named: Vec<_> = named.flatten().map(|receipt| receipt.report).collect();
        let erased = self.consents().erased(&named)?;
        let is_erased = |receipt: &Option<ReceiptId>| {
            receipt
                .as_ref()
                .is_some_and(|receipt| erased.contains(&receipt.report))
        };
        let is_true = |told: &Told| !is_erased(&told.receipt) && !is_erased(&told.previous);
        Ok(told.into_iter().filter(is_true).collect())
    }

    /// Makes the publication of a notice an entry of the log, if it is not one there yet; and that of a configuration,
    /// if the newest publication there is of another.
    pub fn publish(
        &self,
        notice: NoticeHash,
        configuration: ConfigurationPrefix,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let configuration = Some(configuration);
        let open = self.logs.current(now)?;
        let known = open.published.borrow().contains(&notice);
        let event = Event::Publish {
            notice,
            configuration,
        };
        if known && open.log.store().publication()? == Some(event) {
            return Ok(());
        }
        let mut pending = Pending::new(&open, now)?;
        pending.publish(notice, configuration);
        pending.write(&open)
    }

    /// Enters a notice as published, unless the log of this quarter has it.
    pub fn admit(
        &self,
        notice: NoticeHash,
        configuration: Option<ConfigurationPrefix>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let open = self.logs.current(now)?;
        if open.published.borrow().contains(&notice) {
            return Ok(());
        }
        let mut pending = Pending::new(&open, now)?;
        pending.publish(notice, configuration);
        pending.write(&open)
    }

    /// Enters a file as evidence, in the log of this quarter, and proves that it is there; `true` if it
    /// was not there yet.
    pub fn enter(
        &self,
        hash: EvidenceHash,
        in_force: NoticeHash,
        now: Timestamp,
    ) -> Result<(EvidenceReceipt, bool), ApiError> {
        self.admit(in_force, None, now)?;
        let open = self.logs.current(now)?;
        let earlier = open.log.store().evidence(hash)?;
        let new = earlier.is_none();
        let (index, entry) = match earlier {
            Some(earlier) => earlier,
            None => self.enter_new(&open, hash, in_force, now)?,
        };
        let Event::Evidence { notice, .. } = entry.event else {
            return Err(ApiError::Internal(format!("place {index} is no evidence")));
        };
        let receipt = EvidenceReceipt {
            sha256: hash,
            log: open.log.origin().clone(),
            index,
            time: entry.time,
            notice: self.terms.of(notice)?.hash,
            key: open.log.key(),
            proof: open.log.proof(index)?.to_string(),
        };
        Ok((receipt, new))
    }

    /// Appends the entry of a file that is not in the log: its place, and the entry.
    fn enter_new(
        &self,
        open: &OpenLog,
        hash: EvidenceHash,
        in_force: NoticeHash,
        now: Timestamp,
    ) -> Result<(u64, LogEntry), ApiError> {
        let mut pending = Pending::new(open, now)?;
        let (index, time) = (pending.next, pending.time);
        let notice = in_force.into();
        let event = Event::Evidence { notice, hash };
        let entry = LogEntry { time, event };
        pending.push(SiteRow::other(entry));
        self.appending(|transaction| {
            pending.write(open)?;
            let entered = Entered {
                sha256: hash,
                notice: in_force,
                log: open.log.origin(),
                index,
            };
            let told = || Told::entered(&self.site, &entered, time);
            self.outbox
                .put(transaction, WebhookEvent::ScanFindings, now, told)
        })?;
        Ok((index, entry))
    }

    /// Keeps that somebody read records, in the log of this quarter. It is erased with the records there, and does not make
    /// them be kept any longer. The same read again is not another one.
    pub fn keep_read(&self, kept: &DisclosedRead, now: Timestamp) -> Result<(), ApiError> {
        let open = self.logs.current(now)?;
        let commitment = kept.read.commit(&kept.salt);
        self.appending(|transaction| {
            if reads::is_kept(transaction, &kept.salt)? {
                return Ok(());
            }
            let mut pending = Pending::new(&open, now)?;
            let (place, time) = (pending.next, pending.time);
            let event = Event::Read { commitment };
            pending.push(SiteRow::other(LogEntry { time, event }));
            pending.write(&open)?;
            reads::keep(transaction, (open.number, place), kept)
        })
    }

    /// Writes in a register, in the log of this quarter, what `write` makes of it, and says in which case. What was written with
    /// the same salt before is not written again.
    pub fn write_register(
        &self,
        salt: &Salt,
        now: Timestamp,
        write: impl FnOnce(&Transaction<'_>) -> Result<DisclosedRegisterText, ApiError>,
    ) -> Result<u32, ApiError> {
        let open = self.logs.current(now)?;
        self.appending(|transaction| {
            if let Some(case) = registers::written(transaction, salt)? {
                return Ok(case);
            }
            let kept = write(transaction)?;
            let mut pending = Pending::new(&open, now)?;
            let (place, time) = (pending.next, pending.time);
            let commitment = kept.text.commit(&kept.salt);
            let event = Event::Register { commitment };
            pending.push(SiteRow::other(LogEntry { time, event }));
            pending.write(&open)?;
            registers::keep(transaction, (open.number, place), &kept)?;
            registers::note_case(transaction, &self.logs, &kept.text)?;
            Ok(kept.text.case)
        })
    }

    /// The record of a receipt, for whoever has its holder's secret.
    pub fn authorize(
        &self,
        id: &ReceiptId,
        secret: ConsentId,
    ) -> Result<AuthorizedRecord, ApiError> {
        let placed = self.find(id.report)?;
        let log = self.logs.get(placed.log)?;
        // Of what is erased nobody is known to be the holder.
        if let Entry::Erased(_) = placed.entry {
            return Err(ApiError::Erased);
        }
        let subject = log.subject_key()?.subject_tag(secret);
        let disclosed = placed.entry.for_holder(subject)?;
        Ok(AuthorizedRecord { log, disclosed })
    }

    /// What was kept under this id.
    pub fn find(&self, report: ReportId) -> Result<LocatedConsent, ApiError> {
        let found = self.consents().find(&[report])?.pop();
        match found {
            Some((_, placed)) => Ok(placed),
            None if self.consents().erased(&[report])?.is_empty() => Err(ApiError::UnknownReceipt),
            None => Err(ApiError::Erased),
        }
    }

    /// Every record of a visitor, oldest first, at most [`MOST_OF_ONE`] of each log. Of what is erased nobody is
    /// known to be the holder.
    pub fn held_by(&self, secret: ConsentId) -> Result<Vec<AuthorizedRecord>, ApiError> {
        let mut held = Vec::new();
        for log in self.logs.all()? {
            let Ok(key) = log.subject_key() else { continue };
            let subject = key.subject_tag(secret);
            for placed in self
                .consents()
                .of_subject(log.number, subject, MOST_OF_ONE)?
            {
                // The index finds the rows; the tag is compared in constant time.
                let disclosed = placed.entry.for_holder(subject)?;
                let log = Rc::clone(&log);
                held.push(AuthorizedRecord { log, disclosed });
            }
        }
        Ok(held)
    }

    /// Erases records at their holder's request, all or none. Neighbours in a log share an entry that says so.
    pub fn erase_all(&self, held: &[AuthorizedRecord], now: Timestamp) -> Result<(), ApiError> {
        let ranges = held.chunk_by(|one, next| {
            one.log.number == next.log.number && one.place() + 1 == next.place()
        });
        self.appending(|transaction| {
            for range in ranges {
                let (Some(first), Some(last)) = (range.first(), range.last()) else {
                    continue;
                };
                let places = (first.place(), last.place());
                self.erase_range(transaction, &first.log, places, ErasureReason::Holder, now)?;
            }
            for held in held {
                let receipt = &held.disclosed.record.receipt;
                let told = || Told::erased(receipt, now);
                let kind = WebhookEvent::ConsentErased;
                self.outbox.put(transaction, kind, now, told)?;
            }
            Ok(())
        })
    }

    /// Forgets the names of reports that another of the site's objects erases.
    pub fn forget(&self, reports: &[ReportId]) -> Result<(), ApiError> {
        self.database
            .transaction(|transaction| consents::forget(transaction, &self.site, reports))
    }

    /// The site's objects.
    pub const fn shards(&self) -> Shards {
        self.shards
    }

    /// Erases a record at its holder's request: an entry of the log says so, and all that it committed
    /// to is gone.
    pub fn erase(&self, held: &AuthorizedRecord, now: Timestamp) -> Result<(), ApiError> {
        self.erase_all(std::slice::from_ref(held), now)
    }

    /// Runs what appends to a log and writes what follows from it, in one transaction.
    fn appending<T>(
        &self,
        run: impl FnOnce(&Transaction<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.database.transaction(run).inspect_err(|_| {
            // What is in memory may be ahead of what is written.
            self.logs.forget();
        })
    }

    fn erase_range(
        &self,
        transaction: &Transaction<'_>,
        open: &OpenLog,
        (first, last): (u64, u64),
        reason: ErasureReason,
        now: Timestamp,
    ) -> Result<Timestamp, ApiError> {
        let mut pending = Pending::new(open, now)?;
        let time = pending.time;
        let erasure = Erasure {
            first,
            last,
            reason,
        };
        pending.push(SiteRow::other(LogEntry {
            time,
            event: Event::Erase(erasure),
        }));
        pending.write(open)?;
        consents::erase(
            transaction,
            &self.site,
            open.number,
            (first, last),
            (time, reason),
        )?;
        Ok(time)
    }

    /// Erases what has been kept as long as it may be: all the consents of a past quarter at once,
    /// and what made their subject tags. When the next one is due.
    pub fn enforce_retention(&self, now: Timestamp) -> Result<Option<Timestamp>, ApiError> {
        let mut next: Option<Timestamp> = None;
        for open in self.logs.all()? {
            let kept_until = open.keep_until()?;
            if open.erased_at.is_some() || kept_until == Timestamp::MIN {
                continue;
            }
            let due = kept_until.max(open.quarter.end());
            if due > now {
                next = Some(next.map_or(due, |next| next.min(due)));
                continue;
            }
            self.appending(|transaction| {
                let at = self.erase_log(transaction, &open, ErasureReason::Retention, now)?;
                let told = || Told::ended(&self.site, open.log.origin(), now);
                let kind = WebhookEvent::ConsentErased;
                self.outbox.put(transaction, kind, now, told)?;
                Ok(self.logs.destroy_key(transaction, open.number, at)?)
            })?;
        }
        Ok(next)
    }

    /// Erases every record and every read that there still is, and what made the subject tags.
    pub fn erase_everything(
        &self,
        transaction: &Transaction<'_>,
        reason: ErasureReason,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let current = self.logs.current(now)?.number;
        for open in self.logs.all()? {
            if !consents::are_left(transaction, open.number)? {
                continue;
            }
            let at = self.erase_log(transaction, &open, reason, now)?;
            if open.number == current {
                // Whoever publishes the site again this quarter goes on in this log.
                self.logs.renew_key(transaction, open.number)?;
            } else {
                self.logs.destroy_key(transaction, open.number, at)?;
            }
        }
        Ok(())
    }

    /// Erases all the consents and reads of a log. When.
    fn erase_log(
        &self,
        transaction: &Transaction<'_>,
        open: &OpenLog,
        reason: ErasureReason,
        now: Timestamp,
    ) -> Result<Timestamp, ApiError> {
        let last = open.log.head()?.size.saturating_sub(1);
        let at = self.erase_range(transaction, open, (0, last), reason, now)?;
        reads::erase(transaction, open.number)?;
        Ok(at)
    }

    /// What an auditor asks for. Each consent is on one page, erased or not.
    pub fn page(&self, query: &ConsentQuery) -> Result<ConsentPage, ApiError> {
        let limit = usize::from(query.limit);
        let condition = query.condition();
        let mut found: Vec<LocatedConsent> = Vec::new();
        let part = self.part(query, query.block_condition().as_ref(), None)?;
        for (log, range) in part.ranges {
            // One more than asked, to know whether there is a next page.
            let left = limit + 1 - found.len();
            if left > 0 {
                found.extend(self.consents().range(log, range, condition.clone(), left)?);
            }
        }
        let in_this = found.get(limit).map(|placed| Cursor {
            shard: self.logs.shard(),
            log: placed.log,
            place: placed.place,
        });
        let next = in_this.or(part.next);
        found.truncate(limit);
        let mut page = ConsentPage {
            next: next.map(|next| next.to_string()),
            records: Vec::new(),
            erased: Vec::new(),
        };
        for placed in found {
            match placed.entry {
                Entry::Present(record) => page.records.push(*record),
                Entry::Erased(erased) => page.erased.push(erased),
            }
        }
        Ok(page)
    }

    /// The newest checkpoints of the logs in which something is, oldest log first.
    pub fn checkpoints(&self) -> Result<Vec<LogCheckpoint>, ApiError> {
        let mut checkpoints = Vec::new();
        for open in self.logs.all()? {
            let head = open.log.head()?;
            checkpoints.push(LogCheckpoint {
                number: open.number,
                log: ExportedLog {
                    origin: open.log.origin().clone(),
                    key: open.log.key(),
                    size: head.size,
                    checkpoint: head.checkpoint.to_string(),
                },
            });
        }
        Ok(checkpoints)
    }

    /// A piece of an export of these logs, each up to a size. With `others`, it has every consent whose entry fits the
    /// query: one whose record does not, with what shows that.
    pub fn export_piece(
        &self,
        query: &ConsentQuery,
        others: bool,
        sizes: &[(LogNumber, u64)],
    ) -> Result<ExportPiece, ApiError> {
        // What is left out must be shown too, where that is asked for.
        let passing = query.block_condition().filter(|_| !others);
        let part = self.part(query, passing.as_ref(), Some(sizes))?;
        let mut found = Vec::new();
        for (log, range) in part.ranges {
            // One more than a piece has, to know where the next one begins.
            let left = EXPORTED_AT_ONCE + 1 - found.len();
            if left == 0 {
                break;
            }
            if others {
                found.extend(self.consents().range_with_others(log, range, query, left)?);
            } else {
                let condition = query.condition();
                let passing = self.consents().range(log, range, condition, left)?;
                found.extend(passing.into_iter().map(|placed| (placed, Passes::All)));
            }
        }
        let in_this = found.get(EXPORTED_AT_ONCE).map(|(placed, _)| Cursor {
            shard: self.logs.shard(),
            log: placed.log,
            place: placed.place,
        });
        let next = in_this.or(part.next);
        let mut entries = 0;
        for open in self.logs.all()? {
            entries += open.log.head()?.size;
        }
        let mut piece = ExportPiece {
            entries,
            next: next.map(|next| next.to_string()),
            ..ExportPiece::default()
        };
        for (placed, passes) in found.into_iter().take(EXPORTED_AT_ONCE) {
            let line = match (placed.entry, passes) {
                (Entry::Erased(erased), _) => {
                    piece.erased += 1;
                    serde_json::to_string(&erased)?
                }
                (Entry::Present(disclosed), Passes::All) => {
                    piece.records += 1;
                    serde_json::to_string(&disclosed)?
                }
                (Entry::Present(disclosed), passes) => {
                    piece.others += 1;
                    let other = if passes == Passes::AllButSubject {
                        OtherRecord::by_subject(&disclosed)
                    } else {
                        OtherRecord::by_decision(&disclosed)
                    };
                    serde_json::to_string(&OtherLine { other })?
                }
            };
            piece.lines.push_str(&line);
            piece.lines.push('\n');
        }
        Ok(piece)
    }

    /// How many consents an auditor would get.
    pub fn count(&self, query: &ConsentQuery) -> Result<ConsentCount, ApiError> {
        let condition = query.condition();
        let part = self.part(query, query.block_condition().as_ref(), None)?;
        let mut count = ConsentCount {
            next: part.next.map(|next| next.to_string()),
            ..ConsentCount::default()
        };
        for (log, range) in part.ranges {
            let (records, erased) = self.consents().count(log, range, condition.clone())?;
            count.records += records;
            count.erased += erased;
        }
        Ok(count)
    }

    /// The places that one request looks at: from where the query starts, in the time that it asks for, and not in blocks
    /// that do not meet a condition. With sizes, in these logs alone, each up to its size.
    fn part(
        &self,
        query: &ConsentQuery,
        blocks: Option<&BlockCondition>,
        sizes: Option<&[(LogNumber, u64)]>,
    ) -> Result<Part, ApiError> {
        let shard = self.logs.shard();
        let mut part = Part {
            ranges: Vec::new(),
            next: self.shards.after(shard).map(Cursor::start_of),
        };
        let mut left = self.looked_at;
        for open in self.logs.all()? {
            if open.number < query.start.log {
                continue;
            }
            let start = if open.number == query.start.log {
                query.start.place
            } else {
                0
            };
            let from = open.first_at(query.from)?.max(start);
            let mut to = open.first_at(query.until)?;
            if let Some(sizes) = sizes {
                let size = sizes.iter().find(|(number, _)| *number == open.number);
                to = to.min(size.map_or(0, |(_, size)| *size));
            }
            let ruled_out = match blocks {
                Some(condition) if from < to => {
                    summaries::ruled_out(&self.database, open.number, (from, to), condition)?
                }
                _ => Vec::new(),
            };
            let (ranges, end) = summaries::look_at((from, to), &ruled_out, left);
            if blocks.is_some() {
                let size = open.log.head()?.size;
                summaries::complete(&self.database, open.number, &ranges, size)?;
            }
            for (from, end) in ranges {
                part.ranges.push((open.number, (from, end)));
                left -= end - from;
            }
            if end < to {
                part.next = Some(Cursor {
                    shard,
                    log: open.number,
                    place: end,
                });
                break;
            }
        }
        Ok(part)
    }

    /// The logs, as anyone may know them.
    pub fn summaries(&self, now: Timestamp) -> Result<Vec<LogSummary>, ApiError> {
        let current = self.logs.current(now)?.number;
        let all = self.logs.all()?.into_iter().map(|open| {
            Ok(LogSummary {
                origin: open.log.origin().clone(),
                key: open.log.key(),
                size: open.log.head()?.size,
                open: open.number == current,
                erased_at: open.erased_at,
            })
        });
        all.collect()
    }

    fn consents(&self) -> Consents<'_> {
        Consents {
            database: &self.database,
            site: &self.site,
            terms: &self.terms,
            logs: &self.logs,
        }
    }
}

/// So much of an object's logs as one request looks at.
struct Part {
    /// The logs, each with the first place and the one after the last.
    ranges: Vec<(LogNumber, (u64, u64))>,
    /// Where the next request goes on; nothing at the end of all.
    next: Option<Cursor>,
}

/// A record in the hands of its holder.
pub struct AuthorizedRecord {
    /// The log it is in.
    pub log: Rc<OpenLog>,
    /// The record.
    pub disclosed: DisclosedRecord,
}

impl AuthorizedRecord {
    fn place(&self) -> u64 {
        self.disclosed.record.index
    }

    /// Its receipt, with its inclusion in the newest checkpoint.
    pub fn receipt(&self) -> Result<ConsentReceipt, ApiError> {
        receipt(&self.log, &self.disclosed)
    }
}

impl Pending {
    fn new(open: &OpenLog, now: Timestamp) -> Result<Self, ApiError> {
        let head = open.log.head()?;
        Ok(Self {
            rows: Vec::new(),
            records: HashMap::new(),
            publishes: Vec::new(),
            next: head.size,
            time: head.next_time(now),
        })
    }

    fn write(self, open: &OpenLog) -> Result<(), ApiError> {
        if !self.rows.is_empty() {
            open.log.append(&self.rows, self.time)?;
            open.published.borrow_mut().extend(self.publishes);
        }
        Ok(())
    }

    fn push(&mut self, row: SiteRow) {
        self.rows.push(row);
        self.next += 1;
    }

    fn publish(&mut self, notice: NoticeHash, configuration: Option<ConfigurationPrefix>) {
        self.push(SiteRow::other(LogEntry {
            time: self.time,
            event: Event::Publish {
                notice,
                configuration,
            },
        }));
        self.publishes.push(notice);
    }
}

fn receipt(open: &OpenLog, disclosed: &DisclosedRecord) -> Result<ConsentReceipt, ApiError> {
    let proof = open.log.proof(disclosed.record.index)?.to_string();
    let evidence = Evidence::new(disclosed, open.log.key(), proof);
    Ok(disclosed.record.receipt(evidence))
}
