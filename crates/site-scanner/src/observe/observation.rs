//! Observations: plain data, each with when, where and who did it. No value of a cookie or key is kept.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The visitor's choice that is in force when something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// No choice was made.
    Before,
    /// Everything optional is refused.
    Refused,
    /// Everything is accepted.
    Accepted,
    /// Everything was accepted, then withdrawn.
    Withdrawn,
}

impl Phase {
    /// All four, in the order in which they are visited.
    pub const ALL: [Self; 4] = [Self::Before, Self::Refused, Self::Accepted, Self::Withdrawn];

    /// The phase in a sentence: `before a choice`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before a choice",
            Self::Refused => "after refusal",
            Self::Accepted => "after acceptance",
            Self::Withdrawn => "after withdrawal",
        }
    }

    /// The phase in the name of a file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Refused => "refused",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether only what is necessary may happen.
    pub const fn forbids(self) -> bool {
        !matches!(self, Self::Accepted)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The kind of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A cookie, by its name.
    Cookie,
    /// A key of `localStorage`.
    LocalStorage,
    /// A key of `sessionStorage`.
    SessionStorage,
    /// A database of `indexedDB`, by its name.
    IndexedDb,
    /// A cache of `caches`, by its name.
    CacheStorage,
    /// A service worker, by its script.
    ServiceWorker,
    /// A request, by its address.
    Request,
    /// A frame, by its address.
    Frame,
    /// A web socket, by its address.
    Socket,
    /// The page asks the browser to connect or fetch ahead, by the address.
    Hint,
    /// The page leaves for another site by itself, by the address.
    Navigation,
    /// A script that ran, by its address.
    Script,
    /// The page reads what distinguishes one device from another, by the function that does.
    Reading,
}

impl Kind {
    /// The kind in words, for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::LocalStorage => "local storage",
            Self::SessionStorage => "session storage",
            Self::IndexedDb => "IndexedDB",
            Self::CacheStorage => "cache storage",
            Self::ServiceWorker => "service worker",
            Self::Request => "request",
            Self::Frame => "frame",
            Self::Socket => "web socket",
            Self::Hint => "connection ahead",
            Self::Navigation => "redirection",
            Self::Script => "script",
            Self::Reading => "device reading",
        }
    }

    /// Whether it stays on the device.
    pub const fn is_kept(self) -> bool {
        matches!(
            self,
            Self::Cookie
                | Self::LocalStorage
                | Self::SessionStorage
                | Self::IndexedDb
                | Self::CacheStorage
                | Self::ServiceWorker
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether something belongs to the scanned site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The site's.
    First,
    /// Another site's.
    Third,
}

/// Who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initiator {
    /// How: `parser`, `script`, `header`, …
    pub way: String,
    /// The script or page, with its line: `https://tags.example/t.js:12`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The calls that led there, the innermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<String>,
}

/// One observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The choice in force.
    pub phase: Phase,
    /// The page's address.
    pub page: String,
    /// Milliseconds since the visit began.
    pub after_ms: u64,
    /// Its kind.
    pub kind: Kind,
    /// A name, a key or an address.
    pub name: String,
    /// The host that it belongs to.
    pub host: String,
    /// Whose it is.
    pub party: Party,
    /// More about the kind: what a request fetches, why a browser blocked a cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// How long it stays, in seconds. Without it: a cookie until the browser is closed, storage without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_s: Option<u64>,
    /// Who did it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Initiator>,
    /// Whether the page had been scrolled, or Escape been pressed, before it happened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_gesture: bool,
}

/// The longest name or address that is kept, in characters: the rest would be the value of something.
const MAX_NAME: usize = 400;

/// A name or address as it is kept: not longer than the limit, and without control characters, which a terminal
/// would obey.
pub fn bounded(text: &str) -> String {
    let plain = text
        .chars()
        .map(|char| if char.is_control() { '\u{fffd}' } else { char });
    let mut kept: String = plain.take(MAX_NAME).collect();
    if text.chars().nth(MAX_NAME).is_some() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_drive_no_terminal() {
        assert_eq!(bounded("a\u{1b}[2Jé"), "a\u{fffd}[2Jé");
        assert_eq!(bounded(&"é".repeat(MAX_NAME)).chars().count(), MAX_NAME);
        assert_eq!(
            bounded(&"é".repeat(MAX_NAME + 1)).chars().count(),
            MAX_NAME + 1
        );
    }
}
