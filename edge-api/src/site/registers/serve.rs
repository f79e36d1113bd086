//! `/v1/sites/SITE/requests` and `/v1/sites/SITE/incidents`, in the Worker: what is asked goes to the site's first object.

use super::answer::LARGEST_BODY_BYTES;
use crate::directory;
use crate::http::auth::Permission;
use crate::http::body;
use crate::http::error::ApiError;
use crate::route::RegisterRoute;
use crate::site::client::{self, ForwardedRequest};
use crate::site::protocol::{PublicRequest, RegisterRequest};
use crate::storage::secret_key::random_bytes;
use consent_core::SiteId;
use consent_core::ident::Salt;
use consent_core::log_origin::Shard;
use consent_core::register::Register;
use js_sys::Uint8Array;
use worker::{Env, Request, Response};

/// Answers a request whose token was checked.
pub async fn serve(
    env: &Env,
    site: &SiteId,
    route: RegisterRoute,
    permission: &Permission,
    mut request: Request,
) -> Result<Response, ApiError> {
    // Nothing is kept of a site that is not published.
    directory::client::shards(env, site).await?;
    let query = || -> Result<String, ApiError> {
        Ok(request.url()?.query().unwrap_or_default().to_owned())
    };
    let asked = match route {
        RegisterRoute::List(Register::Requests) => RegisterRequest::Requests(query()?),
        RegisterRoute::List(Register::Incidents) => RegisterRequest::Incidents(query()?),
        RegisterRoute::Open(Register::Requests) => RegisterRequest::OpenRequest,
        RegisterRoute::Open(Register::Incidents) => RegisterRequest::OpenIncident,
        RegisterRoute::Read(Register::Requests, number) => RegisterRequest::Request(number),
        RegisterRoute::Read(Register::Incidents, number) => RegisterRequest::Incident(number),
        RegisterRoute::Note(Register::Requests, number) => RegisterRequest::NoteOnRequest(number),
        RegisterRoute::Note(Register::Incidents, number) => RegisterRequest::NoteOnIncident(number),
        RegisterRoute::EraseRequest(number) => RegisterRequest::EraseRequest(number),
        RegisterRoute::Table(register) => RegisterRequest::Table(register),
    };
    let bytes = body::read(&mut request, LARGEST_BODY_BYTES).await?;
    let body = route.is_write().then(|| Uint8Array::from(&*bytes).into());
    let request = PublicRequest::Registers {
        request: asked,
        by: permission.grants(),
        salt: Salt::from_bytes(random_bytes()?),
    };
    let forwarded = ForwardedRequest { request, body };
    client::forward(env, site, Shard::FIRST, forwarded).await
}
