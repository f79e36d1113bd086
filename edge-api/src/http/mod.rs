//! How the server speaks HTTP: reading requests, building responses, and errors as RFC 9457 problems.
//! Nothing here knows a site, a log or a notice's storage.

pub mod admission;
pub mod ascii;
pub mod auth;
pub mod body;
pub mod client;
pub mod compressed;
pub mod conditional;
pub mod cookie_renewal;
pub mod csv;
pub mod error;
pub mod inline_script;
pub mod negotiation;
pub mod object;
pub mod outside;
pub mod own;
pub mod place;
pub mod query;
pub mod rate;
pub mod refusals;
pub mod response;
pub mod time_limit;
pub mod wrong_tokens;
