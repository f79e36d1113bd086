//! The state of a site's object: its database, what it has read from it, and its alarm. What the object does
//! with it is in `page`, `audit`, `publication_steps` and `maintenance`.

use crate::clock::now;
use crate::edition::{Edition, InForce, Loader};
use crate::http::error::ApiError;
use crate::log::LogKeys;
use crate::site::batch::Batch;
use crate::site::consents;
use crate::site::handover::UsedTokens;
use crate::site::loaders_by_law;
use crate::site::logs::Logs;
use crate::site::proofs::{Proofs, StoredReport};
use crate::site::publishing::Editions;
use crate::site::schema::SCHEMA;
use crate::site::terms::Terms;
use crate::site::ticket::TicketKeys;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::text::Localized;
use consent_core::{ConsentReport, LoaderTicket, SiteId};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use worker::{Env, State};

/// How long checkpoints are gathered before the newest of each log goes to the anchor.
const ANCHOR_AFTER_MS: i64 = 2_000;

/// The state of a site's object.
pub struct SiteState {
    pub(super) env: Env,
    pub(super) editions: Editions,
    /// The reports that wait for the next commit.
    pub(super) reports: Batch<ConsentReport, StoredReport>,
    /// The handover tokens that were used.
    pub(super) used_tokens: UsedTokens,
    state: State,
    database: Database,
    /// Whether the tables are those that this server knows.
    migrated: Result<(), StoreError>,
    /// The edition in force, read once.
    edition: RefCell<Option<Rc<Edition>>>,
    /// The loaders under the site's other laws, each read once.
    by_law: RefCell<BTreeMap<Jurisdiction, Rc<Localized<Loader>>>>,
    /// The proofs, once there is an edition.
    proofs: RefCell<Option<Rc<Proofs>>>,
    /// What makes its tickets, once one was asked for.
    tickets: OnceCell<Rc<TicketKeys>>,
    /// Whether an alarm is set that comes soon: one for a far end of retention does not count.
    alarm_soon: Cell<bool>,
}

impl SiteState {
    /// That of the object whose storage this is; its tables are brought to the newest schema.
    pub fn new(state: State, env: Env) -> Self {
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
            by_law: RefCell::default(),
            proofs: RefCell::new(None),
            tickets: OnceCell::new(),
            reports: Batch::new(),
            used_tokens: UsedTokens::default(),
            alarm_soon: Cell::new(false),
        }
    }

    /// Passes if the tables are those that this server knows.
    pub fn check_schema(&self) -> Result<(), ApiError> {
        Ok(self.migrated.clone()?)
    }

    /// The edition in force.
    pub fn edition(&self) -> Result<Rc<Edition>, ApiError> {
        if let Some(edition) = &*self.edition.borrow() {
            return Ok(edition.clone());
        }
        let edition = Rc::new(self.editions.in_force()?);
        *self.edition.borrow_mut() = Some(edition.clone());
        Ok(edition)
    }

    /// The edition in force of a site whose owner has not left.
    pub fn published(&self) -> Result<Rc<Edition>, ApiError> {
        let edition = self.edition()?;
        if edition.left.is_some() {
            return Err(ApiError::SiteLeft);
        }
        Ok(edition)
    }

    /// Makes the next call read the edition in force anew.
    pub(super) fn forget_edition(&self) {
        *self.edition.borrow_mut() = None;
        self.by_law.borrow_mut().clear();
    }

    /// The loaders of the edition in force under another law of the site.
    pub fn loaders_by_law(&self, law: Jurisdiction) -> Result<Rc<Localized<Loader>>, ApiError> {
        if let Some(known) = self.by_law.borrow().get(&law) {
            return Ok(Rc::clone(known));
        }
        let read = Rc::new(loaders_by_law::read(&self.database, law)?);
        self.by_law.borrow_mut().insert(law, Rc::clone(&read));
        Ok(read)
    }

    /// Which edition is in force.
    pub fn in_force(&self) -> Result<InForce, ApiError> {
        let edition = self.published()?;
        let notice = edition.notice;
        Ok(InForce {
            notice,
            law: edition.terms.jurisdiction,
            laws: edition
                .laws
                .iter()
                .map(|(law, edition)| (*law, edition.notice))
                .collect(),
            published_at: self.terms().published_at(notice)?,
            edition: self.editions.digest()?,
        })
    }

    pub(super) const fn database(&self) -> &Database {
        &self.database
    }

    pub(super) fn terms(&self) -> Terms {
        Terms::new(self.database.clone())
    }

    pub(super) fn proofs(&self) -> Result<Rc<Proofs>, ApiError> {
        if let Some(proofs) = &*self.proofs.borrow() {
            return Ok(Rc::clone(proofs));
        }
        let proofs = self.proofs_of(&*self.edition()?)?;
        *self.proofs.borrow_mut() = Some(Rc::clone(&proofs));
        Ok(proofs)
    }

    /// The proofs of the site that an edition is of, which may not be in force yet.
    pub(super) fn proofs_of(&self, edition: &Edition) -> Result<Rc<Proofs>, ApiError> {
        if let Some(proofs) = &*self.proofs.borrow() {
            return Ok(Rc::clone(proofs));
        }
        let site = edition.site.clone();
        let keys = LogKeys::from_env(&self.env)?;
        let tickets = self.tickets(&site)?;
        let logs = Logs::new(self.database.clone(), keys, site.clone(), edition.shard);
        let database = self.database.clone();
        consents::forget_undigested(&database, &site)?;
        Ok(Rc::new(Proofs::new(
            database,
            logs,
            site,
            edition.shards,
            tickets,
        )))
    }

    /// The ticket of the loader that is served now. Nothing where the server's secret cannot be read: a page must have
    /// its gate all the same.
    pub fn ticket(&self) -> Result<Option<LoaderTicket>, ApiError> {
        let site = &self.published()?.site;
        Ok(self.tickets(site).ok().and_then(|keys| keys.issue(now())))
    }

    /// What makes the site's tickets: derived once, as every loader comes with one.
    fn tickets(&self, site: &SiteId) -> Result<Rc<TicketKeys>, ApiError> {
        if let Some(known) = self.tickets.get() {
            return Ok(Rc::clone(known));
        }
        let derived = Rc::new(TicketKeys::new(&LogKeys::from_env(&self.env)?, site)?);
        Ok(Rc::clone(self.tickets.get_or_init(|| derived)))
    }

    /// Makes sure that an alarm comes soon. Called before anything is appended that the anchor
    /// should know of.
    pub(super) async fn ensure_alarm(&self) -> Result<(), ApiError> {
        if !self.alarm_soon.get() {
            self.set_alarm_soon(ANCHOR_AFTER_MS).await?;
        }
        Ok(())
    }

    pub(super) async fn set_alarm_soon(&self, wait_ms: i64) -> worker::Result<()> {
        self.alarm_soon.set(true);
        self.state.storage().set_alarm(wait_ms).await
    }

    /// Sets an alarm for a far time. There is one alarm: a far one must not take the place of one that
    /// somebody set meanwhile, who sets the far one again when it has come.
    pub(super) async fn set_alarm_far(&self, wait_ms: i64) -> worker::Result<()> {
        if self.alarm_soon.get() {
            return Ok(());
        }
        self.state.storage().set_alarm(wait_ms.max(1)).await
    }

    /// Notes that the alarm has come.
    pub(super) fn alarm_has_come(&self) {
        self.alarm_soon.set(false);
    }
}
