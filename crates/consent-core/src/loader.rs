//! What the edge puts into the loader for one site and one language.

use crate::ident::{MaterialDigest, NoticeHash, SiteId};
use crate::purpose::Purpose;
use crate::text::LanguageTag;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The optional purposes asked for, and their names.
    pub purposes: BTreeMap<Purpose, String>,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// Announced when a choice is stored.
    pub saved: String,
    /// Announced when the dialog was asked for and cannot be shown.
    pub unavailable: String,
    /// The path of the script that starts the widget, on the consent server.
    pub script: String,
    /// The path of the widget's WebAssembly, on the consent server.
    pub wasm: String,
    /// The first layer.
    #[serde(flatten)]
    pub markup: Markup,
}

/// The first layer as HTML and CSS.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Markup {
    /// What goes into the root element: the banner, the small permanent button, the place where
    /// "choice saved" is announced.
    pub layer: String,
    /// What stands in for a blocked frame.
    pub placeholder: String,
    /// The styles of both.
    pub style: String,
}
