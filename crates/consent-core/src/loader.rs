//! What the edge puts into the loader for one site and one language.

use crate::ident::{MaterialDigest, NoticeHash, SiteId};
use crate::purpose::Purpose;
use crate::text::LanguageTag;
use serde::{Deserialize, Serialize};

/// The name that stands in the built loader where the edge puts a [`LoaderSite`].
pub const LOADER_SITE_NAME: &str = "__TEMOIN_SITE__";

/// A site as its loader knows it (`consent-widget/loader/site.ts` has the same fields).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoaderSite {
    /// The site.
    pub site: SiteId,
    /// The notice in force.
    pub notice: NoticeHash,
    /// What a stored choice must be an answer to.
    pub material: MaterialDigest,
    /// The language of the texts.
    pub language: LanguageTag,
    /// The optional purposes asked for.
    pub purposes: Vec<Purpose>,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// The path of the script that starts the widget, on the consent server.
    pub script: String,
    /// The path of the widget's WebAssembly, on the consent server.
    pub wasm: String,
    /// The banner's markup.
    pub banner: String,
    /// The markup of the small permanent button; empty where the owner turned it off.
    pub reopen: String,
    /// The markup that stands in for a blocked frame.
    pub placeholder: String,
    /// The styles of all three.
    pub style: String,
}
