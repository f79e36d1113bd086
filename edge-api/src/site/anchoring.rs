//! What a site's object asks of the anchor: to append its checkpoints, and to prove that it has.

use crate::anchor;
use crate::anchor::protocol::Anchored;
use crate::http::error::ApiError;
use crate::site::logs::{Logs, OpenLog};
use consent_core::ConsentReceipt;
use worker::Env;

/// Hands the anchor the newest checkpoint of each log that has grown since the last time.
pub async fn submit(env: &Env, logs: &Logs) -> Result<(), ApiError> {
    for open in logs.all()? {
        let head = open.log.head()?.clone();
        if head.size > open.anchored.get() {
            anchor::client::append_checkpoint(env, head.checkpoint.to_string()).await?;
            logs.anchored(&open, head.size)?;
        }
    }
    Ok(())
}

/// Asks the anchor for the newest checkpoint of a log that it has; `None` as long as it has none.
pub async fn find(env: &Env, log: &OpenLog) -> Result<Option<Anchored>, ApiError> {
    if log.anchored.get() == 0 {
        return Ok(None);
    }
    anchor::client::find(env, log.log.origin().clone()).await
}

/// Puts the anchor's proof into a receipt, if the receipt's record is in the checkpoint that it proves.
pub fn add_to_receipt(
    anchored: &Anchored,
    receipt: &mut ConsentReceipt,
    log: &OpenLog,
) -> Result<(), ApiError> {
    if receipt.index >= anchored.size {
        return Ok(());
    }
    let checkpoint = anchored.checkpoint.parse();
    let checkpoint = checkpoint
        .map_err(|error| ApiError::Internal(format!("the anchor's checkpoint: {error}")))?;
    let proof = log.log.proof_in(receipt.index, checkpoint)?;
    receipt.evidence.proof = proof.to_string();
    receipt.evidence.anchor_key = Some(anchored.key.clone());
    receipt.evidence.anchor_proof = Some(anchored.proof.clone());
    Ok(())
}
