//! A file for each page. What several pages are made of is in `parts`.

pub mod configuration;
pub mod new_site;
pub mod proofs;
pub mod reads;
pub mod registers;
pub mod sign_in;
pub mod site;
pub mod sites;
pub mod statistics;
pub mod tokens;
pub mod unknown;
pub mod webhooks;
