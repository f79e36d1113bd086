//! Which cases of a register somebody looks for.

use crate::http::query::{Query, Repeated};
use crate::site::query::BAD_CURSOR;
use consent_core::field::FieldError;

/// Which cases are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those that are to be answered.
    Open,
    /// Of those, the ones that were due before today.
    Late,
    /// The others.
    Closed,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// Only these.
    pub wanted: Option<Wanted>,
    /// Only those with a lower number.
    pub before: Option<u32>,
}

impl CaseQuery {
    /// Reads the query of an address. Every parameter that is wrong or unknown is reported. Only requests have a `status`.
    pub fn parse(query: &str, has_status: bool) -> Result<Self, Vec<FieldError>> {
        let mut asked = Self::default();
        Query::parse(query).read(Repeated::Refused, |name, value| {
            match name {
                "before" => {
                    let number: Option<u32> = value.parse().ok();
                    asked.before = Some(number.ok_or_else(|| BAD_CURSOR.to_owned())?);
                }
                "status" if has_status => {
                    asked.wanted = Some(match value {
                        "open" => Wanted::Open,
                        "late" => Wanted::Late,
                        "closed" => Wanted::Closed,
                        _ => return Err("must be one of open, late, closed".to_owned()),
                    });
                }
                _ if has_status => {
                    return Err("is not a parameter; `status` and `before` are".to_owned());
                }
                _ => return Err("is not a parameter; `before` is".to_owned()),
            }
            Ok(())
        })?;
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_parameter_is_named() {
        let read = |query: &str, has_status| CaseQuery::parse(query, has_status);
        let late = CaseQuery {
            wanted: Some(Wanted::Late),
            before: Some(9),
        };
        assert_eq!(read("status=late&before=9", true), Ok(late));
        assert_eq!(read("", false), Ok(CaseQuery::default()));
        let errors = |query: &str, has_status| -> Vec<String> {
            let errors = read(query, has_status).unwrap_err().into_iter();
            errors
                .map(|error| format!("{} {}", error.field, error.message))
                .collect()
        };
        assert_eq!(
            errors("status=old&before=x&a=1", true),
            [
                "status must be one of open, late, closed",
                "before must be the `next` of an earlier answer",
                "a is not a parameter; `status` and `before` are",
            ]
        );
        assert_eq!(
            errors("status=open", false),
            ["status is not a parameter; `before` is"]
        );
    }
}
