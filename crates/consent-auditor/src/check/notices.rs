//! Notices: what was published is served, and is what was published.

use crate::report::Check;
use crate::report::finding::Finding;
use consent_core::NoticeHash;

/// Checks the bytes that are served under a notice's hash.
pub fn check(hash: NoticeHash, bytes: Option<&[u8]>, place: &str) -> Result<(), Box<Finding>> {
    let Some(bytes) = bytes else {
        let what = "a notice that was published cannot be read any more";
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
        finding.by_hand("sha256sum notice").file("notice", bytes),
    ))
}
