//! `/v1/sites/SITE/webhooks` and `/v1/sites/SITE/forks`, in the Worker: a body is read and checked here, and what it asks
//! goes to the site's first object.

use crate::directory;
use crate::http::auth::Permission;
use crate::http::body;
use crate::http::error::ApiError;
use crate::http::outside;
use crate::http::own::OwnOrigins;
use crate::route::WebhookRoute;
use crate::site::client::{self, ForwardedRequest};
use crate::site::protocol::{PublicRequest, WebhookRequest};
use consent_core::SiteId;
use consent_core::field::FieldError;
use consent_core::log_origin::Shard;
use consent_core::webhook::{ForkReport, NewWebhook, WebhookChange, WebhookSettings};
use worker::{Env, Request, Response, Url};

/// The largest body that describes an endpoint, or what a watcher saw, in bytes.
const LARGEST_BODY_BYTES: usize = 8192;

/// The longest account of what a watcher saw, in characters.
const LONGEST_FINDING: usize = 500;

/// Answers a request whose token was checked.
pub async fn serve(
    env: &Env,
    site: &SiteId,
    route: &WebhookRoute,
    permission: &Permission,
    mut request: Request,
) -> Result<Response, ApiError> {
    // Nothing is kept of a site that is not published.
    directory::client::shards(env, site).await?;
    let asked = match route {
        WebhookRoute::List => WebhookRequest::List,
        WebhookRoute::Make => {
            let body = body::read(&mut request, LARGEST_BODY_BYTES).await?;
            let new: NewWebhook = body::parse(&body)?;
            WebhookRequest::Make(checked(env, new.into())?)
        }
        WebhookRoute::Read(id) => WebhookRequest::Read(id.clone()),
        WebhookRoute::Change(id) => {
            let body = body::read(&mut request, LARGEST_BODY_BYTES).await?;
            let change: WebhookChange = body::parse(&body)?;
            WebhookRequest::Change(id.clone(), checked(env, change)?)
        }
        WebhookRoute::Remove(id) => WebhookRequest::Remove(id.clone()),
        WebhookRoute::NewSecret(id) => WebhookRequest::NewSecret(id.clone()),
        WebhookRoute::Test(id) => WebhookRequest::Test(id.clone()),
        WebhookRoute::Deliveries(id) => {
            let query = request.url()?.query().unwrap_or_default().to_owned();
            WebhookRequest::Deliveries(id.clone(), query)
        }
        WebhookRoute::Resend(id, message) => WebhookRequest::Resend(id.clone(), message.clone()),
        WebhookRoute::Forked => {
            let body = body::read(&mut request, LARGEST_BODY_BYTES).await?;
            let fork: ForkReport = body::parse(&body)?;
            WebhookRequest::Forked(checked_fork(fork)?)
        }
    };
    let by = permission.grants();
    let forwarded = ForwardedRequest {
        request: PublicRequest::Webhooks { request: asked, by },
        body: None,
    };
    client::forward(env, site, Shard::FIRST, forwarded).await
}

/// Checks what an owner sets: every field that is wrong, at once.
fn checked(env: &Env, change: WebhookChange) -> Result<WebhookSettings, ApiError> {
    let own = OwnOrigins::from_env(env)?;
    let private_allowed = outside::private_allowed(env);
    let url = change.url.as_deref();
    let wrong = url.and_then(|url| wrong_address(url, &own, private_allowed));
    let wrong = wrong.map(|why| FieldError::new("url", why));
    match (change.check(), wrong) {
        (Ok(settings), None) => Ok(settings),
        (Ok(_), Some(wrong)) => Err(ApiError::Contradiction(vec![wrong])),
        (Err(mut errors), wrong) => {
            // How an address is written comes before where it leads.
            if !errors.iter().any(|error| error.field == "url") {
                errors.extend(wrong);
            }
            Err(ApiError::Contradiction(errors))
        }
    }
}

/// What is wrong with where an address leads. Who has this server send to it is an owner, whom nobody here trusts: as with
/// `edge.origin_server`, it is on the public internet, unless the operator says otherwise.
fn wrong_address(url: &str, own: &OwnOrigins, private_allowed: bool) -> Option<&'static str> {
    let Ok(parsed) = url.parse::<Url>() else {
        return Some("is no address: write https://example.org/temoin");
    };
    let authority = &parsed[url::Position::BeforeHost..url::Position::AfterPort];
    if own.has(authority) {
        Some("is this consent server itself: name the program that is to be told")
    } else if !private_allowed && outside::is_private(url) {
        Some(
            "is not on the public internet: name a public server, or have the operator of this one allow private \
             addresses",
        )
    } else if !private_allowed && parsed.scheme() != "https" {
        Some("must begin with https://")
    } else {
        None
    }
}

/// Checks what a watcher says.
fn checked_fork(fork: ForkReport) -> Result<ForkReport, ApiError> {
    let length = fork.finding.chars().count();
    if (1..=LONGEST_FINDING).contains(&length) && !fork.finding.chars().any(char::is_control) {
        return Ok(fork);
    }
    let why = format!("must have 1 to {LONGEST_FINDING} characters on one line");
    Err(ApiError::Contradiction(vec![FieldError::new(
        "finding", why,
    )]))
}
