//! What an owner writes in the two registers of a site: visitors' requests, and incidents.
//!
//! Nothing in a register is changed: a case is opened, and notes are added. Each is committed to by an entry of the
//! site's log. How registers are stored and served belongs in `edge-api`.

pub mod case;
pub mod incident;
pub mod request;
pub mod text;

pub use case::{
    Case, IncidentCase, IncidentContent, IncidentPage, RequestCase, RequestContent, RequestPage,
    RequestStatus,
};
pub use incident::{IncidentFindings, IncidentNote, NewIncident};
pub use request::{NewRequest, Outcome, RequestKind, RequestNote};
pub use text::{DisclosedRegisterText, Register, RegisterEntry, RegisterText, Written};
