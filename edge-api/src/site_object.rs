//! A site's object: its publication and its log. A thin shell around [`crate::ledger`].

use crate::answer::{self, Cors};
use crate::assets;
use crate::body;
use crate::ledger::{self, Head, Outcome};
use crate::publish::Edition;
use crate::query::{ConsentQuery, cursor_after};
use crate::refusal::Refusal;
use crate::route::Route;
use consent_core::calendar::Timestamp;
use consent_core::field::parse_json;
use consent_core::ident::SubjectTag;
use consent_core::locale;
use consent_core::notice::NoticeTerms;
use consent_core::receipt::{ConsentPage, Publication};
use consent_core::report::LARGEST_REPORT_BYTES;
use consent_core::{ConsentId, ConsentRecord, ConsentReport, NoticeHash, Purpose, SiteId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use std::cell::RefCell;
use std::rc::Rc;
use worker::{
    Date, DurableObject, Env, Method, Request, RequestInit, Response, SqlStorage, SqlStorageValue,
    State, Stub, durable_object, wasm_bindgen,
};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS site (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    subject_key BLOB NOT NULL,
    edition TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS notice (
    hash TEXT PRIMARY KEY,
    terms TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS record (
    place INTEGER PRIMARY KEY,
    report TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    method TEXT NOT NULL,
    notice TEXT NOT NULL,
    necessary TEXT NOT NULL,
    preferences TEXT NOT NULL,
    statistics TEXT NOT NULL,
    marketing TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS record_time ON record (time);
";

/// Hands a request to the site's object as it is.
pub async fn forward(env: &Env, site: &SiteId, request: Request) -> Result<Response, Refusal> {
    Ok(stub(env, site)?.fetch_with_request(request).await?)
}

/// Puts a publication in force.
pub async fn publish(env: &Env, edition: &Edition) -> Result<Publication, Refusal> {
    let mut init = RequestInit::new();
    init.with_method(Method::Put)
        .with_body(Some(serde_json::to_string(edition)?.into()));
    let url = format!("https://site/v1/sites/{}", edition.site);
    let mut response = stub(env, &edition.site)?
        .fetch_with_request(Request::new_with_init(&url, &init)?)
        .await?;
    match response.status_code() {
        200 => Ok(response.json().await?),
        status => Err(Refusal::Internal(format!(
            "the site's object answered {status}"
        ))),
    }
}

fn stub(env: &Env, site: &SiteId) -> Result<Stub, Refusal> {
    Ok(env
        .durable_object("SITE")?
        .id_from_name(site.as_str())?
        .get_stub()?)
}

/// The object itself. Only the Worker can reach it, after its checks of tokens and names.
#[durable_object]
pub struct Site {
    sql: SqlStorage,
    /// The edition in force, read once.
    edition: RefCell<Option<Rc<Edition>>>,
}

#[derive(Deserialize)]
struct Body {
    body: String,
}

#[derive(Deserialize)]
struct End {
    place: u64,
    time: i64,
}

#[derive(Deserialize)]
struct Published {
    published_at: i64,
}

impl DurableObject for Site {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        if let Err(error) = sql.exec(SCHEMA, None) {
            worker::console_error!("a site's object has no tables: {error}");
        }
        Self {
            sql,
            edition: RefCell::new(None),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let result = match Route::parse(&request.method(), &request.path()) {
            Ok(Route::Report(_)) => return self.report(request).await,
            Ok(Route::Loader(_)) => self.loader(&request),
            Ok(Route::Consents(_)) => self.consents(&request),
            Ok(Route::Publish(_)) => self.publish(&request.text().await?),
            Ok(_) => Err(Refusal::NoSuchAddress),
            Err(refusal) => Err(refusal),
        };
        result.or_else(|refusal| answer::refuse(&refusal, Cors::None))
    }
}

impl Site {
    /// `POST /v1/sites/SITE/consents`: 201 for a new record, 200 for one kept before.
    async fn report(&self, mut request: Request) -> worker::Result<Response> {
        let origin = request.headers().get("origin")?;
        let edition = match self.edition() {
            Ok(edition) => edition,
            Err(refusal) => return answer::refuse(&refusal, Cors::None),
        };
        let Some(origin) = origin.as_deref().filter(|origin| {
            edition
                .origins
                .iter()
                .any(|known| known.as_str() == *origin)
        }) else {
            let from = origin.unwrap_or_else(|| "no origin".to_owned());
            return answer::refuse(&Refusal::WrongOrigin(from), Cors::None);
        };
        let cors = Cors::Origin(origin);
        let result = match body::read(&mut request, LARGEST_REPORT_BYTES).await {
            Ok(body) => self.keep(&edition.site, &body),
            Err(refusal) => Err(refusal),
        };
        result
            .and_then(|(record, status)| answer::json(&record.receipt(), status, cors))
            .or_else(|refusal| answer::refuse(&refusal, cors))
    }

    /// From here to the end nothing waits, so nothing can come between reading and writing; and
    /// the runtime holds the answer back until the write is durable.
    fn keep(&self, site: &SiteId, body: &[u8]) -> Result<(ConsentRecord, u16), Refusal> {
        let report: ConsentReport =
            parse_json(body).map_err(|error| Refusal::Malformed(vec![error]))?;
        let terms = self.terms(report.notice)?;
        report.check(&terms).map_err(Refusal::Contradiction)?;
        let subject = subject_tag(&self.subject_key()?, report.consent_id);
        let earlier = self.one::<Body>(
            "SELECT body FROM record WHERE report = ?",
            vec![report.id.to_string().into()],
        )?;
        let earlier = earlier
            .map(|earlier| serde_json::from_str(&earlier.body))
            .transpose()?;
        let head = self.head()?;
        match ledger::append(site, head, earlier, report, &terms, subject, now()) {
            Outcome::Append(record) => {
                self.insert(&record)?;
                Ok((*record, 201))
            }
            Outcome::Known(record) => Ok((*record, 200)),
            Outcome::Conflict => Err(Refusal::Conflict),
        }
    }

    fn insert(&self, record: &ConsentRecord) -> Result<(), Refusal> {
        let place = i64::try_from(record.index)
            .map_err(|_| Refusal::Internal("the log is full".to_owned()))?;
        let mut values: Vec<SqlStorageValue> = vec![
            SqlStorageValue::try_from_i64(place)?,
            record.receipt.report.to_string().into(),
            SqlStorageValue::Integer(record.time.as_millis()),
            record.method.as_str().into(),
            record.notice.to_string().into(),
        ];
        values.extend(Purpose::ALL.map(|purpose| record.decision.get(purpose).as_str().into()));
        values.push(serde_json::to_string(record)?.into());
        self.sql.exec(
            "INSERT INTO record (place, report, time, method, notice,
                necessary, preferences, statistics, marketing, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )?;
        Ok(())
    }

    fn head(&self) -> Result<Head, Refusal> {
        let end = self.one::<End>(
            "SELECT place, time FROM record ORDER BY place DESC LIMIT 1",
            vec![],
        )?;
        Ok(end.map_or(Head::EMPTY, |end| Head {
            size: end.place + 1,
            last: Timestamp::from_millis(end.time).unwrap_or(Timestamp::MIN),
        }))
    }

    fn terms(&self, notice: NoticeHash) -> Result<NoticeTerms, Refusal> {
        let terms = self.one::<Body>(
            "SELECT terms AS body FROM notice WHERE hash = ?",
            vec![notice.to_string().into()],
        )?;
        let terms = terms.ok_or(Refusal::UnknownNotice)?;
        Ok(serde_json::from_str(&terms.body)?)
    }

    /// The key of this site's subject tags, made at the first publication.
    fn subject_key(&self) -> Result<Vec<u8>, Refusal> {
        let rows = self.sql.exec("SELECT subject_key FROM site", None)?;
        match rows.raw().next() {
            Some(row) => match row?.into_iter().next() {
                Some(SqlStorageValue::Blob(key)) => Ok(key),
                other => Err(Refusal::Internal(format!("subject key: {other:?}"))),
            },
            None => Err(Refusal::UnknownSite),
        }
    }

    /// `GET /t/SITE.js`
    fn loader(&self, request: &Request) -> Result<Response, Refusal> {
        let edition = self.edition()?;
        let accepted = request
            .headers()
            .get("accept-language")?
            .unwrap_or_default();
        let language = locale::negotiate(&edition.languages, &accepted);
        let (language, loader) = language
            .and_then(|language| Some((language, edition.loaders.get(language)?)))
            .ok_or_else(|| Refusal::Internal("an edition without a loader".to_owned()))?;
        let etag = format!("\"{}-{language}\"", &edition.notice.to_string()[..16]);
        let known = request.headers().get("if-none-match")?;
        let fresh = known.is_some_and(|known| {
            known
                .split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == etag)
        });
        let mut response = if fresh {
            Response::empty()?.with_status(304)
        } else {
            Response::ok(loader.as_str())?
        };
        let headers = response.headers_mut();
        headers.set("content-type", "text/javascript; charset=utf-8")?;
        headers.set("content-language", language.as_str())?;
        // Short, so that a new notice is asked soon; the old loader may serve while it is fetched.
        headers.set(
            "cache-control",
            "public, max-age=300, stale-while-revalidate=86400",
        )?;
        headers.set("cross-origin-resource-policy", "cross-origin")?;
        headers.set("x-content-type-options", "nosniff")?;
        headers.set("vary", "Accept-Language, Accept-Encoding")?;
        headers.set("etag", &etag)?;
        if !fresh && assets::accepts_brotli(request)? {
            headers.set("content-encoding", "br")?;
        }
        Ok(response)
    }

    /// `GET /v1/sites/SITE/consents`
    fn consents(&self, request: &Request) -> Result<Response, Refusal> {
        let url = request.url()?;
        let query = ConsentQuery::parse(url.query_pairs()).map_err(Refusal::Malformed)?;
        let (clause, mut values) = query.to_sql();
        // One more than asked, to know whether there is a next page.
        values.push(SqlStorageValue::Integer(i64::from(query.limit) + 1));
        let rows: Vec<Body> = self
            .sql
            .exec(
                &format!("SELECT body FROM record WHERE {clause} ORDER BY place LIMIT ?"),
                values,
            )?
            .to_array()?;
        let more = rows.len() > usize::from(query.limit);
        let records = rows
            .iter()
            .take(usize::from(query.limit))
            .map(|row| serde_json::from_str::<ConsentRecord>(&row.body))
            .collect::<Result<Vec<_>, _>>()?;
        let next = records
            .last()
            .filter(|_| more)
            .map(|last| cursor_after(last.index));
        answer::json(&ConsentPage { records, next }, 200, Cors::None)
    }

    /// Puts an edition in force: its notice first, then everything else in one statement.
    fn publish(&self, edition: &str) -> Result<Response, Refusal> {
        let new: Edition = serde_json::from_str(edition)?;
        let before = self.edition().ok();
        let values: Vec<SqlStorageValue> = vec![
            new.notice.to_string().into(),
            serde_json::to_string(&new.terms)?.into(),
            SqlStorageValue::Integer(now().as_millis()),
        ];
        self.sql.exec(
            "INSERT INTO notice (hash, terms, published_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            values,
        )?;
        let mut key = vec![0; 32];
        getrandom::fill(&mut key).map_err(|error| Refusal::Internal(error.to_string()))?;
        let values: Vec<SqlStorageValue> = vec![key.into(), edition.into()];
        self.sql.exec(
            "INSERT INTO site (one, subject_key, edition) VALUES (1, ?, ?)
             ON CONFLICT DO UPDATE SET edition = excluded.edition",
            values,
        )?;
        let published = self.one::<Published>(
            "SELECT published_at FROM notice WHERE hash = ?",
            vec![new.notice.to_string().into()],
        )?;
        let published = published.and_then(|row| Timestamp::from_millis(row.published_at).ok());
        let publication = Publication {
            site: new.site.clone(),
            notice: new.notice,
            published_at: published
                .ok_or_else(|| Refusal::Internal("no such notice".to_owned()))?,
            unchanged: before
                .as_ref()
                .is_some_and(|before| before.notice == new.notice),
            asks_anew: before.is_some_and(|before| before.material != new.material),
            embed: String::new(),
        };
        *self.edition.borrow_mut() = Some(Rc::new(new));
        answer::json(&publication, 200, Cors::None)
    }

    fn edition(&self) -> Result<Rc<Edition>, Refusal> {
        if let Some(edition) = &*self.edition.borrow() {
            return Ok(edition.clone());
        }
        let stored = self.one::<Body>("SELECT edition AS body FROM site", vec![])?;
        let stored = stored.ok_or(Refusal::UnknownSite)?;
        let edition: Rc<Edition> = Rc::new(serde_json::from_str(&stored.body)?);
        *self.edition.borrow_mut() = Some(edition.clone());
        Ok(edition)
    }

    fn one<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, Refusal> {
        let rows: Vec<T> = self.sql.exec(query, values)?.to_array()?;
        Ok(rows.into_iter().next())
    }
}

/// HMAC-SHA-256 (RFC 2104) of the visitor's secret under the site's key, cut to 16 bytes.
fn subject_tag(key: &[u8], consent_id: ConsentId) -> SubjectTag {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(consent_id.as_bytes());
    let digest = mac.finalize().into_bytes();
    let mut tag = [0; 16];
    tag.copy_from_slice(&digest[..16]);
    SubjectTag::from_bytes(tag)
}

fn now() -> Timestamp {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds are well within 53 bits"
    )]
    Timestamp::from_clock(Date::now().as_millis() as f64)
}
