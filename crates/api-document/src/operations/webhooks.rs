//! Webhooks, and what a watcher saw.

use crate::operation::{Method, Operation};
use consent_core::api::Role::{Auditor, Owner};
use consent_core::problem::ProblemType::{
    Contradiction, Malformed, Overloaded, TooManyWebhooks, UnknownDelivery, UnknownWebhook,
    WebhookDisabled,
};
use consent_core::webhook::{
    Deliveries, Delivery, ForkNoted, ForkReport, MadeWebhook, NewWebhook, Webhook, WebhookChange,
    Webhooks,
};
use serde_json::json;

const TAG: &str = "webhooks";

/// About one webhook of a site.
fn of_one(operation: Operation) -> Operation {
    operation.token(&[Owner]).of_site().problem(UnknownWebhook)
}

#[expect(clippy::too_many_lines, reason = "a list, of a few lines each")]
pub fn operations() -> Vec<Operation> {
    let operation = |method, path, id, summary| Operation::new(method, path, id, TAG, summary);
    vec![
        operation(
            Method::Get,
            "/v1/sites/{site}/webhooks",
            "listWebhooks",
            "Lists the webhooks of a site.",
        )
        .token(&[Owner])
        .of_site()
        .json::<Webhooks>(200, "The webhooks, oldest first"),
        operation(
            Method::Post,
            "/v1/sites/{site}/webhooks",
            "makeWebhook",
            "Makes a webhook.",
        )
        .token(&[Owner])
        .of_site()
        .reads::<NewWebhook>(json!({
            "name": "Our register",
            "url": "https://example.org/temoin",
            "events": ["consent.withdrawn", "consent.erased"]
        }))
        .json::<MadeWebhook>(
            201,
            "The webhook, with its secret, which is shown this once",
        )
        .problems(&[Contradiction, TooManyWebhooks]),
        of_one(operation(
            Method::Get,
            "/v1/sites/{site}/webhooks/{webhook}",
            "getWebhook",
            "Says how a webhook is set, and how it fares.",
        ))
        .json::<Webhook>(200, "The webhook"),
        of_one(operation(
            Method::Patch,
            "/v1/sites/{site}/webhooks/{webhook}",
            "changeWebhook",
            "Changes a webhook; what is absent stays.",
        ))
        .reads::<WebhookChange>(json!({ "name": "Our other register" }))
        .json::<Webhook>(200, "The webhook as it is now")
        .problem(Contradiction),
        of_one(operation(
            Method::Delete,
            "/v1/sites/{site}/webhooks/{webhook}",
            "removeWebhook",
            "Removes a webhook; what waits is not sent.",
        ))
        .empty(204, "It is told nothing any more"),
        of_one(operation(
            Method::Post,
            "/v1/sites/{site}/webhooks/{webhook}/secret",
            "renewWebhookSecret",
            "Gives a webhook another secret; for a day the one before signs too.",
        ))
        .json::<MadeWebhook>(
            201,
            "The webhook, with its secret, which is shown this once",
        ),
        of_one(operation(
            Method::Post,
            "/v1/sites/{site}/webhooks/{webhook}/test",
            "testWebhook",
            "Sends a test at once.",
        ))
        .json::<Delivery>(202, "What is sent")
        .problem(WebhookDisabled),
        of_one(operation(
            Method::Get,
            "/v1/sites/{site}/webhooks/{webhook}/deliveries",
            "listDeliveries",
            "Lists what a webhook was told, and what came of it.",
        ))
        .query::<u32>("before", "The `next` of the answer before this one.")
        .json::<Deliveries>(200, "The deliveries, newest first")
        .problem(Malformed),
        of_one(operation(
            Method::Post,
            "/v1/sites/{site}/webhooks/{webhook}/deliveries/{message}/resend",
            "resendDelivery",
            "Sends the same again, under the same id.",
        ))
        .json::<Delivery>(202, "What is sent")
        .problems(&[UnknownDelivery, WebhookDisabled]),
        operation(
            Method::Post,
            "/v1/sites/{site}/forks",
            "reportFork",
            "Says that a log forked or went back, so that the site's programs are told.",
        )
        .token(&[Owner, Auditor])
        .of_site()
        .reads::<ForkReport>(json!({
            "log": "temoin.example/relais/2026q4/0",
            "finding": "two roots of size 41"
        }))
        .json::<ForkNoted>(202, "It is noted, and told once")
        .problems(&[Contradiction, Overloaded]),
    ]
}
