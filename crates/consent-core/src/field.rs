//! Errors that say which field is wrong.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What is wrong with one field of an input, in words its author can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// The path of the field: `services[2].cookies[0].lifetime`; `.` is the whole input.
    pub field: String,
    /// What is wrong and, where it helps, what would be right.
    pub message: String,
}

impl FieldError {
    /// An error about `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Fails with these, unless there are none.
pub fn all_right(errors: Vec<FieldError>) -> Result<(), Vec<FieldError>> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Appends the name of a member to a path: `version` to `policy` gives `policy.version`.
pub fn push_key(path: &mut String, key: &str) {
    // JSON allows a member without a name.
    let key = if key.is_empty() { r#""""# } else { key };
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

/// Appends the item of a list to a path: `2` to `services` gives `services[2]`.
pub fn push_item(path: &mut String, item: &str) {
    path.push('[');
    path.push_str(item);
    path.push(']');
}

/// Reads JSON into a checked type. The error names the field and, for JSON that is broken, the
/// line and column.
pub fn parse_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, FieldError> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        // The text may end before a field has a name.
        let field = match error.path().to_string() {
            field if field.ends_with('?') => ".".to_owned(),
            // A field without a name.
            field if field.is_empty() => r#""""#.to_owned(),
            field => field,
        };
        FieldError::new(field, error.into_inner().to_string())
    })?;
    deserializer
        .end()
        .map_err(|error| FieldError::new(".", error.to_string()))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Decision;
    use std::collections::BTreeMap;

    #[test]
    fn the_error_names_the_field_and_the_place() {
        let error = parse_json::<BTreeMap<String, Vec<Decision>>>(br#"{"a": [{"necessary": 3}]}"#);
        insta::assert_json_snapshot!(error.unwrap_err(), @r#"
        {
          "field": "a[0].necessary",
          "message": "expected value at line 1 column 22"
        }
        "#);
    }

    #[test]
    fn nothing_may_follow_the_value() {
        assert!(
            parse_json::<u8>(b"1 2")
                .unwrap_err()
                .message
                .contains("trailing")
        );
    }
}
