//! How the table is laid out, for the one who writes it and the one who reads it.
//!
//! Everything is little-endian. First four `u16`: the number of strings, of rows with a whole name,
//! of rows with a prefix, of hosts. Then
//!
//! - for each string, a `u32`: where it ends in the text at the end of the table;
//! - the rows with a whole name, then those with a prefix, each group sorted by name;
//! - the hosts, sorted;
//! - the text: all strings, one after the other, sorted, each there once, the empty one first.
//!
//! A row and a host are a number of `u16`, in the order of the constants below. What is text is the
//! number of a string, 0 where there is none.

/// How many `u16` a row has.
pub const ROW: usize = 7;
/// How many `u16` a host has.
pub const HOST: usize = 4;

/// What it is called: the name or prefix of a row; a host.
pub const NAME: usize = 0;
/// What it is for: [`FUNCTIONAL`], [`CONFLICTING`], or one more than the place in `Purpose::ALL`;
/// for a row, plus [`ANYWHERE`].
pub const PURPOSE: usize = 1;
/// The platform.
pub const SERVICE: usize = 2;
/// The data controller.
pub const CONTROLLER: usize = 3;
/// How long it stays: a `Lifetime` as text, or the database's words.
pub const RETENTION: usize = 4;
/// A domain that it is kept for.
pub const DOMAIN: usize = 5;
/// Another one.
pub const OTHER_DOMAIN: usize = 6;

/// Necessary or preferences: the database does not say.
pub const FUNCTIONAL: u16 = 0;
/// The rows of a host disagree.
pub const CONFLICTING: u16 = 5;
/// The row holds for every domain.
pub const ANYWHERE: u16 = 0x100;
