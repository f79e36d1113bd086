//! `GET /`: what whoever opens the server's own address finds.

use crate::http::error::ApiError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::locale;
use consent_core::text::LanguageTag;
use sha2::{Digest as _, Sha256};
use worker::{Request, Response};

const STYLE: &str = "\
body{font:1.0625rem/1.6 system-ui,sans-serif;max-width:40rem;margin:12vh auto;padding:0 1.5rem;color-scheme:light dark;\
color:light-dark(#1d2433,#e8eaf0);background:light-dark(#fff,#14171f)}\
h1{font-size:1.75rem;line-height:1.2}code{background:light-dark(#eef0f5,#252a37);padding:.1em .35em;border-radius:.3em}\
li{margin:.6rem 0}a{color:inherit}";

const FRENCH: &str = "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
content=\"width=device-width\"><title>Témoin</title><style>STYLE</style></head><body><main><h1>Témoin, serveur de \
consentement</h1><p>Ce serveur affiche le bandeau des sites qui y sont publiés, et garde la preuve de chaque \
choix.</p><ul><li>Vous visitez un site\u{a0}? La déclaration de ses témoins (cookies) est à <code>/d/SITE</code>.</li><li>Vous \
publiez un site\u{a0}? Envoyez sa configuration à <code>PUT /v1/sites/SITE</code> avec votre jeton\u{a0}; la réponse donne la \
balise à coller.</li><li>Vous vérifiez des preuves\u{a0}? Le journal d’un site est à <code>/v1/sites/SITE/logs</code>, et \
<code>temoin verify</code> le vérifie.</li><li>État du serveur\u{a0}: <a href=\"/v1/health\">/v1/health</a></li></ul></main></body></html>";

const ENGLISH: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
content=\"width=device-width\"><title>Témoin</title><style>STYLE</style></head><body><main><h1>Témoin consent \
server</h1><p>This server shows the banner of the sites that are published on it, and keeps a proof of every \
choice.</p><ul><li>Do you visit a site? The declaration of its cookies is at <code>/d/SITE</code>.</li><li>Do you publish a \
site? Send its configuration to <code>PUT /v1/sites/SITE</code> with your token; the answer has the tag to paste.</li><li>Do \
you verify proofs? A site’s log is at <code>/v1/sites/SITE/logs</code>, and <code>temoin verify</code> verifies it.</li><li>State \
of the server: <a href=\"/v1/health\">/v1/health</a></li></ul></main></body></html>";

/// The page, in French or English.
pub fn page(request: &Request) -> Result<Response, ApiError> {
    let languages: Vec<LanguageTag> = ["en", "fr-FR"]
        .iter()
        .filter_map(|tag| tag.parse().ok())
        .collect();
    let accepted = request
        .headers()
        .get("accept-language")?
        .unwrap_or_default();
    let language = locale::negotiate(&languages, &accepted).map_or("en", LanguageTag::language);
    let page = if language == "fr" { FRENCH } else { ENGLISH };
    let response = Response::from_html(page.replace("STYLE", STYLE))?;
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers();
    headers.set("content-security-policy", &policy)?;
    headers.set("content-language", language)?;
    headers.set("vary", "Accept-Language")?;
    headers.set("cache-control", "public, max-age=300")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(response)
}
