//! Publishing a site: lint, freeze, compose.

use crate::answer::{self, Cors};
use crate::assets::{self, Manifest};
use crate::body;
use crate::directory;
use crate::refusal::Refusal;
use crate::site_object;
use consent_core::field::FieldError;
use consent_core::ident::MaterialDigest;
use consent_core::loader::{LOADER_SITE_NAME, LoaderSite};
use consent_core::notice::NoticeTerms;
use consent_core::receipt::Publication;
use consent_core::site::LARGEST_CONFIG_BYTES;
use consent_core::text::{LanguageTag, Localized, Origin};
use consent_core::{Notice, NoticeHash, SiteConfig, SiteId};
use consent_widget::markup;
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

/// What a site's object needs of a publication.
#[derive(Serialize, Deserialize)]
pub struct Edition {
    /// The site.
    pub site: SiteId,
    /// The notice now in force.
    pub notice: NoticeHash,
    /// What is material in it.
    pub material: MaterialDigest,
    /// What its records need.
    pub terms: NoticeTerms,
    /// Where reports may come from.
    pub origins: Vec<Origin>,
    /// The languages, the default one first.
    pub languages: Vec<LanguageTag>,
    /// The loader, by language.
    pub loaders: Localized<String>,
}

/// `PUT /v1/sites/SITE`: 201 for a new notice, 200 where it was in force already.
pub async fn publish(env: &Env, site: SiteId, mut request: Request) -> Result<Response, Refusal> {
    let body = body::read(&mut request, LARGEST_CONFIG_BYTES).await?;
    let config = SiteConfig::parse(&body).map_err(Refusal::Contradiction)?;
    let (manifest, loader) = assets::bundle(env).await?;
    let origins = config.origins.clone();
    let notice = Notice::new(site.clone(), config, manifest.digests.clone());
    let bytes = notice.to_bytes();
    let hash = NoticeHash::of(&bytes);
    let edition = edition(&notice, hash, origins, &manifest, &loader)?;
    // The notice first: an address that a receipt names must answer.
    let text = String::from_utf8(bytes).map_err(|error| Refusal::Internal(error.to_string()))?;
    directory::register(env, &site, hash, &text).await?;
    let mut publication: Publication = site_object::publish(env, &edition).await?;
    let server = request.url()?.origin().ascii_serialization();
    publication.embed = format!(r#"<script src="{server}/t/{site}.js"></script>"#);
    let status = if publication.unchanged { 200 } else { 201 };
    answer::json(&publication, status, Cors::None)
}

/// `GET /v1/notices/HASH`: the very bytes that the hash names; with `?language=`, the part in that
/// language, which is what the widget's dialog shows.
pub async fn notice(env: &Env, hash: NoticeHash, request: &Request) -> Result<Response, Refusal> {
    let url = request.url()?;
    let language = url
        .query_pairs()
        .find_map(|(name, value)| (name == "language").then(|| value.into_owned()));
    let mut body = directory::notice(env, hash).await?;
    if let Some(language) = language {
        let notice: Notice = serde_json::from_str(&body)?;
        let view = language
            .parse()
            .ok()
            .and_then(|language| notice.view(&language));
        let view = view.ok_or_else(|| {
            let languages: Vec<_> = notice.languages.iter().map(LanguageTag::as_str).collect();
            Refusal::Malformed(vec![FieldError::new(
                "language",
                format!("this notice is in {}", languages.join(", ")),
            )])
        })?;
        body = serde_json::to_string(&view)?;
    }
    let mut response = Response::ok(body)?;
    let headers = response.headers_mut();
    headers.set("content-type", "application/json")?;
    headers.set("cache-control", "public, max-age=31536000, immutable")?;
    headers.set("access-control-allow-origin", "*")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(response)
}

fn edition(
    notice: &Notice,
    hash: NoticeHash,
    origins: Vec<Origin>,
    manifest: &Manifest,
    loader: &str,
) -> Result<Edition, Refusal> {
    let material = notice.material();
    let loaders = notice
        .languages
        .iter()
        .map(|language| {
            let site = loader_site(notice, hash, material, language, manifest)?;
            Ok((language.clone(), compose(loader, &site)?))
        })
        .collect::<Result<_, Refusal>>()?;
    Ok(Edition {
        site: notice.site.clone(),
        notice: hash,
        material,
        terms: notice.terms(),
        origins,
        languages: notice.languages.clone(),
        loaders,
    })
}

fn loader_site(
    notice: &Notice,
    hash: NoticeHash,
    material: MaterialDigest,
    language: &LanguageTag,
    manifest: &Manifest,
) -> Result<LoaderSite, Refusal> {
    let missing = || Refusal::Internal(format!("the notice has no texts in {language}"));
    let texts = notice.texts.get(language).ok_or_else(missing)?;
    Ok(LoaderSite {
        site: notice.site.clone(),
        notice: hash,
        material,
        language: language.clone(),
        purposes: notice
            .purposes
            .iter()
            .map(|&purpose| (purpose, texts.purposes.get(purpose).name.to_string()))
            .collect(),
        months: notice.choice_max_age_months,
        saved: texts.dialog.saved.to_string(),
        unavailable: texts.banner.unavailable.to_string(),
        script: format!("/w/{}", manifest.script),
        wasm: format!("/w/{}", manifest.wasm),
        markup: markup::first_layer(notice, language).ok_or_else(missing)?,
    })
}

/// Puts a site into the built loader. JSON is JavaScript (ECMAScript 2019, "JSON superset"), and a
/// `<` is written so that the result can also stand inside a page.
fn compose(loader: &str, site: &LoaderSite) -> Result<String, Refusal> {
    let json = serde_json::to_string(site)?.replace("</", "<\\/");
    match loader.match_indices(LOADER_SITE_NAME).count() {
        1 => Ok(loader.replacen(LOADER_SITE_NAME, &json, 1)),
        count => Err(Refusal::Internal(format!(
            "the built loader has {count} places for a site, not 1"
        ))),
    }
}
