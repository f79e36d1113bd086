//! The visitor's side of Témoin.
//!
//! Two halves, built apart:
//!
//! - feature `ssr`: the banner, the preference dialog and the declaration as Leptos components,
//!   rendered to HTML by the edge when a site is published. The loader carries the banner, so that
//!   it needs neither a second request nor WebAssembly.
//! - feature `widget`: the WebAssembly in the page. It turns an answer into a decision, stores it,
//!   tells the gate, reports it, and runs the preference dialog.
//!
//! The loader itself is TypeScript, in `loader/` beside this crate.

#[cfg(feature = "ssr")]
pub mod markup;

#[cfg(feature = "widget")]
pub mod widget;

#[cfg(feature = "widget")]
pub use widget::start;
