//! What the headers of an answer must say once a page was made for one visitor.

use std::fmt::Write as _;

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
    for name in [
        "Cookie",
        "Sec-GPC",
        "Accept-Language",
        "Sec-Fetch-Dest",
        "Accept",
    ] {
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
/// key, its own again. What was given under another key was made for another choice or another use: that must not be
/// confirmed, and is left out.
pub fn if_none_match(sent: &str, key: &str) -> Option<String> {
    let start = format!("{OURS}{key}.");
    let mut rest = sent;
    let mut tags = Vec::new();
    while let Some((_, after)) = rest.split_once(&start) {
        let (tag, after) = after.split_once('"')?;
        tags.push(format!("\"{tag}\", W/\"{tag}\""));
        rest = after;
    }
    (!tags.is_empty()).then(|| tags.join(", "))
}

/// Whether a request's `If-None-Match` has a tag of ours, under whatever key.
pub fn has_tag_of_ours(sent: &str) -> bool {
    sent.contains(OURS)
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
        assert_eq!(
            vary(""),
            "Cookie, Sec-GPC, Accept-Language, Sec-Fetch-Dest, Accept"
        );
        assert_eq!(
            vary("Accept-Encoding, cookie"),
            "Accept-Encoding, cookie, Sec-GPC, Accept-Language, Sec-Fetch-Dest, Accept"
        );
        assert_eq!(vary("*"), "*");
    }

    #[test]
    fn the_origin_is_asked_for_what_can_be_read() {
        assert_eq!(accept_encoding("gzip, deflate, br, zstd"), "br, gzip");
        assert_eq!(accept_encoding("gzip;q=1.0"), "gzip");
        assert_eq!(accept_encoding("br;q=0, zstd"), "identity");
        assert_eq!(accept_encoding(""), "identity");
    }
}
