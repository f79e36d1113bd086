//! The description of the API, against the live server: it is served, every example in it is answered as it says, and
//! what needs a token is refused without. `support/contract.rs` holds the answers of all other tests against it.

use crate::support::{Answer, Api, DOCUMENT, Log, compile, logs, manifest, report, wait_for};
use api_document::example;
use consent_core::Sha256Digest;
use serde_json::{Value, json};
use std::collections::HashMap;

const ADDRESS: &str = "/v1/openapi.json";

/// Every operation: method, path template, and what is said of it.
fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, operation)| (method.as_str(), path.as_str(), operation))
    })
}

fn id(operation: &Value) -> &str {
    operation["operationId"].as_str().unwrap()
}

#[test]
fn the_description_is_served_as_it_is_prepared_and_a_client_may_keep_it() {
    let api = Api::empty();
    let answer = api.get(ADDRESS, &[("accept-encoding", "identity")]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("cache-control").contains("max-age=300"));
    assert_eq!(answer.json(), api_document::document());
    let tag = answer.header("etag");
    let headers = [("accept-encoding", "identity"), ("if-none-match", tag)];
    let again = api.get(ADDRESS, &headers);
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let health = api.get("/v1/health", &[]);
    assert_eq!(health.json(), json!({ "status": "ok", "openapi": ADDRESS }));
    let (_, headers, compressed) = api.get_whole(ADDRESS, "br");
    assert_eq!(headers["content-encoding"], "br");
    assert!(compressed.len() < 40_000, "{}", compressed.len());
}

#[test]
fn a_method_that_is_not_the_apis_is_refused_at_every_address() {
    let api = Api::empty();
    for path in [
        "/v1/health",
        "/v1/openapi.json",
        "/v1/token",
        "/v1/sites",
        "/console/",
    ] {
        for method in ["QUERY", "PROPFIND", "PATCH", "TRACE"] {
            let answer = api.raw(method, path);
            answer.assert_problem(405, "method-not-allowed", "this address answers to GET");
            assert_eq!(answer.header("allow"), "GET");
        }
    }
}

#[test]
fn every_example_is_as_its_schema_says() {
    for (method, path, operation) in operations() {
        let body = &operation["requestBody"]["content"]["application/json"];
        let parameters = operation["parameters"].as_array().unwrap();
        for described in parameters.iter().chain([body]) {
            if let Some(example) = described.get("example") {
                let validator = compile(&described["schema"]);
                let error = validator.validate(example).err();
                assert!(error.is_none(), "{method} {path}: {example}: {error:?}");
            }
        }
    }
}

/// The operations in an order in which each finds what it needs.
fn in_order() -> Vec<(&'static str, &'static str, &'static Value)> {
    let rank = |method: &str| {
        ["put", "post", "patch", "get", "delete"]
            .iter()
            .position(|one| *one == method)
    };
    let mut all: Vec<_> = operations().collect();
    // A report before its handover, a receipt before all of them, what was told before it is told again.
    all.sort_by_key(|(method, path, _)| {
        let (first, last) = (
            *path != "/v1/sites/{site}/consents",
            path.ends_with("/resend"),
        );
        (rank(method), first, last, *path)
    });
    all
}

/// What the examples need, on a server.
struct Examples {
    api: Api,
    /// What stands in the examples for what only the server decides, and what it decided.
    decided: HashMap<&'static str, String>,
}

impl Examples {
    /// A server on which the site had a host, and then the configuration of the example.
    fn new() -> Self {
        let api = Api::empty();
        let mut behind = example::configuration();
        behind["edge"] = json!({ "origin_server": "http://127.0.0.1:9" });
        let answer = api.publish(example::SITE, &behind);
        assert_eq!(answer.status, 201, "{}", answer.text);
        let configuration = example::configuration();
        let publication = api.publish(example::SITE, &configuration).json();
        let notice = publication["notice"].as_str().unwrap().to_owned();
        let pinned = publication["pinned"]["fr-CA"].as_str().unwrap();
        let (_, loader) = pinned.split_once("/t/relais/").unwrap();
        api.report_many(&notice, 1..260, "reject_all");
        wait_for("the log is in the anchor", || {
            Log::anchor(&api).checkpoint().size >= 1
        });
        let [log] = &logs(&api).logs[..] else {
            panic!("one log");
        };
        let origin = log.origin.to_string();
        let mut origin = origin.split('/');
        let mut part = || origin.next().unwrap().to_owned();
        let (server, _, quarter) = (part(), part(), part());
        let decided = HashMap::from([
            (example::NOTICE, notice),
            (
                example::EDITION,
                Sha256Digest::of(configuration.to_string().as_bytes()).to_string(),
            ),
            (example::LOADER, loader[..64].to_owned()),
            (
                example::ASSET,
                manifest()["script"]["name"].as_str().unwrap().to_owned(),
            ),
            (example::SERVER, server),
            (example::QUARTER, quarter),
        ]);
        Self { api, decided }
    }

    /// A text of an example, with what the server decided.
    fn decided(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (example, decided) in &self.decided {
            text = text.replace(example, decided);
        }
        text
    }

    /// The `Authorization` header that an operation needs.
    fn authorization(&self, operation: &Value) -> Option<String> {
        let tokens = self.api.server.tokens();
        let requirement = operation["security"].get(0)?;
        let credential = if requirement.get("secret").is_some() {
            example::SECRET
        } else {
            match requirement["token"][0].as_str() {
                Some("owner") => &tokens.owner,
                Some("administrator") => &tokens.administrator,
                Some("inspector") => &tokens.inspector,
                Some("auditor") | None => &tokens.auditor,
                Some(other) => panic!("{other} is no role"),
            }
        };
        Some(format!("Bearer {credential}"))
    }

    /// Sends the example of an operation, and returns the answer.
    fn run(&self, method: &str, template: &str, operation: &Value) -> Answer {
        let (mut path, mut query, mut headers) = (template.to_owned(), Vec::new(), Vec::new());
        for parameter in operation["parameters"].as_array().unwrap() {
            let Some(example) = parameter.get("example") else {
                assert_eq!(
                    parameter["required"],
                    false,
                    "{}: {parameter}",
                    id(operation)
                );
                continue;
            };
            let name = parameter["name"].as_str().unwrap();
            let value = example
                .as_str()
                .map_or_else(|| example.to_string(), |text| self.decided(text));
            match parameter["in"].as_str().unwrap() {
                "path" => path = path.replace(&format!("{{{name}}}"), &value),
                "query" => query.push(format!("{name}={value}")),
                "header" => headers.push((name.to_owned(), value)),
                other => panic!("{other}"),
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        headers.extend(
            self.authorization(operation)
                .map(|value| ("authorization".to_owned(), value)),
        );
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let body = operation["requestBody"]["content"]["application/json"].get("example");
        let body = body.map_or_else(String::new, |example| self.decided(&example.to_string()));
        match method {
            "put" => self.api.put(&path, &headers, body.as_bytes()),
            "post" => self.api.post(&path, &headers, body.as_bytes()),
            "patch" => self.api.patch(&path, &headers, body.as_bytes()),
            "delete" => self.api.delete(&path, &headers),
            _ if operation["responses"]["200"]["content"]
                .get("application/octet-stream")
                .is_some() =>
            {
                let (status, headers, bytes) = self.api.get_whole(&path, "identity");
                let text = String::from_utf8_lossy(&bytes).into_owned();
                Answer {
                    status,
                    headers,
                    text,
                }
            }
            _ => self.api.get(&path, &headers),
        }
    }
}

/// No small server has a full tile of the anchor.
const NOT_YET: [&str; 2] = ["getAnchorTile", "getAnchorEntries"];

#[test]
fn every_example_is_answered_as_the_description_says() {
    let mut examples = Examples::new();
    for (method, path, operation) in in_order() {
        let answer = examples.run(method, path, operation);
        let name = id(operation);
        if NOT_YET.contains(&name) {
            answer.assert_problem(
                404,
                "no-such-tile",
                "no log has this tile, or not yet so many entries",
            );
            continue;
        }
        assert!(
            answer.status < 400,
            "{name}: {} {}",
            answer.status,
            answer.text
        );
        let member = |member: &str| answer.json()[member].as_str().unwrap().to_owned();
        match name {
            "makeToken" => drop(examples.decided.insert(example::GRANT, member("id"))),
            "makeWebhook" => drop(examples.decided.insert(example::WEBHOOK, member("id"))),
            "testWebhook" => drop(examples.decided.insert(example::MESSAGE, member("id"))),
            "createHandover" => drop(examples.decided.insert(example::HANDOVER, member("token"))),
            _ => {}
        }
    }
}

#[test]
fn what_needs_a_token_or_a_secret_is_refused_without_and_with_a_wrong_one() {
    let (api, notice) = Api::with_site();
    assert_eq!(api.report(&report(&notice, 1, "accept_all")).status, 201);
    let mut count = 0;
    for (method, template, operation) in operations() {
        let Some(requirement) = operation["security"].get(0) else {
            continue;
        };
        let parameters = operation["parameters"].as_array().unwrap().iter();
        let path = parameters.fold(template.to_owned(), |path, parameter| {
            let text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            let name = parameter["name"].as_str().unwrap();
            path.replace(&format!("{{{name}}}"), &text(&parameter["example"]))
        });
        let ask = |headers: &[(&str, &str)]| match method {
            "put" => api.put(&path, headers, b"{}"),
            "post" => api.post(&path, headers, b"{}"),
            "patch" => api.patch(&path, headers, b"{}"),
            "delete" => api.delete(&path, headers),
            _ => api.get(&path, headers),
        };
        assert_eq!(ask(&[]).status, 401, "{method} {path}");
        let roles = operation["security"].as_array().unwrap();
        let roles: Vec<_> = roles
            .iter()
            .filter_map(|one| one["token"][0].as_str())
            .collect();
        if requirement.get("secret").is_none() {
            let tokens = api.server.tokens();
            let others = [
                ("owner", &tokens.owner),
                ("auditor", &tokens.auditor),
                ("inspector", &tokens.inspector),
            ];
            for (role, token) in others {
                let refused = ask(&[("authorization", &format!("Bearer {token}"))]).status == 403;
                let expected = !roles.is_empty() && !roles.contains(&role);
                // Nothing that is asked for here is refused for another reason with that status, but a token that is not
                // the asker's to revoke.
                assert_eq!(refused, expected, "{role}: {method} {path}");
            }
        }
        count += 1;
    }
    assert!(count > 20, "{count}");
}
