//! What well-known cookies, storage keys and hosts are for, from the Open Cookie Database.
//!
//! The database is compiled into a compact table when the crate is built; looking something up
//! takes nanoseconds and allocates nothing. The table has the names, domains, platforms,
//! controllers, retention periods and categories; it has no descriptions. It is apart from
//! `consent-core` so that no page downloads it: a page has the table of its own site, and only what
//! inspects a site has this one.
//!
//! ```
//! use consent_core::{Purpose, classify::Seen};
//!
//! let seen = Seen::Cookie { name: "_ga_B1C2D3", host: Some("www.example.org") };
//! let found = cookie_database::classify(&[], &seen);
//! assert_eq!(found.purpose, Some(Purpose::Statistics));
//! assert_eq!(found.service, Some("Google Analytics"));
//! assert_eq!(found.reason.to_string(), "The Open Cookie Database has _ga_*.");
//! ```

#[cfg(test)]
mod compile;
mod format;
mod look_up;
mod table;

pub use table::{Row, Table, Verdict};

use consent_core::classify::{Classification, Seen, by_owner};
use consent_core::service::Service;

/// The table as it is kept and sent: see [`Table::read`].
pub const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cookie-database.bin"));

/// The table that this crate carries.
pub const TABLE: Table<'static> = Table::read(BYTES).expect("the build has just written it");

/// What something is for: the owner's services answer first, then the database.
pub fn classify<'a>(services: &'a [Service], seen: &Seen) -> Classification<'a> {
    by_owner(services, seen).unwrap_or_else(|| TABLE.classify(seen))
}
