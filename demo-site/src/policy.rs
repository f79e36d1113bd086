//! The strict content security policy that one of the demo pages is under.
//!
//! What Témoin itself needs of it is in `docs/content-security-policy.md`; the rest is this page's.

use anyhow::Result;

/// What stands in a page in the place of its nonce. A page that has it is under the policy.
pub const WRITTEN_NONCE: &str = "NONCE-OF-THIS-ANSWER";

/// A nonce that nobody can guess, for one answer.
pub fn nonce() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("no random bytes for a nonce: {error}"))?;
    Ok(hex::encode(bytes))
}

/// The header's value, for a page whose consent server is at `consent_origin`.
pub fn header(nonce: &str, consent_origin: &str) -> String {
    [
        "default-src 'none'",
        &format!("script-src 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        &format!("style-src 'nonce-{nonce}'"),
        &format!("connect-src {consent_origin}"),
        // The page's own: its icon, the stand-in of a pixel, the stand-in of a video.
        "img-src 'self' data:",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    .join("; ")
}
