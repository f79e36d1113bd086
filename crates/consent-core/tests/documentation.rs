//! The owner's reference, `docs/configuration.md`, names every field there is.

use consent_core::jurisdiction::{ConsentModel, Jurisdiction};
use consent_core::signals::Tool;
use consent_core::{Purpose, SiteConfig};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const REFERENCE: &str = include_str!("../../../docs/configuration.md");

/// Every field set, so that every field is written.
fn whole() -> Value {
    json!({
        "name": "Le Relais", "origins": ["https://relais.example", "https://a.relais.example"],
        "jurisdiction": "CA-QC", "languages": ["fr-CA"],
        "controller": { "name": "Le Relais", "person_in_charge": "A. B.", "contact": "c@relais.example" },
        "policy": { "version": "1", "url": "/p" },
        "purposes": ["statistics"],
        "services": [{
            "id": "mesure", "name": "Mesure", "purpose": "statistics", "recipient": "Mesure", "country": "US",
            "policy_url": "https://mesure.example", "description": { "fr-CA": "Compte." },
            "cookies": [{ "name": "_m", "lifetime": "P13M" }], "hosts": ["mesure.example"],
            "safeguard": "assessment", "safeguard_url": "/garanties", "consent_mode": true,
            "legal_basis": "consent", "role": "controller",
            "exempt": {
                "kind": "audience_measurement",
                "conditions": ["own_account_only", "no_cross_site_identifier", "aggregated_output", "no_combination"]
            },
            "retention": [{ "data": "other", "name": { "fr-CA": "Réponses" }, "keep": "P1Y" }]
        }],
        "legal_bases": { "statistics": "consent" }, "role": "processor",
        "customer": { "name": { "fr-CA": "votre école" }, "contact": { "fr-CA": "son secrétariat" } },
        "rights": { "url": "/droits", "email": "c@relais.example", "address": "1, rue X", "answer_within": "P30D" },
        "words": { "fr-CA": { "title": "Nos témoins", "text": "Nous comptons.", "accept": "J’accepte", "refuse": "Je refuse",
            "choose": "Je choisis", "dialog_title": "Mes témoins", "dialog_text": "Un par un.", "save": "Garder" } },
        "position": "centre",
        "signals": { "google": { "mode": "advanced" }, "microsoft_uet": true, "clarity": true, "meta": true,
            "tiktok": true, "matomo": { "mode": "cookie_consent" }, "posthog": true, "hubspot": true, "shopify": true,
            "wp_consent_api": true, "amazon": true },
        "cookie_domain": "relais.example", "import_from": ["klaro"], "hand_over": true,
        "jurisdictions": ["CA-QC", "FR"], "reask_after_months": 6, "audience_data_months": 25,
        "edge": { "origin_server": "https://pages.relais.example", "unknown_cookies": "hold" }
    })
}

fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                found.insert(name.clone());
                fields(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        _ => {}
    }
}

#[test]
fn every_field_is_in_the_reference() {
    let config = SiteConfig::parse(whole().to_string().as_bytes()).unwrap();
    let mut found = BTreeSet::new();
    fields(&serde_json::to_value(&config).unwrap(), &mut found);
    // A language is a value, here in the place of a name.
    found.remove("fr-CA");
    assert!(found.len() > 40, "{found:?}");
    let missing: Vec<_> = found
        .iter()
        .filter(|name| !REFERENCE.contains(&format!("`{name}`")))
        .collect();
    assert_eq!(missing, [] as [&String; 0]);
}

/// What the table of tools starts with, in `docs/integration.md`.
const TOOLS: &str = "| in `signals` | tool | granted by preferences | by statistics | by marketing | always granted | source |\n";

fn tool_row(tool: Tool) -> String {
    let granted_by = |purpose| {
        let permissions = tool.permissions().iter();
        let of = permissions.filter(|(_, by)| *by == purpose);
        let names: Vec<_> = of.map(|(name, _)| format!("`{name}`")).collect();
        names.join(", ")
    };
    let columns = [
        Purpose::Preferences,
        Purpose::Statistics,
        Purpose::Marketing,
        Purpose::Necessary,
    ];
    let [preferences, statistics, marketing, always] = columns.map(granted_by);
    format!(
        "| `{}` | {} | {preferences} | {statistics} | {marketing} | {always} | [documentation]({}) |\n",
        tool.as_str(),
        tool.name(),
        tool.documentation()
    )
}

/// The table of tools is the one in `signals.rs`. `TEMOIN_BLESS=1` writes it anew.
#[test]
fn the_table_of_tools_is_the_one_in_the_code() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/integration.md");
    let written = std::fs::read_to_string(file).unwrap();
    let rows: String = Tool::ALL.iter().map(|tool| tool_row(*tool)).collect();
    let table = format!("{TOOLS}| --- | --- | --- | --- | --- | --- | --- |\n{rows}\n");
    let (before, rest) = written.split_once(TOOLS).unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let expected = format!("{before}{table}{after}");
    if std::env::var_os("TEMOIN_BLESS").is_some() {
        std::fs::write(file, expected).unwrap();
    } else {
        assert!(
            written == expected,
            "stale: TEMOIN_BLESS=1 cargo test -p consent-core --test documentation"
        );
    }
}

/// What the table of laws in the reference starts with.
const LAWS: &str = "| `jurisdiction` | law | before an answer | authority shown | asks again after | expects a safeguard for data that goes |\n";

fn row(law: Jurisdiction) -> String {
    let on: Vec<_> = Purpose::OPTIONAL
        .into_iter()
        .filter(|purpose| law.model_for(*purpose) == ConsentModel::OptOut)
        .map(|purpose| format!("`{purpose}`"))
        .collect();
    let before = match on.len() {
        0 => "nothing runs".to_owned(),
        3 => "everything runs".to_owned(),
        _ => format!("{} run", on.join(", ")),
    };
    let needs = |country: &str| law.needs_safeguard(country.parse().unwrap());
    let inside: Vec<_> = [
        ("the European Economic Area", "FR"),
        ("the United Kingdom", "GB"),
        ("Switzerland", "CH"),
        ("Canada", "CA"),
        ("Brazil", "BR"),
    ]
    .into_iter()
    .filter(|(_, country)| !needs(country))
    .map(|(place, _)| place)
    .collect();
    let safeguard = if needs("CN") {
        format!("outside {}", inside.join(" and "))
    } else {
        "never".to_owned()
    };
    let authority = law.authority();
    format!(
        "| `{}` | {} | {before} | [{}]({}) | {} months | {safeguard} |\n",
        law.as_str(),
        law.name().en,
        authority.name,
        authority.url,
        law.preset().reask_after_months
    )
}

/// What the table of statutes in the reference starts with.
const STATUTES: &str = "| `jurisdiction` | bases | rights | answered within | safeguards |\n";

/// The rows of the statutes, that of the states of the Area first: each in the order of its first law.
fn statutes() -> String {
    let mut seen = BTreeSet::new();
    let statutes = Jurisdiction::ALL.iter().map(|law| law.statute());
    let rows = statutes
        .filter(|statute| seen.insert(statute.laws))
        .map(|statute| {
            let answer = format!("`{}` ({})", statute.answer_within, statute.answer_source);
            let safeguards = if statute.safeguards.is_empty() {
                "no rule".to_owned()
            } else {
                codes(statute.safeguards.iter())
            };
            format!(
                "| {} | {} | {} | {answer} | {safeguards} |\n",
                statute.laws,
                codes(statute.bases.iter().map(|(basis, _)| basis)),
                codes(statute.rights.iter().map(|(right, _)| right))
            )
        });
    rows.collect()
}

fn codes<T: Serialize>(values: impl Iterator<Item = T>) -> String {
    let code = |value| {
        serde_json::to_value(value)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    let codes: Vec<_> = values.map(|value| format!("`{}`", code(value))).collect();
    codes.join(", ")
}

/// A text with the table that begins so replaced.
fn with_table(text: &str, head: &str, columns: usize, rows: &str) -> String {
    let (before, rest) = text.split_once(head).unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let rule = "| --- ".repeat(columns);
    format!("{before}{head}{rule}|\n{rows}\n{after}")
}

/// The tables in the reference are those in `jurisdiction.rs` and `statute.rs`. `TEMOIN_BLESS=1` writes them anew.
#[test]
fn the_tables_of_laws_are_those_in_the_code() {
    let rows: String = Jurisdiction::ALL.iter().map(|law| row(*law)).collect();
    let expected = with_table(REFERENCE, LAWS, 6, &rows);
    let expected = with_table(&expected, STATUTES, 5, &statutes());
    if std::env::var_os("TEMOIN_BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        std::fs::write(file, expected).unwrap();
    } else {
        assert!(
            REFERENCE == expected,
            "stale: TEMOIN_BLESS=1 cargo test -p consent-core --test documentation"
        );
    }
}
