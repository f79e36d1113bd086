//! Observations, and how the browser's events become observations. Pure. Whether what was seen is allowed is for
//! `assess`.

pub mod event;
mod initiator;
mod link_header;
pub mod observation;
pub mod party;
pub mod recorder;
pub mod set_cookie;
