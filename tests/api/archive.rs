//! Full tiles and bundles, copied out of the objects: the same bytes, and nothing depends on them.

use crate::support::{Api, Log, wait_for};
use std::path::PathBuf;

const ENTRIES: u32 = 520;

/// A log of more than two full bundles, once it is copied, and the folder of the copies.
fn archived() -> (Api, PathBuf) {
    let (api, notice) = Api::with_site();
    api.report_many(&notice, 1..ENTRIES, "reject_all");
    let origin = Log::of_site(&api).origin;
    let folder = api.state.join(local_server::ARCHIVE).join(origin);
    wait_for("the second tile is copied", || {
        folder.join("tile/0/001").exists()
    });
    (api, folder)
}

#[test]
fn what_is_full_is_copied_and_served_from_there() {
    let (api, folder) = archived();
    let log = Log::of_site(&api);
    assert_eq!(log.verify().len(), ENTRIES as usize);
    let tile = folder.join("tile/0/000");
    let bytes = std::fs::read(&tile).unwrap();
    let path = format!("/log/{}/tile/0/000", log.origin);
    assert_eq!(api.get_whole(&path, "identity").2, bytes);
    // Seen by changing it: a forged copy is served, and whoever verifies finds out.
    std::fs::write(&tile, vec![0; bytes.len()]).unwrap();
    let (status, headers, served) = api.get_whole(&path, "identity");
    assert_eq!((status, served), (200, vec![0; bytes.len()]));
    assert_eq!(
        headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    for partial in ["tile/0/002", "tile/entries/002", "tile/1/000"] {
        assert!(!folder.join(partial).exists(), "{partial} is not full");
    }
}

#[test]
fn an_archive_that_was_lost_is_not_missed() {
    let (mut api, folder) = archived();
    let copies = std::fs::read(folder.join("tile/entries/001")).unwrap();
    std::fs::remove_dir_all(folder.join("tile")).unwrap();
    api.crash();
    let log = Log::of_site(&api);
    assert_eq!(log.verify().len(), ENTRIES as usize);
    let path = format!("/log/{}/tile/entries/001", log.origin);
    assert_eq!(api.get_whole(&path, "identity").2, copies);
}
