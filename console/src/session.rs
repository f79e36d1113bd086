//! The token, for as long as the tab is open. Nothing else is kept in the browser.

use crate::browser::window;
use consent_core::SiteId;
use consent_core::api::{Role, TokenGrants};
use leptos::prelude::*;
use web_sys::Storage;

/// Where the tab keeps it.
const KEY: &str = "temoin_console_token";

/// Who is signed in.
#[derive(Clone, Copy)]
pub struct Session {
    token: RwSignal<Option<String>>,
    ended: RwSignal<bool>,
    grants: RwSignal<Option<TokenGrants>>,
}

impl Session {
    /// That of this tab.
    pub fn of_tab() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(KEY).ok()?);
        Self {
            token: RwSignal::new(stored),
            ended: RwSignal::new(false),
            grants: RwSignal::new(None),
        }
    }

    /// Whether somebody is signed in.
    pub fn is_open(self) -> bool {
        self.token.with(Option::is_some)
    }

    /// Whether the server refused the token of a session that was open.
    pub fn has_ended(self) -> bool {
        self.ended.get()
    }

    /// The token.
    pub fn token(self) -> Option<String> {
        self.token.get_untracked()
    }

    /// Notes what the token allows.
    pub fn learn(self, grants: TokenGrants) {
        let _ = self.grants.try_set(Some(grants));
    }

    /// Whether the token has a role on a site or, without one, on any. Until it is known what the token allows, nothing is
    /// hidden: the server decides in any case.
    pub fn has_role(self, role: Role, site: Option<&SiteId>) -> bool {
        self.grants.with(|grants| {
            grants.as_ref().is_none_or(|known| {
                known.grants.iter().any(|grant| {
                    grant.role.includes(role) && site.is_none_or(|site| grant.covers(site))
                })
            })
        })
    }

    /// Signs in with a token that the server has accepted.
    pub fn open(self, token: String) {
        if let Some(storage) = storage() {
            // A tab that may store nothing is signed out when it is reloaded.
            let _ = storage.set_item(KEY, &token);
        }
        self.ended.set(false);
        self.token.set(Some(token));
    }

    /// Signs out.
    pub fn close(self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(KEY);
        }
        self.token.set(None);
        self.grants.set(None);
    }

    /// Signs out because the server no longer accepts the token.
    pub fn end(self) {
        self.ended.set(true);
        self.close();
    }
}

fn storage() -> Option<Storage> {
    window()?.session_storage().ok()?
}
