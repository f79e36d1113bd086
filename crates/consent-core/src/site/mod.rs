//! What an owner writes about a site: its configuration, its services, its tags and the law that applies.
//!
//! What visitors are shown of it belongs in [`notice`](crate::notice).

pub mod config;
pub mod jurisdiction;
pub mod lint;
pub mod service;
pub mod signals;

pub use config::*;
