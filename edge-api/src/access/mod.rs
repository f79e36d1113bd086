//! Who may ask what: lets requests with a token through, notes those that are refused, and makes, lists and revokes tokens.
//!
//! What a token allows is in [`http::auth`](crate::http::auth); where the tokens that were made are kept, in the
//! [directory](crate::directory).

pub mod guard;
pub mod tokens;
