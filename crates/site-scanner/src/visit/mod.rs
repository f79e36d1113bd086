//! The visits: which pages the browser goes to, which buttons it presses, in which order. What the observations mean is
//! for `assess`.

pub mod consent_dialog;
pub mod crawl;
pub mod visitor;
