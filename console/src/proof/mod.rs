//! Checks in the browser that a record is in the public log (`docs/proof-format.md`). `climb` computes, and is pure;
//! `check` reads the log and says what came of each step. No markup.

pub mod check;
pub mod climb;
