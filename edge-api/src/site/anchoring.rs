//! What a site's object asks of the anchor: to take in its checkpoints, and to prove that it has.

use crate::anchor;
use crate::http::error::Refusal;
use crate::site::logs::{Logs, OpenLog};
use consent_core::ConsentReceipt;
use serde::{Deserialize, Serialize};
use worker::Env;

/// The newest checkpoint of a log that the anchor has, and what proves it.
#[derive(Serialize, Deserialize)]
pub struct Anchored {
    /// The checkpoint of the log.
    pub checkpoint: String,
    /// How many entries the log had then.
    pub size: u64,
    /// The key of the anchor.
    pub key: String,
    /// The checkpoint's inclusion in the anchor, with cosignatures.
    pub proof: String,
}

impl Anchored {
    /// Puts it into a receipt, if the receipt's record is in that checkpoint.
    pub fn add_to(self, receipt: &mut ConsentReceipt, log: &OpenLog) -> Result<(), Refusal> {
        if receipt.index >= self.size {
            return Ok(());
        }
        let checkpoint = self.checkpoint.parse();
        let checkpoint =
            checkpoint.map_err(|error| Refusal::Internal(format!("the anchor's: {error}")))?;
        let proof = log.log.proof_in(receipt.index, checkpoint)?;
        receipt.evidence.proof = proof.to_string();
        receipt.evidence.anchor_key = Some(self.key);
        receipt.evidence.anchor_proof = Some(self.proof);
        Ok(())
    }
}

/// Hands the anchor the newest checkpoint of each log that has grown since the last time.
pub async fn submit(env: &Env, logs: &Logs) -> Result<(), Refusal> {
    for open in logs.all()? {
        let head = open.log.head()?.clone();
        if head.size > open.anchored.get() {
            anchor::object::submit(env, &head.checkpoint.to_string()).await?;
            logs.anchored(&open, head.size)?;
        }
    }
    Ok(())
}

/// What the anchor has of a log; nothing, as long as it has none of its checkpoints.
pub async fn find(env: &Env, log: &OpenLog) -> Result<Option<Anchored>, Refusal> {
    if log.anchored.get() == 0 {
        return Ok(None);
    }
    anchor::object::find(env, log.log.origin()).await
}
