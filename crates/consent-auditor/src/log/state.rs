//! The state file: the keys of logs and the checkpoints they signed, remembered from one run to the next, so
//! that a log which contradicts them is caught.

use anyhow::{Context as _, Result, ensure};
use consent_log::{Checkpoint, SignedNote, VerifierKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// How many checkpoints are kept of each log. The newest one pins all entries before it; the older ones show
/// when the log had signed how many.
const MAX_CHECKPOINTS: usize = 32;

const VERSION: u8 = 1;

/// The state file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    version: u8,
    logs: BTreeMap<String, PinnedLog>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            version: VERSION,
            logs: BTreeMap::new(),
        }
    }
}

/// What is remembered of one log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedLog {
    key: String,
    /// The signed notes, smallest tree first.
    checkpoints: Vec<String>,
}

/// A checkpoint that was seen before.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The signed note, byte for byte.
    pub note: SignedNote,
    /// What it says.
    pub checkpoint: Checkpoint,
}

impl State {
    /// Reads the file at a path; without a path, an empty state.
    pub fn load_if_given(path: Option<&Path>) -> Result<Self> {
        path.map_or_else(|| Ok(Self::default()), Self::load)
    }

    /// Reads the file; empty if there is none yet. An error if a checkpoint in it is not signed by its log.
    pub fn load(path: &Path) -> Result<Self> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                Err(error).with_context(|| format!("{} cannot be read", path.display()))?
            }
        };
        let read = || {
            let state: Self = serde_json::from_slice(&bytes)?;
            ensure!(
                state.version == VERSION,
                "expected version {VERSION}; found {}",
                state.version
            );
            for origin in state.logs.keys() {
                state.key(origin)?;
                state.checkpoints(origin)?;
            }
            Ok(state)
        };
        read().with_context(|| format!("{} is not a state file that temoin wrote", path.display()))
    }

    /// Writes the file: all of it, or nothing.
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        let new = path.with_added_extension("new");
        std::fs::write(&new, json)
            .and_then(|()| std::fs::rename(&new, path))
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    /// The key of a log, if it was seen before.
    pub fn key(&self, origin: &str) -> Result<Option<VerifierKey>> {
        let Some(log) = self.logs.get(origin) else {
            return Ok(None);
        };
        let key: VerifierKey = log.key.parse()?;
        ensure!(
            key.name() == origin,
            "expected a key of {origin}; found one of {}",
            key.name()
        );
        Ok(Some(key))
    }

    /// The checkpoints of a log that were seen before, smallest tree first.
    pub fn checkpoints(&self, origin: &str) -> Result<Vec<Saved>> {
        let (Some(log), Some(key)) = (self.logs.get(origin), self.key(origin)?) else {
            return Ok(Vec::new());
        };
        let saved = log.checkpoints.iter().map(|text| {
            let note: SignedNote = text.parse()?;
            let checkpoint = Checkpoint::open(&note, &key)?;
            Ok(Saved { note, checkpoint })
        });
        saved.collect()
    }

    /// The names of the logs that were seen before.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.logs.keys().map(String::as_str)
    }

    /// Remembers a key, and a checkpoint that was found to be consistent with the earlier ones.
    pub fn pin(&mut self, key: &VerifierKey, note: &SignedNote) {
        let log = self.logs.entry(key.name().to_owned());
        let log = log.or_insert_with(|| PinnedLog {
            key: key.to_string(),
            checkpoints: Vec::new(),
        });
        let text = note.to_string();
        let same = |known: &String| {
            known
                .parse()
                .is_ok_and(|known: SignedNote| known.text == note.text)
        };
        // The same checkpoint with other cosignatures replaces the older note.
        log.checkpoints.retain(|known| !same(known));
        log.checkpoints.push(text);
        let beyond = log.checkpoints.len().saturating_sub(MAX_CHECKPOINTS);
        log.checkpoints.drain(..beyond);
    }
}
