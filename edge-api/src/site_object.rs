//! A site's object: its publication and its log. A thin shell around [`crate::ledger`].

use crate::answer::{self, Cors};
use crate::auth;
use crate::body;
use crate::handover::{self, HandOver};
use crate::ledger::{self, Entry, Outcome};
use crate::loader;
use crate::publish::Edition;
use crate::query::ConsentQuery;
use crate::records::{self, Records};
use crate::refusal::Refusal;
use crate::route::Route;
use crate::site_key::SiteKey;
use consent_core::calendar::Timestamp;
use consent_core::field::parse_json;
use consent_core::notice::NoticeTerms;
use consent_core::receipt::Publication;
use consent_core::report::LARGEST_REPORT_BYTES;
use consent_core::text::{Localized, Origin};
use consent_core::{
    ConsentId, ConsentRecord, ConsentReport, NoticeHash, ReceiptId, SiteId, StoredChoice,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
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
";

/// Hands a request to the site's object as it is.
pub async fn forward(env: &Env, site: &SiteId, request: Request) -> Result<Response, Refusal> {
    Ok(stub(env, site)?.fetch_with_request(request).await?)
}

/// Puts a publication in force, or says what that would do.
pub async fn publish(env: &Env, edition: &Edition, dry_run: bool) -> Result<Publication, Refusal> {
    let mut init = RequestInit::new();
    init.with_method(Method::Put)
        .with_body(Some(serde_json::to_string(edition)?.into()));
    let dry_run = if dry_run { "?dry_run" } else { "" };
    let url = format!("https://site/v1/sites/{}{dry_run}", edition.site);
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
    records: Records,
    /// The edition in force, read once.
    edition: RefCell<Option<Rc<Edition>>>,
}

#[derive(Deserialize)]
struct Body {
    body: String,
}

#[derive(Deserialize)]
struct Published {
    published_at: i64,
}

impl DurableObject for Site {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        for schema in [SCHEMA, records::SCHEMA] {
            if let Err(error) = sql.exec(schema, None) {
                worker::console_error!("a site's object has no tables: {error}");
            }
        }
        Self {
            records: Records::new(sql.clone()),
            sql,
            edition: RefCell::new(None),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let result = match Route::parse(&request.method(), &request.path()) {
            Ok(Route::Loader(_)) => self.loader(&request),
            Ok(Route::Consents(_)) => self.consents(&request),
            Ok(Route::Publish(_)) => {
                let dry_run = request.url()?.query().is_some();
                self.publish(&request.text().await?, dry_run)
            }
            Ok(route) => return self.for_pages(route, request).await,
            Err(refusal) => Err(refusal),
        };
        result.or_else(|refusal| answer::refuse(&refusal, Cors::None))
    }
}

impl Site {
    /// What the site's own pages ask: they may read the answer, and why there is none.
    async fn for_pages(&self, route: Route, request: Request) -> worker::Result<Response> {
        let origin = request.headers().get("origin")?;
        let admitted = self
            .edition()
            .and_then(|edition| admit(&edition.origins, origin.as_deref(), &route));
        let cors = match admitted {
            Ok(cors) => cors,
            Err(refusal) => return answer::refuse(&refusal, Cors::None),
        };
        let result = match route {
            Route::Report(site) => self.report(&site, request, cors).await,
            Route::Receipt(id) => self.receipt(&id, &request, cors),
            Route::Erase(id) => self.erase(&id, &request, cors),
            Route::ReceiptPreflight(_) => answer::preflight("GET, DELETE", cors),
            Route::HandOver(site) => self.hand_over(&site, request, cors).await,
            Route::TakeOver(site, token) => self.take_over(&site, &token, cors),
            _ => Err(Refusal::NoSuchAddress),
        };
        result.or_else(|refusal| answer::refuse(&refusal, cors))
    }

    /// `POST /v1/sites/SITE/consents`: 201 for a new record, 200 for one kept before.
    async fn report(
        &self,
        site: &SiteId,
        mut request: Request,
        cors: Cors<'_>,
    ) -> Result<Response, Refusal> {
        let signal = request.headers().get("sec-gpc")?;
        let body = body::read(&mut request, LARGEST_REPORT_BYTES).await?;
        let mut report: ConsentReport = read_json(&body)?;
        // Global Privacy Control, "The Sec-GPC Header Field": the one value it has.
        report.gpc |= signal.as_deref() == Some("1");
        let (record, status) = self.keep(site, report)?;
        answer::json(&record.receipt(), status, cors)
    }

    /// From here to the end nothing waits, so nothing can come between reading and writing; and
    /// the runtime holds the answer back until the write is durable.
    fn keep(&self, site: &SiteId, report: ConsentReport) -> Result<(ConsentRecord, u16), Refusal> {
        let terms = self.terms(report.notice)?;
        report.check(&terms).map_err(Refusal::Contradiction)?;
        let subject = self.key()?.subject_tag(report.consent_id);
        let earlier = self.records.find(report.id)?;
        let head = self.records.head()?;
        match ledger::append(site, head, earlier, report, &terms, subject, now()) {
            Outcome::Append(record) => {
                self.records.insert(&record)?;
                Ok((*record, 201))
            }
            Outcome::Known(record) => Ok((*record, 200)),
            Outcome::Conflict => Err(Refusal::Conflict),
            Outcome::Erased => Err(Refusal::Erased),
        }
    }

    /// `GET /v1/receipts/ID`
    fn receipt(&self, id: &ReceiptId, request: &Request, cors: Cors) -> Result<Response, Refusal> {
        let record = self.held(id, auth::secret(request)?)?;
        answer::json(&record.receipt(), 200, cors)
    }

    /// `DELETE /v1/receipts/ID`
    fn erase(&self, id: &ReceiptId, request: &Request, cors: Cors) -> Result<Response, Refusal> {
        self.held(id, auth::secret(request)?)?;
        self.records.erase(id.report, now())?;
        answer::empty(204, cors)
    }

    /// `POST /v1/sites/SITE/handovers`
    async fn hand_over(
        &self,
        site: &SiteId,
        mut request: Request,
        cors: Cors<'_>,
    ) -> Result<Response, Refusal> {
        let body = body::read(&mut request, handover::LARGEST_REQUEST_BYTES).await?;
        let asked: handover::Request = read_json(&body)?;
        if asked.receipt.site != *site {
            return Err(Refusal::UnknownReceipt);
        }
        let now = now();
        ledger::in_force(&self.held(&asked.receipt, asked.consent_id)?, now)?;
        let hand_over = HandOver::new(asked.receipt, now);
        let given = handover::Given {
            token: hand_over.token(&self.key()?),
            expires_at: hand_over.expires_at,
        };
        answer::json(&given, 201, cors)
    }

    /// `GET /v1/sites/SITE/handovers/TOKEN`
    fn take_over(&self, site: &SiteId, token: &str, cors: Cors) -> Result<Response, Refusal> {
        let now = now();
        let hand_over = HandOver::read(token, site, &self.key()?, now);
        let receipt = hand_over.ok_or(Refusal::BadHandOver)?.receipt;
        let record = self.entry(&receipt)?.kept()?;
        ledger::in_force(&record, now)?;
        let choice = StoredChoice {
            decided_at: record.decided_at(),
            decision: record.decision,
            services: record.services,
            expires_at: record.valid_until,
            material: self.terms(record.notice)?.material,
        };
        let choice = choice.to_string();
        answer::json(&handover::Taken { choice }, 200, cors)
    }

    /// The record of a receipt, for whoever has its holder's secret.
    fn held(&self, id: &ReceiptId, secret: ConsentId) -> Result<ConsentRecord, Refusal> {
        let subject = self.key()?.subject_tag(secret);
        self.entry(id)?.held_by(subject)
    }

    fn entry(&self, id: &ReceiptId) -> Result<Entry, Refusal> {
        let entry = self.records.find(id.report)?;
        entry.ok_or(Refusal::UnknownReceipt)
    }

    fn terms(&self, notice: NoticeHash) -> Result<NoticeTerms, Refusal> {
        let terms = self.one::<Body>(
            "SELECT terms AS body FROM notice WHERE hash = ?",
            vec![notice.to_string().into()],
        )?;
        let terms = terms.ok_or(Refusal::UnknownNotice)?;
        Ok(serde_json::from_str(&terms.body)?)
    }

    /// The key of this site, made at the first publication.
    fn key(&self) -> Result<SiteKey, Refusal> {
        let rows = self.sql.exec("SELECT subject_key FROM site", None)?;
        match rows.raw().next() {
            Some(row) => match row?.into_iter().next() {
                Some(SqlStorageValue::Blob(key)) => Ok(SiteKey::new(key)),
                other => Err(Refusal::Internal(format!("subject key: {other:?}"))),
            },
            None => Err(Refusal::UnknownSite),
        }
    }

    /// `GET /t/SITE.js`
    fn loader(&self, request: &Request) -> Result<Response, Refusal> {
        loader::serve(&*self.edition()?, request, now())
    }

    /// `GET /v1/sites/SITE/consents`
    fn consents(&self, request: &Request) -> Result<Response, Refusal> {
        let url = request.url()?;
        let query = ConsentQuery::parse(url.query_pairs()).map_err(Refusal::Malformed)?;
        answer::json(&self.records.page(&query)?, 200, Cors::None)
    }

    /// Puts an edition in force, unless it is a dry run, and says what that does.
    fn publish(&self, edition: &str, dry_run: bool) -> Result<Response, Refusal> {
        let new: Edition = serde_json::from_str(edition)?;
        let before = self.edition().ok();
        if !dry_run {
            self.put_in_force(&new, edition)?;
        }
        let published = self.one::<Published>(
            "SELECT published_at FROM notice WHERE hash = ?",
            vec![new.notice.to_string().into()],
        )?;
        let changes = before
            .as_ref()
            .map(|before| new.material.changes_since(&before.material));
        let changes = changes.unwrap_or_default();
        let publication = Publication {
            site: new.site.clone(),
            notice: new.notice,
            published_at: published.and_then(|row| Timestamp::from_millis(row.published_at).ok()),
            unchanged: before.is_some_and(|before| before.notice == new.notice),
            asks_anew: !changes.is_empty(),
            material_changes: changes,
            findings: Vec::new(),
            embed: String::new(),
            pinned: Localized::new(),
        };
        if !dry_run {
            *self.edition.borrow_mut() = Some(Rc::new(new));
        }
        answer::json(&publication, 200, Cors::None)
    }

    /// Its notice first, then everything else in one statement.
    fn put_in_force(&self, new: &Edition, edition: &str) -> Result<(), Refusal> {
        let values: Vec<SqlStorageValue> = vec![
            new.notice.to_string().into(),
            serde_json::to_string(&new.terms)?.into(),
            SqlStorageValue::Integer(now().as_millis()),
        ];
        self.sql.exec(
            "INSERT INTO notice (hash, terms, published_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            values,
        )?;
        let values: Vec<SqlStorageValue> = vec![SiteKey::random()?.into(), edition.into()];
        self.sql.exec(
            "INSERT INTO site (one, subject_key, edition) VALUES (1, ?, ?)
             ON CONFLICT DO UPDATE SET edition = excluded.edition",
            values,
        )?;
        Ok(())
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

/// Which page may read the answer: one of the site's. Outside a browser there is no page, and
/// where a page can do no harm (it reads nothing, and a secret or a token is asked for) none is
/// asked for.
fn admit<'a>(
    origins: &[Origin],
    origin: Option<&'a str>,
    route: &Route,
) -> Result<Cors<'a>, Refusal> {
    match origin {
        Some(origin) if origins.iter().any(|known| known.as_str() == origin) => {
            Ok(Cors::Origin(origin))
        }
        None if !route.is_for_pages_alone() => Ok(Cors::None),
        _ => Err(Refusal::WrongOrigin(
            origin.unwrap_or("no origin").to_owned(),
        )),
    }
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    parse_json(body).map_err(|error| Refusal::Malformed(vec![error]))
}

fn now() -> Timestamp {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds are well within 53 bits"
    )]
    Timestamp::from_clock(Date::now().as_millis() as f64)
}
