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

pub mod agent;
pub mod assess;
pub mod browser;
pub mod observe;
pub mod report;
mod scan;
pub mod visit;
pub mod words;

pub use scan::{Outcome, Scan};
