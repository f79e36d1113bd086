//! The anchor: the one log in which the checkpoints of all the others are, and the witnesses that
//! cosign it. Nothing here knows a site's tables.

pub mod object;
pub mod protocol;
pub mod witnesses;
