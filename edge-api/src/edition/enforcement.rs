//! What enforcing a site's choices takes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::site::{Edge, Place};
use consent_core::stored::AskedByPlace;
use consent_core::text::{LanguageTag, Localized, Origin};
use consent_core::{Notice, Sha256Digest, SiteConfig, SiteId};
use edge_gate::{Question, Rules};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A site whose pages pass through here.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enforcement {
    /// The site.
    pub site: SiteId,
    /// Where visitors find it.
    pub origins: Vec<Origin>,
    /// Where its pages come from.
    pub origin_server: Origin,
    /// What belongs to whom.
    pub rules: Rc<Rules>,
    /// SHA-256 of the rules: what was made under others is made anew.
    pub digest: Sha256Digest,
    /// The languages, the default one first.
    pub languages: Vec<LanguageTag>,
    /// What is placed in the page.
    #[serde(flatten)]
    pub placed: Placed,
    /// Where the site has several laws, the one that applies where no other does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<Jurisdiction>,
    /// The site's other laws, each with what it asks of visitors to whose place it applies, and shows them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub laws: BTreeMap<Jurisdiction, EnforcedByLaw>,
}

/// What is placed in a page.
#[derive(Clone, Serialize, Deserialize)]
pub struct Placed {
    /// The loader, by language: its SHA-256, by which the directory has it.
    pub loaders: Localized<Sha256Digest>,
    /// The hashes of the styles that it puts into the page, as a policy writes them.
    pub styles: Vec<String>,
}

/// What differs under another law.
#[derive(Clone, Serialize, Deserialize)]
pub struct EnforcedByLaw {
    /// What visitors are asked.
    pub question: Question,
    /// What is placed in the page.
    #[serde(flatten)]
    pub placed: Placed,
}

/// What holds for one visitor.
#[derive(Clone, Copy)]
pub struct Enforced<'a> {
    /// What they are asked.
    pub question: &'a Question,
    /// What is placed in their page.
    pub placed: &'a Placed,
}

impl Enforcement {
    /// Of a publication with `edge` on.
    pub fn new(
        config: &SiteConfig,
        edge: &Edge,
        notice: &Notice,
        asked: AskedByPlace,
        placed: Placed,
        laws: BTreeMap<Jurisdiction, EnforcedByLaw>,
    ) -> serde_json::Result<Self> {
        let rules = Rules::new(config, notice, asked);
        Ok(Self {
            site: notice.site.clone(),
            origins: config.origins.clone(),
            origin_server: edge.origin_server.clone(),
            digest: Sha256Digest::of(&serde_json::to_vec(&rules)?),
            rules: Rc::new(rules),
            languages: notice.languages.clone(),
            placed,
            law: (!laws.is_empty()).then_some(notice.jurisdiction),
            laws,
        })
    }

    /// What holds for a visitor at a place.
    pub fn at(&self, place: Option<&Place>) -> Enforced<'_> {
        let law = self.law.and_then(|own| place?.other_law(own, &self.laws));
        match law.and_then(|law| self.laws.get(&law)) {
            Some(EnforcedByLaw { question, placed }) => Enforced { question, placed },
            None => Enforced {
                question: &self.rules.question,
                placed: &self.placed,
            },
        }
    }

    /// The origin that a visitor sees, by the host they name.
    pub fn own_origin(&self, authority: &str) -> Option<&Origin> {
        self.origins
            .iter()
            .find(|origin| origin.authority() == authority)
    }

    /// What names it in the directory.
    pub fn authorities(&self) -> Vec<String> {
        self.origins
            .iter()
            .map(|origin| origin.authority().to_owned())
            .collect()
    }
}

/// A digest as a content security policy writes it (CSP Level 3, `hash-source`).
pub fn hash_source(digest: Sha256Digest) -> String {
    format!("sha256-{}", STANDARD.encode(digest.as_bytes()))
}
