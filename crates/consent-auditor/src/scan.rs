//! A scan: a real browser goes over a site's pages without a choice, after refusal, after acceptance and
//! after withdrawal, and what happened is held to what may happen.
//!
//! | file | what |
//! | --- | --- |
//! | `browser`, `cdp`, `tab` | drive Chromium |
//! | `pages`, `choice`, `visit` | where it goes, what it presses, in which order |
//! | `observation`, `recorder`, `set_cookie`, `party` | what is seen; pure |
//! | `published`, `inventory`, `rule`, `findings`, `compare`, `propose` | what is made of it; pure but for reading what is published |
//! | `report`, `report_html`, `attach` | what is handed out |

pub mod attach;
pub mod browser;
mod cdp;
pub mod choice;
mod compare;
pub mod findings;
mod inventory;
pub mod observation;
pub mod pages;
pub mod party;
mod propose;
pub mod published;
mod recorder;
pub mod report;
pub mod report_html;
mod rule;
mod set_cookie;
mod tab;
pub mod visit;

/// How the scan names itself to servers: in the browser's user agent, and to `robots.txt`.
pub fn user_agent() -> String {
    format!("{}/{}", pages::AGENT, env!("CARGO_PKG_VERSION"))
}
