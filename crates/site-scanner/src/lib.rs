//! A scan: a real browser goes over a site's pages without a choice, after refusal, after acceptance and
//! after withdrawal, and what happened is held to what may happen.
//!
//! | folder | what belongs there |
//! | --- | --- |
//! | `report` | the report of a scan, as JSON and as a page |
//! | `assess` | what is made of the observations; pure, but for reading what is published |
//! | `visit` | which pages are visited, which buttons are pressed, in which order |
//! | `browser` | what drives Chromium |
//! | `observe` | what is seen; pure |
//!
//! A folder imports only from those below it.

pub mod agent;
pub mod assess;
pub mod browser;
pub mod observe;
pub mod report;
mod scan;
pub mod visit;
pub mod words;

pub use scan::{Outcome, Scan};
