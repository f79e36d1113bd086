//! The output for people and programs: findings, the report with its sections, the evidence folders, the
//! progress of long work. The checks themselves are in `check`.

mod check;
pub mod evidence;
pub mod finding;
pub mod manual_steps;
pub mod progress;
mod section;

pub use check::Check;
pub use section::{Outcome, Report, Section, counted};
