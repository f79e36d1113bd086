//! Holds every answer that a test gets against the description of the API: the address and the status are documented,
//! the media type is, and the body is as its schema says, with no member that the schema does not have.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use ureq::http::HeaderMap;

/// The description, as it is prepared. Its objects are closed here: clients let be what they do not know, and these
/// tests do not.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let file = local_server::root().join("crates/api-document/prepared/openapi.json");
    let mut document: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    for schema in schemas.values_mut() {
        let is_open = schema.get("additionalProperties").is_none();
        if schema["type"] == "object" && schema.get("properties").is_some() && is_open {
            schema["unevaluatedProperties"] = json!(false);
        }
    }
    document
});

/// An answer, with what was asked.
pub struct Exchange<'a> {
    /// In capital letters.
    pub method: &'a str,
    /// With what follows `?`.
    pub path: &'a str,
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Fails unless the description has such an answer.
#[track_caller]
pub fn assert_documented(exchange: &Exchange) {
    if let Err(why) = check(exchange) {
        let Exchange {
            method,
            path,
            status,
            body,
            ..
        } = exchange;
        let body = String::from_utf8_lossy(body);
        panic!(
            "the description of the API has no such answer: {why}\n{method} {path} answered {status} {body}"
        );
    }
}

fn check(exchange: &Exchange) -> Result<(), String> {
    let &Exchange {
        method,
        status,
        headers,
        body,
        ..
    } = exchange;
    // What only browsers send, by themselves.
    if method == "OPTIONS" {
        return Ok(());
    }
    let kind = header(headers, "content-type");
    let Some((template, path_item)) = path_item(exchange.path) else {
        return match (status, kind) {
            (404, "application/problem+json") => Ok(()),
            _ => Err("no address of it".to_owned()),
        };
    };
    let name = if method == "HEAD" {
        "get"
    } else {
        &method.to_lowercase()
    };
    let Some(operation) = path_item.get(name) else {
        return match status {
            405 => Ok(()),
            _ => Err(format!("{template} has no {name}")),
        };
    };
    let response = &operation["responses"][status.to_string()];
    if response.is_null() {
        return Err(format!("{name} {template} has no {status}"));
    }
    for (name, wanted) in response["headers"].as_object().into_iter().flatten() {
        if wanted["required"] == true && headers.get(name).is_none() {
            return Err(format!("{name} is missing"));
        }
    }
    if method == "HEAD" || status == 304 {
        return Ok(());
    }
    let Some(content) = response["content"].as_object() else {
        return if body.is_empty() {
            Ok(())
        } else {
            Err(format!("{name} {template} {status} has no body"))
        };
    };
    let media = content
        .get(kind)
        .ok_or_else(|| format!("{name} {template} {status} is no {kind:?}"))?;
    let is_plain = header(headers, "content-encoding").is_empty();
    // NDJSON is many documents.
    let is_json = kind == "application/json" || kind.ends_with("+json");
    if is_json && is_plain {
        let key = format!("{name} {template} {status} {kind}");
        of_schema(&key, &media["schema"], body)?;
    }
    Ok(())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// The template that an address is of, the most literal one, with what the description says of it.
fn path_item(path: &str) -> Option<(&'static str, &'static Value)> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // The slashes of a log's origin may come encoded.
    let path = if path.starts_with("/log/") {
        path.replace("%2F", "/").replace("%2f", "/")
    } else {
        path.to_owned()
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let of = paths
        .iter()
        .filter(|(template, _)| matches(template, &path));
    let found = of.min_by_key(|(template, _)| template.matches('{').count());
    found.map(|(template, item)| (template.as_str(), item))
}

/// Whether an address is of a template.
fn matches(template: &str, path: &str) -> bool {
    let Some((literal, rest)) = template.split_once('{') else {
        return template == path;
    };
    let (Some((name, after)), Some(path)) = (rest.split_once('}'), path.strip_prefix(literal))
    else {
        return false;
    };
    // A tile's index is the one parameter that has slashes.
    let most = if name == "tile" {
        path.len()
    } else {
        path.find('/').unwrap_or(path.len())
    };
    let mut ends = (1..=most).filter(|end| path.is_char_boundary(*end));
    ends.any(|end| matches(after, &path[end..]))
}

/// Validates a body, by a schema that is compiled once.
fn of_schema(key: &str, schema: &Value, body: &[u8]) -> Result<(), String> {
    static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);
    let validator = {
        let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
        let compiled = validators.entry(key.to_owned());
        Arc::clone(compiled.or_insert_with(|| Arc::new(compile(schema))))
    };
    // An owner's file may begin with a byte order mark, and is answered as it was sent.
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let errors = validator.iter_errors(&value);
    let errors: Vec<_> = errors
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(format!("{key}: {}", errors.join("; ")))
    }
}

/// Compiles a schema of the description.
pub fn compile(schema: &Value) -> Validator {
    let whole = json!({ "allOf": [schema], "components": DOCUMENT["components"] });
    let options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true);
    options.build(&whole).unwrap()
}
