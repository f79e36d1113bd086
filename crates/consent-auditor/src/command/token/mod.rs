//! `temoin token`: makes, lists and revokes the tokens of a site, or of a whole server.

mod client;
mod table;

use super::{duration, now, print};
use crate::Verdict;
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use client::Client;
use consent_core::SiteId;
use consent_core::api::token::TokenName;
use consent_core::api::{MadeToken, NewToken, Role, TokenGrants, Tokens};
use consent_core::calendar::Timestamp;
use consent_core::ident::GrantId;
use consent_core::text::HostPattern;
use std::collections::BTreeSet;

/// The command's arguments.
#[derive(Args)]
pub struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a token; it is shown once
    Make(Make),
    /// List the tokens that open a site, or all of them
    List(List),
    /// Revoke a token, which opens nothing from then on
    Revoke(Revoke),
    /// Say what your own token allows
    Show(Show),
}

/// Which server is asked, and with which token.
#[derive(Args)]
struct Server {
    /// The server's URL
    #[arg(value_name = "SERVER")]
    url: String,
    /// Your own token: an owner's, or an administrator's
    #[arg(long, env = "TEMOIN_TOKEN", hide_env_values = true)]
    token: String,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Make {
    #[command(flatten)]
    server: Server,
    /// What to call it: who will have it, and for what
    #[arg(long, value_parser = name)]
    name: TokenName,
    /// What it lets its holder do: owner, auditor, inspector or administrator
    #[arg(long, value_parser = role)]
    role: Role,
    /// The site it is for; may be repeated by an administrator [default: every site]
    #[arg(long = "site", value_name = "SITE")]
    sites: Vec<SiteId>,
    /// A host on which an owner may have choices enforced, shop.example or *.shop.example; may be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<HostPattern>,
    /// From when on it opens nothing: 90d, or 2027-06-30T00:00:00Z [default: as long as yours]
    #[arg(long, value_name = "TIME", value_parser = end)]
    expires: Option<Timestamp>,
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    server: Server,
    /// The site whose tokens are listed [default: all, for an administrator]
    #[arg(long)]
    site: Option<SiteId>,
}

#[derive(Args)]
struct Revoke {
    #[command(flatten)]
    server: Server,
    /// The token's id, as `temoin token list` shows it
    id: GrantId,
    /// The site that the token opens [default: any, for an administrator]
    #[arg(long)]
    site: Option<SiteId>,
}

#[derive(Args)]
struct Show {
    #[command(flatten)]
    server: Server,
}

impl Token {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let text = match self.action {
            Action::Make(make) => make.run()?,
            Action::List(list) => list.run()?,
            Action::Revoke(revoke) => revoke.run()?,
            Action::Show(show) => show.run()?,
        };
        print(&text)?;
        Ok(Verdict::Holds)
    }
}

impl Server {
    fn client(&self) -> Client {
        Client::new(&self.url, &self.token)
    }
}

/// The address of the tokens of a site, or of all.
fn tokens_of(site: Option<&SiteId>) -> String {
    site.map_or("v1/tokens".to_owned(), |site| {
        format!("v1/sites/{site}/tokens")
    })
}

impl Make {
    fn run(self) -> Result<String> {
        let (site, sites) = match &*self.sites {
            [site] if self.role != Role::Administrator => (Some(site), None),
            [] => (None, None),
            sites => (None, Some(sites.iter().cloned().collect::<BTreeSet<_>>())),
        };
        let asked = NewToken {
            name: self.name,
            role: self.role,
            sites,
            hosts: (!self.hosts.is_empty()).then_some(self.hosts),
            expires_at: self.expires,
        };
        let answer = self.server.client().post(&tokens_of(site), &asked)?;
        if self.server.json {
            return Ok(answer + "\n");
        }
        let made: MadeToken = read(&answer)?;
        let grant = table::grants(std::slice::from_ref(&made.summary.grant));
        Ok(format!(
            "{grant}\nThe token, which is shown this once, and which the server does not keep:\n\n{}\n",
            made.token
        ))
    }
}

impl List {
    fn run(self) -> Result<String> {
        let client = self.server.client();
        let mut tokens = Vec::new();
        let mut before = None;
        loop {
            let query = before.map_or(String::new(), |before| format!("?before={before}"));
            let path = format!("{}{query}", tokens_of(self.site.as_ref()));
            let page: Tokens = read(&client.get(&path)?)?;
            tokens.extend(page.tokens);
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        if self.server.json {
            let all = Tokens { tokens, next: None };
            return Ok(serde_json::to_string_pretty(&all)? + "\n");
        }
        Ok(table::tokens(&tokens, now()))
    }
}

impl Revoke {
    fn run(self) -> Result<String> {
        let path = format!("{}/{}", tokens_of(self.site.as_ref()), self.id);
        self.server.client().delete(&path)?;
        Ok(if self.server.json {
            String::new()
        } else {
            format!("{} opens nothing any more.\n", self.id)
        })
    }
}

impl Show {
    fn run(self) -> Result<String> {
        let answer = self.server.client().get("v1/token")?;
        if self.server.json {
            return Ok(answer + "\n");
        }
        let TokenGrants { grants } = read(&answer)?;
        Ok(table::grants(&grants))
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T> {
    serde_json::from_str(answer)
        .with_context(|| format!("the server's answer cannot be read: {answer}"))
}

fn name(text: &str) -> Result<TokenName, &'static str> {
    TokenName::try_from(text.to_owned())
}

fn role(text: &str) -> Result<Role, String> {
    let found = Role::ALL.into_iter().find(|role| role.as_str() == text);
    found.ok_or_else(|| {
        let names = Role::ALL.map(Role::as_str);
        format!("must be one of {}", names.join(", "))
    })
}

/// Reads an end: an instant, or a length of time from now.
fn end(text: &str) -> Result<Timestamp, String> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let wrong =
        || "must be a length of time, such as 90d, or an instant, such as 2027-06-30T00:00:00Z";
    let length = duration(text).map_err(|_| wrong())?;
    let millis = i64::try_from(length.as_millis()).map_err(|_| wrong())?;
    let end = now().as_millis().checked_add(millis).ok_or_else(wrong)?;
    Timestamp::from_millis(end).map_err(|_| wrong().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_an_instant_or_a_length_of_time() {
        let instant = end("2027-06-30T00:00:00Z").unwrap();
        assert_eq!(instant.to_string(), "2027-06-30T00:00:00.000Z");
        let soon = end("90d").unwrap().as_millis() - now().as_millis();
        assert!((7_775_000_000..=7_776_000_000).contains(&soon), "{soon}");
        for bad in ["", "soon", "90", "2027-06-30", "-1d"] {
            assert!(end(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_role_is_one_of_four() {
        assert_eq!(role("auditor"), Ok(Role::Auditor));
        assert_eq!(
            role("admin").unwrap_err(),
            "must be one of owner, auditor, inspector, administrator"
        );
    }
}
