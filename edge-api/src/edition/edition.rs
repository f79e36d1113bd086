//! What a site's objects need of a publication.

use crate::http::compressed::Compressed;
use consent_core::calendar::Timestamp;
use consent_core::ident::MaterialDigest;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::log_origin::{Shard, Shards};
use consent_core::material::Material;
use consent_core::notice::NoticeTerms;
use consent_core::stored::AskedByPlace;
use consent_core::text::{Host, LanguageTag, Localized, Origin};
use consent_core::{NoticeHash, Sha256Digest, SiteId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a site's object needs of a publication.
#[derive(Clone, Serialize, Deserialize)]
pub struct Edition {
    /// The site.
    pub site: SiteId,
    /// Its shards.
    pub shards: Shards,
    /// The one that this is for.
    pub shard: Shard,
    /// The notice now in force.
    pub notice: NoticeHash,
    /// What is material in it.
    pub material: Material,
    /// What its records need.
    pub terms: NoticeTerms,
    /// Which answers of other notices of the site answer it: see [`AskedByPlace::also`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub also: BTreeMap<MaterialDigest, bool>,
    /// What visitors are shown to whose place another law applies.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub laws: BTreeMap<Jurisdiction, EditionByLaw>,
    /// Where reports may come from.
    pub origins: Vec<Origin>,
    /// The domain whose subdomains share a choice.
    pub cookie_domain: Option<Host>,
    /// The languages, the default one first.
    pub languages: Vec<LanguageTag>,
    /// The loader, by language.
    pub loaders: Localized<Loader>,
    /// Whether choices of other consent tools are taken over. An edition of before this was known may do so.
    #[serde(default = "yes")]
    pub imports: bool,
    /// That the owner has left the server. What is published afterwards has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
}

/// What visitors are shown to whose place another law applies than the one for everyone else.
#[derive(Clone, Serialize, Deserialize)]
pub struct EditionByLaw {
    /// The notice.
    pub notice: NoticeHash,
    /// What its records need.
    pub terms: NoticeTerms,
    /// Which answers of other notices of the site answer it.
    pub also: BTreeMap<MaterialDigest, bool>,
    /// The loader, by language. They are stored apart.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub loaders: Localized<Loader>,
}

/// That the owner of a site has left the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// When.
    pub at: Timestamp,
    /// When everything that belongs to the site is erased.
    pub purge_at: Timestamp,
    /// Whether it was erased.
    pub purged: bool,
}

const fn yes() -> bool {
    true
}

impl Edition {
    /// Which stored choices answer the notice that is shown under one of `laws`; under none of them, the one for everyone else.
    pub fn asked(&self, law: Option<Jurisdiction>) -> AskedByPlace {
        let (terms, also) = match law.and_then(|law| self.laws.get(&law)) {
            Some(by_law) => (&by_law.terms, &by_law.also),
            None => (&self.terms, &self.also),
        };
        AskedByPlace {
            material: terms.material,
            also: also.clone(),
        }
    }

    /// Every notice that it puts in force, with what its records need. The one for everyone else comes last, as the newest.
    pub fn notices(&self) -> impl Iterator<Item = (NoticeHash, &NoticeTerms)> {
        let by_law = self.laws.values().map(|law| (law.notice, &law.terms));
        by_law.chain([(self.notice, &self.terms)])
    }

    /// It without the loaders that are stored apart.
    pub fn without_loaders_by_law(&self) -> Self {
        let mut edition = self.clone();
        for law in edition.laws.values_mut() {
            law.loaders = Localized::new();
        }
        edition
    }

    /// What another shard needs of it: all but the loaders, which the first one serves.
    pub fn for_proofs(&self, shard: Shard) -> Self {
        Self {
            shard,
            loaders: Localized::new(),
            ..self.without_loaders_by_law()
        }
    }

    /// What is left of it once everything that belongs to the site was erased: what its logs need.
    pub fn purged(&self, left: Left) -> Self {
        Self {
            origins: Vec::new(),
            cookie_domain: None,
            left: Some(Left {
                purged: true,
                ..left
            }),
            ..self.for_proofs(self.shard)
        }
    }
}

/// A loader with its site in it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Loader {
    /// SHA-256 of the script.
    pub digest: Sha256Digest,
    /// The script.
    pub script: Compressed,
}
