//! What the edge puts into the loader for one site and one language.

use crate::choice::purpose::Purpose;
use crate::ident::{MaterialDigest, NoticeHash, ServiceId, SiteId};
use crate::site::config::ImportSource;
use crate::site::service::Service;
use crate::site::signals::LoaderSignals;
use crate::text::{Host, Label, LanguageTag, Origin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name that stands in the built loader where the edge puts a [`LoaderSite`].
pub const LOADER_SITE_NAME: &str = "__TEMOIN_SITE__";

/// The parts of the loader that a site can do without: one built loader for each set of them, so
/// that nobody downloads what their site does not use. In the source each is a constant,
/// `__TEMOIN_AUTOMATIC__`.
pub const OPTIONS: [&str; 5] = ["automatic", "cookiebot", "hand_over", "import", "signals"];

/// The name of the built loader that has exactly these options, in the order of [`OPTIONS`].
pub fn variant<'a>(options: impl IntoIterator<Item = &'a str>) -> String {
    let mut name = "loader".to_owned();
    for option in options {
        name.push('-');
        name.push_str(option);
    }
    name
}

/// A site as its loader knows it (`consent-widget/loader/state/site.ts` has the same fields).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoaderSite {
    /// The site.
    pub site: SiteId,
    /// The consent server's origin; where the loader has an address of its own, that one counts. Empty
    /// where it is the page's own.
    pub server: String,
    /// The notice in force.
    pub notice: NoticeHash,
    /// What a stored choice must be an answer to.
    pub material: MaterialDigest,
    /// The language of the texts.
    pub language: LanguageTag,
    /// Whether the language runs from right to left.
    #[serde(skip_serializing_if = "is_false")]
    pub rtl: bool,
    /// Whether trackers run until the visitor objects.
    #[serde(skip_serializing_if = "is_false")]
    pub opt_out: bool,
    /// The optional purposes asked for, and their names.
    pub purposes: BTreeMap<Purpose, String>,
    /// What each service keeps in the browser and, for automatic blocking, where it comes from.
    pub services: BTreeMap<ServiceId, LoaderService>,
    /// Services whose tag may run before a choice, since it obeys Consent Mode.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<ServiceId>,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// After how many calendar months the visitor is asked anew.
    pub reask: u16,
    /// The domain whose subdomains share the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Host>,
    /// Whose tags are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signals: Option<LoaderSignals>,
    /// Origins that a choice is handed over to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<Origin>,
    /// Tools whose choice is taken over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub import: Vec<ImportSource>,
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

/// A service as the loader knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoaderService {
    /// Its name, if a visitor can be asked about it: a placeholder says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Label>,
    /// What it is used for.
    pub purpose: Purpose,
    /// The names of its cookies and storage keys, `*` at the end of a prefix.
    pub cookies: Vec<String>,
    /// Its hosts, where the gate is automatic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Host>,
}

impl LoaderService {
    /// What the loader is told of a service; where the gate is `automatic`, its hosts too.
    pub fn new(service: &Service, automatic: bool) -> Self {
        let purpose = service.purpose;
        let hosts = service.hosts.iter().filter(|_| automatic);
        let cookies = service.cookies.iter();
        Self {
            name: purpose.is_optional().then(|| service.name.clone()),
            purpose,
            cookies: cookies.map(|cookie| cookie.name.to_string()).collect(),
            hosts: hosts.cloned().collect(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
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
