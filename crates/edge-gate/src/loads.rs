//! What HTML fetches by itself, as one table: from it come the elements that the edge looks at, and what it holds.
//!
//! Not in it, because a visitor decides: links and forms, and `meta refresh`, which is a link that clicks itself. What
//! stands in the page as a script or as a style is read by `rewrite/snippet.rs` and `css.rs`.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// How an attribute names what it loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One address.
    One,
    /// Several, each with a width or density behind it (HTML, "srcset attribute").
    Candidates,
    /// Several, with spaces between them.
    Several,
    /// A page of its own, as text.
    Document,
    /// The value of a property of CSS; the attribute's name is the property's (SVG 2, "presentation attributes").
    Property,
    /// Declarations of CSS.
    Declarations,
}

/// When an attribute of an element loads something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Whenever it is there.
    Always,
    /// In HTML, not in a drawing.
    InHtml,
    /// In a drawing (SVG), not in HTML.
    InDrawing,
    /// On a link of a relation that a browser follows by itself.
    Followed,
    /// On a button that is an image.
    ImageButton,
}

/// An attribute that makes elements load something.
#[derive(Clone, Copy, Debug)]
pub struct Loading {
    /// The elements, in lower case; none means any.
    pub elements: &'static [&'static str],
    /// The attribute's name.
    pub name: &'static str,
    /// The name under which the loader's gate keeps it (`ADDRESSES` in `gate/gate.ts`).
    pub held: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// When it loads.
    pub when: When,
    /// Where that is said: HTML, unless another specification is named.
    #[cfg_attr(not(test), expect(dead_code, reason = "for who reads the table"))]
    pub source: &'static str,
}

const fn row(
    elements: &'static [&'static str],
    name: &'static str,
    held: &'static str,
    kind: Kind,
    when: When,
    source: &'static str,
) -> Loading {
    Loading {
        elements,
        name,
        held,
        kind,
        when,
        source,
    }
}

/// The elements of a drawing whose reference may be another file. A link (`a`) is followed by hand.
const REFERENCES: &[&str] = &[
    "cursor",
    "feimage",
    "filter",
    "image",
    "lineargradient",
    "mpath",
    "pattern",
    "radialgradient",
    "script",
    "textpath",
    "tref",
    "use",
];
/// What has a background in old pages.
const BACKGROUNDS: &[&str] = &["body", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];
/// What takes part in attribution reporting.
const ATTRIBUTED: &[&str] = &["a", "area", "img", "script"];
/// What a drawing's shapes are painted with.
const SHAPES: &[&str] = &[
    "a", "circle", "ellipse", "g", "image", "line", "marker", "mask", "path", "pattern", "polygon",
    "polyline", "rect", "svg", "symbol", "text", "textpath", "tspan", "use",
];

use Kind::{Candidates, Declarations, Document, One, Property, Several};
use When::{Always, Followed, ImageButton, InDrawing, InHtml};

/// Every attribute that makes an element load something.
pub const TABLE: &[Loading] = &[
    row(
        &["script"],
        "src",
        "data-src",
        One,
        InHtml,
        "4.12.1 The script element",
    ),
    row(
        &["iframe"],
        "src",
        "data-src",
        One,
        Always,
        "4.8.5 The iframe element",
    ),
    row(
        &["iframe"],
        "srcdoc",
        "data-held-srcdoc",
        Document,
        Always,
        "4.8.5 The iframe element",
    ),
    row(&["frame"], "src", "data-src", One, Always, "16.3.2 Frames"),
    row(
        &["embed"],
        "src",
        "data-src",
        One,
        Always,
        "4.8.6 The embed element",
    ),
    row(
        &["object"],
        "data",
        "data-held-data",
        One,
        Always,
        "4.8.7 The object element",
    ),
    row(
        &["img", "image"],
        "src",
        "data-src",
        One,
        InHtml,
        "4.8.3 The img element",
    ),
    row(
        &["img", "image"],
        "srcset",
        "data-srcset",
        Candidates,
        InHtml,
        "4.8.3 The img element",
    ),
    row(
        &["source"],
        "src",
        "data-src",
        One,
        Always,
        "4.8.2 The source element",
    ),
    row(
        &["source"],
        "srcset",
        "data-srcset",
        Candidates,
        Always,
        "4.8.2 The source element",
    ),
    row(
        &["audio", "video"],
        "src",
        "data-src",
        One,
        Always,
        "4.8.11 Media elements",
    ),
    row(
        &["video"],
        "poster",
        "data-held-poster",
        One,
        Always,
        "4.8.8 The video element",
    ),
    row(
        &["track"],
        "src",
        "data-src",
        One,
        Always,
        "4.8.10 The track element",
    ),
    row(
        &["input"],
        "src",
        "data-src",
        One,
        ImageButton,
        "4.10.5.1.19 Image Button state",
    ),
    row(
        &["link"],
        "href",
        "data-href",
        One,
        Followed,
        "4.2.4 The link element",
    ),
    row(
        &["link"],
        "imagesrcset",
        "data-held-imagesrcset",
        Candidates,
        Followed,
        "4.2.4 The link element",
    ),
    row(
        BACKGROUNDS,
        "background",
        "data-held-background",
        One,
        InHtml,
        "15.3.2, 15.3.8 Rendering",
    ),
    row(
        &["a", "area"],
        "ping",
        "data-held-ping",
        Several,
        InHtml,
        "4.6.2 Links created by a and area elements",
    ),
    row(
        ATTRIBUTED,
        "attributionsrc",
        "data-held-attributionsrc",
        Several,
        InHtml,
        "Attribution Reporting, HTML monkeypatches",
    ),
    row(
        REFERENCES,
        "href",
        "data-href",
        One,
        InDrawing,
        "SVG 2, 16.1 URL reference attributes",
    ),
    row(
        REFERENCES,
        "xlink:href",
        "data-href",
        One,
        InDrawing,
        "SVG 2, 16.1.6 Deprecated XLink URL reference attributes",
    ),
    row(
        SHAPES,
        "fill",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "stroke",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "filter",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "mask",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "clip-path",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "cursor",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "marker-start",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "marker-mid",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        SHAPES,
        "marker-end",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    ),
    row(
        &[],
        "style",
        "data-held-style",
        Declarations,
        Always,
        "CSS Style Attributes, 3",
    ),
];

/// The rows for an element, by its lower-case name.
pub fn of(element: &str) -> impl Iterator<Item = &'static Loading> {
    TABLE
        .iter()
        .filter(move |row| row.elements.is_empty() || row.elements.contains(&element))
}

/// The elements that may load something, as one selector: those of the table, and scripts and styles for their text.
/// Where many elements may have an attribute, it is looked for by its own name; but most of what has an `href` is a link.
pub fn selector() -> String {
    let mut parts = BTreeSet::from(["script".to_owned(), "style".to_owned()]);
    for Loading { elements, name, .. } in TABLE {
        if (1..3).contains(&elements.len()) || *name == "href" {
            parts.extend(elements.iter().map(|&element| element.to_owned()));
        } else {
            // A colon in a name is no pseudo-class.
            parts.insert(format!("[{}]", name.replace(':', "\\:")));
        }
    }
    Vec::from_iter(parts).join(",")
}

/// The relations of a link that a browser follows by itself, if only to look up a name (HTML, "Link types"; some
/// are known to single browsers only).
const FOLLOWED: [&str; 15] = [
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
    "apple-touch-startup-image",
    "mask-icon",
    "manifest",
    "compression-dictionary",
    "search",
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
            rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
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
    fn every_row_says_what_and_where() {
        for row in TABLE {
            assert!(
                !row.source.is_empty() && row.held.starts_with("data-"),
                "{row:?}"
            );
            // One attribute of one element is in one row.
            for element in row.elements.iter().chain(&["x"]) {
                let same =
                    of(element).filter(|other| other.name == row.name && other.when == row.when);
                assert!(same.count() <= 1, "{element}: {row:?}");
            }
        }
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
