//! Webhooks: what another program is told of what happens on a site (Standard Webhooks 1.0.0).
//!
//! What is told is written in the transaction of what it tells, and sent by the object's alarm: no visitor's request waits
//! for it. The site's first object has the endpoints, their secrets, and the deliveries. Each other object knows which
//! events are wanted, keeps those that happen in it until the first has taken them, and knows no endpoint.
//!
//! A site without webhooks has no row in any of these tables: an object reads once, when something first happens in it,
//! that nothing is wanted.

pub mod deliveries;
pub mod endpoints;
pub mod events;
#[cfg(test)]
mod faults;
pub mod outbox;
mod requests;

mod run;
pub mod schedule;
mod send;
pub mod serve;
mod signature;
pub mod wanted;
