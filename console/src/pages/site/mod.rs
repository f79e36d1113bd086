//! A site: what is in force, its editions, how it is installed. Its configuration and its proofs are rooms of their own.

pub mod departure;
pub mod editions;
mod go_back;
pub mod install;
pub mod overview;
