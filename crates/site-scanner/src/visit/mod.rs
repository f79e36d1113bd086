//! Where the browser goes, what it presses, in which order. What is made of it is for `assess`.

pub mod consent_dialog;
pub mod crawl;
pub mod visitor;
