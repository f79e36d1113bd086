//! A scan: a real browser goes over a site's pages without a choice, after refusal, after acceptance and
//! after withdrawal, and what happened is compared with what may happen.
//!
//! | folder | what belongs there |
//! | --- | --- |
//! | `report` | the report of a scan, as JSON and as a page |
//! | `assess` | what the observations mean: inventory, findings, proposals; pure, but for reading what is published |
//! | `visit` | which pages are visited, which buttons are pressed, in which order |
//! | `browser` | Chromium: its process, the connection to it, a tab |
//! | `observe` | observations, and how events become observations; pure |
//!
//! A folder imports only from those below it. At the bottom are `agent`, the scan's name for servers, and `words`; at the
//! top is [`Scan`], the whole of it.

mod agent;
mod assess;
mod browser;
mod observe;
mod report;
mod scan;
mod visit;
mod words;

pub use assess::published::{Fetch, Tag};
pub use report::{Report, sha256};
pub use scan::{Outcome, Scan};
pub use visit::consent_dialog::Selectors;
pub use visit::visitor::Bounds;
pub use words::counted;
