//! What drives Chromium: its process, the line to it, one tab. Which pages it goes to is for `visit`.

pub mod devtools;
pub mod process;
pub mod tab;
