//! Reading a configuration, and finding everything in it that cannot be read.
//!
//! A deserializer stops at the first error. So the wrong part is replaced by the same part of an example that is right, and
//! the whole is read again, until it can be read. What was replaced is reported; the rest can then be checked as a whole.

use crate::field::{FieldError, parse_json, push_item, push_key};
use crate::site::config::SiteConfig;
use serde_json::Value;
use serde_path_to_error::Segment;

/// How many errors are reported at most.
const MOST_ERRORS: usize = 100;

/// A configuration with every field, each with a value that is right.
const EXAMPLE: &str = include_str!("example.json");

/// What of a configuration could be read.
pub enum Read {
    /// All of it.
    Whole(Box<SiteConfig>),
    /// Not these fields; the others, with an example's values in place of those. `None` where nothing could be read.
    Parts(Vec<FieldError>, Option<Box<SiteConfig>>),
}

/// A JSON text without the byte order mark before it, if there is one: it is ignored (RFC 8259, section 8.1).
pub fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json)
}

/// Reads a configuration. A byte order mark before it is ignored.
pub fn read(json: &[u8]) -> Read {
    let json = without_mark(json);
    let first = match parse_json::<SiteConfig>(json) {
        Ok(config) => return Read::Whole(Box::new(config)),
        Err(error) => error,
    };
    let (Ok(mut value), Ok(example)) =
        (serde_json::from_slice(json), serde_json::from_str(EXAMPLE))
    else {
        return Read::Parts(vec![first], None);
    };
    let mut errors: Vec<FieldError> = Vec::new();
    while errors.len() < MOST_ERRORS {
        let error = match serde_path_to_error::deserialize::<&Value, SiteConfig>(&value) {
            Ok(config) => {
                // The same field twice is an error of the text alone.
                if errors.is_empty() {
                    errors.push(first);
                }
                return Read::Parts(errors, Some(Box::new(config)));
            }
            Err(error) => error,
        };
        let path: Vec<Step> = error.path().iter().map(Step::of).collect();
        let message = error.inner().to_string();
        let fault = Fault::of(&message, path);
        let found = FieldError::new(fault.field(), fault.message(message));
        if errors.contains(&found) || !fault.mend(&mut value, &example) {
            errors.push(found);
            break;
        }
        errors.push(found);
    }
    Read::Parts(errors, None)
}

/// A step on the way to a field.
#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl Step {
    fn of(segment: &Segment) -> Self {
        match segment {
            Segment::Seq { index } => Self::Index(*index),
            Segment::Map { key } => Self::Key(key.clone()),
            Segment::Enum { variant } => Self::Key(variant.clone()),
            Segment::Unknown => Self::Key("?".to_owned()),
        }
    }
}

/// What keeps a value from being read, by the way to it.
enum Fault {
    /// A field that there is none of.
    Unknown(Vec<Step>),
    /// A field that must be there.
    Missing(Vec<Step>),
    /// Another value than there can be.
    Wrong(Vec<Step>),
}

impl Fault {
    /// Of what serde says.
    fn of(message: &str, mut path: Vec<Step>) -> Self {
        let named = |start: &str| {
            let (name, _) = message.strip_prefix(start)?.split_once('`')?;
            Some(name.to_owned())
        };
        if let Some(name) = named("unknown field `") {
            let there = matches!(path.last(), Some(Step::Key(last)) if *last == name);
            if !there {
                path.push(Step::Key(name));
            }
            Self::Unknown(path)
        } else if let Some(name) = named("missing field `") {
            path.push(Step::Key(name));
            Self::Missing(path)
        } else {
            Self::Wrong(path)
        }
    }

    const fn path(&self) -> &Vec<Step> {
        match self {
            Self::Unknown(path) | Self::Missing(path) | Self::Wrong(path) => path,
        }
    }

    /// The field, as errors name it.
    fn field(&self) -> String {
        let mut field = String::new();
        for step in self.path() {
            match step {
                Step::Key(key) => push_key(&mut field, key),
                Step::Index(at) => push_item(&mut field, &at.to_string()),
            }
        }
        if field.is_empty() {
            field.push('.');
        }
        field
    }

    fn message(&self, said: String) -> String {
        match self {
            Self::Missing(_) => "is missing".to_owned(),
            Self::Unknown(_) | Self::Wrong(_) => said,
        }
    }

    /// Puts what is right in place of what is wrong; `false` where there is no such place.
    fn mend(&self, value: &mut Value, example: &Value) -> bool {
        let Some((last, way)) = self.path().split_last() else {
            return false;
        };
        let mut place = value;
        for step in way {
            let next = match step {
                Step::Key(key) => place.get_mut(key),
                Step::Index(at) => place.get_mut(*at),
            };
            match next {
                Some(next) => place = next,
                None => return false,
            }
        }
        let right = look_up(example, self.path());
        match (last, place) {
            (Step::Key(key), Value::Object(fields)) => match (self, right) {
                (Self::Unknown(_), _) | (Self::Wrong(_), None) => fields.remove(key).is_some(),
                (_, Some(right)) => {
                    fields.insert(key.clone(), right.clone());
                    true
                }
                (Self::Missing(_), None) => false,
            },
            (Step::Index(at), Value::Array(items)) => match (items.get_mut(*at), right) {
                (Some(item), Some(right)) => {
                    *item = right.clone();
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }
}

/// The part of the example in the place of a field: an item of a list is like its first, and a text in any language like
/// that in another.
fn look_up<'a>(example: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(example, |part, step| match step {
        Step::Index(_) => part.get(0),
        Step::Key(key) => part.get(key).or_else(|| {
            let texts = part.as_object()?;
            let language = |key: &String| matches!(key.len(), 2 | 5);
            texts.keys().all(language).then(|| texts.values().next())?
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn example() -> Value {
        serde_json::from_str(EXAMPLE).unwrap()
    }

    fn fields(value: &Value) -> Vec<String> {
        match read(value.to_string().as_bytes()) {
            Read::Whole(_) => Vec::new(),
            Read::Parts(errors, rest) => {
                assert!(rest.is_some(), "{errors:?}");
                errors.into_iter().map(|error| error.field).collect()
            }
        }
    }

    #[test]
    fn the_example_is_right_and_has_every_field() {
        SiteConfig::parse(EXAMPLE.as_bytes()).unwrap();
        // What serde expects, where a field is unknown, is every field there is.
        for way in [
            "",
            "controller",
            "policy",
            "signals",
            "signals.google",
            "signals.matomo",
            "edge",
            "customer",
            "rights",
            "words.en",
            "services[0]",
            "services[0].cookies[0]",
            "services[0].retention[0]",
        ] {
            let pointer = way.replace(['.', '['], "/").replace(']', "");
            let pointer = if way.is_empty() {
                pointer
            } else {
                format!("/{pointer}")
            };
            let mut value = example();
            value.pointer_mut(&pointer).unwrap()["x"] = json!(1);
            let Read::Parts(errors, _) = read(value.to_string().as_bytes()) else {
                panic!("{way}");
            };
            let said = &errors[0].message;
            let expected: Vec<&str> = said
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|name| *name != "x")
                .collect();
            assert!(!expected.is_empty(), "{said}");
            let part = example();
            let part = part.pointer(&pointer).unwrap().as_object().unwrap();
            for field in expected {
                assert!(part.contains_key(field), "{way} {field}");
            }
        }
    }

    #[test]
    fn every_field_that_cannot_be_read_is_named_at_once() {
        let mut value = example();
        value["naem"] = json!("x");
        value["name"] = json!("");
        value["origins"] = json!([
            "shop.example",
            "https://shop.example",
            "https://épicerie.example"
        ]);
        value["languages"] = json!(["fr-éab"]);
        value["controller"] = json!({ "name": 3 });
        value["purposes"] = json!(["statistic", "marketing"]);
        value["services"][0]["country"] = json!("Canada");
        value["services"][0]["description"]["en"] = json!("");
        value["services"][0]["cookies"] =
            json!([{ "name": "_ga", "lifetime": "2 years" }, { "nom": "_gid" }]);
        value["edge"] = json!({ "origin_server": "http://10.0.0.1" });
        value.as_object_mut().unwrap().remove("policy");
        let mut found = fields(&value);
        found.sort();
        let mut expected = [
            "naem",
            "name",
            "origins[0]",
            "origins[2]",
            "languages[0]",
            "controller.name",
            "controller.person_in_charge",
            "controller.contact",
            "purposes[0]",
            "services[0].country",
            "services[0].description.en",
            "services[0].cookies[0].lifetime",
            "services[0].cookies[1].nom",
            "services[0].cookies[1].name",
            "services[0].cookies[1].lifetime",
            "edge.origin_server",
            "policy",
        ];
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_unknown_law_is_named_with_the_ones_there_are() {
        for law in [json!("XX"), json!("ca-qc"), json!("*")] {
            let mut value = example();
            value["jurisdiction"] = law;
            let Read::Parts(errors, _) = read(value.to_string().as_bytes()) else {
                panic!("{value}");
            };
            assert_eq!((errors.len(), &*errors[0].field), (1, "jurisdiction"));
            let said = &errors[0].message;
            assert!(said.starts_with("must be one of AT, BE, "), "{said}");
        }
    }

    #[test]
    fn what_is_no_configuration_at_all_is_said_once() {
        for (text, field) in [
            ("", "."),
            ("[]", "."),
            ("{", "."),
            ("3", "."),
            ("{\"name\": }", "name"),
        ] {
            let Read::Parts(errors, rest) = read(text.as_bytes()) else {
                panic!("{text}");
            };
            assert!(rest.is_none() && errors.len() == 1, "{text} {errors:?}");
            assert_eq!(errors[0].field, field, "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_ignored_and_a_field_given_twice_is_not() {
        let marked = format!("\u{feff}{EXAMPLE}");
        assert!(matches!(read(marked.as_bytes()), Read::Whole(_)));
        let twice = EXAMPLE.replacen(
            "\"name\":",
            "\"minors\": false, \"minors\": false, \"name\":",
            1,
        );
        let Read::Parts(errors, _) = read(twice.as_bytes()) else {
            panic!("it is given twice");
        };
        assert!(
            errors[0].message.contains("duplicate field `minors`"),
            "{errors:?}"
        );
    }

    #[test]
    fn however_wrong_it_is_it_ends() {
        let many = json!({ "origins": vec![json!(1); 500], "services": vec![json!({}); 500] });
        let Read::Parts(errors, _) = read(many.to_string().as_bytes()) else {
            panic!("it is wrong");
        };
        assert_eq!(errors.len(), MOST_ERRORS);
    }
}
