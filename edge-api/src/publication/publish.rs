//! Publishes a site, and serves by its hash what was published: notices and their parts.

use crate::directory;
use crate::directory::protocol::Part;
use crate::directory::protocol::Registration;
use crate::edition::{Edition, EditionByLaw, Loader};
use crate::http::auth::Permission;
use crate::http::body;
use crate::http::error::ApiError;
use crate::http::negotiation::accepts_brotli;
use crate::http::outside;
use crate::http::own::OwnOrigins;
use crate::http::query::Query;
use crate::http::response::{self, Cors};
use crate::publication::assets;
use crate::publication::compose::{Composed, compose};
use crate::publication::hosts;
use crate::publication::preview;
use crate::publication::sequence::{self, Parties};
use crate::publication::turn::Turn;
use crate::site;
use crate::site::protocol::{EnforcedHosts, PublishedBy, StoredConfiguration};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::api::{Publication, PublishedLaw};
use consent_core::field::FieldError;
use consent_core::lint;
use consent_core::site::LARGEST_CONFIG_BYTES;
use consent_core::text::{LanguageTag, Localized};
use consent_core::{NoticeHash, Sha256Digest, SiteConfig, SiteId};
use sha2::{Digest as _, Sha384};
use std::collections::BTreeMap;
use worker::{Env, Request, Response};

/// What becomes of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// It is published.
    Publish,
    /// Nothing: the answer says what publishing it would answer.
    DryRun,
    /// It can be looked at for some days.
    Draft,
}

/// `PUT /v1/sites/SITE`: 201 for a new notice, 200 where it was in force already; with `?dry_run`,
/// 200 and what publishing would answer; with `?draft`, the same, and where to look at the banner.
pub async fn publish(
    env: &Env,
    site: SiteId,
    permission: &Permission,
    mut request: Request,
) -> Result<Response, ApiError> {
    let purpose = purpose(&request)?;
    let body = body::read(&mut request, LARGEST_CONFIG_BYTES).await?;
    publish_text(env, site, permission, body, purpose).await
}

/// `POST /v1/sites/SITE/editions/HASH/publish`: publishes a configuration that was published before, as `PUT` does.
pub async fn publish_again(
    env: &Env,
    site: SiteId,
    hash: Sha256Digest,
    permission: &Permission,
    request: &Request,
) -> Result<Response, ApiError> {
    let purpose = purpose(request)?;
    directory::client::shards(env, &site).await?;
    let stored = site::client::configuration(env, &site, Some(hash)).await?;
    publish_text(env, site, permission, stored.text.into_bytes(), purpose).await
}

fn purpose(request: &Request) -> Result<Purpose, ApiError> {
    let url = request.url()?;
    let query = Query::parse(url.query().unwrap_or_default());
    match (query.has("dry_run"), query.has("draft")) {
        (false, false) => Ok(Purpose::Publish),
        (true, false) => Ok(Purpose::DryRun),
        (false, true) => Ok(Purpose::Draft),
        (true, true) => {
            let why = "cannot stand beside `draft`, which publishes nothing either: leave one out";
            Err(ApiError::Malformed(vec![FieldError::new("dry_run", why)]))
        }
    }
}

/// Publishes a configuration, or says what publishing it would answer.
async fn publish_text(
    env: &Env,
    site: SiteId,
    permission: &Permission,
    body: Vec<u8>,
    purpose: Purpose,
) -> Result<Response, ApiError> {
    let own = OwnOrigins::from_env(env)?;
    let server = own.first().as_str();
    let config = SiteConfig::parse(&body).map_err(ApiError::Contradiction)?;
    let text = String::from_utf8(body).map_err(|_| {
        ApiError::Contradiction(vec![FieldError::new(".", "must be encoded in UTF-8")])
    })?;
    let mut errors = hosts::errors(&config, &own, outside::private_allowed(env));
    errors.extend(service_catalogue::exemption_errors(&config));
    if !errors.is_empty() {
        return Err(ApiError::Contradiction(errors));
    }
    let turn = Turn::take().await;
    let findings = service_catalogue::with_hints(lint::findings(&config), &config);
    turn.pause().await;
    let manifest = assets::manifest(env).await?;
    let Composed {
        edition,
        registration,
        hosts,
    } = compose(env, &site, config, &manifest, server, permission, &turn).await?;
    drop(turn);
    let mut publication: Publication = if purpose == Purpose::Publish {
        let by = PublishedBy {
            grants: permission.grants(),
            configuration: StoredConfiguration::new(text),
        };
        sequence::publish(&Objects(env), registration, &edition, hosts, by).await?
    } else {
        directory::client::check(env, &registration).await?;
        if purpose == Purpose::Draft {
            directory::client::keep_draft(env, registration).await?;
        }
        // A site that is not published yet has no object, and a dry run makes none.
        match directory::client::shards(env, &site).await {
            Ok(_) => site::client::preview(env, &edition).await?,
            Err(ApiError::UnknownSite) => first(&edition),
            Err(other) => return Err(other),
        }
    };
    publication.findings = findings;
    let shown = Shown {
        server,
        site: &site,
        previewed: purpose != Purpose::DryRun,
    };
    publication.preview = shown.preview(&edition.loaders);
    publication.pinned = shown.pinned(&edition.loaders);
    publication.laws = edition
        .laws
        .iter()
        .map(|(law, edition)| (*law, shown.by_law(edition)))
        .collect();
    publication.embed = format!(r#"<script src="{server}/t/{site}.js"></script>"#);
    publication.inspector =
        format!(r#"javascript:import("{server}/i/{site}.js").then((it)=>it.open())"#);
    let status = if publication.unchanged || purpose != Purpose::Publish {
        200
    } else {
        201
    };
    response::json(&publication, status, Cors::None)
}

/// Where what was published, or would be, is shown.
struct Shown<'a> {
    server: &'a str,
    site: &'a SiteId,
    /// Whether it can be looked at.
    previewed: bool,
}

impl Shown<'_> {
    /// By language, the page that shows a banner.
    fn preview(&self, loaders: &Localized<Loader>) -> Localized<String> {
        let loaders = loaders.iter().filter(|_| self.previewed);
        loaders
            .map(|(language, loader)| {
                let address = preview::address(self.server, self.site, loader.digest, language);
                (language.clone(), address)
            })
            .collect()
    }

    /// By language, the tag that names a loader by its digest.
    fn pinned(&self, loaders: &Localized<Loader>) -> Localized<String> {
        let Self { server, site, .. } = self;
        loaders
            .iter()
            .map(|(language, Loader { digest, script })| {
                let integrity = STANDARD.encode(Sha384::digest(script.text()));
                let tag = format!(
                    r#"<script src="{server}/t/{site}/{digest}/{language}.js" integrity="sha384-{integrity}" crossorigin="anonymous"></script>"#
                );
                (language.clone(), tag)
            })
            .collect()
    }

    fn by_law(&self, edition: &EditionByLaw) -> PublishedLaw {
        PublishedLaw {
            notice: edition.notice,
            pinned: self.pinned(&edition.loaders),
            preview: self.preview(&edition.loaders),
        }
    }
}

/// The server's own objects.
struct Objects<'a>(&'a Env);

impl Parties for Objects<'_> {
    async fn register(&self, registration: Registration) -> Result<(), ApiError> {
        directory::client::register(self.0, registration).await
    }

    async fn admit(&self, edition: Edition) -> Result<(), ApiError> {
        site::client::admit_notice(self.0, edition).await
    }

    async fn put_in_force(
        &self,
        edition: &Edition,
        hosts: EnforcedHosts,
        by: PublishedBy,
    ) -> Result<Publication, ApiError> {
        site::client::put_in_force(self.0, edition, hosts, by).await
    }

    async fn in_force(&self, site: &SiteId) -> Result<Option<Sha256Digest>, ApiError> {
        match site::client::in_force(self.0, site).await {
            Ok(in_force) => Ok(Some(in_force.edition)),
            Err(ApiError::UnknownSite) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// What a dry run answers for a site that was never published.
fn first(edition: &Edition) -> Publication {
    Publication {
        site: edition.site.clone(),
        notice: edition.notice,
        published_at: None,
        unchanged: false,
        asks_anew: false,
        material_changes: Vec::new(),
        findings: Vec::new(),
        embed: String::new(),
        pinned: Localized::new(),
        inspector: String::new(),
        preview: Localized::new(),
        laws: BTreeMap::new(),
    }
}

/// `GET /v1/notices/HASH`: the very bytes that the hash names.
pub async fn notice(env: &Env, hash: NoticeHash) -> Result<Response, ApiError> {
    let body = directory::client::notice(env, hash).await?;
    immutable(body, "application/json")
}

/// What was rendered from a notice in one language: immutable, and what a digest in the notice or
/// in an `integrity` attribute is of.
pub async fn part(
    env: &Env,
    hash: Sha256Digest,
    language: &LanguageTag,
    part: Part,
    request: &Request,
) -> Result<Response, ApiError> {
    let body = directory::client::part(env, hash, language, part).await?;
    let kind = match part {
        Part::Loader => "text/javascript; charset=utf-8",
        Part::Dialog | Part::Declaration => "text/html; charset=utf-8",
    };
    let mut response = immutable(body, kind)?;
    // A fragment for our own pages: opened by itself, it is text, and runs nothing.
    let headers = response.headers_mut();
    headers.set("content-security-policy", "default-src 'none'; sandbox")?;
    headers.set("vary", "Accept-Encoding")?;
    // Compressed on its way, by the runtime.
    if accepts_brotli(request)? {
        headers.set("content-encoding", "br")?;
    }
    Ok(response)
}

fn immutable(body: String, kind: &str) -> Result<Response, ApiError> {
    let mut response = Response::ok(body)?;
    response::share(response.headers_mut(), kind, response::CACHE_FOREVER)?;
    Ok(response)
}
