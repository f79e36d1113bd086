//! `POST /v1/sites/SITE/classifications`: says what the cookies, storage and requests that an owner has seen in
//! their pages are for.
//!
//! The inspector asks. The table of well-known cookies stays on the server: no page downloads it.

use crate::http::body;
use crate::http::error::ApiError;
use crate::http::response;
use crate::publication::published::Published;
use consent_core::classify::{Reason, Retention, Seen};
use consent_core::field::FieldError;
use consent_core::{NoticeHash, Purpose, ServiceId, SiteId};
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

/// The largest body that is read, in bytes.
const LARGEST_BYTES: usize = 256 * 1024;
/// How many things are classified at once.
const MAX_THINGS: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassificationRequest {
    seen: Vec<Thing>,
}

/// Something that was seen; its text may be written with escapes, so it is not borrowed.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Thing {
    Cookie { name: String, host: Option<String> },
    Storage { name: String, host: Option<String> },
    Request { host: String },
}

impl Thing {
    fn seen(&self) -> Seen<'_> {
        match self {
            Self::Cookie { name, host } => Seen::Cookie {
                name,
                host: host.as_deref(),
            },
            Self::Storage { name, host } => Seen::Storage {
                name,
                host: host.as_deref(),
            },
            Self::Request { host } => Seen::Request { host },
        }
    }
}

/// What each thing is for, in the order in which they were asked.
#[derive(Serialize)]
struct ClassificationResponse<'a> {
    /// The notice whose services were asked first.
    notice: NoticeHash,
    classifications: Vec<Classified<'a>>,
}

#[derive(Serialize)]
struct Classified<'a> {
    /// `null` while it is open.
    purpose: Option<Purpose>,
    /// The purpose that it is held back for meanwhile.
    held_back_as: Purpose,
    /// The site's own service, as pages name it in `data-service`; `null` where none declares it.
    service_id: Option<&'a ServiceId>,
    service: Option<&'a str>,
    controller: Option<&'a str>,
    retention: Option<Retention<'a>>,
    /// A sentence, in English.
    reason: String,
    /// The same for programs: the reason's name, and what matched.
    because: Reason<'a>,
}

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
    let Published { in_force, notice } = Published::of(env, site).await?;
    let classified = |thing: &Thing| {
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
    response::open_json(&ClassificationResponse {
        notice: in_force.notice,
        classifications: asked.seen.iter().map(classified).collect(),
    })
}
