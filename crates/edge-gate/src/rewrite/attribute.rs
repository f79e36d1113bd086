//! Reads and sets attributes. This is the one place where their values are decoded: `text&sol;plain` is `text/plain` to
//! a browser (HTML, "character references").

use lol_html::html_content::Element;

/// An attribute's value as a browser understands it; of two of a name the first counts.
pub fn value(element: &Element, name: &str) -> Option<String> {
    let raw = element.get_attribute(name)?;
    Some(crate::loads::unescape(&raw).into_owned())
}

/// Sets an attribute to a value that is written as HTML. It cannot fail: the names are valid ones of our own.
pub fn set_raw(element: &mut Element, name: &str, raw: &str) {
    let done = element.set_attribute(name, raw);
    debug_assert!(done.is_ok(), "{name}");
}

/// A value as HTML, to stand between double quotes.
pub fn escape(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;")
}
