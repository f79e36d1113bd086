//! What becomes of an answer, by its headers, and what they must then say.

use std::fmt::Write as _;

/// How a browser will use what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As a page, or the document of a frame.
    Document,
    /// As HTML that a page's script puts into it.
    Fragment,
    /// As anything else.
    Other,
}

impl Reading {
    /// From the request's `Sec-Fetch-Dest` (Fetch Metadata) and `Accept`. A client that does not say is
    /// taken for one that shows pages: what comes is then decided by its type alone.
    pub fn of(destination: Option<&str>, accept: &str) -> Self {
        match destination {
            // A browser that does not say is old, or the page is not secure: it still says what it takes.
            None if !accept.is_empty()
                && !accept.contains("text/html")
                && !accept.starts_with("*/*") =>
            {
                Self::Other
            }
            None | Some("document" | "iframe" | "frame" | "embed" | "object" | "fencedframe") => {
                Self::Document
            }
            Some("empty") if accept.contains("text/html") => Self::Fragment,
            Some(_) => Self::Other,
        }
    }
}

/// Whether a browser goes to a page, rather than something that may be one being asked for: then nothing may
/// be confirmed that it has kept from before, when nobody enforced anything.
pub fn is_navigation(destination: Option<&str>, accept: &str) -> bool {
    Reading::of(destination, accept) == Reading::Document
        && (destination.is_some() || accept.contains("text/html"))
}

/// The part of the origin's response that decides what becomes of it.
#[derive(Clone, Copy, Debug)]
pub struct ResponseHead<'a> {
    /// Its status code.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: &'a str,
    /// Its `Content-Encoding`.
    pub content_encoding: &'a str,
    /// Its `Content-Disposition`.
    pub content_disposition: &'a str,
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It passes, byte for byte.
    Pass,
    /// It is HTML, and is rewritten.
    Rewrite,
    /// It is a page that cannot be read: it passes byte for byte under a policy that closes the gate.
    Shut,
    /// It says that what the visitor has is still good.
    Confirmed,
}

impl Plan {
    /// What becomes of an answer to a request that is read so.
    pub fn of(reading: Reading, answered: ResponseHead) -> Self {
        let ResponseHead {
            status,
            content_type,
            content_encoding,
            content_disposition,
        } = answered;
        if reading == Reading::Other {
            return Self::Pass;
        }
        if status == 304 {
            return Self::Confirmed;
        }
        // A part of a page (206) is shown by nobody, and a redirection neither.
        let is_shown = matches!(status, 200..=203 | 207..=299 | 400..=599);
        let is_saved = content_disposition
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("attachment");
        if !is_shown || is_saved {
            return Self::Pass;
        }
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let unreadable = if reading == Reading::Document {
            Self::Shut
        } else {
            Self::Pass
        };
        if essence.eq_ignore_ascii_case("application/xhtml+xml") {
            return unreadable;
        }
        if !essence.eq_ignore_ascii_case("text/html") {
            return Self::Pass;
        }
        match content_encoding.trim().to_ascii_lowercase().as_str() {
            // What the runtime reads and writes by itself.
            "" | "identity" | "gzip" | "br" => Self::Rewrite,
            _ => unreadable,
        }
    }
}

/// Headers that are about bytes which are no longer the same, or about caches that would mix visitors up.
pub const NO_LONGER_TRUE: [&str; 13] = [
    "content-length",
    "accept-ranges",
    "last-modified",
    "expires",
    "age",
    "content-md5",
    "digest",
    "content-digest",
    "repr-digest",
    "cdn-cache-control",
    "cloudflare-cdn-cache-control",
    "surrogate-control",
    "etag",
];

/// `Cache-Control` of a page that was made for one visitor and one choice: nobody else gets it, and its own
/// visitor asks again, since the choice may have changed. What may not be kept at all stays so.
pub fn cache_control(origin: &str) -> &'static str {
    if origin.to_ascii_lowercase().contains("no-store") {
        "private, no-store"
    } else {
        "private, no-cache"
    }
}

/// `Vary` with what a page now depends on as well.
pub fn vary(origin: &str) -> String {
    let mut vary = origin.trim().to_owned();
    for name in ["Cookie", "Sec-GPC", "Accept-Language", "Sec-Fetch-Dest"] {
        let known = vary
            .split(',')
            .map(str::trim)
            .any(|known| known == "*" || known.eq_ignore_ascii_case(name));
        if !known {
            let separator = if vary.is_empty() { "" } else { ", " };
            let _ = write!(vary, "{separator}{name}");
        }
    }
    vary
}

/// The mark of our own `ETag`s.
const OURS: &str = "W/\"temoin.";

/// The `ETag` of a page rewritten under `key`, which stands for all that a rewriting depends on besides the
/// page: the origin's own with the key before it, weak, since the bytes are others.
pub fn etag(origin: &str, key: &str) -> Option<String> {
    let tag = origin
        .trim()
        .trim_start_matches("W/")
        .strip_prefix('"')?
        .strip_suffix('"')?;
    Some(format!("{OURS}{key}.{tag}\""))
}

/// The request's `If-None-Match` as the origin understands it: of the tags that were given under the same
/// key, its own again. What it has in its original form was never rewritten, or under another choice: that
/// must not be confirmed, and is left out.
pub fn if_none_match(sent: &str, key: &str) -> Option<String> {
    let start = format!("{OURS}{key}.");
    let mut rest = sent;
    let mut tags = Vec::new();
    while let Some(at) = rest.find(&start) {
        rest = &rest[at + start.len()..];
        let (tag, after) = rest.split_once('"')?;
        tags.push(format!("\"{tag}\", W/\"{tag}\""));
        rest = after;
    }
    (!tags.is_empty()).then(|| tags.join(", "))
}

/// Where a redirection leads, as the visitor must hear it: an origin that calls itself by its own name sends
/// them past the gate. Nothing, where it may stay as it is.
pub fn location(sent: &str, origin_server: &str, own: &str) -> Option<String> {
    let rest = sent.strip_prefix(origin_server)?;
    (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| format!("{own}{rest}"))
}

/// The codings that the origin may use for a page: those of the visitor that can be read here.
pub fn accept_encoding(sent: &str) -> &'static str {
    let takes = |coding: &str| {
        sent.split(',').any(|part| {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            let refused = weight
                .replace(' ', "")
                .trim_start_matches("q=")
                .trim_end_matches('0')
                == "0."
                || weight.replace(' ', "") == "q=0";
            name.trim().eq_ignore_ascii_case(coding) && !refused
        })
    };
    match (takes("br"), takes("gzip")) {
        (true, true) => "br, gzip",
        (true, false) => "br",
        (false, true) => "gzip",
        (false, false) => "identity",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: ResponseHead = ResponseHead {
        status: 200,
        content_type: "text/html; charset=utf-8",
        content_encoding: "",
        content_disposition: "",
    };

    #[test]
    fn a_page_is_rewritten_and_everything_else_passes() {
        let plan = |answered| Plan::of(Reading::Document, answered);
        assert_eq!(plan(PAGE), Plan::Rewrite);
        for status in [201, 203, 404, 500] {
            assert_eq!(
                plan(ResponseHead { status, ..PAGE }),
                Plan::Rewrite,
                "{status}"
            );
        }
        for status in [101, 204, 205, 206, 301, 302, 307] {
            assert_eq!(
                plan(ResponseHead { status, ..PAGE }),
                Plan::Pass,
                "{status}"
            );
        }
        assert_eq!(
            plan(ResponseHead {
                status: 304,
                ..PAGE
            }),
            Plan::Confirmed
        );
        for content_type in [
            "",
            "application/json",
            "text/html+x",
            "image/svg+xml",
            "text/plain",
        ] {
            assert_eq!(
                plan(ResponseHead {
                    content_type,
                    ..PAGE
                }),
                Plan::Pass,
                "{content_type}"
            );
        }
        let content_type = "TEXT/HTML ;charset=x";
        assert_eq!(
            plan(ResponseHead {
                content_type,
                ..PAGE
            }),
            Plan::Rewrite
        );
        let content_disposition = "Attachment; filename=a.html";
        assert_eq!(
            plan(ResponseHead {
                content_disposition,
                ..PAGE
            }),
            Plan::Pass
        );
    }

    #[test]
    fn a_page_that_cannot_be_read_passes_with_the_gate_closed() {
        let unknown = ResponseHead {
            content_encoding: "zstd",
            ..PAGE
        };
        let xml = ResponseHead {
            content_type: "application/xhtml+xml",
            ..PAGE
        };
        for answered in [unknown, xml] {
            assert_eq!(Plan::of(Reading::Document, answered), Plan::Shut);
            assert_eq!(Plan::of(Reading::Fragment, answered), Plan::Pass);
            assert_eq!(Plan::of(Reading::Other, answered), Plan::Pass);
        }
        for content_encoding in ["gzip", "BR", "identity"] {
            assert_eq!(
                Plan::of(
                    Reading::Document,
                    ResponseHead {
                        content_encoding,
                        ..PAGE
                    }
                ),
                Plan::Rewrite
            );
        }
    }

    #[test]
    fn only_documents_are_pages() {
        assert_eq!(Reading::of(None, "*/*"), Reading::Document);
        assert_eq!(Reading::of(None, ""), Reading::Document);
        assert_eq!(Reading::of(None, "text/css,*/*;q=0.1"), Reading::Other);
        assert_eq!(Reading::of(None, "image/avif,image/*"), Reading::Other);
        assert!(is_navigation(None, "text/html,*/*") && is_navigation(Some("iframe"), "*/*"));
        assert!(!is_navigation(None, "*/*") && !is_navigation(Some("empty"), "text/html"));
        assert_eq!(Reading::of(Some("document"), ""), Reading::Document);
        assert_eq!(Reading::of(Some("iframe"), ""), Reading::Document);
        assert_eq!(
            Reading::of(Some("empty"), "text/html, application/xhtml+xml"),
            Reading::Fragment
        );
        assert_eq!(Reading::of(Some("empty"), "*/*"), Reading::Other);
        assert_eq!(Reading::of(Some("image"), "image/*"), Reading::Other);
        assert_eq!(Plan::of(Reading::Other, PAGE), Plan::Pass);
    }

    #[test]
    fn a_tag_is_given_back_under_its_own_key_only() {
        let given = etag("\"a.b-1\"", "k1").unwrap();
        assert_eq!(given, "W/\"temoin.k1.a.b-1\"");
        assert_eq!(etag("W/\"a.b-1\"", "k1"), Some(given.clone()));
        assert_eq!(etag("broken", "k1"), None);
        assert_eq!(
            if_none_match(&given, "k1").as_deref(),
            Some("\"a.b-1\", W/\"a.b-1\"")
        );
        assert_eq!(
            if_none_match(&format!("\"x\", {given}"), "k1").as_deref(),
            Some("\"a.b-1\", W/\"a.b-1\"")
        );
        for sent in [
            &*given.replace("k1", "k2"),
            "\"a.b-1\"",
            "*",
            "",
            "W/\"temoin.k1.x",
        ] {
            assert_eq!(if_none_match(sent, "k1"), None, "{sent}");
        }
    }

    #[test]
    fn caches_keep_visitors_apart() {
        assert_eq!(cache_control("public, max-age=600"), "private, no-cache");
        assert_eq!(cache_control("No-Store"), "private, no-store");
        assert_eq!(vary(""), "Cookie, Sec-GPC, Accept-Language, Sec-Fetch-Dest");
        assert_eq!(
            vary("Accept-Encoding, cookie"),
            "Accept-Encoding, cookie, Sec-GPC, Accept-Language, Sec-Fetch-Dest"
        );
        assert_eq!(vary("*"), "*");
    }

    #[test]
    fn a_redirection_does_not_lead_past_the_gate() {
        let led = |sent| location(sent, "http://127.0.0.1:9000", "https://relais.example");
        assert_eq!(
            led("http://127.0.0.1:9000/a?b").as_deref(),
            Some("https://relais.example/a?b")
        );
        assert_eq!(
            led("http://127.0.0.1:9000").as_deref(),
            Some("https://relais.example")
        );
        assert_eq!(led("http://127.0.0.1:90001/"), None);
        assert_eq!(led("/a"), None);
        assert_eq!(led("https://other.example/"), None);
    }

    #[test]
    fn the_origin_is_asked_for_what_can_be_read() {
        assert_eq!(accept_encoding("gzip, deflate, br, zstd"), "br, gzip");
        assert_eq!(accept_encoding("gzip;q=1.0"), "gzip");
        assert_eq!(accept_encoding("br;q=0, zstd"), "identity");
        assert_eq!(accept_encoding(""), "identity");
    }
}
