//! The notices that records name, for filters that ask what a notice says.

use super::Source;
use crate::check::notices;
use crate::report::finding::Failure;
use consent_core::notice::NoticeTerms;
use consent_core::{Consent, Decision, Notice, NoticeHash, ServiceId};
use std::cell::RefCell;
use std::collections::HashMap;

/// What notices say of their services, each notice read and checked once.
pub struct Notices<'a> {
    source: &'a dyn Source,
    known: RefCell<HashMap<NoticeHash, NoticeTerms>>,
}

impl<'a> Notices<'a> {
    /// Those of a source. Nothing is read yet.
    pub fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            known: RefCell::default(),
        }
    }

    /// What a decision about a notice means for a service that is not answered apart; nothing if the notice has no such service.
    pub fn unless_apart(
        &self,
        notice: NoticeHash,
        decision: Decision,
        service: &ServiceId,
    ) -> Result<Option<Consent>, Failure> {
        if let Some(terms) = self.known.borrow().get(&notice) {
            return Ok(terms.unless_apart(decision, service));
        }
        let path = format!("v1/notices/{notice}");
        let bytes = self.source.get(&path)?;
        let place = self.source.location(&path);
        notices::check(notice, bytes.as_deref(), &place)?;
        let read: Notice = serde_json::from_slice(&bytes.unwrap_or_default())
            .map_err(|error| anyhow::anyhow!("{place}: this is not a notice: {error}"))?;
        let terms = read.terms();
        let consent = terms.unless_apart(decision, service);
        self.known.borrow_mut().insert(notice, terms);
        Ok(consent)
    }
}
