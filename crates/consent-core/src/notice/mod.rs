//! What a visitor is shown: the notice, the parts of it that other rooms need, and the texts in each language.
//!
//! How it is rendered belongs in `consent-widget`.

pub mod locale;
pub mod material;
#[expect(
    clippy::module_inception,
    reason = "the notice is what the room is named after"
)]
pub mod notice;
pub mod terms;

pub use notice::{BundleDigests, Notice, ShownDigests};
pub use terms::NoticeTerms;
