//! The configuration of a site, by a form and as text: checked, compared, published.
//!
//! The text is what counts: the form reads and writes it (`document`), so that nothing is lost that the form does not know.

mod document;
mod draft;
mod fields;
mod form;
mod languages;
mod page;
mod preview;
mod publish;
mod services;
mod verdict;

pub use page::page;
