//! Tokens as a table that a person reads.

use crate::command::text_table::table;
use consent_core::api::{TokenGrant, TokenSummary};
use consent_core::calendar::Timestamp;
use std::fmt::Display;

/// What tokens allow.
pub fn grants(grants: &[TokenGrant]) -> String {
    let rows = grants.iter().map(|grant| of_grant(grant).to_vec());
    table(
        &["id", "role", "sites", "hosts", "expires", "name"],
        rows.collect(),
    )
}

/// Tokens with their state at `now`.
pub fn tokens(tokens: &[TokenSummary], now: Timestamp) -> String {
    let rows = tokens.iter().map(|token| {
        let state = match (token.revoked_at, token.made_at) {
            (Some(at), _) => format!("revoked {}", day(at)),
            (None, _) if !token.is_live(now) => "expired".to_owned(),
            (None, Some(at)) => format!("made {}", day(at)),
            (None, None) => "in the server's environment".to_owned(),
        };
        let [id, role, sites, hosts, expires, name] = of_grant(&token.grant);
        vec![id, role, state, sites, hosts, expires, name]
    });
    let head = ["id", "role", "state", "sites", "hosts", "expires", "name"];
    table(&head, rows.collect())
}

fn of_grant(grant: &TokenGrant) -> [String; 6] {
    let sites = grant.sites.as_ref();
    let hosts = grant.hosts.as_ref();
    let hosts = match (hosts, sites) {
        (Some(hosts), _) => list(hosts),
        (None, None) => "any".to_owned(),
        (None, Some(_)) => "none".to_owned(),
    };
    [
        grant.id.to_string(),
        grant.role.as_str().to_owned(),
        sites.map_or("every site".to_owned(), list),
        hosts,
        grant
            .expires_at
            .map_or("never".to_owned(), |at| at.to_string()),
        grant
            .name
            .as_ref()
            .map_or("", |name| name.as_str())
            .to_owned(),
    ]
}

fn list<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| name.to_string()).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(" ")
    }
}

/// The day of an instant, in UTC.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::api::Role;

    #[test]
    fn a_list_of_tokens_says_what_each_opens_and_since_when_it_does_not() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let environment = TokenSummary {
            grant: TokenGrant {
                id: "operator".parse().unwrap(),
                name: None,
                role: Role::Administrator,
                sites: None,
                hosts: None,
                expires_at: None,
            },
            made_at: None,
            made_by: Vec::new(),
            revoked_at: None,
        };
        let made = TokenSummary {
            grant: TokenGrant {
                id: "0a1b2c3d4e5f".parse().unwrap(),
                name: "Agence Érable".to_owned().try_into().ok(),
                role: Role::Owner,
                sites: Some(["relais".parse().unwrap()].into()),
                hosts: Some(vec!["*.relais.example".parse().unwrap()]),
                expires_at: Some(at("2026-12-31T00:00:00Z")),
            },
            made_at: Some(at("2026-11-29T10:00:00Z")),
            made_by: vec!["operator".parse().unwrap()],
            revoked_at: None,
        };
        let revoked = TokenSummary {
            revoked_at: Some(at("2026-11-30T08:00:00Z")),
            ..made.clone()
        };
        insta::assert_snapshot!(tokens(&[environment, made, revoked], at("2026-12-01T00:00:00Z")), @r"
        id            role           state                        sites       hosts             expires                   name
        operator      administrator  in the server's environment  every site  any               never
        0a1b2c3d4e5f  owner          made 2026-11-29              relais      *.relais.example  2026-12-31T00:00:00.000Z  Agence Érable
        0a1b2c3d4e5f  owner          revoked 2026-11-30           relais      *.relais.example  2026-12-31T00:00:00.000Z  Agence Érable
        ");
    }
}
