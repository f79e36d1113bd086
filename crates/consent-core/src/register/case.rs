//! A case of a register: what was written of it, and what follows from that.

use crate::calendar::{Date, Timestamp};
use crate::field::{FieldError, all_right};
use crate::register::incident::{IncidentNote, NewIncident};
use crate::register::request::{LATEST_DUE_AFTER_DAYS, NewRequest, Outcome, RequestNote};
use crate::register::text::{RegisterEntry, Written};
use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// It is to be answered.
    Open,
    /// What was asked for was done.
    Answered,
    /// It was refused.
    Refused,
    /// The visitor let it drop.
    Dropped,
}

/// A request, as its notes have left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestContent {
    /// What came.
    #[serde(flatten)]
    pub request: NewRequest,
    /// Where it stands.
    pub status: RequestStatus,
    /// The day on which it is due.
    pub due_on: Date,
    /// When it was closed; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

/// An incident, as its notes have left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IncidentContent {
    /// What was noted first, with what was found out since.
    #[serde(flatten)]
    pub incident: NewIncident,
    /// What the register must say and does not yet: names of fields of `findings`.
    pub missing: Vec<String>,
}

/// A case: its number, its content, and each entry of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Case<Content> {
    /// Its number in the register, counted from 1.
    pub number: u32,
    /// What it is; absent once it was erased.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// What was written of it, in order, with what proves it.
    pub entries: Vec<RegisterEntry>,
}

/// A case of the register of requests.
pub type RequestCase = Case<RequestContent>;
/// A case of the register of incidents.
pub type IncidentCase = Case<IncidentContent>;

/// The answer to `GET /v1/sites/SITE/requests`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestPage {
    /// The requests, newest first.
    pub requests: Vec<RequestCase>,
    /// The `before` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// The answer to `GET /v1/sites/SITE/incidents`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IncidentPage {
    /// The incidents, newest first.
    pub incidents: Vec<IncidentCase>,
    /// The `before` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// What was written, and when; nothing where it was erased.
fn written(entries: &[RegisterEntry]) -> impl Iterator<Item = (&Written, Timestamp)> {
    entries
        .iter()
        .filter_map(|entry| Some((&entry.disclosed.as_ref()?.text.written, entry.time)))
}

impl RequestCase {
    /// The case that these entries make.
    pub fn of(number: u32, entries: Vec<RegisterEntry>) -> Self {
        let mut content: Option<RequestContent> = None;
        for (written, time) in written(&entries) {
            match (written, &mut content) {
                (Written::Request(request), content) => {
                    *content = Some(RequestContent {
                        status: RequestStatus::Open,
                        due_on: request.due_on(),
                        closed_at: None,
                        request: request.clone(),
                    });
                }
                (Written::RequestNote(note), Some(content)) => content.add(note, time),
                _ => {}
            }
        }
        Self {
            number,
            content,
            entries,
        }
    }
}

impl RequestContent {
    fn add(&mut self, note: &RequestNote, time: Timestamp) {
        if let Some(due_on) = note.due_on {
            self.due_on = due_on;
        }
        let Some(outcome) = note.outcome else {
            return;
        };
        self.closed_at = Some(time);
        self.status = match outcome {
            Outcome::Answered => RequestStatus::Answered,
            Outcome::Refused => RequestStatus::Refused,
            Outcome::Dropped => RequestStatus::Dropped,
            Outcome::Reopened => {
                self.closed_at = None;
                RequestStatus::Open
            }
        };
    }

    /// Checks a note to it: every field that is wrong.
    pub fn check(&self, note: &RequestNote) -> Result<(), Vec<FieldError>> {
        let is_open = self.status == RequestStatus::Open;
        let mut errors = Vec::new();
        match (is_open, note.outcome) {
            (true, Some(Outcome::Reopened)) => {
                errors.push(FieldError::new("outcome", "the request is open already"));
            }
            (false, Some(outcome)) if outcome != Outcome::Reopened => {
                let why = "the request is closed: write `reopened` first, or leave it out";
                errors.push(FieldError::new("outcome", why));
            }
            _ => {}
        }
        let latest = self.request.received_on.add_days(LATEST_DUE_AFTER_DAYS);
        let why = note.due_on.and_then(|due_on| {
            if due_on <= self.due_on {
                Some(format!(
                    "must be later than {}, on which it is due now",
                    self.due_on
                ))
            } else if due_on > latest {
                Some(format!(
                    "must not be later than {latest}: three months is the longest that a law gives"
                ))
            } else if !is_open && note.outcome != Some(Outcome::Reopened) {
                Some("the request is closed: no answer is due".to_owned())
            } else {
                None
            }
        });
        errors.extend(why.map(|why| FieldError::new("due_on", why)));
        all_right(errors)
    }
}

impl IncidentCase {
    /// The case that these entries make.
    pub fn of(number: u32, entries: Vec<RegisterEntry>) -> Self {
        let mut content: Option<NewIncident> = None;
        for (written, _) in written(&entries) {
            match (written, &mut content) {
                (Written::Incident(incident), content) => *content = Some(incident.clone()),
                (Written::IncidentNote(note), Some(content)) => {
                    let findings = std::mem::take(&mut content.findings);
                    content.findings = findings.with(&note.findings);
                }
                _ => {}
            }
        }
        let content = content.map(|incident| IncidentContent {
            missing: incident.findings.missing(),
            incident,
        });
        Self {
            number,
            content,
            entries,
        }
    }
}

impl IncidentContent {
    /// Checks a note to it: every field that is wrong.
    pub fn check(&self, note: &IncidentNote, now: Timestamp) -> Result<(), Vec<FieldError>> {
        all_right(note.findings.errors(self.incident.aware_on, now))
    }
}
