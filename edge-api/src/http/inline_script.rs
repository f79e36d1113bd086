//! Scripts that stand inside a page, and the nonce that its policy knows them by.

use crate::http::error::ApiError;
use std::str::FromStr;

/// A script as a `script` element. Its text must not end that element, nor begin what HTML takes
/// for a comment in it (HTML, "Restrictions for contents of script elements").
pub fn element(loader: &str, nonce: Option<&Nonce>) -> Result<String, ApiError> {
    if loader.contains("<!--") || loader.to_ascii_lowercase().contains("</script") {
        return Err(ApiError::Internal(
            "the loader cannot stand inside a page: it has `<!--` or `</script` in it".to_owned(),
        ));
    }
    let nonce = nonce.map_or_else(String::new, |Nonce(nonce)| format!(r#" nonce="{nonce}""#));
    Ok(format!(
        r#"<script data-temoin="inline"{nonce}>{loader}</script>"#
    ))
}

/// The nonce of a script in a content security policy: base64 of either alphabet.
#[derive(Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl FromStr for Nonce {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"+/_=-".contains(&b);
        if (1..=128).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be base64 of at most 128 characters".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_that_could_end_its_element_is_not_pasted() {
        assert_eq!(
            element("a<b", Some(&Nonce("n".to_owned()))).unwrap(),
            r#"<script data-temoin="inline" nonce="n">a<b</script>"#
        );
        for loader in ["'</script>'", "'</ScRiPt '", "x<!--y"] {
            assert!(element(loader, None).is_err(), "{loader}");
        }
    }
}
