//! What a visitor can answer: purposes, the decision about them, and the services answered apart.
//!
//! How an answer is stored in the browser belongs in [`browser`](crate::browser); how it is proved
//! belongs in [`proof`](crate::proof).

pub mod decision;
pub mod purpose;
pub mod service_answers;
