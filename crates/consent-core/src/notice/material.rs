//! The material part of a notice: when it changes, an earlier choice no longer covers the notice.

use crate::choice::purpose::Purpose;
use crate::ident::{MaterialDigest, ServiceId, SiteId};
use crate::notice::notice::Notice;
use crate::site::config::{Policy, PolicyVersion, SiteConfig};
use crate::site::jurisdiction::Jurisdiction;
use crate::site::service::Service;
use crate::text::Label;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The purposes, which service serves which of them and for whom, and the version of the policy.
/// A corrected spelling or a new build of the widget asks nobody anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// The site.
    pub site: SiteId,
    /// The optional purposes asked for.
    pub purposes: Vec<Purpose>,
    /// Each service with its purpose and its recipient, in the order of their names.
    pub services: Vec<(ServiceId, Purpose, Label)>,
    /// The version of the policy.
    pub policy_version: PolicyVersion,
    /// Of a notice whose law applies by the visitor's place: which of the purposes are on until they are refused. What was
    /// answered where that is so is no yes where consent comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_refused: Option<Vec<Purpose>>,
    /// The services that need no consent, in the order of their names: whoever refused one when it did has not agreed that it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<ServiceId>,
}

impl Notice {
    /// The material part: when it changes, visitors are asked again.
    pub fn material(&self) -> Material {
        let (site, purposes) = (self.site.clone(), self.purposes.clone());
        Material {
            until_refused: self.by_place.then(|| self.until_refused()),
            ..Material::new(
                site,
                purposes,
                &self.services,
                &self.policy,
                self.jurisdiction,
            )
        }
    }
}

impl SiteConfig {
    /// The material part of the notice that publishing this configuration for a site gives.
    pub fn material(&self, site: SiteId) -> Material {
        let (asked, law) = (self.asked(), self.jurisdiction);
        Material::new(site, asked, &self.services, &self.policy, law)
    }
}

/// One difference between two material parts, in words as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaterialChange {
    /// A purpose is asked for that was not.
    PurposeAdded(Purpose),
    /// A purpose is not asked for any more.
    PurposeRemoved(Purpose),
    /// A service that was not there: its purpose and its recipient.
    ServiceAdded(ServiceId, Purpose, Label),
    /// A service that is not there any more.
    ServiceRemoved(ServiceId),
    /// A service serves another purpose: the one before, and the one since.
    ServicePurpose(ServiceId, Purpose, Purpose),
    /// A service sends to another recipient: the one before, and the one since.
    ServiceRecipient(ServiceId, Label, Label),
    /// A service needs no consent any more.
    ServiceExempt(ServiceId),
    /// A service that needed no consent waits for it.
    ServiceNotExempt(ServiceId),
    /// The policy has another version: the one before, and the one since.
    PolicyVersion(PolicyVersion, PolicyVersion),
}

impl MaterialChange {
    /// The field of the configuration that makes the difference, an item of a list by its own name:
    /// `services[ga4].recipient`, `purposes[marketing]`.
    pub fn field(&self) -> String {
        match self {
            Self::PurposeAdded(purpose) | Self::PurposeRemoved(purpose) => {
                format!("purposes[{purpose}]")
            }
            Self::ServiceAdded(id, ..) | Self::ServiceRemoved(id) => format!("services[{id}]"),
            Self::ServicePurpose(id, ..) => format!("services[{id}].purpose"),
            Self::ServiceRecipient(id, ..) => format!("services[{id}].recipient"),
            Self::ServiceExempt(id) | Self::ServiceNotExempt(id) => {
                format!("services[{id}].exempt")
            }
            Self::PolicyVersion(..) => "policy.version".to_owned(),
        }
    }
}

impl fmt::Display for MaterialChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PurposeAdded(purpose) => write!(f, "purpose {purpose} is new"),
            Self::PurposeRemoved(purpose) => write!(f, "purpose {purpose} is gone"),
            Self::ServiceAdded(id, purpose, recipient) => {
                write!(f, "service {id} is new ({purpose}, {recipient})")
            }
            Self::ServiceRemoved(id) => write!(f, "service {id} is gone"),
            Self::ServicePurpose(id, before, since) => {
                write!(f, "service {id} serves {since}, no longer {before}")
            }
            Self::ServiceRecipient(id, before, since) => {
                write!(f, "service {id} sends to {since}, no longer to {before}")
            }
            Self::ServiceExempt(id) => write!(f, "service {id} needs no consent any more"),
            Self::ServiceNotExempt(id) => write!(f, "service {id} waits for consent now"),
            Self::PolicyVersion(before, since) => {
                write!(f, "the policy is version {since}, no longer {before}")
            }
        }
    }
}

impl Material {
    fn new(
        site: SiteId,
        purposes: Vec<Purpose>,
        services: &[Service],
        policy: &Policy,
        law: Jurisdiction,
    ) -> Self {
        let of = |service: &Service| {
            let (id, recipient) = (service.id.clone(), service.recipient.clone());
            (id, service.purpose, recipient)
        };
        let exempt = services
            .iter()
            .filter(|service| service.is_exempt_under(law));
        let mut exempt: Vec<_> = exempt.map(|service| service.id.clone()).collect();
        exempt.sort();
        let mut services: Vec<_> = services.iter().map(of).collect();
        services.sort();
        Self {
            site,
            purposes,
            services,
            policy_version: policy.version.clone(),
            until_refused: None,
            exempt,
        }
    }

    /// The digest that a stored choice carries.
    ///
    /// # Panics
    ///
    /// Never: the parts are plain data.
    #[expect(
        clippy::expect_used,
        reason = "the parts have nothing that JSON cannot hold"
    )]
    pub fn digest(&self) -> MaterialDigest {
        let parts = (
            &self.site,
            &self.purposes,
            &self.services,
            &self.policy_version,
        );
        // What is not there leaves no trace: a digest of before there was such a part stays what it is.
        let text = match (&self.until_refused, &*self.exempt) {
            (None, []) => serde_json::to_vec(&parts),
            (Some(until_refused), []) => serde_json::to_vec(&(parts, until_refused)),
            (until_refused, exempt) => serde_json::to_vec(&(parts, until_refused, exempt)),
        };
        MaterialDigest::of(&text.expect("plain data"))
    }

    /// The differences from `before`, in words. The list is empty exactly when nobody is asked again.
    pub fn changes_since(&self, before: &Self) -> Vec<String> {
        let differences = self.differences(before);
        differences.iter().map(ToString::to_string).collect()
    }

    /// The differences from `before`. The list is empty exactly when nobody is asked again.
    pub fn differences(&self, before: &Self) -> Vec<MaterialChange> {
        use MaterialChange as Change;
        let mut changes = Vec::new();
        for purpose in Purpose::OPTIONAL {
            match (
                before.purposes.contains(&purpose),
                self.purposes.contains(&purpose),
            ) {
                (false, true) => changes.push(Change::PurposeAdded(purpose)),
                (true, false) => changes.push(Change::PurposeRemoved(purpose)),
                _ => {}
            }
        }
        for (id, purpose, recipient) in &self.services {
            let earlier = before.services.iter().find(|(other, ..)| other == id);
            let Some((_, purpose_before, recipient_before)) = earlier else {
                let added = Change::ServiceAdded(id.clone(), *purpose, recipient.clone());
                changes.push(added);
                continue;
            };
            if purpose_before != purpose {
                let change = Change::ServicePurpose(id.clone(), *purpose_before, *purpose);
                changes.push(change);
            }
            if recipient_before != recipient {
                let (before, since) = (recipient_before.clone(), recipient.clone());
                changes.push(Change::ServiceRecipient(id.clone(), before, since));
            }
        }
        for (id, ..) in &before.services {
            if !self.services.iter().any(|(other, ..)| other == id) {
                changes.push(Change::ServiceRemoved(id.clone()));
            }
        }
        for (id, ..) in &self.services {
            match (before.exempt.contains(id), self.exempt.contains(id)) {
                (false, true) => changes.push(Change::ServiceExempt(id.clone())),
                (true, false) => changes.push(Change::ServiceNotExempt(id.clone())),
                _ => {}
            }
        }
        if self.policy_version != before.policy_version {
            let (before, since) = (before.policy_version.clone(), self.policy_version.clone());
            changes.push(Change::PolicyVersion(before, since));
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material(
        purposes: &[Purpose],
        services: &[(&str, Purpose, &str)],
        version: &str,
    ) -> Material {
        let text = |text: &str| text.to_owned().try_into().unwrap();
        Material {
            site: "relais".parse().unwrap(),
            purposes: purposes.to_vec(),
            services: services
                .iter()
                .map(|(id, purpose, recipient)| (id.parse().unwrap(), *purpose, text(recipient)))
                .collect(),
            policy_version: text(version),
            until_refused: None,
            exempt: Vec::new(),
        }
    }

    #[test]
    fn every_material_change_is_said_and_changes_the_digest() {
        use Purpose::{Marketing, Statistics};
        let before = material(&[Statistics], &[("ga4", Statistics, "Google")], "1");
        let cases = [
            material(
                &[Statistics, Marketing],
                &[("ga4", Statistics, "Google")],
                "1",
            ),
            material(&[], &[("ga4", Statistics, "Google")], "1"),
            material(&[Statistics], &[], "1"),
            material(&[Statistics], &[("ga4", Marketing, "Google")], "1"),
            material(&[Statistics], &[("ga4", Statistics, "Autre")], "1"),
            material(
                &[Statistics],
                &[("ga4", Statistics, "Google"), ("x", Statistics, "Y")],
                "1",
            ),
            material(&[Statistics], &[("ga4", Statistics, "Google")], "2"),
            material(&[Statistics], &[("ga4", Marketing, "Autre")], "1"),
        ];
        let said: Vec<_> = cases
            .iter()
            .map(|after| {
                assert_ne!(after.digest(), before.digest());
                after.changes_since(&before).join("; ")
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        purpose marketing is new
        purpose statistics is gone
        service ga4 is gone
        service ga4 serves marketing, no longer statistics
        service ga4 sends to Autre, no longer to Google
        service x is new (statistics, Y)
        the policy is version 2, no longer 1
        service ga4 serves marketing, no longer statistics; service ga4 sends to Autre, no longer to Google
        ");
        assert_eq!(before.changes_since(&before), Vec::<String>::new());
        let exempt = Material {
            exempt: vec!["ga4".parse().unwrap()],
            ..before.clone()
        };
        assert_ne!(exempt.digest(), before.digest());
        assert_eq!(
            exempt.changes_since(&before),
            ["service ga4 needs no consent any more"]
        );
        assert_eq!(
            before.changes_since(&exempt),
            ["service ga4 waits for consent now"]
        );
    }
}
