//! A site's object: its publication and its proofs over HTTP. A thin shell around [`crate::site::proofs`].

use crate::anchor::witnesses;
use crate::clock::now;
use crate::directory;
use crate::directory::protocol::EnforcedSite;
use crate::edition::Edition;
use crate::edition::InForce;
use crate::http::auth;
use crate::http::body;
use crate::http::error::Refusal;
use crate::http::response::{self, Cors};
use crate::log::{self, LogKeys, Resource};
use crate::route::Route;
use crate::site::anchoring;
use crate::site::archive;
use crate::site::batch::Batch;
use crate::site::handover::{self, HandOver};
use crate::site::ledger;
use crate::site::loader;
use crate::site::logs::Logs;
use crate::site::proofs::{Kept, Proofs};
use crate::site::publishing::{self, Editions, EnforcedHosts, Followers, PublicationStep};
use crate::site::query::ConsentQuery;
use crate::site::schema::SCHEMA;
use crate::site::terms;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::secret_key::SecretKey;
use consent_core::field::parse_json;
use consent_core::log_origin::{Shard, SiteLog};
use consent_core::problem::Problem;
use consent_core::receipt::{AnchorSummary, EvidenceReport, Publication, SiteLogs};
use consent_core::report::LARGEST_REPORT_BYTES;
use consent_core::text::{Localized, Origin};
use consent_core::{
    ConsentReceipt, ConsentReport, Notice, ReceiptId, SiteId, StoredChoice, jsonld,
};
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use worker::{
    DurableObject, Env, Method, Request, RequestInit, Response, State, Stub, durable_object,
    wasm_bindgen,
};

/// Hands a request to one of the site's objects as it is.
pub async fn forward(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    request: Request,
) -> Result<Response, Refusal> {
    Ok(stub(env, site, shard)?.fetch_with_request(request).await?)
}

/// What publishing an edition would do.
pub async fn preview(env: &Env, edition: &Edition) -> Result<Publication, Refusal> {
    let step = PublicationStep::Preview(Box::new(edition.clone()));
    Ok(step_of(env, edition, &step).await?.json().await?)
}

/// Lets reports answer the notice of an edition, in its shard.
pub async fn admit_notice(env: &Env, edition: Edition) -> Result<(), Refusal> {
    let step = PublicationStep::Admit(Box::new(edition.clone()));
    step_of(env, &edition, &step).await.map(|_| ())
}

/// Puts an edition in force, and says what that changed.
pub async fn put_in_force(
    env: &Env,
    edition: &Edition,
    hosts: EnforcedHosts,
) -> Result<Publication, Refusal> {
    let step = PublicationStep::PutInForce(Box::new(edition.clone()), hosts);
    Ok(step_of(env, edition, &step).await?.json().await?)
}

/// Has the shard of an edition that is in force take it over.
async fn adopt(env: &Env, edition: Edition, revision: u64) -> Result<(), Refusal> {
    let step = PublicationStep::Adopt(Box::new(edition.clone()), revision);
    step_of(env, &edition, &step).await.map(|_| ())
}

async fn step_of(
    env: &Env,
    edition: &Edition,
    step: &PublicationStep,
) -> Result<Response, Refusal> {
    let mut init = RequestInit::new();
    init.with_method(Method::Put)
        .with_body(Some(serde_json::to_string(step)?.into()));
    let url = format!("https://site/v1/sites/{}", edition.site);
    let mut response = stub(env, &edition.site, edition.shard)?
        .fetch_with_request(Request::new_with_init(&url, &init)?)
        .await?;
    match response.status_code() {
        200 | 204 => Ok(response),
        503 => {
            let problem: Problem = response.json().await?;
            Err(Refusal::UnknownSchema(problem.detail))
        }
        status => Err(Refusal::Internal(format!(
            "the site's object answered {status}"
        ))),
    }
}

/// The notice in force of a site that is published.
pub async fn in_force(env: &Env, site: &SiteId) -> Result<InForce, Refusal> {
    let url = format!("https://site/v1/sites/{site}/declaration");
    let request = Request::new(&url, Method::Get)?;
    let mut response = stub(env, site, Shard::FIRST)?
        .fetch_with_request(request)
        .await?;
    match response.status_code() {
        200 => Ok(response.json().await?),
        404 => Err(Refusal::UnknownSite),
        status => Err(Refusal::Internal(format!(
            "the site's object answered {status}"
        ))),
    }
}

fn stub(env: &Env, site: &SiteId, shard: Shard) -> Result<Stub, Refusal> {
    let name = match shard {
        Shard::FIRST => site.to_string(),
        Shard(number) => format!("{site}/{number}"),
    };
    Ok(env
        .durable_object("SITE")?
        .id_from_name(&name)?
        .get_stub()?)
}

/// The object itself. Only the Worker can reach it, after its checks of tokens and names.
#[durable_object]
pub struct Site {
    state: State,
    env: Env,
    database: Database,
    /// Whether the tables are those that this server knows.
    migrated: Result<(), StoreError>,
    editions: Editions,
    /// The edition in force, read once.
    edition: RefCell<Option<Rc<Edition>>>,
    /// The proofs, once there is an edition.
    proofs: RefCell<Option<Rc<Proofs>>>,
    /// The reports that wait for the next commit.
    reports: Batch<ConsentReport, Kept>,
    /// Whether an alarm is set that comes soon: one for a far end of retention does not count.
    alarm_soon: Cell<bool>,
}

impl DurableObject for Site {
    fn new(state: State, env: Env) -> Self {
        let database = Database::of(&state.storage());
        let migrated = SCHEMA.migrate(&database);
        if let Err(error) = &migrated {
            worker::console_error!("{error}");
        }
        Self {
            state,
            env,
            editions: Editions::new(database.clone()),
            database,
            migrated,
            edition: RefCell::new(None),
            proofs: RefCell::new(None),
            reports: Batch::new(),
            alarm_soon: Cell::new(false),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        if let Err(error) = &self.migrated {
            return response::refuse(&error.clone().into(), Cors::None);
        }
        let result = match Route::parse(&request.method(), &request.path()) {
            Ok(Route::Loader(_)) => self.loader(&request),
            Ok(Route::Consents(_)) => self.consents(&request),
            Ok(Route::Declaration(_)) => self.in_force(),
            Ok(Route::Logs(site)) => self.logs(&site),
            Ok(Route::SiteLog(_, log, resource)) => self.log(&log, resource),
            Ok(Route::Publish(_)) => self.publication(request).await,
            Ok(Route::Evidence(_)) => self.evidence(request).await,
            Ok(route) => return self.for_pages(route, request).await,
            Err(refusal) => Err(refusal),
        };
        result.or_else(|refusal| response::refuse(&refusal, Cors::None))
    }

    /// What is to be done when nobody asks: new checkpoints go to the anchor, and what has been kept
    /// as long as it may be is erased. It may run twice, or late: what is done is not done again.
    async fn alarm(&self) -> worker::Result<Response> {
        self.alarm_soon.set(false);
        if let Err(refusal) = self.look_after().await {
            worker::console_error!(
                "an alarm failed, and will be repeated: {}",
                refusal.to_log()
            );
            self.set_alarm_soon(REPEAT_MS).await?;
        }
        Response::empty()
    }
}

/// Those that a site's first object tells what is in force.
struct Others<'a>(&'a Env);

impl Followers for Others<'_> {
    async fn adopt(&self, edition: Edition, revision: u64) -> Result<(), Refusal> {
        adopt(self.0, edition, revision).await
    }

    async fn enforce(&self, enforced: EnforcedSite) -> Result<(), Refusal> {
        directory::client::enforce(self.0, enforced).await
    }
}

/// How long checkpoints are gathered before the newest of each log goes to the anchor.
const ANCHOR_AFTER_MS: i64 = 2_000;
/// The largest body that names a file, in bytes.
const LARGEST_EVIDENCE_BYTES: usize = 1024;
/// When an alarm that failed is repeated.
const REPEAT_MS: i64 = 30_000;

impl Site {
    async fn look_after(&self) -> Result<(), Refusal> {
        self.migrated.clone()?;
        let proofs = match self.proofs() {
            Ok(proofs) => proofs,
            // Nothing was published yet, so nothing was kept.
            Err(Refusal::UnknownSite) => return Ok(()),
            Err(other) => return Err(other),
        };
        let now = now();
        let next = proofs.retire(now)?;
        // What cannot be told now must not keep back what else is to be done.
        let followed = self.follow().await;
        anchoring::submit(&self.env, &proofs.logs).await?;
        followed?;
        if archive::copy(&self.env, &proofs.logs).await? {
            return Ok(self.set_alarm_soon(1).await?);
        }
        // There is one alarm: a far one must not take the place of one that somebody set meanwhile, who
        // sets the far one again when it has come.
        if let Some(next) = next.filter(|_| !self.alarm_soon.get()) {
            let wait = next.as_millis().saturating_sub(now.as_millis());
            self.state.storage().set_alarm(wait.max(1)).await?;
        }
        Ok(())
    }

    async fn set_alarm_soon(&self, wait_ms: i64) -> worker::Result<()> {
        self.alarm_soon.set(true);
        self.state.storage().set_alarm(wait_ms).await
    }

    /// Before anything is appended that the anchor should know of.
    async fn ensure_alarm(&self) -> Result<(), Refusal> {
        if !self.alarm_soon.get() {
            self.set_alarm_soon(ANCHOR_AFTER_MS).await?;
        }
        Ok(())
    }

    /// What the site's own pages ask: they may read the answer, and why there is none.
    async fn for_pages(&self, route: Route, request: Request) -> worker::Result<Response> {
        let origin = request.headers().get("origin")?;
        let admitted = self
            .edition()
            .and_then(|edition| admit(&edition.origins, origin.as_deref(), &route));
        let cors = match admitted {
            Ok(cors) => cors,
            Err(refusal) => return response::refuse(&refusal, Cors::None),
        };
        let result = match route {
            Route::Report(_) => self.report(request, cors).await,
            Route::Receipt(id) => self.receipt(&id, &request, cors).await,
            Route::Erase(id) => self.erase(&id, &request, cors).await,
            Route::ReceiptPreflight(_) => response::preflight("GET, DELETE", cors),
            Route::HandOver(site) => self.hand_over(&site, request, cors).await,
            Route::TakeOver(site, token) => self.take_over(&site, &token, cors),
            _ => Err(Refusal::NoSuchAddress),
        };
        result.or_else(|refusal| response::refuse(&refusal, cors))
    }

    /// `POST /v1/sites/SITE/consents`: 201 for a new record, 200 for one kept before.
    async fn report(&self, mut request: Request, cors: Cors<'_>) -> Result<Response, Refusal> {
        let signal = request.headers().get("sec-gpc")?;
        let body = body::read(&mut request, LARGEST_REPORT_BYTES).await?;
        let mut report: ConsentReport = read_json(&body)?;
        // Global Privacy Control, "The Sec-GPC Header Field": the one value it has.
        report.gpc |= signal.as_deref() == Some("1");
        let proofs = self.proofs()?;
        self.ensure_alarm().await?;
        let commit = |reports| proofs.keep(reports, now());
        let Kept { receipt, new } = self.reports.join(report, commit).await?;
        response::json(&receipt, if new { 201 } else { 200 }, cors)
    }

    /// `GET /v1/receipts/ID`: with what has come since, the anchor and its witnesses; with
    /// `?format=jsonld`, the record in the words of the DPV.
    async fn receipt(
        &self,
        id: &ReceiptId,
        request: &Request,
        cors: Cors<'_>,
    ) -> Result<Response, Refusal> {
        let held = self.proofs()?.held(id, auth::secret(request)?)?;
        if response::format(&request.url()?)? == response::Format::JsonLd {
            let record = &held.disclosed.record;
            let notice = directory::client::notice(&self.env, record.notice).await?;
            let notice: Notice = serde_json::from_str(&notice)?;
            return response::json_ld(&jsonld::record(record, &notice), cors);
        }
        let mut receipt: ConsentReceipt = held.receipt()?;
        if let Some(anchored) = anchoring::find(&self.env, &held.log).await? {
            anchoring::add_to_receipt(anchored, &mut receipt, &held.log)?;
        }
        response::json(&receipt, 200, cors)
    }

    /// `DELETE /v1/receipts/ID`
    async fn erase(
        &self,
        id: &ReceiptId,
        request: &Request,
        cors: Cors<'_>,
    ) -> Result<Response, Refusal> {
        let secret = auth::secret(request)?;
        let proofs = self.proofs()?;
        // Before anything waits: a stranger sets no alarm.
        proofs.held(id, secret)?;
        self.ensure_alarm().await?;
        proofs.erase(&proofs.held(id, secret)?, now())?;
        response::empty(204, cors)
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
        let held = self.proofs()?.held(&asked.receipt, asked.consent_id)?;
        ledger::in_force(&held.disclosed.record, now)?;
        let hand_over = HandOver::new(asked.receipt, now);
        let given = handover::Given {
            token: hand_over.token(&self.key()?),
            expires_at: hand_over.expires_at,
        };
        response::json(&given, 201, cors)
    }

    /// `GET /v1/sites/SITE/handovers/TOKEN`
    fn take_over(&self, site: &SiteId, token: &str, cors: Cors) -> Result<Response, Refusal> {
        let now = now();
        let hand_over = HandOver::read(token, site, &self.key()?, now);
        let receipt = hand_over.ok_or(Refusal::BadHandOver)?.receipt;
        let proofs = self.proofs()?;
        let record = proofs.find(receipt.report)?.entry.kept()?.record;
        ledger::in_force(&record, now)?;
        let choice = StoredChoice {
            decided_at: record.decided_at(),
            decision: record.decision,
            services: record.services,
            expires_at: record.valid_until,
            material: proofs.terms.of_notice(record.notice)?.terms.material,
        };
        let choice = choice.to_string();
        response::json(&handover::Taken { choice }, 200, cors)
    }

    /// The key that signs this site's hand-overs, made at the first publication.
    fn key(&self) -> Result<SecretKey, Refusal> {
        self.editions.hand_over_key()
    }

    fn proofs(&self) -> Result<Rc<Proofs>, Refusal> {
        if let Some(proofs) = &*self.proofs.borrow() {
            return Ok(Rc::clone(proofs));
        }
        let edition = self.edition()?;
        let proofs = self.proofs_of(&edition)?;
        *self.proofs.borrow_mut() = Some(Rc::clone(&proofs));
        Ok(proofs)
    }

    /// The proofs of the site that an edition is of, which may not be in force yet.
    fn proofs_of(&self, edition: &Edition) -> Result<Rc<Proofs>, Refusal> {
        if let Some(proofs) = &*self.proofs.borrow() {
            return Ok(Rc::clone(proofs));
        }
        let site = edition.site.clone();
        let keys = LogKeys::from_env(&self.env)?;
        let logs = Logs::new(self.database.clone(), keys, site.clone(), edition.shard);
        let database = self.database.clone();
        Ok(Rc::new(Proofs::new(database, logs, site, edition.shards)))
    }

    /// `GET /t/SITE.js`
    fn loader(&self, request: &Request) -> Result<Response, Refusal> {
        loader::serve(&*self.edition()?, request, now())
    }

    /// `GET /v1/sites/SITE/consents`
    fn consents(&self, request: &Request) -> Result<Response, Refusal> {
        let url = request.url()?;
        let query = ConsentQuery::parse(url.query_pairs()).map_err(Refusal::Malformed)?;
        response::json(&self.proofs()?.page(&query)?, 200, Cors::None)
    }

    /// What the Worker makes the declaration of.
    fn in_force(&self) -> Result<Response, Refusal> {
        let notice = self.edition()?.notice;
        let published_at = terms::Terms::new(self.database.clone()).published_at(notice)?;
        let in_force = InForce {
            notice,
            published_at,
            edition: self.editions.digest()?,
        };
        response::json(&in_force, 200, Cors::None)
    }

    /// `GET /v1/sites/SITE/logs`
    fn logs(&self, site: &SiteId) -> Result<Response, Refusal> {
        let proofs = self.proofs()?;
        let keys = proofs.logs.keys();
        let anchor = keys.server.anchor();
        let key = keys.key(&anchor)?.verifier().to_string();
        let witnesses = witnesses::from_env(&self.env)?;
        let logs = SiteLogs {
            site: site.clone(),
            logs: proofs.summaries(now())?,
            anchor: AnchorSummary {
                origin: anchor,
                key,
                witnesses: witnesses
                    .iter()
                    .map(|witness| witness.key.to_string())
                    .collect(),
            },
        };
        response::open_json(&logs)
    }

    /// `POST /v1/sites/SITE/evidence`: 201 for a new entry, 200 for one that is there already.
    async fn evidence(&self, mut request: Request) -> Result<Response, Refusal> {
        let body = body::read(&mut request, LARGEST_EVIDENCE_BYTES).await?;
        let file: EvidenceReport = read_json(&body)?;
        let (proofs, notice) = (self.proofs()?, self.edition()?.notice);
        self.ensure_alarm().await?;
        let (receipt, new) = proofs.enter(file.sha256, notice, now())?;
        response::json(&receipt, if new { 201 } else { 200 }, Cors::None)
    }

    /// `GET /log/ORIGIN/…`
    fn log(&self, name: &SiteLog, resource: Resource) -> Result<Response, Refusal> {
        let proofs = self.proofs()?;
        let open = proofs.logs.of_quarter(name.quarter)?;
        let open = open.filter(|_| name.shard == proofs.logs.shard());
        let open = open.ok_or(Refusal::UnknownLog)?;
        let checkpoint = || Ok(open.log.head()?.checkpoint.to_string());
        log::serve(&open.log, resource, checkpoint)
    }

    async fn publication(&self, mut request: Request) -> Result<Response, Refusal> {
        let step = request.json().await?;
        if !matches!(step, PublicationStep::Preview(_)) {
            self.ensure_alarm().await?;
        }
        // From here to the commit nothing waits.
        let before = self.edition();
        let before = match before {
            Ok(before) => Some(before),
            Err(Refusal::UnknownSite) => None,
            Err(other) => return Err(other),
        };
        match step {
            PublicationStep::Preview(new) => {
                response::json(&self.changes(before, &new)?, 200, Cors::None)
            }
            PublicationStep::Admit(new) => {
                let proofs = self.proofs_of(&new)?;
                self.editions.admit(&proofs, &new, now())?;
                response::empty(204, Cors::None)
            }
            PublicationStep::PutInForce(new, hosts) => {
                let proofs = self.proofs_of(&new)?;
                let done = self.editions.put_in_force(&proofs, &new, &hosts, now());
                *self.edition.borrow_mut() = None;
                done?;
                let publication = self.changes(before, &new)?;
                if let Err(refusal) = self.follow().await {
                    worker::console_error!(
                        "not all know yet what is in force, and will be told: {}",
                        refusal.to_log()
                    );
                }
                response::json(&publication, 200, Cors::None)
            }
            PublicationStep::Adopt(edition, revision) => {
                let done = self.editions.adopt(&edition, revision);
                *self.edition.borrow_mut() = None;
                done?;
                response::empty(204, Cors::None)
            }
        }
    }

    /// What an edition changes.
    fn changes(&self, before: Option<Rc<Edition>>, new: &Edition) -> Result<Publication, Refusal> {
        let published_at = terms::Terms::new(self.database.clone()).published_at(new.notice)?;
        let changes = before
            .as_ref()
            .map(|before| new.material.changes_since(&before.material));
        let changes = changes.unwrap_or_default();
        Ok(Publication {
            site: new.site.clone(),
            notice: new.notice,
            published_at,
            unchanged: before.is_some_and(|before| before.notice == new.notice),
            asks_anew: !changes.is_empty(),
            material_changes: changes,
            findings: Vec::new(),
            embed: String::new(),
            pinned: Localized::new(),
            inspector: String::new(),
        })
    }

    /// Tells the others what is in force, if they do not know it yet.
    async fn follow(&self) -> Result<(), Refusal> {
        publishing::follow(&self.editions, &Others(&self.env)).await
    }

    fn edition(&self) -> Result<Rc<Edition>, Refusal> {
        if let Some(edition) = &*self.edition.borrow() {
            return Ok(edition.clone());
        }
        let edition = Rc::new(self.editions.in_force()?);
        *self.edition.borrow_mut() = Some(edition.clone());
        Ok(edition)
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
