//! What the first object answers of its registers.

use super::query::CaseQuery;
use super::store::{self, CaseKey, MOST_CASES, PAGE};
use super::table;
use crate::clock::now;
use crate::http::body;
use crate::http::error::ApiError;
use crate::http::response::{self, Cors};
use crate::site::logs::Logs;
use crate::site::protocol::RegisterRequest;
use crate::site::security_events;
use crate::site::state::SiteState;
use crate::storage::database::Transaction;
use consent_core::GrantId;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::calendar::{Date, Timestamp};
use consent_core::ident::Salt;
use consent_core::register::{
    DisclosedRegisterText, IncidentNote, IncidentPage, NewIncident, NewRequest, Register,
    RegisterText, RequestNote, RequestPage, RequestStatus, Written,
};
use worker::{Request, Response};

/// The largest body that a register takes, in bytes.
pub const LARGEST_BODY_BYTES: usize = 64 * 1024;

/// Who writes, and what makes a writing the same one when it is sent again inside the server.
pub struct Writer {
    /// The grants of the token.
    pub by: Vec<GrantId>,
    /// The salt of the commitment.
    pub salt: Salt,
}

impl SiteState {
    /// Answers an owner or an auditor.
    pub async fn registers(
        &self,
        asked: RegisterRequest,
        writer: Writer,
        mut request: Request,
    ) -> Result<Response, ApiError> {
        let body = body::read(&mut request, LARGEST_BODY_BYTES).await?;
        let proofs = self.proofs()?;
        let (database, logs) = (self.database(), &proofs.logs);
        match asked {
            RegisterRequest::Requests(query) => {
                let (numbers, next) = self.cases(Register::Requests, &query, PAGE)?;
                let cases = numbers
                    .into_iter()
                    .map(|number| store::request(database, logs, number));
                let requests = cases.collect::<Result<_, _>>()?;
                response::json(&RequestPage { requests, next }, 200, Cors::None)
            }
            RegisterRequest::Incidents(query) => {
                let (numbers, next) = self.cases(Register::Incidents, &query, PAGE)?;
                let cases = numbers
                    .into_iter()
                    .map(|number| store::incident(database, logs, number));
                let incidents = cases.collect::<Result<_, _>>()?;
                response::json(&IncidentPage { incidents, next }, 200, Cors::None)
            }
            RegisterRequest::Request(number) => {
                response::json(&store::request(database, logs, number)?, 200, Cors::None)
            }
            RegisterRequest::Incident(number) => {
                response::json(&store::incident(database, logs, number)?, 200, Cors::None)
            }
            RegisterRequest::OpenRequest => {
                let request: NewRequest = body::parse(&body)?;
                let written = Written::Request(request);
                let number = self.write(None, written, writer).await?;
                response::json(&store::request(database, logs, number)?, 201, Cors::None)
            }
            RegisterRequest::NoteOnRequest(number) => {
                let note: RequestNote = body::parse(&body)?;
                let written = Written::RequestNote(note);
                self.write(Some(number), written, writer).await?;
                response::json(&store::request(database, logs, number)?, 201, Cors::None)
            }
            RegisterRequest::OpenIncident => {
                let incident: NewIncident = body::parse(&body)?;
                let written = Written::Incident(incident);
                let number = self.write(None, written, writer).await?;
                response::json(&store::incident(database, logs, number)?, 201, Cors::None)
            }
            RegisterRequest::NoteOnIncident(number) => {
                let note: IncidentNote = body::parse(&body)?;
                let written = Written::IncidentNote(note);
                self.write(Some(number), written, writer).await?;
                response::json(&store::incident(database, logs, number)?, 201, Cors::None)
            }
            RegisterRequest::EraseRequest(number) => {
                self.erase_request(number, writer.by)?;
                response::empty(204, Cors::None)
            }
            RegisterRequest::Table(register) => {
                let (numbers, _) = self.cases(register, "", MOST_CASES as usize)?;
                let csv = table::csv(database, logs, register, &numbers)?;
                table::file(&self.edition()?.site, register, csv)
            }
        }
    }

    fn cases(
        &self,
        register: Register,
        query: &str,
        most: usize,
    ) -> Result<(Vec<u32>, Option<u64>), ApiError> {
        let asked = CaseQuery::parse(query, register == Register::Requests);
        let asked = asked.map_err(ApiError::Malformed)?;
        store::numbers(self.database(), register, asked, Date::of(now()), most)
    }

    /// Writes, and says in which case.
    async fn write(
        &self,
        case: Option<u32>,
        written: Written,
        writer: Writer,
    ) -> Result<u32, ApiError> {
        let proofs = self.proofs()?;
        // A site whose owner has left takes nothing more.
        self.published()?;
        self.ensure_alarm().await?;
        let now = now();
        let Writer { by, salt } = writer;
        let register = written.register();
        proofs.write_register(&salt, now, |transaction| {
            let number = match case {
                None => {
                    check_new(&written, now)?;
                    store::next_case(transaction, register)?
                }
                Some(number) => {
                    let case = CaseKey { register, number };
                    check_note(transaction, &proofs.logs, case, &written, now)?;
                    store::check_more(transaction, case)?;
                    number
                }
            };
            let text = RegisterText {
                site: self.edition()?.site.clone(),
                grants: by,
                case: number,
                written,
            };
            Ok(DisclosedRegisterText { text, salt })
        })
    }

    /// Erases what a closed request says.
    fn erase_request(&self, number: u32, grants: Vec<GrantId>) -> Result<(), ApiError> {
        let logs = &self.proofs()?.logs;
        self.database().transaction(|transaction| {
            let case = store::request(transaction, logs, number)?;
            let Some(content) = case.content else {
                return Ok(());
            };
            if content.status == RequestStatus::Open {
                return Err(ApiError::RequestOpen);
            }
            let register = Register::Requests;
            store::erase(transaction, CaseKey { register, number })?;
            let about = format!("request {number}");
            let event = SecurityEventKind::RequestErased { grants, number };
            security_events::note_once(transaction, &about, &event, now())
        })
    }
}

fn check_new(written: &Written, now: Timestamp) -> Result<(), ApiError> {
    let checked = match written {
        Written::Request(request) => request.check(now),
        Written::Incident(incident) => incident.check(now),
        Written::RequestNote(_) | Written::IncidentNote(_) => Ok(()),
    };
    checked.map_err(ApiError::Contradiction)
}

fn check_note(
    transaction: &Transaction<'_>,
    logs: &Logs,
    case: CaseKey,
    written: &Written,
    now: Timestamp,
) -> Result<(), ApiError> {
    let checked = match written {
        Written::RequestNote(note) => {
            let content = store::request(transaction, logs, case.number)?.content;
            content.ok_or(ApiError::Erased)?.check(note)
        }
        Written::IncidentNote(note) => {
            let content = store::incident(transaction, logs, case.number)?.content;
            content.ok_or(ApiError::Erased)?.check(note, now)
        }
        Written::Request(_) | Written::Incident(_) => Ok(()),
    };
    checked.map_err(ApiError::Contradiction)
}
