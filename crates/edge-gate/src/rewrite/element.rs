//! One element: whether it must wait, and the form in which it does.
//!
//! That form is the loader's (`consent-widget/loader/gate/gate.ts`): a script of type `text/plain`, every
//! address under a `data-` name, and the marks that say what for.

use super as rewrite;
use crate::address::{self, Kind, Loading};
use crate::page::{Hold, Page};
use lol_html::html_content::Element;
use url::Url;

/// What the page's author has marked.
const MARKS: [&str; 2] = ["data-category", "data-cookieconsent"];

/// Holds an element if one of its addresses must wait, and returns what it waits for. `depth` counts the pages
/// around this one.
pub fn hold(element: &mut Element, page: &Page, base: &Url, depth: u8) -> Option<Hold> {
    if !loads(element) || is_exempt(element) {
        return None;
    }
    let name = element.tag_name();
    let mut first = None;
    for loading in address::of(&name) {
        let Some(raw) = element.get_attribute(loading.name) else {
            continue;
        };
        let Some(hold) = hold_of(loading, &raw, page, base, depth) else {
            continue;
        };
        mark(element, &hold);
        first.get_or_insert(hold);
        // All of that name: of two a browser takes the first, and would take the second then.
        element.remove_attribute(loading.name);
        set(element, loading.held, &raw);
    }
    if first.is_some() && name == "script" {
        if let Some(kind) = element.get_attribute("type") {
            set(element, "data-type", &kind);
        }
        set(element, "type", "text/plain");
    }
    first
}

/// Whether its author exempts it, or it is a script that waits already. `tests/exempt-elements.json` is the list of cases on which the
/// loader's `automatic.ts` agrees.
pub fn is_exempt(element: &Element) -> bool {
    element.get_attribute("data-cookieconsent").as_deref() == Some("ignore")
        || (element.tag_name() == "script"
            && element
                .get_attribute("type")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("text/plain")))
}

/// Whether its author has said what it waits for.
pub fn is_marked(element: &Element) -> bool {
    MARKS.iter().any(|mark| element.has_attribute(mark))
}

fn mark(element: &mut Element, hold: &Hold) {
    if !is_marked(element) {
        set(element, "data-category", hold.purpose.as_str());
    }
    if let Some(service) = &hold.service {
        set(element, "data-service", service);
    }
}

/// Sets an attribute. It cannot fail: the names are valid ones of our own.
fn set(element: &mut Element, name: &str, value: &str) {
    let done = element.set_attribute(name, value);
    debug_assert!(done.is_ok(), "{name}");
}

/// Whether it loads anything at all: of links and inputs, some do.
fn loads(element: &Element) -> bool {
    let value = |name: &str| element.get_attribute(name);
    match &*element.tag_name() {
        // An address in `href` is for drawings alone.
        "script" => element.has_attribute("src") || element.namespace_uri().ends_with("/svg"),
        "link" => value("rel").is_some_and(|rel| address::is_followed(&address::unescape(&rel))),
        "input" => value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image")),
        _ => true,
    }
}

fn hold_of(loading: &Loading, raw: &str, page: &Page, base: &Url, depth: u8) -> Option<Hold> {
    let value = address::unescape(raw);
    match loading.kind {
        Kind::One => page.hold(base, &value),
        Kind::Candidates => address::candidates(&value)
            .into_iter()
            .find_map(|address| page.hold(base, address)),
        Kind::Document => rewrite::first_hold(&value, page, base, depth),
    }
}
