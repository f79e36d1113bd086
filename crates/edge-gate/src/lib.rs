//! The gate at the edge: what a visitor has not agreed to is held before it reaches their browser.
//!
//! It is the loader's rule (`consent-widget/loader/gate/automatic.ts`) applied to bytes on their way: a tag
//! of a denied or undecided purpose takes the form in which the loader's gate knows what waits, cookies
//! of such purposes leave the headers, and everything else passes byte for byte. Times, headers and
//! chunks come in as arguments: there is no I/O here, no clock, and no Worker type.

pub mod behind;
pub mod charset;
pub mod cookie_deletion;
pub mod cookie_header;
pub mod cookies;
pub mod headers;
pub mod hop;
pub mod links;
pub mod media_type;
pub mod page;
pub mod plan;
pub mod policy;
pub mod rules;
pub mod service;
pub mod visitor;

mod cookie_date;
mod css;
mod index;
mod loads;
mod rewrite;

pub use page::Page;
pub use rewrite::{Inserted, LARGEST_TAG, Rewriter};
pub use rules::{Question, Rules};
pub use visitor::Visitor;
