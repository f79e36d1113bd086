//! The key that a log's checkpoints must be signed with: the one given with `--key`, else the one in the
//! state file, else the one that the log serves itself.

use super::state::State;
use crate::report::Check;
use crate::report::finding::Finding;
use anyhow::{Result, bail};
use consent_log::VerifierKey;

/// Where a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It was given with `--key`.
    Given,
    /// It is in the state file.
    Remembered,
    /// The log serves it, and nobody else confirms it.
    FirstUse,
}

impl Trust {
    /// In words.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Given => "the key given with --key",
            Self::Remembered => "the key in the state file",
            Self::FirstUse => {
                "the key that it serves itself, trusted on first use: pin it with --key or --state"
            }
        }
    }
}

/// A key, and where it comes from.
pub type KnownKey = (VerifierKey, Trust);

/// The keys that are known before the log is read.
#[derive(Clone, Copy)]
pub struct Pins<'a> {
    /// Given with `--key`.
    pub given: &'a [VerifierKey],
    /// Remembered in the state file.
    pub state: &'a State,
}

impl Pins<'_> {
    /// The key of a log, as far as it is known without reading the log.
    pub fn known(&self, origin: &str) -> Result<Option<KnownKey>> {
        let mut given = self.given.iter().filter(|key| key.name() == origin);
        let remembered = self.state.key(origin)?;
        match (given.next(), given.next(), remembered) {
            (Some(_), Some(_), _) => {
                bail!("--key gives two keys for {origin}; give one: a log has one key")
            }
            (Some(given), None, Some(remembered)) if *given != remembered => {
                bail!(
                    "--key gives {given}, and the state file remembers {remembered} for the same log: find out \
                     which one is right, then correct --key or use another state file"
                )
            }
            (Some(given), None, _) => Ok(Some((given.clone(), Trust::Given))),
            (None, _, Some(remembered)) => Ok(Some((remembered, Trust::Remembered))),
            (None, _, None) => Ok(None),
        }
    }

    /// Every key that is known.
    pub fn all(&self) -> Result<Vec<VerifierKey>> {
        let mut keys = self.given.to_vec();
        for origin in self.state.origins() {
            keys.extend(self.state.key(origin)?);
        }
        Ok(keys)
    }

    /// The key of a log, and a finding if the log serves another key. `served` is the log's file `vkey`, which
    /// is at `place`.
    pub fn choose(
        &self,
        origin: &str,
        served: Option<&[u8]>,
        place: &str,
    ) -> Result<(Option<KnownKey>, Option<Finding>)> {
        let known = self.known(origin)?;
        let wrong = |found: &str| {
            let finding = Finding::new(Check::Key, place, "the log serves another key");
            let expected = match &known {
                Some((key, trust)) => format!("{key}, {}", trust.in_words()),
                None => format!("a key of {origin}, on a line (C2SP signed-note)"),
            };
            let finding = finding.expected(expected, found);
            finding.file("vkey", served.unwrap_or_default())
        };
        let Some(bytes) = served else {
            return Ok((known, None));
        };
        let text = String::from_utf8_lossy(bytes);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let key: VerifierKey = match line.parse() {
            Ok(key) => key,
            Err(error) => {
                let finding = wrong(&format!("{error}"));
                return Ok((known, Some(finding)));
            }
        };
        if key.name() != origin || known.as_ref().is_some_and(|(known, _)| *known != key) {
            let finding = wrong(line);
            return Ok((known, Some(finding)));
        }
        Ok((Some(known.unwrap_or((key, Trust::FirstUse))), None))
    }
}
