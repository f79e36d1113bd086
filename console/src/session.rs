//! The token, for as long as the tab is open. Nothing else is kept in the browser.

use crate::browser::window;
use leptos::prelude::*;
use web_sys::Storage;

/// Where the tab keeps it.
const KEY: &str = "temoin_console_token";

/// Who is signed in.
#[derive(Clone, Copy)]
pub struct Session {
    token: RwSignal<Option<String>>,
    ended: RwSignal<bool>,
}

impl Session {
    /// That of this tab.
    pub fn of_tab() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(KEY).ok()?);
        Self {
            token: RwSignal::new(stored),
            ended: RwSignal::new(false),
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
