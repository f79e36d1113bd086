//! The widget: what runs as WebAssembly in the page. It turns a click into a decision, stores it,
//! reports it, and brings the preference dialog to life. No markup is rendered here: that is
//! `markup`, at the edge.

mod app;
mod bridge;
mod dialog;
mod intl;
mod json;
mod keep;
mod report;
mod request;
pub mod session;

pub use app::start;
