//! The notices that records name, for filters that ask what a notice says.

use super::Source;
use crate::check::notices;
use crate::report::finding::Failure;
use consent_core::{Notice, NoticeHash, Purpose, ServiceId};
use std::cell::RefCell;
use std::collections::HashMap;

/// The purposes that notices give to their services, each notice read and checked once.
pub struct Notices<'a> {
    source: &'a dyn Source,
    known: RefCell<HashMap<NoticeHash, HashMap<ServiceId, Purpose>>>,
}

impl<'a> Notices<'a> {
    /// Those of a source. Nothing is read yet.
    pub fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            known: RefCell::default(),
        }
    }

    /// The purpose that a service has in a notice; nothing if it is not in it.
    pub fn purpose(
        &self,
        notice: NoticeHash,
        service: &ServiceId,
    ) -> Result<Option<Purpose>, Failure> {
        if let Some(services) = self.known.borrow().get(&notice) {
            return Ok(services.get(service).copied());
        }
        let path = format!("v1/notices/{notice}");
        let bytes = self.source.get(&path)?;
        let place = self.source.location(&path);
        notices::check(notice, bytes.as_deref(), &place)?;
        let read: Notice = serde_json::from_slice(&bytes.unwrap_or_default())
            .map_err(|error| anyhow::anyhow!("{place}: this is not a notice: {error}"))?;
        let services = read.services.into_iter();
        let services: HashMap<_, _> = services.map(|one| (one.id, one.purpose)).collect();
        let purpose = services.get(service).copied();
        self.known.borrow_mut().insert(notice, services);
        Ok(purpose)
    }
}
