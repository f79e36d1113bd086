//! One element: whether it must wait, and the form in which it does.
//!
//! That form is the loader's (`consent-widget/loader/gate/gate.ts`): a script of type `text/plain`, every
//! address under a `data-` name, and the marks that say what for. What must wait in a style is taken out of it, and
//! the whole kept beside it.

use super as rewrite;
use super::attribute::{escape, set_raw, value};
use crate::css;
use crate::loads::{self, Kind, Loading, When};
use crate::page::{Hold, Page};
use crate::rules::Owner;
use lol_html::html_content::Element;
use url::Url;

/// What the page's author has marked.
const MARKS: [&str; 2] = ["data-category", "data-cookieconsent"];
/// Where the loader's gate finds the whole of a style.
pub const HELD_STYLE: &str = "data-held-style";

/// Holds an element if one of its addresses must wait, and returns what it waits for. `depth` counts the pages
/// around this one.
pub fn hold(element: &mut Element, page: &Page, base: &Url, depth: u8) -> Option<Hold> {
    let name = element.tag_name();
    // A style is shown nowhere: what it loads stands in its text.
    if is_exempt(element) || name == "style" {
        return None;
    }
    let waiting: Vec<Held> = loads::of(&name)
        .filter(|loading| applies(loading, element))
        .filter_map(|loading| Held::of(element, loading, page, base, depth))
        .collect();
    let hold = Hold::strictest(waiting.iter().flat_map(|held| held.holds.iter().cloned()))?;
    mark(element, &hold);
    for held in waiting {
        held.take(element);
    }
    if name == "script" {
        if let Some(kind) = element.get_attribute("type") {
            set_raw(element, "data-type", &kind);
        }
        set_raw(element, "type", "text/plain");
    }
    Some(hold)
}

/// An attribute that must wait.
struct Held {
    loading: &'static Loading,
    /// Its value as it is written.
    raw: String,
    /// Of a style, what may stay.
    left: Option<String>,
    holds: Vec<Hold>,
}

impl Held {
    fn of(
        element: &Element,
        loading: &'static Loading,
        page: &Page,
        base: &Url,
        depth: u8,
    ) -> Option<Self> {
        let raw = element.get_attribute(loading.name)?;
        let value = loads::unescape(&raw);
        let addresses = match loading.kind {
            Kind::Document => {
                let holds = vec![rewrite::first_hold(&value, page, base, depth)?];
                return Some(Self {
                    loading,
                    left: None,
                    holds,
                    raw: raw.clone(),
                });
            }
            Kind::Declarations | Kind::Property => {
                let neutral = css_of(&value, page, base)?;
                let (left, holds) = (Some(neutral.text), neutral.holds);
                return Some(Self {
                    loading,
                    left,
                    holds,
                    raw: raw.clone(),
                });
            }
            Kind::One => vec![&*value],
            Kind::Candidates => loads::candidates(&value),
            Kind::Several => value.split_ascii_whitespace().collect(),
        };
        let holds: Vec<Hold> = addresses
            .into_iter()
            .filter_map(|address| page.hold(base, address))
            .collect();
        let left = None;
        (!holds.is_empty()).then(|| Self {
            loading,
            left,
            holds,
            raw: raw.clone(),
        })
    }

    /// Puts it under the name where the loader finds it.
    fn take(self, element: &mut Element) {
        let Loading {
            name, held, kind, ..
        } = *self.loading;
        let kept = element.get_attribute(held);
        match (kind, self.left) {
            // A drawing's attribute is a property of CSS too, and comes back as one. The element's own declarations go
            // before its attributes.
            (Kind::Property, _) => {
                element.remove_attribute(name);
                let before = kept.or_else(|| element.get_attribute("style"));
                let all = format!("{name}:{};{}", self.raw, before.unwrap_or_default());
                set_raw(element, held, &all);
            }
            (Kind::Declarations, Some(left)) => {
                set_raw(element, name, &escape(&left));
                // With its attributes, they are kept already.
                if kept.is_none() {
                    set_raw(element, held, &self.raw);
                }
            }
            _ => {
                // All of that name: of two a browser takes the first, and would take the second then.
                element.remove_attribute(name);
                set_raw(element, held, &self.raw);
            }
        }
    }
}

/// Whether its author exempts it, or it is a script that waits already. `tests/exempt-elements.json` is the list of cases
/// on which the loader's `automatic.ts` agrees.
pub fn is_exempt(element: &Element) -> bool {
    value(element, "data-cookieconsent").as_deref() == Some("ignore")
        || (element.tag_name() == "script"
            && value(element, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("text/plain")))
}

/// Whether its author has said what it waits for.
pub fn is_marked(element: &Element) -> bool {
    MARKS.iter().any(|mark| element.has_attribute(mark))
}

/// Whether it stands in a drawing.
pub fn is_in_drawing(element: &Element) -> bool {
    element.namespace_uri().ends_with("/svg")
}

fn mark(element: &mut Element, hold: &Hold) {
    if !is_marked(element) {
        set_raw(element, "data-category", hold.purpose.as_str());
    }
    if let Some(service) = &hold.service {
        set_raw(element, "data-service", &escape(service));
    }
}

/// Whether an attribute makes this element load anything.
fn applies(loading: &Loading, element: &Element) -> bool {
    match loading.when {
        When::Always => true,
        When::InHtml => !is_in_drawing(element),
        When::InDrawing => is_in_drawing(element),
        When::Followed => value(element, "rel").is_some_and(|rel| loads::is_followed(&rel)),
        When::ImageButton => {
            value(element, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("image"))
        }
    }
}

/// A style without what must wait.
pub fn css_of(css: &str, page: &Page, base: &Url) -> Option<css::Neutral> {
    css::neutral(
        css,
        |address| page.hold(base, address),
        || page.hold_of(Owner::Stranger),
    )
}
