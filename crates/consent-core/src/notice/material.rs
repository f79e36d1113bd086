//! The material part of a notice: when it changes, an earlier choice no longer covers the notice.

use crate::choice::purpose::Purpose;
use crate::ident::{MaterialDigest, ServiceId, SiteId};
use crate::notice::notice::Notice;
use crate::site::config::PolicyVersion;
use crate::text::Label;
use serde::{Deserialize, Serialize};

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
}

impl Notice {
    /// The material part: when it changes, visitors are asked again.
    pub fn material(&self) -> Material {
        let mut services: Vec<_> = self
            .services
            .iter()
            .map(|service| {
                (
                    service.id.clone(),
                    service.purpose,
                    service.recipient.clone(),
                )
            })
            .collect();
        services.sort();
        Material {
            site: self.site.clone(),
            purposes: self.purposes.clone(),
            services,
            policy_version: self.policy.version.clone(),
        }
    }
}

impl Material {
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
        MaterialDigest::of(&serde_json::to_vec(&parts).expect("plain data"))
    }

    /// The differences from `before`, in words. The list is empty exactly when nobody is asked again.
    pub fn changes_since(&self, before: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for purpose in Purpose::OPTIONAL {
            match (
                before.purposes.contains(&purpose),
                self.purposes.contains(&purpose),
            ) {
                (false, true) => changes.push(format!("purpose {purpose} is new")),
                (true, false) => changes.push(format!("purpose {purpose} is gone")),
                _ => {}
            }
        }
        for (id, purpose, recipient) in &self.services {
            match before.services.iter().find(|(other, ..)| other == id) {
                None => changes.push(format!("service {id} is new ({purpose}, {recipient})")),
                Some((_, was, _)) if was != purpose => {
                    changes.push(format!("service {id} serves {purpose}, no longer {was}"));
                }
                Some((.., was)) if was != recipient => changes.push(format!(
                    "service {id} sends to {recipient}, no longer to {was}"
                )),
                Some(_) => {}
            }
        }
        for (id, ..) in &before.services {
            if !self.services.iter().any(|(other, ..)| other == id) {
                changes.push(format!("service {id} is gone"));
            }
        }
        if self.policy_version != before.policy_version {
            changes.push(format!(
                "the policy is version {}, no longer {}",
                self.policy_version, before.policy_version
            ));
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
        ");
        assert_eq!(before.changes_since(&before), Vec::<String>::new());
    }
}
