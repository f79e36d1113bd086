//! The part of a notice that a record needs.

use crate::choice::decision::{Consent, Decision};
use crate::choice::purpose::Purpose;
use crate::ident::{MaterialDigest, ServiceId};
use crate::notice::notice::Notice;
use crate::site::config::PolicyVersion;
use crate::site::jurisdiction::{Jurisdiction, JurisdictionFrom};
use crate::site::signals::Tools;
use crate::text::LanguageTag;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a record needs to know of the notice it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in `Notice`")]
pub struct NoticeTerms {
    pub purposes: Vec<Purpose>,
    pub services: BTreeMap<ServiceId, Purpose>,
    /// Those of the services that need no consent.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub exempt: BTreeSet<ServiceId>,
    pub languages: Vec<LanguageTag>,
    pub policy_version: PolicyVersion,
    pub jurisdiction: Jurisdiction,
    #[serde(default, skip_serializing_if = "JurisdictionFrom::is_site")]
    pub jurisdiction_from: JurisdictionFrom,
    pub choice_max_age_months: u16,
    #[serde(default = "crate::site::config::two_years")]
    pub proof_months: u16,
    /// What a choice made under it answers, so that the choice can be told again from its record.
    pub material: MaterialDigest,
    /// The tools that its loaders tell what was decided.
    #[serde(default, skip_serializing_if = "Tools::is_empty")]
    pub tools: Tools,
}

impl NoticeTerms {
    /// What a decision means for a service of the notice that is not answered apart; `None` for no service of it.
    pub fn unless_apart(&self, decision: Decision, service: &ServiceId) -> Option<Consent> {
        let purpose = self.services.get(service)?;
        Some(decision.unless_apart(*purpose, self.exempt.contains(service)))
    }
}

impl Notice {
    /// What a record needs to know of this notice.
    pub fn terms(&self) -> NoticeTerms {
        NoticeTerms {
            purposes: self.purposes.clone(),
            services: self
                .services
                .iter()
                .map(|service| (service.id.clone(), service.purpose))
                .collect(),
            exempt: self.exempt().map(|service| service.id.clone()).collect(),
            languages: self.languages.clone(),
            policy_version: self.policy.version.clone(),
            jurisdiction: self.jurisdiction,
            jurisdiction_from: if self.by_place {
                JurisdictionFrom::Place
            } else {
                JurisdictionFrom::Site
            },
            choice_max_age_months: self.choice_max_age_months,
            proof_months: self.proof_months,
            material: self.material().digest(),
            tools: self.signals.tools(),
        }
    }
}
