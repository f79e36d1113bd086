//! What is made of the observations: each thing once, what is wrong, what the configuration lacks. Pure, but
//! for reading what is published.

pub mod compare;
pub mod findings;
pub mod inventory;
pub mod propose;
pub mod published;
pub mod rule;
