//! The transparency logs, open to everyone (C2SP tlog-tiles).

use crate::operation::{Method, Operation};
use consent_core::problem::ProblemType::{NoSuchTile, Setting, UnknownLog};

const TAG: &str = "log";
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// The six resources of a log below a path: path, `operationId` and summary of each.
macro_rules! resources {
    ($below:literal, $of:literal, $name:literal) => {
        [
            (
                concat!($below, "/checkpoint"),
                concat!("get", $of, "Checkpoint"),
                concat!("Answers the checkpoint of ", $name, "."),
                TEXT,
            ),
            (
                concat!($below, "/vkey"),
                concat!("get", $of, "Key"),
                concat!("Answers the key of ", $name, " (C2SP signed-note)."),
                TEXT,
            ),
            (
                concat!($below, "/tile/{level}/{tile}"),
                concat!("get", $of, "Tile"),
                concat!("Answers a full tile of ", $name, ": 256 hashes."),
                BYTES,
            ),
            (
                concat!($below, "/tile/{level}/{tile}.p/{width}"),
                concat!("get", $of, "PartialTile"),
                concat!("Answers the first hashes of a tile of ", $name, "."),
                BYTES,
            ),
            (
                concat!($below, "/tile/entries/{tile}"),
                concat!("get", $of, "Entries"),
                concat!("Answers a full bundle of ", $name, ": 256 entries."),
                BYTES,
            ),
            (
                concat!($below, "/tile/entries/{tile}.p/{width}"),
                concat!("get", $of, "PartialEntries"),
                concat!("Answers the first entries of a bundle of ", $name, "."),
                BYTES,
            ),
        ]
    };
}

pub fn operations() -> Vec<Operation> {
    let of_sites = resources!(
        "/log/{server}/{site}/{quarter}/{shard}",
        "Log",
        "a site's log"
    );
    let of_anchor = resources!("/log/{server}/anchor", "Anchor", "the anchor's log");
    of_sites
        .into_iter()
        .chain(of_anchor)
        .map(|(path, id, summary, media)| {
            let operation = Operation::new(Method::Get, path, id, TAG, summary)
                .text(media, "What was asked for")
                .problems(&[UnknownLog, Setting])
                .stored();
            if path.contains("{tile}") {
                operation.problem(NoSuchTile)
            } else {
                operation
            }
        })
        .collect()
}
