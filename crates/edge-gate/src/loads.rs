//! What HTML fetches by itself, as one table: from it come the elements that the edge looks at, and what it holds. What
//! the loader's gate holds in the page comes from it too: `typescript.rs` generates that.
//!
//! Not in it, because a visitor decides: links and forms, and `meta refresh`, which is a link that clicks itself. What
//! stands in the page as a script or as a style is read by `rewrite/snippet.rs` and `css.rs`.

use std::borrow::Cow;

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

/// Whether automatic blocking (`consent-widget/loader/gate/automatic.ts`) holds it in the page too. The gate of the page
/// releases whatever the edge holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InPage {
    /// The page holds it.
    Held,
    /// The page leaves it to the edge, for this reason.
    Left(&'static str),
}

/// An attribute that makes elements load something.
#[derive(Clone, Copy, Debug)]
pub struct Loading {
    /// The elements, as the DOM spells them; none means any.
    pub elements: &'static [&'static str],
    /// The attribute's name.
    pub name: &'static str,
    /// The name under which the loader's gate keeps it (`ADDRESSES` in `gate/gate.ts`).
    pub held: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// When it loads.
    pub when: When,
    /// Whether the page holds it too.
    pub in_page: InPage,
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
        in_page: InPage::Held,
        source,
    }
}

impl Loading {
    /// A row that the page leaves to the edge.
    const fn left_by_page(mut self, reason: &'static str) -> Self {
        self.in_page = InPage::Left(reason);
        self
    }
}

/// The elements of a drawing whose reference may be another file. A link (`a`) is followed by hand.
const REFERENCES: &[&str] = &["image", "feImage", "use", "script"];
/// The same, where browsers refuse the file of another origin.
const OWN_REFERENCES: &[&str] = &[
    "cursor",
    "filter",
    "linearGradient",
    "mpath",
    "pattern",
    "radialGradient",
    "textPath",
    "tref",
];
/// What has a background in old pages.
const BACKGROUNDS: &[&str] = &["body", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];
/// What takes part in attribution reporting.
const ATTRIBUTED: &[&str] = &["a", "area", "img", "script"];
/// What a drawing's shapes are painted with.
const SHAPES: &[&str] = &[
    "a", "circle", "ellipse", "g", "image", "line", "marker", "mask", "path", "pattern", "polygon",
    "polyline", "rect", "svg", "symbol", "text", "textPath", "tspan", "use",
];

/// Why the page leaves attribution reporting.
const RETIRED: &str = "its makers retired it in 2025, and it would take 27 bytes of the loader";
/// Why the page leaves what is a style.
const STYLE: &str =
    "a script has too many ways to write a style, and a style sheet is out of reach";
/// Why the page leaves `image` in HTML.
const PARSED_AS_IMG: &str = "the parser makes an `img` of it";
/// Why the page leaves a reference of a drawing.
const REFUSED: &str = "browsers refuse it from another origin";

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
        &["img"],
        "src",
        "data-src",
        One,
        InHtml,
        "4.8.3 The img element",
    ),
    row(
        &["image"],
        "src",
        "data-src",
        One,
        InHtml,
        "13.2.6.4.7 The \"in body\" insertion mode",
    )
    .left_by_page(PARSED_AS_IMG),
    row(
        &["img"],
        "srcset",
        "data-srcset",
        Candidates,
        InHtml,
        "4.8.3 The img element",
    ),
    row(
        &["image"],
        "srcset",
        "data-srcset",
        Candidates,
        InHtml,
        "13.2.6.4.7 The \"in body\" insertion mode",
    )
    .left_by_page(PARSED_AS_IMG),
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
    )
    .left_by_page(RETIRED),
    row(
        REFERENCES,
        "href",
        "data-href",
        One,
        InDrawing,
        "SVG 2, 16.1 URL reference attributes",
    ),
    row(
        OWN_REFERENCES,
        "href",
        "data-href",
        One,
        InDrawing,
        "SVG 2, 16.1 URL reference attributes",
    )
    .left_by_page(REFUSED),
    row(
        REFERENCES,
        "xlink:href",
        "data-href",
        One,
        InDrawing,
        "SVG 2, 16.1.6 Deprecated XLink URL reference attributes",
    ),
    row(
        OWN_REFERENCES,
        "xlink:href",
        "data-href",
        One,
        InDrawing,
        "SVG 2, 16.1.6 Deprecated XLink URL reference attributes",
    )
    .left_by_page(REFUSED),
    row(
        SHAPES,
        "fill",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "stroke",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "filter",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "mask",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "clip-path",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "cursor",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "marker-start",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "marker-mid",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        SHAPES,
        "marker-end",
        "data-held-style",
        Property,
        InDrawing,
        "SVG 2, 6.6 Presentation attributes",
    )
    .left_by_page(STYLE),
    row(
        &[],
        "style",
        "data-held-style",
        Declarations,
        Always,
        "CSS Style Attributes, 3",
    )
    .left_by_page(STYLE),
];

/// The rows for an element, by its lower-case name.
pub fn of(element: &str) -> impl Iterator<Item = &'static Loading> {
    TABLE.iter().filter(move |row| {
        let is_it = |known: &&str| known.eq_ignore_ascii_case(element);
        row.elements.is_empty() || row.elements.iter().any(is_it)
    })
}

/// The elements that may load something, as one selector: those of the table, and scripts and styles for their text.
pub fn selector() -> String {
    let mut parts = selectors(TABLE);
    for part in &mut parts {
        part.make_ascii_lowercase();
    }
    parts.extend(["script".to_owned(), "style".to_owned()]);
    parts.sort_unstable();
    parts.dedup();
    parts.join(",")
}

/// What selects the elements of some rows: their names; where links or many elements may have an attribute, the attribute's
/// name instead. Most of what has an `href` is a link that is followed by hand.
fn selectors<'a>(rows: impl IntoIterator<Item = &'a Loading>) -> Vec<String> {
    let mut parts = Vec::new();
    for Loading { elements, name, .. } in rows {
        if *name == "href" || (matches!(elements.len(), 1 | 2) && !elements.contains(&"a")) {
            parts.extend(elements.iter().map(|&element| element.to_owned()));
        } else {
            // A colon in a name is no pseudo-class.
            parts.push(format!("[{}]", name.replace(':', "\\:")));
        }
    }
    parts
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
mod typescript;

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

    /// `keptName` in `gate/loading.ts` is this rule; what only the edge holds is free of it.
    #[test]
    fn the_page_knows_under_which_name_an_attribute_waits() {
        for row in TABLE.iter().filter(|row| row.in_page == InPage::Held) {
            let name = row.name.trim_start_matches("xlink:");
            let held = match name {
                "src" | "srcset" | "href" => format!("data-{name}"),
                _ => format!("data-held-{name}"),
            };
            assert_eq!(row.held, held, "{row:?}");
        }
    }

    /// What a browser was seen to fetch stands in the table, and the page holds it where the list says so.
    #[test]
    fn what_is_fetched_is_in_a_row() {
        #[derive(serde::Deserialize)]
        struct Fetch {
            element: String,
            attribute: String,
            condition: String,
            asked: bool,
            edge: bool,
            loader: bool,
        }
        let fetches: Vec<Fetch> =
            serde_json::from_str(include_str!("../tests/html-fetches.json")).unwrap();
        for fetch in fetches {
            let what = [&*fetch.element, &fetch.attribute, &fetch.condition].join(" ");
            assert!(fetch.edge || !(fetch.asked || fetch.loader), "{what}");
            // What stands in the page as a text is no attribute.
            if !fetch.edge || fetch.attribute.starts_with("its ") {
                continue;
            }
            let (element, in_drawing) = match fetch.element.strip_prefix("svg ") {
                Some(element) => (element, true),
                None => (&*fetch.element, fetch.element == "feImage"),
            };
            let unless = if in_drawing { InHtml } else { InDrawing };
            let row = of(element)
                .find(|row| row.name == fetch.attribute && row.when != unless)
                .unwrap_or_else(|| panic!("{what}: in no row of the table"));
            // A parser makes an `img` of an `image`, so the page holds that one.
            let in_page = row.in_page == InPage::Held || row.in_page == InPage::Left(PARSED_AS_IMG);
            assert_eq!(in_page, fetch.loader, "{what}");
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
