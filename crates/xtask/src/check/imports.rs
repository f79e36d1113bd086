//! Which file imports which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The files that each file imports.
pub type Imports = BTreeMap<PathBuf, BTreeSet<PathBuf>>;
