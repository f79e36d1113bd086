//! What is told to people and to programs: findings, the report that has them, the evidence beside it, and
//! how far the work is. What is checked is in `check`.

pub mod evidence;
pub mod finding;
pub mod manual_steps;
pub mod progress;
mod section;

#[cfg(test)]
pub use section::Outcome;
pub use section::{Check, Report, Section, counted};
