//! Chromium: its process, the connection to it, one tab. Which pages it goes to is for `visit`.

pub mod devtools;
pub mod lost;
pub mod process;
pub mod tab;
