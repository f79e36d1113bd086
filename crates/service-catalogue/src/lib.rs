//! The catalogue of services: what the tools that sites use keep, send and are for.
//!
//! One file in `services` for each, embedded when the crate is built. Every fact names its source, or is marked as
//! unverified; what two sources say differently stands in the file. It is apart from `consent-core` so that no page
//! downloads it.
//!
//! ```
//! let found = service_catalogue::by_address("js.stripe.com", "/v3/");
//! assert_eq!(found[0].name.as_str(), "Stripe");
//! assert_eq!(service_catalogue::by_cookie("_ga_B1C2D3", None)[0].id.as_str(), "google-analytics");
//! ```

mod address;
mod convert;
mod entry;
mod fact;
mod hints;
mod look_up;

pub use address::{Address, BadAddress};
pub use entry::{
    Area, AudienceExemption, Cookie, Disagreement, Entry, InEurope, Kind, LoadedFrom, Source,
    StorageKey, Texts,
};
pub use fact::{About, BadFact, Fact};
pub use hints::{exemption_errors, with_hints};
pub use look_up::{by_address, by_cookie, by_id, by_snippet, by_storage_key, search};

use std::sync::LazyLock;

// The build has just written it; a test holds that all are there.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let entries = include_str!(concat!(env!("OUT_DIR"), "/services.json"));
    serde_json::from_str(entries).unwrap_or_default()
});

/// Every entry, in the order of their ids.
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}
