//! What the observations mean: the inventory of things, the findings against the rules, the proposals for the
//! configuration. Pure, but for reading what is published. How it is shown is for `report`.

pub mod catalogued;
pub mod compare;
pub mod dialog;
pub mod evidence;
pub mod finding;
pub mod findings;
pub mod inventory;
pub mod propose;
pub mod published;
pub mod rule;
