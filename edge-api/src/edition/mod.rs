//! What a publication hands on to the rooms that serve it: data only. How it is made is
//! `publication`'s; how it is stored and served, `site`'s; how it is enforced, `enforce`'s.

#[expect(
    clippy::module_inception,
    reason = "an edition is the room's main type"
)]
mod edition;
mod enforcement;
mod in_force;

pub use edition::{Edition, EditionByLaw, Left, Loader};
pub use enforcement::{Enforced, EnforcedByLaw, Enforcement, Placed, hash_source};
pub use in_force::InForce;
