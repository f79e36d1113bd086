//! What is seen: observations, and how the browser's events become them. Pure; whether an observation is
//! allowed is for `assess`.

pub mod observation;
pub mod party;
pub mod recorder;
pub mod set_cookie;
