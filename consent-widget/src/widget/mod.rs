//! The widget: the WebAssembly in the page. It turns an answer into a decision, stores and reports it,
//! and runs the preference dialog. Markup does not belong here: `markup` renders it, at the edge.

mod answer;
mod app;
mod bridge;
mod dialog;
mod intl;
mod json;
mod report;
mod request;
mod session;
mod storage;

pub use app::start;
