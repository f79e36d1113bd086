//! A register as a table for spreadsheets (RFC 4180).

use super::store;
use crate::http::csv::rows;
use crate::http::error::ApiError;
use crate::http::response;
use crate::site::logs::Logs;
use crate::storage::database::Database;
use consent_core::SiteId;
use consent_core::calendar::Date;
use consent_core::proof::table::{BYTE_ORDER_MARK, defuse};
use consent_core::register::{IncidentCase, Register, RegisterEntry, RequestCase, Written};
use serde::Serialize;
use serde_json::{Map, Value};
use worker::Response;

const REQUEST_COLUMNS: &[&str] = &[
    "number",
    "kind",
    "received_on",
    "due_on",
    "status",
    "closed_at",
    "who",
    "about",
    "receipt",
    "notes",
    "entries",
];

const INCIDENT_COLUMNS: &[&str] = &[
    "number",
    "aware_on",
    "occurred",
    "information",
    "circumstances",
    "persons",
    "serious_risk",
    "risk_reasons",
    "authority_told_on",
    "persons_told_on",
    "public_notice",
    "measures",
    "missing",
    "notes",
    "entries",
];

/// The cases of a register, oldest first, none of whose cells a spreadsheet runs.
pub fn csv(
    database: &Database,
    logs: &Logs,
    register: Register,
    numbers: &[u32],
) -> Result<Vec<u8>, ApiError> {
    let columns = match register {
        Register::Requests => REQUEST_COLUMNS,
        Register::Incidents => INCIDENT_COLUMNS,
    };
    let named = columns.iter().map(|name| (*name).to_owned()).collect();
    let mut table = vec![named];
    for number in numbers.iter().rev() {
        let case = match register {
            Register::Requests => request_cells(&store::request(database, logs, *number)?)?,
            Register::Incidents => incident_cells(&store::incident(database, logs, *number)?)?,
        };
        let cells = columns.iter().map(|column| defuse(cell(&case, column)));
        table.push(cells.collect());
    }
    let mut bytes = BYTE_ORDER_MARK.as_bytes().to_vec();
    bytes.extend(rows(table)?);
    Ok(bytes)
}

/// The file, as a download.
pub fn file(site: &SiteId, register: Register, csv: Vec<u8>) -> Result<Response, ApiError> {
    let name = match register {
        Register::Requests => "requests",
        Register::Incidents => "incidents",
    };
    let day = Date::of(crate::clock::now());
    let mut response = Response::from_bytes(csv)?;
    let headers = response.headers_mut();
    headers.set("content-type", "text/csv; charset=utf-8; header=present")?;
    let disposition = format!("attachment; filename=\"{site}-{name}-{day}.csv\"");
    headers.set("content-disposition", &disposition)?;
    response::keep_from_caches(headers)?;
    Ok(response)
}

/// The cells of a case, by the names of their columns.
type Cells = Map<String, Value>;

fn request_cells(case: &RequestCase) -> Result<Cells, ApiError> {
    cells(case, &case.entries)
}

fn incident_cells(case: &IncidentCase) -> Result<Cells, ApiError> {
    let mut cells = cells(case, &case.entries)?;
    if let Some(Value::Object(findings)) = cells.remove("findings") {
        cells.extend(findings);
    }
    Ok(cells)
}

fn cells(case: &impl Serialize, entries: &[RegisterEntry]) -> Result<Cells, ApiError> {
    let mut cells: Cells = serde_json::from_value(serde_json::to_value(case)?)?;
    cells.insert("notes".to_owned(), notes(entries).into());
    cells.insert("entries".to_owned(), places(entries).into());
    Ok(cells)
}

/// What was noted after a case was opened, each with its day.
fn notes(entries: &[RegisterEntry]) -> String {
    let mut lines = Vec::new();
    for entry in entries.iter().skip(1) {
        let text = entry.disclosed.as_ref().map(|one| &one.text.written);
        let text = match text {
            Some(Written::RequestNote(note)) => note.text.as_str(),
            Some(Written::IncidentNote(note)) => note.text.as_str(),
            _ => continue,
        };
        lines.push(format!("{}: {text}", Date::of(entry.time)));
    }
    lines.join("\n")
}

/// Where the log has the entries of a case.
fn places(entries: &[RegisterEntry]) -> String {
    let places = entries
        .iter()
        .map(|entry| format!("{}#{}", entry.log, entry.index));
    places.collect::<Vec<_>>().join(" ")
}

fn cell(cells: &Cells, name: &str) -> String {
    match cells.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(names)) => {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            names.join(", ")
        }
        Some(other) => other.to_string(),
    }
}
