//! The document, put together from the operations and the schemas.

use crate::operation::{Access, Answer, Operation, Parameter};
use crate::operations;
use crate::path::{PARAMETERS, PathParameter};
use crate::schemas::Schemas;
use consent_core::problem::{Problem, ProblemType};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the document says of itself.
const ABOUT: &str = "Témoin asks visitors for consent, and keeps a proof of each answer. This is its whole API: what owners \
and auditors call with a token, what pages send, and the logs that everyone can read.\n\n\
A HEAD is answered like a GET, without the body. The preflights of browsers (OPTIONS) are left out. What an answer has may \
grow: a client lets be what it does not know. An error is a problem (RFC 9457); its `type` never changes.";

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::default();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let operations = operations::all();
    for operation in &operations {
        let of_path = paths.entry(operation.path).or_default();
        of_path.insert(
            operation.method.as_str().to_owned(),
            self::operation(operation, &mut schemas),
        );
    }
    schemas.answered::<Problem>();
    let used: BTreeSet<ProblemType> = operations
        .iter()
        .flat_map(|operation| operation.problems.iter().copied())
        .collect();
    let problems: Map<String, Value> = used
        .into_iter()
        .map(|problem| (name_of(problem), of_problem(problem)))
        .collect();
    let tags = operations::TAGS
        .iter()
        .map(|(name, description)| json!({ "name": name, "description": description }));
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Témoin",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Consent, enforced and proven.",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{ "url": "/", "description": "The server that answers this document." }],
        "tags": tags.collect::<Value>(),
        "paths": paths,
        "components": {
            "schemas": problems,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token. Each operation names the roles that may call it; an administrator may call all.",
                },
                "secret": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The secret of a consent, 32 lower-case hexadecimal digits, which only the visitor's browser has.",
                },
            },
        },
    });
    schemas.put_into(&mut document);
    document
}

fn operation(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut parameters: Vec<Value> = operation
        .path_parameters()
        .filter_map(|name| PARAMETERS.iter().find(|one| one.name == name))
        .map(|one| path_parameter(one, schemas))
        .collect();
    parameters.extend(
        operation
            .parameters
            .iter()
            .map(|one| parameter(one, schemas)),
    );
    let mut said = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": security(operation.access),
        "parameters": parameters,
        "responses": responses(operation, schemas),
    });
    if !operation.more.is_empty() {
        said["description"] = operation.more.into();
    }
    if let Some((shape, example)) = &operation.body {
        said["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": shape(schemas), "example": example } },
        });
    }
    said
}

/// The roles that may call it stand as `OpenAPI` 3.1 has them: one of these requirements must be met.
fn security(access: Access) -> Value {
    match access {
        Access::Open | Access::Page => json!([]),
        Access::AnyToken => json!([{ "token": [] }]),
        Access::Secret => json!([{ "secret": [] }]),
        Access::Roles(roles) => roles
            .iter()
            .map(|role| json!({ "token": [role] }))
            .collect(),
    }
}

fn path_parameter(parameter: &PathParameter, schemas: &mut Schemas) -> Value {
    let schema = (parameter.shape)(schemas);
    json!({
        "name": parameter.name,
        "in": "path",
        "required": true,
        "description": parameter.about,
        "example": of_kind(&schema, parameter.example),
        "schema": schema,
    })
}

fn parameter(parameter: &Parameter, schemas: &mut Schemas) -> Value {
    let schema = (parameter.shape)(schemas);
    let mut said = json!({
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.about,
    });
    if let Some(example) = parameter.example {
        said["example"] = of_kind(&schema, example);
    }
    said["schema"] = schema;
    said
}

/// A value as its schema has it.
fn of_kind(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("integer") => text.parse::<u64>().map_or_else(|_| text.into(), Into::into),
        _ => text.into(),
    }
}

fn responses(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    for answer in &operation.answers {
        responses.insert(answer.status.to_string(), self::answer(answer, schemas));
    }
    let mut by_status: BTreeMap<u16, Vec<ProblemType>> = BTreeMap::new();
    for problem in &operation.problems {
        by_status
            .entry(problem.status())
            .or_default()
            .push(*problem);
    }
    for (status, problems) in by_status {
        responses.insert(status.to_string(), of_problems(status, &problems));
    }
    responses.into()
}

fn answer(answer: &Answer, schemas: &mut Schemas) -> Value {
    let content: Map<String, Value> = answer
        .bodies
        .iter()
        .map(|body| {
            (
                body.media.to_owned(),
                json!({ "schema": (body.shape)(schemas) }),
            )
        })
        .collect();
    let mut said = json!({ "description": answer.about });
    if !content.is_empty() {
        said["content"] = content.into();
    }
    said
}

/// One of these problems.
fn of_problems(status: u16, problems: &[ProblemType]) -> Value {
    let titles: Vec<&str> = problems.iter().map(|problem| problem.title()).collect();
    let lead = |problem: &ProblemType| json!({ "$ref": format!("#/components/schemas/{}", name_of(*problem)) });
    let schema = match problems {
        [only] => lead(only),
        several => json!({ "oneOf": several.iter().map(lead).collect::<Value>() }),
    };
    let mut said = json!({
        "description": titles.join("; "),
        "content": { "application/problem+json": { "schema": schema } },
    });
    // What a client is told to wait for.
    if status == 429 {
        said["headers"] = json!({ "retry-after": {
            "description": "How long to wait, in seconds.",
            "required": true,
            "schema": { "type": "integer", "minimum": 1 },
        } });
    }
    said
}

fn name_of(problem: ProblemType) -> String {
    format!("{problem:?}Problem")
}

fn of_problem(problem: ProblemType) -> Value {
    json!({
        "description": problem.about(),
        "allOf": [{ "$ref": "#/components/schemas/Problem" }],
        "properties": {
            "type": { "const": problem.urn() },
            "title": { "const": problem.title() },
            "status": { "const": problem.status() },
        },
    })
}
