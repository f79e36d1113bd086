//! `POST /v1/sites/SITE/classifications`: says what the cookies, storage and requests that an owner has seen in
//! their pages are for.
//!
//! The inspector asks. The table of well-known cookies stays on the server: no page downloads it.

use crate::http::body;
use crate::http::error::ApiError;
use crate::http::{place, response};
use crate::publication::published::Published;
use consent_core::SiteId;
use consent_core::api::classification::{
    ClassificationRequest, Classifications, Classified, SeenThing,
};
use consent_core::classify::Reason;
use consent_core::field::FieldError;
use worker::{Env, Request, Response};

/// The largest body that is read, in bytes.
const LARGEST_BYTES: usize = 256 * 1024;
/// How many things are classified at once.
const MAX_THINGS: usize = 500;

/// Classifies what the owner has seen: their own services answer first.
pub async fn classify(
    env: &Env,
    site: &SiteId,
    mut request: Request,
) -> Result<Response, ApiError> {
    let body = body::read(&mut request, LARGEST_BYTES).await?;
    let asked: ClassificationRequest = body::parse(&body)?;
    if asked.seen.len() > MAX_THINGS {
        return Err(ApiError::Malformed(vec![FieldError::new(
            "seen",
            format!(
                "has {} items; at most {MAX_THINGS} are classified",
                asked.seen.len()
            ),
        )]));
    }
    let place = place::of(env, &request)?;
    let Published { hash, notice, .. } = Published::of(env, site, place.as_ref()).await?;
    let classified = |thing: &SeenThing| {
        let found = cookie_database::classify(&notice.services, &thing.seen());
        Classified {
            purpose: found.purpose,
            held_back_as: found.held_back_as(),
            service_id: match found.reason {
                Reason::Owner { service, .. } => Some(service),
                _ => None,
            },
            service: found.service,
            controller: found.controller,
            retention: found.retention,
            reason: found.reason.to_string(),
            because: found.reason,
        }
    };
    response::open_json(&Classifications {
        notice: hash,
        classifications: asked.seen.iter().map(classified).collect(),
    })
}
