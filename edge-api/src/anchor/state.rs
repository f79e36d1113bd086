//! What the anchor's object does: it appends the checkpoints of all other logs to its own, and has
//! outside witnesses cosign it.

use crate::anchor::protocol::Anchored;
use crate::anchor::store::{AnchorRow, AnchorStore, SCHEMA};
use crate::anchor::witnesses::{self, Witness, WitnessResponse};
use crate::clock::now;
use crate::http::error::ApiError;
use crate::log::{self, Head, Log, LogKeys, Store as _};
use crate::storage::database::{Database, integer};
use crate::storage::error::StoreError;
use consent_core::LogOrigin;
use consent_log::{Checkpoint, LogResource, SignedNote};
use futures_util::future::join_all;
use serde::Deserialize;
use std::cell::RefCell;
use std::rc::Rc;
use worker::{Env, Response, State};

/// After how long a witness that did not answer is asked again.
const ASK_AGAIN_MS: i64 = 60_000;

/// The anchor's database, environment, and open log.
pub struct AnchorState {
    state: State,
    env: Env,
    database: Database,
    /// Whether the tables are those that this server knows.
    migrated: Result<(), StoreError>,
    log: RefCell<Option<Rc<Log<AnchorStore>>>>,
}

impl AnchorState {
    /// That of the object whose storage this is; its tables are brought to the newest schema.
    pub fn new(state: State, env: Env) -> Self {
        let database = Database::of(&state.storage());
        let migrated = SCHEMA.migrate(&database);
        if let Err(error) = &migrated {
            worker::console_error!("{error}");
        }
        Self {
            state,
            env,
            database,
            migrated,
            log: RefCell::new(None),
        }
    }

    /// Passes if the tables are those that this server knows.
    pub fn check_schema(&self) -> Result<(), ApiError> {
        Ok(self.migrated.clone()?)
    }

    /// Serves the log (C2SP tlog-tiles), with the checkpoint that has cosignatures.
    pub fn serve_log(&self, resource: LogResource) -> Result<Response, ApiError> {
        let log = self.log()?;
        log::serve(&log, resource, || self.published(&log))
    }

    /// Asks the witnesses, and publishes what they have seen. What failed is tried again.
    pub async fn wake_up(&self) -> worker::Result<()> {
        if let Err(error) = self.publish().await {
            worker::console_error!("the anchor was not published: {}", error.to_log());
            self.state.storage().set_alarm(ASK_AGAIN_MS).await?;
        }
        Ok(())
    }

    fn log(&self) -> Result<Rc<Log<AnchorStore>>, ApiError> {
        if let Some(log) = &*self.log.borrow() {
            return Ok(Rc::clone(log));
        }
        let keys = LogKeys::from_env(&self.env)?;
        let origin = keys.server.anchor();
        let store = AnchorStore(self.database.clone());
        let head = store.head()?;
        let key = keys.key(&origin, head.as_ref().map(|head| &head.checkpoint))?;
        let log = Rc::new(Log::new(store, origin, key));
        *self.log.borrow_mut() = Some(Rc::clone(&log));
        Ok(log)
    }

    /// The key of the anchor's log, as text.
    pub fn key(&self) -> Result<String, ApiError> {
        Ok(self.log()?.key())
    }

    /// Appends a checkpoint of another log, unless it is there already: an alarm may repeat.
    pub async fn append_checkpoint(&self, text: &str) -> Result<(), ApiError> {
        let wrong =
            |why: &dyn std::fmt::Display| ApiError::Internal(format!("a checkpoint: {why}"));
        let note: SignedNote = text.parse().map_err(|why| wrong(&why))?;
        let origin = note.text.lines().next().unwrap_or_default();
        let origin: LogOrigin = origin.parse().map_err(|why| wrong(&why))?;
        let keys = LogKeys::from_env(&self.env)?;
        let key = keys.key(&origin, Some(&note))?.verifier();
        let checkpoint = Checkpoint::open(&note, &key).map_err(|why| wrong(&why))?;
        let before = self.newest(&origin, u64::MAX)?;
        if let Some(before) = before {
            if before.checkpoint == text {
                return Ok(());
            }
            if before.size > checkpoint.size {
                let (there, here) = (before.size, checkpoint.size);
                let why = format!("{origin} had {there} entries, and now says {here}");
                return Err(ApiError::Internal(why));
            }
        }
        // The alarm is set before the write, so that no crash leaves an entry unpublished.
        self.state.storage().set_alarm(1).await?;
        let log = self.log()?;
        let time = log.head()?.next_time(now());
        let row = AnchorRow {
            origin,
            size: checkpoint.size,
            checkpoint: text.to_owned(),
        };
        log.append(&[row], time)?;
        Ok(())
    }

    /// Asks the witnesses to cosign the newest checkpoint, and publishes it with the cosignatures that it
    /// got. A checkpoint that a witness has not cosigned is still published: auditors count cosignatures.
    async fn publish(&self) -> Result<(), ApiError> {
        self.check_schema()?;
        let log = self.log()?;
        let head = log.head()?.clone();
        let mut note = head.checkpoint.clone();
        let witnesses = witnesses::from_env(&self.env)?;
        let mut silent = false;
        // All at once: none waits for another that is slow.
        let asked = witnesses
            .iter()
            .map(|witness| self.ask(&log, witness, &head));
        let answers = join_all(asked).await;
        for (witness, answer) in witnesses.iter().zip(answers) {
            match answer? {
                WitnessResponse::Cosigned(signatures) => note.signatures.extend(signatures),
                WitnessResponse::Knows(size) => {
                    silent = true;
                    worker::console_error!("{} has seen {size} entries already", witness.key);
                }
                WitnessResponse::Refused(why) => {
                    silent = true;
                    worker::console_error!("{} has not cosigned: {why}", witness.key);
                }
            }
        }
        self.database.transaction(|transaction| {
            transaction.run(
                "UPDATE head SET published = ?",
                vec![note.to_string().into()],
            )
        })?;
        let grown = log.head()?.size > head.size;
        if grown || silent {
            let wait = if grown { 1 } else { ASK_AGAIN_MS };
            self.state.storage().set_alarm(wait).await?;
        }
        Ok(())
    }

    /// Asks a witness to cosign, with a proof from the size that it cosigned last. A witness that knows
    /// another size answers with it, and is asked once more.
    async fn ask(
        &self,
        log: &Log<AnchorStore>,
        witness: &Witness,
        head: &Head,
    ) -> Result<WitnessResponse, ApiError> {
        let key = witness.key.to_string();
        let known: Option<Size> = self.database.one(
            "SELECT size FROM witness WHERE key = ?",
            vec![key.as_str().into()],
        )?;
        let mut old = known.map_or(0, |known| known.size);
        let mut said = WitnessResponse::Knows(old);
        // Twice at most: once from the size that we remember, once from the size that it answers.
        for _ in 0..2 {
            // The proof ends at the checkpoint that is sent, even if the log has grown since.
            let proof = log.consistency_between(old, head.size)?;
            said = witnesses::submit(&self.env, witness, old, proof, &head.checkpoint).await;
            match said {
                WitnessResponse::Knows(size) if size <= head.size && size != old => old = size,
                _ => break,
            }
        }
        if let WitnessResponse::Cosigned(_) = said {
            self.database.transaction(|transaction| {
                transaction.run(
                    "INSERT INTO witness (key, size) VALUES (?, ?)
                     ON CONFLICT DO UPDATE SET size = excluded.size",
                    vec![key.into(), integer(head.size)],
                )
            })?;
        }
        Ok(said)
    }

    /// The checkpoint that is served.
    fn published(&self, log: &Log<AnchorStore>) -> Result<String, ApiError> {
        let row: Option<Published> = self.database.one("SELECT published FROM head", vec![])?;
        match row.and_then(|row| row.published) {
            Some(published) => Ok(published),
            None => Ok(log.head()?.checkpoint.to_string()),
        }
    }

    /// The newest checkpoint of a log that is in the published tree, with what proves it.
    pub fn find(&self, origin: &LogOrigin) -> Result<Option<Anchored>, ApiError> {
        let row: Option<Published> = self.database.one("SELECT published FROM head", vec![])?;
        let Some(published) = row.and_then(|row| row.published) else {
            return Ok(None);
        };
        let note = log::signed(&published)?;
        let log = self.log()?;
        let Some(newest) = self.newest(origin, log.size_of(&note)?)? else {
            return Ok(None);
        };
        let anchored = Anchored {
            proof: log.proof_in(newest.place, note)?.to_string(),
            key: log.key(),
            size: newest.size,
            checkpoint: newest.checkpoint,
        };
        Ok(Some(anchored))
    }

    /// The newest checkpoint of a log among the first `within` entries.
    fn newest(&self, origin: &LogOrigin, within: u64) -> Result<Option<EntryRow>, ApiError> {
        Ok(self.database.one(
            "SELECT place, size, checkpoint FROM entry WHERE origin = ? AND place < ?
             ORDER BY place DESC LIMIT 1",
            vec![origin.as_str().into(), integer(within.min(1 << 52))],
        )?)
    }
}

#[derive(Deserialize)]
struct Size {
    size: u64,
}

#[derive(Deserialize)]
struct Published {
    published: Option<String>,
}

#[derive(Deserialize)]
struct EntryRow {
    place: u64,
    size: u64,
    checkpoint: String,
}
