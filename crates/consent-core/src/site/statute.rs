//! What each law says beyond consent: its legal bases, the rights it gives and how soon they are answered, and what protects
//! data that leaves; and which services it lets run without consent. One table beside that of the laws.
//!
//! What is in a row was looked up in November 2026, and each entry names its section. What a state of the European Economic Area adds
//! to the GDPR is in the table for France alone. None of it is legal advice.

use crate::choice::purpose::Purpose;
use crate::site::basis::LegalBasis;
use crate::site::exemption::ExemptionKind;
use crate::site::jurisdiction::{ConsentModel, Jurisdiction};
use crate::site::rights::Right;
use crate::site::service::{Lifetime, Safeguard, Service, Unit};

/// What a law says beyond consent.
#[derive(Debug)]
pub struct Statute {
    /// The laws that say so, in words.
    pub laws: &'static str,
    /// The bases on which data may be used, each with its section.
    pub bases: &'static [(LegalBasis, &'static str)],
    /// The rights of a person, each with its section.
    pub rights: &'static [(Right, &'static str)],
    /// Within how long a request must be answered, before any extension.
    pub answer_within: Lifetime,
    /// The section that says so.
    pub answer_source: &'static str,
    /// What can protect data that leaves; empty where the law has no such rule.
    pub safeguards: &'static [Safeguard],
    /// The most months that logs are kept by good practice, and who says so.
    pub log_months: Option<(u16, &'static str)>,
}

impl Statute {
    /// Whether data may be used on such a basis.
    pub fn knows(&self, basis: LegalBasis) -> bool {
        self.bases.iter().any(|(known, _)| *known == basis)
    }

    /// Whether data that leaves can be protected so.
    pub fn accepts(&self, safeguard: Safeguard) -> bool {
        self.safeguards.is_empty() || self.safeguards.contains(&safeguard)
    }
}

/// Why a legal basis cannot be that of a purpose under a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasisFault {
    /// The law does not know it.
    Unknown,
    /// The purpose waits for a yes, and the basis is not consent.
    WaitsForYes,
    /// The purpose runs until a no, and the basis is consent.
    RunsUntilNo,
}

const fn days(count: u16) -> Lifetime {
    Lifetime::For(count, Unit::Day)
}

const GDPR_BASES: &[(LegalBasis, &str)] = &[
    (LegalBasis::Consent, "GDPR, art. 6(1)(a)"),
    (LegalBasis::Contract, "GDPR, art. 6(1)(b)"),
    (LegalBasis::LegalObligation, "GDPR, art. 6(1)(c)"),
    (LegalBasis::VitalInterests, "GDPR, art. 6(1)(d)"),
    (LegalBasis::PublicTask, "GDPR, art. 6(1)(e)"),
    (LegalBasis::LegitimateInterests, "GDPR, art. 6(1)(f)"),
];

/// GDPR, articles 45 to 49. The Data Privacy Framework is an adequacy decision for certified recipients in the United States
/// (Implementing Decision (EU) 2023/1795).
const GDPR_SAFEGUARDS: &[Safeguard] = &[
    Safeguard::Adequacy,
    Safeguard::PrivacyFramework,
    Safeguard::StandardClauses,
    Safeguard::BindingRules,
    Safeguard::CodeOfConduct,
    Safeguard::Certification,
    Safeguard::Derogation,
];

static EEA: Statute = Statute {
    laws: "states of the European Economic Area without a row of their own",
    bases: GDPR_BASES,
    rights: &[
        (Right::Access, "GDPR, art. 15"),
        (Right::Rectification, "GDPR, art. 16"),
        (Right::Erasure, "GDPR, art. 17"),
        (Right::Restriction, "GDPR, art. 18"),
        (Right::Portability, "GDPR, art. 20"),
        (Right::Objection, "GDPR, art. 21"),
        (Right::AutomatedDecisions, "GDPR, art. 22"),
        (Right::Withdrawal, "GDPR, art. 7(3)"),
        (Right::Complaint, "GDPR, art. 77"),
    ],
    answer_within: Lifetime::For(1, Unit::Month),
    answer_source: "GDPR, art. 12(3)",
    safeguards: GDPR_SAFEGUARDS,
    log_months: None,
};

/// Logs: the CNIL recommends six months to one year (recommendation on logs, Journal officiel of 30 October 2021).
static FRANCE: Statute = Statute {
    laws: "`FR`",
    bases: GDPR_BASES,
    rights: &[
        (Right::Access, "GDPR, art. 15"),
        (Right::Rectification, "GDPR, art. 16"),
        (Right::Erasure, "GDPR, art. 17"),
        (Right::Restriction, "GDPR, art. 18"),
        (Right::Portability, "GDPR, art. 20"),
        (Right::Objection, "GDPR, art. 21"),
        (Right::AutomatedDecisions, "GDPR, art. 22"),
        (Right::Withdrawal, "GDPR, art. 7(3)"),
        (
            Right::AfterDeath,
            "Data Protection Act (loi 78-17), art. 85",
        ),
        (Right::Complaint, "GDPR, art. 77"),
    ],
    answer_within: Lifetime::For(1, Unit::Month),
    answer_source: "GDPR, art. 12(3)",
    safeguards: GDPR_SAFEGUARDS,
    log_months: Some((12, "CNIL, recommendation on logs, October 2021")),
};

/// As amended by the Data (Use and Access) Act 2025: automated decisions since 5 February 2026, complaints to the controller since
/// 19 June 2026.
static UNITED_KINGDOM: Statute = Statute {
    laws: "`GB`",
    bases: &[
        (LegalBasis::Consent, "UK GDPR, art. 6(1)(a)"),
        (LegalBasis::Contract, "UK GDPR, art. 6(1)(b)"),
        (LegalBasis::LegalObligation, "UK GDPR, art. 6(1)(c)"),
        (LegalBasis::VitalInterests, "UK GDPR, art. 6(1)(d)"),
        (LegalBasis::PublicTask, "UK GDPR, art. 6(1)(e)"),
        (LegalBasis::LegitimateInterests, "UK GDPR, art. 6(1)(f)"),
    ],
    rights: &[
        (Right::Access, "UK GDPR, art. 15"),
        (Right::Rectification, "UK GDPR, art. 16"),
        (Right::Erasure, "UK GDPR, art. 17"),
        (Right::Restriction, "UK GDPR, art. 18"),
        (Right::Portability, "UK GDPR, art. 20"),
        (Right::Objection, "UK GDPR, art. 21"),
        (Right::AutomatedDecisions, "UK GDPR, arts. 22A to 22D"),
        (Right::Withdrawal, "UK GDPR, art. 7(3)"),
        (
            Right::Complaint,
            "UK GDPR, art. 77; Data Protection Act 2018, s. 164A",
        ),
    ],
    answer_within: Lifetime::For(1, Unit::Month),
    answer_source: "UK GDPR, art. 12(3)",
    safeguards: &[
        Safeguard::Adequacy,
        Safeguard::PrivacyFramework,
        Safeguard::TransferAgreement,
        Safeguard::StandardClauses,
        Safeguard::BindingRules,
        Safeguard::CodeOfConduct,
        Safeguard::Certification,
        Safeguard::Derogation,
    ],
    log_months: None,
};

/// The act asks for a justification only where its principles are not kept (articles 30 and 31). The framework for the United States
/// counts since 15 September 2024 (Data Protection Ordinance, annex 1).
static SWITZERLAND: Statute = Statute {
    laws: "`CH`",
    bases: &[
        (LegalBasis::Consent, "FADP, art. 31(1)"),
        (LegalBasis::Contract, "FADP, art. 31(2)(a)"),
        (LegalBasis::LegalObligation, "FADP, art. 31(1)"),
        (LegalBasis::PublicTask, "FADP, art. 31(1)"),
        (LegalBasis::LegitimateInterests, "FADP, art. 31(1)"),
    ],
    rights: &[
        (Right::Access, "FADP, art. 25"),
        (Right::Rectification, "FADP, art. 32(1)"),
        (Right::Erasure, "FADP, art. 32(2)(c)"),
        (Right::Portability, "FADP, art. 28"),
        (Right::Objection, "FADP, art. 30(2)(b)"),
        (Right::AutomatedDecisions, "FADP, art. 21"),
        (Right::Complaint, "FADP, art. 49"),
    ],
    answer_within: days(30),
    answer_source: "FADP, art. 25(7)",
    safeguards: &[
        Safeguard::Adequacy,
        Safeguard::PrivacyFramework,
        Safeguard::StandardClauses,
        Safeguard::BindingRules,
        Safeguard::CodeOfConduct,
        Safeguard::Certification,
        Safeguard::Derogation,
    ],
    log_months: None,
};

/// The Act respecting the protection of personal information in the private sector, as amended by Law 25.
static QUEBEC: Statute = Statute {
    laws: "`CA-QC`",
    bases: &[
        (LegalBasis::Consent, "P-39.1, ss. 8.1, 12 and 14"),
        (LegalBasis::RequestedService, "P-39.1, ss. 5 and 12"),
        (LegalBasis::Security, "P-39.1, s. 12"),
        (LegalBasis::LegalObligation, "P-39.1, s. 18"),
    ],
    rights: &[
        (Right::Access, "P-39.1, s. 27"),
        (Right::Rectification, "P-39.1, s. 28"),
        (
            Right::Erasure,
            "P-39.1, s. 28; Civil Code of Québec, art. 40",
        ),
        (Right::Portability, "P-39.1, s. 27"),
        (Right::AutomatedDecisions, "P-39.1, s. 12.1"),
        (Right::Withdrawal, "P-39.1, s. 8"),
        (Right::Deindexing, "P-39.1, s. 28.1"),
        (Right::Complaint, "P-39.1, s. 42"),
    ],
    answer_within: days(30),
    answer_source: "P-39.1, s. 32",
    safeguards: &[Safeguard::Assessment],
    log_months: None,
};

static CANADA: Statute = Statute {
    laws: "`CA`",
    bases: &[
        (LegalBasis::Consent, "PIPEDA, s. 6.1; principle 4.3"),
        (LegalBasis::OptOut, "PIPEDA, principles 4.3.6 and 4.3.7"),
        (LegalBasis::RequestedService, "PIPEDA, principle 4.3.3"),
        (LegalBasis::Security, "PIPEDA, s. 7"),
        (LegalBasis::LegalObligation, "PIPEDA, s. 7"),
    ],
    rights: &[
        (Right::Access, "PIPEDA, principle 4.9"),
        (Right::Rectification, "PIPEDA, principle 4.9.5"),
        (Right::Withdrawal, "PIPEDA, principle 4.3.8"),
        (Right::Complaint, "PIPEDA, s. 11"),
    ],
    answer_within: days(30),
    answer_source: "PIPEDA, s. 8(3)",
    safeguards: &[],
    log_months: None,
};

/// The California Consumer Privacy Act, in the Civil Code. To opt out and to limit are due sooner, in 15 business days (11 CCR 7026(f) and
/// 7027(g)).
static CALIFORNIA: Statute = Statute {
    laws: "`US-CA`",
    bases: &[
        (LegalBasis::OptOut, "CCPA, s. 1798.120"),
        (LegalBasis::BusinessPurpose, "CCPA, s. 1798.140(e)"),
        (LegalBasis::Consent, "CCPA, s. 1798.140(h)"),
        (LegalBasis::LegalObligation, "CCPA, s. 1798.145"),
    ],
    rights: &[
        (Right::Access, "CCPA, ss. 1798.100, 1798.110 and 1798.115"),
        (Right::Rectification, "CCPA, s. 1798.106"),
        (Right::Erasure, "CCPA, s. 1798.105"),
        (Right::Portability, "CCPA, s. 1798.130(a)(3)"),
        (Right::OptOut, "CCPA, s. 1798.120"),
        (Right::Limit, "CCPA, s. 1798.121"),
        (Right::NoRetaliation, "CCPA, s. 1798.125"),
        (Right::Complaint, "CCPA, s. 1798.199.45"),
    ],
    answer_within: days(45),
    answer_source: "CCPA, s. 1798.130(a)(2)",
    safeguards: &[],
    log_months: None,
};

/// What most of the states' acts have in common; some give less (Iowa and Utah no correction; Iowa answers in 90 days).
static UNITED_STATES: Statute = Statute {
    laws: "`US`",
    bases: &[
        (LegalBasis::OptOut, "state privacy acts"),
        (LegalBasis::BusinessPurpose, "state privacy acts"),
        (LegalBasis::Consent, "state privacy acts"),
        (LegalBasis::LegalObligation, "state privacy acts"),
    ],
    rights: &[
        (
            Right::Access,
            "state privacy acts, as Code of Virginia, s. 59.1-577",
        ),
        (
            Right::Rectification,
            "state privacy acts, as Code of Virginia, s. 59.1-577",
        ),
        (
            Right::Erasure,
            "state privacy acts, as Code of Virginia, s. 59.1-577",
        ),
        (
            Right::Portability,
            "state privacy acts, as Code of Virginia, s. 59.1-577",
        ),
        (
            Right::OptOut,
            "state privacy acts, as Code of Virginia, s. 59.1-577",
        ),
        (
            Right::Appeal,
            "state privacy acts, as Code of Virginia, s. 59.1-577",
        ),
    ],
    answer_within: days(45),
    answer_source: "state privacy acts, as Code of Virginia, s. 59.1-577",
    safeguards: &[],
    log_months: None,
};

static BRAZIL: Statute = Statute {
    laws: "`BR`",
    bases: &[
        (LegalBasis::Consent, "LGPD, art. 7, I"),
        (LegalBasis::LegalObligation, "LGPD, art. 7, II"),
        (LegalBasis::PublicTask, "LGPD, art. 7, III"),
        (LegalBasis::Contract, "LGPD, art. 7, V"),
        (LegalBasis::VitalInterests, "LGPD, art. 7, VII"),
        (LegalBasis::LegitimateInterests, "LGPD, art. 7, IX"),
    ],
    rights: &[
        (Right::Access, "LGPD, art. 18, I and II"),
        (Right::Rectification, "LGPD, art. 18, III"),
        (Right::Erasure, "LGPD, art. 18, IV and VI"),
        (Right::Portability, "LGPD, art. 18, V"),
        (Right::Objection, "LGPD, art. 18, § 2"),
        (Right::AutomatedDecisions, "LGPD, art. 20"),
        (Right::Withdrawal, "LGPD, art. 18, IX"),
        (Right::Complaint, "LGPD, art. 18, § 1"),
    ],
    answer_within: days(15),
    answer_source: "LGPD, art. 19, II",
    safeguards: &[
        Safeguard::Adequacy,
        Safeguard::StandardClauses,
        Safeguard::BindingRules,
        Safeguard::CodeOfConduct,
        Safeguard::Certification,
        Safeguard::Derogation,
    ],
    log_months: None,
};

impl Jurisdiction {
    /// What the law says beyond consent.
    pub fn statute(self) -> &'static Statute {
        match self {
            Self::France => &FRANCE,
            Self::UnitedKingdom => &UNITED_KINGDOM,
            Self::Switzerland => &SWITZERLAND,
            Self::Quebec => &QUEBEC,
            Self::Canada => &CANADA,
            Self::California => &CALIFORNIA,
            Self::UnitedStates => &UNITED_STATES,
            Self::Brazil => &BRAZIL,
            _ => &EEA,
        }
    }

    /// Why a legal basis cannot be that of a purpose there; `None` where it can.
    pub fn basis_fault(self, purpose: Purpose, basis: LegalBasis) -> Option<BasisFault> {
        let is_consent = basis == LegalBasis::Consent;
        if !self.statute().knows(basis) {
            return Some(BasisFault::Unknown);
        }
        if !purpose.is_optional() {
            return None;
        }
        match self.model_for(purpose) {
            ConsentModel::OptIn => (!is_consent).then_some(BasisFault::WaitsForYes),
            ConsentModel::OptOut => is_consent.then_some(BasisFault::RunsUntilNo),
        }
    }

    /// Whether the General Data Protection Regulation itself holds there.
    pub fn has_gdpr(self) -> bool {
        let mut bases = self.statute().bases.iter();
        bases.all(|(_, source)| source.starts_with("GDPR, "))
    }
}

/// The laws that know an exemption, and where they say so. One table.
const EXEMPTIONS: [(Jurisdiction, ExemptionKind, &str); 3] = [
    (
        Jurisdiction::France,
        ExemptionKind::AudienceMeasurement,
        "CNIL, 2020-091, art. 5",
    ),
    (
        Jurisdiction::UnitedKingdom,
        ExemptionKind::AudienceMeasurement,
        "PECR, Schedule A1, 5",
    ),
    (
        Jurisdiction::UnitedKingdom,
        ExemptionKind::Appearance,
        "PECR, Schedule A1, 6",
    ),
];

impl ExemptionKind {
    /// Where a law says that such a service needs no consent; `None` where it does not say so.
    pub fn source(self, law: Jurisdiction) -> Option<&'static str> {
        let mut known = EXEMPTIONS.iter();
        let (_, _, source) = known.find(|(of, kind, _)| *of == law && *kind == self)?;
        Some(source)
    }

    /// The laws that know it.
    pub fn laws(self) -> impl Iterator<Item = Jurisdiction> {
        let known = EXEMPTIONS.iter().filter(move |(_, kind, _)| *kind == self);
        known.map(|(law, ..)| *law)
    }
}

impl Service {
    /// Whether it needs no consent under a law.
    pub fn is_exempt_under(&self, law: Jurisdiction) -> bool {
        let exempt = self.exempt.as_ref();
        exempt.is_some_and(|exempt| exempt.kind.source(law).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Label;
    use std::collections::BTreeSet;

    #[test]
    fn the_regulation_holds_in_the_area_and_nowhere_else() {
        for &law in Jurisdiction::ALL {
            let named = law.name().en.contains(": GDPR, ");
            assert_eq!(law.has_gdpr(), named, "{law:?}");
        }
    }

    #[test]
    fn every_law_has_bases_rights_and_a_time_to_answer() {
        for &law in Jurisdiction::ALL {
            let statute = law.statute();
            assert!(statute.knows(LegalBasis::Consent), "{law:?}");
            assert!((15..=45).contains(&statute.answer_within.days()), "{law:?}");
            let rights: BTreeSet<_> = statute.rights.iter().map(|(right, _)| right).collect();
            assert_eq!(rights.len(), statute.rights.len(), "{law:?}");
            assert!(rights.contains(&Right::Access), "{law:?}");
            let bases: BTreeSet<_> = statute.bases.iter().map(|(basis, _)| basis).collect();
            assert_eq!(bases.len(), statute.bases.len(), "{law:?}");
            for (_, source) in statute.rights {
                assert!(Label::try_from((*source).to_owned()).is_ok(), "{source}");
            }
            // A safeguard is asked for where there are some to choose from, and nowhere else.
            let asked = law.needs_safeguard("CN".parse().unwrap());
            assert_eq!(asked, !statute.safeguards.is_empty(), "{law:?}");
        }
    }

    #[test]
    fn what_laws_are_known_for_is_in_their_rows() {
        let has =
            |law: Jurisdiction, right| law.statute().rights.iter().any(|(it, _)| *it == right);
        let only = |right| -> Vec<_> {
            let laws = Jurisdiction::ALL.iter().filter(|law| has(**law, right));
            laws.map(|law| law.as_str()).collect()
        };
        assert_eq!(only(Right::AfterDeath), ["FR"]);
        assert_eq!(only(Right::Deindexing), ["CA-QC"]);
        assert_eq!(only(Right::Limit), ["US-CA"]);
        assert_eq!(only(Right::OptOut), ["US-CA", "US"]);
        assert!(has(Jurisdiction::Quebec, Right::Portability));
        let time = |law: Jurisdiction| law.statute().answer_within.to_string();
        assert_eq!(time(Jurisdiction::Quebec), "P30D");
        assert_eq!(time(Jurisdiction::California), "P45D");
        assert_eq!(time(Jurisdiction::Germany), "P1M");
        let interests = |law: Jurisdiction| law.statute().knows(LegalBasis::LegitimateInterests);
        assert!(interests(Jurisdiction::France) && interests(Jurisdiction::Brazil));
        assert!(!interests(Jurisdiction::Quebec) && !interests(Jurisdiction::California));
    }
}
