//! From an entry to a service of a configuration.

use crate::address::Address;
use crate::entry::{Area, Cookie, Entry, StorageKey, Texts};
use consent_core::jurisdiction::Jurisdiction;
use consent_core::service::{CookiePattern, Lifetime, Service, Unit};
use consent_core::text::{Host, LanguageTag, Localized, Paragraph};

/// What a configuration says of a key in local storage, which has no expiry of its own: the longest that the CNIL accepts
/// for a tracker. The scan's proposals say the same.
const LOCAL_STORAGE: Lifetime = Lifetime::For(13, Unit::Month);

/// Whether a law is the GDPR of the European Union, under which its decisions of adequacy hold. Others have their own lists.
fn follows_gdpr(law: Jurisdiction) -> bool {
    let trusts_the_union = "FR".parse().is_ok_and(|fr| !law.needs_safeguard(fr));
    trusts_the_union && !matches!(law, Jurisdiction::UnitedKingdom | Jurisdiction::Switzerland)
}

impl Entry {
    /// The service, as a site writes it that follows this law in these languages.
    ///
    /// Where the law puts conditions on data that goes to the recipient's country, and none on data that goes to the
    /// group's company in Europe, the recipient is that company. The safeguard stands only where it was confirmed, and
    /// only under the GDPR: which safeguard a site has elsewhere, only its owner knows. Languages other than
    /// French have the English description. `consent_mode` is off: whether the tag may run before a choice is the owner’s to decide.
    pub fn to_service(&self, law: Jurisdiction, languages: &[LanguageTag]) -> Service {
        let in_europe = self.in_europe.as_ref().filter(|in_europe| {
            law.needs_safeguard(self.country) && !law.needs_safeguard(in_europe.country)
        });
        let (recipient, country) = match in_europe {
            Some(in_europe) => (&in_europe.recipient, in_europe.country),
            None => (&self.recipient, self.country),
        };
        let safeguard = self
            .safeguard
            .filter(|_| follows_gdpr(law) && law.needs_safeguard(country));
        Service {
            id: self.id.clone(),
            name: self.name.clone(),
            purpose: self.purpose,
            recipient: recipient.clone(),
            country,
            policy_url: Some(self.policy_url.clone()),
            description: self.description.in_languages(languages),
            cookies: self.kept(),
            hosts: self.whole_hosts(),
            safeguard,
            safeguard_url: None,
            exempt: None,
            consent_mode: false,
            legal_basis: None,
            retention: Vec::new(),
            role: None,
        }
    }

    /// The cookies and the storage keys.
    fn kept(&self) -> Vec<CookiePattern> {
        let cookies = self.cookies.iter().map(Cookie::pattern);
        let keys = self.storage.iter().map(StorageKey::pattern);
        let mut kept: Vec<CookiePattern> = cookies.collect();
        for key in keys {
            if !kept.iter().any(|known| known.name == key.name) {
                kept.push(key);
            }
        }
        kept
    }

    /// The hosts, each once. A configuration knows no paths: see [`Entry::broad_hosts`].
    fn whole_hosts(&self) -> Vec<Host> {
        let mut hosts = Vec::<Host>::new();
        for loaded in &self.hosts {
            let host = loaded.address.host();
            if !hosts.iter().any(|known| known.covers(host.as_str())) {
                hosts.push(host.clone());
            }
        }
        hosts
    }

    /// The hosts of which only a path belongs to the service: what blocks them in a configuration blocks more.
    pub fn broad_hosts(&self) -> impl Iterator<Item = &Host> {
        let paths = self.hosts.iter().map(|loaded| &loaded.address);
        let paths = paths.filter(|address| !address.path().is_empty());
        paths.map(Address::host)
    }
}

impl Texts {
    /// The text in each of these languages: French where the language is French, else English.
    pub fn in_languages(&self, languages: &[LanguageTag]) -> Localized<Paragraph> {
        let text = |language: &LanguageTag| match language.language() {
            "fr" => self.fr.clone(),
            _ => self.en.clone(),
        };
        let texts = languages
            .iter()
            .map(|language| (language.clone(), text(language)));
        texts.collect()
    }
}

impl Cookie {
    /// As a configuration writes it.
    fn pattern(&self) -> CookiePattern {
        CookiePattern {
            name: self.name.clone(),
            lifetime: self.lifetime,
        }
    }
}

impl StorageKey {
    /// As a configuration writes it.
    fn pattern(&self) -> CookiePattern {
        CookiePattern {
            name: self.name.clone(),
            lifetime: match self.area {
                Area::Local => LOCAL_STORAGE,
                Area::Session => Lifetime::Session,
            },
        }
    }
}
