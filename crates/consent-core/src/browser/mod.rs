//! What a visitor's browser holds: the data in the loader, the stored choice, the receipts and the outbox.
//!
//! It is plain data and its formats; what touches the DOM belongs in `consent-widget`.

pub mod loader;
pub mod stored;
#[cfg(test)]
mod typescript;
pub mod wallet;
