//! `Set-Cookie` headers, and texts assigned to `document.cookie` (RFC 6265, section 5.2).

use jiff::Timestamp;

/// A cookie as it was asked for, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// Its name.
    pub name: String,
    /// The domain, without a leading dot.
    pub domain: Option<String>,
    /// Its lifetime in seconds. Without it, the cookie stays until the browser is closed; zero deletes it.
    pub lifetime_s: Option<u64>,
}

impl SetCookie {
    /// Parses a text; nothing if no browser would keep the cookie.
    pub fn parse(text: &str, now: Timestamp) -> Option<Self> {
        let mut parts = text.split(';');
        let pair = parts.next()?;
        let name = pair.split_once('=').map_or("", |(name, _)| name).trim();
        if name.is_empty() {
            return None;
        }
        let (mut domain, mut max_age, mut expires) = (None, None, None);
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "domain" => domain = Some(value.trim_start_matches('.').to_ascii_lowercase()),
                "max-age" => max_age = value.parse::<i64>().ok(),
                "expires" => expires = date(value).map(|end| end.as_second() - now.as_second()),
                _ => {}
            }
        }
        // `Max-Age` wins over `Expires`.
        let lifetime = max_age.or(expires);
        Some(Self {
            name: name.to_owned(),
            domain: domain.filter(|domain| !domain.is_empty()),
            lifetime_s: lifetime.map(|seconds| u64::try_from(seconds).unwrap_or(0)),
        })
    }

    /// Whether it only deletes a cookie.
    pub fn deletes(&self) -> bool {
        self.lifetime_s == Some(0)
    }
}

/// Parses a date as servers write it: `Wed, 21 Oct 2026 07:28:00 GMT`, or with dashes.
fn date(text: &str) -> Option<Timestamp> {
    let spaced = text.replace('-', " ");
    jiff::fmt::rfc2822::DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_timestamp(&spaced)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<SetCookie> {
        SetCookie::parse(text, "2026-11-22T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn names_domains_and_lifetimes() {
        for (text, domain, lifetime_s) in [
            ("a=1", None, None),
            ("a=1; Max-Age=60; Path=/", None, Some(60)),
            ("a=; max-age=-1", None, Some(0)),
            (
                "a=1; Expires=Mon, 23 Nov 2026 12:00:00 GMT",
                None,
                Some(86_400),
            ),
            (
                "a=1; expires=Mon, 23-Nov-2026 12:00:00 GMT",
                None,
                Some(86_400),
            ),
            ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", None, Some(0)),
            (
                "a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                None,
                Some(60),
            ),
            (
                " a = b=c ; Domain=.Relais.example; Secure",
                Some("relais.example"),
                None,
            ),
            ("a=1; Expires=never; Domain=", None, None),
        ] {
            let cookie = read(text).unwrap();
            assert_eq!(cookie.name, "a", "{text}");
            assert_eq!(cookie.domain.as_deref(), domain, "{text}");
            assert_eq!(cookie.lifetime_s, lifetime_s, "{text}");
            assert_eq!(cookie.deletes(), lifetime_s == Some(0), "{text}");
        }
    }

    #[test]
    fn what_has_no_name_is_none() {
        for text in ["", "a", "=1", "; Path=/"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
