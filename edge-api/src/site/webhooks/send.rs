//! One attempt: a request to an endpoint, and what its answer means (Standard Webhooks 1.0.0).

use super::signature;
use crate::clock::now;
use crate::http::error::ApiError;
use crate::http::outside::{self, NoAnswer};
use consent_core::webhook::{Attempt, MessageId};
use std::time::Duration;
use wasm_bindgen::JsValue;
use worker::{Env, Headers};

/// How long an endpoint may take to begin its answer. Others of the same site wait no longer than that for it.
pub const TIME_LIMIT: Duration = Duration::from_secs(15);

/// What is sent.
pub struct Message<'a> {
    /// Where.
    pub url: &'a str,
    /// Its id.
    pub id: &'a MessageId,
    /// The body, in JSON.
    pub body: &'a str,
    /// What signs: each gives a signature.
    pub secrets: &'a [Vec<u8>],
}

/// What came of an attempt.
pub struct Outcome {
    /// For the list of deliveries.
    pub attempt: Attempt,
    /// Whether the endpoint wants nothing more: it answered 410.
    pub is_gone: bool,
}

impl Outcome {
    /// Whether the endpoint has it.
    pub const fn is_delivered(&self) -> bool {
        self.attempt.reason.is_none()
    }
}

/// Sends a message once. Nothing of the answer is read but its status, and no redirect is followed.
pub async fn send(env: &Env, message: &Message<'_>) -> Result<Outcome, ApiError> {
    let time = now();
    let request = request(message, time.as_millis() / 1000)?;
    let answer = outside::fetch(env, &request, TIME_LIMIT).await;
    let took_ms = now().as_millis().saturating_sub(time.as_millis());
    let (status, reason) = match answer {
        Ok(answer) => {
            if let Some(body) = answer.body() {
                // Whether the other side minds is its own matter.
                drop(body.cancel());
            }
            let status = answer.status();
            (Some(status), why_not(status))
        }
        Err(late @ NoAnswer::Late(_)) => (None, Some(late.to_string())),
        // The network's own words could tell an owner what is where in the operator's network.
        Err(NoAnswer::Failed(why)) => {
            worker::console_error!("an endpoint cannot be reached: {why}");
            (None, Some("it cannot be reached".to_owned()))
        }
    };
    Ok(Outcome {
        attempt: Attempt {
            time,
            took_ms: u64::try_from(took_ms).unwrap_or_default(),
            status,
            reason,
        },
        is_gone: status == Some(410),
    })
}

fn request(message: &Message<'_>, seconds: i64) -> Result<web_sys::Request, ApiError> {
    let Message {
        url,
        id,
        body,
        secrets,
    } = message;
    let headers = Headers::new();
    let signature = signature::sign(secrets, id.as_str(), seconds, body);
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", "Temoin-Webhooks/1"),
        ("webhook-id", id.as_str()),
        ("webhook-timestamp", &seconds.to_string()),
        ("webhook-signature", &signature),
    ] {
        headers.set(name, value)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers.0);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_body(&JsValue::from_str(body));
    let built = web_sys::Request::new_with_str_and_init(url, &init);
    Ok(built.map_err(worker::Error::from)?)
}

/// Why a status is a failure; `None` where it is none.
fn why_not(status: u16) -> Option<String> {
    match status {
        200..=299 => None,
        300..=399 => Some(format!("it answered {status}: no redirect is followed")),
        410 => Some("it answered 410: it wants nothing more".to_owned()),
        other => Some(format!("it answered {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_taken_is_delivered() {
        for taken in [200, 201, 202, 204, 299] {
            assert_eq!(why_not(taken), None, "{taken}");
        }
        for failed in [100, 301, 304, 308, 400, 404, 410, 429, 500, 503, 0] {
            assert!(why_not(failed).is_some(), "{failed}");
        }
    }
}
