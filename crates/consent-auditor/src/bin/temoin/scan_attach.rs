//! A scan as evidence: the hash of its report is added to the site's log.

use anyhow::{Context as _, Result, bail, ensure};
use consent_core::proof::{EvidenceReceipt, EvidenceReport};
use consent_core::{EvidenceHash, SiteId};
use consent_log::{Hash, TlogProof, VerifierKey};
use std::time::Duration;

/// The server may take this long.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Adds the SHA-256 of a file to a site's log, with a token of the owner's role. Returns the receipt, which was
/// verified.
pub fn attach(
    server: &str,
    site: &SiteId,
    token: &str,
    sha256: EvidenceHash,
) -> Result<EvidenceReceipt> {
    let url = format!("{}/v1/sites/{site}/evidence", server.trim_end_matches('/'));
    let mut response = ureq::post(&url)
        .config()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .build()
        .header("authorization", format!("Bearer {token}"))
        .send_json(EvidenceReport { sha256 })
        .with_context(|| format!("{url} cannot be reached"))?;
    let status = response.status();
    let body = response.body_mut().read_to_string().unwrap_or_default();
    if !status.is_success() {
        let body: String = body.chars().take(300).collect();
        bail!("{url}: expected the evidence to be accepted; the server answered {status} {body}");
    }
    let receipt: EvidenceReceipt = serde_json::from_str(&body).with_context(|| {
        format!("{url}: expected the receipt of the evidence; the server answered {body}")
    })?;
    check(&receipt, sha256).with_context(|| {
        format!("{url}: the receipt does not prove that the evidence is in the log")
    })?;
    Ok(receipt)
}

/// Checks that the log whose key is in the receipt signed for the entry.
fn check(receipt: &EvidenceReceipt, sha256: EvidenceHash) -> Result<()> {
    ensure!(
        receipt.sha256 == sha256,
        "expected the entry of {sha256}; found the one of {}",
        receipt.sha256
    );
    let key: VerifierKey = receipt.key.parse()?;
    ensure!(
        key.name() == receipt.log.as_str(),
        "expected the key of {}; found the one of {}",
        receipt.log,
        key.name()
    );
    let proof: TlogProof = receipt.proof.parse()?;
    ensure!(
        proof.index == receipt.index,
        "expected index {}; found {}",
        receipt.index,
        proof.index
    );
    proof.verify(Hash::leaf(&receipt.claimed_entry().to_bytes()), &key)?;
    Ok(())
}
