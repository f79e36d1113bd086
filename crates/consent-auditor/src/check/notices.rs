//! Notices: each published one is served, unchanged.

use crate::report::Check;
use crate::report::finding::Finding;
use consent_core::NoticeHash;

/// Checks the bytes that are served under a notice's hash.
pub fn check(hash: NoticeHash, bytes: Option<&[u8]>, place: &str) -> Result<(), Box<Finding>> {
    let Some(bytes) = bytes else {
        let what = "a published notice is no longer served";
        let finding = Finding::new(Check::Notices, place, what);
        return Err(Box::new(finding.expected(hash, "nothing there")));
    };
    let found = NoticeHash::of(bytes);
    if found == hash {
        return Ok(());
    }
    let what = "this is not the notice that was published";
    let finding = Finding::new(Check::Notices, place, what).expected(hash, found);
    Err(Box::new(
        finding
            .manual_step("sha256sum notice")
            .file("notice", bytes),
    ))
}
