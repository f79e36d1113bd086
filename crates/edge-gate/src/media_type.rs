//! What a browser may make of an answer, by its `Content-Type`.
//!
//! A browser guesses where a type is missing, unknown or broken (MIME Sniffing, section 7), and browsers differ in which
//! of several types they believe. So nothing is guessed here: what passes untouched is on a list of what no browser
//! runs, or loads anything from, and all of the header must be on it.

/// What an answer can be to a browser that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// HTML, and nothing else.
    Html,
    /// Neither runs nor loads anything, whoever shows it.
    Inert,
    /// A page in another language (XHTML, SVG, XML), or what a browser may take for a page: no type, a broken one,
    /// an unknown text.
    PageLike,
    /// Another type. A browser saves it, or leaves it to a program.
    Foreign,
}

impl MediaType {
    /// Reads a `Content-Type`. Several headers come as one list.
    pub fn of(content_type: &str) -> Self {
        let mut members = split_outside_quotes(content_type).map(of_one);
        let Some(first) = members.next() else {
            return Self::PageLike;
        };
        // Browsers differ in which one they believe.
        if members.all(|other| other == first) {
            first
        } else {
            Self::PageLike
        }
    }
}

/// The one type that stands for a header of several that are all HTML, as browsers read it (Fetch, "extract a MIME
/// type"): a charset that an earlier one names counts. Nothing, where there is only one.
pub fn one_of_many(content_type: &str) -> Option<String> {
    if split_outside_quotes(content_type).count() < 2 {
        return None;
    }
    let named = split_outside_quotes(content_type)
        .filter(|member| crate::charset::of_header(member).is_some())
        .last();
    Some(named.unwrap_or("text/html").trim().to_owned())
}

fn of_one(member: &str) -> MediaType {
    let essence = member.split(';').next().unwrap_or_default();
    let essence = essence.trim_matches(is_space).to_ascii_lowercase();
    let Some((kind, name)) = essence.split_once('/') else {
        return MediaType::PageLike;
    };
    if !is_token(kind) || !is_token(name) {
        return MediaType::PageLike;
    }
    if essence == "text/html" {
        MediaType::Html
    } else if is_inert(kind, name) {
        MediaType::Inert
    } else if is_page_like(kind, name) {
        MediaType::PageLike
    } else {
        MediaType::Foreign
    }
}

/// Types that no browser runs as a page or loads anything from. As a script or a style sheet some of them run in a
/// page, which has its own gate.
fn is_inert(kind: &str, name: &str) -> bool {
    match kind {
        // A list of pieces to play is fetched piece by piece.
        "audio" | "font" | "video" => !name.contains("xml") && !name.contains("mpegurl"),
        "image" => matches!(
            name,
            "apng"
                | "avif"
                | "bmp"
                | "gif"
                | "heic"
                | "heif"
                | "jpeg"
                | "jpg"
                | "jxl"
                | "pjpeg"
                | "png"
                | "tiff"
                | "vnd.microsoft.icon"
                | "webp"
                | "x-icon"
                | "x-png"
        ),
        "text" => matches!(
            name,
            "css"
                | "csv"
                | "event-stream"
                | "javascript"
                | "ecmascript"
                | "json"
                | "plain"
                | "vtt"
                | "x-javascript"
        ),
        "application" => {
            matches!(
                name,
                "font-woff"
                    | "font-woff2"
                    | "gzip"
                    | "javascript"
                    | "ecmascript"
                    | "json"
                    | "ndjson"
                    | "octet-stream"
                    | "pdf"
                    | "wasm"
                    | "x-javascript"
                    | "x-ndjson"
                    | "zip"
            ) || name.ends_with("+json")
        }
        _ => false,
    }
}

/// Types that a browser shows as a page, or may guess to be one (MIME Sniffing, section 7): `*/*`, those that call
/// themselves unknown, everything in XML, pages kept in a mail, and texts that it does not know.
fn is_page_like(kind: &str, name: &str) -> bool {
    kind == "text"
        || kind == "unknown"
        || kind == "multipart"
        || kind == "message"
        || kind == "*"
        || name == "*"
        || name.contains("unknown")
        || name.contains("xml")
        || name.contains("html")
        || name.contains("svg")
        || name.contains("mimearchive")
        || name.contains("xslt")
}

/// A header's members, between commas that are not within quotes (Fetch, "get, decode, and split"). A header without
/// a value has none.
fn split_outside_quotes(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    let is_separator = move |c: char| {
        if escaped {
            escaped = false;
        } else {
            match c {
                '"' => quoted = !quoted,
                '\\' => escaped = quoted,
                _ => {}
            }
        }
        c == ',' && !quoted
    };
    let is_empty = header.trim_matches(is_space).is_empty();
    header.split(is_separator).filter(move |_| !is_empty)
}

/// HTTP whitespace (Fetch).
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether a text is a token (RFC 9110, section 5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_what_every_browser_takes_for_html() {
        for html in [
            "text/html",
            "TEXT/HTML ;charset=x",
            " text/html; charset=\"a,b\"",
            "text/html,text/html",
            "text/html; charset=utf-8, text/html",
        ] {
            assert_eq!(MediaType::of(html), MediaType::Html, "{html}");
        }
    }

    #[test]
    fn what_a_browser_may_show_as_a_page_is_page_like() {
        for page in [
            "",
            " ",
            "*/*",
            "html",
            "text",
            "text/",
            "/html",
            "text/html,",
            ",text/plain",
            "text/html, text/plain",
            "image/png, text/html",
            "image/png,*/*",
            "text/html charset=utf-8",
            "text /html",
            "text/html\u{a0}",
            "unknown/unknown",
            "application/unknown",
            "application/x-unknown-content-type",
            "application/xhtml+xml",
            "image/svg+xml",
            "image/svg+xml; charset=utf-8",
            "text/xml",
            "application/xml",
            "application/rss+xml",
            "application/mathml+xml",
            "application/xslt+xml",
            "text/xsl",
            "text/html5",
            "text/rtf",
            "multipart/x-mixed-replace; boundary=x",
            "multipart/related",
            "message/rfc822",
            "application/x-mimearchive",
            "application/vnd.wap.xhtml+xml",
        ] {
            assert_eq!(MediaType::of(page), MediaType::PageLike, "{page}");
        }
    }

    #[test]
    fn only_a_short_list_is_inert_and_the_whole_header_must_be_on_it() {
        for inert in [
            "image/png",
            "IMAGE/JPEG;x=y",
            "image/png, image/png",
            "image/png,image/gif",
            "text/css",
            "text/plain; charset=utf-8",
            "text/javascript",
            "application/json",
            "application/problem+json",
            "application/pdf",
            "application/octet-stream",
            "video/mp4; codecs=\"avc1.42E01E, mp4a.40.2\"",
            "font/woff2",
            "text/event-stream",
        ] {
            assert_eq!(MediaType::of(inert), MediaType::Inert, "{inert}");
        }
        for foreign in [
            "application/vnd.apple.mpegurl",
            "audio/x-mpegurl",
            "application/x-msdownload",
            "application/vnd.oasis.opendocument.text",
            "model/gltf-binary",
            "x-custom/thing",
        ] {
            assert_eq!(MediaType::of(foreign), MediaType::Foreign, "{foreign}");
        }
    }

    #[test]
    fn of_several_that_are_html_the_charset_that_is_named_counts() {
        assert_eq!(one_of_many("text/html; charset=utf-8"), None);
        assert_eq!(
            one_of_many("text/html,text/html").as_deref(),
            Some("text/html")
        );
        assert_eq!(
            one_of_many("text/html;charset=shift_jis, text/html").as_deref(),
            Some("text/html;charset=shift_jis")
        );
        assert_eq!(
            one_of_many("text/html;charset=utf-8, text/html;charset=x, text/html;charset=gbk")
                .as_deref(),
            Some("text/html;charset=gbk")
        );
    }
}
