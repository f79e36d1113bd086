//! The declaration for programs, of a notice in one of its languages.

use crate::publication::published::Published;
use consent_core::api::declaration::{
    Declaration, DeclaredBasis, DeclaredCookie, DeclaredCountry, DeclaredCustomer,
    DeclaredExemption, DeclaredPurpose, DeclaredRetention, DeclaredRight, DeclaredRights,
    DeclaredSafeguard, DeclaredService, DeclaredTime, DeclaredTimes,
};
use consent_core::basis::LegalBasis;
use consent_core::exemption::Exemption;
use consent_core::locale::NoticeTexts;
use consent_core::service::{Lifetime, Service, Unit};
use consent_core::text::LanguageTag;
use consent_core::{Notice, Purpose};
use consent_widget::markup::Wording;

/// What a notice in force declares in one of its languages; `None` if it is not in that language.
pub fn declaration<'a>(
    published: &'a Published,
    language: &'a LanguageTag,
    wording: &dyn Wording,
) -> Option<Declaration<'a>> {
    let Published {
        hash,
        in_force,
        notice,
    } = published;
    let texts = notice.texts.get(language)?;
    let translation = Translation {
        notice,
        language,
        texts,
        wording,
    };
    Some(Declaration {
        site: &notice.site,
        name: &notice.name,
        notice: *hash,
        material: notice.material().digest(),
        published_at: in_force.published_at,
        language,
        languages: &notice.languages,
        jurisdiction: notice.jurisdiction,
        jurisdictions: published.laws(),
        model: notice.model,
        models: &notice.models,
        authority: notice.jurisdiction.authority(),
        controller: &notice.controller,
        role: notice.role,
        customer: notice.customer.as_ref().map(|customer| DeclaredCustomer {
            name: customer.name.get(language),
            contact: customer.contact.get(language),
        }),
        rights: translation.rights(),
        policy: &notice.policy,
        kept: translation.kept(),
        purposes: notice.used().map(|id| translation.purpose(id)).collect(),
    })
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
            legal_basis: self.basis(self.notice.legal_bases.get(&id).copied()),
            services: services
                .filter(|service| service.purpose == id)
                .map(|service| self.service(service))
                .collect(),
        }
    }

    fn service(&self, service: &'a Service) -> DeclaredService<'a> {
        let cookies = service.cookies.iter().map(|cookie| DeclaredCookie {
            name: &cookie.name,
            lifetime: self.stay(cookie.lifetime),
        });
        DeclaredService {
            id: &service.id,
            name: &service.name,
            description: service.description.get(self.language),
            recipient: &service.recipient,
            country: DeclaredCountry {
                code: service.country,
                name: self.wording.country(self.language, service.country),
            },
            safeguard: self.safeguard(service),
            legal_basis: self.basis(service.legal_basis),
            exempt: self.exemption(service),
            retention: self.retention(service),
            role: service.role,
            policy_url: service.policy_url.as_ref(),
            hosts: &service.hosts,
            cookies: cookies.collect(),
        }
    }

    fn exemption(&self, service: &'a Service) -> Option<DeclaredExemption<'a>> {
        let Exemption { kind, conditions } = service.exempt.as_ref()?;
        Some(DeclaredExemption {
            kind: *kind,
            conditions,
            source: kind.source(self.notice.jurisdiction)?,
        })
    }

    fn safeguard(&self, service: &'a Service) -> Option<DeclaredSafeguard<'a>> {
        let id = service.safeguard?;
        Some(DeclaredSafeguard {
            id,
            words: self.texts.safeguard(id)?,
            url: service.safeguard_url.as_ref(),
        })
    }

    fn basis(&self, stated: Option<LegalBasis>) -> Option<DeclaredBasis<'a>> {
        let id = stated?;
        let words = self.texts.legal_bases.as_ref()?.get(id);
        Some(DeclaredBasis { id, words })
    }

    fn retention(&self, service: &'a Service) -> Vec<DeclaredRetention<'a>> {
        let texts = self.texts.retention.as_ref();
        let each = service.retention.iter().filter_map(|it| {
            let named = || it.name.get(self.language);
            Some(DeclaredRetention {
                data: it.data,
                name: texts.and_then(|texts| texts.get(it.data)).or_else(named)?,
                keep: self.stay(it.keep),
            })
        });
        each.collect()
    }

    fn rights(&self) -> Option<DeclaredRights<'a>> {
        let texts = self.texts.rights.as_ref()?;
        let stated = self.notice.rights.as_ref()?;
        let rights = stated.rights.iter().map(|it| DeclaredRight {
            id: it.right,
            words: texts.get(it.right),
            source: &it.source,
        });
        Some(DeclaredRights {
            rights: rights.collect(),
            answer_within: self.stay(stated.answer_within),
            url: stated.url.as_ref(),
            email: stated.email.as_ref(),
            address: stated.address.as_ref(),
        })
    }

    fn kept(&self) -> DeclaredTimes {
        let months = |months| self.stay(Lifetime::For(months, Unit::Month));
        let where_answered = |count| self.notice.can_be_answered().then(|| months(count));
        DeclaredTimes {
            choice: where_answered(self.notice.choice_max_age_months),
            asked_again: self
                .notice
                .asks()
                .then(|| months(self.notice.reask_after_months)),
            proofs: where_answered(self.notice.proof_months),
            audience: self.notice.audience_data_months.map(months),
        }
    }

    fn stay(&self, iso: Lifetime) -> DeclaredTime {
        let words = self.wording.duration(self.language, iso);
        DeclaredTime {
            words: words.unwrap_or_else(|| self.texts.dialog.session.to_string()),
            iso,
        }
    }
}
