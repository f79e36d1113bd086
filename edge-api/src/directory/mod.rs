//! The directory: one object that knows the names of the sites, every notice by its hash, and what
//! was rendered from it.
//!
//! A site's own object comes into being when it is first asked for, and with it a file. So a name
//! is looked up here first, and a made-up one costs nothing that lasts.

use crate::http::error::Refusal;
use crate::route::Part;
use consent_core::field::FieldError;
use consent_core::log_origin::Shards;
use consent_core::text::LanguageTag;
use consent_core::{NoticeHash, Sha256Digest, SiteId};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;
use worker::{
    DurableObject, Env, Method, Request, RequestInit, Response, SqlStorage, SqlStorageValue, State,
    Stub, durable_object, wasm_bindgen,
};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS notice (
    hash TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS site (
    name TEXT PRIMARY KEY,
    shards INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rendered (
    hash TEXT NOT NULL,
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (hash, language, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS enforced (
    authority TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS enforced_site ON enforced (site);
";

thread_local! {
    /// Sites this isolate has seen. A site is never taken back, and its shards stay as many, so an
    /// entry stays true.
    static SEEN: RefCell<HashMap<SiteId, Shards>> = RefCell::default();
}

/// The shards of a site, if it was ever published.
pub async fn shards(env: &Env, site: &SiteId) -> Result<Shards, Refusal> {
    if let Some(shards) = SEEN.with_borrow(|seen| seen.get(site).copied()) {
        return Ok(shards);
    }
    let shards = get(env, &format!("sites/{site}"), Refusal::UnknownSite).await?;
    let shards: Shards = serde_json::from_str(&shards)?;
    SEEN.with_borrow_mut(|seen| seen.insert(site.clone(), shards));
    Ok(shards)
}

/// Refuses another number of shards than the one that a site has.
pub fn settled(known: Shards, asked: Shards) -> Result<(), FieldError> {
    if known == asked {
        return Ok(());
    }
    let (known, asked) = (u8::from(known), u8::from(asked));
    Err(FieldError::new(
        "shards",
        format!("is {asked}; the first publication of this site settled it at {known}"),
    ))
}

/// The bytes of a notice.
pub async fn notice(env: &Env, hash: NoticeHash) -> Result<String, Refusal> {
    get(env, &format!("notices/{hash}"), Refusal::UnknownNotice).await
}

/// What was rendered from a notice in one language.
pub async fn part(
    env: &Env,
    hash: Sha256Digest,
    language: &LanguageTag,
    part: Part,
) -> Result<String, Refusal> {
    let path = format!("parts/{hash}/{language}/{}", part.as_str());
    get(env, &path, Refusal::UnknownPart).await
}

/// What enforcing choices takes on the site of this host, in JSON, if its pages pass through here.
pub async fn enforcement(env: &Env, authority: &str) -> Result<Option<String>, Refusal> {
    match get(env, &format!("enforced/{authority}"), Refusal::UnknownSite).await {
        Ok(body) => Ok(Some(body)),
        Err(Refusal::UnknownSite) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn get(env: &Env, path: &str, unknown: Refusal) -> Result<String, Refusal> {
    let request = Request::new(&format!("https://directory/{path}"), Method::Get)?;
    let mut response = stub(env)?.fetch_with_request(request).await?;
    match response.status_code() {
        200 => Ok(response.text().await?),
        404 => Err(unknown),
        status => Err(Refusal::Internal(format!(
            "the directory answered {status}"
        ))),
    }
}

/// A publication, as the directory keeps it.
#[derive(Serialize, Deserialize)]
pub struct Entry {
    /// The site.
    pub site: SiteId,
    /// Its shards.
    pub shards: Shards,
    /// The notice.
    pub hash: NoticeHash,
    /// Its bytes.
    pub notice: String,
    /// What was rendered from it.
    pub parts: Vec<EntryPart>,
    /// The hosts whose pages pass through here, if there are any, and what that takes.
    pub enforced: Option<Enforced>,
}

/// A site whose pages pass through the server.
#[derive(Serialize, Deserialize)]
pub struct Enforced {
    /// Its hosts, with their ports.
    pub authorities: Vec<String>,
    /// An `Enforcement`, in JSON.
    pub body: String,
}

/// Something that was rendered from a notice.
#[derive(Serialize, Deserialize)]
pub struct EntryPart {
    /// What names it: a loader its own hash, since settings go into it that the notice leaves out;
    /// everything else the notice's.
    pub hash: Sha256Digest,
    /// Its language.
    pub language: LanguageTag,
    /// [`Part::as_str`].
    pub name: String,
    /// The text itself.
    pub body: String,
}

/// Keeps a notice under its hash with all that was rendered from it, and with it the name of its
/// site. Keeping it again changes nothing; a site that has another number of shards is left as it is.
pub async fn register(env: &Env, entry: &Entry) -> Result<(), Refusal> {
    let mut init = RequestInit::new();
    init.with_method(Method::Put)
        .with_body(Some(serde_json::to_string(entry)?.into()));
    let url = "https://directory/notices";
    let mut response = stub(env)?
        .fetch_with_request(Request::new_with_init(url, &init)?)
        .await?;
    match response.status_code() {
        200 => Ok(()),
        409 => Err(Refusal::Contradiction(vec![response.json().await?])),
        status => Err(Refusal::Internal(format!(
            "the directory answered {status}"
        ))),
    }
}

fn stub(env: &Env) -> Result<Stub, Refusal> {
    Ok(env
        .durable_object("DIRECTORY")?
        .id_from_name("directory")?
        .get_stub()?)
}

/// The object itself. Only the Worker can reach it.
#[durable_object]
pub struct Directory {
    state: State,
}

#[derive(Deserialize)]
struct Body {
    body: String,
}

#[derive(Deserialize)]
struct Settled {
    shards: Shards,
}

impl DurableObject for Directory {
    fn new(state: State, _env: Env) -> Self {
        if let Err(error) = state.storage().sql().exec(SCHEMA, None) {
            worker::console_error!("the directory has no tables: {error}");
        }
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let path = request.path();
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let sql = self.state.storage().sql();
        let found: Vec<Body> = match (request.method(), &*segments) {
            (Method::Get, ["sites", site]) => sql
                .exec(
                    "SELECT CAST(shards AS TEXT) AS body FROM site WHERE name = ?",
                    vec![(*site).into()],
                )?
                .to_array()?,
            (Method::Get, ["notices", hash]) => sql
                .exec(
                    "SELECT body FROM notice WHERE hash = ?",
                    vec![(*hash).into()],
                )?
                .to_array()?,
            (Method::Get, ["enforced", authority]) => sql
                .exec(
                    "SELECT body FROM enforced WHERE authority = ?",
                    vec![(*authority).into()],
                )?
                .to_array()?,
            (Method::Get, ["parts", hash, language, name]) => sql
                .exec(
                    "SELECT body FROM rendered WHERE hash = ? AND language = ? AND name = ?",
                    vec![(*hash).into(), (*language).into(), (*name).into()],
                )?
                .to_array()?,
            (Method::Put, ["notices"]) => {
                let entry: Entry = serde_json::from_str(&request.text().await?)?;
                return keep(&sql, entry);
            }
            _ => Vec::new(),
        };
        match found.into_iter().next() {
            Some(Body { body }) => Response::ok(body),
            None => Ok(Response::empty()?.with_status(404)),
        }
    }
}

/// One commit: nothing waits between these statements. A host that is another site's is refused.
fn keep(sql: &SqlStorage, entry: Entry) -> worker::Result<Response> {
    let site = entry.site.as_str();
    let known: Vec<Settled> = sql
        .exec("SELECT shards FROM site WHERE name = ?", vec![site.into()])?
        .to_array()?;
    if let Some(known) = known.first()
        && let Err(error) = settled(known.shards, entry.shards)
    {
        return Ok(Response::from_json(&error)?.with_status(409));
    }
    let enforced = entry.enforced.iter();
    let authorities = enforced.clone().flat_map(|enforced| &enforced.authorities);
    for (at, authority) in authorities.enumerate() {
        let taken: Vec<Body> = sql
            .exec(
                "SELECT authority AS body FROM enforced WHERE authority = ? AND site <> ?",
                vec![authority.as_str().into(), site.into()],
            )?
            .to_array()?;
        if !taken.is_empty() {
            let error = FieldError::new(
                format!("origins[{at}]"),
                format!("{authority} is enforced (`edge`) for another site of this server"),
            );
            return Ok(Response::from_json(&error)?.with_status(409));
        }
    }
    let shards = i64::from(u8::from(entry.shards));
    sql.exec(
        "INSERT INTO site (name, shards) VALUES (?, ?) ON CONFLICT DO NOTHING",
        vec![site.into(), shards.into()],
    )?;
    sql.exec("DELETE FROM enforced WHERE site = ?", vec![site.into()])?;
    for Enforced { authorities, body } in enforced {
        for authority in authorities {
            let values = vec![authority.as_str().into(), site.into(), body.as_str().into()];
            sql.exec(
                "INSERT INTO enforced (authority, site, body) VALUES (?, ?, ?)",
                values,
            )?;
        }
    }
    for part in entry.parts {
        let values: Vec<SqlStorageValue> = vec![
            part.hash.to_string().into(),
            part.language.as_str().into(),
            part.name.into(),
            part.body.into(),
        ];
        sql.exec(
            "INSERT INTO rendered (hash, language, name, body) VALUES (?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
            values,
        )?;
    }
    let values: Vec<SqlStorageValue> = vec![
        entry.hash.to_string().into(),
        entry.site.as_str().into(),
        entry.notice.into(),
    ];
    sql.exec(
        "INSERT INTO notice (hash, site, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        values,
    )?;
    Response::empty()
}
