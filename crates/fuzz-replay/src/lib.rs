//! Runs every target of `fuzz/` on its seeds and on mutations of them, in `tests/replay.rs`. This library is empty.
//!
//! libFuzzer itself (`cargo xtask fuzz`) needs a nightly compiler, `cargo-fuzz`, and a second build of everything under a
//! sanitizer: minutes, before the first input. What a change usually breaks, a seed or a near neighbour of one shows. So the
//! targets are compiled here once more by the ordinary compiler into one test, with a `libfuzzer_sys` of a few lines, and every run
//! has the same inputs. What only coverage finds is left to `cargo xtask fuzz`.
