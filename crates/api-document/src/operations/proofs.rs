//! What is kept of visitors' choices, and what proves it.

use crate::example;
use crate::operation::{Method, Operation};
use consent_core::api::Role::{Auditor, Inspector, Owner};
use consent_core::api::classification::{ClassificationRequest, Classifications};
use consent_core::api::stats::Step;
use consent_core::api::{ConsentCount, ConsentPage, Reads, SiteLogs, SiteStats};
use consent_core::ident::SubjectTag;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::problem::ProblemType::{Contradiction, Malformed, Overloaded};
use consent_core::proof::file_evidence::{EvidenceReceipt, EvidenceReport};
use consent_core::text::LanguageTag;
use consent_core::{
    Consent, ConsentStatus, Layer, Method as AnswerMethod, NoticeHash, Purpose, ServiceId,
    Timestamp,
};
use serde_json::{Value, json};

const TAG: &str = "proofs";

fn day() -> Value {
    json!({ "type": "string", "format": "date", "examples": ["2026-11-22"] })
}

/// The filters of records; together they narrow.
fn filters(operation: Operation) -> Operation {
    operation
        .token(&[Auditor])
        .of_site()
        .query::<Timestamp>("from", "Kept at this time or later.")
        .query::<Timestamp>("to", "Kept before this time.")
        .query::<Purpose>("purpose", "With `decision`: about this purpose.")
        .query::<ServiceId>(
            "service",
            "With `decision`, in the place of `purpose`: about this service.",
        )
        .query::<Consent>(
            "decision",
            "What was decided; without `purpose` and `service`, about any optional purpose.",
        )
        .example("granted")
        .query::<ConsentStatus>("status", "Where the consent stood after it.")
        .query::<AnswerMethod>("method", "How the visitor answered.")
        .query::<Layer>("layer", "Where they answered.")
        .query::<NoticeHash>("notice", "What they were shown.")
        .query::<LanguageTag>("language", "In which language.")
        .example("fr-CA")
        .query::<Jurisdiction>("jurisdiction", "The law under which the site asked.")
        .query::<bool>("gpc", "Whether the browser sent Global Privacy Control.")
        .query::<bool>("trusted", "Whether the browser vouched for the click.")
        .query::<bool>(
            "served",
            "Whether the report named a ticket of this server.",
        )
        .query::<SubjectTag>("subject", "The visitor, as a record has them.")
        .problem(Malformed)
}

/// Goes on where the answer before it ended.
fn goes_on(operation: Operation) -> Operation {
    operation.query_of(
        "cursor",
        |_| json!({ "type": "string", "pattern": "^(s[0-9]{1,3})?p[0-9]{1,15}-[0-9]{1,15}$" }),
        "The `next` of the answer before this one.",
    )
}

#[expect(clippy::too_many_lines, reason = "a list, of a few lines each")]
pub fn operations() -> Vec<Operation> {
    let operation = |method, path, id, summary| Operation::new(method, path, id, TAG, summary);
    vec![
        goes_on(filters(operation(
            Method::Get,
            "/v1/sites/{site}/consents",
            "listConsents",
            "Answers the records that pass the filters, oldest first.",
        )))
        .query_of(
            "limit",
            |_| json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 }),
            "How many records at most.",
        )
        .json::<ConsentPage>(200, "The records"),
        goes_on(filters(operation(
            Method::Get,
            "/v1/sites/{site}/consents/count",
            "countConsents",
            "Counts the records that pass the filters.",
        )))
        .json::<ConsentCount>(200, "How many there are"),
        filters(operation(
            Method::Get,
            "/v1/sites/{site}/export",
            "exportConsents",
            "Answers every record that passes the filters, as one file.",
        ))
        .more(
            "A stream: it breaks off where the server fails, and a file that was cut has no end mark. `docs/proof-format.md` says \
             what the lines of NDJSON are, and what they prove.",
        )
        .query_of(
            "format",
            |_| json!({ "type": "string", "enum": ["ndjson", "csv", "jsonld"], "default": "ndjson" }),
            "The form of the file.",
        )
        .query_of(
            "proof",
            |_| json!({ "type": "string", "enum": ["complete", "records"] }),
            "Whether it shows that no record is left out, which NDJSON alone can.",
        )
        .text("application/x-ndjson", "The records")
        .text("text/csv; charset=utf-8; header=present", "The records")
        .body(
            "application/ld+json",
            |_| json!({ "type": "object", "required": ["@context", "@type", "@graph", "temoin:end"], "additionalProperties": true }),
            200,
            "The records",
        ),
        operation(
            Method::Get,
            "/v1/sites/{site}/reads",
            "listReads",
            "Lists who read which records.",
        )
        .token(&[Owner, Auditor])
        .of_site()
        .query::<u32>("before", "The `next` of the answer before this one.")
        .json::<Reads>(200, "The reads, newest first")
        .problem(Malformed),
        operation(
            Method::Get,
            "/v1/sites/{site}/stats",
            "getStats",
            "Says how visitors answer, over time and by what they were shown.",
        )
        .token(&[Owner, Auditor])
        .of_site()
        .query_of("from", |_| day(), "The first day, in UTC.")
        .query_of("to", |_| day(), "The last day, included.")
        .query::<Step>("by", "How long a period is; a day where it is left out.")
        .example("week")
        .json::<SiteStats>(200, "The counts")
        .problems(&[Malformed, Overloaded]),
        operation(
            Method::Get,
            "/v1/sites/{site}/logs",
            "listLogs",
            "Lists the logs of a site, and their keys.",
        )
        .of_site()
        .json::<SiteLogs>(200, "The logs, oldest first"),
        operation(
            Method::Post,
            "/v1/sites/{site}/evidence",
            "enterEvidence",
            "Enters the hash of a file in the site's log.",
        )
        .token(&[Owner])
        .of_site()
        .reads::<EvidenceReport>(json!({ "sha256": example::FILE }))
        .json::<EvidenceReceipt>(201, "It is in the log")
        .json::<EvidenceReceipt>(200, "It was in the log already")
        .problem(Overloaded),
        operation(
            Method::Post,
            "/v1/sites/{site}/classifications",
            "classify",
            "Says what cookies, storage keys and requests are for.",
        )
        .more("The inspector asks. Any page may: a browser adds no token by itself.")
        .token(&[Owner, Inspector])
        .of_site()
        .reads::<ClassificationRequest>(json!({ "seen": [
            { "kind": "cookie", "name": "_ga", "host": "relais.example" },
            { "kind": "request", "host": "www.youtube.com" }
        ] }))
        .json::<Classifications<'_>>(
            200,
            "What each is for, in the order in which they were asked",
        )
        .problem(Contradiction),
    ]
}
