//! A JSON document by paths such as `services[2].name`, and as text in the order in which the documentation has its fields.

use serde_json::{Map, Value};

/// The fields in the order of `docs/configuration.md`; others follow, by name.
const ORDER: [&str; 54] = [
    "id",
    "name",
    "origins",
    "jurisdiction",
    "languages",
    "controller",
    "person_in_charge",
    "contact",
    "version",
    "url",
    "policy",
    "purposes",
    "purpose",
    "recipient",
    "country",
    "description",
    "policy_url",
    "lifetime",
    "cookies",
    "hosts",
    "safeguard",
    "consent_mode",
    "services",
    "minors",
    "reopen_button",
    "words",
    "position",
    "choice_max_age_months",
    "reask_after_months",
    "audience_data_months",
    "proof_months",
    "shards",
    "blocking",
    "mode",
    "wait_for_update_ms",
    "url_passthrough",
    "ads_data_redaction",
    "google",
    "microsoft_uet",
    "clarity",
    "meta",
    "tiktok",
    "matomo",
    "posthog",
    "hubspot",
    "shopify",
    "wp_consent_api",
    "amazon",
    "signals",
    "origin_server",
    "unknown_cookies",
    "edge",
    "cookie_domain",
    "hand_over",
];

/// A step of a path.
enum Segment<'a> {
    Member(&'a str),
    Item(usize),
}

fn segments(path: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    for part in path.split('.') {
        let mut pieces = part.split('[');
        if let Some(member) = pieces.next().filter(|member| !member.is_empty()) {
            segments.push(Segment::Member(member));
        }
        let items = pieces.filter_map(|piece| piece.trim_end_matches(']').parse().ok());
        segments.extend(items.map(Segment::Item));
    }
    segments
}

/// The value at a path.
pub fn get<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    segments(path)
        .into_iter()
        .try_fold(document, |value, segment| match segment {
            Segment::Member(name) => value.get(name),
            Segment::Item(at) => value.get(at),
        })
}

/// The text at a path; empty where there is none.
pub fn text(document: &Value, path: &str) -> String {
    match get(document, path) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The texts of the list at a path.
pub fn texts(document: &Value, path: &str) -> Vec<String> {
    let items = get(document, path).and_then(Value::as_array);
    let items = items.into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(ToOwned::to_owned))
        .collect()
}

/// Sets the value at a path, and makes the objects on the way; `None` takes it out. What is no object on the way becomes one.
pub fn set(document: &mut Value, path: &str, value: Option<Value>) {
    let segments = segments(path);
    let Some((last, way)) = segments.split_last() else {
        return;
    };
    let mut place = document;
    for segment in way {
        let next = match segment {
            Segment::Member(name) => members(place).entry(*name).or_insert(Value::Null),
            Segment::Item(at) => match place.get_mut(*at) {
                Some(item) => item,
                None => return,
            },
        };
        place = next;
    }
    match (last, value) {
        (Segment::Member(name), Some(value)) => {
            members(place).insert((*name).to_owned(), value);
        }
        (Segment::Member(name), None) => {
            members(place).remove(*name);
        }
        (Segment::Item(at), Some(value)) => {
            if let Some(item) = place.get_mut(*at) {
                *item = value;
            }
        }
        (Segment::Item(at), None) => {
            if let Some(items) = place.as_array_mut().filter(|items| *at < items.len()) {
                items.remove(*at);
            }
        }
    }
}

/// Adds an item to the list at a path.
pub fn push(document: &mut Value, path: &str, item: Value) {
    let mut items = match get(document, path) {
        Some(Value::Array(items)) => items.clone(),
        _ => Vec::new(),
    };
    items.push(item);
    set(document, path, Some(Value::Array(items)));
}

fn members(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(members) => members,
        // It was made one just now.
        _ => std::process::abort(),
    }
}

/// The document as people read it.
pub fn pretty(document: &Value) -> String {
    let mut text = String::new();
    write(&mut text, document, 0);
    text.push('\n');
    text
}

fn write(text: &mut String, value: &Value, depth: usize) {
    let inside = depth + 1;
    match value {
        Value::Object(members) if !members.is_empty() => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| place(name));
            list(text, ('{', '}'), depth, members.len(), |text, at| {
                if let Some((name, value)) = members.get(at) {
                    text.push_str(&Value::from(name.as_str()).to_string());
                    text.push_str(": ");
                    write(text, value, inside);
                }
            });
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            list(text, ('[', ']'), depth, items.len(), |text, at| {
                if let Some(item) = items.get(at) {
                    write(text, item, inside);
                }
            });
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(ToString::to_string).collect();
            text.push('[');
            text.push_str(&items.join(", "));
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

fn list(
    text: &mut String,
    (open, close): (char, char),
    depth: usize,
    length: usize,
    item: impl Fn(&mut String, usize),
) {
    let indent = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    text.push(open);
    for at in 0..length {
        indent(text, depth + 1);
        item(text, at);
        if at + 1 < length {
            text.push(',');
        }
    }
    indent(text, depth);
    text.push(close);
}

fn place(name: &str) -> usize {
    let known = ORDER.iter().position(|known| *known == name);
    known.unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_read_and_set_by_its_path() {
        let mut document = json!({ "services": [{ "id": "a" }, { "id": "b" }] });
        assert_eq!(text(&document, "services[1].id"), "b");
        assert_eq!(get(&document, "services[2].id"), None);
        set(
            &mut document,
            "services[1].description.en",
            Some("B".into()),
        );
        set(&mut document, "services[0]", None);
        set(&mut document, "policy.url", Some("/p".into()));
        set(&mut document, "nothing", None);
        set(&mut document, "services[7]", None);
        push(&mut document, "origins", "https://a.example".into());
        let expected = json!({
            "services": [{ "id": "b", "description": { "en": "B" } }],
            "policy": { "url": "/p" },
            "origins": ["https://a.example"],
        });
        assert_eq!(document, expected);
    }

    #[test]
    fn the_text_reads_back_and_is_in_the_order_of_the_documentation() {
        let document = json!({
            "zeta": {}, "policy": { "url": "\"/p\"", "version": "1" }, "languages": ["fr-CA", "en"],
            "name": "N", "services": [{ "purpose": "statistics", "id": "a" }], "minors": false,
        });
        let text = pretty(&document);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
        let places: Vec<_> = ["name", "languages", "policy", "services", "minors", "zeta"]
            .iter()
            .map(|name| text.find(&format!("\n  \"{name}\"")).unwrap())
            .collect();
        assert!(places.is_sorted(), "{text}");
        assert!(text.contains("[\"fr-CA\", \"en\"]"), "{text}");
    }
}
