//! The declaration for programs: what the page says, each fact with its code and its words.

use crate::edition::InForce;
use consent_core::jurisdiction::{ConsentModel, Jurisdiction};
use consent_core::locale::NoticeTexts;
use consent_core::service::{CookieName, CountryCode, Lifetime, Safeguard, Service, Unit};
use consent_core::site::{Controller, Policy};
use consent_core::text::{Host, Label, LanguageTag, Link, Paragraph};
use consent_core::{Notice, NoticeHash, Purpose, ServiceId, SiteId, Timestamp};
use consent_widget::markup::Wording;
use serde::Serialize;

/// The answer to `GET /v1/sites/SITE/declaration`.
#[derive(Serialize)]
pub struct Declaration<'a> {
    /// The site.
    site: &'a SiteId,
    /// Its name.
    name: &'a Label,
    /// The notice in force; its bytes are at `/v1/notices/HASH`.
    notice: NoticeHash,
    /// When it was first published.
    published_at: Option<Timestamp>,
    /// The language of the words.
    language: &'a LanguageTag,
    /// The others that there are.
    languages: &'a [LanguageTag],
    /// The law that applies.
    jurisdiction: Jurisdiction,
    /// How consent works under it.
    model: ConsentModel,
    /// Whom to complain to.
    authority: Authority,
    /// Who answers for the site.
    controller: &'a Controller,
    /// The policy in force.
    policy: &'a Policy,
    /// How long what is the site's own is kept.
    kept: Kept,
    /// What is used, by purpose.
    purposes: Vec<DeclaredPurpose<'a>>,
}

#[derive(Serialize)]
struct Authority {
    name: &'static str,
    url: &'static str,
}

/// A lifetime: `session` or an ISO 8601 duration, and the same in words.
#[derive(Serialize)]
struct Stay {
    iso: Lifetime,
    words: String,
}

#[derive(Serialize)]
struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<Stay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_again: Option<Stay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proofs: Option<Stay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<Stay>,
}

#[derive(Serialize)]
struct DeclaredPurpose<'a> {
    id: Purpose,
    name: &'a Label,
    description: &'a Paragraph,
    /// Whether a visitor can refuse it.
    optional: bool,
    services: Vec<DeclaredService<'a>>,
}

#[derive(Serialize)]
struct DeclaredService<'a> {
    id: &'a ServiceId,
    name: &'a Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a Paragraph>,
    recipient: &'a Label,
    country: Country,
    #[serde(skip_serializing_if = "Option::is_none")]
    safeguard: Option<DeclaredSafeguard<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_url: Option<&'a Link>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hosts: &'a [Host],
    cookies: Vec<Cookie<'a>>,
}

#[derive(Serialize)]
struct Country {
    code: CountryCode,
    name: String,
}

#[derive(Serialize)]
struct DeclaredSafeguard<'a> {
    id: Safeguard,
    words: &'a Label,
}

#[derive(Serialize)]
struct Cookie<'a> {
    name: &'a CookieName,
    lifetime: Stay,
}

impl<'a> Declaration<'a> {
    /// What a notice declares in one of its languages; `None` if it is not in that language.
    pub fn new(
        notice: &'a Notice,
        in_force: InForce,
        language: &'a LanguageTag,
        wording: &dyn Wording,
    ) -> Option<Self> {
        let texts = notice.texts.get(language)?;
        let translation = Translation {
            notice,
            language,
            texts,
            wording,
        };
        let authority = notice.jurisdiction.authority();
        Some(Self {
            site: &notice.site,
            name: &notice.name,
            notice: in_force.notice,
            published_at: in_force.published_at,
            language,
            languages: &notice.languages,
            jurisdiction: notice.jurisdiction,
            model: notice.model,
            authority: Authority {
                name: authority.name,
                url: authority.url,
            },
            controller: &notice.controller,
            policy: &notice.policy,
            kept: translation.kept(),
            purposes: notice
                .declared()
                .map(|id| translation.purpose(id))
                .collect(),
        })
    }
}

/// A notice in one of its languages.
struct Translation<'a, 'w> {
    notice: &'a Notice,
    language: &'a LanguageTag,
    texts: &'a NoticeTexts,
    wording: &'w dyn Wording,
}

impl<'a> Translation<'a, '_> {
    fn purpose(&self, id: Purpose) -> DeclaredPurpose<'a> {
        let texts = self.texts.purposes.get(id);
        let services = self.notice.services.iter();
        DeclaredPurpose {
            id,
            name: &texts.name,
            description: &texts.description,
            optional: id.is_optional(),
            services: services
                .filter(|service| service.purpose == id)
                .map(|service| self.service(service))
                .collect(),
        }
    }

    fn service(&self, service: &'a Service) -> DeclaredService<'a> {
        let cookies = service.cookies.iter().map(|cookie| Cookie {
            name: &cookie.name,
            lifetime: self.stay(cookie.lifetime),
        });
        DeclaredService {
            id: &service.id,
            name: &service.name,
            description: service.description.get(self.language),
            recipient: &service.recipient,
            country: Country {
                code: service.country,
                name: self.wording.country(self.language, service.country),
            },
            safeguard: service.safeguard.map(|id| DeclaredSafeguard {
                id,
                words: self.texts.safeguards.get(id),
            }),
            policy_url: service.policy_url.as_ref(),
            hosts: &service.hosts,
            cookies: cookies.collect(),
        }
    }

    fn kept(&self) -> Kept {
        let months = |months| self.stay(Lifetime::For(months, Unit::Month));
        let where_asked = |count| self.notice.asks().then(|| months(count));
        Kept {
            choice: where_asked(self.notice.choice_max_age_months),
            asked_again: where_asked(self.notice.reask_after_months),
            proofs: where_asked(self.notice.proof_months),
            audience: self.notice.audience_data_months.map(months),
        }
    }

    fn stay(&self, iso: Lifetime) -> Stay {
        let words = self.wording.duration(self.language, iso);
        Stay {
            words: words.unwrap_or_else(|| self.texts.dialog.session.to_string()),
            iso,
        }
    }
}
