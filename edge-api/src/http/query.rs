//! The query of an address, read parameter by parameter.

use consent_core::field::FieldError;
use std::borrow::Cow;

/// The parameters of an address, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// What happens if a parameter is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// The last of several with one name stands.
    Last,
    /// A second one with the same name is an error.
    Refused,
}

impl<'a> Query<'a> {
    /// Reads the query of an address: what follows its `?`.
    pub fn parse(query: &'a str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).collect())
    }

    /// Whether there is a parameter of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(one, _)| one == name)
    }

    /// The value of the first parameter of this name; empty where there is none.
    pub fn value(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(one, _)| one == name);
        found.map_or("", |(_, value)| value)
    }

    /// Hands each parameter, by name and value, to `read`, and gathers what it finds wrong: every
    /// parameter that is wrong is reported, under its name.
    pub fn read(
        &self,
        repeated: Repeated,
        mut read: impl FnMut(&str, &str) -> Result<(), String>,
    ) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        for (at, (name, value)) in self.0.iter().enumerate() {
            let again = self.0.iter().take(at).any(|(earlier, _)| earlier == name);
            let result = if again && repeated == Repeated::Refused {
                Err("is given twice".to_owned())
            } else {
                read(name, value)
            };
            if let Err(message) = result {
                errors.push(FieldError::new(&**name, message));
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_parameter_is_named_and_a_second_one_only_where_that_is_refused() {
        let query = Query::parse("a=1&b=x&a=2&c=%C3%A9+f");
        let mut seen = Vec::new();
        let mut read = |name: &str, value: &str| {
            seen.push(format!("{name}={value}"));
            if name == "b" {
                Err("is wrong".to_owned())
            } else {
                Ok(())
            }
        };
        let named = |errors: Vec<FieldError>| {
            let errors = errors.into_iter();
            let texts = errors.map(|error| format!("{} {}", error.field, error.message));
            texts.collect::<Vec<_>>()
        };
        let last = query.read(Repeated::Last, &mut read).unwrap_err();
        assert_eq!(named(last), ["b is wrong"]);
        let refused = query.read(Repeated::Refused, &mut read).unwrap_err();
        assert_eq!(named(refused), ["b is wrong", "a is given twice"]);
        assert_eq!(seen[..4], ["a=1", "b=x", "a=2", "c=é f"]);
        assert_eq!(
            seen.len(),
            7,
            "the second `a` is not read where it is refused"
        );
        assert!(query.has("c"));
        assert!(!query.has("d"));
    }
}
