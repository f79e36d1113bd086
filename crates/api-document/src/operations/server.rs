//! The server itself, and its console.

use crate::operation::{Method, Operation};
use consent_core::api::health::Health;
use consent_core::problem::ProblemType::{NoSuchAddress, Setting, UnknownAsset};
use serde_json::json;

const TAG: &str = "server";
const HTML: &str = "text/html; charset=utf-8";

pub fn operations() -> Vec<Operation> {
    let get = |path, id, summary| Operation::new(Method::Get, path, id, TAG, summary);
    let console = |path, id, summary| {
        get(path, id, summary)
            .more("Under the server's own names alone.")
            .problems(&[NoSuchAddress, Setting])
    };
    vec![
        get("/v1/health", "getHealth", "Says that the server answers.")
            .json::<Health>(200, "It does"),
        get("/v1/openapi.json", "getOpenApi", "Answers this document.")
            .body(
                "application/json",
                |_| json!({ "type": "object", "required": ["openapi", "paths"] }),
                200,
                "The document",
            )
            .conditional()
            .problem(UnknownAsset),
        console("/", "openServer", "Leads to the console.").empty(302, "To `/console/`"),
        console("/console", "openConsole", "Leads to the console.").empty(302, "To `/console/`"),
        console(
            "/console/",
            "getConsole",
            "Answers the page of the console.",
        )
        .text(HTML, "The page")
        .problem(UnknownAsset),
        console(
            "/console/{asset}",
            "getConsoleFile",
            "Answers a file of the console.",
        )
        .text("text/javascript; charset=utf-8", "The file")
        .text("application/wasm", "")
        .text("text/css; charset=utf-8", "")
        .text("application/json", "")
        .problem(UnknownAsset),
    ]
}
