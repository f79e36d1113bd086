//! What an owner writes about a site, and how it is checked: the configuration, its services and tags, the law.
//!
//! What visitors are shown of it belongs in [`notice`](crate::notice).

pub mod basis;
pub mod check;
pub mod compare;
pub mod config;
pub mod exemption;
mod exemption_check;
pub mod jurisdiction;
pub mod lint;
pub mod place;
mod read;
pub mod rights;
pub mod role;
pub mod service;
pub mod signals;
mod statements;
pub mod statute;
pub mod words;

pub use check::LARGEST_CONFIG_BYTES;
pub use config::*;
pub use place::{BadPlace, Place};
