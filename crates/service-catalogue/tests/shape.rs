//! Every file has the shape that it must have, and says what its sources say.

use consent_core::classify::{Reason, Seen};
use consent_core::jurisdiction::Jurisdiction;
use consent_core::service::{Lifetime, Unit};
use consent_core::text::{Host, LanguageTag, Paragraph};
use consent_core::{Purpose, SiteConfig, lint};
use cookie_database::TABLE;
use serde_json::json;
use service_catalogue::{About, Address, Entry, Fact, Kind, entries};
use std::collections::{BTreeMap, BTreeSet};

/// The Open Cookie Database, as the entries name it.
const DATABASE: &str = "https://github.com/jkwakman/Open-Cookie-Database";

/// What each entry does wrong, all at once.
fn wrong(check: impl Fn(&Entry) -> Vec<String>) {
    let wrong = entries().iter().flat_map(|entry| {
        let wrong = check(entry).into_iter();
        wrong.map(|what| format!("{}: {what}", entry.id))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn there_are_enough_of_every_kind() {
    assert!(entries().len() >= 120, "{}", entries().len());
    let mut kinds = BTreeMap::<Kind, usize>::new();
    for entry in entries() {
        *kinds.entry(entry.kind).or_default() += 1;
    }
    for kind in [
        Kind::Analytics,
        Kind::Advertising,
        Kind::Video,
        Kind::Maps,
        Kind::Chat,
        Kind::Form,
        Kind::Fonts,
        Kind::Payment,
        Kind::Newsletter,
        Kind::AbTesting,
        Kind::Captcha,
        Kind::Booking,
        Kind::Social,
    ] {
        assert!(
            kinds.get(&kind).is_some_and(|count| *count >= 4),
            "{kind:?}: {kinds:?}"
        );
    }
}

#[test]
fn every_file_is_named_by_its_id_and_is_in_the_catalogue() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/services");
    let files = std::fs::read_dir(folder).unwrap().map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".json").unwrap().to_owned()
    });
    let files: BTreeSet<String> = files.collect();
    let ids: BTreeSet<String> = entries().iter().map(|entry| entry.id.to_string()).collect();
    assert_eq!(files, ids);
    assert_eq!(ids.len(), entries().len());
}

#[test]
fn names_are_unique() {
    let names: BTreeSet<_> = entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names.len(), entries().len());
}

#[test]
fn an_entry_says_nothing_twice() {
    wrong(|entry| {
        let hosts = entry.hosts.iter().map(|host| host.address.to_string());
        let cookies = entry
            .cookies
            .iter()
            .map(|cookie| format!("{} {:?}", cookie.name, cookie.domain));
        let keys = entry.storage.iter().map(|key| format!("key {}", key.name));
        let said = hosts
            .chain(cookies)
            .chain(keys)
            .chain(entry.snippets.iter().map(|part| format!("snippet {part}")));
        let mut seen = BTreeSet::new();
        said.filter(|what| !seen.insert(what.clone())).collect()
    });
}

#[test]
fn every_fact_has_a_source_or_is_marked_as_unverified_and_not_both() {
    wrong(|entry| {
        let facts = entry.facts();
        let mut wrong = Vec::new();
        for fact in &facts {
            let marked = entry.unverified.iter().any(|marked| marked.covers(fact));
            match (entry.confirms(fact), marked) {
                (false, false) => wrong.push(format!("{fact} has no source, and is not marked")),
                (true, true) => {
                    wrong.push(format!("{fact} has a source, and is marked as unverified"));
                }
                _ => {}
            }
        }
        let said = entry.sources.iter().flat_map(|source| &source.confirms);
        for fact in said
            .chain(&entry.unverified)
            .chain(entry.disagreements.iter().map(|one| &one.fact))
        {
            // An unconfirmed safeguard is left out.
            let absent = *fact == Fact::all(About::Safeguard) && entry.safeguard.is_none();
            if !absent && !facts.iter().any(|known| fact.covers(known)) {
                wrong.push(format!("{fact} is no fact of the entry"));
            }
        }
        wrong
    });
}

#[test]
fn sources_are_pages_that_were_read_on_a_day() {
    wrong(|entry| {
        let mut wrong = Vec::new();
        for source in &entry.sources {
            if !source.url.as_str().starts_with("https://") {
                wrong.push(format!("{} is no address", source.url.as_str()));
            }
            if source.checked.parse::<jiff::civil::Date>().is_err() {
                wrong.push(format!("{} is no day", source.checked));
            }
            if source.confirms.is_empty() {
                wrong.push(format!("{} confirms nothing", source.url.as_str()));
            }
        }
        wrong
    });
}

#[test]
fn no_two_entries_have_an_address_without_saying_why() {
    let mut wrong = Vec::new();
    for (at, one) in entries().iter().enumerate() {
        for other in &entries()[at + 1..] {
            for (a, b) in pairs(one, other) {
                // A path of a host is more precise than the host: the look-up takes it.
                let nested = a.0.path().len() != b.0.path().len() && a.0.host() == b.0.host();
                if a.0.overlaps(b.0) && !nested && !a.1 && !b.1 {
                    wrong.push(format!("{} {} and {} {}", one.id, a.0, other.id, b.0));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

type Claimed<'a> = (&'a Address, bool);

/// Each address of one with each of the other, and whether it says that they share it.
fn pairs<'a>(one: &'a Entry, other: &'a Entry) -> Vec<(Claimed<'a>, Claimed<'a>)> {
    let of = |entry: &'a Entry, with: &'a Entry| {
        entry.hosts.iter().map(move |host| {
            let said = host.shared_with.as_ref() == Some(&with.id) && host.reason.is_some();
            (&host.address, said)
        })
    };
    let pairs = of(one, other).flat_map(|a| of(other, one).map(move |b| (a, b)));
    pairs.collect()
}

#[test]
fn what_is_shared_is_shared_with_an_entry_that_has_it() {
    wrong(|entry| {
        let shared = entry
            .hosts
            .iter()
            .filter_map(|host| Some((&host.address, host.shared_with.as_ref()?)));
        let wrong = shared.filter(|(address, with)| {
            let with = service_catalogue::by_id(with.as_str());
            !with.is_some_and(|with| {
                with.hosts
                    .iter()
                    .any(|host| host.address.host() == address.host())
            })
        });
        wrong
            .map(|(address, with)| format!("{address} is not of {with}"))
            .collect()
    });
}

/// A lifetime in days, months of 30.42.
fn days(lifetime: Lifetime) -> f64 {
    match lifetime {
        Lifetime::Session => 0.0,
        Lifetime::For(count, unit) => {
            f64::from(count)
                * match unit {
                    Unit::Minute => 1.0 / 1440.0,
                    Unit::Hour => 1.0 / 24.0,
                    Unit::Day => 1.0,
                    Unit::Week => 7.0,
                    Unit::Month => 30.42,
                    Unit::Year => 365.0,
                }
        }
    }
}

/// Whether two lifetimes are the same: `P2Y` and `P24M` are.
fn same(one: Lifetime, other: Lifetime) -> bool {
    let (one, other) = (days(one), days(other));
    (one - other).abs() <= 0.03 * one.max(other)
}

#[test]
fn lifetimes_agree_with_the_database_or_the_disagreement_is_stated() {
    let mut compared = 0;
    for entry in entries() {
        let from_database = |fact: &Fact| {
            let mut sources = entry
                .sources
                .iter()
                .filter(|source| source.url.as_str() == DATABASE);
            sources.any(|source| {
                source
                    .confirms
                    .iter()
                    .any(|confirmed| confirmed.covers(fact))
            })
        };
        for cookie in &entry.cookies {
            let fact = Fact::item(About::Cookies, cookie.name.as_str());
            let name = cookie.name.as_str().replace('*', "1");
            let host = cookie.domain.as_ref().map(Host::as_str);
            let found = TABLE.classify(&Seen::Cookie { name: &name, host });
            let said = found.retention.map(|said| said.to_string());
            let Some(said) = said.and_then(|said| said.parse::<Lifetime>().ok()) else {
                continue;
            };
            if !matches!(found.reason, Reason::Database(_) | Reason::Functional(_)) {
                continue;
            }
            compared += 1;
            let stated = entry.disagreements.iter().any(|one| one.fact == fact);
            // Another service's row of the same name says nothing of this one.
            assert!(
                same(cookie.lifetime, said) || stated || !from_database(&fact),
                "{} {}: here {}, in the database {said} ({:?})",
                entry.id,
                cookie.name,
                cookie.lifetime,
                found.service
            );
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn disagreements_are_real() {
    wrong(|entry| {
        let lifetimes = entry
            .disagreements
            .iter()
            .filter(|one| one.fact.about == About::Cookies);
        let wrong = lifetimes.filter(|one| match (one.here.parse(), one.elsewhere.parse()) {
            (Ok(here), Ok(elsewhere)) => {
                let of = |cookie: &service_catalogue::Cookie| {
                    Some(cookie.name.as_str()) == one.fact.item.as_deref()
                };
                same(here, elsewhere)
                    || !entry
                        .cookies
                        .iter()
                        .any(|cookie| of(cookie) && cookie.lifetime == here)
            }
            _ => true,
        });
        wrong
            .map(|one| format!("{}: {} and {}", one.fact, one.here, one.elsewhere))
            .collect()
    });
}

/// A site under a law with this service alone.
fn config(entry: &Entry, law: &str, language: &str) -> Result<SiteConfig, String> {
    let jurisdiction: Jurisdiction = law.parse().map_err(|error| format!("{error}"))?;
    let languages: [LanguageTag; 1] = [language.parse().map_err(|error| format!("{error}"))?];
    let config = json!({
        "name": "Le Relais", "origins": ["https://relais.example"], "jurisdiction": law,
        "languages": [language], "blocking": "automatic",
        "controller": { "name": "Le Relais", "person_in_charge": "A. B.", "contact": "c@relais.example" },
        "policy": { "version": "1", "url": "/p" },
        "purposes": ["preferences", "statistics", "marketing"],
        "services": [entry.to_service(jurisdiction, &languages)]
    });
    SiteConfig::parse(config.to_string().as_bytes()).map_err(|errors| format!("{errors:?}"))
}

#[test]
fn every_entry_becomes_a_service_that_passes_the_lint() {
    for (law, language) in [("FR", "fr-FR"), ("CA-QC", "fr-CA"), ("FR", "en")] {
        wrong(|entry| {
            let config = match config(entry, law, language) {
                Ok(config) => config,
                Err(error) => return vec![error],
            };
            let service = &config.services[0];
            let allowed = |field: &str| {
                // True facts that an owner must be told of, and what only the owner can say.
                let too_long = field.ends_with(".lifetime")
                    && service
                        .cookies
                        .iter()
                        .any(|cookie| cookie.lifetime.exceeds_thirteen_months());
                let unsaid = field == "services[0].safeguard" && service.safeguard.is_none();
                let hostless = field == "services[0].hosts" && entry.hosts.is_empty();
                too_long || unsaid || hostless
            };
            let findings = lint::findings(&config).into_iter();
            let wrong = findings.filter(|finding| !allowed(&finding.field));
            wrong
                .map(|finding| format!("{law}: {}: {}", finding.field, finding.message))
                .collect()
        });
    }
}

#[test]
fn nothing_is_lost_on_the_way_to_a_service() {
    wrong(|entry| {
        let languages: [LanguageTag; 2] = ["fr".parse().unwrap(), "en".parse().unwrap()];
        let service = entry.to_service(Jurisdiction::Quebec, &languages);
        let mut wrong = Vec::new();
        let kept = |name: &str| {
            service
                .cookies
                .iter()
                .any(|cookie| cookie.name.as_str() == name)
        };
        for name in entry
            .cookies
            .iter()
            .map(|cookie| &cookie.name)
            .chain(entry.storage.iter().map(|key| &key.name))
        {
            if !kept(name.as_str()) {
                wrong.push(format!("{name} is lost"));
            }
        }
        for host in &entry.hosts {
            let host = host.address.host().as_str();
            if !service.hosts.iter().any(|known| known.covers(host)) {
                wrong.push(format!("{host} is lost"));
            }
        }
        let said: Vec<_> = service
            .description
            .values()
            .map(Paragraph::as_str)
            .collect();
        if said.len() != 2 || said[0] == said[1] {
            wrong.push(format!(
                "the description is not in both languages: {said:?}"
            ));
        }
        wrong
    });
}

#[test]
fn europeans_deal_with_the_company_in_europe_and_others_do_not() {
    let analytics = service_catalogue::by_id("google-analytics").unwrap();
    let in_france = analytics.to_service(Jurisdiction::France, &[]);
    assert_eq!(in_france.recipient.as_str(), "Google Ireland Limited");
    assert_eq!(in_france.country.as_str(), "IE");
    for law in [
        Jurisdiction::Quebec,
        Jurisdiction::UnitedStates,
        Jurisdiction::Brazil,
    ] {
        let service = analytics.to_service(law, &[]);
        assert_eq!(service.recipient.as_str(), "Google LLC", "{law:?}");
    }
}

#[test]
fn adequacy_is_said_under_the_gdpr_alone() {
    let matomo = service_catalogue::by_id("matomo").unwrap();
    assert!(
        matomo
            .to_service(Jurisdiction::France, &[])
            .safeguard
            .is_some()
    );
    for law in [
        Jurisdiction::Quebec,
        Jurisdiction::UnitedKingdom,
        Jurisdiction::Switzerland,
        Jurisdiction::California,
    ] {
        assert_eq!(matomo.to_service(law, &[]).safeguard, None, "{law:?}");
    }
}

#[test]
fn what_follows_people_is_never_statistics_that_can_be_exempt() {
    wrong(|entry| {
        let possible = entry
            .audience_exemption
            .as_ref()
            .map(|exemption| exemption.possible);
        let mut wrong = Vec::new();
        if possible == Some(true)
            && (entry.kind != Kind::Analytics || entry.purpose != Purpose::Statistics)
        {
            wrong.push("only audience measurement can be exempt as such".to_owned());
        }
        if matches!(entry.kind, Kind::Advertising | Kind::SessionReplay) && possible != Some(false)
        {
            wrong.push("says nothing of the exemption, which it cannot have".to_owned());
        }
        if entry.kind == Kind::Advertising && entry.purpose != Purpose::Marketing {
            wrong.push("is advertising, and not marketing".to_owned());
        }
        wrong
    });
    for (id, possible) in [
        ("google-analytics", false),
        ("microsoft-clarity", false),
        ("meta-pixel", false),
        ("matomo", true),
        ("piano-analytics", true),
    ] {
        let entry = service_catalogue::by_id(id).unwrap();
        assert_eq!(
            entry.audience_exemption.as_ref().map(|one| one.possible),
            Some(possible),
            "{id}"
        );
    }
}
