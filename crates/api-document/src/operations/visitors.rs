//! What pages send for a visitor, and what the holder of a secret may ask.

use crate::example;
use crate::operation::{Method, Operation};
use consent_core::ConsentReceipt;
use consent_core::ConsentReport;
use consent_core::api::Receipts;
use consent_core::api::handover::{HandoverToken, NewHandover, RedeemedHandover};
use consent_core::api::ticket::CurrentTicket;
use consent_core::problem::ProblemType::{
    BadHandOver, ChoiceEnded, Conflict, Contradiction, Erased, Malformed, NotTheHolder, Overloaded,
    UnknownNotice, UnknownReceipt,
};
use consent_core::text::Origin;
use serde_json::json;

const TAG: &str = "visitors";
const OF_A_PAGE: &str = "The origin of the page, one of the site's. A browser adds it.";

pub fn operations() -> Vec<Operation> {
    let operation = |method, path, id, summary| Operation::new(method, path, id, TAG, summary);
    vec![
        operation(
            Method::Post,
            "/v1/sites/{site}/consents",
            "reportConsent",
            "Keeps a visitor's choice, and answers the receipt.",
        )
        .more("The media type of the body is not looked at: a page sends it as text, which needs no preflight.")
        .page()
        .header::<Origin>("origin", OF_A_PAGE, example::ORIGIN)
        .reads::<ConsentReport>(example::report())
        .json::<ConsentReceipt>(201, "It is kept")
        .json::<ConsentReceipt>(200, "The same report was kept before")
        .problems(&[Contradiction, Conflict, UnknownNotice, UnknownReceipt, Erased, Overloaded]),
        operation(Method::Get, "/v1/receipts/{receipt}", "getReceipt", "Answers a receipt to its holder, as it is now.")
            .secret()
            .query_of(
                "format",
                |_| json!({ "enum": ["json", "jsonld"], "default": "json" }),
                "As the API has it, or in the words of the W3C Data Privacy Vocabulary.",
            )
            .json::<ConsentReceipt>(200, "The receipt, with the anchor's proof once there is one")
            .body(
                "application/ld+json",
                |_| json!({ "type": "object", "required": ["@context", "@id", "@type"] }),
                200,
                "",
            )
            .problems(&[Malformed, UnknownReceipt, NotTheHolder, Erased, UnknownNotice]),
        operation(Method::Delete, "/v1/receipts/{receipt}", "eraseReceipt", "Erases a record for its holder.")
            .secret()
            .empty(204, "It is erased; its entry in the log stays, and says nothing of anyone")
            .problems(&[UnknownReceipt, NotTheHolder, Erased]),
        operation(
            Method::Get,
            "/v1/sites/{site}/receipts",
            "listReceipts",
            "Answers every receipt of whoever has the secret.",
        )
        .secret()
        .json::<Receipts>(200, "The receipts, oldest first; none for a secret that nobody has"),
        operation(
            Method::Delete,
            "/v1/sites/{site}/receipts",
            "eraseReceipts",
            "Erases every record of whoever has the secret.",
        )
        .secret()
        .empty(204, "They are erased"),
        operation(
            Method::Post,
            "/v1/sites/{site}/handovers",
            "createHandover",
            "Gives a token that hands a choice over to another origin of the site.",
        )
        .page()
        .header::<Origin>("origin", OF_A_PAGE, example::ORIGIN)
        .reads::<NewHandover>(json!({
            "receipt": "relais.000102030405060708090a0b0c0d0e0f",
            "consent_id": example::SECRET,
            "to": "http://127.0.0.1:8788"
        }))
        .json::<HandoverToken>(201, "The token, good once within a minute")
        .problems(&[Contradiction, UnknownReceipt, NotTheHolder, Erased, ChoiceEnded]),
        operation(
            Method::Get,
            "/v1/sites/{site}/handovers/{handover}",
            "redeemHandover",
            "Answers the choice that was handed over.",
        )
        .page()
        .header::<Origin>("origin", OF_A_PAGE, "http://127.0.0.1:8788")
        .query::<Origin>("from", "The origin of the page with the link.")
        .example(example::ORIGIN)
        .json::<RedeemedHandover>(200, "The choice, as the browser stores it")
        .problems(&[BadHandOver, ChoiceEnded, UnknownReceipt, Erased]),
        operation(
            Method::Get,
            "/v1/sites/{site}/ticket",
            "getTicket",
            "Answers the ticket of this minute, for a loader that the server did not serve to this visitor.",
        )
        .of_site()
        .json::<CurrentTicket>(200, "The ticket"),
    ]
}
