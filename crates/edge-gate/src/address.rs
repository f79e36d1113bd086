//! What a browser loads as soon as it reads it: which attributes of which elements hold addresses.

use std::borrow::Cow;

/// The elements that load something by themselves, as one selector.
pub const LOADING: &str = "script, iframe, frame, img, image, source, video, audio, track, embed, object, input, \
     link, body, table, feimage";

/// How an attribute names what it loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One address.
    One,
    /// Several, each with a width or density behind it (HTML, "srcset attribute").
    Candidates,
    /// A page of its own, as text.
    Document,
}

/// An attribute that makes its element load something.
#[derive(Clone, Copy, Debug)]
pub struct Loading {
    /// Its name.
    pub name: &'static str,
    /// The name under which the loader's gate keeps it (`ADDRESSES` in `gate/gate.ts`).
    pub held: &'static str,
    /// What it holds.
    pub kind: Kind,
}

const fn one(name: &'static str, held: &'static str) -> Loading {
    let kind = Kind::One;
    Loading { name, held, kind }
}

const SRC: Loading = one("src", "data-src");
const HREF: Loading = one("href", "data-href");
/// In drawings; the gate gives it back as `href`, which is the same there.
const XLINK: Loading = one("xlink:href", "data-href");
const SRCSET: Loading = Loading {
    name: "srcset",
    held: "data-srcset",
    kind: Kind::Candidates,
};
const IMAGE_SRCSET: Loading = Loading {
    name: "imagesrcset",
    held: "data-held-imagesrcset",
    kind: Kind::Candidates,
};
const SRCDOC: Loading = Loading {
    name: "srcdoc",
    held: "data-held-srcdoc",
    kind: Kind::Document,
};
const POSTER: Loading = one("poster", "data-held-poster");
const DATA: Loading = one("data", "data-held-data");
const BACKGROUND: Loading = one("background", "data-held-background");

/// The attributes of an element, by its lower-case name, that make it load something.
pub const fn of(element: &str) -> &'static [Loading] {
    match element.as_bytes() {
        b"script" => &[SRC, HREF, XLINK],
        b"iframe" => &[SRC, SRCDOC],
        b"img" | b"source" => &[SRC, SRCSET],
        b"frame" | b"audio" | b"track" | b"embed" | b"input" => &[SRC],
        b"video" => &[SRC, POSTER],
        b"object" => &[DATA],
        // In HTML another name of `img`.
        b"image" => &[SRC, SRCSET, HREF, XLINK],
        b"feimage" => &[HREF, XLINK],
        b"link" => &[HREF, IMAGE_SRCSET],
        b"body" | b"table" => &[BACKGROUND],
        _ => &[],
    }
}

/// The relations of a link that a browser follows by itself, if only to look up a name.
const FOLLOWED: [&str; 12] = [
    "stylesheet",
    "preload",
    "modulepreload",
    "prefetch",
    "prerender",
    "preconnect",
    "dns-prefetch",
    "icon",
    "apple-touch-icon",
    "apple-touch-icon-precomposed",
    "mask-icon",
    "manifest",
];

/// Whether a link of these relations is followed without being clicked.
pub fn is_followed(rel: &str) -> bool {
    rel.split_ascii_whitespace().any(|token| {
        FOLLOWED
            .iter()
            .any(|known| known.eq_ignore_ascii_case(token))
    })
}

/// An attribute's value as a browser understands it: `&amp;` is `&` (HTML, "character references").
pub fn unescape(raw: &str) -> Cow<'_, str> {
    if raw.contains('&') {
        htmlize::unescape_attribute(raw)
    } else {
        Cow::Borrowed(raw)
    }
}

/// The addresses of a list of candidates (HTML, "parse a srcset attribute"), as `srcset.ts` of the loader's gate has them;
/// both run `tests/srcset-candidates.json`.
pub fn candidates(list: &str) -> Vec<&str> {
    let is_space = |c: char| c.is_ascii_whitespace();
    let mut found = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches(|c| is_space(c) || c == ',');
        if rest.is_empty() {
            return found;
        }
        let (address, after) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
        let bare = address.trim_end_matches(',');
        found.push(bare);
        rest = after;
        if bare.len() == address.len() {
            // What describes it ends at a comma outside of parentheses, which do not nest.
            let mut enclosed = false;
            let end = rest.find(|c| {
                enclosed = match c {
                    '(' => true,
                    ')' => false,
                    _ => enclosed,
                };
                c == ',' && !enclosed
            });
            rest = &rest[end.unwrap_or(rest.len())..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_candidates_is_read_as_a_browser_reads_it() {
        #[derive(serde::Deserialize)]
        struct Case {
            why: String,
            list: String,
            addresses: Vec<String>,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../tests/srcset-candidates.json")).unwrap();
        assert!(cases.len() > 15);
        for Case {
            why,
            list,
            addresses,
        } in cases
        {
            assert_eq!(candidates(&list), addresses, "{why}");
        }
    }

    #[test]
    fn character_references_do_not_hide_an_address() {
        assert_eq!(
            unescape("https&colon;&sol;&#x2F;a&period;b/?x=1&amp;y&copy=2"),
            "https://a.b/?x=1&y&copy=2"
        );
        assert_eq!(unescape("plain"), "plain");
    }

    #[test]
    fn only_what_is_fetched_unasked_is_followed() {
        assert!(
            is_followed("stylesheet")
                && is_followed("shortcut ICON")
                && is_followed(" dns-prefetch ")
        );
        assert!(!is_followed("canonical") && !is_followed("alternate author") && !is_followed(""));
    }
}
