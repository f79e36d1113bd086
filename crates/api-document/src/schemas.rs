//! The JSON Schemas of what is read and what is answered, and their names.
//!
//! A type can have two schemas: what is read may leave out what has a default, and what is answered has it always. Where
//! they differ, the name of what is read ends with `Input`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Where references lead until the names are settled.
const READ: &str = "/read";
const ANSWERED: &str = "/answered";

/// Gathers the schemas.
pub struct Schemas {
    read: SchemaGenerator,
    answered: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.into();
                settings.meta_schema = None;
            })
        };
        Self {
            read: settings(READ).for_deserialize().into_generator(),
            answered: settings(ANSWERED).for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// The schema of what is read as `T`.
    pub fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// The schema of what is answered as `T`.
    pub fn answered<T: JsonSchema>(&mut self) -> Value {
        self.answered.subschema_for::<T>().to_value()
    }

    /// Settles the names: `document`'s references lead to its `components`, where every schema now is.
    pub fn put_into(mut self, document: &mut Value) {
        let read = self.read.take_definitions(true);
        let mut answered = self.answered.take_definitions(true);
        answered.values_mut().for_each(without_null);
        let mut apart = BTreeSet::new();
        loop {
            let before = apart.len();
            for (name, schema) in &read {
                let other = answered.get(name).cloned();
                let differs = |other| named(other, &apart) != named(schema.clone(), &apart);
                if other.is_some_and(differs) {
                    apart.insert(name.clone());
                }
            }
            if apart.len() == before {
                break;
            }
        }
        let mut schemas = Map::new();
        for (name, schema) in answered {
            schemas.insert(name, named(schema, &apart));
        }
        for (name, schema) in read {
            schemas.insert(final_name(&name, &apart), named(schema, &apart));
        }
        *document = named(document.take(), &apart);
        if let Some(own) = document["components"]["schemas"].as_object_mut() {
            own.extend(schemas);
        }
        walk(document, &mut |member, value| {
            if let ("description", Value::String(text)) = (member, value) {
                *text = in_prose(text);
            }
        });
    }
}

fn final_name(name: &str, apart: &BTreeSet<String>) -> String {
    let input = if apart.contains(name) { "Input" } else { "" };
    format!("{name}{input}")
}

/// The same with references to where the schemas are in the end.
fn named(mut schema: Value, apart: &BTreeSet<String>) -> Value {
    walk(&mut schema, &mut |member, value| {
        let ("$ref", Value::String(to)) = (member, value) else {
            return;
        };
        let lead = |name: &str| format!("#/components/schemas/{name}");
        if let Some(name) = to.strip_prefix(&format!("#{READ}/")) {
            *to = lead(&final_name(name, apart));
        } else if let Some(name) = to.strip_prefix(&format!("#{ANSWERED}/")) {
            *to = lead(name);
        }
    });
    schema
}

/// Visits every member of every object, by name.
fn walk(value: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                visit(name, member);
                walk(member, visit);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

/// What is left out where there is nothing is never `null`: takes `null` out of the members that are not required.
fn without_null(schema: &mut Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties {
            if !required.contains(&json!(name)) {
                take_null_out(property);
            }
        }
    }
    for one in ["oneOf", "anyOf", "allOf"] {
        let members = schema.get_mut(one).and_then(Value::as_array_mut);
        members.into_iter().flatten().for_each(without_null);
    }
}

fn take_null_out(property: &mut Value) {
    let Some(members) = property.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    let null = json!({ "type": "null" });
    if let Some(Value::Array(any)) = members.get("anyOf")
        && let [one, other] = &any[..]
        && *other == null
        && let Value::Object(one) = one.clone()
    {
        members.remove("anyOf");
        members.extend(one);
    }
}

/// A documentation comment as text for readers of the document: on one line, without links into the code.
fn in_prose(text: &str) -> String {
    let text = text
        .replace("\n\n", "\u{0}")
        .replace('\n', " ")
        .replace('\u{0}', "\n\n");
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once("[`") {
        plain.push_str(before);
        let Some((name, after)) = link.split_once("`]") else {
            plain.push_str("[`");
            rest = link;
            continue;
        };
        let name = name.rsplit("::").next().unwrap_or(name);
        for piece in ["`", name, "`"] {
            plain.push_str(piece);
        }
        rest = match after.strip_prefix('(').and_then(|it| it.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_into_the_code_become_names() {
        let text =
            "1 does not know [`Self::served_at`], see\n[`Stored`](crate::Stored).\n\nMore: a[0].";
        assert_eq!(
            in_prose(text),
            "1 does not know `served_at`, see `Stored`.\n\nMore: a[0]."
        );
    }

    #[test]
    fn what_is_read_has_a_name_of_its_own_only_where_it_differs() {
        let mut schemas = Schemas::default();
        let mut document = json!({
            "components": { "schemas": {} },
            "read": schemas.read::<consent_core::SiteConfig>(),
            "answered": schemas.answered::<consent_core::Notice>(),
        });
        schemas.put_into(&mut document);
        let schemas = document["components"]["schemas"].as_object().unwrap();
        assert_eq!(document["read"]["$ref"], "#/components/schemas/SiteConfig");
        for name in ["Service", "ServiceInput", "SiteId", "Purpose"] {
            assert!(schemas.contains_key(name), "{name}");
        }
        for name in ["SiteIdInput", "PurposeInput", "SiteConfigInput"] {
            assert!(!schemas.contains_key(name), "{name}");
        }
        assert!(!document.to_string().contains("#/read/"), "{document}");
        assert!(!document.to_string().contains("#/answered/"), "{document}");
    }
}
