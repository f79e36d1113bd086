//! Tokens: made, listed, revoked.

use crate::operation::{Method, Operation};
use consent_core::api::Role::{self, Administrator, Owner};
use consent_core::api::{MadeToken, NewToken, TokenGrants, Tokens};
use consent_core::problem::ProblemType::{
    Contradiction, Malformed, NotYourToken, TooManyTokens, UnknownToken,
};
use serde_json::{Value, json};

const TAG: &str = "tokens";

fn list(operation: Operation, roles: &'static [Role]) -> Operation {
    operation
        .token(roles)
        .query::<u32>("before", "The `next` of the answer before this one.")
        .json::<Tokens>(
            200,
            "Those of the server's environment, then those that were made, newest first",
        )
        .problem(Malformed)
}

fn make(operation: Operation, roles: &'static [Role], example: Value) -> Operation {
    operation
        .token(roles)
        .reads::<NewToken>(example)
        .json::<MadeToken>(201, "The token, which is shown this once")
        .problems(&[Contradiction, TooManyTokens])
}

fn revoke(operation: Operation, roles: &'static [Role]) -> Operation {
    operation
        .token(roles)
        .empty(204, "It opens nothing any more")
        .problems(&[UnknownToken, NotYourToken])
}

pub fn operations() -> Vec<Operation> {
    let operation = |method, path, id, summary| Operation::new(method, path, id, TAG, summary);
    vec![
        operation(
            Method::Get,
            "/v1/token",
            "getToken",
            "Says what the token of the request allows.",
        )
        .any_token()
        .json::<TokenGrants>(200, "What it allows, grant by grant"),
        list(
            operation(Method::Get, "/v1/tokens", "listTokens", "Lists all tokens."),
            &[Administrator],
        ),
        make(
            operation(
                Method::Post,
                "/v1/tokens",
                "makeToken",
                "Makes a token for any sites.",
            ),
            &[Administrator],
            json!({ "name": "Agence Érable", "role": "owner", "sites": ["relais"] }),
        ),
        revoke(
            operation(
                Method::Delete,
                "/v1/tokens/{grant}",
                "revokeToken",
                "Revokes a token.",
            ),
            &[Administrator],
        ),
        list(
            operation(
                Method::Get,
                "/v1/sites/{site}/tokens",
                "listSiteTokens",
                "Lists the tokens that open a site.",
            ),
            &[Owner],
        ),
        make(
            operation(
                Method::Post,
                "/v1/sites/{site}/tokens",
                "makeSiteToken",
                "Makes a token for a site.",
            ),
            &[Owner],
            json!({ "name": "Audit 2026", "role": "auditor" }),
        ),
        revoke(
            operation(
                Method::Delete,
                "/v1/sites/{site}/tokens/{grant}",
                "revokeSiteToken",
                "Revokes a token of a site.",
            ),
            &[Owner],
        ),
    ]
}
