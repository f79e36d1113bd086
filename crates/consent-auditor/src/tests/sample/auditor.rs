//! What an auditor holds the sample to.

use super::after;
use crate::audit::receipts::Receipts;
use crate::audit::site::Prefixes;
use crate::audit::{Audit, Audited, RecordsFrom};
use crate::check::witnesses::WitnessPolicy;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::progress::Progress;
use crate::report::{Check, Outcome, Section};
use crate::source::Memory;
use crate::source::filters::Filters;
use consent_core::ConsentReceipt;
use consent_core::api::SiteLogs;
use consent_log::VerifierKey;
use std::time::Duration;

/// What an auditor holds a site to.
pub struct Auditor {
    pub state: State,
    pub keys: Vec<VerifierKey>,
    pub witnesses: Vec<VerifierKey>,
    pub policy: WitnessPolicy,
    pub filters: Filters,
    pub receipts: Vec<ConsentReceipt>,
}

impl Default for Auditor {
    fn default() -> Self {
        Self {
            state: State::default(),
            keys: Vec::new(),
            witnesses: Vec::new(),
            policy: WitnessPolicy {
                quorum: 1,
                fresh: Some(Duration::from_hours(1)),
                now: after(120_000),
            },
            filters: Filters::default(),
            receipts: Vec::new(),
        }
    }
}

impl Auditor {
    pub fn audit(&self, files: &Memory, listing: &SiteLogs) -> Audited {
        let mut receipts = Receipts::default();
        for (number, receipt) in self.receipts.iter().enumerate() {
            let json = serde_json::to_vec(receipt).unwrap();
            receipts.add(&format!("receipt {number}"), &json, &self.keys);
        }
        let audit = Audit {
            source: files,
            pins: Pins {
                given: &self.keys,
                state: &self.state,
            },
            witnesses: &self.witnesses,
            policy: self.policy,
            opaque: false,
            records: RecordsFrom::Server,
            filters: self.filters.clone(),
            receipts,
            manifest: None,
        };
        let mut progress = Progress::hidden();
        let prefixes = Prefixes::of(listing);
        audit
            .site(listing, &prefixes, &mut progress, &mut |_| Ok(()))
            .unwrap()
    }

    /// What an audit finds: `check: place: what` of each finding.
    pub fn finds(&self, files: &Memory, listing: &SiteLogs) -> Vec<String> {
        let report = self.audit(files, listing).report;
        let findings = report.sections.iter().flat_map(Section::findings);
        let lines = findings
            .map(|finding| format!("{}: {}: {}", finding.check, finding.place, finding.what));
        lines.collect()
    }
}

/// Whether a report has a check with that outcome.
pub fn has(audited: &Audited, check: Check, outcome: Outcome) -> bool {
    let lines = audited
        .report
        .sections
        .iter()
        .flat_map(|section| &section.checks);
    lines
        .filter(|line| line.check == check)
        .any(|line| line.outcome == outcome)
}
