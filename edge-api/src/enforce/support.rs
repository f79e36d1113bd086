//! What a site behind the gate says of Global Privacy Control, at the address that the specification gives it.
//!
//! Only under an opt-out law: there the signal is a valid objection, and the gate honours it whatever the page does. Elsewhere
//! it would promise too much, since a visitor who is asked may accept despite the signal; the address is the site's own then.

use super::Visit;
use crate::http::error::ApiError;
use crate::http::response;
use consent_core::jurisdiction::ConsentModel;
use serde::Serialize;
use worker::Response;

/// Where the resource is: Global Privacy Control (W3C Working Draft), "GPC Support Resource".
const ADDRESS: &str = "/.well-known/gpc.json";

/// The day since when the gate gives the signal the meaning it has now: later changes of the specification do not change what
/// was promised.
const LAST_UPDATE: &str = "2026-11-30";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Support {
    gpc: bool,
    last_update: &'static str,
}

impl Visit<'_> {
    /// The resource, if the request is for it and the law honours the signal.
    pub fn support(&self, method: &str) -> Result<Option<Response>, ApiError> {
        let is_asked = self.page.address.path() == ADDRESS && ["GET", "HEAD"].contains(&method);
        if !is_asked || self.question.model == ConsentModel::OptIn {
            return Ok(None);
        }
        let support = Support {
            gpc: true,
            last_update: LAST_UPDATE,
        };
        response::open_json(&support).map(Some)
    }
}
