//! Outside witnesses: each checks that the anchor only grows, and cosigns what it has checked (C2SP
//! tlog-witness, tlog-cosignature).

use crate::http::error::ApiError;
use crate::http::time_limit::within;
use crate::setting;
use consent_log::{AddCheckpoint, Hash, KeyKind, Signature, SignedNote, VerifierKey};
use serde::Deserialize;
use std::time::Duration;
use worker::{Env, Fetch, Method, Request, RequestInit};

/// The environment variable that lists them: `[{"url": "https://…", "key": "name+…"}]`.
const WITNESSES: &str = "TEMOIN_WITNESSES";

/// How long a witness may take. The anchor's checkpoint waits for it, and with it every site's.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A witness.
pub struct Witness {
    /// Its submission prefix.
    url: String,
    /// Its key.
    pub key: VerifierKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    url: String,
    key: String,
}

/// The witnesses that this server asks; none if the variable is not set.
pub fn from_env(env: &Env) -> Result<Vec<Witness>, ApiError> {
    let Some(text) = setting::read(env, WITNESSES) else {
        return Ok(Vec::new());
    };
    if text.is_empty() {
        return Ok(Vec::new());
    }
    parse(&text).map_err(|why| ApiError::Internal(format!("{WITNESSES}: {why}")))
}

fn parse(text: &str) -> Result<Vec<Witness>, String> {
    let entries: Vec<Entry> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    entries
        .into_iter()
        .map(|Entry { url, key }| {
            let key: VerifierKey = key.parse().map_err(|error| format!("{key}: {error}"))?;
            if key.kind() != KeyKind::Cosigner {
                return Err(format!(
                    "{key} is not the key of a witness: use one of type 4 (C2SP tlog-cosignature)"
                ));
            }
            let url = url.trim_end_matches('/').to_owned();
            Ok(Witness { url, key })
        })
        .collect()
}

/// What a witness answers to a checkpoint.
pub enum WitnessResponse {
    /// It has cosigned it.
    Cosigned(Vec<Signature>),
    /// It has seen this other size before, and needs a proof from there.
    Knows(u64),
    /// Any other answer, in words.
    Refused(String),
}

/// Submits a checkpoint, with the proof that it continues the one of `old_size` entries.
pub async fn submit(
    env: &Env,
    witness: &Witness,
    old_size: u64,
    proof: Vec<Hash>,
    checkpoint: &SignedNote,
) -> WitnessResponse {
    let body = AddCheckpoint {
        old_size,
        proof,
        checkpoint: checkpoint.clone(),
    };
    let limit = || Err(worker::Error::from("it did not answer in time"));
    let answer = within(TIME_LIMIT, send(env, witness, &body.to_string())).await;
    match answer.unwrap_or_else(limit) {
        Ok((200, answer)) => cosignatures(witness, checkpoint, &answer),
        Ok((409, answer)) => match answer.trim().parse() {
            Ok(size) => WitnessResponse::Knows(size),
            Err(_) => WitnessResponse::Refused("409, without its size".to_owned()),
        },
        Ok((status, answer)) => WitnessResponse::Refused(format!("{status} {}", answer.trim())),
        Err(error) => WitnessResponse::Refused(error.to_string()),
    }
}

/// The valid cosignatures of this witness in an answer; others are left out.
fn cosignatures(witness: &Witness, checkpoint: &SignedNote, answer: &str) -> WitnessResponse {
    let signatures = match consent_log::parse_cosignatures(answer) {
        Ok(signatures) => signatures,
        Err(error) => return WitnessResponse::Refused(error.to_string()),
    };
    let right: Vec<Signature> = signatures
        .into_iter()
        .filter(|signature| {
            let note = SignedNote {
                text: checkpoint.text.clone(),
                signatures: vec![signature.clone()],
            };
            note.verified_by(&witness.key).is_ok()
        })
        .collect();
    if right.is_empty() {
        return WitnessResponse::Refused(
            "the answer has no valid cosignature of the witness's own key".to_owned(),
        );
    }
    WitnessResponse::Cosigned(right)
}

async fn send(env: &Env, witness: &Witness, body: &str) -> worker::Result<(u16, String)> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let url = format!("{}/add-checkpoint", witness.url);
    let request = Request::new_with_init(&url, &init)?;
    // On one machine the network of the witnesses is a service of its own: workerd lets nothing else
    // of ours reach private addresses.
    let mut response = match env.service("WITNESS_NETWORK") {
        Ok(network) => network.fetch_request(request).await?,
        Err(_) => Fetch::Request(request).send().await?,
    };
    Ok((response.status_code(), response.text().await?))
}
