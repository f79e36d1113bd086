//! What a visitor can answer, how they answered, and where the consent stands then.
//!
//! How an answer is stored in the browser belongs in [`browser`](crate::browser); how it is proved
//! belongs in [`proof`](crate::proof).

pub mod decision;
pub mod method;
pub mod purpose;
pub mod service_answers;
pub mod status;

pub use decision::{Consent, Decision};
pub use method::{Layer, Method};
pub use purpose::Purpose;
pub use service_answers::ServiceAnswers;
pub use status::ConsentStatus;
