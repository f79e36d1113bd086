//! The checks, one file each. They are pure: what they need comes as arguments. What is read, and in which
//! order, is for `audit`.

pub mod anchor;
pub mod completeness;
pub mod entries;
pub mod history;
pub mod listing;
pub mod manifest;
pub mod milestones;
pub mod notices;
pub mod receipt;
pub mod records;
pub mod signature;
pub mod tiles;
pub mod witnesses;
