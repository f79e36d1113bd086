//! The names of all checks.

use serde::Serialize;
use std::fmt;

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// Each file of an export against the export's list of files.
    Manifest,
    /// The list of a site's logs.
    Listing,
    /// The key that a log serves against the pinned one.
    Key,
    /// The signature of a checkpoint.
    Signature,
    /// The hash of each entry against its leaf.
    Entries,
    /// Each hash in a tile against the full tile below it.
    Tiles,
    /// The root computed from all leaves against the signed one.
    Root,
    /// The format of each entry.
    Format,
    /// That a notice is published before the first consent under it.
    Publication,
    /// That time never goes back.
    Time,
    /// That an erasure comes after everything it erases.
    Erasures,
    /// That earlier checkpoints are of the same tree.
    Consistency,
    /// That the log's checkpoints in the anchor are of the same tree.
    Anchor,
    /// The cosignatures of the anchor's checkpoint: how many, and how old.
    Witnesses,
    /// That each published notice is served, unchanged.
    Notices,
    /// Each disclosed record against its entry of the log.
    Records,
    /// That a record is missing only where the log says that it was erased.
    Completeness,
    /// Each receipt by itself, and against its log.
    Receipts,
    /// Each read of records against its entry of the log, and that none is missing.
    Reads,
}

impl Check {
    /// Its name, in reports and in the names of evidence folders.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Listing => "listing",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Entries => "entries",
            Self::Tiles => "tiles",
            Self::Root => "root",
            Self::Format => "format",
            Self::Publication => "publication",
            Self::Time => "time",
            Self::Erasures => "erasures",
            Self::Consistency => "consistency",
            Self::Anchor => "anchor",
            Self::Witnesses => "witnesses",
            Self::Notices => "notices",
            Self::Records => "records",
            Self::Completeness => "completeness",
            Self::Receipts => "receipts",
            Self::Reads => "reads",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
