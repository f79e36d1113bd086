//! What becomes of an answer: rewritten, closed by a policy, or passed.
//!
//! Whatever a browser could show as a page, now or later from its cache, is either rewritten or carries a policy that
//! closes the gate, however it was asked for. A script of a page can ask for the next page as data, and a browser
//! that then goes there may show what it has kept.

use crate::media_type::MediaType;

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

/// The destinations (Fetch, "destination") whose answer is no document. One that is not here may be.
const NO_DOCUMENT: [&str; 20] = [
    "audio",
    "audioworklet",
    "dictionary",
    "empty",
    "font",
    "image",
    "json",
    "manifest",
    "paintworklet",
    "report",
    "script",
    "serviceworker",
    "sharedworker",
    "style",
    "text",
    "track",
    "video",
    "webidentity",
    "worker",
    "xslt",
];

impl Reading {
    /// From the request's `Sec-Fetch-Dest` (Fetch Metadata) and `Accept`. A client that does not say is
    /// taken for one that shows pages: what comes is then decided by its type alone.
    pub fn of(destination: Option<&str>, accept: &str) -> Self {
        let accept = accept.to_ascii_lowercase();
        match destination {
            // A browser that does not say is old, or the page is not secure: it still says what it takes.
            None if !accept.is_empty()
                && !accept.contains("text/html")
                && !accept.starts_with("*/*") =>
            {
                Self::Other
            }
            Some("empty") if accept.contains("text/html") => Self::Fragment,
            Some(known) if NO_DOCUMENT.contains(&known) => Self::Other,
            None | Some(_) => Self::Document,
        }
    }

    /// One letter for it.
    pub const fn letter(self) -> char {
        match self {
            Self::Document => 'd',
            Self::Fragment => 'f',
            Self::Other => 'o',
        }
    }

    /// Whether something may be confirmed that a browser has kept from before, when nobody enforced anything: only
    /// what it asks for as something else than a page.
    pub fn confirms_what_was_kept(self) -> bool {
        self == Self::Other
    }
}

/// Whether what a request is for is shown to be no page by the request alone. Data that a script asks for
/// (`empty`, or no destination) may be one.
pub fn is_surely_no_page(destination: Option<&str>, accept: &str) -> bool {
    destination.is_some_and(|known| known != "empty")
        && Reading::of(destination, accept) == Reading::Other
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
    /// Whether it has a `Location`.
    pub leads_on: bool,
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It passes, byte for byte: it can neither run nor load anything.
    Pass,
    /// It is HTML, and is rewritten.
    Rewrite,
    /// It passes byte for byte, under a policy that closes the gate to what this visitor has not agreed to.
    Shut,
    /// It passes byte for byte and with its own caching, under a policy that closes the gate whoever it is for.
    ShutForAll,
    /// It says that what the visitor has is still good.
    Confirmed,
}

impl Plan {
    /// What becomes of an answer to a request that is read so.
    pub fn of(reading: Reading, answered: ResponseHead) -> Self {
        let has_no_body = matches!(answered.status, 100..=199 | 204 | 205);
        // Without a place to go to, a browser shows what such an answer says (Fetch, "location URL").
        let is_redirection =
            matches!(answered.status, 301 | 302 | 303 | 307 | 308) && answered.leads_on;
        if answered.status == 304 {
            return Self::Confirmed;
        }
        if has_no_body || is_redirection {
            return Self::Pass;
        }
        let is_saved = answered
            .content_disposition
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("attachment");
        // A part of a page (206) cannot be read by itself.
        let is_readable =
            answered.status != 206 && !is_saved && is_decoded(answered.content_encoding);
        match MediaType::of(answered.content_type) {
            MediaType::Inert => Self::Pass,
            MediaType::Html if reading != Reading::Other && is_readable => Self::Rewrite,
            MediaType::Html => Self::Shut,
            MediaType::PageLike if reading == Reading::Document && !is_saved => Self::Shut,
            MediaType::PageLike | MediaType::Foreign => Self::ShutForAll,
        }
    }
}

/// Whether a coding is one that the runtime reads and writes by itself.
fn is_decoded(content_encoding: &str) -> bool {
    matches!(
        &*content_encoding.trim().to_ascii_lowercase(),
        "" | "identity" | "gzip" | "br"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: ResponseHead = ResponseHead {
        status: 200,
        content_type: "text/html; charset=utf-8",
        content_encoding: "",
        content_disposition: "",
        leads_on: false,
    };

    fn head(status: u16, content_type: &'static str) -> ResponseHead<'static> {
        ResponseHead {
            status,
            content_type,
            ..PAGE
        }
    }

    #[test]
    fn a_page_is_rewritten_whatever_its_status() {
        for status in [
            200, 201, 203, 226, 300, 305, 400, 404, 410, 451, 500, 503, 599,
        ] {
            for reading in [Reading::Document, Reading::Fragment] {
                assert_eq!(
                    Plan::of(reading, head(status, "text/html")),
                    Plan::Rewrite,
                    "{status}"
                );
            }
            assert_eq!(
                Plan::of(Reading::Other, head(status, "text/html")),
                Plan::Shut
            );
        }
        // Shown where it leads nowhere.
        let moved = head(302, "text/html");
        assert_eq!(Plan::of(Reading::Document, moved), Plan::Rewrite);
        let leads = ResponseHead {
            leads_on: true,
            ..moved
        };
        assert_eq!(Plan::of(Reading::Document, leads), Plan::Pass);
        let leads = ResponseHead {
            status: 300,
            ..leads
        };
        assert_eq!(Plan::of(Reading::Document, leads), Plan::Rewrite);
        for status in [101, 204, 205] {
            assert_eq!(
                Plan::of(Reading::Document, head(status, "text/html")),
                Plan::Pass
            );
        }
        assert_eq!(Plan::of(Reading::Other, head(304, "")), Plan::Confirmed);
    }

    #[test]
    fn html_never_passes_without_a_gate_however_it_is_asked_for() {
        let coded = |content_encoding| ResponseHead {
            content_encoding,
            ..PAGE
        };
        let saved = |content_disposition| ResponseHead {
            content_disposition,
            ..PAGE
        };
        let odd = [
            head(206, "text/html"),
            coded("zstd"),
            coded("deflate"),
            coded("gzip, br"),
            coded("unknown"),
            saved("Attachment; filename=a.html"),
            saved("attachment-or-so"),
        ];
        for reading in [Reading::Document, Reading::Fragment, Reading::Other] {
            for answered in odd {
                assert_eq!(Plan::of(reading, answered), Plan::Shut, "{answered:?}");
            }
        }
        for content_encoding in ["gzip", "BR", "identity"] {
            assert_eq!(
                Plan::of(Reading::Document, coded(content_encoding)),
                Plan::Rewrite
            );
        }
        assert_eq!(
            Plan::of(Reading::Document, saved("inline; filename=attachment")),
            Plan::Rewrite
        );
    }

    #[test]
    fn for_a_document_only_what_can_neither_run_nor_load_passes() {
        for content_type in [
            "image/png",
            "text/plain",
            "application/json",
            "application/pdf",
        ] {
            assert_eq!(
                Plan::of(Reading::Document, head(200, content_type)),
                Plan::Pass,
                "{content_type}"
            );
        }
        for content_type in [
            "",
            "*/*",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
            "text/new",
        ] {
            assert_eq!(
                Plan::of(Reading::Document, head(200, content_type)),
                Plan::Shut,
                "{content_type}"
            );
            for reading in [Reading::Fragment, Reading::Other] {
                assert_eq!(
                    Plan::of(reading, head(200, content_type)),
                    Plan::ShutForAll,
                    "{content_type}"
                );
            }
        }
        assert_eq!(
            Plan::of(Reading::Document, head(200, "application/vnd.ms-excel")),
            Plan::ShutForAll
        );
        let saved = ResponseHead {
            content_disposition: "attachment",
            ..head(200, "")
        };
        assert_eq!(Plan::of(Reading::Document, saved), Plan::ShutForAll);
    }

    #[test]
    fn only_known_destinations_are_no_documents() {
        assert_eq!(Reading::of(None, "*/*"), Reading::Document);
        assert_eq!(Reading::of(None, ""), Reading::Document);
        assert_eq!(Reading::of(None, "text/css,*/*;q=0.1"), Reading::Other);
        assert_eq!(Reading::of(None, "image/avif,image/*"), Reading::Other);
        for destination in [
            "document",
            "iframe",
            "frame",
            "embed",
            "object",
            "fencedframe",
            "",
            "what-comes-next",
        ] {
            assert_eq!(
                Reading::of(Some(destination), "*/*"),
                Reading::Document,
                "{destination}"
            );
        }
        assert_eq!(
            Reading::of(Some("empty"), "Text/HTML, application/xhtml+xml"),
            Reading::Fragment
        );
        assert_eq!(Reading::of(Some("empty"), "*/*"), Reading::Other);
        assert_eq!(Reading::of(Some("image"), "image/*"), Reading::Other);
        assert!(is_surely_no_page(Some("image"), "") && is_surely_no_page(Some("script"), "*/*"));
        for destination in [None, Some("empty"), Some("document"), Some("new")] {
            assert!(!is_surely_no_page(destination, "*/*"), "{destination:?}");
        }
    }
}
