//! Publishes a site: lints its configuration, makes the notice, and renders everything from it.

use crate::directory;
use crate::directory::protocol::Part;
use crate::directory::protocol::{Registration, RenderedPart};
use crate::edition::{Edition, Enforcement, Loader, hash_source};
use crate::http::ascii;
use crate::http::body;
use crate::http::compressed::Compressed;
use crate::http::error::ApiError;
use crate::http::negotiation::accepts_brotli;
use crate::http::query::Query;
use crate::http::response::{self, Cors};
use crate::publication::assets::{self, Manifest};
use crate::publication::loader_script::{loader_site, put_site};
use crate::publication::sequence::{self, Parties};
use crate::publication::wording::Intl;
use crate::site;
use crate::site::protocol::EnforcedHosts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::api::Publication;
use consent_core::lint;
use consent_core::loader::LoaderSite;
use consent_core::log_origin::Shard;
use consent_core::notice::{BundleDigests, ShownDigests};
use consent_core::site::LARGEST_CONFIG_BYTES;
use consent_core::text::{LanguageTag, Localized};
use consent_core::{Notice, NoticeHash, Sha256Digest, SiteConfig, SiteId};
use consent_widget::markup::{self, Rendered};
use sha2::{Digest as _, Sha384};
use worker::{Env, Request, Response};

/// `PUT /v1/sites/SITE`: 201 for a new notice, 200 where it was in force already; with `?dry_run`,
/// 200 and what publishing would answer.
pub async fn publish(env: &Env, site: SiteId, mut request: Request) -> Result<Response, ApiError> {
    let url = request.url()?;
    let dry_run = Query::parse(url.query().unwrap_or_default()).has("dry_run");
    let server = url.origin().ascii_serialization();
    let body = body::read(&mut request, LARGEST_CONFIG_BYTES).await?;
    let config = SiteConfig::parse(&body).map_err(ApiError::Contradiction)?;
    let findings = lint::findings(&config);
    let manifest = assets::manifest(env).await?;
    let Composed {
        edition,
        registration,
        hosts,
    } = compose(env, &site, config, &manifest, &server).await?;
    let mut publication: Publication = if dry_run {
        // A site that is not published yet has no object, and a dry run makes none.
        match directory::client::shards(env, &site).await {
            Ok(known) => {
                directory::settled(known, edition.shards)
                    .map_err(|error| ApiError::Contradiction(vec![error]))?;
                site::client::preview(env, &edition).await?
            }
            Err(ApiError::UnknownSite) => first(&edition),
            Err(other) => return Err(other),
        }
    } else {
        sequence::publish(&Objects(env), registration, &edition, hosts).await?
    };
    publication.findings = findings;
    publication.embed = format!(r#"<script src="{server}/t/{site}.js"></script>"#);
    publication.inspector =
        format!(r#"javascript:import("{server}/i/{site}.js").then((it)=>it.open())"#);
    publication.pinned = edition
        .loaders
        .iter()
        .map(|(language, loader)| {
            let Loader { digest, script } = loader;
            let integrity = STANDARD.encode(Sha384::digest(script.text()));
            let tag = format!(
                r#"<script src="{server}/t/{site}/{digest}/{language}.js" integrity="sha384-{integrity}" crossorigin="anonymous"></script>"#
            );
            (language.clone(), tag)
        })
        .collect();
    let status = if publication.unchanged || dry_run {
        200
    } else {
        201
    };
    response::json(&publication, status, Cors::None)
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
    ) -> Result<Publication, ApiError> {
        site::client::put_in_force(self.0, edition, hosts).await
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

/// Everything that is made from a configuration.
struct Composed {
    edition: Edition,
    registration: Registration,
    hosts: EnforcedHosts,
}

async fn compose(
    env: &Env,
    site: &SiteId,
    config: SiteConfig,
    manifest: &Manifest,
    server: &str,
) -> Result<Composed, ApiError> {
    let variant = config.loader_variant();
    let loader = manifest
        .loaders
        .get(&variant)
        .ok_or_else(|| ApiError::Internal(format!("this build has no {variant}")))?;
    let template = assets::text(env, loader).await?;
    let bundle = BundleDigests {
        loader: loader.digest,
        script: manifest.script.digest,
        wasm: manifest.wasm.digest,
    };
    let mut notice = Notice::new(site.clone(), config.clone(), bundle);
    let rendered = render(&notice)?;
    notice.shown = rendered
        .iter()
        .map(|(language, rendered)| (language.clone(), digests(rendered)))
        .collect();
    let bytes = notice.to_bytes();
    let hash = NoticeHash::of(&bytes);
    let mut loaders = Localized::new();
    let mut parts = Vec::new();
    let mut placed = Localized::new();
    let styles = markup::STYLES.map(|style| hash_source(Sha256Digest::of(style.as_bytes())));
    let styles = styles.to_vec();
    for (language, rendered) in rendered {
        let loader_site = loader_site(
            &notice,
            &config,
            hash,
            &language,
            manifest,
            server,
            rendered.first_layer,
        )?;
        let script = put_site(&template, &loader_site)?;
        let digest = Sha256Digest::of(script.as_bytes());
        for (hash, part, body) in [
            (digest, Part::Loader, script.clone()),
            (hash.into(), Part::Dialog, rendered.dialog),
            (hash.into(), Part::Declaration, rendered.declaration),
        ] {
            parts.push(RenderedPart {
                hash,
                language: language.clone(),
                part,
                body,
            });
        }
        if config.edge.is_some() {
            // Where the site's own host answers, the loader asks that one.
            let script = ascii::escape(&put_site(
                &template,
                &LoaderSite {
                    server: String::new(),
                    ..loader_site
                },
            )?);
            let hash = Sha256Digest::of(script.as_bytes());
            parts.push(RenderedPart {
                hash,
                language: language.clone(),
                part: Part::Loader,
                body: script,
            });
            placed.insert(language.clone(), hash);
        }
        let script = Compressed::new(script)?;
        loaders.insert(language, Loader { digest, script });
    }
    let enforced = config.edge.as_ref().map(|edge| {
        let enforcement = Enforcement::new(&config, edge, &notice, placed, styles)?;
        let body = serde_json::to_string(&enforcement)?;
        Ok::<_, ApiError>((enforcement.authorities(), body))
    });
    let (authorities, body) = enforced.transpose()?.unwrap_or_default();
    Ok(Composed {
        edition: Edition {
            site: site.clone(),
            shards: config.shards,
            shard: Shard::FIRST,
            notice: hash,
            material: notice.material(),
            terms: notice.terms(),
            origins: config.origins,
            cookie_domain: config.cookie_domain,
            languages: notice.languages,
            loaders,
        },
        registration: Registration {
            site: site.clone(),
            shards: config.shards,
            hash,
            notice: String::from_utf8(bytes)
                .map_err(|error| ApiError::Internal(error.to_string()))?,
            parts,
            authorities: authorities.clone(),
        },
        hosts: EnforcedHosts { authorities, body },
    })
}

fn render(notice: &Notice) -> Result<Vec<(LanguageTag, Rendered)>, ApiError> {
    notice
        .languages
        .iter()
        .map(|language| {
            let rendered = markup::render(notice, language, &Intl);
            let missing = || ApiError::Internal(format!("the notice has no texts in {language}"));
            Ok((language.clone(), rendered.ok_or_else(missing)?))
        })
        .collect()
}

fn digests(rendered: &Rendered) -> ShownDigests {
    ShownDigests {
        layer: Sha256Digest::of(rendered.first_layer.layer.as_bytes()),
        dialog: Sha256Digest::of(rendered.dialog.as_bytes()),
        declaration: Sha256Digest::of(rendered.declaration.as_bytes()),
    }
}
