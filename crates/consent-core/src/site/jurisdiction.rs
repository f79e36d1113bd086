//! Where a site answers for its trackers, and what that means. One table.
//!
//! A row is a law: whoever changes it, or adds one, does so here. What is in a row was looked up; where a national provision
//! could not be confirmed, the row names the directive that it transposes. None of it is legal advice.

use crate::choice::purpose::Purpose;
use crate::site::service::CountryCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Whether trackers wait for a yes, or stop at a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ConsentModel {
    /// Nothing optional before the visitor agrees.
    OptIn,
    /// Allowed until the visitor objects.
    OptOut,
}

/// The model of each optional purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Models {
    preferences: ConsentModel,
    statistics: ConsentModel,
    marketing: ConsentModel,
}

const OPT_IN: Models = Models {
    preferences: ConsentModel::OptIn,
    statistics: ConsentModel::OptIn,
    marketing: ConsentModel::OptIn,
};

const OPT_OUT: Models = Models {
    preferences: ConsentModel::OptOut,
    statistics: ConsentModel::OptOut,
    marketing: ConsentModel::OptOut,
};

const OPT_OUT_BUT_MARKETING: Models = Models {
    marketing: ConsentModel::OptIn,
    ..OPT_OUT
};

/// How it was determined which law applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum JurisdictionFrom {
    /// The site has it for everyone, or for every visitor whose place has none of its other laws.
    #[default]
    Site,
    /// The visitor's place has it, among the laws of the site.
    Place,
}

impl JurisdictionFrom {
    /// Whether the site says it.
    pub fn is_site(&self) -> bool {
        *self == Self::Site
    }
}

/// The name of a law for people: where it holds, and the act with its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LawName {
    /// In English.
    pub en: &'static str,
    /// In French.
    pub fr: &'static str,
}

/// The authority a visitor can complain to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Authority {
    /// Its short name.
    pub name: &'static str,
    /// Its site.
    pub url: &'static str,
}

/// The lifetimes that a regulator there recommends, in calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// After how long a visitor may be asked anew, whatever they answered.
    pub reask_after_months: u16,
    /// How long audience data is kept at most.
    pub audience_data_months: u16,
}

/// Which recipients need a safeguard.
enum Safeguards {
    /// Those outside these countries.
    Outside(&'static [&'static [&'static str]]),
    /// None: the law has no such rule.
    Never,
}
use Safeguards::{Never, Outside};

/// The European Economic Area. ISO 3166-1 alpha-2.
const EEA: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Makes the laws of the table below. Each column has a function of its own, so that a program carries only the columns
/// that it uses: the widget none, the console no authorities.
macro_rules! laws {
    ($(
        $(#[$doc:meta])*
        $law:ident $id:literal {
            $place:literal, $place_fr:literal;
            $act:literal, $act_fr:literal;
            $authority:literal, $url:literal;
            $models:ident; $reask:literal, $audience:literal; $safeguards:expr
        }
    )*) => {
        /// The law under which a site asks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Jurisdiction {
            $($(#[$doc])* #[cfg_attr(feature = "schema", schemars(rename = $id))] $law,)*
        }

        impl Jurisdiction {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$law),*];

            /// Its code, as configurations and records have it: ISO 3166, with the subdivision where the law is one's.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$law => $id,)* }
            }

            /// Its name, for people.
            pub const fn name(self) -> LawName {
                match self {
                    $(Self::$law => LawName {
                        en: concat!($place, ": ", $act),
                        fr: concat!($place_fr, "\u{a0}: ", $act_fr),
                    },)*
                }
            }

            /// Who supervises there. What reads or writes on a device answers to another authority in some states; a visitor can
            /// complain to the one for data protection in all (GDPR, article 77).
            pub const fn authority(self) -> Authority {
                match self { $(Self::$law => Authority { name: $authority, url: $url },)* }
            }

            const fn models(self) -> Models {
                match self { $(Self::$law => $models,)* }
            }

            /// What is good practice there. Months between two questions: the CNIL says six (guidelines and recommendation of 17
            /// September 2020), California twelve after a refusal (section 1798.135(c)(4)), others as their rows say; where no
            /// number is known, twelve. Audience data: 25, the CNIL's number, everywhere, for want of another.
            pub const fn preset(self) -> Preset {
                match self {
                    $(Self::$law => Preset { reask_after_months: $reask, audience_data_months: $audience },)*
                }
            }

            const fn safeguards(self) -> Safeguards {
                match self { $(Self::$law => $safeguards,)* }
            }
        }
    };
}

// A place, in English and French; its act; the authority and its site; the models; months until the question may be asked
// anew, and months of audience data; which recipients need a safeguard.
laws! {
    /// Austria: GDPR; Telekommunikationsgesetz 2021, section 165(3).
    Austria "AT" {
        "Austria", "Autriche";
        "GDPR, TKG 2021 § 165(3)", "RGPD, TKG 2021 § 165(3)";
        "DSB", "https://www.dsb.gv.at";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Belgium: GDPR; Act of 30 July 2018 on the protection of natural persons, article 10/2.
    Belgium "BE" {
        "Belgium", "Belgique";
        "GDPR, Act of 30 July 2018, art. 10/2", "RGPD, loi du 30 juillet 2018, art. 10/2";
        "APD-GBA", "https://www.dataprotectionauthority.be";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Bulgaria: GDPR; Electronic Commerce Act, which by itself asks for information and a way to refuse only: the row
    /// follows the GDPR.
    Bulgaria "BG" {
        "Bulgaria", "Bulgarie";
        "GDPR, Electronic Commerce Act", "RGPD, loi sur le commerce électronique";
        "CPDP", "https://cpdp.bg";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Croatia: GDPR; Electronic Communications Act (ZEK).
    Croatia "HR" {
        "Croatia", "Croatie";
        "GDPR, Electronic Communications Act", "RGPD, loi sur les communications électroniques";
        "AZOP", "https://azop.hr";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Cyprus: GDPR; what the law there makes of article 5(3) of Directive 2002/58/EC.
    Cyprus "CY" {
        "Cyprus", "Chypre";
        "GDPR, ePrivacy Directive, art. 5(3)", "RGPD, directive ePrivacy, art. 5(3)";
        "Commissioner for Personal Data Protection", "https://www.dataprotection.gov.cy";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Czechia: GDPR; Electronic Communications Act (127/2005), section 89. The ÚOOÚ advises to ask again twelve months
    /// after a yes and six after a no; the product has one number for both, and takes the shorter.
    Czechia "CZ" {
        "Czechia", "Tchéquie";
        "GDPR, Act 127/2005 § 89", "RGPD, loi 127/2005 § 89";
        "ÚOOÚ", "https://uoou.gov.cz";
        OPT_IN; 6, 25; Outside(&[EEA])
    }
    /// Denmark: GDPR; Executive Order 1148/2011 (Cookie Order), which the Agency for Digital Government supervises.
    Denmark "DK" {
        "Denmark", "Danemark";
        "GDPR, Cookie Order 1148/2011", "RGPD, décret 1148/2011";
        "Datatilsynet", "https://www.datatilsynet.dk";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Estonia: GDPR; what the law there makes of article 5(3) of Directive 2002/58/EC.
    Estonia "EE" {
        "Estonia", "Estonie";
        "GDPR, ePrivacy Directive, art. 5(3)", "RGPD, directive ePrivacy, art. 5(3)";
        "AKI", "https://www.aki.ee";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Finland: GDPR; what the law there makes of article 5(3) of Directive 2002/58/EC, which Traficom supervises.
    Finland "FI" {
        "Finland", "Finlande";
        "GDPR, ePrivacy Directive, art. 5(3)", "RGPD, directive ePrivacy, art. 5(3)";
        "Tietosuojavaltuutettu", "https://tietosuoja.fi";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// France: GDPR, section 82 of the Data Protection Act, and the CNIL's guidelines.
    France "FR" {
        "France", "France";
        "GDPR, Data Protection Act, s. 82", "RGPD, loi Informatique et Libertés, art. 82";
        "CNIL", "https://www.cnil.fr";
        OPT_IN; 6, 25; Outside(&[EEA])
    }
    /// Germany: GDPR; TDDDG, section 25. Most private sites answer to the authority of their Land; the federal one
    /// names them.
    Germany "DE" {
        "Germany", "Allemagne";
        "GDPR, TDDDG § 25", "RGPD, TDDDG § 25";
        "BfDI", "https://www.bfdi.bund.de";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Greece: GDPR; Law 3471/2006, article 4(5).
    Greece "GR" {
        "Greece", "Grèce";
        "GDPR, Law 3471/2006, art. 4(5)", "RGPD, loi 3471/2006, art. 4(5)";
        "HDPA", "https://www.dpa.gr";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Hungary: GDPR; what the law there makes of article 5(3) of Directive 2002/58/EC.
    Hungary "HU" {
        "Hungary", "Hongrie";
        "GDPR, ePrivacy Directive, art. 5(3)", "RGPD, directive ePrivacy, art. 5(3)";
        "NAIH", "https://www.naih.hu";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Iceland: GDPR, by Act 90/2018. The Electronic Communications Office supervises the access to a device;
    /// Persónuvernd what becomes of the data.
    Iceland "IS" {
        "Iceland", "Islande";
        "GDPR, Act 90/2018", "RGPD, loi 90/2018";
        "Persónuvernd", "https://www.personuvernd.is";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Ireland: GDPR; ePrivacy Regulations 2011 (S.I. 336/2011), regulation 5. The DPC's guidance of April 2020:
    /// consent again after six months.
    Ireland "IE" {
        "Ireland", "Irlande";
        "GDPR, S.I. 336/2011, reg. 5", "RGPD, S.I. 336/2011, reg. 5";
        "DPC", "https://www.dataprotection.ie";
        OPT_IN; 6, 25; Outside(&[EEA])
    }
    /// Italy: GDPR; Codice privacy (d.lgs. 196/2003), article 122. The Garante's guidelines of 10 June 2021: six months
    /// between two banners.
    Italy "IT" {
        "Italy", "Italie";
        "GDPR, Privacy Code, s. 122", "RGPD, Codice privacy, art. 122";
        "Garante privacy", "https://www.garanteprivacy.it";
        OPT_IN; 6, 25; Outside(&[EEA])
    }
    /// Latvia: GDPR; Law on Information Society Services.
    Latvia "LV" {
        "Latvia", "Lettonie";
        "GDPR, Information Society Services Law", "RGPD, loi sur les services en ligne";
        "DVI", "https://www.dvi.gov.lv";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Liechtenstein: GDPR; Kommunikationsgesetz, article 61(4), in force since 1 February 2025.
    Liechtenstein "LI" {
        "Liechtenstein", "Liechtenstein";
        "GDPR, KomG art. 61(4)", "RGPD, KomG art. 61(4)";
        "Datenschutzstelle", "https://www.datenschutzstelle.li";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Lithuania: GDPR; Law on Electronic Communications (IX-2135).
    Lithuania "LT" {
        "Lithuania", "Lituanie";
        "GDPR, Electronic Communications Act", "RGPD, loi sur les communications électroniques";
        "VDAI", "https://vdai.lrv.lt";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Luxembourg: GDPR; Act of 30 May 2005 on privacy in electronic communications, article 4.
    Luxembourg "LU" {
        "Luxembourg", "Luxembourg";
        "GDPR, Act of 30 May 2005, art. 4", "RGPD, loi du 30 mai 2005, art. 4";
        "CNPD", "https://cnpd.public.lu";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Malta: GDPR; Processing of Personal Data (Electronic Communications Sector) Regulations (S.L. 586.01).
    Malta "MT" {
        "Malta", "Malte";
        "GDPR, S.L. 586.01", "RGPD, S.L. 586.01";
        "IDPC", "https://idpc.org.mt";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Netherlands: GDPR; Telecommunicatiewet, article 11.7a.
    Netherlands "NL" {
        "Netherlands", "Pays-Bas";
        "GDPR, Telecommunicatiewet art. 11.7a", "RGPD, Telecommunicatiewet art. 11.7a";
        "Autoriteit Persoonsgegevens", "https://www.autoriteitpersoonsgegevens.nl";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Norway: GDPR; Electronic Communications Act (ekomloven), which asks for consent as the GDPR defines it since 1
    /// January 2025.
    Norway "NO" {
        "Norway", "Norvège";
        "GDPR, Electronic Communications Act", "RGPD, loi sur les communications électroniques";
        "Datatilsynet", "https://www.datatilsynet.no";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Poland: GDPR; what the law there makes of article 5(3) of Directive 2002/58/EC.
    Poland "PL" {
        "Poland", "Pologne";
        "GDPR, ePrivacy Directive, art. 5(3)", "RGPD, directive ePrivacy, art. 5(3)";
        "UODO", "https://uodo.gov.pl";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Portugal: GDPR; Law 41/2004, article 5.
    Portugal "PT" {
        "Portugal", "Portugal";
        "GDPR, Law 41/2004, art. 5", "RGPD, loi 41/2004, art. 5";
        "CNPD", "https://www.cnpd.pt";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Romania: GDPR; Law 506/2004.
    Romania "RO" {
        "Romania", "Roumanie";
        "GDPR, Law 506/2004", "RGPD, loi 506/2004";
        "ANSPDCP", "https://www.dataprotection.ro";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Slovakia: GDPR; Electronic Communications Act (452/2021), section 109(8).
    Slovakia "SK" {
        "Slovakia", "Slovaquie";
        "GDPR, Act 452/2021 § 109(8)", "RGPD, loi 452/2021 § 109(8)";
        "ÚOOÚ SR", "https://dataprotection.gov.sk";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Slovenia: GDPR; Electronic Communications Act (ZEKom-2).
    Slovenia "SI" {
        "Slovenia", "Slovénie";
        "GDPR, ZEKom-2", "RGPD, ZEKom-2";
        "Informacijski pooblaščenec", "https://www.ip-rs.si";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Spain: GDPR; Act 34/2002 (LSSI), article 22(2).
    Spain "ES" {
        "Spain", "Espagne";
        "GDPR, LSSI art. 22(2)", "RGPD, LSSI art. 22(2)";
        "AEPD", "https://www.aepd.es";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// Sweden: GDPR; Electronic Communications Act (2022:482), chapter 9, section 28, which the PTS supervises.
    Sweden "SE" {
        "Sweden", "Suède";
        "GDPR, LEK 9:28", "RGPD, LEK 9:28";
        "IMY", "https://www.imy.se";
        OPT_IN; 12, 25; Outside(&[EEA])
    }
    /// United Kingdom: UK GDPR; Privacy and Electronic Communications Regulations 2003, regulation 6. Since the Data
    /// (Use and Access) Act 2025 some statistics and appearance need no consent, on conditions: see
    /// [`statute`](crate::statute). What states none waits.
    UnitedKingdom "GB" {
        "United Kingdom", "Royaume-Uni";
        "UK GDPR, PECR reg. 6", "UK GDPR, PECR reg. 6";
        "ICO", "https://ico.org.uk";
        OPT_IN; 12, 25; Outside(&[EEA, &["GB"]])
    }
    /// Switzerland: Federal Act on Data Protection; Telecommunications Act, article 45c. The row is stricter than the
    /// law, which often asks for information and a way to object only (FDPIC, guidelines of 22 January 2025).
    Switzerland "CH" {
        "Switzerland", "Suisse";
        "FADP, TCA art. 45c", "LPD, LTC, art. 45c";
        "FDPIC", "https://www.edoeb.admin.ch";
        OPT_IN; 12, 25; Outside(&[EEA, &["CH"]])
    }
    /// Québec: Act respecting the protection of personal information in the private sector, as amended by Law 25,
    /// sections 8.1 and 9.1.
    Quebec "CA-QC" {
        "Québec", "Québec";
        "Law 25, ss. 8.1 and 9.1", "Loi 25, art. 8.1 et 9.1";
        "CAI", "https://www.cai.gouv.qc.ca";
        OPT_IN; 13, 25; Outside(&[&["CA"]])
    }
    /// Canada without Québec: PIPEDA, section 6.1 and principle 4.3 of its schedule 1. The OPC accepts an opt-out where
    /// what is collected is not sensitive and the visitor is told in time; marketing, which follows people from site to
    /// site, waits all the same: stricter than the OPC's guidelines on behavioural advertising (December 2011, revised
    /// August 2021).
    Canada "CA" {
        "Canada", "Canada";
        "PIPEDA, s. 6.1, principle 4.3", "LPRPDE, art. 6.1, principe 4.3";
        "OPC", "https://www.priv.gc.ca";
        OPT_OUT_BUT_MARKETING; 12, 25; Never
    }
    /// California: California Consumer Privacy Act, Civil Code sections 1798.120 and 1798.135.
    California "US-CA" {
        "California", "Californie";
        "CCPA, ss. 1798.120 and 1798.135", "CCPA, art. 1798.120 et 1798.135";
        "CPPA", "https://cppa.ca.gov";
        OPT_OUT; 12, 25; Never
    }
    /// United States without California: the privacy acts of the states, which let visitors opt out of targeted
    /// advertising and sale. Each is enforced by its state's attorney general, and a site has visitors of all: the row
    /// names the federal authority that takes complaints from anyone about unfair or deceptive practices (FTC Act,
    /// section 5).
    UnitedStates "US" {
        "United States", "États-Unis";
        "state privacy acts, FTC Act s. 5", "lois des États, FTC Act, art. 5";
        "FTC", "https://www.ftc.gov";
        OPT_OUT; 12, 25; Never
    }
    /// Brazil: LGPD (Act 13,709/2018), articles 7 and 8, and the ANPD's guide to cookies of October 2022, which advises
    /// that cookies based on consent are off by default.
    Brazil "BR" {
        "Brazil", "Brésil";
        "LGPD, arts. 7 and 8", "LGPD, art. 7 et 8";
        "ANPD", "https://www.gov.br/anpd";
        OPT_IN; 12, 25; Outside(&[&["BR"]])
    }
}

impl Jurisdiction {
    /// How consent works there for one purpose.
    pub const fn model_for(self, purpose: Purpose) -> ConsentModel {
        let models = self.models();
        match purpose {
            // What is necessary asks nobody; the strictest model is never wrong of it.
            Purpose::Necessary => ConsentModel::OptIn,
            Purpose::Preferences => models.preferences,
            Purpose::Statistics => models.statistics,
            Purpose::Marketing => models.marketing,
        }
    }

    /// How consent works there as a whole: opt-out only where that is the model of every optional purpose.
    pub fn model(self) -> ConsentModel {
        if self.models() == OPT_OUT {
            ConsentModel::OptOut
        } else {
            ConsentModel::OptIn
        }
    }

    /// The model of each optional purpose, where they differ; empty where [`Self::model`] is that of all.
    pub fn models_apart(self) -> BTreeMap<Purpose, ConsentModel> {
        let models = Purpose::OPTIONAL.map(|purpose| (purpose, self.model_for(purpose)));
        if models.iter().all(|(_, model)| *model == self.model()) {
            BTreeMap::new()
        } else {
            models.into()
        }
    }

    /// Whether data that goes to a recipient there needs a safeguard: outside the European Economic Area for its states (GDPR,
    /// chapter V); outside it and the country itself for the United Kingdom and Switzerland, which count it as adequate (which
    /// other countries they do is beyond this table); outside Canada for Québec (section 17, which already starts at the border of
    /// Québec: a country is all that a service states); outside Brazil for Brazil (LGPD, article 33).
    pub fn needs_safeguard(self, country: CountryCode) -> bool {
        match self.safeguards() {
            Outside(areas) => !areas.iter().any(|area| area.contains(&country.as_str())),
            Never => false,
        }
    }
}

/// Of the purposes asked for, those that are on until the visitor refuses them: the model of each is in `models`, or else `model`.
pub fn until_refused(
    asked: &[Purpose],
    model: ConsentModel,
    models: &BTreeMap<Purpose, ConsentModel>,
) -> Vec<Purpose> {
    let of = |purpose| models.get(purpose).copied().unwrap_or(model);
    let on = asked
        .iter()
        .filter(|purpose| of(purpose) == ConsentModel::OptOut);
    on.copied().collect()
}

/// The text is not the code of a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownJurisdiction;

impl std::error::Error for UnknownJurisdiction {}

impl fmt::Display for UnknownJurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be one of ")?;
        for (nth, law) in Jurisdiction::ALL.iter().enumerate() {
            f.write_str(if nth > 0 { ", " } else { "" })?;
            f.write_str(law.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Jurisdiction {
    type Err = UnknownJurisdiction;

    fn from_str(text: &str) -> Result<Self, UnknownJurisdiction> {
        let found = Self::ALL.iter().find(|law| law.as_str() == text);
        found.copied().ok_or(UnknownJurisdiction)
    }
}

impl Serialize for Jurisdiction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Jurisdiction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::config::LONGEST_CHOICE_MONTHS;
    use std::collections::BTreeSet;

    fn country(code: &str) -> CountryCode {
        code.parse().unwrap()
    }

    #[test]
    fn a_law_has_the_same_code_everywhere() {
        for &law in Jurisdiction::ALL {
            let json = serde_json::to_value(law).unwrap();
            assert_eq!(json, law.as_str());
            assert_eq!(serde_json::from_value::<Jurisdiction>(json).unwrap(), law);
        }
        let codes: BTreeSet<_> = Jurisdiction::ALL.iter().map(|law| law.as_str()).collect();
        assert_eq!(codes.len(), Jurisdiction::ALL.len());
        let names: BTreeSet<_> = Jurisdiction::ALL.iter().map(|law| law.name().fr).collect();
        assert_eq!(names.len(), codes.len());
    }

    #[test]
    fn a_code_is_a_country_or_a_subdivision_of_one() {
        for law in Jurisdiction::ALL {
            let (of, part) = match law.as_str().split_once('-') {
                Some((of, part)) => (of, Some(part)),
                None => (law.as_str(), None),
            };
            assert_eq!(country(of).as_str(), of);
            let is_part =
                |part: &str| part.len() == 2 && part.chars().all(|c| c.is_ascii_uppercase());
            assert!(part.is_none_or(is_part), "{law:?}");
            // A part has its country as a row too: whoever is elsewhere in it has that law.
            assert!(of.parse::<Jurisdiction>().is_ok(), "{law:?}");
        }
    }

    #[test]
    fn every_state_of_the_area_is_there_and_asks_first() {
        assert_eq!(EEA.len(), 30);
        for code in EEA {
            let law: Jurisdiction = code.parse().unwrap();
            assert_eq!(law.models(), OPT_IN, "{law:?}");
            assert!(law.name().en.contains(": GDPR, "), "{law:?}");
            assert!(law.name().fr.contains("\u{a0}: RGPD, "), "{law:?}");
            assert!(!law.needs_safeguard(country("NO")) && law.needs_safeguard(country("GB")));
        }
    }

    #[test]
    fn an_unknown_code_is_refused_with_the_codes_there_are() {
        for text in ["", "fr", "FR ", "XX", "CA-ON", "*"] {
            assert_eq!(
                text.parse::<Jurisdiction>(),
                Err(UnknownJurisdiction),
                "{text}"
            );
        }
        let said = UnknownJurisdiction.to_string();
        assert!(
            said.starts_with("must be one of AT, BE, BG, HR, "),
            "{said}"
        );
        for law in Jurisdiction::ALL {
            assert!(said.contains(law.as_str()), "{said}");
        }
    }

    #[test]
    fn every_row_is_one_that_the_product_can_follow() {
        for law in Jurisdiction::ALL {
            let Preset {
                reask_after_months,
                audience_data_months,
            } = law.preset();
            assert!((1..=LONGEST_CHOICE_MONTHS).contains(&reask_after_months));
            assert!((1..=120).contains(&audience_data_months));
            let Authority { name, url } = law.authority();
            assert!(url.starts_with("https://") && !url.ends_with('/'), "{url}");
            assert!(!name.is_empty() && name.chars().count() <= 60, "{name}");
        }
    }

    #[test]
    fn each_purpose_has_the_model_of_its_law() {
        use ConsentModel::{OptIn, OptOut};
        let models = |code: &str| {
            let law: Jurisdiction = code.parse().unwrap();
            (
                Purpose::OPTIONAL.map(|purpose| law.model_for(purpose)),
                law.model(),
            )
        };
        assert_eq!(models("CA-QC"), ([OptIn; 3], OptIn));
        assert_eq!(models("BR"), ([OptIn; 3], OptIn));
        assert_eq!(models("US-CA"), ([OptOut; 3], OptOut));
        assert_eq!(models("CA"), ([OptOut, OptOut, OptIn], OptIn));
        let opt_out: Vec<_> = Jurisdiction::ALL
            .iter()
            .filter(|law| law.model() == OptOut)
            .map(|law| law.as_str())
            .collect();
        assert_eq!(opt_out, ["US-CA", "US"]);
    }

    #[test]
    fn what_regulators_say_of_the_next_question() {
        let months = |code: &str| {
            let law: Jurisdiction = code.parse().unwrap();
            law.preset().reask_after_months
        };
        let six: Vec<_> = Jurisdiction::ALL
            .iter()
            .map(|law| law.as_str())
            .filter(|code| months(code) == 6)
            .collect();
        assert_eq!(six, ["CZ", "FR", "IE", "IT"]);
        assert_eq!(
            (months("CA-QC"), months("US-CA"), months("DE")),
            (13, 12, 12)
        );
    }

    #[test]
    fn a_safeguard_is_expected_where_the_law_has_such_a_rule() {
        for (code, without, with) in [
            ("CA-QC", "CA", Some("FR")),
            ("FR", "IS", Some("CH")),
            ("GB", "GB", Some("US")),
            ("GB", "FR", Some("CH")),
            ("CH", "CH", Some("US")),
            ("CH", "LI", Some("GB")),
            ("BR", "BR", Some("PT")),
            ("CA", "US", None),
            ("US-CA", "CN", None),
            ("US", "FR", None),
        ] {
            let law: Jurisdiction = code.parse().unwrap();
            assert!(!law.needs_safeguard(country(without)), "{code} {without}");
            assert!(
                with.is_none_or(|there| law.needs_safeguard(country(there))),
                "{code}"
            );
        }
    }
}
