//! The registers of a site.

use crate::operation::{Method, Operation};
use consent_core::api::Role::{Auditor, Owner};
use consent_core::problem::ProblemType::{
    Contradiction, Erased, Malformed, RegisterFull, RequestOpen, UnknownCase,
};
use consent_core::register::{
    IncidentCase, IncidentNote, IncidentPage, NewIncident, NewRequest, RequestCase, RequestNote,
    RequestPage,
};
use serde_json::json;

const TAG: &str = "registers";

const CSV: &str = "text/csv; charset=utf-8; header=present";

fn operation(
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new(method, path, id, TAG, summary).of_site()
}

/// Every operation of the two registers.
pub fn operations() -> Vec<Operation> {
    [requests(), incidents()].concat()
}

fn requests() -> Vec<Operation> {
    vec![
        operation(
            Method::Get,
            "/v1/sites/{site}/requests",
            "listRequests",
            "Lists visitors' requests to exercise a right, newest first.",
        )
        .token(&[Owner, Auditor])
        .query_of(
            "status",
            |_| json!({ "type": "string", "enum": ["open", "late", "closed"] }),
            "Only those that are open; that are open and were due before today (UTC); or that are closed or erased.",
        )
        .query::<u32>("before", "The `next` of the answer before this one.")
        .json::<RequestPage>(200, "The requests")
        .problem(Malformed),
        operation(
            Method::Post,
            "/v1/sites/{site}/requests",
            "openRequest",
            "Notes a request that came.",
        )
        .more("It is due 30 days after it came. The site's log commits to what is written; nothing in a register is changed.")
        .token(&[Owner])
        .reads::<NewRequest>(json!({
            "kind": "access",
            "received_on": "2026-11-22",
            "who": "Camille Roy, camille@example.org",
            "about": "A copy of what you keep about me",
            "receipt": "relais.000102030405060708090a0b0c0d0e0f"
        }))
        .json::<RequestCase>(201, "The request, with its number")
        .problems(&[Contradiction, RegisterFull]),
        operation(
            Method::Get,
            "/v1/sites/{site}/requests/table",
            "getRequestTable",
            "Hands out the register as a table for spreadsheets, oldest first.",
        )
        .token(&[Owner, Auditor])
        .text(CSV, "The requests"),
        operation(
            Method::Get,
            "/v1/sites/{site}/requests/{case}",
            "getRequest",
            "Says where a request stands, and what was written of it.",
        )
        .token(&[Owner, Auditor])
        .json::<RequestCase>(200, "The request")
        .problem(UnknownCase),
        operation(
            Method::Post,
            "/v1/sites/{site}/requests/{case}/notes",
            "noteOnRequest",
            "Notes what was done about a request, how it ends, or that it is due later.",
        )
        .token(&[Owner])
        .reads::<RequestNote>(json!({
            "text": "Copy sent by post",
            "outcome": "answered"
        }))
        .json::<RequestCase>(201, "The request as it is now")
        .problems(&[Contradiction, RegisterFull, UnknownCase, Erased]),
        operation(
            Method::Delete,
            "/v1/sites/{site}/requests/{case}",
            "eraseRequest",
            "Erases what a closed request says.",
        )
        .more("Its number and its entries of the log stay, without what was written.")
        .token(&[Owner])
        .empty(204, "Nothing of what was written is kept")
        .problems(&[RequestOpen, UnknownCase]),
    ]
}

fn incidents() -> Vec<Operation> {
    vec![
        operation(
            Method::Get,
            "/v1/sites/{site}/incidents",
            "listIncidents",
            "Lists incidents of confidentiality, newest first.",
        )
        .token(&[Owner, Auditor])
        .query::<u32>("before", "The `next` of the answer before this one.")
        .json::<IncidentPage>(200, "The incidents")
        .problem(Malformed),
        operation(
            Method::Post,
            "/v1/sites/{site}/incidents",
            "openIncident",
            "Notes an incident.",
        )
        .more("What Québec's register must say: Regulation respecting confidentiality incidents (A-2.1, r. 3.1), section 7. `missing` names what is yet to be written. Nothing is changed or erased.")
        .token(&[Owner])
        .reads::<NewIncident>(json!({
            "aware_on": "2026-11-22",
            "occurred": "2026-11-20, in the evening",
            "information": "Names and addresses of twelve customers",
            "circumstances": "A message with a list went to a wrong address",
            "findings": { "persons": 12, "serious_risk": false, "risk_reasons": "The receiver has deleted the list" }
        }))
        .json::<IncidentCase>(201, "The incident, with its number")
        .problems(&[Contradiction, RegisterFull]),
        operation(
            Method::Get,
            "/v1/sites/{site}/incidents/table",
            "getIncidentTable",
            "Hands out the register as a table for spreadsheets, oldest first.",
        )
        .token(&[Owner, Auditor])
        .text(CSV, "The incidents"),
        operation(
            Method::Get,
            "/v1/sites/{site}/incidents/{case}",
            "getIncident",
            "Says what is known of an incident, and what was written of it.",
        )
        .token(&[Owner, Auditor])
        .json::<IncidentCase>(200, "The incident")
        .problem(UnknownCase),
        operation(
            Method::Post,
            "/v1/sites/{site}/incidents/{case}/notes",
            "noteOnIncident",
            "Notes what was done or found out about an incident.",
        )
        .token(&[Owner])
        .reads::<IncidentNote>(json!({
            "text": "Sending is now confirmed by a second person",
            "findings": { "measures": "A second person confirms each list that is sent" }
        }))
        .json::<IncidentCase>(201, "The incident as it is now")
        .problems(&[Contradiction, RegisterFull, UnknownCase]),
    ]
}
