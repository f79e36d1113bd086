//! What schemathesis finds: it sends what the description of the API allows and what it does not, to a server that is
//! thrown away, and holds each answer against the description.

use crate::build::{self, Server};
use crate::step::log_step;
use crate::tools;
use anyhow::{Context as _, Result};
use local_server::{LocalServer, Tokens};
use std::path::Path;
use xshell::{Shell, cmd};

/// The description of the API.
const DOCUMENT: &str = "crates/api-document/prepared/openapi.json";

/// How long each asker asks, in seconds. Three of them ask.
const SECONDS: &str = "45";

/// What must hold of every answer: no failure of the server; a status, a media type, headers and a body as documented;
/// no answer without the token that is needed; a refused method that says which are not. What the description calls wrong
/// is not always refused: a schema says less than the parsers do, and unknown headers are let be.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,ignored_auth,unsupported_method,allow_header_conformance";

/// Runs it for an owner, an auditor and somebody without a token. Where it cannot be installed, that is said and no error,
/// unless this part was asked for (`only`).
pub fn run(shell: &Shell, only: bool) -> Result<()> {
    build::everything(Server::Local)?;
    let program = match tools::schemathesis::program(shell) {
        Ok(program) => program,
        Err(error) if !only => {
            log_step(&format!("SKIPPED, schemathesis: {error:#}"));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let document = local_server::root().join(DOCUMENT);
    for asker in ["owner", "auditor", "nobody"] {
        log_step(&format!("Schemathesis against the live server, as {asker}"));
        let state = local_server::root().join(format!("target/temoin/schemathesis-{asker}"));
        let _ = std::fs::remove_dir_all(&state);
        let server = LocalServer::start(0, &state, Tokens::random()?)?;
        publish_example(&server, &document)?;
        let tokens = server.tokens();
        let header = match asker {
            "owner" => vec![format!("Authorization: Bearer {}", tokens.owner)],
            "auditor" => vec![format!("Authorization: Bearer {}", tokens.auditor)],
            _ => Vec::new(),
        };
        let header = header
            .iter()
            .flat_map(|header| ["--header", header.as_str()]);
        let url = server.url();
        // It leaves its notes where it runs.
        let _inside = shell.push_dir(&state);
        cmd!(
            shell,
            "{program} --no-color run {document} --url {url} {header...} --checks {CHECKS} --max-time {SECONDS}
             --phases examples,coverage,fuzzing --max-examples 25 --workers 1
             --generation-deterministic --request-timeout 20 --suppress-health-check all --warnings off
             --continue-on-failure"
        )
        .run()
        .with_context(|| format!("as {asker}, schemathesis found that the server and its description disagree"))?;
    }
    Ok(())
}

/// Publishes the configuration of the example: what is asked of its site is then answered.
fn publish_example(server: &LocalServer, document: &Path) -> Result<()> {
    let document: serde_json::Value = serde_json::from_slice(&std::fs::read(document)?)?;
    let example = document
        .pointer("/paths/~1v1~1sites~1{site}/put/requestBody/content/application~1json/example")
        .context("the description has no example of a configuration")?;
    server.publish("relais", example.to_string().as_bytes())?;
    Ok(())
}
