//! Who published: the grants of the tokens, as the server keeps them. The log does not have them.

use crate::source::target::Target;
use consent_core::SiteId;
use consent_core::api::SecurityEvent;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::calendar::Timestamp;
use consent_core::entry::ConfigurationPrefix;
use consent_core::ident::GrantId;
use serde::Deserialize;

/// How many pages of events are read: the newest come first.
const MAX_PAGES: usize = 50;

/// The note of a publication and its entry are of one commit, not always of the same millisecond.
const MAX_APART: u64 = 5_000;

/// A page of events. A server may have kinds that this program does not know; those are passed over.
#[derive(Deserialize)]
struct Page {
    events: Vec<serde_json::Value>,
    #[serde(default)]
    next: Option<u64>,
}

/// The publications that the server names a grant of.
pub struct Grants {
    published: Vec<(Timestamp, ConfigurationPrefix, Vec<GrantId>)>,
}

/// Asks the server who published. It may refuse, and a folder has nothing of it: then nothing is disclosed.
pub fn read(target: &Target, site: &SiteId) -> Grants {
    let mut grants = Grants {
        published: Vec::new(),
    };
    if target.folder.is_some() {
        return grants;
    }
    let path = format!("v1/sites/{site}/events");
    let mut next = Some(path.clone());
    for _ in 0..MAX_PAGES {
        let Some(Ok(Some(bytes))) = next.take().map(|path| target.source.get(&path)) else {
            break;
        };
        let Ok(page) = serde_json::from_slice::<Page>(&bytes) else {
            break;
        };
        let events = page.events.into_iter();
        let known = events.filter_map(|event| serde_json::from_value::<SecurityEvent>(event).ok());
        for event in known {
            if let SecurityEventKind::Published {
                grants: by,
                configuration,
                ..
            } = event.what
            {
                let published = (event.time, configuration.into(), by);
                grants.published.push(published);
            }
        }
        next = page.next.map(|number| format!("{path}?before={number}"));
    }
    grants
}

impl Grants {
    /// The grants of the publication of a configuration at that time.
    pub fn of(&self, time: Timestamp, configuration: ConfigurationPrefix) -> Option<String> {
        let apart = |one: Timestamp| one.as_millis().abs_diff(time.as_millis());
        let found = self.published.iter().filter(|one| one.1 == configuration);
        let (at, _, by) = found.min_by_key(|one| apart(one.0))?;
        if apart(*at) > MAX_APART {
            return None;
        }
        let names: Vec<_> = by.iter().map(ToString::to_string).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
