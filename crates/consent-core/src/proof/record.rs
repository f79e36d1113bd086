//! The record of one choice, as the server keeps it.

use crate::calendar::Timestamp;
use crate::choice::decision::Decision;
use crate::choice::method::{Layer, Method};
use crate::choice::service_answers::ServiceAnswers;
use crate::choice::status::ConsentStatus;
use crate::ident::{NoticeHash, ReceiptId, SiteId, SubjectTag};
use crate::log_origin::LogOrigin;
use crate::notice::terms::NoticeTerms;
use crate::proof::report::ConsentReport;
use crate::site::config::PolicyVersion;
use crate::site::jurisdiction::{Jurisdiction, JurisdictionFrom};
#[cfg(feature = "schema")]
use crate::site::signals::Tool;
use crate::site::signals::Tools;
use crate::text::LanguageTag;
use serde::{Deserialize, Serialize};

/// The record of one choice. It is never changed: a withdrawal is a new record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsentRecord {
    /// The version of this format: 1 does not know [`Self::served_at`], 1 and 2 do not know [`Self::told`].
    pub schema: u8,
    /// The receipt that names this record.
    pub receipt: ReceiptId,
    /// The log it is in.
    pub log: LogOrigin,
    /// Its place there, counted from 0.
    pub index: u64,
    /// When the server kept it. No other clock dates a record.
    pub time: Timestamp,
    /// When the choice ends.
    pub valid_until: Timestamp,
    /// The visitor, as this site's log knows them.
    pub subject: SubjectTag,
    /// Where the consent stands after it.
    pub status: ConsentStatus,
    /// The answer for each of the four purposes.
    pub decision: Decision,
    /// The services answered apart from their purpose.
    #[serde(default, skip_serializing_if = "ServiceAnswers::is_empty")]
    pub services: ServiceAnswers,
    /// How the visitor answered.
    pub method: Method,
    /// For an imported choice, when it was made, as the tool says that it was taken over from: no
    /// proof, but what its end is counted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_at: Option<Timestamp>,
    /// Where.
    pub layer: Layer,
    /// Whether the browser vouched that a person clicked (`Event.isTrusted`); a browser
    /// extension's click, or a script's, is not.
    pub trusted: bool,
    /// What was shown.
    pub notice: NoticeHash,
    /// The policy in force.
    pub policy_version: PolicyVersion,
    /// The language it was shown in.
    pub language: LanguageTag,
    /// The law under which the site asked.
    pub jurisdiction: Jurisdiction,
    /// How that law was determined.
    pub jurisdiction_from: JurisdictionFrom,
    /// Whether the browser sent Global Privacy Control.
    pub gpc: bool,
    /// When the server served the loader of the page that sent the report, to the minute; nothing where the report named
    /// no ticket of this server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_at: Option<Timestamp>,
    /// The tools of others that had been told what holds when the report was sent: the loader of that page had called what each
    /// listens to, and nothing was thrown. Whether a tool obeys, nobody sees there. Absent where the notice names no tool,
    /// or the page did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<Tool>>"))]
    pub told: Option<Tools>,
    /// The visitor's receipt before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ReceiptId>,
}

/// What the server adds to a report to make it a record.
pub struct Placement {
    /// The site.
    pub site: SiteId,
    /// The log in which it goes.
    pub log: LogOrigin,
    /// Its place there.
    pub index: u64,
    /// The server's time.
    pub time: Timestamp,
    /// The visitor, as that log knows them.
    pub subject: SubjectTag,
    /// What the report's ticket says.
    pub served_at: Option<Timestamp>,
}

impl ConsentRecord {
    /// The format written by this version.
    pub const SCHEMA: u8 = 3;

    /// The record of a report that [`ConsentReport::check`] has passed.
    pub fn new(report: ConsentReport, terms: &NoticeTerms, placement: Placement) -> Self {
        // Nobody has chosen after the server was told.
        let chosen_at = report.chosen_at.map(|at| at.min(placement.time));
        let from = chosen_at.unwrap_or(placement.time);
        Self {
            schema: Self::SCHEMA,
            receipt: ReceiptId {
                site: placement.site,
                report: report.id,
            },
            log: placement.log,
            index: placement.index,
            time: placement.time,
            valid_until: from.add_months(terms.choice_max_age_months),
            subject: placement.subject,
            status: ConsentStatus::after(report.method, report.decision, &report.services),
            decision: report.decision,
            services: report.services,
            method: report.method,
            chosen_at,
            layer: report.layer,
            trusted: report.trusted,
            notice: report.notice,
            policy_version: terms.policy_version.clone(),
            language: report.language,
            jurisdiction: terms.jurisdiction,
            jurisdiction_from: terms.jurisdiction_from,
            gpc: report.gpc,
            served_at: placement.served_at,
            // A page may tell more tools than the notice of an older choice that it reports.
            told: (report.told)
                .filter(|_| !terms.tools.is_empty())
                .map(|told| told.among(terms.tools)),
            previous: report.previous,
        }
    }

    /// The time from which the end of the choice is counted.
    pub fn decided_at(&self) -> Timestamp {
        self.chosen_at.unwrap_or(self.time)
    }

    /// Whether this record is what `report` asked to keep. The privacy signal, the ticket and the tools that were told are left out: the server adds
    /// to the first what the request's own header says, and a report that waited in an outbox may be sent again without
    /// that header, or with it for the first time, and from a page with another ticket.
    pub fn answers(&self, report: &ConsentReport) -> bool {
        self.receipt.report == report.id
            && self.decision == report.decision
            && self.services == report.services
            && self.method == report.method
            && self.chosen_at == report.chosen_at.map(|at| at.min(self.time))
            && self.layer == report.layer
            && self.trusted == report.trusted
            && self.notice == report.notice
            && self.language == report.language
            && self.previous == report.previous
    }
}
