//! A small honest site for tests: two logs with consents and erasures, the anchor, a witness.

mod auditor;
mod folder;
mod log;
mod site;

pub use auditor::{Auditor, has};
pub use folder::{Folder, all_files};
pub use log::Log;
pub use site::Site;

use consent_core::calendar::Timestamp;
use consent_core::notice::{BundleDigests, ShownDigests};
use consent_core::{Notice, Sha256Digest, SiteConfig, SiteId};
use std::sync::LazyLock;

/// The site.
pub const SITE: &str = "relais";
/// What they saw of it: the same for each part.
pub const LAYER: &str = "<section class=\"temoin-banner\" hidden><p>Témoins & choix</p></section>";
/// What its visitors were shown.
pub static NOTICE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let config = include_bytes!("../../../../../demo-site/sites/atelier.json");
    let config = SiteConfig::parse(config).unwrap();
    let digest = Sha256Digest::of(b"");
    let bundle = BundleDigests {
        loader: digest,
        script: digest,
        wasm: digest,
    };
    let mut notice = Notice::new(site_id(), config, bundle);
    let shown = Sha256Digest::of(LAYER.as_bytes());
    let shown = ShownDigests {
        layer: shown,
        dialog: shown,
        declaration: shown,
    };
    notice.shown = [("fr-CA".parse().unwrap(), shown)].into();
    notice.to_bytes()
});
/// When the first entry was written.
pub const START: &str = "2026-11-22T20:00:00.000Z";

/// An instant, in milliseconds after the first entry.
pub fn after(millis: i64) -> Timestamp {
    let start: Timestamp = START.parse().unwrap();
    Timestamp::from_millis(start.as_millis() + millis).unwrap()
}

/// The path of the first page of records.
pub fn records_path() -> String {
    format!("v1/sites/{SITE}/consents?limit=1000")
}

/// The site's id.
pub fn site_id() -> SiteId {
    SITE.parse().unwrap()
}
